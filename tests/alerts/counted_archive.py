"""An archive of nothing but counts: articles without text, by the minute at which each was published."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from archive.database import transaction
from archive.identity import IDS_PER_SECOND
from archive.times import to_text

HOUR = timedelta(hours=1)
FOUND = timedelta(minutes=2)
"""An article is found so long after it was published."""


def publish(
    db: sqlite3.Connection, times: Iterable[datetime], *, source: str = "wire", topic: str | None = None,
    seen: datetime | None = None,
) -> None:  # fmt: skip
    """Archives an article of each of *times*, found FOUND later, or at *seen*."""
    with transaction(db):
        number = None
        if topic:
            db.execute("INSERT OR IGNORE INTO topic_names (name) VALUES (?)", (topic,))
            db.execute("INSERT OR IGNORE INTO pack_versions (id, name) VALUES (1, 'p')")
            number = db.execute("SELECT id FROM topic_names WHERE name = ?", (topic,)).fetchone()[0]
        for time in times:
            article = _free_id(db, time)
            found = to_text(seen or time + FOUND)
            db.execute(
                "INSERT INTO article_head (id, url, source, title, published, published_precision, first_seen, "
                "last_seen, story, language) VALUES (?, ?, ?, 'A title', ?, 'second', ?, ?, ?, 'en')",
                (article, f"https://{source}.example/{article}", source, to_text(time), found, found, article),
            )
            if number is not None:
                db.execute("INSERT INTO article_tags VALUES (?, ?, 1.0, 1)", (number, article))


def _free_id(db: sqlite3.Connection, time: datetime) -> int:
    begin = int(time.timestamp()) * IDS_PER_SECOND
    last = db.execute(
        "SELECT max(id) FROM article_head WHERE id BETWEEN ? AND ?", (begin, begin + IDS_PER_SECOND - 1)
    ).fetchone()[0]
    return begin if last is None else int(last) + 1


def ask(db: sqlite3.Connection, times: Iterable[datetime], *sources: str) -> None:
    """Writes down runs that ended at *times* and asked *sources*."""
    counts = json.dumps({source: {"requests": 1, "archived": 0, "reasons": {}} for source in sources or ("wire",)})
    with transaction(db):
        db.executemany(
            "INSERT INTO runs (job, started, finished, outcome, counts, host, process) "
            "VALUES ('job', ?, ?, 'done', ?, 'h', 1)",
            [(to_text(time - timedelta(minutes=1)), to_text(time), counts) for time in times],
        )


def evenly(begin: datetime, end: datetime, number: int, hours: Iterable[int] = range(24)) -> list[datetime]:
    """So many times in each hour of UTC among *hours* between *begin* and *end*, which are on the hour."""
    found, hour, wanted = [], begin.astimezone(UTC), set(hours)
    while hour < end:
        if hour.hour in wanted:
            found += [hour + n * HOUR / number for n in range(number)]
        hour += HOUR
    return found
