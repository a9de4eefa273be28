"""Keeps the distance between requests to one host, over all crawls of this process.

Two sources may live on one host, so the delay cannot belong to a crawl. It is kept at the last step before the
connection, so that robots.txt, redirects and retries wait their turn as well.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Protocol, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.guard import GuardedHTTP11DownloadHandler
from pipelines.errand import Errand


class Polite(Protocol):
    """The part of a spider that the handler knows."""

    errand: Errand
    turns: "Turns"
    given_up: asyncio.Event


class Turns:
    """One request at a time per host, and none sooner than the delay after the one before began."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._next: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[None]:
        """Waits for the turn of *host*; *delay* in seconds from the start of this request to the next one's."""
        async with self._locks.setdefault(host, asyncio.Lock()):
            wait = self._next.get(host, 0.0) - monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self._next[host] = monotonic() + delay
            yield


class OverBudget(IgnoreRequest):
    """A page that the source's budget, or a run's deadline, leaves to the next run. It has no fate but to wait."""


class PoliteDownloadHandler(GuardedHTTP11DownloadHandler):
    """The guarded HTTP handler, one request at a time per host, and no more pages than the source's budget."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._spider = cast(Polite, crawler.spider)
        self._pages: set[str] = set()

    async def download_request(self, request: Request) -> Response:
        """As Scrapy's, after waiting for the host's turn. Raises OverBudget, also where its crawl is given up
        meanwhile: the host is free for the next run then.
        """
        asking = asyncio.ensure_future(self._ask(request))
        given_up = asyncio.ensure_future(self._spider.given_up.wait())
        try:
            await asyncio.wait({asking, given_up}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise OverBudget
            return asking.result()
        finally:
            asking.cancel()
            given_up.cancel()

    async def _ask(self, request: Request) -> Response:
        """The budget is spent here, at the last moment: until then newer news may have overtaken what came first."""
        errand = self._spider.errand
        if entry := request.cb_kwargs.get("entry"):
            if entry.url not in self._pages and len(self._pages) >= errand.source.budget.pages:
                raise OverBudget
            self._pages.add(entry.url)
        async with self._spider.turns.turn(urlsplit(request.url).netloc, errand.source.delay):
            errand.tally.requests += 1
            return await super().download_request(request)
