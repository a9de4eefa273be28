"""Asks a source for its feeds, sitemaps and listings, and for the articles that they show.

It decides nothing about content: what a way shows is read by the pure parsers of `crawler.discovery`, what of it is
worth fetching is known by `crawler.memory`, and a page is handed on as it came.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.article import Entry, Fate
from archive.looks import Look
from crawler.discovery.entries import NoEntries, newest
from crawler.discovery.reading import Further, Reading, read_way
from crawler.fates import Loss, loss_of
from crawler.manners.allowance import OWN_WAY, AskedToWait, OverBudget
from crawler.manners.hosts import Hosts
from crawler.manners.robots import Robots
from crawler.memory import Memory
from crawler.remembering import Answer
from crawler.rendering.browser import Browser
from crawler.spiders.source import SourceSpider
from crawler.validators import conditional, is_conditional, validators
from pipelines.errand import Errand
from pipelines.page import Page
from pipelines.rendering import Fruitless, NotNow, NotRendered
from pipelines.workers import WorkerFault
from seeds.bounds import (
    MAX_LISTING_PAGES,
    MAX_SITEMAP_CHILDREN,
    MAX_SITEMAP_DEPTH,
    MAX_SITEMAP_ENTRIES,
    WAY_SECONDS,
    WAYS_SECONDS,
)
from seeds.sources import Way

SITEMAP_IS_OLD = timedelta(days=3)
"""A sitemap of an index that changed longer ago holds no news; after a pause, so long before it."""
A_DAY = timedelta(days=1)  # by which a date may lie ahead for its zone's sake
ALWAYS_READ = 3
"""Of an index, the newest sitemaps, however old: an index may not keep its dates."""
_WAYS_FIRST = 2**40  # a priority above that of any article, which is its age
_LOOKS_LAST = -(2**40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for a way: which of the source's, and how far down its index or pagination."""

    kind: Way
    url: str
    depth: int = 0
    before: tuple[str, ...] = ()  # the pages of the listing before this one


