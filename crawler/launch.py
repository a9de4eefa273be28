"""Starts crawls: many sources in one process, on one event loop, with one worker pool and one writer."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Thread
from time import monotonic
from typing import Any, Self, TypeVar

from scrapy.utils.reactor import install_reactor

from archive.errors import ArchiveError
from archive.ledger import start_run
from crawler.desk import Desk
from crawler.manners.hosts import Hosts
from crawler.manners.robots import Robots
from crawler.one_crawl import OneCrawl, wind_up
from crawler.own_settings import own_settings
from crawler.rendering.browser import Browser
from crawler.rendering.chromium import check_rendering
from crawler.settings import TWISTED_REACTOR
from crawler.signs import Signs
from crawler.spiders.news import NewsSpider
from crawler.spiders.source import SourceSpider
from pipelines.errand import Errand, end_run
from pipelines.tally import Tally
from pipelines.workbench import Workbench, open_workbench
from seeds import bounds
from seeds.sources import Source

T = TypeVar("T")
logger = logging.getLogger(__name__)

PATIENCE = 15.0
"""Seconds that a crawl by hand has to end by, whatever it waits for: another process may hold the archive locked."""
QUIET_SECONDS = 2.0
"""A crawl of which nothing was counted for so long waits for its server; meanwhile another may have its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSummary:
    """What a crawl did, source by source."""

    run: int
    started: datetime
    finished: datetime
    outcome: str  # "done"; "stopped" where somebody stopped it; "deadline" where it was cut off
    tallies: dict[str, Tally]

    @property
    def troubled(self) -> bool:
        """Whether something failed."""
        return any(tally.troubled for tally in self.tallies.values())


class Place:
    """Room for one crawl, in its run and in the process. Left once, by giving it away or at the end."""

    def __init__(self, *rooms: asyncio.Semaphore) -> None:
        self._rooms = rooms
        self._held: list[asyncio.Semaphore] = []

    async def __aenter__(self) -> Self:
        for room in self._rooms:
            await room.acquire()
            self._held.append(room)
        return self

    async def __aexit__(self, *fault: object) -> None:
        self.give_away()

    def give_away(self) -> None:
        """Lets another crawl in. This one goes on: it takes little, as long as it waits for its server."""
        while self._held:
            self._held.pop().release()


class Traffic:
    """What all crawls of a process must share, so that no host and no source is visited twice at a time."""

    def __init__(self) -> None:
        self.hosts = Hosts()
        self.robots = Robots()
        self.browser = Browser()
        self._places = asyncio.Semaphore(bounds.CRAWLS_IN_ALL)
        self._sources: dict[str, asyncio.Lock] = {}
        self._begun: dict[str, float] = {}

    @asynccontextmanager
    async def place(self, source: str, room: asyncio.Semaphore) -> AsyncIterator[Place]:
        """Waits until no other run crawls *source* and there is one more place in its run's *room* and in the process.

        In this order: who waits for another run to leave the source must not hold a place meanwhile.
        """
        async with self._sources.setdefault(source, asyncio.Lock()), Place(room, self._places) as place:
            self.begins(source)
            yield place

    def begins(self, source: str) -> None:
        """A crawl of *source* begins now."""
        self._begun[source] = monotonic()

    def since_crawled(self, source: str) -> timedelta | None:
        """How long ago this process began to crawl *source*; None: it did not."""
        begun = self._begun.get(source)
        return None if begun is None else timedelta(seconds=monotonic() - begun)

    def by_turn(self, sources: Sequence[Source]) -> list[Source]:
        """*sources*, the one crawled longest ago first: a deadline must not always cut off the same ones."""
        return sorted(sources, key=lambda source: self._begun.get(source.id, 0.0))


class SourcesRun(ABC):
    """One run over several sources: from its row in the archive to what came of each of them."""

    def __init__(self, workbench: Workbench, traffic: Traffic) -> None:
        self._workbench, self._traffic = workbench, traffic

    async def run(
        self,
        sources: Sequence[Source],
        *,
        job: str | None = None,
        deadline: float | None = None,
        started: Callable[[dict[str, Tally]], None] = lambda tallies: None,
    ) -> CrawlSummary:
        """Has *sources* crawled once, in *deadline* seconds at most and as many more as stopping takes.

        *started* is handed the tallies that will count while it goes on. Raises ArchiveError.
        """
        workbench = self._workbench
        begun = workbench.clock()
        run = await workbench.archive(lambda db: start_run(db, job, begun))
        errands = {source.id: Errand(source=source, run=run, workbench=workbench) for source in sources}
        tallies = {source: errand.tally for source, errand in errands.items()}
        started(tallies)
        by_turn = self._traffic.by_turn(sources)
        crawls = {asyncio.create_task(self._in_turn(errands[source.id])) for source in by_turn}
        outcome = await self._settle(crawls, deadline)
        finished = workbench.clock()
        for crawl in crawls:
            if not crawl.cancelled() and (error := crawl.exception()):
                raise error
        await workbench.archive(lambda db: end_run(db, run, errands.values(), finished, outcome))
        return CrawlSummary(run=run, started=begun, finished=finished, outcome=outcome, tallies=tallies)

    @abstractmethod
    async def _in_turn(self, errand: Errand) -> None:
        """Has one source crawled, as soon as it may be."""

    @abstractmethod
    async def _settle(self, crawls: set[asyncio.Task[None]], deadline: float | None) -> str:
        """Waits until all *crawls* have ended, by themselves, by a stop or by the deadline; the outcome of the run."""


