"""Reads a page of a site for what it says about the site: its name and language, its feeds, and where its links lead.

Pure, and bounded like the other parsers; it runs in a worker process.
"""

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from archive.addresses import url_key
from crawler.discovery.article_pattern import looks_like_list
from crawler.discovery.entries import entry_url, plain
from crawler.discovery.pages import base_of, read_page
from seeds.bounds import MAX_FRONT_PAGE_LINKS

_LONGEST_NAME = 80
_LONGEST_TEXT = 200
_HEADLINE = 25  # characters: names of sections are shorter
_WORDS_OF_HEADLINE = 4
_FEED_TYPES = frozenset(["application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"])
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|feed|feeds|atom|rdf)(?:[./_-]|$)|[./](?:rss|atom|rdf)$|/feed\.json$", re.IGNORECASE
)
_FEED_QUERY = re.compile(r"(?:^|&)(?:rss|feed|format)=(?:1|rss2?|atom|feed|xml)?(?:&|$)", re.IGNORECASE)
_COMMENTS = re.compile(r"comments?(?:[/.]|$)|/comments?/", re.IGNORECASE)
_FURNITURE = ("nav", "header", "footer")
_FURNITURE_ROLES = frozenset(["navigation", "banner", "contentinfo", "menu", "menubar"])
_NO_SECTIONS = re.compile(
    r"/(?:contact|about|privacy|terms|login|register|search|subscribe|newsletter|advertis|sitemap|wp-|user|tags?/|author)",
    re.IGNORECASE,
)
_FURTHER = re.compile(r"/page/\d+/?$", re.IGNORECASE)
_EDITION = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,4})?|english|arabic|kurdish|sorani|kurmanc[iî]|kurmanji", re.IGNORECASE)
_NAMES = ("og:site_name", "application-name")
_TITLE_SEPARATOR = re.compile(r"\s+[|–—·•:»-]\s+")
_LATEST = re.compile(
    r"latest|last-?news|all-?news|news-?list|archive|recent|كل-ال|آخر|اخر|أخر|هەموو|نوێترین|hemu|rojane", re.IGNORECASE
)
"""What sections that list everything are called in their addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link into the site: its address, what it says, and whether it stands in the furniture around the news."""

    url: str
    text: str
    furniture: bool

    @property
    def is_headline(self) -> bool:
        """Whether its words look like those of an article's title."""
        return _is_headline(self.text) and not self.furniture


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """What a page says about its site."""

    url: str
    name: str | None
    language: str | None  # as its `lang` declares
    feeds: tuple[str, ...]  # declared ones first, then what only looks like one
    links: tuple[Link, ...]  # on its own host, each once


