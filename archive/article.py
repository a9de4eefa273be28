"""The Article: what Khabar knows of one published piece, and the fate of every URL. Data only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

Precision = Literal["second", "minute", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cleaned article, complete, without HTML.

    Instants are aware and keep the zone that the page declared; the archive stores them in UTC. A field that the
    page does not tell is None or empty, never guessed. `text` holds one paragraph or subhead a line.
    """

    url: str  # where it was read, after redirects, without tracking parameters
    source: str  # id of the source
    text: str
    title: str | None = None
    headline: str | None = None  # the page's visible h1 where it differs from the title
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_raw: str | None = None  # as the page wrote it
    published_zone: str | None = None  # "+03:00" as declared, or "Asia/Baghdad" where the source's zone was taken
    published_precision: Precision | None = None  # "day": midnight in published_zone
    surmised: bool = False  # `published` is what a feed would be believed before: far from the story, or of an edit
    modified: datetime | None = None
    language: str | None = None  # BCP 47
    dateline: str | None = None
    section: str | None = None
    image: str | None = None
    keywords: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()  # what its publisher reserves: "noarchive", "tdm-reservation"
    canonical: str | None = None  # what the page calls its own address; a claim, on the same host only
    requested: str | None = None  # the URL that was asked for, where a redirect led elsewhere


class Fate(StrEnum):
    """What became of a URL. Every URL that was ever seen has exactly one."""

    WAITING = "waiting"  # seen, not yet fetched
    ARCHIVED = "archived"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"  # another address of an article that is archived
    REFUSED = "refused"  # Khabar would not take it; the reason says why
    FAILED = "failed"  # it could not be had; the reason says why, and it is tried again


WHOLE_PAGES = (200, 203)
"""Of the HTTP statuses that mean success, those that come with a page; 206 is a part of one that nobody asked for."""
FORGOTTEN = "forgotten"
"""Why an address was not asked for, or an article not kept: a person had it taken out for good."""
EXPIRED = "expired"
"""Likewise: it was kept for as long as the desk keeps articles."""
PAGE_LOST = "page not kept"
"""The reason that is counted beside the fate of an address whose page was to be kept and could not be."""
NOARCHIVE = "noarchive"
"""What a publisher reserves of an article of which no copy is to be kept."""
WITHDRAWN = "withdrawn"
"""The reason of an archived article whose page its site has taken away. It is not asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The fate of one URL in one run."""

    url: str
    source: str
    run: int | None
    at: datetime
    fate: Fate
    reason: str | None = None  # a short name such as "robots.txt", "too large", "HTTP 404"
    status: int | None = None  # of the HTTP response, where there was one


_HINTS = ("title", "published", "updated", "author", "language", "summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed, sitemap or listing says of one article. Every hint but the URL may be missing."""

    url: str
    title: str | None = None
    published: datetime | None = None  # aware
    updated: datetime | None = None  # aware
    author: str | None = None
    language: str | None = None
    summary: str | None = None  # plain text
    mark: str | None = None  # changes when the way says that the article changed; None: it cannot tell

    @property
    def date(self) -> datetime | None:
        """When it was published or, where that is not told, last changed."""
        return self.published or self.updated

    @property
    def age(self) -> float:
        """Sorts the newest first. What has no date comes before all that have one: it may be new."""
        return -self.date.timestamp() if self.date else float("-inf")

    def filled_from(self, other: "Entry") -> "Entry":
        """This, with the hints of *other*, of the same article, where it has none itself."""
        missing = {name: getattr(other, name) for name in _HINTS if getattr(self, name) is None}
        return replace(self, **missing)


def newest_date(entries: Iterable[Entry]) -> datetime | None:
    """The date of the newest of *entries*; None where none has one."""
    return max((entry.date for entry in entries if entry.date), default=None)
