"""Fetches a stint of a source's past, a few requests ahead and no more: what comes next is known by its walk."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.article import Entry, Fate
from archive.backfill_ways import PastWay
from archive.errors import ArchiveError
from crawler.backfill.reading import PastReading, read_past
from crawler.backfill.walk import End, Walk
from crawler.discovery.entries import NoEntries
from crawler.fates import Loss, loss_of
from crawler.manners.allowance import OWN_WAY, AskedToWait, OverBudget
from crawler.manners.hosts import Hosts
from crawler.manners.robots import Robots
from crawler.rendering.browser import Browser
from crawler.spiders.source import SourceSpider
from pipelines.errand import Errand
from pipelines.page import Page
from pipelines.rendering import Fruitless, NotNow, NotRendered
from pipelines.workers import WorkerFault
from seeds.bounds import MAX_RENDERED_PAGES, MAX_STINT_PAGES, PAST_SECONDS, TIMEOUTS_IN_A_ROW

_AHEAD = 3
"""Addresses under way, from the request to the archive: what is fetched once more after a kill. One is on the wire, the
others are read meanwhile."""
_LOOK = 0.2  # seconds between two looks at whether there is more to ask for
_OF_THE_SITE = frozenset(
    ["timed out", "connection refused", "connection failed", "host not found", "certificate not valid"]
)


@dataclass(frozen=True, slots=True)
class _Doubtful:
    """A failure that may be the site's: it is the page's only once the site answers for another."""

    what: Entry | PastWay
    loss: Loss


class BackfillSpider(SourceSpider):
    """A stint of one backfill. Its walk is told why it is over."""

    name = "backfill"

    def __init__(
        self, *, errand: Errand, hosts: Hosts, robots: Robots, walk: Walk, patient: bool, browser: Browser | None = None
    ) -> None:
        super().__init__(errand=errand, hosts=hosts, robots=robots, browser=browser)
        self.walk = walk
        self._patient = patient  # whether a site that is down is waited for, and its pages are not to blame
        self._under_way = self._reading = 0  # requests, and those of them for sitemaps and the like
        self._ways_first = True
        self._is_over = False
        self._doubts: list[_Doubtful] = []
        self._has_answered = False  # anything of the site, in this stint
        self._changed = asyncio.Event()
        # Where each of them may be rendered, and the listings that show them too, it ends before a run's renderings do.
        most = MAX_RENDERED_PAGES // 2 if self.errand.rendering else MAX_STINT_PAGES
        self._most = min(errand.source.budget.pages, most)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes it."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        for ended in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider._done, ended)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Whatever is to be asked for next, until nothing is left or the stint's budget is used up."""
        await self.walk.begin()
        while not self.allowance.closing.is_set():
            request = await self._next() if self._under_way < _AHEAD and not self._is_over else None
            if request is not None:
                self._under_way += 1
                yield request
            elif self._is_over and not self._under_way:
                break
            else:
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), _LOOK)

    async def _next(self) -> Request | None:
        """The next request; None where there is none before what is under way has answered, or none at all."""
        if self._ways_first:
            if way := await self.walk.first():
                return await self._ask(way)
            if self._reading:
                return None
            self._ways_first = False
        if self.walk.pages >= self._most:
            self._is_over = True
        elif entry := await self.walk.article():
            return await self._article(entry)
        if self._is_over or self._under_way:
            return None
        if way := await self.walk.page():
            return await self._ask(way)
        self.walk.end, self._is_over = "nothing left", True
        return None

    async def _ask(self, way: PastWay) -> Request | None:
        try:
            request = Request(
                way.url, callback=self.way, errback=self.way_lost, cb_kwargs={"way": way}, dont_filter=True,
                meta={OWN_WAY: True},
            )  # fmt: skip
        except ValueError:
            await self.walk.lost(way, Loss(Fate.REFUSED, "not a URL"))
            return None
        self._reading += 1
        return request

    async def _article(self, entry: Entry) -> Request | None:
        try:
            return self._page(entry, priority=0)
        except ValueError:
            await self.errand.record(entry.url, Fate.REFUSED, "not a URL")
            return None

    async def about_to_ask(self, request: Request) -> None:
        """Raises OverBudget where the article is a live crawl's by now."""
        entry = request.cb_kwargs.get("entry")
        if entry is not None and not await self.walk.claim(entry.url):
            raise OverBudget

    async def way(self, response: Response, way: PastWay) -> None:
        """A sitemap, a feed or a page of links has answered."""
        try:
            self._weigh(response)
            await self._answered()
            reading = await self._read(self.as_page(response, way.url), way)
        except (NoEntries, WorkerFault, Fruitless, NotRendered) as error:
            await self.walk.ended(way, error.name)
        except NotNow:  # the next stint reads it
            pass
        except ArchiveError:
            raise
        except Exception:  # it is logged with its traceback; tried again it would fail again
            await self.walk.ended(way, "fault in Khabar")
            raise
        else:
            await self.walk.shown(way, reading)
        finally:
            self._reading -= 1
            self._done()

    async def _read(self, page: Page, way: PastWay) -> PastReading:
        """What *page*, which *way* answered, shows; a browser may show it."""

        async def read(page: Page) -> PastReading:
            return await self.errand.workbench.workers.run(
                read_past, way.kind, way.url, page.body, page.url, page.header("Content-Type"), self.source,
                self.walk.order.span, timeout=PAST_SECONDS, source=self.errand.account,
            )  # fmt: skip

        if way.kind not in ("listing", "archive"):
            return await read(page)
        reading, _ = await self.read_links(page, read)
        return reading

    async def way_lost(self, failure: Failure) -> None:
        """It has not answered, or was not asked for."""
        try:
            await self._lost(failure.request.cb_kwargs["way"], failure)  # type: ignore[attr-defined]
        finally:
            self._reading -= 1
            self._done()

    async def page(self, response: Response, entry: Entry, *, again: bool = False) -> AsyncIterator[Any]:
        """An article's page has answered. It is under way until the store has ended it."""
        is_read = False
        try:
            await self._answered()
            async for page in super().page(response, entry, again=again):
                is_read = True
                yield page
        finally:
            if not is_read:
                self._done()

    async def page_lost(self, failure: Failure) -> None:
        """An article's page has not answered, or was not asked for."""
        try:
            await self._lost(failure.request.cb_kwargs["entry"], failure)  # type: ignore[attr-defined]
        finally:
            self._done()

    async def settle(self) -> None:
        """At the end: what failed without a later answer of the site is the page's own fault, unless it is waited for
        that the site comes up again."""
        if self.allowance.stalls:
            self.walk.end, self.walk.fault = "down", "answers time out"
        elif fault := self._fault_of_all():
            self.walk.end, self.walk.fault = "down", fault
        if self.walk.end != "down" or not self._patient:
            await self._answered()

    def _fault_of_all(self) -> str | None:
        """Why the site may be down, where it answered nothing in this stint: one sitemap is few to tell by, but all of
        its past would be lost with it. One page alone that answers HTTP 500 is broken by itself."""
        if self._has_answered or self.walk.end != "nothing left":
            return None
        grave = (doubt for doubt in self._doubts if doubt.loss.status is None or isinstance(doubt.what, PastWay))
        return next((doubt.loss.reason for doubt in grave), None)

    async def _lost(self, what: Entry | PastWay, failure: Failure) -> None:
        if isinstance(failure.value, OverBudget):
            if isinstance(failure.value, AskedToWait):
                self._end_early("asked to wait", "it asked to be left alone")
            return
        loss = loss_of(failure)
        self.logger.info("%s: %s: %s", loss.fate, loss.reason, what.url)
        if loss.status == 429 or self._is_held(what.url):
            self._end_early("asked to wait", loss.reason)
        elif is_of_the_site(loss) and self._is_own(what.url):
            self._doubts.append(_Doubtful(what, loss))
            if len(self._doubts) >= TIMEOUTS_IN_A_ROW:
                self._end_early("down", loss.reason)
        else:
            await self._answered()
            await self._blame(what, loss)

    async def _answered(self) -> None:
        """The site is there: what failed before it answered failed by itself."""
        self._has_answered = True
        doubts, self._doubts = self._doubts, []
        for doubt in doubts:
            await self._blame(doubt.what, doubt.loss)

    async def _blame(self, what: Entry | PastWay, loss: Loss) -> None:
        if isinstance(what, Entry):
            await self.errand.record(what.url, loss.fate, loss.reason, loss.status)
        else:
            self.errand.tally.lost_ways += 1
            await self.walk.lost(what, loss)

    def _is_own(self, url: str) -> bool:
        """Whether it is on a host that the source's definition names: another one may be down for itself."""
        own = {host.removeprefix("www.") for host in self.source.hosts}
        return (urlsplit(url).hostname or "").removeprefix("www.") in own

    def _is_held(self, url: str) -> bool:
        """Whether its host has just asked to be left alone for longer than a stint waits."""
        return self.hosts.of(url).asks_to_wait(self.errand.workbench.clock())

    def _end_early(self, end: End, fault: str) -> None:
        if not self.allowance.closing.is_set():
            self.walk.end, self.walk.fault = end, fault
            self.close_down(fault)

    def _done(self, **signal: object) -> None:
        self._under_way -= 1
        self._changed.set()


def is_of_the_site(loss: Loss) -> bool:
    """Whether *loss* may befall every page of the site at the time, and says nothing of this one."""
    return (loss.status or 0) >= 500 or loss.reason in _OF_THE_SITE or loss.reason.startswith("robots.txt unreachable")
