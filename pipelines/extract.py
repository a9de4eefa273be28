"""Stage 1: a page becomes an article, in a worker process that can be killed."""

from archive.article import Fate
from archive.storing import Arrival
from pipelines.extraction.article import Unusable, extract_article
from pipelines.page import Page
from pipelines.stage import Stage
from pipelines.workers import WorkerFault


class Extract(Stage):
    """Page → Arrival with a cleaned article, not yet tagged."""

    async def process_item(self, page: Page) -> Arrival:
        """Raises Dropped where the page holds no article, or its worker did not survive it."""
        try:
            article = await self.errand.workbench.workers.run(extract_article, page, self.errand.source)
        except Unusable as refusal:
            raise await self.drop(page.requested, Fate.REFUSED, refusal.name, page.status) from refusal
        except WorkerFault as fault:
            raise await self.drop(page.requested, Fate.FAILED, fault.name, page.status) from fault
        return Arrival(
            article=article, seen=page.fetched, run=self.errand.run, status=page.status,
            validators=page.validators, revisit=self.errand.source.ages,
        )  # fmt: skip
