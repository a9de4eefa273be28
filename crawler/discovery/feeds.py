"""Reads feeds: RSS 0.9 to 2.0, RDF and Atom through feedparser, which forgives most faults, and JSON Feed.

Nothing is fetched: feedparser is given bytes and no address to open. It is slow, and a hostile feed can hold it for
long, so a crawl calls this in a worker process that can be killed.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import feedparser

from archive.article import Entry
from crawler.discovery.decoding import as_utf8, is_html, unpacked, with_sound_references
from crawler.discovery.entries import (
    NoEntries,
    both_ends,
    dated_marks,
    distinct,
    entry_url,
    fitting_language,
    instant,
    mark_of,
    plain,
)
from seeds.bounds import LONGEST_ENTRY_SUMMARY, LONGEST_ENTRY_TITLE, MAX_FEED_ENTRIES, MAX_TAG_BYTES

_ITEM = re.compile(rb"<(?:[A-Za-z0-9_-]{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_LONG_TAG = re.compile(rb"<([A-Za-z][A-Za-z0-9:_-]{0,60})(?=[\s/])[^<>]{%d,}?(/?)>" % MAX_TAG_BYTES)
_LONGEST_AUTHOR = 200
_MAIL_ADDRESS = re.compile(r"(?:mailto:)?[^\s()<>@]{1,64}@[^\s()<>@]{1,200}")


def read_feed(body: bytes, url: str, content_type: str, zone: str | None = None) -> list[Entry]:
    """The entries of the feed *body*, which *url* answered, in its own order, one for each page, from its two ends
    MAX_FEED_ENTRIES at most.

    Titles and summaries are plain text, instants UTC; a time that states no zone is one of *zone*, or left out rather
    than guessed. Raises NoEntries where *body* is no feed, or one that shows no address of an article.
    """
    body = unpacked(body)
    if not body.strip():
        raise NoEntries("empty answer")
    if body[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        found = list(_json_entries(body, url, zone))
    else:
        found = list(_xml_entries(body, url, content_type, zone))
    entries = distinct((entry for entry in found if entry), MAX_FEED_ENTRIES)
    if not entries:
        raise NoEntries("no links in the feed" if found else "empty feed")
    if len({entry.published for entry in entries}) > 1:  # else the server writes the time of day on all of them
        entries = [replace(entry, mark=mark_of(entry.mark, str(entry.published or ""))) for entry in entries]
    return dated_marks(entries)


def _xml_entries(body: bytes, url: str, content_type: str, zone: str | None) -> Iterator[Entry | None]:
    clean = as_utf8(body, content_type)
    if clean is None:
        raise NoEntries("not a feed", "its encoding is unknown")
    whole = clean[: clean.rfind(b">") + 1]  # where the feed is cut short, what follows may be half an address
    feed = _parse(with_sound_references(_LONG_TAG.sub(rb"<\1\2>", _capped(whole))), url)
    if not feed["entries"] and not feed.get("version"):
        if is_html(clean):
            raise NoEntries("HTML instead of a feed")
        raise NoEntries("not a feed", str(feed.get("bozo_exception", ""))[:200])
    language, dated_once = _text(feed["feed"], "language"), str(feed.get("version")).startswith("rss")
    for entry in feed["entries"][:MAX_FEED_ENTRIES]:
        yield _entry(entry, url, language, zone, dated_once=dated_once)


def _parse(body: bytes, url: str) -> Any:
    """What feedparser makes of *body*, in UTF-8. Entities that the feed declares itself stay unresolved."""
    body = body.replace(b"<!ENTITY", b"<!NOTHING")  # no feed needs them, only bombs do
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    try:
        return feedparser.parse(  # type: ignore[attr-defined, no-untyped-call]
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # of any kind: what hostile bytes make of feedparser is nobody's to foresee
        raise NoEntries("not a feed", type(error).__name__) from error


def _capped(body: bytes) -> bytes:
    """*body* without the items in the middle, where it has over MAX_FEED_ENTRIES: the newest stand at one of its ends.

    Otherwise whole, so that the strict parser can still read it.
    """
    starts = [item.start() for item in _ITEM.finditer(body)]
    if len(starts) <= MAX_FEED_ENTRIES:
        return body
    half = MAX_FEED_ENTRIES // 2
    return body[: starts[half]] + body[starts[-half] :]


def _entry(entry: Any, base: str, feed_language: str | None, zone: str | None, *, dated_once: bool) -> Entry | None:
    """One item as an Entry. Where a dialect has one date only (*dated_once*), that is when it was published."""
    link = _text(entry, "feedburner_origlink") or _text(entry, "link") or _address(_text(entry, "id"))
    url = entry_url(link, base) if link else None
    if url is None:
        return None
    published, updated = _text(entry, "published"), _text(entry, "updated")
    if dated_once and not published:
        published = updated
    title, summary = plain(_text(entry, "title") or "", LONGEST_ENTRY_TITLE), _summary(entry)
    detail = dict.get(entry, "title_detail") or {}
    declared = _text(entry, "language") or _text(detail, "language") or feed_language
    return Entry(
        url=url,
        title=title,
        published=instant(published or "", zone),
        updated=instant(updated or "", zone),
        author=_person(_text(entry, "author")),
        language=fitting_language(declared, f"{title} {summary}"),
        summary=summary,
        mark=mark_of(title, summary, None if instant(updated or "") else updated),
    )


def _summary(entry: Any) -> str | None:
    text = _text(entry, "summary")
    if not text:
        parts = dict.get(entry, "content") or []
        text = next((value for part in parts if (value := _text(part, "value"))), "")
    return plain(text, LONGEST_ENTRY_SUMMARY)


def _person(author: str | None) -> str | None:
    """The name in "desk@rafidain.example (Rana Karim)" or "Rana Karim <desk@…>"; a bare address is nobody."""
    name = plain(author[:_LONGEST_AUTHOR], _LONGEST_AUTHOR) if author else None
    if name is None or "@" not in name:
        return name
    return _MAIL_ADDRESS.sub("", name).strip(" ()<>,;") or None


def _text(fields: Any, name: str) -> str | None:
    """The field *name* itself: feedparser's own look-up takes one date for another and warns."""
    value = dict.get(fields, name)
    return value if isinstance(value, str) and value.strip() else None


