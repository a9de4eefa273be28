"""Reads whatever a way of a source answered: one function for the worker process, over the pure parsers.

Each parser is loaded by the first answer that needs it: the crawl's own process, which names this function, needs none.
"""

from dataclasses import dataclass
from datetime import datetime

from archive.article import Entry
from seeds.sources import Source, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Another address of the same way: a sitemap of an index, the next page of a listing."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one answer shows."""

    entries: tuple[Entry, ...] = ()
    further: tuple[Further, ...] = ()


def read_way(  # noqa: PLR0917 -- it is handed to a worker process, which takes no names
    kind: Way, asked: str, body: bytes, url: str, content_type: str, source: Source
) -> Reading:
    """The entries of a feed, sitemap or listing, and where it goes on. Raises NoEntries where it shows nothing.

    *asked* is its address in the definition of *source*, *url* the one that answered.
    """
    zone = source.timezone if source.timezone != "UTC" else None  # UTC is the zone of a source that names none
    if kind == "feed":
        from crawler.discovery.feeds import read_feed  # noqa: PLC0415

        return Reading(entries=tuple(read_feed(body, url, content_type, zone)))
    if kind == "sitemap":
        from crawler.discovery.sitemaps import read_sitemap  # noqa: PLC0415

        sitemap = read_sitemap(body, url, zone)
        children = tuple(Further(url=child.url, changed=child.lastmod) for child in sitemap.children)
        return Reading(entries=tuple(sitemap.entries), further=children)
    if kind == "json":
        from crawler.discovery.json_listings import read_json_listing  # noqa: PLC0415

        listing = next(listing for listing in source.json if listing.url == asked)
        return Reading(entries=tuple(read_json_listing(body, url, listing, zone)))
    from crawler.discovery.listings import read_listing  # noqa: PLC0415

    page = read_listing(body, url, source)
    return Reading(entries=tuple(page.entries), further=(Further(url=page.next_page),) if page.next_page else ())
