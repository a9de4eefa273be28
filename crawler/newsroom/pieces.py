"""The articles of the newsroom: reading them from their files. No HTML here, and no network."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from crawler.newsroom.styles import Style
from seeds.definitions import Definition, DefinitionError, Duration, convert, seconds

ARTICLES = Path(__file__).parent / "articles"
_FENCE = "+++"
_SUBHEAD = "## "


class Line(NamedTuple):
    """A paragraph or a subhead."""

    text: str
    subhead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An article as a site has it now."""

    site: str
    name: str  # of its file; how tests and the demo call it
    slug: str  # its part of the URL
    title: str
    section: str
    language: str
    body: tuple[Line, ...]  # without the dateline
    published: datetime  # UTC, whole minutes: pages without metadata print no seconds
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    dateline: str | None = None
    keywords: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()  # what an analyst who tracks them would want it tagged with
    trap: str | None = None  # why a careless rule would tag it
    copy_of: str | None = None  # "site/name" of the story that it copies

    @property
    def text(self) -> str:
        """One paragraph or subhead a line, as a perfect extraction gives it."""
        return "\n".join(line.text for line in self.body)

    @property
    def changed(self) -> datetime:
        """When it last changed."""
        return self.modified or self.published


class Head(Definition, frozen=True, kw_only=True):
    """What stands between the `+++` lines of an article's file."""

    title: str
    section: str
    age: Duration  # before the newsroom opened, so that its news is always fresh
    slug: str = ""  # default: the file's name
    language: str = ""  # default: the site's
    authors: tuple[str, ...] = ()
    dateline: str = ""
    keywords: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    trap: str = ""
    copy_of: str = ""
    read_by_native: bool = False  # every text here was written without one so far; see README.md


def read_pieces(style: Style, opened: datetime) -> dict[str, Piece]:
    """The articles of one site by name, their ages counted back from *opened*. Raises DefinitionError."""
    return {path.stem: _read(path, style, opened) for path in sorted((ARTICLES / style.id).glob("*.md"))}


def parse_body(text: str) -> tuple[Line, ...]:
    """Paragraphs, which blank lines part, and subheads, which begin with `## `."""
    blocks = (" ".join(block.split()) for block in text.split("\n\n"))
    return tuple(Line(block.removeprefix(_SUBHEAD), block.startswith(_SUBHEAD)) for block in blocks if block)


def minute(instant: datetime) -> datetime:
    """*instant* without seconds."""
    return instant.replace(second=0, microsecond=0)


def _read(path: Path, style: Style, opened: datetime) -> Piece:
    head, body = _split(path)
    published = minute(opened - timedelta(seconds=seconds(head.age)))
    return Piece(
        site=style.id, name=path.stem, slug=head.slug or path.stem, title=head.title, section=head.section,
        language=head.language or style.language, body=parse_body(body), published=published, authors=head.authors,
        dateline=head.dateline or None, keywords=head.keywords, topics=head.topics, trap=head.trap or None,
        copy_of=head.copy_of or None,
    )  # fmt: skip


def _split(path: Path) -> tuple[Head, str]:
    start, _, rest = path.read_text(encoding="utf-8").partition(f"{_FENCE}\n")
    front, fence, body = rest.partition(f"\n{_FENCE}\n")
    if start or not fence:
        raise DefinitionError(path, "", f"must begin with a head in TOML between two lines of {_FENCE}")
    return convert(path, tomllib.loads(front), Head), body
