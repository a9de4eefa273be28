"""What a newspaper of `week_paper` answers, and a log of what it was asked. No sockets here; `week_sites` has them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus
from urllib.parse import quote, unquote, urlsplit

from benchmarks.week_paper import PATHS, Article, Newspaper
from benchmarks.week_script import START, Bout, Event, Paper, Way
from crawler.newsroom import feeds

_KEYS: dict[Way, str] = {
    "rss": "feeds", "atom": "feeds", "news": "sitemaps", "index": "sitemaps", "listing": "listings",
}  # fmt: skip
_RETRY_AFTER = timedelta(minutes=30)
_LONG_BEFORE = START - timedelta(days=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request, and what its answer showed."""

    at: datetime
    kind: str  # robots, way, further (a sitemap of an index, a later page of a listing), page
    target: str
    status: int
    conditional: bool
    article: int | None = None  # whose page it was
    version: int = 0  # of that page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[str, ...] = ()
    etag: str | None = None
    modified: datetime | None = None


class PaperSite(Newspaper):
    """A newspaper that can be asked."""

    def __init__(self, paper: Paper, happening: Sequence[Event], bouts: Sequence[Bout]) -> None:
        super().__init__(paper, happening, bouts)
        self._held_until: datetime | None = None
        self.breaches = 0  # requests in spite of a Retry-After
        self.log: list[Seen] = []
        self.shown: set[int] = set()  # articles that an answer of a way showed while they could be read
        self.hidden: set[int] = set()  # articles that a way showed while it answered that nothing had changed

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
            if path == PATHS[way]:
                kind = "way" if path == target else "further"
                sent = self._send(kind, target, self._way(way, target), head)
                (self.hidden if self.log[-1].status == 304 else self.shown).update(self.numbers(way))
                return sent
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
        if self.is_broken(article):
            return self._send("page", target, _Answer(status=500, body=b"broken"), head, article)
        if path.removesuffix("/amp").rstrip("/") in article.old_paths:
            moved = _Answer(status=301, headers=(f"Location: {self.site.address(article.page)}",))
            return self._send("page", target, moved, head, article)
        body = self.site.answer(quote(self.path_of(article.page))).body
        etag = f'"{article.number}-{article.version}"'
        return self._send("page", target, _Answer(status=200, body=body, etag=etag), head, article)

    def _way(self, way: Way, target: str) -> _Answer:
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
        body = render(self.view(shown)).encode()
        if self.paper.quirk == "keeps its ETag":
            return _Answer(status=200, body=body, kind="application/xml", etag='"front"')
        if self.paper.quirk == "resets Last-Modified":
            changed = max((article.listed.changed for article in shown), default=START)
            reset = _LONG_BEFORE if self.trouble() == "reset" else changed
            return _Answer(status=200, body=body, kind="application/xml", modified=reset)
        return _Answer(status=200, body=body, kind="application/xml", etag=_etag_of(body))

    def _item(self, article: Article) -> dict[str, str]:
        piece = article.listed
        return {"url": self.address(article), "title": piece.title, "date": piece.published.isoformat()}

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
        body = feeds.news_sitemap(self.view(shown)).encode()
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
                at=self.now,
                kind=kind,
                target=target,
                status=status,
                conditional="\r\nif-" in head.lower(),
                article=article.number if article else None,
                version=article.version if article else 0,
            )
        )

    def toml(self) -> str:
        """Its `[[source]]` table."""
        style, base = self.style, self.site.url
        ways: dict[str, list[str]] = {}
        for way in self.paper.ways:
            if way != "json":
                ways.setdefault(_KEYS[way], []).append(base + PATHS[way])
        keys = "\n".join(f"{key} = {json.dumps(urls)}" for key, urls in ways.items())
        listing = (
            f'[[source.json]]\nurl = "{base}{PATHS["json"]}"\nitems = "items"\nlink = "url"\ntitle = "title"\n'
            'date = "date"\n'
        )
        return (
            f'[[source]]\nid = "{self.paper.id}"\nname = "{self.paper.id}"\nlanguage = "{style.language}"\n'
            f"timezone = \"{style.timezone}\"\n{keys}\narticle = '{style.article}'\ndelay = 0\nprivate = true\n"
            f"ports = [{urlsplit(base).port}]\n{listing if 'json' in self.paper.ways else ''}"
        )


def _is_known(answer: _Answer, head: str) -> bool:
    """Whether who asks has this very answer (RFC 9110, 13.2.2)."""
    headers = dict(_headers(head))
    if tags := headers.get("if-none-match"):
        return answer.etag is not None and answer.etag in tags
    since = headers.get("if-modified-since")
    if since is None or answer.modified is None:
        return False
    return answer.modified.replace(microsecond=0) <= parsedate_to_datetime(since)


def _headers(head: str) -> Iterator[tuple[str, str]]:
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        yield name.lower(), value.strip()


def _etag_of(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=8).hexdigest()}"'
