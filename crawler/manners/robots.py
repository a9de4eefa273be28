"""Obeys robots.txt (RFC 9309), and remembers it in the archive: a host is asked for it once a day.

A host that says that there is none may be asked for everything. One whose robots.txt cannot be had is asked for
nothing in this run, unless an earlier copy is known; the next run tries again.
"""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from archive.hosts import RobotsCopy, robots_copy
from archive.notes import RobotsKept
from crawler.fates import loss_by
from crawler.guard import RefusedRequest
from crawler.manners.allowance import OverBudget
from crawler.manners.hosts import host_key
from crawler.manners.robots_rules import RobotsUnreachable, Rules, read_robots
from seeds.bounds import MAX_HOSTS_KNOWN

if TYPE_CHECKING:
    from crawler.manners.handler import Polite

FRESH = timedelta(hours=24)
"""RFC 9309, 2.4: a copy should not be used for longer."""
_OWN = "robots.txt of its host"  # marks the requests that are made here


class Robots:
    """The robots.txt that the crawls of this process know."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[RobotsCopy, Rules]] = {}
        self.lost: dict[tuple[str, int], str] = {}  # whose could not be had, in which run, and why
        self.under_way: dict[str, asyncio.Future[None]] = {}

    def know(self, key: str, copy: RobotsCopy) -> Rules:
        """The rules of *copy*, from now on those of *key*."""
        rules = Rules(copy.text)
        _make_room(self.known)
        self.known[key] = copy, rules
        return rules

    def lose(self, key: str, run: int, reason: str) -> None:
        """Remembers for the rest of *run* that it cannot be had."""
        _make_room(self.lost)
        self.lost[key, run] = reason


def _make_room(memory: dict[Any, Any]) -> None:
    if len(memory) >= MAX_HOSTS_KNOWN:
        del memory[next(iter(memory))]


class RobotsMiddleware:
    """Refuses what the robots.txt of its host forbids, and has it fetched where nobody knows it."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._refused: dict[str, RefusedRequest] = {}  # robots.txt that this source may not ask for

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises RefusedRequest, or RobotsUnreachable, where *request* may not be made; OverBudget: not now."""
        if request.meta.get(_OWN):
            return
        rules = await self._rules(request.url)
        await self._spider.hosts.learn_crawl_delay(request.url, rules.delay, self._spider.errand.workbench)
        if not rules.allows(request.url):
            raise RefusedRequest(f"robots.txt: forbids {request.url}")

    @property
    def _spider(self) -> "Polite":
        return cast("Polite", self._crawler.spider)

    async def _rules(self, url: str) -> Rules:
        """Those of the host of *url*. Of crawls that need them at one moment, one asks and the others wait for it."""
        key, robots = robots_key(url), self._spider.robots
        while True:
            if rules := self._known(key):
                return rules
            if key not in robots.under_way:
                break
            await self._wait_for(robots.under_way[key])
        robots.under_way[key] = done = asyncio.get_running_loop().create_future()
        try:
            return await self._learn(key, url)
        finally:
            del robots.under_way[key]
            done.set_result(None)

    def _known(self, key: str) -> Rules | None:
        """Rules that are fresh, or that must do in this run. Raises RobotsUnreachable where there cannot be any."""
        robots, errand = self._spider.robots, self._spider.errand
        copy, rules = robots.known.get(key, (None, None))
        if copy and timedelta(0) <= errand.workbench.clock() - copy.read < FRESH:
            return rules
        if refused := self._refused.get(key):
            raise type(refused)(str(refused))
        reason = robots.lost.get((key, errand.run))
        if reason is not None and rules is None:
            raise RobotsUnreachable(reason)
        return rules if reason is not None else None

    async def _wait_for(self, others: "asyncio.Future[None]") -> None:
        """Waits until another crawl has it, or has given up. Raises OverBudget where this one ends before."""
        spider = self._spider
        ends = [asyncio.ensure_future(event.wait()) for event in (spider.allowance.closing, spider.given_up)]
        waiting: list[asyncio.Future[Any]] = [others, *ends]
        try:
            left = max(spider.allowance.left, 0.0)
            await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if not others.done():
                raise OverBudget
        finally:
            for end in ends:
                end.cancel()

    async def _learn(self, key: str, url: str) -> Rules:
        """From the archive, else from the host."""
        robots, errand = self._spider.robots, self._spider.errand
        if key not in robots.known and (copy := await errand.workbench.archive(lambda db: robots_copy(db, key))):
            robots.know(key, copy)
            if rules := self._known(key):
                return rules
        try:
            read = await self._fetch(url)
        except RobotsUnreachable as error:
            robots.lose(key, errand.run, str(error))
            if key in robots.known:
                return robots.known[key][1]
            raise
        except RefusedRequest as error:
            self._refused[key] = error
            raise
        await errand.workbench.put(RobotsKept(host=key, copy=read))
        return robots.know(key, read)

    async def _fetch(self, url: str) -> RobotsCopy:
        """Asks for it. Raises RobotsUnreachable, and what forbids this request itself."""
        parts = urlsplit(url)
        request = Request(
            f"{parts.scheme}://{parts.netloc}/robots.txt", callback=NO_CALLBACK, meta={_OWN: True}, dont_filter=True
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except (OverBudget, RefusedRequest):
            raise
        except IgnoreRequest:  # redirected for ever, which is as good as having none: RFC 9309, 2.3.1.2
            return self._copy(None, 404)
        except Exception as error:
            raise RobotsUnreachable(loss_by(error).reason) from error
        return self._answer(response)

    def _answer(self, response: Response) -> RobotsCopy:
        if response.status == 429 or response.status >= 500:
            raise RobotsUnreachable(f"HTTP {response.status}")
        return self._copy(read_robots(response.body) if 200 <= response.status < 300 else None, response.status)

    def _copy(self, text: str | None, status: int) -> RobotsCopy:
        return RobotsCopy(text=text, status=status, read=self._spider.errand.workbench.clock())


def robots_key(url: str) -> str:
    """Where the robots.txt of *url* stands in the archive: with its host, unless that has one for http besides."""
    key, parts = host_key(url), urlsplit(url)
    return f"http://{key}" if parts.scheme == "http" and parts.port in (None, 80) else key
