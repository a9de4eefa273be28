"""The tenth step, second part: volume by the hour whatever the source, so that a trend reads a row an hour."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_ADD = "ON CONFLICT (topic, hour) DO UPDATE SET articles = articles + excluded.articles"
_STATEMENTS = (
    # `volume` without its sources, which it follows by itself, whoever changes that.
    """
    CREATE TABLE volume_hours (
        topic INTEGER NOT NULL,    -- as in volume
        hour TEXT NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (topic, hour)
    ) WITHOUT ROWID
    """,
    "INSERT INTO volume_hours SELECT topic, hour, sum(articles) FROM volume GROUP BY topic, hour",
    f"""
    CREATE TRIGGER volume_hour_begun AFTER INSERT ON volume BEGIN
        INSERT INTO volume_hours VALUES (new.topic, new.hour, new.articles) {_ADD};
    END
    """,
    f"""
    CREATE TRIGGER volume_hour_counted AFTER UPDATE OF articles ON volume BEGIN
        INSERT INTO volume_hours VALUES (new.topic, new.hour, new.articles - old.articles) {_ADD};
    END
    """,
    f"""
    CREATE TRIGGER volume_hour_ended AFTER DELETE ON volume BEGIN
        INSERT INTO volume_hours VALUES (old.topic, old.hour, -old.articles) {_ADD};
    END
    """,
)


@migrations()
def m010_volume(db: Database) -> None:
    """A row for each topic and hour."""
    for statement in _STATEMENTS:
        db.execute(statement)
