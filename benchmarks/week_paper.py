"""A newspaper of `week_script`, as it is at the moment that the simulated clock tells, and what it has on offer then.

No addresses asked for and no answers here; `week_answers` gives them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote, urlsplit

from benchmarks.stories import write
from benchmarks.week_script import START, Bout, Event, Paper, Way
from crawler.newsroom.pages import View
from crawler.newsroom.pieces import Piece
from crawler.newsroom.site import PER_PAGE, Site
from crawler.newsroom.styles import STYLES

PATHS: dict[Way, str] = {
    "rss": "/feed.xml", "atom": "/atom.xml", "news": "/news.xml", "index": "/sitemap.xml", "listing": "/latest",
    "json": "/api/latest.json",
}  # fmt: skip
_LENGTHS = {"rss": 10, "json": 20, "atom": 80}  # entries
_NEWS_FOR = timedelta(hours=48)  # as news sitemaps have it
_LISTED_PAGES = 5
_AGAIN_FOR = timedelta(hours=2)
_SECTIONS = {"kani": "nuce"}


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


class Newspaper:
    """One paper, which `advance` brings to a moment."""

    def __init__(self, paper: Paper, happening: Sequence[Event], bouts: Sequence[Bout]) -> None:
        self.paper, self._bouts = paper, bouts
        self._coming = list(reversed(happening))
        self.mended = {event.article: event.at for event in happening if event.kind == "mend"}
        look = STYLES[paper.look]
        self.style = replace(look, id=paper.look, way="listing", way_path=PATHS["listing"], declared=look.language)
        self.site = Site(self.style, {}, lambda: self.now)
        self.now = START
        self.articles: dict[int, Article] = {}
        self.by_path: dict[str, Article] = {}

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

    def trouble(self) -> str | None:
        """What it has now."""
        return next((bout.trouble for bout in self._bouts if bout.begin <= self.now < bout.end), None)

    def shown_by(self, way: Way) -> list[Article]:
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

    def numbers(self, way: Way) -> set[int]:
        """The articles that the way shows, without those whose page is gone."""
        return {article.number for article in self.shown_by(way) if not article.gone}

    def on_top(self) -> list[Article]:
        """As `on_offer`, of listings the first page only: the later ones are read for the sake of new articles."""
        pages = (
            {article.number for article in self.shown_by("listing")[:PER_PAGE]}
            if "listing" in self.paper.ways
            else set()
        )
        others = set().union(*(self.numbers(way) for way in self.paper.ways if way != "listing"))
        return [article for article in self.on_offer() if article.number in pages | others]

    def on_offer(self) -> list[Article]:
        """What any of its ways shows now whose page can be read now."""
        if self.trouble() in ("down", "429"):
            return []
        shown = {article.number: article for way in self.paper.ways for article in self.shown_by(way)}
        return [article for article in shown.values() if not article.gone and not self.is_broken(article)]

    def is_broken(self, article: Article) -> bool:
        return article.broken_until is not None and self.now < article.broken_until

    def address(self, article: Article) -> str:
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

    def view(self, shown: Sequence[Article]) -> View:
        by_name = {article.listed.name: article for article in shown}
        return View(
            style=self.style, url=self.site.url, now=self.now, pieces=[article.listed for article in shown],
            address=lambda piece: self.address(by_name[piece.name]),
        )  # fmt: skip


def _newest_first(article: Article) -> tuple[float, int]:
    return -article.page.published.timestamp(), article.number


def _latest_first(article: Article, *, now: datetime) -> tuple[float, int]:
    """As a feed has it: what is shown again stands where it would if it were new."""
    shown = article.listed.published
    if article.again_at and now < article.again_at + _AGAIN_FOR:
        shown = article.again_at
    return -shown.timestamp(), article.number
