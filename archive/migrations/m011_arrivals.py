"""The eleventh step: articles in the order of their arrival, which is not that of their dates."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_STATEMENTS = (
    # What came since a moment, whatever its date: an article may be found hours after it was published.
    "CREATE INDEX article_arrival ON article_head (first_seen)",
)


@migrations()
def m011_arrivals(db: Database) -> None:
    """An index of arrivals."""
    for statement in _STATEMENTS:
        db.execute(statement)
