"""One invented site as it is now: its articles, their edits, and what each of its addresses answers.

No sockets here; `server` puts a site on loopback.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from urllib.parse import parse_qs, quote, unquote, urlsplit

from crawler.newsroom import feeds, pages
from crawler.newsroom.pieces import Piece
from crawler.newsroom.styles import Style

PER_PAGE = 8  # small, so that a listing has more than one page
_PAGE = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site says to one request."""

    status: int
    body: bytes
    kind: str  # Content-Type
    modified: datetime | None = None  # Last-Modified


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a perfect extraction gives for one article of the newsroom as it is now, and what is true about it."""

    site: str
    name: str
    url: str
    title: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    language: str
    dateline: str | None
    section: str | None  # None where the page does not tell it
    keywords: tuple[str, ...]
    text: str
    topics: tuple[str, ...]
    trap: str | None
    copy_of: str | None
    allowed: bool  # by robots.txt


class Site:
    """A site's pieces behind its addresses. Safe to use from several threads."""

    def __init__(self, style: Style, pieces: dict[str, Piece], clock: Callable[[], datetime]) -> None:
        self.style, self.url = style, ""  # the URL is known once a server has a port
        self._pieces, self._clock, self._lock = pieces, clock, Lock()
        self._removed: dict[str, Piece] = {}  # gone, but still in the feed

    @property
    def way(self) -> str:
        """The URL of its feed, sitemap or listing."""
        return self.url + self.style.way_path

    def pieces(self) -> list[Piece]:
        """Its articles, newest first."""
        with self._lock:
            return sorted(self._pieces.values(), key=_newest_first)

    def piece(self, name: str) -> Piece:
        """The article of that *name*. Raises KeyError."""
        with self._lock:
            return self._pieces[name]

    def put(self, piece: Piece) -> None:
        """Publishes *piece*, or puts it in the place of the one of its name."""
        with self._lock:
            self._pieces[piece.name] = piece

    def remove(self, name: str, *, still_listed: bool = False) -> None:
        """Takes an article off; its page is 404 from now on, *still_listed* or not. Raises KeyError."""
        with self._lock:
            piece = self._pieces.pop(name)
            if still_listed:
                self._removed[name] = piece

    def address(self, piece: Piece) -> str:
        """The URL of *piece*, percent-encoded."""
        path = self.style.path.format(section=quote(piece.section), slug=quote(piece.slug))
        return self.url + path

    def expected(self, piece: Piece) -> Expected:
        """What extraction should make of *piece*."""
        url = self.address(piece)
        path = unquote(urlsplit(url).path)
        return Expected(
            site=piece.site, name=piece.name, url=url, title=piece.title, authors=piece.authors,
            published=piece.published, modified=piece.modified, language=piece.language, dateline=piece.dateline,
            section=None if self.style.metadata == "none" else piece.section, keywords=piece.keywords,
            text=piece.text, topics=piece.topics, trap=piece.trap, copy_of=piece.copy_of,
            allowed=not path.startswith(self.style.disallowed),
        )  # fmt: skip

    def answer(self, target: str) -> Answer:
        """What a GET of *target* (path and query, as sent) brings."""
        parts = urlsplit(target)
        path, query = unquote(parts.path), parse_qs(parts.query)
        view = pages.View(style=self.style, url=self.url, now=self._clock(), pieces=self.pieces(), address=self.address)
        if path == "/robots.txt":
            return Answer(status=200, body=feeds.robots(view).encode(), kind="text/plain; charset=utf-8")
        if path.startswith("/media/"):
            return Answer(status=200, body=pages.picture(view, path).encode(), kind="image/svg+xml")
        if path == self.style.way_path and self.style.way != "listing":
            return self._way(view)
        for piece in view.pieces:
            if path == unquote(urlsplit(self.address(piece)).path):
                return _html(200, pages.article(view, piece), piece.changed)
        return _listing(view, path, query)

    def _way(self, view: pages.View) -> Answer:
        with self._lock:
            gone = list(self._removed.values())
        listed = replace(view, pieces=sorted([*view.pieces, *gone], key=_newest_first))
        kind, text = feeds.render(listed)
        return Answer(status=200, body=text.encode(), kind=kind, modified=_last_change(listed.pieces))


def _listing(view: pages.View, path: str, query: dict[str, list[str]]) -> Answer:
    """The front page, a section, a keyword, all articles, or 404."""
    words = pages.words(view)
    step = path.strip("/").split("/")
    match step:
        case ["about"]:
            return _html(200, pages.about(view), None)
        case [""] | ["latest"]:
            title, chosen = words.latest, view.pieces
        case ["section", name]:
            title, chosen = name, [piece for piece in view.pieces if piece.section == name]
        case ["tag", name]:
            title, chosen = name, [piece for piece in view.pieces if name in piece.keywords]
        case _:
            title, chosen = "", []
    asked = query.get("page", ["1"])[0]
    number = int(asked) if _PAGE.fullmatch(asked) else 0
    shown = chosen[(number - 1) * PER_PAGE : number * PER_PAGE] if number else []
    if not shown:
        return _html(404, pages.missing(view), None)
    last = -(-len(chosen) // PER_PAGE)
    return _html(200, pages.listing(view, title, shown, path=path, number=number, last=last), _last_change(view.pieces))


def _html(status: int, text: str, modified: datetime | None) -> Answer:
    return Answer(status=status, body=text.encode(), kind="text/html; charset=utf-8", modified=modified)


def _newest_first(piece: Piece) -> tuple[float, str]:
    return -piece.published.timestamp(), piece.name


def _last_change(pieces: list[Piece]) -> datetime | None:
    return max((piece.changed for piece in pieces), default=None)
