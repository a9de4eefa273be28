"""The ninth step, first part: what is fetched of a source's past."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_STATEMENTS = (
    # One row for each order to fetch a source's past. What is still to be read of its sitemaps, archive pages and
    # listings is in backfill_ways; the addresses that it has still to fetch are those visits that name it.
    """
    CREATE TABLE backfills (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT,                -- NULL: all there is by now
        oldest_first INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL,       -- open, stopped or done
        begun TEXT NOT NULL,
        finished TEXT,
        host TEXT,                 -- the machine and process that is at work on it; NULL: none is
        process INTEGER,
        known INTEGER NOT NULL DEFAULT 0,      -- addresses that it found and none had before
        counts TEXT NOT NULL DEFAULT '{}'
    )
    """,
    """
    CREATE TABLE backfill_ways (
        id INTEGER PRIMARY KEY,
        backfill INTEGER NOT NULL REFERENCES backfills (id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        kind TEXT NOT NULL,
        depth INTEGER NOT NULL DEFAULT 0,
        date TEXT,                 -- what its index says of it
        state TEXT NOT NULL,       -- waiting, read or lost
        UNIQUE (backfill, url)
    )
    """,
    "ALTER TABLE visits ADD COLUMN backfill INTEGER REFERENCES backfills (id)",
    "CREATE INDEX visit_backfill ON visits (backfill) WHERE backfill IS NOT NULL",
)


@migrations()
def m009_backfill(db: Database) -> None:
    """Backfills, the ways that they walk, the addresses that they wait for."""
    for statement in _STATEMENTS:
        db.execute(statement)
