"""What to try an alert out with: the newest articles that answer it, or a made-up one where none does."""

import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta, tzinfo

from alerts.definitions import Alert
from archive.reading import Record, read_record
from archive.search import Filters, Hit, search
from archive.times import from_text, to_text
from seeds.definitions import matches_one
from seeds.sources import Source

MOST_STORIES = 10
"""Of a digest that is only a test: enough to judge how it looks."""


def newest_for(
    db: sqlite3.Connection, alert: Alert, topics: Collection[str], *, zone: tzinfo, now: datetime
) -> Record | None:
    """The newest archived article that *alert* asks for, but for its score; None where there is none.

    *topics* are the ids that the desk has.
    """
    for hit in _newest(db, alert, topics, 1, zone=zone, now=now):
        return read_record(db, hit.id)
    return None


def newest_stories_for(
    db: sqlite3.Connection, alert: Alert, topics: Collection[str], *, zone: tzinfo, now: datetime
) -> tuple[list[int], datetime]:
    """Articles of the newest MOST_STORIES that *alert* asks for, and when the first of them was seen: a digest."""
    hits = _newest(db, alert, topics, MOST_STORIES, zone=zone, now=now)
    return [hit.id for hit in hits], from_text(min((hit.first_seen for hit in hits), default=to_text(now)))


def _newest(
    db: sqlite3.Connection, alert: Alert, topics: Collection[str], number: int, *, zone: tzinfo, now: datetime
) -> list[Hit]:
    wanted = [topic for topic in topics if matches_one(topic, alert.topics)]
    filters = Filters(topics=wanted, sources=alert.sources, languages=alert.languages)
    return list(search(db, alert.query, filters=filters, group="story", limit=number, zone=zone, now=now))


def made_up(alert: Alert, sources: Mapping[str, Source], now: datetime) -> Record:
    """A record of no article, that says so."""
    source = next((name for name in sources if matches_one(name, alert.sources)), "")
    return Record(
        article={
            "id": 0, "url": "https://news.example/test", "source": source or next(iter(sources), "test"),
            "title": f"A test of the alert {alert.id}", "headline": None, "authors": [], "language": "en",
            "text": "No article of the archive answers this alert yet. This message shows that its channel works.",
            "published": to_text(now - timedelta(minutes=4)), "published_precision": "minute", "published_raw": None,
            "published_zone": None, "modified": None, "dateline": None, "section": None, "image": None,
            "first_seen": to_text(now), "last_seen": to_text(now), "story": 0,
        },
        tags=[], revisions=[], story={"id": 0, "articles": []},
    )  # fmt: skip
