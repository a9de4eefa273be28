"""Sites that note who asked what, and from when to when: one site an address, so that each is a host of its own.

Who asked is told by the address that a request comes from. An answer takes a moment, as on a real network, so that two
who ask at a time are seen to.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from types import TracebackType
from typing import Self

from benchmarks.one_loop import Connection, OneLoop
from benchmarks.pages import FEED, ServedPage, feed
from benchmarks.stories import write
from crawler.newsroom.site import Site
from crawler.newsroom.styles import STYLES

_LOOKS = ("rafidain", "sidra", "baran")  # English, Arabic, Sorani
_ROBOTS = b"User-agent: *\nDisallow: /private/\n"
_LATEST = datetime.now(UTC) - timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request. Seconds on the monotonic clock; `ended` is infinite while it is under way."""

    client: str  # the address that it came from
    host: str
    path: str
    begun: float
    ended: float = float("inf")
    article: bool = False
    answered: bool = False  # the whole answer was given to the connection


class WatchedSites:
    """Context manager: a site at each of *addresses*, on one port, with *articles* articles, all of them on the topic
    of `stories` where *on_topic* says so of their number."""

    def __init__(self, addresses: Sequence[str], *, articles: int, on_topic: int = 5, pause: float = 0.02) -> None:
        self.addresses, self.pause = list(addresses), pause  # seconds that an answer takes
        self._shares = {
            address: [_page(place * articles + number, number, on_topic) for number in range(articles)]
            for place, address in enumerate(addresses)
        }
        self._paths = {address: {page.path for page in share} for address, share in self._shares.items()}
        self.with_topic = sum(number % on_topic == 0 for number in range(articles * len(self.addresses)))
        self.asked: list[Asked] = []
        self._loop = OneLoop("watched-sites")

    def __enter__(self) -> Self:
        self._loop.__enter__()
        self.port = 0
        for address, share in self._shares.items():
            answers: dict[str, bytes] = {}
            opened = partial(_Site, self, self._loop, address, answers)
            self.port = self._loop.open(opened, host=address, port=self.port)
            answers |= {page.path: _answer(page.html, "text/html") for page in share}
            answers["/robots.txt"] = _answer(_ROBOTS, "text/plain")
            answers[FEED] = _answer(feed(self._base(address), share), "application/rss+xml")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.__exit__(kind, error, trace)

    @property
    def articles(self) -> list[str]:
        """The URLs of all of them."""
        return [self._base(address) + page.path for address, share in self._shares.items() for page in share]

    def sources_toml(self, *, delay: float = 0.0) -> str:
        """A file for a desk's `seeds/sources/`; *delay* in seconds between requests to a site."""
        return "\n".join(
            f'[[source]]\nid = "site-{place:03}"\nname = "Site {place}"\nfeeds = ["{self._base(address)}{FEED}"]\n'
            f"private = true\nports = [{self.port}]\ndelay = {delay}\n"
            for place, address in enumerate(self.addresses)
        )

    def served(self) -> int:
        """Articles that were asked for, repeats too."""
        return sum(asked.article for asked in list(self.asked))

    def _base(self, address: str) -> str:
        return f"http://{address}:{self.port}"

    def is_article(self, address: str, path: str) -> bool:
        """Whether there is an article at *path*."""
        return path in self._paths[address]


class _Site(Connection):
    """One connection to one site."""

    def __init__(self, sites: WatchedSites, loop: OneLoop, address: str, answers: dict[str, bytes]) -> None:
        super().__init__(loop)
        self._sites, self._address, self._answers = sites, address, answers
        self._waiting, self._under_way = b"", set[int]()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._client: str = transport.get_extra_info("peername")[0]

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            path = self._waiting[:end].split(b" ", 2)[1].decode("latin-1")
            self._waiting = self._waiting[end + 4 :]
            known = self._sites.is_article(self._address, path)
            asked = Asked(client=self._client, host=self._address, path=path, begun=time.monotonic(), article=known)
            self._under_way.add(len(self._sites.asked))
            self._sites.asked.append(asked)
            asyncio.get_running_loop().call_later(
                self._sites.pause, self._respond, asked, len(self._sites.asked) - 1
            )  # fmt: skip

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        for number in self._under_way:
            self._sites.asked[number].ended = time.monotonic()

    def _respond(self, asked: Asked, number: int) -> None:
        if self._transport.is_closing():
            return
        self._under_way.discard(number)
        self._transport.write(self._answers.get(asked.path, _MISSING))
        asked.ended, asked.answered = time.monotonic(), True


def together(asked: Sequence[Asked]) -> list[tuple[Asked, Asked]]:
    """Requests of two clients to one host that were under way at the same time."""
    by_host: dict[str, list[Asked]] = {}
    for one in asked:
        by_host.setdefault(one.host, []).append(one)
    return [
        (first, other)
        for of_host in by_host.values()
        for place, first in enumerate(of_host)
        for other in of_host[place + 1 :]
        if other.client != first.client and other.begun < first.ended and first.begun < other.ended
    ]


def changes(asked: Sequence[Asked]) -> dict[str, list[str]]:
    """For each host the clients that asked it, in turn: "a", or "a", "b" where b went on with what a had begun."""
    found: dict[str, list[str]] = {}
    for one in asked:
        turns = found.setdefault(one.host, [])
        if not turns or turns[-1] != one.client:
            turns.append(one.client)
    return found


def again(asked: Sequence[Asked]) -> list[tuple[Asked, Asked]]:
    """Articles that were asked for more than once: a request, and the next one for the same."""
    by_page: dict[tuple[str, str], list[Asked]] = {}
    for one in asked:
        if one.article:
            by_page.setdefault((one.host, one.path), []).append(one)
    return [pair for of_page in by_page.values() for pair in pairwise(of_page)]


def _page(number: int, age: int, on_topic: int) -> ServedPage:
    look = STYLES[_LOOKS[number % len(_LOOKS)]]
    style = replace(look, way="rss", declared=look.language)
    piece = write(number, style, published=_LATEST - timedelta(minutes=age), topic=number % on_topic == 0)
    site = Site(style, {piece.name: piece}, lambda: _LATEST)
    path = site.address(piece)
    return ServedPage(path=path, title=piece.title, published=piece.published, html=site.answer(path).body)


def _answer(body: bytes, kind: str, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("ascii") + body


_MISSING = _answer(b"not here", "text/plain", "404 Not Found")
