"""The papers of `week_script` on loopback, as they are at the moment that the simulated clock tells.

One thread serves them all. Every request is written down, with what its answer showed; and for every moment it can be
told what the papers had on offer then, asked for or not.
"""

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from hashlib import blake2b
from http import HTTPStatus
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import quote, unquote, urlsplit

from benchmarks.stories import write
from benchmarks.week_script import START, Bout, Event, Paper
from crawler.newsroom import feeds
from crawler.newsroom.pages import View
from crawler.newsroom.pieces import Piece
from crawler.newsroom.site import PER_PAGE, Site
from crawler.newsroom.styles import STYLES

SHORT = 10
"""Entries of an RSS feed."""
_LENGTHS = {"rss": SHORT, "json": 20, "atom": 80}
_NEWS_FOR = timedelta(hours=48)  # as news sitemaps have it
_PATHS = {
    "rss": "/feed.xml", "atom": "/atom.xml", "news": "/news.xml", "index": "/sitemap.xml", "listing": "/latest",
    "json": "/api/latest.json",
}  # fmt: skip
_KEYS = {"rss": "feeds", "atom": "feeds", "news": "sitemaps", "index": "sitemaps", "listing": "listings"}
_SECTIONS = {"kani": "nuce"}
_LISTED_PAGES = 5
_RETRY_AFTER = timedelta(minutes=30)
_AGAIN_FOR = timedelta(hours=2)
_LONGEST_HEAD = 65_536  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request, and what its answer showed."""

    at: datetime
    paper: str
    kind: str  # robots, way, further (a sitemap of an index, a later page of a listing), page
    target: str
    status: int
    conditional: bool
    article: int | None = None  # whose page it was
    version: int = 0  # of that page


@dataclass(slots=True, kw_only=True)
class Article:
    """An article as its paper has it now. `told` is the version that the ways show."""

    number: int
    paper: str
    page: Piece
    listed: Piece  # as the ways show it
    broken_until: datetime | None = None
    gone: bool = False  # its page is
    unlisted: bool = False
    again_at: datetime | None = None  # shown again, under another address
    version: int = 0
    told: int = 0
    old_paths: tuple[str, ...] = ()
    signs: list[str] = field(default_factory=lambda: [""])  # words that only that version brought


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[str, ...] = ()
    etag: str | None = None
    modified: datetime | None = None


class PaperSite:
    """One paper. `advance` brings it to a moment; `answer` is what it says then."""

    def __init__(self, paper: Paper, happening: Sequence[Event], bouts: Sequence[Bout]) -> None:
        self.paper, self._bouts = paper, bouts
        self._coming = list(reversed(happening))
        self.mended = {event.article: event.at for event in happening if event.kind == "mend"}
        look = STYLES[paper.look]
        self.style = replace(look, id=paper.look, way="listing", way_path=_PATHS["listing"], declared=look.language)
        self.site = Site(self.style, {}, lambda: self.now)
        self.now = START
        self.articles: dict[int, Article] = {}
        self.by_path: dict[str, Article] = {}
        self._held_until: datetime | None = None
        self.breaches = 0  # requests in spite of a Retry-After
        self.log: list[Seen] = []

    # --- what happens -------------------------------------------------------------------------------------------
    def advance(self, now: datetime) -> None:
        """Lets everything happen that does until *now*."""
        while self._coming and self._coming[-1].at <= now:
            event = self._coming.pop()
            self.now = event.at
            self._happen(event)
        self.now = now

    def _happen(self, event: Event) -> None:
        if event.kind == "publish":
            self._publish(event)
            return
        article = self.articles[event.article]
        if article.gone or event.kind == "mend":
            return
        match event.kind:
            case "tell edit" | "edit":
                self._edit(article, tell=event.kind == "tell edit")
            case "delete" | "delete but list":
                article.gone, article.unlisted = True, event.kind == "delete"
                self.site.remove(article.page.name)
            case "move":
                self._move(article)
            case _:
                article.again_at = event.at

    def _publish(self, event: Event) -> None:
        piece = write(event.article, self.style, published=event.at, topic=False)
        number = f"{700_000 + event.article}"
        words = "-".join(re.findall(r"\w+", piece.title.lower())[:4])
        slug = number if self.paper.look in ("baran", "kani") else f"{number}-{words}"
        piece = replace(piece, name=number, slug=slug, section=_SECTIONS.get(self.paper.look, "News"))
        article = Article(
            number=event.article, paper=self.paper.id, page=piece, listed=piece,
            broken_until=self.mended.get(event.article),
        )  # fmt: skip
        self.articles[event.article] = article
        self._put(article, piece)

    def _edit(self, article: Article, *, tell: bool) -> None:
        """Another text; where it is told, another headline too, and the time of the change."""
        article.version += 1
        more = write(500_000 + article.number * 10 + article.version, self.style, published=self.now, topic=False)
        body = (*article.page.body[:-1], more.body[0], article.page.body[-1])
        article.signs.append(more.body[0].text)
        piece = replace(article.page, body=body)
        if tell:
            piece = replace(piece, title=f"{piece.title}: {' '.join(more.title.split()[:3])}", modified=self.now)
            article.listed, article.told = piece, article.version
        self._put(article, piece)

    def _move(self, article: Article) -> None:
        old = self.path_of(article.page)
        slug = article.page.slug.replace(article.page.name, f"{800_000 + article.number}")
        article.old_paths = (*article.old_paths, old)
        article.listed = replace(article.listed, slug=slug)
        self._put(article, replace(article.page, slug=slug))

    def _put(self, article: Article, piece: Piece) -> None:
        article.page = piece
        self.site.put(piece)
        self.by_path[self.path_of(piece)] = article

    def path_of(self, piece: Piece) -> str:
        """Its path, decoded."""
        return unquote(urlsplit(self.site.address(piece)).path)

    # --- what it shows ------------------------------------------------------------------------------------------
    def trouble(self) -> str | None:
        """What it has now."""
        return next((bout.trouble for bout in self._bouts if bout.begin <= self.now < bout.end), None)

    def shown_by(self, way: str) -> list[Article]:
        """What the way has on offer now, in its order."""
        if way == "rss" and self.trouble() == "empty":
            return []
        listed = [article for article in self.articles.values() if not article.unlisted]
        if way == "listing":  # it is made from the pages themselves, and ends with the fifth of them that is read
            pages = [article for article in listed if not article.gone]
            return sorted(pages, key=_newest_first)[: PER_PAGE * _LISTED_PAGES]
        if way in ("news", "index"):
            fresh = [article for article in listed if self.now - article.page.published < _NEWS_FOR]
            return sorted(fresh, key=_newest_first)
        return sorted(listed, key=partial(_latest_first, now=self.now))[: _LENGTHS[way]]

    def on_offer(self) -> list[Article]:
        """What any of its ways shows now whose page can be read now."""
        if self.trouble() in ("down", "429"):
            return []
        shown = {article.number: article for way in self.paper.ways for article in self.shown_by(way)}
        return [article for article in shown.values() if not article.gone and not self._is_broken(article)]

    def _is_broken(self, article: Article) -> bool:
        return article.broken_until is not None and self.now < article.broken_until

    def _address(self, article: Article) -> str:
        address = self.site.address(article.listed)
        if article.again_at is None or not self._is_again(article):
            return address
        variants = (
            f"{address}?utm_source=rss&utm_medium=feed", f"{address}/amp", address.replace("http:", "https:"),
            f"{address}/", f"{address}?fbclid=IwAR{article.number}#top", unquote(address),
        )  # fmt: skip
        return variants[article.number % len(variants)]

    def _is_again(self, article: Article) -> bool:
        return article.again_at is not None and self.now < article.again_at + _AGAIN_FOR

    def _view(self, shown: Sequence[Article]) -> View:
        by_name = {article.listed.name: article for article in shown}
        return View(
            style=self.style, url=self.site.url, now=self.now, pieces=[article.listed for article in shown],
            address=lambda piece: self._address(by_name[piece.name]),
        )  # fmt: skip

    # --- what it answers ----------------------------------------------------------------------------------------
    def answer(self, head: str) -> bytes | None:
        """The answer to one request; None: the connection is broken off."""
        _, target, *_ = head.split(" ", 2)
        trouble = self.trouble()
        if trouble == "down":
            self._note("down", target, 0, head)
            return None
        if (trouble == "429" and self._held_until is None) or (self._held_until and self.now < self._held_until):
            return self._refuse(target, head)
        path = unquote(urlsplit(target).path)
        if path == "/robots.txt":
            answer = _Answer(status=200, body=b"User-agent: *\nDisallow: /search\n", kind="text/plain")
            return self._send("robots", target, answer, head)
        for way in self.paper.ways:
            if path == _PATHS[way]:
                kind = "way" if path == target else "further"
                return self._send(kind, target, self._way(way, target), head)
        if path.startswith("/sitemap-"):
            return self._send("further", target, self._sitemap_of_day(path), head)
        return self._page(target, path, head)

    def _refuse(self, target: str, head: str) -> bytes:
        if self._held_until is None:
            self._held_until = self.now + _RETRY_AFTER
        else:
            self.breaches += 1
        left = int((self._held_until - self.now).total_seconds())
        return self._send("held", target, _Answer(status=429, headers=(f"Retry-After: {left}",)), head)

    def _page(self, target: str, path: str, head: str) -> bytes:
        article = self.by_path.get(path.removesuffix("/amp").rstrip("/"))
        if article is None or article.gone:
            return self._send("page", target, _Answer(status=404, body=b"gone"), head, article)
        if self._is_broken(article):
            return self._send("page", target, _Answer(status=500, body=b"broken"), head, article)
        if path.removesuffix("/amp").rstrip("/") in article.old_paths:
            moved = _Answer(status=301, headers=(f"Location: {self.site.address(article.page)}",))
            return self._send("page", target, moved, head, article)
        body = self.site.answer(quote(self.path_of(article.page))).body
        etag = f'"{article.number}-{article.version}"'
        return self._send("page", target, _Answer(status=200, body=body, etag=etag), head, article)

    def _way(self, way: str, target: str) -> _Answer:
        if way == "listing":
            answer = self.site.answer(target)
            return _Answer(status=answer.status, body=answer.body, etag=_etag_of(answer.body))
        if way == "index":
            return _Answer(status=200, body=self._index(), kind="application/xml")
        shown = self.shown_by(way)
        if way == "json":
            body = json.dumps({"items": [self._item(article) for article in shown]}).encode()
            return _Answer(status=200, body=body, kind="application/json", etag=_etag_of(body))
        render = {"rss": feeds.rss, "atom": feeds.atom, "news": feeds.news_sitemap}[way]
        body = render(self._view(shown)).encode()
        if self.paper.quirk == "keeps its ETag":
            return _Answer(status=200, body=body, kind="application/xml", etag='"front"')
        if self.paper.quirk == "resets Last-Modified":
            changed = max((article.listed.changed for article in shown), default=START)
            reset = START - timedelta(days=40) if self.trouble() == "reset" else changed
            return _Answer(status=200, body=body, kind="application/xml", modified=reset)
        return _Answer(status=200, body=body, kind="application/xml", etag=_etag_of(body))

    def _item(self, article: Article) -> dict[str, str]:
        piece = article.listed
        return {"url": self._address(article), "title": piece.title, "date": piece.published.isoformat()}

    def _index(self) -> bytes:
        days: dict[str, datetime] = {}
        for article in self.shown_by("index"):
            day = f"{article.listed.published:%Y-%m-%d}"
            days[day] = max(days.get(day, START), article.listed.changed)
        children = "".join(
            f"<sitemap><loc>{self.site.url}/sitemap-{day}.xml</loc><lastmod>{changed.isoformat()}</lastmod></sitemap>"
            for day, changed in days.items()
        )
        return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>'.encode()

    def _sitemap_of_day(self, path: str) -> _Answer:
        day = path.removeprefix("/sitemap-").removesuffix(".xml")
        shown = [article for article in self.shown_by("index") if f"{article.listed.published:%Y-%m-%d}" == day]
        body = feeds.news_sitemap(self._view(shown)).encode()
        return _Answer(status=200, body=body, kind="application/xml", etag=_etag_of(body))

    def _send(self, kind: str, target: str, answer: _Answer, head: str, article: Article | None = None) -> bytes:
        known = answer.status == 200 and _is_known(answer, head)
        status = HTTPStatus(304 if known else answer.status)
        self._note(kind, target, int(status), head, article)
        body = b"" if known else answer.body
        lines = [f"HTTP/1.1 {status} {status.phrase}", *answer.headers, f"Content-Length: {len(body)}"]
        if answer.etag:
            lines.append(f"ETag: {answer.etag}")
        if answer.modified:
            lines.append(f"Last-Modified: {format_datetime(answer.modified.astimezone(UTC), usegmt=True)}")
        if not known:
            lines.append(f"Content-Type: {answer.kind}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _note(self, kind: str, target: str, status: int, head: str, article: Article | None = None) -> None:
        self.log.append(
            Seen(
                at=self.now, paper=self.paper.id, kind=kind, target=target, status=status,
                conditional="\r\nif-" in head.lower(), article=article.number if article else None,
                version=article.version if article else 0,
            )  # fmt: skip
        )

    def toml(self) -> str:
        """Its `[[source]]` table."""
        style, base = self.style, self.site.url
        ways: dict[str, list[str]] = {}
        for way in self.paper.ways:
            if way != "json":
                ways.setdefault(_KEYS[way], []).append(base + _PATHS[way])
        keys = "\n".join(f"{key} = {json.dumps(urls)}" for key, urls in ways.items())
        listing = (
            f'[[source.json]]\nurl = "{base}{_PATHS["json"]}"\nitems = "items"\nlink = "url"\ntitle = "title"\n'
            'date = "date"\n'
        )
        return (
            f'[[source]]\nid = "{self.paper.id}"\nname = "{self.paper.id}"\nlanguage = "{style.language}"\n'
            f"timezone = \"{style.timezone}\"\n{keys}\narticle = '{style.article}'\ndelay = 0\nprivate = true\n"
            f"ports = [{urlsplit(base).port}]\n{listing if 'json' in self.paper.ways else ''}"
        )


class WeekSites:
    """Context manager: the papers, each on a port of its own."""

    def __init__(self, sites: Sequence[PaperSite]) -> None:
        self.sites = list(sites)
        self._talks: set[asyncio.Transport] = set()

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="week-sites")
        self._thread.start()
        self._servers = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join()
        self._loop.close()

    def advance(self, now: datetime) -> None:
        """Brings all of them to *now*, between two requests."""
        asyncio.run_coroutine_threadsafe(self._advance(now), self._loop).result()

    async def _advance(self, now: datetime) -> None:
        for site in self.sites:
            site.advance(now)

    async def _open(self) -> list[asyncio.Server]:
        servers = []
        for site in self.sites:
            servers.append(await self._loop.create_server(partial(_Talk, site, self._talks), "127.0.0.1", 0))
            site.site.url = f"http://127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}"
        return servers

    def _close(self) -> None:
        for server in self._servers:
            server.close()
        for transport in list(self._talks):
            transport.abort()
        self._loop.call_soon(self._loop.stop)


class _Talk(asyncio.Protocol):
    """One connection. Only what a well-behaved crawler sends is understood: GET with keep-alive and conditions."""

    def __init__(self, site: PaperSite, talks: set[asyncio.Transport]) -> None:
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
            answer = self._site.answer(head)
            if answer is None:
                self._transport.abort()
                return
            self._transport.write(answer)
        if len(self._waiting) > _LONGEST_HEAD:
            self._transport.abort()


def _is_known(answer: _Answer, head: str) -> bool:
    """Whether who asks has this very answer (RFC 9110, 13.2.2)."""
    headers = dict(_headers(head))
    if tags := headers.get("if-none-match"):
        return answer.etag is not None and answer.etag in tags
    since = headers.get("if-modified-since")
    return since is not None and answer.modified is not None and _second(answer.modified) <= parsedate_to_datetime(since)


def _headers(head: str) -> Iterator[tuple[str, str]]:
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        yield name.lower(), value.strip()


def _second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _etag_of(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=8).hexdigest()}"'


def _newest_first(article: Article) -> tuple[float, int]:
    return -article.page.published.timestamp(), article.number


def _latest_first(article: Article, *, now: datetime) -> tuple[float, int]:
    """As a feed has it: what is shown again stands where it would if it were new."""
    shown = article.listed.published
    if article.again_at and now < article.again_at + _AGAIN_FOR:
        shown = article.again_at
    return -shown.timestamp(), article.number
