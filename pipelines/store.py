"""Stage 4: the article goes into the archive with everything that follows from it, in one transaction."""

import sqlite3
from dataclasses import replace

from archive.article import Fate
from archive.forgetting import remembered, why_gone
from archive.lines import NO_LINES
from archive.past import meet
from archive.storing import Arrival, Stored, save
from pipelines.keeping import Named, keep_before, named, settle
from pipelines.stage import Dropped, Stage


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
        watch, clock = self.errand.workbench.watch, self.errand.workbench.clock

        def keep(db: sqlite3.Connection) -> tuple[Stored | str, Named]:
            article = remembered(db, arrival.article)
            if article is None:
                return why_gone(db, arrival.article.url), Named(False)
            kept = replace(arrival, article=article)
            stored = save(db, kept)
            if self.errand.is_to_be_told(db, kept):
                told = replace(kept, seen=clock()) if kept.is_capture else kept  # it is told today
                watch.tell(db, told, _as_news(db, kept, stored))
            return stored, named(db, kept, stored)

        counted = NO_LINES
        try:
            page = await keep_before(self.errand, arrival)
            stored, said = await self.errand.workbench.archive(keep)
            if isinstance(stored, Stored) and stored.fate is Fate.ARCHIVED:
                counted = arrival.lines
        finally:
            await self.errand.lines.end(counted)
        await settle(self.errand, arrival, page, said)
        if isinstance(stored, str):
            self.errand.tally.count(Fate.REFUSED, stored)
            raise Dropped(Fate.REFUSED, stored)
        self.errand.tally.count(stored.fate, arrival.remark)
        return arrival
