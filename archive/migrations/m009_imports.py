"""The ninth step, second part: files of pages that were fetched by others."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_STATEMENTS = (
    # How far each file was read: a file is known by what it holds, not by its name.
    """
    CREATE TABLE imports (
        id INTEGER PRIMARY KEY,
        file TEXT NOT NULL,        -- its name, as it was given last
        hash BLOB NOT NULL,        -- of its size, its beginning and its end
        picked TEXT NOT NULL,      -- what was picked from it: the sources, or any
        offset INTEGER NOT NULL DEFAULT 0,     -- in the file; all records before it are settled
        begun TEXT NOT NULL,
        finished TEXT,
        counts TEXT NOT NULL DEFAULT '{}',
        UNIQUE (hash, picked)
    )
    """,
)


@migrations()
def m009_imports(db: Database) -> None:
    """Imports."""
    for statement in _STATEMENTS:
        db.execute(statement)
