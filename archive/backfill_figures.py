"""How far a backfill is, and an honest estimate of how long it still takes."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive.backfill_ways import lost_ways, ways_by_state
from archive.backfills import LEFT_OUT, Backfill
from archive.frontier import settled_since, waiting
from archive.times import to_text

_WINDOW = timedelta(minutes=5)
"""Over which the rate is measured: a site's pace, and the live crawls that it gives way to, change."""
_FEWEST = 5  # addresses settled in it, below which nothing can be said
_SHORTEST = timedelta(seconds=5)
_MOST_LOST = 20
_FATES = ("archived", "revised", "unchanged", "duplicate", "refused", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one backfill, at one moment."""

    order: Backfill
    waiting: int  # addresses that are still to be fetched
    ways: Mapping[str, int]  # sitemaps, pages of archives and listings: waiting, read, lost
    lost: list[tuple[str, str]]  # the first of those lost, and why
    rate: float | None  # addresses settled in a minute; None: it cannot be told

    @property
    def settled(self) -> int:
        """Addresses that have their fate, or were left to the live crawls."""
        return max(self.order.known - self.waiting, 0)

    @property
    def seconds_left(self) -> float | None:
        """How long what waits takes at the present rate; None where nothing can be said."""
        if self.order.state != "open" or not self.rate or not self.waiting or self.order.waits_until:
            return None
        return self.waiting / self.rate * 60

    @property
    def at_least(self) -> bool:
        """Whether sitemaps and pages are still to be read of which nobody knows what they hold."""
        return self.ways["waiting"] > 0

    def as_dict(self) -> dict[str, Any]:
        """As `--json` prints it."""
        order = self.order
        counts: dict[str, Any] = {fate: order.counts.get(fate, 0) for fate in _FATES}
        counts |= {"reasons": order.counts.get("reasons", {}), LEFT_OUT: order.counts.get(LEFT_OUT, {})}
        return {
            "backfill": order.id,
            "source": order.source,
            "state": order.state,
            "since": to_text(order.span.since),
            "until": to_text(order.span.until),
            "oldest_first": order.span.oldest_first,
            "begun": to_text(order.begun),
            "finished": to_text(order.finished) if order.finished else None,
            "process": order.worker,
            "cause": order.cause,
            "waits_until": to_text(order.waits_until) if order.waits_until else None,
            "known": order.known,
            "settled": self.settled,
            "waiting": self.waiting,
            "ways": dict(self.ways),
            "lost_ways": [{"url": url, "reason": reason} for url, reason in self.lost],
            "per_minute": None if self.rate is None else round(self.rate, 1),
            "seconds_left": None if self.seconds_left is None else round(self.seconds_left),
            "at_least": self.at_least,
            "counts": counts,
        }


def figures_of(db: sqlite3.Connection, order: Backfill, now: datetime) -> Figures:
    """How far *order* is at *now*."""
    return Figures(
        order=order, waiting=waiting(db, order.id), ways=ways_by_state(db, order.id),
        lost=lost_ways(db, order.id, _MOST_LOST), rate=_rate(db, order, now),
    )  # fmt: skip


def _rate(db: sqlite3.Connection, order: Backfill, now: datetime) -> float | None:
    settled, first = settled_since(db, order, now - _WINDOW)
    if settled < _FEWEST or first is None or order.state != "open":
        return None
    return settled / max(now - first, _SHORTEST).total_seconds() * 60
