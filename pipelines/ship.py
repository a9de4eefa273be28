"""Stage 4 on a machine of its own: the article goes to the archive that counts, by way of the crawl's journal."""

import sqlite3
from dataclasses import dataclass

from archive.arrival import Arrival
from archive.article import Fate, Visit
from archive.identity import own_urls
from archive.ledger import key_of, record_visit
from archive.lines import NO_LINES
from pipelines.saved import Saved
from pipelines.stage import Stage


class Ship(Stage):
    """Arrival → the same, shipped. What becomes of it is decided, counted and told where it arrives."""

    async def process_item(self, arrival: Arrival) -> Arrival:
        """Waits while there is no room for it. Raises ArchiveError where the scratch archive cannot be written."""
        workbench, counted = self.errand.workbench, NO_LINES
        if workbench.journal is None:
            raise RuntimeError("a crawl without a journal has nowhere to ship to")
        try:
            is_new = await workbench.archive(_Settled(arrival))
            await workbench.journal.add(Saved(arrival=arrival))
            if is_new:
                counted = arrival.lines
        finally:
            await self.errand.lines.end(counted)
        return arrival


@dataclass(frozen=True, slots=True)
class _Settled:
    """What the scratch archive learns of an arrival: that its addresses wait no more."""

    arrival: Arrival

    def __call__(self, db: sqlite3.Connection) -> bool:
        """Writes it; whether no archived article was known at any of them."""
        arrival, is_new = self.arrival, True
        for url in own_urls(arrival.article):
            known = db.execute(
                "SELECT 1 FROM addresses WHERE key = ? AND article IS NOT NULL AND kind <> 'claim'", (key_of(url),)
            ).fetchone()
            is_new = is_new and known is None
            fate = Fate.UNCHANGED if known else Fate.ARCHIVED
            source, run, status = arrival.article.source, arrival.run, arrival.status
            record_visit(db, Visit(url=url, source=source, run=run, at=arrival.seen, fate=fate, status=status))
        return is_new
