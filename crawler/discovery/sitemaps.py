"""Reads sitemaps: plain ones, news sitemaps, indexes of them, gzipped ones, text files, and feeds that serve as one.

It reads in a stream and stops at its bounds, whatever the file unpacks to. Loops of indexes are the caller's affair.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from archive.article import Entry
from crawler.discovery.decoding import as_utf8, is_html, pieces, with_sound_references
from crawler.discovery.entries import (
    NoEntries,
    about,
    dated_marks,
    distinct,
    entry_url,
    fitting_language,
    instant,
    mark_of,
    plain,
)
from crawler.discovery.feeds import read_feed
from seeds.bounds import (
    LONGEST_ENTRY_TITLE,
    MAX_INDEX_CHILDREN,
    MAX_SITEMAP_BYTES,
    MAX_SITEMAP_FRUITLESS,
    MAX_SITEMAP_URLS,
)

_START = 4_096  # bytes in which the root must stand, after comments and style sheets

_ROOT = re.compile(rb"<(?:[A-Za-z0-9_-]{1,20}:)?(urlset|sitemapindex|rss|feed|rdf)[\s/>]", re.IGNORECASE)
_FIELDS = frozenset(["loc", "lastmod", "title", "publication_date", "language"])
_LONGEST_VALUE = 10_000  # characters of one field; an address has 4,096 at most
_NUMBER = re.compile(r"\d{1,12}")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A sitemap that an index names. `lastmod` orders: a date without zone is taken for UTC there."""

    url: str
    lastmod: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a sitemap shows: entries, or as an index further sitemaps; both newest first."""

    entries: tuple[Entry, ...] = ()
    children: tuple[Child, ...] = ()


def read_sitemap(body: bytes, url: str, zone: str | None = None, *, most: int = MAX_INDEX_CHILDREN) -> Sitemap:
    """What the sitemap *body*, which *url* answered, shows; a news story's time without zone is one of *zone*, where
    that is known; of an index *most* sitemaps. Raises NoEntries where it shows nothing.

    Entries without date come before the dated ones, since they may be new; among children only those whose name
    says news do, and the other undated ones come last, higher numbers first.
    """
    body = _decoded(body)
    start = b"".join(pieces(body, _START))
    if not start.strip():
        raise NoEntries("empty answer")
    if is_html(start):
        raise NoEntries("HTML instead of a sitemap")
    root = _ROOT.search(start)
    if not root and not start.lstrip().startswith(b"<"):
        return _found(_text_entries(body, url), [], most)
    if root and root[1].lower() in (b"rss", b"feed", b"rdf"):
        return Sitemap(
            entries=tuple(read_feed(b"".join(pieces(body, MAX_SITEMAP_BYTES)), url, "application/xml", zone))
        )
    reader = _Reader(base=url, zone=zone)
    try:
        reader.read(_mended(pieces(body, MAX_SITEMAP_BYTES), root.start() if root else 0))
    except etree.LxmlError as error:
        if not reader.entries and not reader.children:
            raise NoEntries("not a sitemap", str(error)[:200]) from error
    if not root and not reader.entries and not reader.children:
        raise NoEntries("not a sitemap")
    return _found(dated_marks(reader.entries), reader.children, most)


def _found(entries: list[Entry], children: list[Child], most: int) -> Sitemap:
    if not entries and not children:
        raise NoEntries("empty sitemap")
    ordered = _by_turns(children)[:most]
    return Sitemap(
        entries=tuple(sorted(distinct(entries, MAX_SITEMAP_URLS), key=lambda entry: entry.age)), children=tuple(ordered)
    )


def _by_turns(children: list[Child]) -> list[Child]:
    """The sitemaps of an index, the freshest first; of those with one date, or none, each series has its turn.

    A series is alike in name but for its numbers, as `posts-1.xml` to `posts-40.xml`. The highest is mostly the newest;
    but Blogger and others count from the newest, so the lowest comes second.
    """
    series: dict[tuple[tuple[bool, datetime], str], list[Child]] = {}
    for child in sorted(children, key=_numbers, reverse=True):
        series.setdefault((_freshness(child), _NUMBER.sub("0", child.url)), []).append(child)
    turns = [
        (freshness, turn, child)
        for (freshness, _), (highest, *alike) in series.items()
        for turn, child in enumerate([highest, *alike[-1:], *alike[:-1]])
    ]
    turns.sort(key=lambda place: place[1])
    turns.sort(key=lambda place: place[0], reverse=True)
    return [child for *_, child in turns]


def _numbers(child: Child) -> list[int]:
    return [int(number) for number in _NUMBER.findall(child.url)]


def _freshness(child: Child) -> tuple[bool, datetime]:
    """Sorts the sitemaps of an index: undated news before all dates, other undated ones behind."""
    undated_news = child.lastmod is None and "news" in child.url.rpartition("/")[2].lower()
    return undated_news, child.lastmod or _LONG_AGO


def _text_entries(body: bytes, url: str) -> list[Entry]:
    """A sitemap that is a list of addresses, one a line. Raises NoEntries where no line is one."""
    lines = b"".join(pieces(body, MAX_SITEMAP_BYTES)).decode("utf-8", "replace").splitlines()[:MAX_SITEMAP_URLS]
    links = (line.strip() for line in lines)
    found = [entry_url(link, url) for link in links if link.lower().startswith(("http://", "https://"))]
    if not found:
        raise NoEntries("not a sitemap", "neither XML nor a list of addresses")
    return [Entry(url=link) for link in found if link]


def _decoded(body: bytes) -> bytes:
    """*body* as clean UTF-8; what is gzip as it is, since it is never whole."""
    return body if body.startswith(b"\x1f\x8b") else as_utf8(body[:MAX_SITEMAP_BYTES]) or body


def _mended(chunks: Iterator[bytes], before: int) -> Iterator[bytes]:
    """*chunks* with sound references, without the first *before* bytes, in which a server warns or greets, and
    without what follows the last tag: where the file is cut short, that may be half an address."""
    rest = b""
    for chunk in chunks:
        whole = rest + chunk[before:]
        before = max(before - len(chunk), 0)
        end = whole.rfind(b">") + 1
        yield with_sound_references(whole[:end])
        rest = whole[end:]
        if len(rest) > MAX_SITEMAP_FRUITLESS:
            return


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Collects entries and children while the XML streams by, keeping no tree."""

    base: str
    zone: str | None
    entries: list[Entry] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    def read(self, chunks: Iterator[bytes]) -> None:
        """Reads until the end or the bounds. Raises lxml's errors."""
        parser = etree.XMLPullParser(
            events=("end",), tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, load_dtd=False,
            huge_tree=False, remove_comments=True, remove_pis=True, recover=True,
        )  # fmt: skip
        fruitless = 0
        for chunk in chunks:
            parser.feed(chunk)
            fruitless = 0 if self._take(parser) else fruitless + len(chunk)
            if fruitless > MAX_SITEMAP_FRUITLESS or len(self.entries) + len(self.children) >= MAX_SITEMAP_URLS:
                return
        parser.close()
        self._take(parser)

    def _take(self, parser: etree.XMLPullParser) -> bool:
        """Takes what the parser has finished; whether that was anything."""
        taken = False
        for _, element in parser.read_events():
            if isinstance(element, etree._Element):
                self._close(element)
                _drop(element)
                taken = True
        return taken

    def _close(self, element: etree._Element) -> None:
        fields = _fields(element)
        link = entry_url(fields["loc"], self.base) if fields.get("loc") else None
        if link is None:
            return
        if _local_name(element) == "sitemap":
            self.children.append(Child(url=link, lastmod=about(fields.get("lastmod", ""))))
        else:
            self.entries.append(_entry(link, fields, self.zone))


def _fields(element: etree._Element) -> dict[str, str]:
    """The fields of a `url` or `sitemap` element by name, those of its `news` among them."""
    fields: dict[str, str] = {}
    news = _children(element, "news")
    for owner in (element, *news, *(part for one in news for part in _children(one, "publication"))):
        for part in owner:
            if part.text and (name := _local_name(part)) in _FIELDS:
                fields.setdefault(name, part.text[:_LONGEST_VALUE].strip())
    return fields


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [part for part in element if _local_name(part) == name]


def _entry(link: str, fields: dict[str, str], zone: str | None) -> Entry:
    title = plain(fields.get("title", ""), LONGEST_ENTRY_TITLE)
    published = fields.get("publication_date", "")
    return Entry(
        url=link,
        title=title,
        published=instant(published, zone),
        updated=about(fields.get("lastmod") or published),
        language=fitting_language(fields.get("language"), title or ""),
        mark=mark_of(title),
    )


def _local_name(element: etree._Element) -> str:
    """Its name without namespace, and without a prefix that nothing declares."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _drop(element: etree._Element) -> None:
    """Frees *element*, which is read, and what came before it, so that no tree grows."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
