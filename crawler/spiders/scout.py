"""Looks at one site for `khabar sources discover`, within bounds, and with the guard and the manners of any crawl."""

import asyncio
from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import Any, TypeVar

from scrapy import Request, Spider
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from archive.article import WHOLE_PAGES, Fate
from crawler.fates import Loss, loss_of
from crawler.guard import AddressPolicy
from crawler.manners.allowance import Allowance
from crawler.manners.hosts import Hosts
from crawler.manners.robots import Robots
from crawler.scouting.exploration import Exploration
from crawler.scouting.exploring import Answer, NoSite, explore
from pipelines.errand import Errand
from seeds.bounds import SCOUT_BYTES, SCOUT_REQUESTS, SCOUT_SECONDS, WAY_SECONDS

T = TypeVar("T")


class Scout(Spider):
    """One site, once. `found` is what there is, `fault` why there is nothing."""

    name = "scout"

    def __init__(
        self,
        *,
        url: str,
        errand: Errand,
        hosts: Hosts,
        robots: Robots,
        policy: AddressPolicy,
        tell: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.errand, self.hosts, self.robots, self.policy = errand, hosts, robots, policy
        self.allowance = Allowance(errand.source.budget)
        self.given_up = asyncio.Event()
        self.found: Exploration | None = None
        self.fault: str | None = None
        self._url, self._tell = url, tell
        self._end, self._bytes = monotonic() + SCOUT_SECONDS, 0

    async def start(self) -> AsyncIterator[Any]:
        """The whole exploration: what is asked for next depends on what came before."""
        try:
            self.found = await explore(self._url, self, self._tell)
        except NoSite as error:
            self.fault = str(error)
        return
        yield

    async def get(self, url: str) -> Answer | Loss:
        """What *url* answers with a whole page, or why it does not."""
        if self.errand.tally.requests >= SCOUT_REQUESTS or self._bytes >= SCOUT_BYTES or monotonic() > self._end:
            return Loss(Fate.REFUSED, "not asked for: the bounds of an exploration are reached")
        try:
            request = Request(url, callback=NO_CALLBACK, dont_filter=True)
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # of any kind: it becomes a reason, as a fate of a crawl does
            return loss_of(Failure(error))  # type: ignore[no-untyped-call]
        self._bytes += len(response.body)
        if response.status not in WHOLE_PAGES:
            return Loss(Fate.FAILED, f"HTTP {response.status}", response.status)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return Answer(url=response.url, body=response.body, content_type=content_type)

    async def read(self, function: Callable[..., T], *args: Any) -> T:
        """What *function* returns for *args*, in a worker process."""
        return await self.errand.workbench.workers.run(function, *args, timeout=WAY_SECONDS)
