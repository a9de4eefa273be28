"""The newsroom as the demo and the tests use it: sites on loopback whose articles can be edited while they run."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from types import TracebackType
from typing import Self

from crawler.newsroom.pieces import Piece, minute, parse_body, read_pieces
from crawler.newsroom.server import SeenRequest, SiteServer
from crawler.newsroom.site import Expected, Site
from crawler.newsroom.styles import STYLES


def _now() -> datetime:
    return datetime.now(UTC)


class Newsroom:
    """Context manager: while it is open, each of *sites* (ids; all by default) answers on a port of loopback.

    *clock* gives aware instants. The articles' ages count back from the moment of opening.
    """

    def __init__(self, *, clock: Callable[[], datetime] = _now, sites: Iterable[str] | None = None) -> None:
        self._clock = clock
        self._styles = [STYLES[name] for name in (STYLES if sites is None else sites)]
        self._requests: list[SeenRequest] = []
        self._lock = Lock()
        self._ports: dict[str, int] = {}
        self.sites: dict[str, Site] = {}

    def __enter__(self) -> Self:
        opened = self._clock().astimezone(UTC)
        with ExitStack() as stack:
            for style in self._styles:
                site = Site(style, read_pieces(style, opened), self._clock)
                server = SiteServer(site, self._log, self._clock)
                stack.callback(server.close)
                self.sites[style.id], self._ports[style.id] = site, server.port
            self._closing = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def sources_toml(self, *, delay: float = 0.02) -> str:
        """A file for a desk's `seeds/sources/` with one source a site; *delay* in seconds between requests."""
        head = "# The sites of the bundled newsroom. Their ports are open only while it runs.\n"
        return head + "\n" + "\n".join(source_toml(site, self._ports[name], delay) for name, site in self.sites.items())

    def articles(self) -> list[Expected]:
        """What a perfect extraction gives for every article as it is now, site by site, newest first."""
        return [site.expected(piece) for site in self.sites.values() for piece in site.pieces()]

    def expected(self, site: str, name: str) -> Expected:
        """The same for one article. Raises KeyError."""
        return self.sites[site].expected(self.sites[site].piece(name))

    def edit(
        self,
        site: str,
        name: str,
        *,
        title: str | None = None,
        body: str | None = None,
        swap: Mapping[str, str] | None = None,
    ) -> Expected:
        """Changes an article at its source, now: its title, its whole body, or some words of the body.

        *body* is written as in the articles' files. Raises KeyError for an unknown article and ValueError where a
        word to be swapped does not occur.
        """
        piece = self.sites[site].piece(name)
        lines = piece.body if body is None else parse_body(body)
        for old, new in (swap or {}).items():
            if not any(old in line.text for line in lines):
                raise ValueError(f"{site}/{name} does not say {old!r}")
            lines = tuple(line._replace(text=line.text.replace(old, new)) for line in lines)
        now = self._clock().astimezone(UTC)
        self.sites[site].put(
            replace(piece, title=title or piece.title, body=lines, modified=now.replace(microsecond=0))
        )
        return self.expected(site, name)

    def publish(
        self,
        site: str,
        name: str,
        *,
        title: str,
        body: str,
        section: str = "",
        slug: str = "",
        language: str = "",
        published: datetime | None = None,
        authors: tuple[str, ...] = (),
        dateline: str | None = None,
    ) -> Expected:
        """A new article, published now unless *published* says otherwise. Default section: that of the newest one."""
        place = self.sites[site]
        newest = next(iter(place.pieces()), None)
        piece = Piece(
            site=site, name=name, slug=slug or name, title=title, body=parse_body(body), dateline=dateline,
            section=section or (newest.section if newest else "news"), language=language or place.style.language,
            published=minute((published or self._clock()).astimezone(UTC)), authors=authors,
        )  # fmt: skip
        place.put(piece)
        return self.expected(site, name)

    def remove(self, site: str, name: str, *, still_listed: bool = False) -> None:
        """Takes an article off its site; *still_listed*: its feed goes on showing it. Raises KeyError."""
        self.sites[site].remove(name, still_listed=still_listed)

    @property
    def requests(self) -> list[SeenRequest]:
        """Every request so far, oldest first."""
        with self._lock:
            return list(self._requests)

    def _log(self, seen: SeenRequest) -> None:
        with self._lock:
            self._requests.append(seen)


def source_toml(site: Site, port: int, delay: float, *, name: str = "") -> str:
    """The `[[source]]` table of a site that answers on *port* of loopback; *delay* in seconds between requests.

    *name* stands for its id where several sites look alike.
    """
    style = site.style
    kind = {"news sitemap": "sitemaps", "listing": "listings"}.get(style.way, "feeds")
    return f"""[[source]]
id = "{name or style.id}"
name = "{style.name}"
language = "{style.language}"
country = "{style.country}"
timezone = "{style.timezone}"
{kind} = ["{site.way}"]
article = '^{site.url.replace(".", "[.]")}{style.article}$'
delay = {delay}
private = true
ports = [{port}]
"""
