"""Reads a section page: which of its links are articles, and where the section goes on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from lxml import etree

from archive.addresses import url_key
from archive.article import Entry
from crawler.discovery.decoding import unpacked
from crawler.discovery.entries import NoEntries, entry_url, mark_of, plain
from crawler.discovery.pages import base_of, read_page
from seeds.bounds import LONGEST_ENTRY_TITLE, MAX_LISTING_ENTRIES, MAX_LISTING_LINKS
from seeds.sources import Source

_SHORTEST_TITLE = 12  # characters: "Read more" and a section's name are shorter, headlines are not
_LONGEST_NUMBER = 5  # digits of a page's number
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NEXT_WORDS = frozenset(
    [
        "next", "next page", "older", "older posts", "older news", "more", "load more", "more news", "show more",
        "view more",
        "التالي", "التالية", "الصفحة التالية", "المزيد", "اقرأ المزيد", "تحميل المزيد", "عرض المزيد", "شاهد المزيد",
        "مزيد من الأخبار", "المزيد من الأخبار", "أخبار أقدم", "أقدم", "الأقدم",
        "دواتر", "داهاتوو", "پەڕەی دواتر", "لاپەڕەی دواتر", "پەڕەی داهاتوو", "لاپەڕەی داهاتوو", "زیاتر", "زیاتر ببینە",
        "بینینی زیاتر", "هەواڵی زیاتر", "زۆرتر", "هەواڵی زۆرتر", "کۆنتر",
        "pêş", "pêşve", "rûpela din", "rûpela pêş", "ya din", "bêtir", "zêdetir", "zêdetir bibîne", "nûçeyên din",
        "kevntir",
        "بعدی", "صفحه بعد", "صفحه بعدی", "بیشتر", "›", "»", ">", ">>", "→", "❯",
    ]
)  # fmt: skip
_NEXT_CLASSES = frozenset(["next", "load-more", "loadmore", "btn-load-more", "next-page"])
_ARROWS = " \t\r\n\u00a0‹›«»<>→←❯❮…."
_NEXT_ADDRESSES = ("data-next-url", "data-next-page-url", "data-next-page", "data-next", "data-url", "data-href")
"""Where a script of the page reads what "more" leads to."""
_NUMBER_IN_QUERY = re.compile(r"(?:^|&)(?:page|paged|pg|pageno|pagenumber|p)=(\d{1,5})(?=&|$)", re.IGNORECASE)
_PLACE_IN_QUERY = re.compile(
    r"(?:^|&)((?:[^=&]{0,20}(?:page|offset|start|skip|sayfa|r[uû]pel|صفحة|پەڕە)[^=&]{0,10})|pg|p|from)=(\d{1,6})(?=&|$)",
    re.IGNORECASE,
)
"""A parameter that counts pages, or articles, from 0 or from 1: only what the link shows tells which page it means."""
_PAGE = r"/(?:(?:page|p|صفحة|پەڕە|لاپەڕە|rûpel)[/-])?"
_NUMBER_IN_PATH = re.compile(_PAGE + r"(\d{1,5})/?", re.IGNORECASE)
_NUMBERED_PATH = re.compile(_PAGE + r"\d{1,5}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one page of a section shows, in its order, and the page that follows it."""

    entries: tuple[Entry, ...] = ()
    next_page: str | None = None


@dataclass(frozen=True, slots=True)
class _Link:
    url: str
    text: str
    rel: str
    look: str  # its classes


def read_listing(body: bytes, url: str, source: Source) -> Listing:
    """The articles of *source* that the section page *body*, which *url* answered, links to.

    The title is the longest that a link to the article shows, and the mark changes with it: a new headline may be an
    edit. Without an `article` pattern every link into the page's own host counts. Raises NoEntries where none does.
    """
    body = unpacked(body)
    if not body.strip():
        raise NoEntries("empty answer")
    links = list(_links(body, url))
    here = url_key(url)
    entries: dict[str, Entry] = {}
    for link in links:
        key = url_key(link.url)
        if key == here or _is_declared_next(link) or not _is_article(link.url, url, source):
            continue
        title = plain(link.text, LONGEST_ENTRY_TITLE) or ""
        if key not in entries and len(entries) < MAX_LISTING_ENTRIES:
            entries[key] = Entry(url=link.url)
        if key in entries and _SHORTEST_TITLE <= len(title) > len(entries[key].title or ""):
            entries[key] = replace(entries[key], title=title, mark=mark_of(title))
    if not entries:
        raise NoEntries("no article links", f"{len(links)} links on the page")
    return Listing(entries=tuple(entries.values()), next_page=_next_page(links, url, source))


def _is_article(link: str, page: str, source: Source) -> bool:
    if not source.article and _host(link) != _host(page):
        return False
    return source.is_article(link)


