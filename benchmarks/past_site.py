"""A site with a past, on loopback: articles of many days in four languages, shown by sitemaps, archive pages, a
paginated listing and a feed; with a log of its requests.

The words are put together at random, so that no two articles are alike; what they say means nothing.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from threading import Lock
from time import time
from typing import Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

from crawler.newsroom.loopback import HOST, IDLE, LoopbackServer

LANGUAGES = ("en", "ar", "ckb", "kmr")
_WORDS = {
    "en": "the council of town river bridge market workers said on Monday that new water school harvest road plan for "
    "farmers valley would open after long winter and people waited near old station while engineers repaired power "
    "lines along western district officials visited hospital",
    "ar": "قال مجلس المدينة إن الجسر الجديد فوق النهر سيفتح بعد الشتاء في السوق القديم وزار المهندسون المدرسة قرب "
    "المحطة وأضاف المسؤولون أن المزارعين ينتظرون موسم الحصاد على طريق الوادي حيث يعمل العمال في إصلاح خطوط الكهرباء",
    "ckb": "ئەنجوومەنی شار ڕایگەیاند کە پردی نوێ لەسەر ڕووبارەکە دوای زستان دەکرێتەوە و خەڵک لە بازاڕی کۆن چاوەڕێی "
    "کرێکارەکان دەکەن کە هێڵی کارەبا و ئاو چاک دەکەنەوە لە گەرەکی ڕۆژاوا هەروەها ئەندازیاران سەردانی قوتابخانە",
    "kmr": "civata bajêr da zanîn ku pira nû ya li ser çem dê piştî zivistanê were vekirin û xelk li bazara kevn li "
    "benda karkeran e ku xetên kehrebê û avê çêdikin li taxa rojava endezyaran serdana dibistanê kirin gundî li rê bûn",
}
_PER_PAGE = 10
_DATED = re.compile(r"/archive/(\d{4})/(\d\d)/(\d\d)")
_MONTH = re.compile(r"/sitemap-(\d{4}-\d\d)\.xml")


@dataclass(frozen=True, slots=True)
class PastArticle:
    """One article."""

    path: str
    title: str
    paragraphs: tuple[str, ...]
    language: str
    published: datetime

    @property
    def html(self) -> bytes:
        """Its page."""
        body = "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)
        right = ' dir="rtl"' if self.language in ("ar", "ckb") else ""
        return (
            f'<!doctype html><html lang="{self.language}"{right}><head><meta charset="utf-8">'
            f"<title>{self.title}</title>"
            f'<meta property="article:published_time" content="{self.published.isoformat()}"></head>'
            f"<body><article><h1>{self.title}</h1>{body}</article></body></html>"
        ).encode()


def make_article(number: int, language: str, published: datetime) -> PastArticle:
    """The article with this *number*; the same one each time."""
    dice = random.Random(number)
    words = _WORDS[language].split()

    def sentence(length: int) -> str:
        said = " ".join(dice.choice(words) for _ in range(length))
        return f"{said[:1].upper()}{said[1:]} {number}."

    paragraphs = tuple(" ".join(sentence(14) for _ in range(3)) for _ in range(4))
    slug = {"en": "story", "ar": "خبر", "ckb": "هەواڵ", "kmr": "nûçe"}[language]
    path = quote(f"/{language}/{published:%Y/%m/%d}/{slug}-{number}")
    return PastArticle(path, sentence(7)[:-1], paragraphs, language, published)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    at: float
    path: str
    status: int


class PastSite:
    """Context manager: while it is open, *articles* of the days up to *until* are on a port of loopback.

    `replies` are answered instead of what stands at a path: (status, headers, body), or a function that gives it.
    """

    def __init__(self, articles: int, *, until: datetime | None = None, per_day: int = 8, feed: int = 5) -> None:
        end = (until or datetime.now(UTC)).replace(microsecond=0)
        self.articles = [
            make_article(
                number, LANGUAGES[number % 4], end - timedelta(days=number // per_day, minutes=number % per_day)
            )
            for number in range(articles)
        ]  # the newest first
        self.feed_entries = feed
        self.replies: dict[str, Reply | Callable[[], Reply | None]] = {}
        self.lock = Lock()
        self._log: list[Asked] = []
        self.refresh()

    def refresh(self) -> None:
        """After the articles were changed."""
        self._by_path = {article.path: article for article in self.articles}
        self._by_day: dict[str, list[PastArticle]] = {}
        self._by_month: dict[str, list[PastArticle]] = {}
        for article in self.articles:
            self._by_day.setdefault(f"{article.published:%Y/%m/%d}", []).append(article)
            self._by_month.setdefault(f"{article.published:%Y-%m}", []).append(article)

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self.port = self._server.port
        self._server.start("past-site")
        return self

    def __exit__(self, *error: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> list[Asked]:
        """All requests so far, with their answers."""
        with self.lock:
            return list(self._log)

    def asked_for(self, article: PastArticle) -> int:
        """How often its page was asked for."""
        return sum(asked.path == article.path for asked in self.log)

    def publish(self, number: int, language: str = "en") -> PastArticle:
        """A new article, which the feed shows first."""
        article = make_article(number, language, datetime.now(UTC).replace(microsecond=0))
        self.articles = [article, *self.articles]
        self.refresh()
        return article

    def source_toml(self, name: str, *, delay: float = 0.0, ways: str = "", more: str = "") -> str:
        """A `[[source]]` of it; *ways* in TOML, where `URL` stands for its address."""
        host = re.escape(f"{HOST}:{self.port}")
        return (
            f'[[source]]\nid = "{name}"\nname = "{name}"\n{ways.replace("URL", self.url)}\n'
            f"article = '^http://{host}/(en|ar|ckb|kmr)/\\d{{4}}/\\d\\d/\\d\\d/'\n"
            f"delay = {delay}\nprivate = true\nports = [{self.port}]\n{more}\n"
        )

    def answer(self, target: str) -> "Reply":
        """What a GET of *target* brings."""
        parts = urlsplit(target)
        set_reply = self.replies.get(target) or self.replies.get(parts.path)
        if callable(set_reply):
            set_reply = set_reply()
        if set_reply is not None:
            return set_reply
        if article := self._by_path.get(parts.path):
            return 200, {"Content-Type": "text/html; charset=utf-8"}, article.html
        page = int(parse_qs(parts.query).get("page", ["1"])[0])
        return self._way(parts.path, page)

    def _way(self, path: str, page: int) -> "Reply":
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, f"User-agent: *\nSitemap: {self.url}/sitemap.xml\n".encode()
        if path == "/feed.xml":
            return 200, {"Content-Type": "application/rss+xml"}, self._feed()
        if "/sitemap" in path:
            return self._sitemap(path)
        if path == "/news":
            return self._listing(path, self.articles, page)
        day = _DATED.fullmatch(path)
        return self._listing(path, self._by_day.get("/".join(day.groups()), []) if day else [], page)

    def _sitemap(self, path: str) -> "Reply":
        if path == "/sitemap.xml":
            return _xml("sitemapindex", "sitemap", [f"{self.url}/sitemap-{month}.xml" for month in self._by_month])
        month = _MONTH.fullmatch(path)
        if month is None:
            return 404, {"Content-Type": "text/html"}, b"<html><body>not here</body></html>"
        chosen = self._by_month.get(month[1], [])
        links = [self.url + article.path for article in chosen]
        return _xml("urlset", "url", links, [article.published.isoformat() for article in chosen])

    def _feed(self) -> bytes:
        items = "".join(
            f"<item><title>{article.title}</title><link>{self.url}{article.path}</link>"
            f"<pubDate>{format_datetime(article.published)}</pubDate></item>"
            for article in self.articles[: self.feed_entries]
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Past</title>{items}</channel></rss>'.encode()

    def _listing(self, path: str, articles: Sequence[PastArticle], page: int) -> "Reply":
        shown = articles[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        if not shown:
            return 404, {"Content-Type": "text/html"}, b"<html><body>no such page</body></html>"
        links = "".join(f'<li><a href="{unquote(article.path)}">{article.title}</a></li>' for article in shown)
        last = -(-len(articles) // _PER_PAGE)
        more = f'<a rel="next" href="{path}?page={page + 1}">next</a>' if page < last else ""
        page_html = f"<!doctype html><html><body><ul>{links}</ul>{more}</body></html>"
        return 200, {"Content-Type": "text/html; charset=utf-8"}, page_html.encode()

    def note(self, path: str, status: int) -> None:
        """One more request."""
        with self.lock:
            self._log.append(Asked(time(), path, status))


Reply = tuple[int, dict[str, str], bytes]


def _xml(root: str, part: str, links: Sequence[str], dates: Sequence[str] = ()) -> Reply:
    rows = "".join(
        f"<{part}><loc>{link}</loc>{f'<lastmod>{dates[number]}</lastmod>' if dates else ''}</{part}>"
        for number, link in enumerate(links)
    )
    xml = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{root}>'
    return 200, {"Content-Type": "application/xml"}, xml.encode()


class _Server(LoopbackServer):
    def __init__(self, site: PastSite) -> None:
        super().__init__(_Handler)
        self.site = site


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE
    wbufsize = 65_536
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        status, headers, body = self.server.site.answer(self.path)
        self.server.site.note(self.path, status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the site keeps its own log."""
