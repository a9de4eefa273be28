"""Works on backfills in the process of a command, where no service runs."""

import asyncio
import logging
from collections.abc import Collection
from functools import partial

from archive.backfills import BY_HAND, end_order
from crawler.backfill.working import Backfilling
from crawler.desk import Desk
from crawler.launch import PATIENCE, Traffic, on_reactor
from crawler.signs import Signs
from pipelines.workbench import Workbench
from seeds.definitions import DefinitionError

logger = logging.getLogger(__name__)


class _Reread:
    """The desk's sources as its files have them by now; as they were, where they are wrong meanwhile."""

    def __init__(self, desk: Desk, workbench: Workbench) -> None:
        self._desk, self._workbench = desk, workbench

    def __call__(self) -> tuple[Desk, Workbench]:
        anew = Desk(self._desk.root)
        try:
            _ = anew.sources, anew.config
        except DefinitionError as error:
            logger.error("the definitions were NOT read anew, the old ones stay in force: %s", error)
        else:
            self._desk = anew
        return self._desk, self._workbench


def backfill_by_hand(desk: Desk, workbench: Workbench, orders: Collection[int]) -> None:
    """Works on *orders* until they are ended, or a sign to end comes, which stops them. It uses up the process's
    reactor. Raises ArchiveError.
    """
    signs = Signs(patience=PATIENCE)

    async def main() -> None:
        traffic, signed = Traffic(), asyncio.Event()
        backfilling = Backfilling(_Reread(desk, workbench), traffic)

        def end() -> None:
            signed.set()
            backfilling.stop()

        signs.listen(end=end)
        try:
            await backfilling.run_given(orders)
        finally:
            await traffic.browser.close()
        at = workbench.clock()
        for order in orders if signed.is_set() else ():  # who stopped it otherwise may have given it anew by now
            await workbench.archive(partial(end_order, order=order, state="stopped", at=at, cause=BY_HAND))

    on_reactor(main)
