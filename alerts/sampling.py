"""An article to try an alert out with: the newest that answers it, or a made-up one where none does."""

import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta, tzinfo

from alerts.definitions import Alert
from archive.reading import Record, read_record
from archive.search import Filters, search
from archive.times import to_text
from seeds.definitions import matches_one
from seeds.sources import Source


def newest_for(
    db: sqlite3.Connection, alert: Alert, topics: Collection[str], *, zone: tzinfo, now: datetime
) -> Record | None:
    """The newest archived article that *alert* asks for, but for its score; None where there is none.

    *topics* are the ids that the desk has.
    """
    wanted = [topic for topic in topics if matches_one(topic, alert.topics)]
    filters = Filters(topics=wanted, sources=alert.sources, languages=alert.languages)
    for hit in search(db, alert.query, filters=filters, limit=1, zone=zone, now=now):
        return read_record(db, hit.id)
    return None


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
