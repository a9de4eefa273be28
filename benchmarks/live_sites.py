"""Sites on loopback that go on publishing while they are crawled: the newsroom's pages over made-up articles.

One thread serves them all: a hundred servers of the newsroom's kind would take a core by themselves. Its time is
short beside what is measured, and an article's appearance is noted by the clock that all processes of a machine share.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from http import HTTPStatus
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Self

from benchmarks.stories import write
from crawler.newsroom.newsroom import source_toml
from crawler.newsroom.site import Site
from crawler.newsroom.styles import STYLES, Style

_LOOKS = ("rafidain", "sidra", "baran")  # English, Arabic, Sorani
_LONGEST_HEAD = 65_536  # bytes
_OLDEST = timedelta(days=2)  # of what a site has at the start


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One article and the moment at which its site began to show it, in seconds on the monotonic clock."""

    url: str
    instant: float


class LiveSites:
    """Context manager: *number* sites, a port each, with *old* articles each that no alert of a measurement is for."""

    def __init__(self, number: int, *, old: int = 3) -> None:
        self._articles = 0
        self._talks: set[asyncio.Transport] = set()
        self.published: list[Published] = []
        self.sites = [Site(_style(place), {}, _now) for place in range(number)]
        for site in self.sites:
            for age in range(old):
                self._put(site, topic=False, published=_now() - _OLDEST * (age + 1) / (old + 1))

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="live-sites")
        self._thread.start()
        opening = asyncio.run_coroutine_threadsafe(self._open(), self._loop)
        self._servers, self._ports = opening.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join()
        self._loop.close()

    def sources_toml(self, *, delay: float) -> str:
        """A file for a desk's `seeds/sources/`; *delay* in seconds between requests to a site."""
        return "\n".join(
            source_toml(site, port, delay, name=f"site-{place:03}")
            for place, (site, port) in enumerate(zip(self.sites, self._ports, strict=True))
        )

    def publish(self, place: int) -> Published:
        """A new article with the topic on the site at *place*, counted round."""
        site = self.sites[place % len(self.sites)]
        instant = monotonic()
        url = self._put(site, topic=True, published=_now())
        self.published.append(Published(url=url, instant=instant))
        return self.published[-1]

    def _put(self, site: Site, *, topic: bool, published: datetime) -> str:
        self._articles += 1
        piece = write(self._articles, site.style, published=published, topic=topic)
        site.put(piece)
        return site.address(piece)

    async def _open(self) -> tuple[list[asyncio.Server], list[int]]:
        servers, ports = [], []
        for site in self.sites:
            server = await self._loop.create_server(partial(_Talk, site, self._talks), "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            site.url = f"http://127.0.0.1:{port}"
            servers.append(server)
            ports.append(port)
        return servers, ports

    def _close(self) -> None:
        for server in self._servers:
            server.close()
        for transport in list(self._talks):
            transport.abort()
        self._loop.call_soon(self._loop.stop)


class _Talk(asyncio.Protocol):
    """One connection. Only what a well-behaved crawler sends is understood: GET, HEAD, keep-alive, If-None-Match."""

    def __init__(self, site: Site, talks: set[asyncio.Transport]) -> None:
        self._site, self._talks, self._waiting = site, talks, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._talks.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._talks.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head, self._waiting = self._waiting[:end].decode("latin-1"), self._waiting[end + 4 :]
            self._transport.write(_answer(self._site, head))
        if len(self._waiting) > _LONGEST_HEAD:
            self._transport.abort()


def _answer(site: Site, head: str) -> bytes:
    method, target, *_ = head.split(" ", 2)
    answer = site.answer(target)
    etag = f'"{blake2b(answer.body, digest_size=8).hexdigest()}"'
    if answer.status == 200 and etag in head:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
    length = len(answer.body)
    status = HTTPStatus(answer.status)
    lines = f"HTTP/1.1 {status} {status.phrase}\r\nContent-Type: {answer.kind}\r\nContent-Length: {length}\r\n"
    return f"{lines}ETag: {etag}\r\n\r\n".encode() + (b"" if method == "HEAD" else answer.body)


def _style(place: int) -> Style:
    look = STYLES[_LOOKS[place % len(_LOOKS)]]
    return replace(look, way="rss", way_path="/rss.xml", declared=look.language)


def _now() -> datetime:
    return datetime.now(UTC)
