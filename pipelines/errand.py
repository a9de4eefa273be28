"""One source in one run: what its spider and its stages act for."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from archive.article import Fate, Visit
from archive.backfill_ways import is_on_front
from archive.health_evidence import record_health
from archive.identity import own_urls
from archive.keeper import Keeper
from archive.ledger import finish_run
from archive.notes import Recorded
from archive.past import STILL_NEWS
from archive.recurring import past_of
from archive.storing import Arrival
from pipelines.line_memory import LineMemory
from pipelines.rendering import Rendering
from pipelines.tally import Tally
from pipelines.workbench import Workbench
from seeds.sources import Source

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Which source, in which run, with what to work."""

    source: Source
    run: int
    workbench: Workbench
    tells: Literal["all", "news", "nothing"] = "all"
    """Of which articles the alerts are told: an old one that arrives at night is a false alarm."""
    is_backfill: bool = False
    """Whether it fetches the past, and so gives way to whoever fetches what is new."""
    captured: datetime | None = None
    """When the page in hand was captured, where that was by others; it asks for nothing then."""
    rendering: Rendering | None = None
    """How its pages are drawn by a browser where they show nothing without; None: never."""
    tally: Tally = field(default_factory=Tally)
    lines: LineMemory = field(default_factory=LineMemory)

    @property
    def is_past(self) -> bool:
        """Whether it brings what was published before anybody watched: that tells nothing of how the source does."""
        return self.is_backfill or self.captured is not None

    @property
    def keeper(self) -> Keeper | None:
        """Who keeps its pages; None: nobody does."""
        keeps = self.workbench.keeps_pages if self.source.keep_pages is None else self.source.keep_pages
        return self.workbench.keeper if keeps else None

    @property
    def account(self) -> str:
        """By which the workers share their places out: the past of a source takes none from its present."""
        return past_of(self.source.id) if self.is_past else self.source.id

    def is_to_be_told(self, db: sqlite3.Connection, arrival: Arrival) -> bool:
        """Whether the alerts hear of *arrival*. Of one without a date they do where a live crawl would have told of it,
        which finds it archived already: where a feed or the first page of a listing shows it."""
        if self.tells == "news":
            published = arrival.article.published
            if published is None:
                return is_on_front(db, self.run, own_urls(arrival.article))
            whole_day = _DAY if arrival.article.published_precision == "day" else timedelta()
            at = self.workbench.clock() if arrival.is_capture else arrival.seen  # a page may have been kept for weeks
            return at - (published + whole_day) <= STILL_NEWS
        return self.tells == "all"

    async def record(self, url: str, fate: Fate, reason: str | None = None, status: int | None = None) -> None:
        """Writes and counts the fate of a URL of which no article came."""
        at = self.captured or self.workbench.clock()
        visit = Visit(url=url, source=self.source.id, run=self.run, at=at, fate=fate, reason=reason, status=status)

        note = Recorded(visit=visit, ages=self.source.ages, captured=self.captured is not None)
        await self.workbench.put(note)
        self.tally.count(fate, reason)


def end_run(db: sqlite3.Connection, run: int, errands: Collection[Errand], at: datetime, outcome: str) -> None:
    """Writes down how *run* ended, what came of each of its *errands*, and how their sources do by now."""
    finish_run(db, run, at, outcome, {errand.source.id: errand.tally.as_dict() for errand in errands})
    record_health(db, {errand.source.id: [url for _, url in errand.source.ways] for errand in errands}, at)
