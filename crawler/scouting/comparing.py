"""Reads pages both ways, plain and rendered, and says what rendering gains at their source."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from archive.rendering import Kind
from archive.times import to_text
from crawler.discovery.reading import Reading as Way
from pipelines.page import Page
from pipelines.reading import Reading
from pipelines.rendering import Draw, NotNow, Read, Rendering
from pipelines.workbench import Workbench
from seeds.sources import Source

T = TypeVar("T")

_LONGER = 1.2
_AT_LEAST = 30
"""A text is longer where it has a fifth more words, and so many more: pages show a line more or less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one of both ways gave: of an article its words, title and date, of a listing its links to articles."""

    fault: str | None = None  # why it gave nothing
    words: int = 0
    title: str | None = None
    published: str | None = None  # as the archive writes instants
    links: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One page, both ways."""

    source: str
    kind: Kind
    url: str
    plain: Side
    rendered: Side

    @property
    def is_mended(self) -> bool:
        """Whether only the rendered one gave something."""
        return self.plain.fault is not None and self.rendered.fault is None

    @property
    def is_longer(self) -> bool:
        """Whether both gave something, and the rendered one clearly more."""
        if self.plain.fault is not None or self.rendered.fault is not None:
            return False
        plain, rendered = (side.words or side.links for side in (self.plain, self.rendered))
        return rendered >= _LONGER * plain and rendered - plain >= (_AT_LEAST if self.kind == "article" else 1)


@dataclass(frozen=True, slots=True)
class Gain:
    """What rendering gains: whether the source needs it, and a line that says what to do."""

    gains: Literal["nothing", "articles", "listings", "articles and listings", "more"] | None  # None: it is not known
    words: str

    @property
    def is_needed(self) -> bool:
        """Whether a crawl without it misses something."""
        return self.gains in ("articles", "listings", "articles and listings")


def gain(source: Source, pages: Sequence[Compared]) -> Gain:
    """What rendering gains at *source*, of which *pages* were compared."""
    mended = {page.kind for page in pages if page.is_mended}
    if mended:
        what: Any = " and ".join(f"{kind}s" for kind in ("article", "listing") if kind in mended)
        todo = "leave render = true" if source.render else "set render = true"
        return Gain(what, f"{what} only when rendered: {todo}")
    if all(page.rendered.fault is not None for page in pages):
        reasons = sorted({page.rendered.fault or "" for page in pages}) or ["no page came"]
        return Gain(None, f"what rendering gains is not known: nothing could be rendered ({', '.join(reasons)})")
    todo = "set render = false" if source.render else "leave render = false"
    if any(page.is_longer for page in pages):
        more = "longer texts or lists when rendered, but only what shows nothing without is rendered in a crawl"
        return Gain("more", f"{more}: {todo}")
    return Gain("nothing", f"rendering gains nothing: {todo}")


class Comparing:
    """Makes what reads the pages of each source both ways, and keeps what came of it in `pages`."""

    def __init__(self) -> None:
        self.pages: list[Compared] = []

    def of(self, source: str, workbench: Workbench, draw: Draw) -> Rendering:
        """What reads the pages of *source*."""
        return _Both(source, workbench, draw, self.pages.append)


class _Both(Rendering):
    def __init__(self, source: str, workbench: Workbench, draw: Draw, keep: Callable[[Compared], None]) -> None:
        super().__init__(source, workbench, draw)
        self._of, self._keep = source, keep

    async def read(
        self, kind: Kind, page: Page, read: Read[T], is_mendable: Callable[[Exception], bool]
    ) -> tuple[T, Page]:
        """The plain page where it gives something, as in a crawl; what only the rendered one gives is taken too."""
        fault: Exception | None = None
        found: T | None = None
        try:
            found = await read(page)
        except Exception as error:
            if not is_mendable(error):
                raise
            fault = error
        drawn, rendered = page, None
        try:
            drawn = await self.draw(page)
            rendered = await read(drawn)
            side = _side(rendered)
        except NotNow:
            raise
        except Exception as error:
            side = Side(fault=_name(error))
        plain = Side(fault=_name(fault)) if fault else _side(found)
        self._keep(Compared(source=self._of, kind=kind, url=page.requested, plain=plain, rendered=side))
        if found is not None:
            return found, page
        if rendered is not None:
            return rendered, drawn
        assert fault is not None  # noqa: S101 -- for the type checker: nothing was found
        raise fault


def _name(error: Exception) -> str:
    return str(getattr(error, "name", type(error).__name__))


def _side(found: object) -> Side:
    if isinstance(found, Way):
        return Side(links=len(found.entries))
    assert isinstance(found, Reading)  # noqa: S101 -- these two are read, no others
    article = found.article
    published = to_text(article.published) if article.published else None
    return Side(words=len(article.text.split()), title=article.title, published=published)
