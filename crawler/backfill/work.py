"""The work on one order: stint after stint, with pauses where its site wants or needs them, until nothing is left."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from archive.backfill_ways import next_way_due, ways_left
from archive.backfills import Backfill, State, backfill, end_order, leave_order, let_wait, take_order
from archive.errors import ArchiveError
from archive.frontier import next_due, waiting
from crawler.backfill.stint import Stint
from crawler.backfill.walk import Walk
from crawler.desk import Desk
from crawler.launch import Traffic
from pipelines.workbench import Workbench
from seeds.sources import Source

logger = logging.getLogger(__name__)

Equipment = Callable[[], tuple[Desk, Workbench]]
"""Gives the desk and the workbench as they are by now: definitions may be read anew between two stints."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""After stints that found the site down, in a row; the last one repeats, and then its pages are to blame."""
NOT_HERE = "its source is not on the desk as it was last read; SIGHUP makes khabar run read it anew"
_IDLE = timedelta(minutes=1)
"""After a stint that could do nothing although something waits."""


class Work:
    """Of one process on the order with this number. Ended by `stop`, which leaves the order as it is."""

    def __init__(self, order: int, equipment: Equipment, traffic: Traffic, places: asyncio.Semaphore) -> None:
        self._number, self._equipment, self._traffic, self._places = order, equipment, traffic, places
        self._stint: Stint | None = None
        self._left = (0, 0)  # addresses and ways, after the last stint
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Ends what is under way, soon."""
        self._stopped.set()
        if self._stint:
            self._stint.stop()

    async def run(self) -> None:
        """All stints. Raises ArchiveError. Another fault of ours ends the order; the log has its traceback."""
        number = self._number
        if not await self._workbench.archive(lambda db: take_order(db, number)):
            return
        try:
            await self._do_stints()
        except ArchiveError:
            raise
        except Exception:
            logger.exception("backfill %d ended by a fault", number)
            await self._finish("stopped", "fault in Khabar")
        finally:
            with contextlib.suppress(ArchiveError):  # its process is known to be dead as well
                await self._workbench.archive(lambda db: leave_order(db, number))

    @property
    def _workbench(self) -> Workbench:
        return self._equipment()[1]

    async def _do_stints(self) -> None:
        down = 0
        while not self._stopped.is_set():
            desk, workbench = self._equipment()
            order = await workbench.archive(lambda db: backfill(db, self._number))
            if order.state != "open":
                return
            source = desk.sources.get(order.source)
            if source is None:
                await self._finish("stopped", NOT_HERE)
                return
            async with self._place() as is_free:
                if not is_free:
                    return
                walk = await self._fetch(desk, workbench, order, source, patient=down < len(PAUSES))
            down = down + 1 if walk.end == "down" else 0
            if not self._stopped.is_set() and await self._is_over(order, walk, down):
                return

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[bool]:
        """One of the few places, in turn; whether it came before it was to stop."""
        acquiring, stopped = asyncio.create_task(self._places.acquire()), asyncio.create_task(self._stopped.wait())
        try:
            await asyncio.wait({acquiring, stopped}, return_when=asyncio.FIRST_COMPLETED)
            yield acquiring.done() and not stopped.done()
        finally:
            stopped.cancel()
            if acquiring.done():
                self._places.release()
            else:
                acquiring.cancel()

    async def _fetch(
        self, desk: Desk, workbench: Workbench, order: Backfill, source: Source, *, patient: bool
    ) -> Walk:  # fmt: skip
        self._stint = Stint(desk, workbench, self._traffic)
        try:
            await workbench.archive(lambda db: let_wait(db, order.id, None, None))
            return await self._stint.fetch(order, source, patient=patient)
        finally:
            self._stint = None

    async def _is_over(self, order: Backfill, walk: Walk, down: int) -> bool:
        """Whether nothing is left of *order*; else waits until its next stint may begin."""
        workbench, at = self._workbench, self._workbench.clock()
        left, ways = await workbench.archive(lambda db: (waiting(db, order.id), ways_left(db, order.id)))
        if not left and not ways:
            await self._finish("done")
            return True
        logger.info("the backfill of %s: %d addresses and %d sitemaps and pages wait", order.source, left, ways)
        until, cause = at, ""
        if walk.end == "asked to wait":
            until, cause = at + self._held(order), f"the site asked to be left alone ({walk.fault})"
        elif walk.end == "down":
            until, cause = at + PAUSES[min(down, len(PAUSES)) - 1], f"the site does not answer ({walk.fault})"
        elif walk.end == "nothing left":
            due = await workbench.archive(lambda db: (next_due(db, order.id), next_way_due(db, order.id)))
            until, cause = min((one for one in due if one), default=at + _IDLE), "what failed is tried again"
        elif (left, ways) == self._left:
            until, cause = at + _IDLE, "nothing could be done"
        self._left = left, ways
        if until > at:
            logger.warning("the backfill of %s waits until %s: %s", order.source, f"{until:%H:%M:%S} UTC", cause)
            await workbench.archive(lambda db: let_wait(db, order.id, until, cause))
            await self._pause((until - at).total_seconds())
        return False

    def _held(self, order: Backfill) -> timedelta:
        """For how long the longest held of its source's hosts is."""
        desk, workbench = self._equipment()
        source = desk.sources.get(order.source)
        urls = [*(url for _, url in source.ways), *source.archives] if source else []
        held = max((self._traffic.hosts.of(url).held(workbench.clock()) for url in urls), default=0.0)
        return timedelta(seconds=held) if held > 0 else _IDLE

    async def _finish(self, state: State, cause: str | None = None) -> None:
        at = self._workbench.clock()
        await self._workbench.archive(lambda db: end_order(db, self._number, state, at, cause))
        logger.info("backfill %d is %s%s", self._number, state, f": {cause}" if cause else "")

    async def _pause(self, seconds: float) -> None:
        """Waits, but not when it is to stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)
