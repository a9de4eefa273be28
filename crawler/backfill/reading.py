"""Reads what a way of the past answered: one function for the worker process, over the pure parsers.

It differs from `crawler.discovery.reading` in where a way goes on: feeds and JSON listings have earlier pages as well.
"""

import pickle
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

from archive.article import Entry
from archive.backfill_ways import PastKind
from archive.backfills import Span
from crawler.discovery.decoding import as_utf8, unpacked
from crawler.discovery.entries import NoEntries, entry_url
from seeds.bounds import MAX_BACKFILL_WAYS
from seeds.sources import Source

CHUNK = 300
"""Entries that one transaction writes down: a twentieth of a second, for which others wait."""
_SLACK = timedelta(days=1)
"""By which the date of a sitemap may lie before what it holds: a day, or a time, without a zone."""
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_MOST_SITEMAPS = 100  # that a robots.txt is believed to name
_LINK = re.compile(r"<(?:[a-z]{1,20}:)?link\b[^<>]{1,5000}>", re.IGNORECASE)
_REL = re.compile(r"\brel\s*=\s*[\"']?(prev-archive|next)\b", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_NEXT_URL = re.compile(r'"next_url"\s*:\s*"([^"\s]{1,4096})"')
_WORDPRESS = re.compile(r"<generator>\s*https?://wordpress\.org/", re.IGNORECASE)
_PAGED = re.compile(r"([?&])paged=(\d{1,5})(?=&|$)")
_PAGE = re.compile(r"([?&](?:page|paged|pg|pageno|pagenumber|p)=)(\d{1,5})(?=&|$)", re.IGNORECASE)
_START = 20_000  # characters of a feed in which its own links stand, before the first item
_ITEM = re.compile(r"<(?:[a-z]{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReading:
    """What one answer shows of the articles of a span."""

    packed: tuple[bytes, ...] = ()  # the entries, CHUNK by CHUNK: fifty thousand at once would hold the loop
    outside: int = 0  # articles with dates outside it
    skipped: int = 0  # sitemaps that were last changed before it
    older: bool = False  # all of them are dated, and before it
    further: tuple[str, ...] = ()  # sitemaps, or the next page

    def chunks(self) -> Iterator[list[Entry]]:
        """The entries, as many at a time as one transaction writes down; one of none at least."""
        for chunk in self.packed:
            yield pickle.loads(chunk)  # noqa: S301 -- of a process of our own
        if not self.packed:
            yield []


def read_past(  # noqa: PLR0917 -- it is handed to a worker process, which takes no names
    kind: PastKind, asked: str, body: bytes, url: str, content_type: str, source: Source, span: Span
) -> PastReading:
    """What *body*, which *url* answered, shows of *span*, and where it goes on. Raises NoEntries for nothing.

    *asked* is the address that was asked for: by it the definition of a listing in JSON is known.
    """
    zone = source.timezone if source.timezone != "UTC" else None
    if kind == "robots":
        return PastReading(further=named_sitemaps(body, url))
    if kind == "sitemap":
        from crawler.discovery.sitemaps import read_sitemap  # noqa: PLC0415

        sitemap = read_sitemap(body, url, zone, most=MAX_BACKFILL_WAYS)
        further = tuple(
            child.url for child in sitemap.children if child.lastmod is None or child.lastmod >= span.since - _SLACK
        )
        return _within(sitemap.entries, source, span, further, skipped=len(sitemap.children) - len(further))
    if kind == "feed":
        from crawler.discovery.feeds import read_feed  # noqa: PLC0415

        return _within(read_feed(body, url, content_type, zone), source, span, earlier_page(body, url, content_type))
    if kind == "json":
        from crawler.discovery.json_listings import read_json_listing  # noqa: PLC0415

        listing = next((listing for listing in source.json if _unpaged(listing.url) == _unpaged(asked)), None)
        if listing is None:
            raise NoEntries("not among the source's listings any more")
        return _within(read_json_listing(body, url, listing, zone), source, span, next_number(url))
    from crawler.discovery.listings import read_listing  # noqa: PLC0415

    page = read_listing(body, url, source)
    return _within(page.entries, source, span, (page.next_page,) if page.next_page else ())


def named_sitemaps(body: bytes, url: str) -> tuple[str, ...]:
    """The sitemaps that the robots.txt *body* names."""
    lines = _SITEMAP_LINE.findall(body.decode("utf-8", "replace"))[:_MOST_SITEMAPS]
    return tuple(dict.fromkeys(link for line in lines if (link := entry_url(line, url))))


def earlier_page(body: bytes, url: str, content_type: str) -> tuple[str, ...]:
    """Where the feed *body* goes on: RFC 5005, JSON Feed's `next_url`, or the `paged` of WordPress."""
    text = (as_utf8(unpacked(body), content_type) or b"").decode("utf-8", "replace")
    if text.lstrip()[:1] == "{":
        found = _NEXT_URL.search(text)
        return _same_host(found[1].replace("\\/", "/"), url) if found else ()
    first = _ITEM.search(text)
    head = text[: min(first.start() if first else _START, _START)]
    named = {rel[1].lower(): link for link in _LINK.findall(head) if (rel := _REL.search(link))}
    for name in ("prev-archive", "next"):
        href = _HREF.search(named.get(name, ""))
        if href and (link := _same_host(unescape(href[1] or href[2] or ""), url)):
            return link
    if not _WORDPRESS.search(head):
        return ()
    if page := _PAGED.search(url):
        return (url[: page.start(2)] + str(int(page[2]) + 1) + url[page.end(2) :],)
    return (f"{url}{'&' if urlsplit(url).query else '?'}paged=2",)


def _same_host(link: str, base: str) -> tuple[str, ...]:
    """*link* where it stays on the host of *base*: a feed must not send a backfill through another site's pages."""
    found = entry_url(link, base)
    return (found,) if found and urlsplit(found).hostname == urlsplit(base).hostname else ()


def next_number(url: str) -> tuple[str, ...]:
    """The page after *url*, where that has a number: `?page=3` after `?page=2`."""
    page = _PAGE.search(url)
    return (url[: page.start(2)] + str(int(page[2]) + 1) + url[page.end(2) :],) if page else ()


def _unpaged(url: str) -> str:
    return _PAGE.sub("", url)


def _within(
    entries: Sequence[Entry], source: Source, span: Span, further: tuple[str, ...], *, skipped: int = 0
) -> PastReading:  # fmt: skip
    articles = [entry for entry in entries if source.is_article(entry.url)]
    kept = [entry for entry in articles if span.holds(entry.published, entry.updated)]
    dates = [entry.published for entry in articles]
    older = bool(dates) and all(date is not None and date < span.since for date in dates)
    packed = tuple(pickle.dumps(kept[start : start + CHUNK]) for start in range(0, len(kept), CHUNK))
    outside = len(articles) - len(kept)
    return PastReading(packed=packed, outside=outside, skipped=skipped, older=older, further=further)
