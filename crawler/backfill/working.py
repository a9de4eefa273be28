"""Works on orders to fetch the past, a few sources at a time, until they are done.

The service works on all that are open, a command on those that it was given. Everything is known from the archive, so
whoever is killed, the next one goes on.
"""

import asyncio
import logging
from collections.abc import Collection

from archive.backfills import open_orders
from archive.errors import ArchiveError
from crawler.backfill.work import Equipment, Work
from crawler.launch import Traffic
from seeds.bounds import BACKFILLS_AT_ONCE

logger = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds between two looks at which orders are open: one that is given beside the service begins, and one that is
stopped ends, so soon."""
_AFTER_FAULT = 60.0  # seconds: a full disk is not emptied sooner


class Backfilling:
    """Until `stop`, or until the orders that it was given are ended."""

    def __init__(self, equipment: Equipment, traffic: Traffic) -> None:
        self._equipment, self._traffic = equipment, traffic
        self._places = asyncio.Semaphore(BACKFILLS_AT_ONCE)
        self._works: dict[int, tuple[Work, asyncio.Task[None]]] = {}
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Works on all orders that are open, also on those to come."""
        while not self._stopped.is_set():
            pause = LOOK
            try:
                await self._look(None)
            except ArchiveError as error:
                logger.error("backfills: %s", error)
                pause = _AFTER_FAULT
            await self._until_changed(pause)
        await self._until_ended()

    async def run_given(self, orders: Collection[int]) -> None:
        """Works on *orders* until they are ended. Raises ArchiveError."""
        try:
            while not self._stopped.is_set() and await self._look(orders):
                await self._until_changed(LOOK)
        finally:
            self.stop()
            await self._until_ended()

    def stop(self) -> None:
        """Ends what is under way; the orders stay open."""
        self._stopped.set()
        for work, _ in self._works.values():
            work.stop()

    async def _look(self, orders: Collection[int] | None) -> bool:
        """Begins works and ends them as the archive has it; whether there is any. Raises ArchiveError."""
        for number, (_, task) in list(self._works.items()):
            if task.done():
                del self._works[number]
                task.result()
        found = await self._equipment()[1].archive(open_orders)
        wanted = {order.id for order in found if orders is None or order.id in orders}
        for number in wanted - self._works.keys():
            work = Work(number, self._equipment, self._traffic, self._places)
            self._works[number] = work, asyncio.create_task(work.run())
        for number in self._works.keys() - wanted:  # somebody has stopped it
            self._works[number][0].stop()
        return bool(self._works)

    async def _until_changed(self, seconds: float) -> None:
        """Until it is time for another look, one of the works has ended, or it is to stop."""
        stopped = asyncio.create_task(self._stopped.wait())
        tasks = (task for _, task in self._works.values())
        try:
            await asyncio.wait({stopped, *tasks}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()

    async def _until_ended(self) -> None:
        for work, _ in self._works.values():
            work.stop()
        if self._works:
            await asyncio.wait([task for _, task in self._works.values()])
