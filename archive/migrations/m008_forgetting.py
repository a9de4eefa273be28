"""The eighth step: what is to stay forgotten."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_STATEMENTS = (
    "CREATE TABLE forgotten (hash BLOB PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID",
    # Else to forget an article, or one of its earlier versions, is to read the whole outbox.
    "CREATE INDEX alert_article ON alerts (article) WHERE article IS NOT NULL",
    "CREATE INDEX alert_revision ON alerts (revision) WHERE revision IS NOT NULL",
)


@migrations()
def m008_forgetting(db: Database) -> None:
    """The hashes of what a person had forgotten, so that it does not come back."""
    for statement in _STATEMENTS:
        db.execute(statement)
