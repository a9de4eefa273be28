"""What each source published by the day and by the hour, how it did meanwhile, and what could not be had of it: what a
calendar of a source is drawn from."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.article import Fate
from archive.times import from_text, to_text
from archive.volume import Span

_ALL = 0  # the topic of `volume` that counts every article
_LOST_AMONG = 2_000
"""Among so many visits of a source those are looked for that failed: of a source that fails, the last ones."""


def articles_by_source(db: sqlite3.Connection, spans: Sequence[Span]) -> dict[str, list[int]]:
    """For each source that had any, its articles in each of *spans*, which begin and end on the hour. Reads a row of
    `volume` for each hour and source."""
    rows = db.execute(
        "SELECT source, span.key, sum(articles) FROM json_each(:spans) AS span CROSS JOIN volume "
        "WHERE topic = :all AND hour >= span.value ->> 0 AND hour < span.value ->> 1 GROUP BY span.key, source",
        {"spans": json.dumps([(to_text(begin), to_text(end)) for begin, end in spans]), "all": _ALL},
    )
    found: dict[str, list[int]] = {}
    for source, place, number in rows:
        found.setdefault(source, [0] * len(spans))[place] = number
    return found


def hours_of(db: sqlite3.Connection, source: str, span: Span) -> dict[datetime, int]:
    """The hours of *span* in which *source* published, and how many articles. Looks each hour up in `volume`: what
    other sources had in it is not read."""
    begin = span[0].astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    rows = db.execute(
        "WITH RECURSIVE hours (hour) AS (SELECT :begin UNION ALL "
        "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', hour, '+1 hour') FROM hours WHERE hour < :end) "
        "SELECT volume.hour, articles FROM hours CROSS JOIN volume "
        "ON topic = :all AND volume.hour = hours.hour AND source = :source WHERE articles > 0",
        {"begin": to_text(begin), "end": to_text(span[1]), "all": _ALL, "source": source},
    )
    return {from_text(hour): number for hour, number in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A source became *state* at an instant, as a run found it."""

    since: datetime
    state: str
    cause: str | None


def changes_of_health(db: sqlite3.Connection, source: str, number: int) -> list[Change]:
    """The last *number* times that the health of *source* became another, the oldest first."""
    rows = db.execute(
        "SELECT since, health, cause FROM health WHERE source = ? ORDER BY id DESC LIMIT ?", (source, number)
    )
    found = [Change(since=from_text(since), state=state, cause=cause) for since, state, cause in rows]
    return sorted(found, key=lambda one: one.since)


def lost_pages(db: sqlite3.Connection, source: str, number: int) -> list[dict[str, Any]]:
    """The addresses of *source* that were refused or failed last, the newest first: url, fate, reason, status, tries,
    at. They are looked for among the last visits."""
    rows = db.execute(
        "SELECT url, fate, reason, status, tries, at FROM ("
        "SELECT url, fate, reason, status, tries, at FROM visits WHERE source = ?1 AND past = 0 "
        "ORDER BY at DESC LIMIT ?2) WHERE fate IN (?3, ?4) LIMIT ?5",
        (source, _LOST_AMONG, Fate.REFUSED, Fate.FAILED, number),
    )
    return [dict(row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What became of the addresses of a source that were dealt with last: of how many, since when."""

    counts: list[tuple[str, str | None, int]]  # fate, reason, how many; the commonest first
    since: str | None  # None: these are all


def last_fates(db: sqlite3.Connection, source: str, number: int) -> Fates:
    """The fates of the *number* addresses of *source* that were dealt with last; `archive.health_evidence.fates_of`
    counts all, and takes as long as there are many."""
    rows = db.execute(
        "SELECT fate, substr(reason, 1, 100), at FROM visits WHERE source = ? AND past = 0 ORDER BY at DESC LIMIT ?",
        (source, number + 1),
    ).fetchall()
    counted = Counter((fate, reason) for fate, reason, _ in rows[:number])
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0][0], one[0][1] or ""))
    return Fates(
        counts=[(fate, reason, many) for (fate, reason), many in ordered],
        since=rows[number - 1][2] if len(rows) > number else None,
    )


def newest_of(db: sqlite3.Connection, source: str, number: int) -> list[dict[str, Any]]:
    """The newest articles of *source*: id, title, language, and `time`, when they were published, else first seen; with
    `precision` "day" that day in the `zone`."""
    rows = db.execute(
        "SELECT id, title, language, coalesce(published, first_seen) AS time, published_precision AS precision, "
        "published_zone AS zone FROM article_head WHERE source = ? ORDER BY id DESC LIMIT ?",
        (source, number),
    )
    return [dict(row) for row in rows]


def last_arrival(db: sqlite3.Connection, source: str) -> tuple[str, str | None] | None:
    """When the newest article of *source* was first seen, and its language."""
    row = db.execute(
        "SELECT first_seen, language FROM article_head WHERE source = ? ORDER BY id DESC LIMIT 1", (source,)
    ).fetchone()
    return (row[0], row[1]) if row else None
