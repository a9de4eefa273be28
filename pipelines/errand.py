"""One source in one run: what its spider and its stages act for."""

import sqlite3
from dataclasses import dataclass, field

from archive.article import WITHDRAWN, Fate, Visit
from archive.ledger import address_of, record_visit
from archive.looks import look_again
from pipelines.tally import Tally
from pipelines.workbench import Workbench
from seeds.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Which source, in which run, with what to work."""

    source: Source
    run: int
    workbench: Workbench
    tally: Tally = field(default_factory=Tally)

    async def record(self, url: str, fate: Fate, reason: str | None = None, status: int | None = None) -> None:
        """Writes and counts the fate of a URL of which no article came."""
        at = self.workbench.clock()
        visit = Visit(url=url, source=self.source.id, run=self.run, at=at, fate=fate, reason=reason, status=status)

        def write(db: sqlite3.Connection) -> None:
            record_visit(db, visit)
            look_again(db, address_of(db, url), steps=self.source.ages, at=at, gone=reason == WITHDRAWN)

        await self.workbench.archive(write)
        self.tally.count(fate, reason)
