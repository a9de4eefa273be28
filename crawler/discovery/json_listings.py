"""Reads a listing that answers JSON, by the JMESPath expressions of its definition."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from archive.article import Entry
from crawler.discovery.decoding import is_html, unpacked
from crawler.discovery.entries import (
    EARLIEST,
    LATEST,
    NoEntries,
    distinct,
    entry_url,
    instant,
    mark_of,
    plain,
)
from seeds.bounds import LONGEST_ENTRY_TITLE, MAX_JSON_ITEMS
from seeds.sources import JsonListing

_EPOCH = re.compile(r"(?:/Date\()?(\d{9,13})(?:[+-]\d{4})?(?:\)/)?")
"""Seconds or milliseconds, bare or as ASP.NET writes them."""


def read_json_listing(body: bytes, url: str, listing: JsonListing, zone: str | None = None) -> list[Entry]:
    """The entries of the JSON *body*, which *url* answered, in its order; a time without zone is one of *zone*, where
    that is known. Raises NoEntries where it shows none."""
    body = unpacked(body)
    if not body.strip():
        raise NoEntries("empty answer")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoEntries("HTML instead of JSON" if is_html(body) else "not JSON", type(error).__name__) from error
    items = _at(listing.items, data)
    if not isinstance(items, list):
        raise NoEntries("no list of items", f"at {listing.items}")
    found = [entry for item in items[:MAX_JSON_ITEMS] if (entry := _entry(item, url, listing, zone))]
    if not found:
        raise NoEntries("no links in the items" if items else "empty listing")
    return distinct(found, MAX_JSON_ITEMS)


def _entry(item: Any, base: str, listing: JsonListing, zone: str | None) -> Entry | None:
    link = _at(listing.link, item)
    url = entry_url(link, base) if isinstance(link, str) and link.strip() else None
    if url is None:
        return None
    title, date = _at(listing.title, item), _at(listing.date, item)
    text = plain(title, LONGEST_ENTRY_TITLE) if isinstance(title, str) else None
    return Entry(url=url, title=text, published=_published(date, zone), mark=mark_of(text))


def _published(date: object, zone: str | None) -> datetime | None:
    """An instant as JSON writes it: text as `instant` takes it, or seconds or milliseconds since 1970."""
    if isinstance(date, bool) or not isinstance(date, (str, int, float)):
        return None
    raw = f"{date:.0f}" if isinstance(date, float) else str(date)
    epoch = _EPOCH.fullmatch(raw[:40].strip())
    if epoch is None:
        return instant(raw, zone)
    number = int(epoch[1])
    moment = datetime.fromtimestamp(number / 1000 if number >= 10**11 else number, UTC)
    return moment if EARLIEST <= moment.year < LATEST else None


def _at(expression: str, data: Any) -> Any:
    """What *expression* finds in *data*; None for an empty one. Raises NoEntries where it cannot be evaluated."""
    if not expression:
        return None
    try:
        return jmespath.search(expression, data)  # type: ignore[no-untyped-call]
    except (JMESPathError, TypeError, RecursionError) as error:
        raise NoEntries("JMESPath failed", f"{expression}: {error}"[:200]) from error
