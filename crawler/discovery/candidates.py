"""Where a site may keep its feeds and sitemaps, and what one of these addresses turns out to show. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

from archive.addresses import url_key
from archive.article import Entry
from crawler.discovery.entries import NoEntries, entry_url, instant
from crawler.discovery.feeds import read_feed
from crawler.discovery.sitemaps import read_sitemap

FEED_PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "feed.json", "index.xml")
SITEMAP_PATHS = ("sitemap.xml", "sitemap_index.xml", "wp-sitemap.xml")
NEWS_SITEMAP_PATHS = ("news-sitemap.xml", "sitemap-news.xml")
MOST_ENTRIES = 1_000  # kept of one: enough to see how its addresses are made
_MOST_SITEMAPS = 8  # that a robots.txt is believed to name
_LONGEST_ROBOTS = 500_000  # bytes, as RFC 9309 asks for
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_DATES = re.compile(
    rb"<(?:\w{1,20}:)?(?:pubDate|published|updated|date|publication_date)\b[^>]{0,200}>\s*(?:<!\[CDATA\[)?([^<\]]{8,60})"
    rb"|\"date_published\"\s*:\s*\"([^\"]{8,60})\"",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"([+-]\d\d):?(\d\d)\s*$")
_OF_ARTICLES = re.compile(r"news|post|article|story", re.IGNORECASE)
_OF_NO_ARTICLES = re.compile(r"page|categor|tag|author|image|video|user|attachment|static", re.IGNORECASE)

Kind = Literal["feed", "sitemap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What an address showed."""

    entries: tuple[Entry, ...]
    children: tuple[str, ...] = ()  # of an index, those first that are likely to hold articles
    offsets: frozenset[str] = frozenset()  # of the dates that it shows: "+03:00"


def read_candidate(kind: Kind, body: bytes, url: str, content_type: str) -> Candidate:
    """What *body*, which *url* answered, shows. Raises NoEntries where it is nothing of that *kind*.

    A page in HTML is no feed, whatever a tolerant parser makes of it.
    """
    offsets = _offsets(body)
    if kind == "feed":
        if body[:1_000].lstrip().lower().startswith((b"<!doctype html", b"<html")):
            raise NoEntries("not a feed", "a page")
        return Candidate(entries=tuple(read_feed(body, url, content_type)), offsets=offsets)
    sitemap = read_sitemap(body, url)
    children = sorted((child.url for child in sitemap.children), key=_unlikely)
    return Candidate(entries=sitemap.entries[:MOST_ENTRIES], children=tuple(children), offsets=offsets)


def feed_addresses(page: str, edition: str, language: str) -> list[str]:
    """Where a site of which *page* is one may keep a feed that it does not name: below its *edition*, such as "en",
    then at the root; agencies that publish in several languages have `/rss/en` and the like.
    """
    below = [f"/{edition}/{path}" for path in FEED_PATHS] if edition else []
    by_language = [f"/rss/{word}" for word in dict.fromkeys([edition, language]) if word]
    return distinct_addresses([urljoin(page, path) for path in (*by_language, *below, *map("/{}".format, FEED_PATHS))])


def sitemap_addresses(page: str, robots: str) -> list[str]:
    """Where the site of *page* may keep its sitemaps: what *robots*, its robots.txt, names, else the usual places.

    Sitemaps for news are looked for in any case: they are the better ones, and not always named.
    """
    lines = _SITEMAP_LINE.findall(robots[:_LONGEST_ROBOTS])[:_MOST_SITEMAPS]
    named = [url for line in lines if (url := entry_url(line, page))]
    usual = [] if named else [urljoin(page, f"/{path}") for path in SITEMAP_PATHS]
    news = [urljoin(page, f"/{path}") for path in NEWS_SITEMAP_PATHS]
    has_news = any("news" in urlsplit(url).path.lower() for url in named)
    return distinct_addresses([*sorted(named, key=_unlikely), *([] if has_news else news), *usual])


def distinct_addresses(urls: Sequence[str]) -> list[str]:
    """*urls* without those that are another one with or without www, a slash at the end, or encryption."""
    return list({url_key(url): url for url in reversed(urls)}.values())[::-1]


def adding_most(shown: Sequence[tuple[str, frozenset[str]]]) -> tuple[list[str], dict[str, str]]:
    """Which of several ways are worth asking: *shown* has the address of each with what it shows, by `url_key`.

    The answer's second part names, for each of the others, the one that shows all of the same already.
    """
    kept: list[tuple[str, frozenset[str]]] = []
    same: dict[str, str] = {}
    for url, keys in sorted(shown, key=lambda pair: -len(pair[1])):
        if keys <= frozenset[str]().union(*(others for _, others in kept)):
            same[url] = max(kept, key=lambda other: len(other[1] & keys))[0] if kept else url
        else:
            kept.append((url, keys))
    chosen = {url for url, _ in kept}
    return [url for url, _ in shown if url in chosen], same


def _offsets(body: bytes) -> frozenset[str]:
    """The zones of the dates in *body*. Those that the parsers give are in UTC already."""
    found: Counter[str] = Counter()
    for number, match in enumerate(_DATES.finditer(body)):
        text = (match[1] or match[2]).decode("latin-1").strip()
        if number >= MOST_ENTRIES:
            break
        if instant(text) is not None:
            offset = _OFFSET.search(text)
            found[f"{offset[1]}:{offset[2]}" if offset else "+00:00"] += 1
    return frozenset(found)


def _unlikely(url: str) -> int:
    name = urlsplit(url).path.rpartition("/")[2]
    return 0 if _OF_ARTICLES.search(name) else 2 if _OF_NO_ARTICLES.search(name) else 1
