"""Sees to it that a page which fell out of the way by a fault of ours has a fate as well."""

import asyncio
import logging
from typing import Any, Self, cast

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.article import Entry, Fate
from archive.errors import ArchiveError
from crawler.spiders.source import SourceSpider

logger = logging.getLogger(__name__)


class Ledger:
    """An extension that listens for exceptions in stages and callbacks. They are logged with their traceback too."""

    def __init__(self) -> None:
        self._writing: set[asyncio.Future[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        ledger = cls()
        crawler.signals.connect(ledger.stage_failed, signals.item_error)
        crawler.signals.connect(ledger.callback_failed, signals.spider_error)
        crawler.signals.connect(ledger.finish, signals.spider_closed)
        return ledger

    async def stage_failed(self, item: Any, response: Response | None, spider: Spider, failure: Failure) -> None:
        """A stage raised what it should not have."""
        if isinstance(failure.value, ArchiveError):
            _give_up(cast(SourceSpider, spider), failure.value)
        elif response is not None:
            await _record(cast(SourceSpider, spider), response, failure)

    def callback_failed(self, failure: Failure, response: Response | Failure | None, spider: Spider) -> None:
        """A callback of the spider raised, or an errback, which has no response; or its start did.

        Scrapy waits for nobody who hears this signal, so what is to be written is written beside.
        """
        if isinstance(failure.value, ArchiveError):
            _give_up(cast(SourceSpider, spider), failure.value)
        elif isinstance(response, Response):
            writing = asyncio.ensure_future(_record(cast(SourceSpider, spider), response, failure))
            self._writing.add(writing)
            writing.add_done_callback(self._writing.discard)
        else:
            cast(SourceSpider, spider).errand.tally.fault()

    async def finish(self) -> None:
        """Waits at the end of the crawl until all is written."""
        for failed in await asyncio.gather(*self._writing, return_exceptions=True):
            if isinstance(failed, BaseException):
                logger.error("the fate of a page could not be written: %s", failed)


def _give_up(spider: SourceSpider, error: ArchiveError) -> None:
    """Ends a crawl whose archive cannot be written: what it would fetch could not be kept."""
    if spider.broken is None and spider.crawler.engine:
        spider.broken = error
        spider.allowance.closing.set()
        # Not awaited: it waits for the page that is being given up here.
        spider.ending = asyncio.ensure_future(spider.crawler.engine.close_spider_async(reason="archive"))


async def _record(spider: SourceSpider, response: Response, failure: Failure) -> None:
    known = response.request.cb_kwargs if response.request else {}
    url = known["entry"].url if isinstance(known.get("entry"), Entry) else response.url
    await spider.errand.record(url, Fate.FAILED, f"fault in Khabar: {type(failure.value).__name__}", response.status)
