"""Asks politely: at the last step before the connection, so that robots.txt, redirects and retries wait as well."""

import asyncio
from time import monotonic
from typing import Protocol, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawler.guard import GuardedHTTP11DownloadHandler
from crawler.manners.allowance import OWN_WAY, Allowance, OverBudget, unless_given_up
from crawler.manners.hosts import SHORT_WAIT, Hosts, paced
from crawler.manners.robots import Robots
from crawler.manners.room import CHARGE
from pipelines.errand import Errand
from seeds.bounds import ADDRESS_SECONDS, RESPONSE_SECONDS

_ON_THE_WIRE = "seconds on the wire"
"""The key under which a request, its redirects and retries carry what they took so far."""


class Polite(Protocol):
    """The part of a spider that the handler knows, and the robots.txt middleware."""

    errand: Errand
    hosts: Hosts
    robots: Robots
    allowance: Allowance
    given_up: asyncio.Event

    async def about_to_ask(self, request: Request) -> None:
        """Only of a backfill: its turn has come. Raises OverBudget where *request* is not to be made any more."""


class PoliteDownloadHandler(GuardedHTTP11DownloadHandler):
    """The guarded HTTP handler, one request at a time per host, and no more pages than the source's budget."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._spider = cast(Polite, crawler.spider)

    async def download_request(self, request: Request) -> Response:
        """As Scrapy's, after waiting for the host's turn.

        Raises OverBudget where its crawl closes before the turn has come, and where it is given up meanwhile: the
        host is free for others then.
        """
        sent = asyncio.Event()
        spider = self._spider
        asking = self._ask(request, sent)
        return await unless_given_up(asking, sent, given_up=spider.given_up, closing=spider.allowance.closing)

    def about_to_send(self) -> None:
        """Raises OverBudget where the process slept while the request waited for its connection, and its host may be
        another's by now."""
        if not self._spider.hosts.is_sure:
            raise OverBudget

    async def _ask(self, request: Request, sent: asyncio.Event) -> Response:
        """The budget is spent here, at the last moment: until then newer news may have overtaken what came first.

        A host that asks for a short pause gets it and is asked again. An answer that asks for a long one is the last:
        `turn` raises AskedToWait then.
        """
        errand, allowance, hosts = self._spider.errand, self._spider.allowance, self._spider.hosts
        if entry := request.cb_kwargs.get("entry"):
            allowance.take_page(entry.url)
        turn = hosts.quiet_turn if errand.is_backfill and request.cb_kwargs else hosts.turn  # robots.txt is everybody's
        while True:
            async with turn(request.url, errand.source.delay, allowance, errand.workbench) as host:
                if allowance.closing.is_set():
                    raise OverBudget
                if errand.is_backfill:
                    await self._spider.about_to_ask(request)
                sent.set()
                errand.tally.requests += 1
                response = await self._on_the_wire(request)
                host.pace = paced(host.pace, request.meta.get("download_latency", 0.0), response.status)
                retry_after = (response.headers.get("Retry-After") or b"").decode("latin-1")
                pause = await hosts.heed(host, response.status, retry_after, errand.workbench)
            if not pause:
                return response
            if pause > SHORT_WAIT:
                request.meta["dont_retry"] = True
                return response
            if allowance.closing.is_set():
                raise OverBudget
            sent.clear()

    async def _on_the_wire(self, request: Request) -> Response:
        """Raises DownloadTimeoutError where it takes too long, the redirects and tries before it included."""
        meta = request.meta
        left = ADDRESS_SECONDS - meta.get(_ON_THE_WIRE, 0.0)
        if left <= 0:
            raise DownloadTimeoutError(f"{request.url} took longer than {ADDRESS_SECONDS} seconds, redirects included")
        meta["download_timeout"] = min(left, RESPONSE_SECONDS)
        meta[CHARGE] = charge = self._spider.hosts.room.charge(self._spider.errand.source.id)
        begun = monotonic()
        try:
            response = await super().download_request(request)
            self._spider.allowance.count_answer(of_way=OWN_WAY in meta)
            return response
        except BaseException as error:
            charge.give_back()
            if isinstance(error, DownloadTimeoutError):
                self._spider.allowance.count_timeout(of_way=OWN_WAY in meta)
            raise
        finally:
            meta[_ON_THE_WIRE] = meta.get(_ON_THE_WIRE, 0.0) + monotonic() - begun