def read_front_page(body: bytes, url: str) -> FrontPage:
    """What the page *body*, which *url* answered, says. Raises NoEntries where it cannot be read as a page."""
    page = read_page(body)
    base = base_of(page, url)
    links = _links(page, url, base)
    declared = [link for element in page.iter("link") if (link := _feed(element, base))]
    looking = [link.url for link in links if _looks_like_feed(link.url)]
    feeds = {
        url_key(feed): feed for feed in reversed([*declared, *looking]) if not _COMMENTS.search(urlsplit(feed).path)
    }
    return FrontPage(
        url=url,
        name=_name(page, url),
        language=(page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip() or None,
        feeds=tuple(reversed(feeds.values())),
        links=tuple(link for link in links if not _looks_like_feed(link.url)),
    )


def likely_articles(page: FrontPage) -> list[str]:
    """Of the links of *page* those that are articles, where nothing else tells: headlines as deep as most are."""
    headlines = [link.url for link in page.links if link.is_headline and not looks_like_list(link.url)]
    depths = Counter(_depth(url) for url in headlines)
    usual = {depth for depth, number in depths.items() if number * 5 >= len(headlines)}
    return [url for url in headlines if _depth(url) in usual]


def others(page: FrontPage) -> list[str]:
    """Of the links of *page* those that are no articles: in its furniture, or lists by their own words."""
    return [link.url for link in page.links if link.furniture or looks_like_list(link.url)]


def section_links(page: FrontPage) -> list[str]:
    """Pages that may list articles: *page* itself, then what its furniture leads to, the shortest addresses first."""
    found = [
        link.url
        for link in page.links
        if (link.furniture or len(link.text) < _HEADLINE) and not _is_no_section(link.url, page.url)
    ]
    return [page.url, *sorted(found, key=lambda url: (not _is_latest(url), _depth(url)))]


def first_step(page: FrontPage) -> str:
    """What the paths of this edition of the site begin with, such as "en": *page* itself, or most of its articles."""
    own = next((step for step in urlsplit(page.url).path.split("/") if step), "")
    steps = Counter(urlsplit(url).path.split("/")[1] for url in likely_articles(page) if _depth(url) > 1)
    most, number = steps.most_common(1)[0] if steps else ("", 0)
    first = own or (most if number * 2 > sum(steps.values()) else "")
    return first if _EDITION.fullmatch(first) else ""


def _is_no_section(url: str, page: str) -> bool:
    """Whether *url* is a page about the site, or a further page of a list."""
    parts = urlsplit(url)
    further = parts.query and parts.path.rstrip("/") == urlsplit(page).path.rstrip("/")
    return bool(further or _NO_SECTIONS.search(parts.path) or _FURTHER.search(parts.path))


def _is_latest(url: str) -> bool:
    return bool(_LATEST.search(unquote(urlsplit(url).path)))


def _is_headline(text: str) -> bool:
    return len(text) >= _HEADLINE and len(text.split()) >= _WORDS_OF_HEADLINE


def _depth(url: str) -> int:
    return urlsplit(url).path.rstrip("/").count("/")


def _links(page: etree._Element, url: str, base: str) -> list[Link]:
    host = _bare_host(url)
    found: dict[str, Link] = {}
    for number, element in enumerate(page.iter("a")):
        if number >= MAX_FRONT_PAGE_LINKS:
            break
        link = entry_url(element.get("href") or "", base) if element.get("href") else None
        if link is None or _bare_host(link) != host or url_key(link) == url_key(url):
            continue
        text = plain("".join(map(str, element.itertext())), _LONGEST_TEXT) or ""
        known = found.get(url_key(link))
        furniture = (_is_furniture(element) and not _is_headline(text)) or bool(known and known.furniture)
        longest = max(text, known.text, key=len) if known else text
        found[url_key(link)] = Link(url=known.url if known else link, text=longest, furniture=furniture)
    return list(found.values())


def _is_furniture(element: etree._Element) -> bool:
    """Whether *element* stands around the news: an article may have a header of its own."""
    for parent in element.iterancestors():
        if parent.tag in ("article", "main"):
            return False
        if parent.tag in _FURNITURE or (parent.get("role") or "").lower() in _FURNITURE_ROLES:
            return True
    return False


def _bare_host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _feed(element: etree._Element, url: str) -> str | None:
    kind, rel = (element.get("type") or "").split(";")[0].strip().lower(), (element.get("rel") or "").lower().split()
    is_feed = kind in _FEED_TYPES or (kind == "application/json" and "feed" in (element.get("href") or ""))
    if "alternate" not in rel or not is_feed or not element.get("href"):
        return None
    return entry_url(element.get("href") or "", url)


def _looks_like_feed(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query))


def _name(page: etree._Element, url: str) -> str | None:
    """The site's name: declared, else what title and link to the front page share, else the title's shorter end."""
    for element in page.iter("meta"):
        declared = (element.get("property") or element.get("name") or "").lower() in _NAMES
        if declared and (name := plain(element.get("content") or "", _LONGEST_NAME)):
            return name
    title = page.find(".//title")
    text = plain("".join(map(str, title.itertext())), 4 * _LONGEST_NAME) if title is not None else None
    parts = [part for part in _TITLE_SEPARATOR.split(text) if part] if text else []
    home = {url_key(url), url_key(urljoin(url, "/"))}
    brands = {
        plain("".join(map(str, element.itertext())), _LONGEST_NAME)
        for _, element in zip(range(MAX_FRONT_PAGE_LINKS), page.iter("a"), strict=False)
        if element.get("href") and url_key(entry_url(element.get("href") or "", url) or "") in home
    }
    branded = [part for part in parts if part in brands]
    return (branded or [min((parts[0], parts[-1]), key=len)])[0][:_LONGEST_NAME] if parts else None
