"""What every crawl of one source has in common: how an article's page is asked for, and what its answer means.

Which articles are asked for, and in which order, is what the spiders that inherit from it decide.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, TypeVar

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.article import WHOLE_PAGES, WITHDRAWN, Entry, Fate
from archive.errors import ArchiveError
from crawler.detours import FRONT_PAGE, detour
from crawler.discovery.entries import NoEntries
from crawler.fates import loss_of
from crawler.guard import AddressPolicy
from crawler.manners.allowance import Allowance, OverBudget
from crawler.manners.hosts import Hosts
from crawler.manners.robots import Robots
from crawler.rendering.browser import Browser
from crawler.rendering.drawing import Drawing
from crawler.validators import is_conditional
from pipelines.errand import Errand
from pipelines.page import Page
from pipelines.rendering import Read

T = TypeVar("T")
GONE = (404, 410)


class SourceSpider(Spider):
    """One errand of one source."""

    def __init__(self, *, errand: Errand, hosts: Hosts, robots: Robots, browser: Browser | None = None) -> None:
        super().__init__()
        if browser and errand.source.render:
            drawing = Drawing(self, browser)
            errand = replace(errand, rendering=browser.rendering(errand.source.id, errand.workbench, drawing))
        self.errand = errand
        self.hosts = hosts
        self.robots = robots
        self.allowance = Allowance(errand.source.budget)
        self.source = errand.source
        self.broken: ArchiveError | None = None  # set where the archive could not be written
        self.ending: asyncio.Future[None] | None = None  # its closing, for the same reason
        self.given_up = asyncio.Event()  # set where nobody waits any more for what it still asks for
        self.late = False  # whether that is because the run has come to its deadline
        private = self.source.hosts if self.source.private else frozenset()
        self._stalled = False
        self.policy = AddressPolicy(private_hosts=private, ports=frozenset(self.source.ports))

    def hinted(self, entry: Entry) -> Entry:
        """*entry* with all that is known of it by now."""
        return entry

    async def read_links(self, page: Page, read: Read[T]) -> tuple[T, Page]:
        """What *read* finds on a page of links, and the page that it found it on: a browser may show more."""
        if self.errand.rendering is None:
            return await read(page), page
        return await self.errand.rendering.read("listing", page, read, _shows_none)

    async def still_same(self, entry: Entry) -> None:
        """The page of *entry*, which is archived, is what it was: its server says so."""
        await self.errand.record(entry.url, Fate.UNCHANGED, status=304)

    async def settle(self) -> None:
        """Writes down, once the crawl is over, what could not be before."""

    async def page(self, response: Response, entry: Entry, *, again: bool = False) -> AsyncIterator[Any]:
        """An article's page has answered; *again*: an archived one's, which nothing says to have changed."""
        self._weigh(response)
        if response.status == 304 and is_conditional(response.request):
            await self.still_same(entry)
            return
        if response.status not in WHOLE_PAGES:
            await self.errand.record(entry.url, Fate.FAILED, f"HTTP {response.status}", response.status)
            return
        if reason := detour(entry.url, response.url):
            withdrawn = again and reason == FRONT_PAGE
            await self.errand.record(entry.url, Fate.FAILED, WITHDRAWN if withdrawn else reason, response.status)
            return
        self.errand.tally.fetched += 1
        yield self.as_page(response, entry.url, self.hinted(entry))

    def as_page(self, response: Response, requested: str, entry: Entry | None = None) -> Page:
        """*response* as it came."""
        headers = response.headers.items()
        return Page(
            url=response.url,
            requested=requested,
            source=self.source.id,
            status=response.status,
            headers=tuple(
                (name.decode("latin-1"), text.decode("latin-1")) for name, texts in headers for text in texts
            ),
            body=response.body,
            fetched=self.errand.workbench.clock(),
            entry=entry,
        )

    async def page_lost(self, failure: Failure) -> None:
        """An article's page has not answered, or was not asked for."""
        if isinstance(failure.value, OverBudget):
            return
        loss = loss_of(failure)
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]
        if asked.get("again") and loss.status in GONE:
            loss = replace(loss, reason=WITHDRAWN)
        url = asked["entry"].url
        self.logger.info("%s: %s: %s", loss.fate, loss.reason, url)
        await self.errand.record(url, loss.fate, loss.reason, loss.status)
        self._close_where_it_stalls()

    def _page(self, entry: Entry, *, priority: int) -> Request:
        """Raises ValueError where there is no such address."""
        return Request(
            entry.url, callback=self.page, errback=self.page_lost, cb_kwargs={"entry": entry},
            priority=priority, dont_filter=True,  # crawler.memory knows better what was asked for
        )  # fmt: skip

    def _weigh(self, response: Response) -> None:
        self.weigh(len(response.body))

    def weigh(self, number: int) -> None:
        """Ends the crawl when, with *number* bytes more, the source has sent as much as its budget allows; the rest
        stays waiting.
        """
        tally = self.errand.tally
        tally.megabytes += number / 1e6
        if tally.megabytes > self.source.budget.megabytes:
            self.close_down("budget of megabytes used up")

    def close_down(self, why: str) -> None:
        """Ends the crawl: what is under way is finished, the rest stays waiting."""
        self.allowance.closing.set()
        if self.crawler.engine:
            self.crawler.engine.close_spider(self, why)

    def _close_where_it_stalls(self) -> None:
        """Ends the crawl of a source whose answers do not come: each held its place for as long as one may take."""
        if self.allowance.stalls and not self._stalled:
            self._stalled = True
            self.errand.tally.count(Fate.FAILED, "given up for this run: answers time out")
            self.close_down("answers time out")


def _shows_none(error: Exception) -> bool:
    """Whether a page of links may show some once its scripts have run."""
    return isinstance(error, NoEntries)
