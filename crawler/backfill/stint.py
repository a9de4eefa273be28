"""One stint of a backfill: a run of its own, as long as the source's budget lets one be, beside the live crawls.

It takes nothing from them: not the lock of its source, no place of a crawl, no turn at a host that one wants.
"""

import asyncio

from archive.backfills import Backfill
from archive.runs import finish_run, start_run
from crawler.backfill.walk import Walk
from crawler.launch import Crawling
from crawler.spiders.backfill import BackfillSpider
from pipelines.errand import Errand
from seeds.sources import Source


class Stint(Crawling):
    """`stop` ends it early, as it does a crawl."""

    async def fetch(self, order: Backfill, source: Source, *, patient: bool) -> Walk:
        """Fetches of *order* what the budget of *source* allows; what came of it. *patient*: where its site is down,
        that is waited for, and not taken for the fault of its pages. Raises ArchiveError."""
        archive, begun = self._workbench.archive, self._workbench.clock()
        run = await archive(lambda db: start_run(db, None, begun, backfill=order.id))
        errand = Errand(source=source, run=run, workbench=self._workbench, tells="news", is_backfill=True)
        walk = Walk(errand, order)
        if not self._stopped.is_set():
            await self._walk(errand, walk, patient)
        outcome = "stopped" if self._stopped.is_set() else "done"
        counts = {source.id: errand.tally.as_dict()}
        await archive(lambda db: finish_run(db, run, self._workbench.clock(), outcome, counts))
        return walk

    async def _walk(self, errand: Errand, walk: Walk, patient: bool) -> None:
        crawl = asyncio.create_task(self._crawl(errand, BackfillSpider, walk=walk, patient=patient))
        await self._settle({crawl}, None)
        if not crawl.cancelled() and (error := crawl.exception()):
            raise error