def _address(identity: str | None) -> str | None:
    """An id that is a web address: some feeds have no other link."""
    return identity if identity and identity.strip().lower().startswith(("http://", "https://")) else None


def _json_entries(body: bytes, url: str, zone: str | None) -> Iterator[Entry | None]:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoEntries("not a feed", "JSON cannot be read") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise NoEntries("not a feed", "JSON without items")
    for item in both_ends(items, MAX_FEED_ENTRIES):
        yield _json_entry(item, url, _text(feed, "language"), zone) if isinstance(item, dict) else None


def _json_entry(item: dict[str, Any], base: str, feed_language: str | None, zone: str | None) -> Entry | None:
    link = _text(item, "url") or _text(item, "external_url") or _address(_text(item, "id"))
    url = entry_url(link, base) if link else None
    if url is None:
        return None
    updated = _text(item, "date_modified")
    title = plain(_text(item, "title") or "", LONGEST_ENTRY_TITLE)
    summary = plain(
        _text(item, "summary") or _text(item, "content_text") or _text(item, "content_html") or "",
        LONGEST_ENTRY_SUMMARY,
    )
    return Entry(
        url=url,
        title=title,
        published=instant(_text(item, "date_published") or "", zone),
        updated=instant(updated or "", zone),
        author=plain(", ".join(_json_authors(item)), _LONGEST_AUTHOR),
        language=fitting_language(_text(item, "language") or feed_language, f"{title} {summary}"),
        summary=summary,
        mark=mark_of(title, summary, None if instant(updated or "") else updated),
    )


def _json_authors(item: dict[str, Any]) -> Iterable[str]:
    listed = item.get("authors")
    authors = listed if isinstance(listed, list) else [item.get("author")]
    return [name for author in authors if isinstance(author, dict) and (name := _text(author, "name"))]
