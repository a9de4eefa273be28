"""Fetches one page that the desk's owner named, with the crawl's bounds and guard but without its memory."""

import ipaddress
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.article import Fate
from crawler.desk import DeskConfig
from crawler.fates import Loss, loss_of
from crawler.guard import AddressPolicy
from crawler.launch import on_reactor
from crawler.own_settings import desk_settings, scrapy_settings
from pipelines.page import Page
from seeds.sources import USUAL_PORTS

_ONLY = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.guard.GuardedHTTP11DownloadHandler"),
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {},
    "ROBOTSTXT_OBEY": False,  # a person looks at one page: robots.txt is for crawls
    "LOG_LEVEL": "ERROR",
}
_OWN_NAMES = (".localhost", ".local", ".lan", ".internal", ".home.arpa")
"""How the names of machines end that are in nobody's registry: RFC 6761, 6762 and 8375, and what routers give out."""


class NotFetched(Exception):
    """The page could not be had; the message says why."""


class _OnePage(Spider):
    name = "one-page"

    def __init__(self, url: str, answers: list[Response | Loss], private_hosts: Collection[str]) -> None:
        super().__init__()
        parts = urlsplit(url)
        port = parts.port or USUAL_PORTS.get(parts.scheme, 0)
        ports = frozenset([port, *USUAL_PORTS.values()])
        self.policy = AddressPolicy(private_hosts=frozenset(private_hosts), ports=ports)
        self._url = url
        self._answers = answers

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self._url, callback=self.arrived, errback=self.lost, dont_filter=True)

    def arrived(self, response: Response) -> None:
        self._answers.append(response)

    def lost(self, failure: Failure) -> None:
        self._answers.append(loss_of(failure))


def says_it_is_private(host: str) -> bool:
    """Whether whoever types *host* sees that it is a machine of his own: an address, or a name that no registry has.

    Any other name leads wherever its owner wants it to, and so does one that was copied from a feed.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        host = host.lower().removesuffix(".")
        return "." not in host or host.endswith(_OWN_NAMES)
    return True


def fetch_page(url: str, desk: DeskConfig, private_hosts: Collection[str] = ()) -> Page:
    """The page at *url*, as *desk* fetches. Raises NotFetched. It uses up the process's reactor: call it once.

    A private address is reached where *url* itself shows that it is one, and at *private_hosts*; by no redirect.
    """
    try:
        parts = urlsplit(url)
        fits = parts.scheme in USUAL_PORTS and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise NotFetched(f"{url} is not a URL that can be asked for, such as https://news.example/en/1")
    answers: list[Response | Loss] = []
    host = parts.hostname or ""
    allowed = {host} if says_it_is_private(host) else {host}.intersection(private_hosts)

    async def main() -> None:
        runner = AsyncCrawlerRunner(scrapy_settings({**_ONLY, **desk_settings(desk)}))
        await runner.crawl(_OnePage, url=url, answers=answers, private_hosts=allowed)

    on_reactor(main)
    response = answers[0] if answers else Loss(Fate.FAILED, "no answer")
    if isinstance(response, Loss):
        raise NotFetched(f"{url} could not be fetched: {response.reason}")
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return Page(
        url=response.url, requested=url, source="", status=response.status, headers=headers, body=response.body,
        fetched=datetime.now(UTC), entry=None,
    )  # fmt: skip
