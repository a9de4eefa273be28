"""Sees to it that a page which fell out of the way by a fault of ours has a fate as well."""

import asyncio
from typing import Any, Self, cast

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.article import Entry, Fate
from archive.errors import ArchiveError
from crawler.spiders.news import NewsSpider


class Ledger:
    """An extension that listens for exceptions in stages and callbacks. They are logged with their traceback too."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        ledger = cls()
        crawler.signals.connect(ledger.stage_failed, signals.item_error)
        crawler.signals.connect(ledger.callback_failed, signals.spider_error)
        return ledger

    async def stage_failed(self, item: Any, response: Response | None, spider: Spider, failure: Failure) -> None:
        """A stage raised what it should not have."""
        if isinstance(failure.value, ArchiveError):
            _give_up(cast(NewsSpider, spider), failure.value)
        elif response is not None:
            await _record(cast(NewsSpider, spider), response, failure)

    async def callback_failed(self, failure: Failure, response: Response | None, spider: Spider) -> None:
        """A callback of the spider raised; or its start did, which has no response."""
        if isinstance(failure.value, ArchiveError):
            _give_up(cast(NewsSpider, spider), failure.value)
            return
        if response is None:
            cast(NewsSpider, spider).errand.tally.fault()
            return
        await _record(cast(NewsSpider, spider), response, failure)


def _give_up(spider: NewsSpider, error: ArchiveError) -> None:
    """Ends a crawl whose archive cannot be written: what it would fetch could not be kept."""
    if spider.broken is None and spider.crawler.engine:
        spider.broken = error
        spider.allowance.closing.set()
        # Not awaited: it waits for the page that is being given up here.
        spider.ending = asyncio.ensure_future(spider.crawler.engine.close_spider_async(reason="archive"))


async def _record(spider: NewsSpider, response: Response, failure: Failure) -> None:
    known = response.request.cb_kwargs if response.request else {}
    url = known["entry"].url if isinstance(known.get("entry"), Entry) else response.url
    await spider.errand.record(url, Fate.FAILED, f"fault in Khabar: {type(failure.value).__name__}", response.status)
