"""Stage 1: a page becomes an article, in a worker process that can be killed."""

from collections.abc import Sequence

from archive.article import Fate
from archive.lines import Lines
from archive.recurring import latest_lines, past_of
from archive.storing import Arrival
from pipelines.extraction.unusable import Unusable
from pipelines.page import Page
from pipelines.reading import Reading, read_in_worker
from pipelines.stage import Stage
from pipelines.workers import WorkerFault

TEXT_IS_CUT = "text cut"
"""The reason of an article whose text is archived without its end."""


class Extract(Stage):
    """Page → Arrival with a cleaned article, not yet tagged. Its page is under way until the store has ended it."""

    async def process_item(self, page: Page) -> Arrival:
        """Raises Dropped where the page holds no article, or its worker did not survive it."""
        recurring = await self.errand.lines.begin(self._recall)
        try:
            reading: Reading = await self.errand.workbench.workers.run(
                read_in_worker, page, self.errand.source, recurring, source=self.errand.account
            )
        except BaseException as error:
            await self.errand.lines.end()
            if isinstance(error, Unusable):
                raise await self.drop(page.requested, Fate.REFUSED, error.name, page.status) from error
            if isinstance(error, WorkerFault):
                raise await self.drop(page.requested, Fate.FAILED, error.name, page.status) from error
            raise
        return Arrival(
            article=reading.article, seen=page.fetched, run=self.errand.run, status=page.status,
            validators=page.validators, revisit=self.errand.source.ages,
            lines=reading.lines, left_out=reading.left_out, remark=TEXT_IS_CUT if reading.is_cut else None,
            is_past=self.errand.is_past, is_capture=self.errand.captured is not None,
        )  # fmt: skip

    async def _recall(self) -> Sequence[Lines]:
        """Of its present too, where nothing is known of its past yet."""
        archive, source = self.errand.workbench.archive, self.errand.source.id
        past = await archive(lambda db: latest_lines(db, past_of(source))) if self.errand.is_past else []
        return past or await archive(lambda db: latest_lines(db, source))