def _links(body: bytes, url: str) -> Iterator[_Link]:
    """Every link of the page with what it shows, bounded. Raises NoEntries where the page cannot be read."""
    page = read_page(body)
    base = base_of(page, url)
    found = 0
    for element in page.iter("a", "link", "button", "div", "span"):
        link = _link(element, base)
        if link:
            yield link
            found += 1
            if found >= MAX_LISTING_LINKS:
                return


def _link(element: etree._Element, base: str) -> _Link | None:
    """Where *element* leads; what its scripts alone know counts only where it says "more"."""
    rel, look = (element.get("rel") or "").lower(), (element.get("class") or "").lower()
    if element.tag in ("a", "link") and (address := element.get("href")) and (url := _leads_to(address, base)):
        return _Link(url, _shown(element), rel, look)
    for name in _NEXT_ADDRESSES if element.tag != "link" else ():
        address = element.get(name) or ""
        if ("/" in address or "?" in address) and (url := _leads_to(address, base)):
            link = _Link(url, _shown(element), "next" if name.startswith("data-next") else rel, look)
            return link if _is_declared_next(link) or _is_called_next(link) else None
    return None


def _leads_to(address: str, base: str) -> str | None:
    return None if address.lstrip().startswith("#") else entry_url(address, base)


def _shown(element: etree._Element) -> str:
    """What a link says: the heading inside it, for a whole card may be one link; else its text; else its label."""
    if element.tag != "link":
        for part in (next(element.iter(*_HEADINGS), element), element):
            if text := "".join(map(str, part.itertext())).strip():
                return text
    return element.get("title") or element.get("aria-label") or ""


def _next_page(links: list[_Link], url: str, source: Source) -> str | None:
    """The page that follows: declared, else the next number of the pagination, else what its words call so.

    A link that is not declared must lead below the section's own address: "more" often leads to another section.
    """
    host, here, stem = _host(url), url_key(url), _stem(url)
    own = [link for link in links if _host(link.url) == host and url_key(link.url) != here]
    for link in own:
        if _is_declared_next(link):
            return link.url
    below = [link for link in own if _path(link.url).startswith(stem) and not _is_article(link.url, url, source)]
    if numbered := _next_number_shown(below, url, stem):
        return numbered
    following = (_page_number(url, stem) or 1) + 1
    for link in below:
        if _page_number(link.url, stem) == following:
            return link.url
    return next((link.url for link in below if _is_called_next(link)), None)


def _next_number_shown(links: list[_Link], url: str, stem: str) -> str | None:
    """The page that follows by the numbers that the links show: `?page=1` is the second page where pages count from 0,
    and so is `?offset=20`. From the first page it is the one that shows a 2, else the nearest further on."""
    here = _places(url, stem)
    nearest: dict[int, str] = {}
    for link in links:
        shown = link.text.strip()
        if not shown.isdecimal() or len(shown) > _LONGEST_NUMBER:
            continue
        moved = ((name, to) for name, to in _places(link.url, stem).items() if here.get(name) != to)
        name, to = next(moved, ("", -1))
        if to > here[name] if name in here else to >= 0 and int(shown) == 2:
            nearest.setdefault(to, link.url)
    return nearest[min(nearest)] if nearest else None


def _places(url: str, stem: str) -> dict[str, int]:
    """The numbers by which *url* may stand in a pagination below *stem*, by their parameter; "" is the path's."""
    places = {name.lower(): int(number) for name, number in _PLACE_IN_QUERY.findall(unquote(urlsplit(url).query))}
    in_path = _NUMBER_IN_PATH.fullmatch(_path(url).removeprefix(stem))
    return places | {"": int(in_path[1])} if in_path else places


def _stem(url: str) -> str:
    """The path of a section without its page number."""
    return _NUMBERED_PATH.sub("", _path(url).rstrip("/"))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _path(url: str) -> str:
    """Its path in letters: a section's address may be encoded where the links to it are not."""
    return unquote(urlsplit(url).path)


def _page_number(url: str, stem: str) -> int | None:
    """The number that *url* has in a pagination below *stem*: `?page=2`, `/page/2` or `/2`, in any digits."""
    query = unquote(urlsplit(url).query)
    found = _NUMBER_IN_QUERY.search(query) or _NUMBER_IN_PATH.fullmatch(_path(url).removeprefix(stem))
    return int(found[1]) if found else None


def _is_declared_next(link: _Link) -> bool:
    return "next" in link.rel.split()


def _is_called_next(link: _Link) -> bool:
    text = " ".join(link.text.lower().split())
    return text in _NEXT_WORDS or text.strip(_ARROWS) in _NEXT_WORDS or not _NEXT_CLASSES.isdisjoint(link.look.split())
