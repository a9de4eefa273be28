"""Stage 1: a page becomes an article, in a worker process that can be killed.

Where a page holds no article without its scripts, and its source is to be rendered, what a browser draws of it is read
in its place.
"""

from collections.abc import Sequence

from archive.article import Fate
from archive.lines import Lines, Recurring
from archive.recurring import known_lines
from archive.storing import Arrival
from pipelines.extraction.unusable import Unusable
from pipelines.extraction.version import code_name
from pipelines.keeping import as_kept, keep_refused
from pipelines.page import Page
from pipelines.reading import Reading, read_in_worker
from pipelines.rendering import Fruitless, NotNow, NotRendered
from pipelines.stage import Dropped, Stage
from pipelines.workers import WorkerFault

TEXT_IS_CUT = "text cut"
"""The reason of an article whose text is archived without its end."""
MENDABLE = frozenset(
    ["no article text", "empty page", "index page", "cookie wall", "gate", "error page", "same text on every page"]
)
"""What a page may seem to be because its scripts have not run: an empty frame, a menu, the wish for JavaScript."""


class Extract(Stage):
    """Page → Arrival with a cleaned article, not yet tagged. Its page is under way until the store has ended it."""

    async def process_item(self, page: Page) -> Arrival:
        """Raises Dropped where the page holds no article, or its worker did not survive it."""
        recurring = await self.errand.lines.begin(self._recall)
        refused: list[tuple[Page, Unusable]] = []
        try:
            reading, page = await self._read(page, recurring, refused)
        except BaseException as error:
            await self.errand.lines.end()
            if isinstance(error, Unusable | Fruitless):
                await keep_refused(self.errand, refused)
            if isinstance(error, Unusable | Fruitless):
                is_open = self.errand.is_past and isinstance(error, Fruitless)  # what its scripts ask for may be down
                fate = Fate.FAILED if is_open else Fate.REFUSED
                raise await self.drop(page.requested, fate, error.name, page.status) from error
            if isinstance(error, WorkerFault | NotRendered):
                raise await self.drop(page.requested, Fate.FAILED, error.name, page.status) from error
            if isinstance(error, NotNow):
                raise Dropped(Fate.WAITING, "not rendered in this run", page.requested) from error
            raise
        packed = reading.packed and as_kept(page, reading.packed, self.errand, reading.page_hash)
        return Arrival(
            article=reading.article, page=packed or None, seen=page.fetched, run=self.errand.run, status=page.status,
            validators=page.validators, revisit=self.errand.source.ages,
            lines=reading.lines, left_out=reading.left_out, page_hash=reading.page_hash, code=code_name(),
            remark=TEXT_IS_CUT if reading.is_cut else None,
            is_past=self.errand.is_past, is_capture=self.errand.captured is not None,
        )  # fmt: skip

    async def _read(
        self, page: Page, recurring: Recurring, refused: list[tuple[Page, Unusable]]
    ) -> tuple[Reading, Page]:
        """The article on *page*, and the page that shows it: a rendered one may. Those that show none are added to
        *refused*."""
        keeps = self.errand.keeper is not None

        async def read(page: Page) -> Reading:
            try:
                return await self.errand.workbench.workers.run(
                    read_in_worker, page, self.errand.source, recurring, keeps, source=self.errand.account
                )
            except Unusable as error:
                refused.append((page, error))
                raise

        if self.errand.rendering is None:
            return await read(page), page
        return await self.errand.rendering.read("article", page, read, _is_mendable)

    async def _recall(self) -> Sequence[Lines]:
        source, is_past = self.errand.source.id, self.errand.is_past
        return await self.errand.workbench.archive(lambda db: known_lines(db, source, is_past=is_past))


def _is_mendable(error: Exception) -> bool:
    return isinstance(error, Unusable) and error.name in MENDABLE
