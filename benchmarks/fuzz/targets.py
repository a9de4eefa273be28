"""What is fuzzed: each target reads any bytes, and raises where the reader did not keep its promise.

What a reader promises to raise is no finding. Everything else is: an exception that it does not name, an error of more
than one line, a text that steers a terminal, a place outside of its text, a key that is not its own.
"""

import json
import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from alerts.definitions import AlertFile
from archive.addresses import clean_url, site_of, url_key
from archive.article import Article, Entry
from archive.errors import QueryError
from archive.plain import plain
from archive.query import parse
from archive.search import check_query
from crawler.address_policy import AddressPolicy
from crawler.desk import DeskConfig
from crawler.discovery.entries import NoEntries
from crawler.discovery.reading import read_way
from crawler.manners.robots_rules import read_robots
from pipelines.extraction.article import explain_article
from pipelines.extraction.unusable import Unusable
from pipelines.page import Page
from schedules.jobs import JobFile
from seeds.definitions import Definition, DefinitionError, convert
from seeds.sources import JsonListing, Source, SourceFile, Way
from topics.compiling import compile_packs
from topics.fold import fold
from topics.matching import match
from topics.packs import Packs

ADDRESS = "https://news.example/en/story-1"
NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
_LISTING = JsonListing(
    url="https://news.example/api", items="data[]", link="url", title="title", date="date || published"
)  # fmt: skip
SOURCE = Source(
    id="fuzzed", name="Fuzzed", language="en", timezone="Asia/Baghdad", feeds=("https://news.example/feed",),
    listings=("https://news.example/",), json=(_LISTING,),
)  # fmt: skip
_TYPES = ("text/html; charset=utf-8", "text/html", "text/html; charset=windows-1256", "application/xml", "")
_WAYS: tuple[Way, ...] = ("feed", "sitemap", "listing", "json")
_FILES: tuple[type[Definition], ...] = (SourceFile, JobFile, AlertFile, DeskConfig)
_CONTROLS = frozenset(map(chr, (*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), 0x2066, 0x2069)))
_WORDS = 200  # of a text whose places are looked at
_SOON = timedelta(days=3)
_WEB = re.compile("https?://", re.IGNORECASE)


class Broken(AssertionError):
    """A promise was not kept."""


def page(data: bytes) -> None:
    """An article page: the first byte chooses what its header says."""
    kind, body = _chosen(data, _TYPES)
    asked = Page(
        url=ADDRESS, requested=ADDRESS, source=SOURCE.id, status=200, headers=(("Content-Type", kind),), body=body,
        fetched=NOW,
    )  # fmt: skip
    try:
        article, findings = explain_article(asked, SOURCE)
    except Unusable as refusal:
        _need(bool(refusal.name), "a refusal without a name")
        return
    _check_article(article)
    json.dumps({name: str(found) for name, found in findings.items()}).encode()


def way(data: bytes) -> None:
    """A feed, sitemap, listing or JSON listing: the first byte chooses which, the second what its header says."""
    kind, rest = _chosen(data, _WAYS)
    content_type, body = _chosen(rest, _TYPES)
    asked = _LISTING.url if kind == "json" else "https://news.example/feed"
    try:
        read = read_way(kind, asked, body, asked, content_type, SOURCE)
    except NoEntries:
        return
    for entry in read.entries:
        _check_entry(entry)
    for further in read.further:
        _check_url(further.url)


def robots(data: bytes) -> None:
    """A robots.txt, and what it says of an address."""
    text = read_robots(data)
    if text is not None:
        text.encode()


def query(data: bytes) -> None:
    """A search."""
    text = data.decode("utf-8", "replace")
    try:
        parse(text)
        check_query(text)
    except QueryError as error:
        _need(0 <= error.position <= len(text), f"its place {error.position} is outside of the query")
        _need("\n" not in plain(str(error)), "an error of several lines")


def toml(data: bytes) -> None:
    """A file of definitions: the first byte chooses of which kind; the last kind is a topic pack."""
    kind, rest = _chosen(data, (*_FILES, None))
    try:
        tables = tomllib.loads(rest.decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    try:
        if kind is not None:
            convert(Path("file.toml"), tables, kind)
        else:
            _check_tags(compile_packs([("pack.toml", tables)]))
    except DefinitionError as error:
        _need("\n" not in str(error), f"an error of several lines: {error!s:.200}")


def address(data: bytes) -> None:
    """A URL and its key."""
    _check_url(data.decode("utf-8", "surrogateescape"))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "page": page, "way": way, "toml": toml, "query": query, "address": address, "robots": robots,
}  # fmt: skip
"""By name, the most work first."""


def _chosen(data: bytes, choices: Any) -> tuple[Any, bytes]:
    return choices[(data[0] if data else 0) % len(choices)], data[1:]


def _need(kept: bool, promise: str) -> None:
    if not kept:
        raise Broken(promise)


def _check_article(article: Article) -> None:
    _need(bool(article.text.strip()), "an article without text")
    texts = (article.title, article.text, article.section, article.dateline, *article.authors, *article.keywords)
    for text in filter(None, texts):
        text.encode()
        _need(not _CONTROLS & set(text), f"a control character in {text[:80]!r}")
    for instant in (article.published, article.modified):
        if instant is not None:
            _need(instant.tzinfo is not None, "a time without its zone")
            _need(instant <= NOW + _SOON, f"a time to come: {instant}")
    for url in (article.canonical, article.image):
        if url:
            _need(urlsplit(url).scheme in ("http", "https"), f"the address {url[:80]!r}")
    _check_folding(article.text)


def _check_folding(text: str) -> None:
    folded = fold(text)
    _need(fold(folded.string).string == folded.string, "folding twice is not folding once")
    for number in range(min(len(folded.tokens), _WORDS)):
        start, end = folded.span(number, number)
        _need(0 <= start < end <= len(text), "a word outside of its text")


def _check_entry(entry: Entry) -> None:
    _check_url(entry.url)
    _need(urlsplit(entry.url).scheme in ("http", "https"), f"the address {entry.url[:80]!r}")
    for text in filter(None, (entry.title, entry.summary)):
        text.encode()
    if entry.published is not None:
        _need(entry.published.tzinfo is not None, "a time without its zone")


def _check_url(url: str) -> None:
    key, clean = url_key(url), clean_url(url)
    for text in (key, clean, site_of(url)):
        text.encode()
    _need(clean_url(clean) == clean, f"{clean[:200]!r} is cleaned once more")
    if (scheme := _WEB.match(url)) and AddressPolicy().url_fault(clean) is None:  # nobody asks for any other
        again = url_key(scheme[0] + key)
        _need("~" in key or again == key, f"the key of {key[:200]!r} is {again[:200]!r}")
        _need(url_key(clean) == key, f"{clean[:200]!r} has another key than {url[:200]!r}")


def _check_tags(packs: Packs) -> None:
    text = "The convoy left the northern base. أعلن أحمد أن الفصائل تدرس الانسحاب. لیژنەی کارەبا لە هەولێر"
    for tag in match(packs, title="Convoy", text=text, language=None):
        for one in tag.evidence:
            length = len("Convoy" if one.field == "title" else text)
            _need(0 <= one.start < one.end <= length, "evidence outside of its text")