class Crawling(SourcesRun):
    """A run whose crawls this process makes. `stop` ends it early: what is under way is finished, nothing more is asked
    for."""

    def __init__(self, desk: Desk, workbench: Workbench, traffic: Traffic | None = None) -> None:
        super().__init__(workbench, traffic or Traffic())
        self._desk = desk
        self._places = asyncio.Semaphore(bounds.CRAWLS_AT_ONCE)
        self._crawls: set[OneCrawl] = set()
        self._stopped = asyncio.Event()

    async def _settle(self, crawls: set[asyncio.Task[None]], deadline: float | None) -> str:
        stopped = asyncio.create_task(self._stopped.wait())
        loop = asyncio.get_running_loop()
        end = None if deadline is None else loop.time() + deadline
        waiting = set(crawls)
        while waiting and not self._stopped.is_set() and (end is None or loop.time() < end):
            left = None if end is None else end - loop.time()
            _, pending = await asyncio.wait({*waiting, stopped}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            waiting &= pending
        in_time = not waiting or self._stopped.is_set()
        stopped.cancel()
        if waiting:
            self.stop()
            await wind_up(waiting, self._crawls, late=not in_time)
        return "deadline" if not in_time else "stopped" if self._stopped.is_set() else "done"

    async def _in_turn(self, errand: Errand) -> None:
        async with self._traffic.place(errand.source.id, self._places) as place:
            if self._stopped.is_set():
                return
            watching = asyncio.create_task(_give_away_when_quiet(place, errand.tally))
            try:
                await self._crawl(errand)
            finally:
                watching.cancel()

    async def _crawl(self, errand: Errand, spider: type[SourceSpider] = NewsSpider, **equipment: object) -> None:
        crawl = OneCrawl(errand, own_settings(errand.source, self._desk.config), spider)
        self._crawls.add(crawl)
        shared = self._traffic
        try:
            await crawl.run(hosts=shared.hosts, robots=shared.robots, browser=shared.browser, **equipment)
        except ArchiveError:
            self.stop()
            raise
        finally:
            self._crawls.discard(crawl)

    def stop(self) -> None:
        """Asks every crawl to end: requests under way are finished, for a while; the rest waits in the archive."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        for crawl in list(self._crawls):
            crawl.stop()


async def _give_away_when_quiet(place: Place, tally: Tally) -> None:
    """A source that never answers, or whose delay is long, must not keep those out that wait for a place."""
    known, counted = None, _counted(tally)
    while counted != known:
        await asyncio.sleep(QUIET_SECONDS)
        known, counted = counted, _counted(tally)
    place.give_away()


def _counted(tally: Tally) -> tuple[float, ...]:
    return tally.requests, tally.fetched, tally.megabytes, tally.fates.total()


def crawl_once(
    desk: Desk, sources: Sequence[Source], started: Callable[[dict[str, Tally]], None] = lambda tallies: None
) -> CrawlSummary:
    """Crawls *sources* of *desk* in this process, whose reactor it uses up: a process can call it once.

    Raises DefinitionError or ArchiveError before anything is asked for. Ctrl-C and SIGTERM end it cleanly; twice,
    at once.
    """
    desk.check()
    check_rendering(desk, sources)
    signs = Signs(patience=PATIENCE)
    workbench = open_workbench(desk.archive, desk.packs, desk.watch, keep_pages=desk.config.keep_pages)

    async def main() -> CrawlSummary:
        traffic = Traffic()
        crawling = Crawling(desk, workbench, traffic)
        signs.listen(end=crawling.stop)
        try:
            return await crawling.run(sources, started=started)
        finally:
            await traffic.browser.close()

    try:
        return on_reactor(main)
    finally:
        workbench.close()


def on_reactor(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What *main* returns, run on Twisted's asyncio reactor until it is done. A process can call it once."""
    install_reactor(TWISTED_REACTOR)
    from twisted.internet import reactor as installed  # noqa: PLC0415 -- importing it earlier would install another

    reactor: Any = installed  # its stubs know only the interface
    outcome: list[asyncio.Task[T]] = []

    pool = reactor.getThreadPool()  # it asks name servers, some of which never answer: nothing waits for it
    pool.threadFactory = partial(Thread, daemon=True)
    reactor.suggestThreadPoolSize(bounds.NAMES_AT_ONCE)

    def end(_: asyncio.Task[T]) -> None:
        pool.threads.clear()
        reactor.stop()

    def begin() -> None:
        task = asyncio.get_event_loop().create_task(main())
        task.add_done_callback(end)
        outcome.append(task)

    reactor.callWhenRunning(begin)
    reactor.run(installSignalHandlers=False)
    return outcome[0].result()
