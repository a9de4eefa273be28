"""The eighth step: what is to stay forgotten."""

from sqlite_utils import Database

from archive.migrations.registry import migrations


@migrations()
def m008_forgetting(db: Database) -> None:
    """The hashes of what a person had forgotten, so that it does not come back."""
    db.execute("CREATE TABLE forgotten (hash BLOB PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID")
