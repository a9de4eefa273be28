"""One crawl of one source by Scrapy, and how crawls are ended: what is under way may finish, for a while."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from typing import Any, cast

from scrapy.crawler import AsyncCrawlerRunner, Crawler

from archive.errors import ArchiveError
from crawler.own_settings import scrapy_settings
from crawler.spiders.news import NewsSpider
from crawler.spiders.source import SourceSpider
from pipelines.errand import Errand

logger = logging.getLogger(__name__)

STOP_SECONDS = 5.0
"""How long what is under way may take once a run is to end. A response may take 20 s; what is given up waits."""
GIVE_UP_SECONDS = 1.0
"""How long a crawl may take to end once its requests are given up, and once it is cancelled."""


class OneCrawl:
    """Of *errand*'s source, with Scrapy's *settings* of its own; made by who runs it once."""

    def __init__(self, errand: Errand, settings: Mapping[str, Any], spider: type[SourceSpider] = NewsSpider) -> None:
        self._errand = errand
        self._runner = AsyncCrawlerRunner(scrapy_settings(settings))
        self._crawler = self._runner.create_crawler(spider)
        self._is_over = False
        self._ending: asyncio.Future[None] | None = None

    async def run(self, **equipment: object) -> None:
        """Until it has ended, by itself or otherwise; its spider is made with *equipment*. A fault of ours is counted
        in the errand's tally. Raises ArchiveError."""
        try:
            await self._runner.crawl(self._crawler, errand=self._errand, **equipment)
            if (broken := cast(SourceSpider, self._crawler.spider).broken) is not None:
                raise broken
            await cast(SourceSpider, self._crawler.spider).settle()
        except ArchiveError:
            raise
        except Exception:
            logger.exception("the crawl of %s ended by a fault", self._errand.source.id)
            self._errand.tally.fault()
        finally:
            self._is_over = True

    def stop(self) -> None:
        """Asks it to end: requests under way are finished, for as long as they are let; the rest waits."""
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end())

    def give_up(self, *, late: bool) -> None:
        """Ends its requests under way: their pages stay waiting, their hosts are free. *late*: its ways that have not
        answered are to blame, because its time is over."""
        if isinstance(self._crawler.spider, SourceSpider):
            self._crawler.spider.late = late
            self._crawler.spider.given_up.set()

    async def _end(self) -> None:
        """Stops it as soon as it runs: Scrapy forgets a stop while it is opening, and waits for ever."""
        while not self._is_over:
            if _is_running(self._crawler):
                cast(SourceSpider, self._crawler.spider).allowance.closing.set()
                await self._crawler.stop_async()
                return
            await asyncio.sleep(0.05)


async def wind_up(
    tasks: Collection["asyncio.Task[None]"], crawls: Collection[OneCrawl], *, late: bool, seconds: float = STOP_SECONDS
) -> None:
    """Waits for *tasks*, whose *crawls* were stopped: *seconds*, then what is under way is given up, then cancelled.

    *late* as of `OneCrawl.give_up`. *crawls* may change meanwhile: it holds those that have not ended.
    """
    _, waiting = await asyncio.wait(tasks, timeout=seconds)
    if waiting:  # a response that does not come: its page stays waiting, its host is free for the next run
        for crawl in list(crawls):
            crawl.give_up(late=late)
        _, waiting = await asyncio.wait(waiting, timeout=GIVE_UP_SECONDS)
    if waiting:
        logger.warning("%d crawls did not end when they were stopped; they are given up", len(waiting))
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting, timeout=GIVE_UP_SECONDS)


def _is_running(crawler: Crawler) -> bool:
    try:
        return crawler.engine.running
    except RuntimeError:  # it has no engine yet
        return False
