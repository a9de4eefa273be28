"""Draws pages for one crawl: in the turn of their host, and no longer than the crawl goes on."""

import asyncio
from typing import Protocol

from scrapy.crawler import Crawler

from crawler.detours import detour
from crawler.guard import AddressPolicy
from crawler.manners.allowance import Allowance, OverBudget, unless_given_up
from crawler.manners.hosts import Hosts
from crawler.rendering.browser import Browser
from pipelines.errand import Errand
from pipelines.page import Page
from pipelines.rendering import NotNow, NotRendered
from seeds.bounds import MAX_RENDERED_PAGES


class Draws(Protocol):
    """The part of a spider that the drawing knows."""

    errand: Errand
    hosts: Hosts
    allowance: Allowance
    given_up: asyncio.Event
    policy: AddressPolicy
    crawler: Crawler

    def close_down(self, why: str) -> None:
        """Ends the crawl: what is under way is finished, the rest stays waiting."""

    def weigh(self, number: int) -> None:
        """Counts bytes that came from the source."""


class Drawing:
    """Of one crawl."""

    def __init__(self, spider: Draws, browser: Browser) -> None:
        self._spider, self._browser = spider, browser
        self._drawn = 0

    async def __call__(self, page: Page) -> Page:
        """What the browser makes of *page*. Raises NotRendered, or NotNow where the crawl ends before."""
        spider = self._spider
        if self._drawn >= MAX_RENDERED_PAGES:
            spider.close_down("budget of rendered pages used up")
            raise NotNow
        self._drawn += 1
        begun = asyncio.Event()
        drawing = self._draw(page, begun)
        try:
            return await unless_given_up(drawing, begun, given_up=spider.given_up, closing=spider.allowance.closing)
        except OverBudget as error:
            raise NotNow from error

    async def _draw(self, page: Page, begun: asyncio.Event) -> Page:
        """In its host's turn: what its scripts ask for is asked of that host, too."""
        from crawler.rendering.view import Terms  # noqa: PLC0415 -- it needs the extra "render"

        spider, source = self._spider, self._spider.errand.source
        terms = Terms(
            policy=spider.policy, user_agent=spider.crawler.settings["USER_AGENT"], verify_tls=source.verify_tls,
            language=source.language, timezone=source.timezone, weigh=spider.weigh,
        )  # fmt: skip
        turn = spider.hosts.quiet_turn if spider.errand.is_backfill else spider.hosts.turn
        async with turn(page.url, source.delay, spider.allowance, spider.errand.workbench):
            begun.set()
            drawn = await self._browser.draw(page, terms)
        if reason := detour(page.requested, drawn.url):
            raise NotRendered(reason)
        return drawn
