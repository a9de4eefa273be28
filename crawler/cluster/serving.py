"""A service's side of a queue: it holds it, has runs planned into it, and takes what comes back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from time import monotonic
from typing import Self

import psycopg

from archive.errors import ArchiveError
from archive.taken import desk_token, note_queue
from crawler.cluster.address import Address
from crawler.cluster.intake import Intake
from crawler.cluster.out import CrawlsOut
from crawler.cluster.packing import PackingOf
from crawler.cluster.patience import in_a_line
from crawler.cluster.planning import Planner, Planning
from crawler.cluster.queue import Queue, open_queue
from crawler.cluster.reader import Reader
from crawler.cluster.reclaiming import Reclaiming
from crawler.cluster.shared_hosts import DeskHosts
from crawler.cluster.sole import Sole
from crawler.cluster.waiting import fullness
from crawler.launch import Traffic
from crawler.runs import CrawlsBy, Equipment, Run, shortened
from pipelines.workbench import Workbench
from seeds.bounds import SERVICE_BEAT_SECONDS

logger = logging.getLogger(__name__)

_FULL, _FREE = 0.5, 0.25
"""Where so much of the room for what waits is taken nothing more is planned, until no more than that is."""
_AFTER_FAULT = 5.0  # seconds
_LONG = 60.0  # seconds after which what ends a work is told anew
_LOOK = 1.0  # seconds between two looks at how much waits


class Serving:
    """Opened by `by_workers`."""

    def __init__(
        self, queue: Queue, queue_id: str, sole: Sole, equipment: Equipment, *, traffic: Traffic, stalled: float
    ) -> None:  # fmt: skip
        self._queue, self._sole, self._equipment = queue, sole, equipment
        self._pause = min(SERVICE_BEAT_SECONDS, stalled / 9)
        out = CrawlsOut()
        self._reader = Reader(equipment()[0].archive)
        self._packing = PackingOf(lambda: equipment()[0], self._reader)
        self._reclaiming = Reclaiming(
            queue, queue_id, out, workbench=self._workbench, packing=self._packing, stalled=stalled
        )
        self._planner = Planner(queue, out, self._reclaiming, traffic, sole.held)
        self._intake = Intake(
            queue, queue_id, out, self._workbench, adopt=self._reclaiming.adopt, ended=self._reclaiming.ended
        )
        self._tasks: list[asyncio.Task[None]] = []

    def _workbench(self) -> Workbench:
        return self._equipment()[1]

    async def begin(self) -> Self:
        """Goes on with what an earlier service left, and takes what comes from now on. Raises ArchiveError."""
        await self._reclaiming.take_over()
        works = (self._sole.keep, self._take, self._reclaim, self._watch_fullness)
        self._tasks = [asyncio.create_task(_for_ever(work)) for work in works]
        return self

    def planning(self) -> Planning:
        """What makes one run."""
        return Planning(self._planner, self._packing(), self._workbench())

    async def end(self) -> None:
        """Takes nothing more. What is out goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._reader.close)

    async def _take(self) -> None:
        await self._intake.run(self._sole.held)

    async def _reclaim(self) -> None:
        wanted = self._reclaiming.wanted
        while True:
            await self._sole.held.wait()
            wanted.clear()
            await self._reclaiming.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause):  # wait_for would miss that it is cancelled as that is set
                    await wanted.wait()

    async def _watch_fullness(self) -> None:
        is_full = False
        while True:
            share = await fullness(self._queue)
            if share >= _FULL and not is_full:
                is_full = True
                self._planner.open.clear()
                logger.warning("the archive does not keep up: the queue is %d%% full, nothing is planned", share * 100)
            elif share <= (_FREE if is_full else _FULL):
                is_full = False
                self._planner.open.set()
            await asyncio.sleep(_LOOK)


def by_workers(address: Address, *, stalled: float) -> CrawlsBy:
    """By the workers of the queue at *address*, which is made where there is none; a crawl whose worker has been silent
    for *stalled* seconds is taken back. Opening it raises QueueError or ArchiveError."""

    def open_it(equipment: Equipment, traffic: Traffic) -> AbstractAsyncContextManager[Callable[[], Run]]:
        return _serving(address, equipment, traffic, stalled=stalled)

    return open_it


@asynccontextmanager
async def _serving(
    address: Address, equipment: Equipment, traffic: Traffic, *, stalled: float
) -> AsyncIterator[Callable[[], Run]]:  # fmt: skip
    desk, workbench = equipment()
    token = await workbench.archive(desk_token)
    async with await open_queue(address, make=True) as queue:
        sole = Sole(queue, token=token, desk=desk.config.name, clock=workbench.clock, stalled=stalled)
        queue_id = await sole.take()
        try:
            if lost := await workbench.archive(lambda db: note_queue(db, queue_id, queue.name)):
                logger.warning("%d crawls were out in another queue, and are given up: %s", len(lost), shortened(lost))
            traffic.hosts = DeskHosts(queue)  # before any backfill begins
            serving = Serving(queue, queue_id, sole, equipment, traffic=traffic, stalled=stalled)
            await serving.begin()
            logger.info("serving the queue %s", queue.name)
            try:
                yield serving.planning
            finally:
                await serving.end()
        finally:
            await sole.leave()


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """Does *work*, and begins it anew where something ended it; of the same thing again and again it tells once."""
    told = ""
    while True:
        begun = monotonic()
        try:
            await work()
        except (ArchiveError, psycopg.Error) as error:
            if told != (told := in_a_line(error)) or monotonic() - begun > _LONG:
                logger.error("the queue: %s", told)
        except Exception:
            logger.exception("serving the queue met a fault of ours; it goes on")
        await asyncio.sleep(_AFTER_FAULT)
