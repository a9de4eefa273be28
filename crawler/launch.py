"""Starts crawls: many sources in one process, on one event loop, with one worker pool and one writer."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from archive.errors import ArchiveError
from archive.ledger import finish_run, start_run
from crawler import settings as bounds
from crawler.desk import Desk
from crawler.manners import Turns
from crawler.own_settings import own_settings
from crawler.spiders.news import NewsSpider
from pipelines.errand import Errand
from pipelines.tally import Tally
from pipelines.workbench import Workbench, open_workbench
from seeds.sources import Source

T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSummary:
    """What a crawl did, source by source."""

    run: int
    started: datetime
    finished: datetime
    outcome: str  # "done", or "stopped" where somebody stopped it
    tallies: dict[str, Tally]

    @property
    def troubled(self) -> bool:
        """Whether something failed."""
        return any(tally.troubled for tally in self.tallies.values())


class Crawling:
    """One run over several sources. `stop` ends it early: what is under way is finished, nothing more is asked for."""

    def __init__(self, desk: Desk, workbench: Workbench) -> None:
        self._desk = desk
        self._workbench = workbench
        self._crawlers: set[Crawler] = set()
        self._stopped = False
        self._stopping: list[asyncio.Future[None]] = []

    async def run(
        self,
        sources: Sequence[Source],
        *,
        job: str | None = None,
        started: Callable[[dict[str, Tally]], None] = lambda tallies: None,
    ) -> CrawlSummary:
        """Crawls *sources* once. *started* is handed the tallies that will count while it goes on."""
        workbench = self._workbench
        begun = workbench.clock()
        run = await workbench.archive(lambda db: start_run(db, job, begun))
        turns, places = Turns(), asyncio.Semaphore(bounds.CRAWLS_AT_ONCE)
        errands = [Errand(source=source, run=run, workbench=workbench) for source in sources]
        tallies = {errand.source.id: errand.tally for errand in errands}
        started(tallies)

        async def crawl(errand: Errand) -> None:
            async with places:
                if not self._stopped:
                    await self._crawl(errand, turns)

        await asyncio.gather(*(crawl(errand) for errand in errands))
        finished = workbench.clock()
        outcome = "stopped" if self._stopped else "done"
        counts = {source: tally.as_dict() for source, tally in tallies.items()}
        await workbench.archive(lambda db: finish_run(db, run, finished, outcome, counts))
        return CrawlSummary(run=run, started=begun, finished=finished, outcome=outcome, tallies=tallies)

    async def _crawl(self, errand: Errand, turns: Turns) -> None:
        settings = Settings()
        settings.setmodule(bounds, priority="project")
        settings.setdict(own_settings(errand.source, self._desk.config.contact), priority="cmdline")
        runner = AsyncCrawlerRunner(settings)
        crawler = runner.create_crawler(NewsSpider)
        self._crawlers.add(crawler)
        try:
            await runner.crawl(crawler, errand=errand, turns=turns)
            if (broken := cast(NewsSpider, crawler.spider).broken) is not None:
                raise broken
        except ArchiveError:
            self.stop()
            raise
        except Exception:
            logger.exception("the crawl of %s ended by a fault", errand.source.id)
            errand.tally.fault()
        finally:
            self._crawlers.discard(crawler)

    def stop(self) -> None:
        """Asks every crawl to end: requests under way are finished, the rest stays waiting in the archive."""
        self._stopped = True
        for crawler in list(self._crawlers):
            self._stopping.append(asyncio.ensure_future(self._end(crawler)))

    async def _end(self, crawler: Crawler) -> None:
        """Stops *crawler* as soon as it runs: Scrapy forgets a stop while it is opening, and waits for ever."""
        while crawler in self._crawlers:
            if _is_running(crawler):
                await crawler.stop_async()
                return
            await asyncio.sleep(0.05)


def _is_running(crawler: Crawler) -> bool:
    try:
        return crawler.engine.running
    except RuntimeError:  # it has no engine yet
        return False


def crawl_once(
    desk: Desk, sources: Sequence[Source], started: Callable[[dict[str, Tally]], None] = lambda tallies: None
) -> CrawlSummary:
    """Crawls *sources* of *desk* in this process, whose reactor it uses up: a process can call it once.

    Raises DefinitionError or ArchiveError before anything is asked for. Ctrl-C and SIGTERM end it cleanly; twice,
    at once.
    """
    desk.check()
    workbench = open_workbench(desk.archive, desk.packs)

    async def main() -> CrawlSummary:
        crawling = Crawling(desk, workbench)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _stop, crawling, number)
        return await crawling.run(sources, started=started)

    try:
        return on_reactor(main)
    finally:
        workbench.close()


def _stop(crawling: Crawling, number: int) -> None:
    asyncio.get_running_loop().remove_signal_handler(number)
    signal.signal(number, signal.SIG_DFL)  # the second time ends the process; the archive survives that too
    crawling.stop()


def on_reactor(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What *main* returns, run on Twisted's asyncio reactor until it is done. A process can call it once."""
    install_reactor(bounds.TWISTED_REACTOR)
    from twisted.internet import reactor as installed  # noqa: PLC0415 -- importing it earlier would install another

    reactor: Any = installed  # its stubs know only the interface
    outcome: list[asyncio.Task[T]] = []

    def begin() -> None:
        task = asyncio.get_event_loop().create_task(main())
        task.add_done_callback(lambda _: reactor.stop())
        outcome.append(task)

    reactor.callWhenRunning(begin)
    reactor.run(installSignalHandlers=False)
    return outcome[0].result()
