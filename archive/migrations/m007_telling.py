"""The seventh step: messages that are held back and told together, and those that tell of a span of time."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_STATEMENTS = (
    # When a message was let go (NULL: it is held back), why it was held back, the message that tells of it together
    # with others, the window or the edit that it tells of.
    "ALTER TABLE alerts ADD COLUMN released TEXT",
    "ALTER TABLE alerts ADD COLUMN reason TEXT",
    "ALTER TABLE alerts ADD COLUMN within TEXT",
    "ALTER TABLE alerts ADD COLUMN window INTEGER REFERENCES windows (id)",
    "ALTER TABLE alerts ADD COLUMN revision INTEGER REFERENCES revisions (id) ON DELETE SET NULL",
    "UPDATE alerts SET released = born",
    "CREATE INDEX alert_released ON alerts (alert, released)",
    "CREATE INDEX alert_held ON alerts (alert, born, reason) WHERE state = 'held'",
    "CREATE INDEX alert_within ON alerts (within) WHERE within IS NOT NULL",
    "CREATE INDEX revision_seen ON revisions (seen)",
    # The spans of time that digests, spikes and silences told of. What a digest has consumed ends with its last window.
    """
    CREATE TABLE windows (
        id INTEGER PRIMARY KEY,
        alert TEXT NOT NULL,
        kind TEXT NOT NULL,        -- digest, spike or silence
        subject TEXT NOT NULL,     -- topic:ID, source:ID, or nothing
        begin TEXT NOT NULL,
        "end" TEXT,                -- NULL: it goes on
        born TEXT NOT NULL,
        figures TEXT NOT NULL DEFAULT '{}'
    )
    """,
    "CREATE INDEX window_last ON windows (alert, kind)",
    'CREATE INDEX window_open ON windows (alert, kind) WHERE "end" IS NULL',
    # What a digest is to tell of: written with the article, taken by the window that consumes it.
    """
    CREATE TABLE window_articles (
        alert TEXT NOT NULL,
        subject TEXT NOT NULL,     -- story:ID or article:ID: what it is told once for
        article INTEGER NOT NULL REFERENCES article_head (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        window INTEGER REFERENCES windows (id),
        PRIMARY KEY (alert, subject)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX window_of ON window_articles (window)",
    "CREATE INDEX window_article ON window_articles (article)",
    # Whatever answered an alert and made no message of its own, and why.
    """
    CREATE TABLE suppressed (
        id INTEGER PRIMARY KEY,
        alert TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        article INTEGER REFERENCES article_head (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        reason TEXT NOT NULL       -- copy, min_score, min_change, empty
    )
    """,
    "CREATE UNIQUE INDEX suppressed_once ON suppressed (alert, subject, article, reason)",
    "CREATE INDEX suppressed_at ON suppressed (alert, at)",
    "CREATE INDEX suppressed_article ON suppressed (article)",
)


@migrations()
def m007_telling(db: Database) -> None:
    """Held messages, windows, what was suppressed."""
    for statement in _STATEMENTS:
        db.execute(statement)
