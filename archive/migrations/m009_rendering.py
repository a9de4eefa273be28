"""The ninth step, third part: which sources need a browser."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_STATEMENTS = (
    # What plain pages and rendered ones gave lately, for each source and kind of page (article or listing).
    """
    CREATE TABLE rendering (
        source TEXT NOT NULL,
        kind TEXT NOT NULL,
        plain_lost INTEGER NOT NULL DEFAULT 0,     -- plain pages in a row that gave nothing, while rendering gave
        plain_at TEXT,                             -- when a plain one was last read
        rendered INTEGER NOT NULL DEFAULT 0,       -- pages since then of which only the rendering was read
        rendered_lost INTEGER NOT NULL DEFAULT 0,  -- rendered ones in a row that gave nothing either
        rendered_at TEXT,                          -- when one was last rendered
        PRIMARY KEY (source, kind)
    ) WITHOUT ROWID
    """,
)


@migrations()
def m009_rendering(db: Database) -> None:
    """What rendering gains."""
    for statement in _STATEMENTS:
        db.execute(statement)
