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
        until TEXT NOT NULL,
        oldest_first INTEGER NOT NULL DEFAULT 0,
        asked TEXT NOT NULL,       -- the words in which it was ordered: by them the same order is known
        state TEXT NOT NULL,       -- open, stopped or done
        begun TEXT NOT NULL,
        finished TEXT,
        cause TEXT,                -- why it waits, or was ended
        waits_until TEXT,          -- nothing is asked for before; NULL: it goes on
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
        listing INTEGER,           -- the first page of a listing of which it is a later one
        date TEXT,                 -- the day of an archive page
        state TEXT NOT NULL,       -- waiting, read or lost
        reason TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        due TEXT,
        shown TEXT,                -- the addresses on a page of a listing, a JSON list of their numbers
        barren INTEGER NOT NULL DEFAULT 0,  -- pages of its listing, up to this one, in a row that showed nothing new
        UNIQUE (backfill, url)
    )
    """,
    "CREATE INDEX backfill_way_state ON backfill_ways (backfill, state)",
    "CREATE INDEX backfill_listing ON backfill_ways (listing) WHERE listing IS NOT NULL",
    "ALTER TABLE visits ADD COLUMN backfill INTEGER REFERENCES backfills (id)",
    # What belongs to a backfill, waiting or settled, is no evidence of how a source does, and no live run reads it.
    "ALTER TABLE visits ADD COLUMN past INTEGER NOT NULL DEFAULT 0",
    "DROP INDEX visit_recent",
    "CREATE INDEX visit_recent ON visits (source, past, at)",
    "DROP INDEX visit_open",
    "CREATE INDEX visit_open ON visits (source, open_since) WHERE open_since IS NOT NULL AND backfill IS NULL",
    # In the order in which they are fetched. An entry's dates are in UTC, of one width.
    """
    CREATE INDEX visit_backfill ON visits (backfill, coalesce(hints ->> 'published', hints ->> 'updated', ''))
    WHERE backfill IS NOT NULL
    """,
    "ALTER TABLE runs ADD COLUMN backfill INTEGER REFERENCES backfills (id)",
    "CREATE INDEX run_backfill ON runs (backfill) WHERE backfill IS NOT NULL",
)


@migrations()
def m009_backfill(db: Database) -> None:
    """Backfills, the ways that they walk, the addresses that they wait for."""
    for statement in _STATEMENTS:
        db.execute(statement)
