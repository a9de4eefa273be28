"""Works on orders to fetch the past: stint after stint of each, a few sources at a time, until they are done.

The service works on all that are open, a command on those that it was given. Everything is known from the archive, so
whoever is killed, the next one goes on.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from archive.backfill_ways import next_way_due, ways_left
from archive.backfills import Backfill, State, backfill, end_order, leave_order, let_wait, open_orders, take_order
from archive.errors import ArchiveError
from archive.frontier import next_due, waiting
from crawler.backfill.stint import Stint
from crawler.backfill.walk import Walk
from crawler.desk import Desk
from crawler.launch import Traffic
from pipelines.workbench import Workbench
from seeds.bounds import BACKFILLS_AT_ONCE

logger = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds between two looks at which orders are open: one that is given beside the service begins, and one that is
stopped ends, so soon."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""After stints that found the site down, in a row; the last one repeats, and then its pages are to blame."""
_IDLE = timedelta(minutes=1)
"""After a stint that could do nothing although something waits."""


class Backfilling:
    """Until `stop`, or until the orders that it was given are ended. *equipment* gives the desk and the workbench as
    they are by now: definitions may be read anew between two stints.
    """

    def __init__(self, equipment: Callable[[], tuple[Desk, Workbench]], traffic: Traffic) -> None:
        self._equipment, self._traffic = equipment, traffic
        self._places = asyncio.Semaphore(BACKFILLS_AT_ONCE)
        self._works: dict[int, asyncio.Task[None]] = {}
        self._stints: dict[int, Stint] = {}
        self._stopped = asyncio.Event()
        self._are_given = False

    async def run(self, orders: Collection[int] | None = None) -> None:
        """Works on *orders*, None: on all that are open, also those to come. Raises ArchiveError for those given."""
        self._are_given = orders is not None
        while not self._stopped.is_set():
            try:
                wanted = await self._workbench.archive(open_orders)
            except ArchiveError as error:
                if orders is not None:
                    raise
                logger.error("backfills: %s", error)
                wanted = []
            chosen = {order.id for order in wanted if orders is None or order.id in orders}
            for order in chosen - self._works.keys():
                self._works[order] = asyncio.create_task(self._work(order))
            for order in self._works.keys() - chosen:  # somebody has stopped it
                self._end(order)
            ended = {order for order, work in self._works.items() if work.done()}
            for order in ended:
                self._works.pop(order).result()
            if orders is not None and not self._works and not chosen - ended:
                return
            await self._until_changed()
        for order in list(self._works):
            self._end(order)
        if self._works:
            await asyncio.wait(self._works.values())

    async def _until_changed(self) -> None:
        """Until it is time for another look, one of the works has ended, or it is to stop."""
        stopped = asyncio.create_task(self._stopped.wait())
        try:
            await asyncio.wait({stopped, *self._works.values()}, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()

    def stop(self) -> None:
        """Ends what is under way; the orders stay open."""
        self._stopped.set()
        for order in list(self._works):
            self._end(order)

    @property
    def _workbench(self) -> Workbench:
        return self._equipment()[1]

    def _end(self, order: int) -> None:
        if stint := self._stints.get(order):
            stint.stop()
        else:
            self._works[order].cancel()

    async def _work(self, order: int) -> None:
        """All stints of *order*. A fault of ours ends it; the log has the traceback."""
        try:
            if await self._workbench.archive(lambda db: take_order(db, order)):
                await self._stints_of(order)
        except ArchiveError as error:
            if self._are_given:
                raise
            logger.error("backfill %d: %s", order, error)
            await self._pause(_IDLE.total_seconds())  # the disk may be full
        except asyncio.CancelledError:
            pass
        except Exception:
            logger.exception("backfill %d ended by a fault", order)
            await self._finish(order, "stopped", "fault in Khabar")
        finally:
            with contextlib.suppress(ArchiveError):
                await self._workbench.archive(lambda db: leave_order(db, order))

    async def _stints_of(self, number: int) -> None:
        down = 0
        while not self._stopped.is_set():
            desk, workbench = self._equipment()
            order = await workbench.archive(lambda db: backfill(db, number))
            if order.state != "open":
                return
            source = desk.sources.get(order.source)
            if source is None:
                await self._finish(number, "stopped", "its source is not on this desk any more")
                return
            async with self._places:
                await workbench.archive(lambda db: let_wait(db, number, None, None))
                stint = self._stints[number] = Stint(desk, workbench, self._traffic)
                try:
                    walk = await stint.fetch(order, source, patient=down < len(PAUSES))
                finally:
                    del self._stints[number]
            down = down + 1 if walk.end == "down" else 0
            if not self._stopped.is_set() and await self._is_over(order, walk, down):
                return

    async def _is_over(self, order: Backfill, walk: Walk, down: int) -> bool:
        """Whether nothing is left of *order*; else waits until its next stint may begin."""
        workbench, at = self._workbench, self._workbench.clock()
        left, ways, *due = await workbench.archive(
            lambda db: (
                waiting(db, order.id),
                ways_left(db, order.id),
                next_due(db, order.id),
                next_way_due(db, order.id),
            )
        )
        if not left and not ways:
            await self._finish(order.id, "done")
            return True
        until, cause = None, ""
        if walk.end == "asked to wait":
            until, cause = at + self._held(order, at), f"the site asked to be left alone ({walk.fault})"
        elif walk.end == "down":
            until, cause = at + PAUSES[min(down, len(PAUSES)) - 1], f"the site does not answer ({walk.fault})"
        elif walk.end == "nothing left":
            until = max(min((moment for moment in due if moment), default=at + _IDLE), at)
            cause = "what failed is tried again"
        elif not walk.requests:
            until, cause = at + _IDLE, "nothing could be asked for"
        if until and until > at:
            logger.info("the backfill of %s waits until %s: %s", order.source, f"{until:%H:%M:%S} UTC", cause)
            await workbench.archive(lambda db: let_wait(db, order.id, until, cause))
            await self._pause((until - at).total_seconds())
        return False

    def _held(self, order: Backfill, at: datetime) -> timedelta:
        """For how long the longest held of its source's hosts is."""
        source = self._equipment()[0].sources.get(order.source)
        urls = [*(url for _, url in source.ways), *source.archives] if source else []
        held = max((self._traffic.hosts.of(url).held(at) for url in urls), default=0.0)
        return timedelta(seconds=held) if held > 0 else _IDLE

    async def _finish(self, order: int, state: State, cause: str | None = None) -> None:
        at = self._workbench.clock()
        await self._workbench.archive(lambda db: end_order(db, order, state, at, cause))
        logger.info("backfill %d is %s%s", order, state, f": {cause}" if cause else "")

    async def _pause(self, seconds: float) -> None:
        """Waits, but not when it is to stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)
