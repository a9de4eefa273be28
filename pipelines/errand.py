"""One source in one run: what its spider and its stages act for."""

from dataclasses import dataclass, field

from archive.article import Fate, Visit
from archive.ledger import record_visit
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
        await self.workbench.archive(lambda db: record_visit(db, visit))
        self.tally.count(fate, reason)
