"""How many articles a topic had, hour by hour or day by day, from the rollup `volume`; no article is read.

The rollup counts by hours of UTC. Days and weeks are those of a zone; where the zone is off by half an hour, an hour
counts for the day in which it begins.
"""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Literal

from archive.times import from_text, to_text
from archive.volume import topic_counts

Step = Literal["hour", "day", "week"]

MOST_SPANS = 2_000
"""In a series: 83 days by the hour, five years by the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The articles of one topic in each span of time, the last of which goes on."""

    topic: str | None  # None: every article, whatever its topics
    counts: tuple[int, ...]
    today: int  # since midnight
    before: int  # from the first span to midnight
    days_before: float

    @property
    def total(self) -> int:
        """In all spans together."""
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """A day, until today; None where there was none."""
        return self.before / self.days_before if self.days_before else None

    @property
    def ratio(self) -> float | None:
        """Of today's figure to the mean; None where that is 0 or not known."""
        return self.today / self.mean if self.mean else None


def bounds(since: datetime, now: datetime, step: Step, zone: tzinfo) -> list[datetime]:
    """Where the spans of *step* begin, from the one that holds *since*, and the end of the one that holds *now*.

    Raises ValueError where there would be too many.
    """
    found = [_begin(since, step, zone)]
    while found[-1] <= now:
        if len(found) > MOST_SPANS:
            raise ValueError(
                f"by {step} there are more than {MOST_SPANS:,} since then; begin later or take longer steps"
            )
        found.append(_next(found[-1], step, zone))
    return found


def trends(
    db: sqlite3.Connection, spans: list[datetime], *, topics: Mapping[str, int], sources: Collection[str] | None = None,
    now: datetime, zone: tzinfo,
) -> list[Trend]:  # fmt: skip
    """The trend of every article, and of each of *topics* (with their numbers), between the *spans* that `bounds` gave;
    *sources*: of these only."""
    midnight = max(_begin(now, "day", zone), spans[0])
    tonight = min(_next(_begin(now, "day", zone), "day", zone), spans[-1])  # a week goes on behind it
    asked = [*pairwise(spans), (midnight, tonight), (spans[0], midnight)]
    begin = max(
        spans[0], _begin(_first_hour(db, spans[0]) or midnight, "day", zone)
    )  # no day before the archive counts
    days = max(midnight - begin, timedelta()) / timedelta(days=1)
    found = topic_counts(db, [0, *topics.values()], asked, sources)
    return [
        Trend(topic=topic, counts=tuple(counts), today=today, before=before, days_before=days)
        for topic, (*counts, today, before) in zip([None, *topics], found, strict=True)
    ]


def _first_hour(db: sqlite3.Connection, since: datetime) -> datetime | None:
    """The first hour since then that has an article."""
    row = db.execute(
        "SELECT hour FROM volume_hours WHERE topic = 0 AND hour >= ? AND articles > 0 ORDER BY hour LIMIT 1",
        (to_text(since),),
    ).fetchone()
    return from_text(row[0]) if row else None


def _begin(instant: datetime, step: Step, zone: tzinfo) -> datetime:
    """The beginning, in UTC, of the hour, day or week (from Monday on) that *instant* is in."""
    if step == "hour":
        return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    day = instant.astimezone(zone).date()
    if step == "week":
        day -= timedelta(days=day.weekday())
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _next(begin: datetime, step: Step, zone: tzinfo) -> datetime:
    """The beginning of the span behind the one that begins there: a day may have 23 or 25 hours."""
    if step == "hour":
        return begin + timedelta(hours=1)
    day = begin.astimezone(zone).date() + timedelta(days=1 if step == "day" else 7)
    return datetime.combine(day, time(), zone).astimezone(UTC)
