"""One run over several sources whose crawls are made by workers: it plans them, and waits for them.

It stands where `crawler.launch.Crawling` does in a service without a queue.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import psycopg

from archive.errors import ArchiveError
from crawler.cluster import crawls
from crawler.cluster.crawls import AlreadyOut, Plan
from crawler.cluster.out import CrawlOut, CrawlsOut
from crawler.cluster.packing import Packing
from crawler.cluster.patience import in_a_line
from crawler.cluster.queue import Queue
from crawler.cluster.reclaiming import Reclaiming
from crawler.launch import Place, SourcesRun, Traffic
from pipelines.errand import Errand
from pipelines.workbench import Workbench
from seeds.bounds import DEADLINE_SECONDS, MAX_CRAWLS_OUT, PLANNED_AT_ONCE

logger = logging.getLogger(__name__)


class Planner:
    """What the runs of a service have in common, as far as they are planned into a queue."""

    def __init__(
        self, queue: Queue, out: CrawlsOut, reclaiming: Reclaiming, traffic: Traffic, held: asyncio.Event
    ) -> None:  # fmt: skip
        self.queue, self.out, self.reclaiming, self.traffic = queue, out, reclaiming, traffic
        self.room = asyncio.Semaphore(MAX_CRAWLS_OUT)
        self.open = asyncio.Event()
        """Clear while so much waits to be taken that nothing more is planned, and until that is known."""
        self._beginning = asyncio.Semaphore(PLANNED_AT_ONCE)
        self.held = held
        """Clear while the queue is away, or another service has it."""

    async def begin(self, errand: Errand, packing: Packing, leave: Callable[[], None]) -> CrawlOut:
        """Plans a crawl of the source of *errand*, whose names are held already; *leave* is called when it is closed.
        Raises ArchiveError, AlreadyOut, or what psycopg does; then the names and the room are let go of."""
        crawl = CrawlOut(errand=errand, names=packing.names_of(errand.source), leave=leave)
        self.out.expect(crawl)
        try:
            async with self._beginning:
                number = await self._plan(crawl, packing)
        except BaseException:
            if not crawl.id:
                self.out.locks.let_go(crawl.names)
                leave()
                raise
            number = crawl.id
        finally:
            self.out.expect_no_more(crawl)
        self.traffic.begins(errand.source.id)
        if not crawl.id:
            crawl.id = number
            self.out.add(crawl)
            await self.reclaiming.note(crawl)
        elif number != crawl.id:  # what came of the first try was in already, just when the next was made
            await crawls.close(self.queue, [number])
        return crawl

    async def _plan(self, crawl: CrawlOut, packing: Packing) -> int:
        """Its number. It may have had one before the answer came: then something of it came first."""
        errand, source = crawl.errand, crawl.errand.source
        packed = await packing.pack(source, errand.workbench)
        plan = Plan(
            source=source.id, run=errand.run, hosts=packing.component_of(source).name, renders=source.render,
            parcel=packed.parcel, packs=packed.packs,
        )  # fmt: skip
        return await crawls.plan(self.queue, plan, packed.packs_body, lambda: crawl.id)


class Planning(SourcesRun):
    """A run whose crawls are planned into a queue. `stop` ends it early: nothing more is planned, and what is out goes
    on without it."""

    def __init__(self, planner: Planner, packing: Packing, workbench: Workbench) -> None:
        super().__init__(workbench, planner.traffic)
        self._planner, self._packing = planner, packing
        self._places = asyncio.Semaphore(MAX_CRAWLS_OUT // 2)  # another job's run finds room beside this one
        self._stopped = asyncio.Event()
        self._is_cut_off = False
        self._out: set[CrawlOut] = set()
        self._beginning: set[asyncio.Task[CrawlOut]] = set()

    def stop(self) -> None:
        """Plans nothing more. The crawls that are out are the next service's."""
        self._stopped.set()

    async def _settle(self, crawls: set[asyncio.Task[None]], deadline: float | None) -> str:
        stopped = asyncio.create_task(self._stopped.wait())
        every = asyncio.create_task(_all_of(crawls))
        try:
            await asyncio.wait({every, stopped}, timeout=deadline, return_when=asyncio.FIRST_COMPLETED)
            if every.done() or self._stopped.is_set():
                outcome = "stopped" if self._stopped.is_set() else "done"
            else:
                outcome = "deadline"
                await self._cut_off(crawls, every)
        finally:
            every.cancel()
            stopped.cancel()
            await _cancel(crawls)
        return outcome

    async def _cut_off(self, tasks: set[asyncio.Task[None]], every: asyncio.Task[None]) -> None:
        """Ends what is out: what no worker has claimed is taken out, what one has it is asked to end."""
        self._is_cut_off = True
        self._stopped.set()
        for crawl in self._out:
            crawl.unwanted = True
        await _cancel({task for task in tasks if task.get_name() == _PLANNING})
        numbers = {crawl.id: crawl for crawl in self._out if not crawl.closed.is_set()}
        with suppress(TimeoutError):
            async with asyncio.timeout(DEADLINE_SECONDS):
                gone = await crawls.drop_unclaimed(self._planner.queue, list(numbers))
                await self._planner.reclaiming.finish(*(numbers[number] for number in gone))
                left = [number for number, crawl in numbers.items() if not crawl.closed.is_set()]
                await crawls.abort(self._planner.queue, left)
                await asyncio.wait({every})
        if left_out := sum(not crawl.closed.is_set() for crawl in numbers.values()):
            logger.warning("%d crawls did not end in time; their sources wait until they do", left_out)

    async def _in_turn(self, errand: Errand) -> None:
        _name(_PLANNING)
        planner, names = self._planner, self._packing.names_of(errand.source)
        while not self._stopped.is_set():
            await planner.out.locks.take(names)
            place = Place(self._places, planner.room)
            try:
                await place.__aenter__()
                await planner.held.wait()
                await planner.open.wait()
            except BaseException:
                planner.out.locks.let_go(names)
                place.give_away()
                raise
            beginning = asyncio.create_task(planner.begin(errand, self._packing, place.give_away))
            self._beginning.add(beginning)
            beginning.add_done_callback(self._begun)
            try:
                crawl = await asyncio.shield(beginning)
            except AlreadyOut:  # an answer of the queue was lost, or somebody wrote into it: it is waited for
                await self._await_other(errand.source.id)
                continue
            except ArchiveError:
                raise
            except Exception as error:  # it ends no other source's crawl
                said, ours = in_a_line(error), not isinstance(error, psycopg.Error)
                logger.error("the crawl of %s could not be planned: %s", errand.source.id, said, exc_info=ours)
                errand.tally.fault()
                return
            _name(_OUT)
            await crawl.closed.wait()
            return

    def _begun(self, task: asyncio.Task[CrawlOut]) -> None:
        """It is out, whether or not its run still waits for it."""
        self._beginning.discard(task)
        if not task.cancelled() and task.exception() is None:
            crawl = task.result()
            crawl.unwanted = self._is_cut_off
            self._out.add(crawl)

    async def _await_other(self, source: str) -> None:
        row = await crawls.find(self._planner.queue, source=source)
        if row is not None and (other := await self._planner.reclaiming.adopt(row["id"])) is not None:
            await other.closed.wait()


_PLANNING, _OUT = "planning", "out"


def _name(name: str) -> None:
    task = asyncio.current_task()
    if task is not None:
        task.set_name(name)


async def _all_of(tasks: set[asyncio.Task[None]]) -> None:
    """Waits for *tasks*, or for the first that fails."""
    if tasks:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)


async def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
