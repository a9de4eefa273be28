"""The tenth step, second part: what is left of articles that are older than the desk keeps them."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_ADD = """
    INSERT INTO volume (topic, hour, source, articles) {rows}
    ON CONFLICT (topic, hour, source) DO UPDATE SET articles = articles + excluded.articles
"""
_STATEMENTS = (
    # Its number, and by what it is counted: how much there was of a topic stays true when the articles are gone.
    """
    CREATE TABLE expired (
        article INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        hour TEXT NOT NULL,        -- as in volume
        topics TEXT NOT NULL,      -- JSON: numbers of topic_names
        at TEXT NOT NULL
    )
    """,
    "CREATE INDEX expired_hour ON expired (hour)",
    # Deleting an article takes it out of the rollup; its row here counts it in again.
    f"""
    CREATE TRIGGER volume_expired AFTER INSERT ON expired BEGIN
        {_ADD.format(rows="VALUES (0, new.hour, new.source, 1)")};
        {_ADD.format(rows="SELECT value, new.hour, new.source, 1 FROM json_each(new.topics) WHERE TRUE")};
    END
    """,
    f"""
    CREATE TRIGGER volume_unexpired AFTER DELETE ON expired BEGIN
        {_ADD.format(rows="VALUES (0, old.hour, old.source, -1)")};
        {_ADD.format(rows="SELECT value, old.hour, old.source, -1 FROM json_each(old.topics) WHERE TRUE")};
    END
    """,
    # NULL: a person had it forgotten. What a person forgot is told apart by its second, which is looked up.
    "ALTER TABLE forgotten ADD COLUMN expired INTEGER",
    "CREATE INDEX forgotten_at ON forgotten (at) WHERE expired IS NULL",
    # A story is renamed when the article leaves that it is named after. A person does that now and then, retention
    # thousands of times: not by reading the whole outbox each time.
    "CREATE INDEX alert_story ON alerts (story) WHERE story IS NOT NULL",
    "CREATE INDEX suppressed_subject ON suppressed (subject)",
)


@migrations()
def m010_retention(db: Database) -> None:
    """What stays of an article that has expired."""
    for statement in _STATEMENTS:
        db.execute(statement)
