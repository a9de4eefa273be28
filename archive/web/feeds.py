"""Feeds: what a page lists, as Atom (RFC 4287) and as JSON Feed 1.1, for whoever reads many of them in one place.

What is given is data; what is made of it is valid whatever the text says, and bounded. Names of entries are made of
what they are and not of where they are served, so that a desk that moves to another address is not read anew.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from archive.plain import plain, plain_lines
from archive.web.drawing import clean, outside
from archive.web.view import Document
from seeds.definitions import is_language_tag

Form: TypeAlias = Literal["atom", "json"]
MEDIA_TYPES: dict[Form, str] = {
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}

MOST_ITEMS = 100
"""Of one feed: readers come back within the hour, and no topic has as many in one."""
LONGEST_SUMMARY = 2_000
"""Characters; the whole article is a link away."""
LONGEST_HTML = 200_000
"""Characters; longer ones are left to the summary, since they cannot be cut within a tag."""
_LONGEST_NAME, _MOST_NAMES = 120, 20  # of authors and topics
_ATOM = "http://www.w3.org/2005/Atom"
_NAMES = "tag:khabar.invalid,2026:"  # RFC 4151; nobody can own a name beneath .invalid, and none is needed
_NO_CHARACTER = re.compile("[\ufffe\uffff]")  # XML 1.0 has no place for them, however they are written
_LONE = re.compile("[\ud800-\udfff]")  # surrogates, which no encoding has
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_UNESCAPED = "%:/?#[]@!$&'()*+,;=~"  # what an address may hold as it is, beside letters, digits and -._


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed. Texts may be anything that a newspaper wrote."""

    id: int | str  # the article's, or a name of the item among those of every feed
    url: str  # the page here
    original: str | None  # where the newspaper has it
    title: str
    summary: str  # plain text
    html: str | None  # what is shown of it, made of escaped pieces
    language: str | None
    published: datetime | None  # None: nobody knows
    updated: datetime  # an article's is when it was first seen, or last edited
    authors: tuple[str, ...]
    topics: tuple[str, ...]
    source: str  # its name, which stands for the author where none is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a page lists, newest first. Addresses are whole, with scheme and host."""

    title: str
    address: str  # of the page
    self_address: str  # of the feed
    updated: datetime
    language: str  # of the interface
    items: Sequence[Item]


def atom(feed: Feed) -> bytes:
    """*feed* as an Atom document."""
    root = Element("feed", {"xmlns": _ATOM, **_language(feed.language)})
    _text(root, "id", _NAMES + _place(feed.address))
    _text(root, "title", clean(_writable(feed.title)) or "Khabar")
    _text(root, "updated", _rfc3339(feed.updated))
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": _iri(feed.self_address)})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": _iri(feed.address)})
    _text(SubElement(root, "author"), "name", "Khabar")  # each entry has its own; a feed without entries has this one
    _text(root, "generator", "Khabar")
    for item in feed.items[:MOST_ITEMS]:
        _entry(SubElement(root, "entry", _language(item.language)), item)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(entry: Element, item: Item) -> None:
    _text(entry, "id", _name_of(item))
    _text(entry, "title", clean(_writable(item.title)))
    _text(entry, "updated", _rfc3339(item.updated))
    if item.published is not None:
        _text(entry, "published", _rfc3339(item.published))
    for name in _authors(item):
        _text(SubElement(entry, "author"), "name", name)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _iri(item.url)})
    if original := outside(item.original):
        SubElement(entry, "link", {"rel": "via", "href": _iri(original)})
    for topic in _each(item.topics):
        SubElement(entry, "category", {"term": topic})
    _text(entry, "summary", _summary(item))
    if html := _html(item):
        _text(entry, "content", html, {"type": "html"})


def json_feed(feed: Feed) -> bytes:
    """*feed* as a JSON Feed document."""
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(_writable(feed.title)) or "Khabar",
        "home_page_url": _iri(feed.address),
        "feed_url": _iri(feed.self_address),
        "language": feed.language,
        "items": [_told(item) for item in feed.items[:MOST_ITEMS]],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _told(item: Item) -> dict[str, Any]:
    html, original, language = _html(item), outside(item.original), _known(item.language)
    told = {
        "id": _name_of(item),
        "url": _iri(item.url),
        "external_url": _iri(original) if original else None,
        "title": clean(_writable(item.title)) or None,
        "summary": _summary(item) or None,
        "date_published": _rfc3339(item.published) if item.published else None,
        "date_modified": _rfc3339(item.updated),
        "authors": [{"name": name} for name in _authors(item)],
        "tags": list(_each(item.topics)),
        "language": language,
    }
    content = {"content_html": html} if html else {"content_text": _summary(item)}
    return {name: value for name, value in told.items() if value not in (None, [])} | content


_FORMS: dict[Form, Callable[[Feed], bytes]] = {"atom": atom, "json": json_feed}


def feed_document(feed: Feed, form: Form) -> Document:
    """The answer to who reads *feed*. An ETag spares them what they have; the time of the last change is told, but
    nothing is spared by it, since an article that is tagged anew, or forgotten, makes a feed another and no newer."""
    body = _FORMS[form](feed)
    headers = {
        "etag": f'"{sha256(body).hexdigest()[:24]}"',
        "last-modified": format_datetime(_utc(feed.updated), usegmt=True),
        "cache-control": "no-cache",
    }
    return Document(body=body, media_type=MEDIA_TYPES[form], headers=headers)


def _text(parent: Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    SubElement(parent, name, attributes or {}).text = text


def _name_of(item: Item) -> str:
    of_article = f"articles/{item.id}" if isinstance(item.id, int) else item.id
    return _NAMES + quote(_LONE.sub("\ufffd", of_article), safe="/:=")


def _place(address: str) -> str:
    """An address without its scheme and host."""
    parts = urlsplit(_iri(address))
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _iri(address: str) -> str:
    return quote(_LONE.sub("\ufffd", _STRAY_PERCENT.sub("%25", address)), safe=_UNESCAPED)


def _writable(text: str) -> str:
    return _NO_CHARACTER.sub("", text[: 4 * LONGEST_SUMMARY])


def _summary(item: Item) -> str:
    return clean(_writable(item.summary), LONGEST_SUMMARY)


def _html(item: Item) -> str | None:
    if not item.html or len(item.html) > LONGEST_HTML:
        return None
    return _NO_CHARACTER.sub("", plain_lines(item.html)) or None


def _authors(item: Item) -> list[str]:
    return list(_each(item.authors)) or list(_each([item.source])) or ["Khabar"]


def _each(names: Sequence[str]) -> Iterator[str]:
    for name in names[:_MOST_NAMES]:
        if shown := clean(_writable(name), _LONGEST_NAME):
            yield shown


def _known(language: str | None) -> str | None:
    """*language* where it is written as the tag of one."""
    tag = plain(language or "")
    return tag if len(tag) <= 35 and is_language_tag(tag) else None


def _language(language: str | None) -> dict[str, str]:
    tag = _known(language)
    return {"xml:lang": tag} if tag else {}


def _rfc3339(instant: datetime) -> str:
    return f"{_utc(instant).replace(tzinfo=None, microsecond=0).isoformat()}Z"


def _utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:  # at the rim of the calendar
        return instant.replace(tzinfo=UTC)
