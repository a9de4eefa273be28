"""Sites on loopback that go on publishing while they are crawled: the newsroom's pages over made-up articles.

What serves them takes little time beside what is measured, and an article's appearance is noted by the clock that all
processes of a machine share.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from http import HTTPStatus
from time import monotonic
from types import TracebackType
from typing import Self

from benchmarks.one_loop import OneLoop, Talk
from benchmarks.stories import write
from crawler.newsroom.newsroom import source_toml
from crawler.newsroom.site import Site
from crawler.newsroom.styles import STYLES, Style

_LOOKS = ("rafidain", "sidra", "baran")  # English, Arabic, Sorani
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
        self._loop, self._ports = OneLoop("live-sites"), list[int]()
        self.published: list[Published] = []
        self.sites = [Site(_style(place), {}, _now) for place in range(number)]
        for site in self.sites:
            for age in range(old):
                self._put(site, topic=False, published=_now() - _OLDEST * (age + 1) / (old + 1))

    def __enter__(self) -> Self:
        self._loop.__enter__()
        for site in self.sites:
            self._ports.append(self._loop.open(partial(Talk, self._loop, partial(_answer, site))))
            site.url = f"http://127.0.0.1:{self._ports[-1]}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.__exit__(kind, error, trace)

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