class NewsSpider(SourceSpider):
    """One source, once."""

    name = "news"

    def __init__(self, *, errand: Errand, hosts: Hosts, robots: Robots, browser: Browser | None = None) -> None:
        super().__init__(errand=errand, hosts=hosts, robots=robots, browser=browser)
        self.memory = Memory(errand)
        self._asked: set[str] = set()
        self._unread = 0  # ways that were asked and have not answered yet
        self._all_read = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes it. For `scrapy crawl news -a source=ID` it equips itself for that source of the desk."""
        if "errand" not in kwargs:
            from crawler.alone import equip  # noqa: PLC0415 -- only `scrapy crawl` comes this way

            kwargs = equip(crawler, **kwargs)
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self) -> AsyncIterator[Any]:
        """Every way of the source, and the articles that an earlier run left unfinished.

        These wait until the ways have answered: whatever Scrapy is given it asks for, some at a time, and what the
        ways show may be newer, and the budget is for the newest.
        """
        left = await self.memory.begin()
        for kind, url in sorted(self.source.ways, key=lambda way: self.memory.fails(way[1])):
            yield self._ask(Asked(kind=kind, url=url))
        await self._until_all_read()
        async for request in self._articles(left):
            yield request
        for look in await self.memory.looks():
            yield self._again(look)

    async def way(self, response: Response, asked: Asked) -> AsyncIterator[Any]:
        """A feed, sitemap or listing has answered."""
        try:
            async for request in self._shown(response, asked):
                yield request
        finally:
            self._is_read()

    async def _shown(self, response: Response, asked: Asked) -> AsyncIterator[Any]:
        self._weigh(response)
        seconds = response.meta.get("download_latency")
        if response.status == 304:
            await self._same(response, asked)
            return
        try:
            read, is_plain = await self._read(response, asked)
        except (NoEntries, WorkerFault, Fruitless, NotRendered) as error:
            loss = Loss(Fate.FAILED, error.name, response.status)
            await self.memory.lost(asked.url, loss, asked.before, seconds=seconds)
            return
        except NotNow:  # it is asked again in the next run, as if it had not been asked
            return
        entries = [entry for entry in read.entries if self.source.is_article(entry.url)]
        if asked.kind == "sitemap":
            entries = newest(entries, MAX_SITEMAP_ENTRIES)
        below = asked.kind == "sitemap" and asked.depth > 0  # an index has sitemaps of tags and authors as well
        cause = "none of its links is an article" if read.entries and not entries and not below else None
        further = self._further(asked, read.further)
        is_listing = asked.kind == "listing"
        # An index is always read whole: "not modified" says nothing about the sitemaps that it names.
        kept = validators(response) if is_plain and (is_listing or not read.further) else (None, None)
        wanted, goes_on = await self.memory.see(
            asked.url, Answer(entries=entries, validators=kept, seconds=seconds, cause=cause),
            more=bool(further), before=asked.before if is_listing else None,
        )  # fmt: skip
        for link in further if goes_on or not is_listing else ():
            if link.url not in self._asked:  # an index may name itself
                pages = (*asked.before, asked.url) if is_listing else ()
                try:
                    request = self._ask(Asked(kind=asked.kind, url=link.url, depth=asked.depth + 1, before=pages))
                except ValueError:
                    await self.memory.lost(link.url, Loss(Fate.REFUSED, "not a URL"), pages)
                else:
                    yield request
        async for request in self._articles(wanted):
            yield request

    async def _same(self, response: Response, asked: Asked) -> None:
        """A way has answered that it is what it was."""
        seconds = response.meta.get("download_latency")
        if is_conditional(response.request):
            await self.memory.not_modified(asked.url, seconds, asked.before)
        else:
            await self.memory.lost(asked.url, Loss(Fate.FAILED, "HTTP 304", 304), asked.before, seconds=seconds)

    async def _read(self, response: Response, asked: Asked) -> tuple[Reading, bool]:
        """What a way shows, and whether the plain answer does: a listing may need a browser."""

        async def read(page: Page) -> Reading:
            reading = (asked.kind, asked.url, page.body, page.url, page.header("Content-Type"), self.source)
            return await self.errand.workbench.workers.run(
                read_way, *reading, timeout=WAY_SECONDS, source=self.errand.account
            )

        plain = self.as_page(response, asked.url)
        if asked.kind != "listing":
            return await read(plain), True
        found, page = await self.read_links(plain, read)
        return found, page is plain

    async def way_lost(self, failure: Failure) -> None:
        """A feed, sitemap or listing has not answered."""
        try:
            await self._lost(failure)
        finally:
            self._is_read()

    async def _lost(self, failure: Failure) -> None:
        asked: Asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]
        if not isinstance(failure.value, OverBudget) or isinstance(failure.value, AskedToWait):
            seconds = failure.request.meta.get("download_latency")  # type: ignore[attr-defined]
            await self.memory.lost(asked.url, loss_of(failure), asked.before, seconds=seconds)
            self._close_where_it_stalls()
        elif self.late:  # it was given up because of the deadline; where somebody stopped the run, it is not to blame
            await self.memory.lost(asked.url, Loss(Fate.FAILED, "not read before the deadline"), asked.before)

    def hinted(self, entry: Entry) -> Entry:
        """*entry* with what other ways said of it in this run."""
        return self.memory.hinted(entry)

    async def still_same(self, entry: Entry) -> None:
        """Writes down that an article that was looked at again is what it was."""
        await self.memory.still_same(entry.url)

    async def _until_all_read(self) -> None:
        """Waits until every way has answered or was lost, the crawl closes, or it takes too long."""
        if not self._unread:
            return
        ends = [asyncio.ensure_future(event.wait()) for event in (self._all_read, self.allowance.closing)]
        try:
            await asyncio.wait(ends, timeout=WAYS_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()

    def _is_read(self) -> None:
        self._unread -= 1
        if not self._unread:
            self._all_read.set()

    def _ask(self, asked: Asked) -> Request:
        self._asked.add(asked.url)
        request = Request(
            asked.url,
            callback=self.way,
            errback=self.way_lost,
            cb_kwargs={"asked": asked},
            headers=self.memory.conditions(asked.url),
            priority=_WAYS_FIRST - len(self._asked),  # of two alike, Scrapy asks for the later one first
            meta={"handle_httpstatus_list": [304]} | ({} if asked.depth else {OWN_WAY: True}),
            dont_filter=True,
        )
        self._unread += 1
        return request

    async def _articles(self, entries: Sequence[Entry]) -> AsyncIterator[Request]:
        """Requests in the order of *entries*, newest first over all ways: a priority is a publication time.

        An address for which no request can be made, such as one with a port in words, is refused by itself: it must
        not end the crawl of those behind it.
        """
        present = int(self.errand.workbench.clock().timestamp())
        for place, entry in enumerate(entries):
            priority = int(entry.date.timestamp()) if entry.date else present - place
            try:
                request = self._page(entry, priority=priority)
            except ValueError:
                await self.errand.record(entry.url, Fate.REFUSED, "not a URL")
            else:
                yield request

    def _again(self, look: Look) -> Request:
        """An archived article, once more, behind all that is new."""
        request = self._page(Entry(url=look.url), priority=_LOOKS_LAST)
        request.cb_kwargs["again"] = True
        request.meta["handle_httpstatus_list"] = [304]
        request.headers.update(conditional(look.etag, look.last_modified))
        return request

    def _further(self, asked: Asked, further: Sequence[Further]) -> Sequence[Further]:
        """The next page of a listing, or the sitemaps of an index that may hold news since it was last read."""
        if asked.kind == "listing":
            return further[:1] if asked.depth + 1 < MAX_LISTING_PAGES else ()
        if asked.depth + 1 >= MAX_SITEMAP_DEPTH:
            return ()
        present = self.errand.workbench.clock()
        since = present - SITEMAP_IS_OLD
        if (last := self.memory.last_success(asked.url)) and last < since:
            since = last - SITEMAP_IS_OLD
        # What is dated in days to come would hold the first places for years.
        ordered = sorted(further, key=lambda link: link.changed is not None and link.changed > present + A_DAY)
        fresh = [
            link
            for place, link in enumerate(ordered)
            if place < ALWAYS_READ or link.changed is None or link.changed >= since
        ]
        return fresh[:MAX_SITEMAP_CHILDREN]
