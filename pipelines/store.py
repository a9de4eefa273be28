"""Stage 4: the article goes into the archive with everything that follows from it, in one transaction."""

import sqlite3
from dataclasses import dataclass, replace

from archive.article import Fate
from archive.forgetting import remembered, why_gone
from archive.lines import NO_LINES
from archive.past import meet
from archive.storing import Arrival, Stored, save
from pipelines.errand import Errand
from pipelines.keeping import Named, keep_before, named, settle
from pipelines.stage import Dropped, Stage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an arrival, and of its page."""

    stored: Stored | str  # why it was not to be kept
    page: Named

    @property
    def fate(self) -> Fate:
        """That of its URL."""
        return Fate.REFUSED if isinstance(self.stored, str) else self.stored.fate

    def reason(self, arrival: Arrival) -> str | None:
        """By which it is counted beside its fate."""
        return self.stored if isinstance(self.stored, str) else arrival.remark


@dataclass(frozen=True, slots=True)
class Saving:
    """The writing of one arrival: what runs in a transaction of the archive."""

    errand: Errand
    arrival: Arrival

    def __call__(self, db: sqlite3.Connection) -> Outcome:
        """Saves it, and tells the alerts that follow."""
        errand, arrival = self.errand, self.arrival
        article = remembered(db, arrival.article)
        if article is None:
            return Outcome(why_gone(db, arrival.article.url), Named(False))
        kept = replace(arrival, article=article)
        stored = save(db, kept)
        if errand.is_to_be_told(db, kept):
            told = replace(kept, seen=errand.workbench.clock()) if kept.is_capture else kept  # it is told today
            errand.workbench.watch.tell(db, told, _as_news(db, kept, stored))
        return Outcome(stored, named(db, kept, stored))


def _as_news(db: sqlite3.Connection, arrival: Arrival, stored: Stored) -> Stored:
    """What the alerts are told of it: news that a file had brought in silence is new to them."""
    if arrival.is_past or not meet(db, stored.article, arrival.seen) or stored.fate is Fate.REVISED:
        return stored
    return replace(stored, fate=Fate.ARCHIVED)


class Store(Stage):
    """Arrival → the same, archived."""

    async def process_item(self, arrival: Arrival) -> Arrival:
        """Raises Dropped where it was forgotten or has expired; ArchiveError where it could not be written: then
        nothing of it was, and nobody is told.
        """
        counted = NO_LINES
        try:
            page = await keep_before(self.errand, arrival)
            outcome = await self.errand.workbench.archive(Saving(self.errand, arrival))
            if outcome.fate is Fate.ARCHIVED:
                counted = arrival.lines
        finally:
            await self.errand.lines.end(counted)
        await settle(self.errand, arrival, page, outcome.page)
        self.errand.tally.count(outcome.fate, outcome.reason(arrival))
        if isinstance(outcome.stored, str):
            raise Dropped(Fate.REFUSED, outcome.stored)
        return arrival
