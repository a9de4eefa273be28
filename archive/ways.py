"""What is remembered of each feed, sitemap and listing: its validators, what it last showed, and how it does."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from archive.addresses import url_key
from archive.database import storable
from archive.times import from_text, to_text

WayHealth = Literal["ok", "empty", "blocked", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One feed, sitemap or listing. Instants are UTC; None where it never happened."""

    url: str
    source: str
    etag: str | None = None
    last_modified: str | None = None
    last_success: datetime | None = None  # answered, "not modified" included
    last_change: datetime | None = None  # showed something that it had not shown before
    last_full: datetime | None = None  # answered with its content
    health: WayHealth | None = None  # None: never asked
    cause: str | None = None  # why it is not ok
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    seconds: float | None = None  # how long it takes to answer, the last answers counting most
    entries: int | None = None  # the articles that it last showed
    newest: datetime | None = None  # the date of the newest among them
    shown: str | None = None  # a hash of what it last showed
    told: int = 0  # how often it showed something else under new validators …
    untold: int = 0  # … and under the same ones: such a server's "not modified" is not to be believed
    goes_on: bool = False  # it is a page of a listing, and a later page of it is still to be read


_COLUMNS = tuple(field.name for field in fields(Way))
_INSTANTS = frozenset(["last_success", "last_change", "last_full", "failing_since", "newest"])
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM feeds WHERE source = ?"  # noqa: S608 -- own names
_UPSERT = (
    f"INSERT INTO feeds ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "  # noqa: S608 -- own names
    f"ON CONFLICT (source, url) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[2:])}"
)


def ways(db: sqlite3.Connection, source: str) -> dict[str, Way]:
    """What is remembered of each way of *source*, by URL."""
    return {row["url"]: _way(row) for row in db.execute(_SELECT, (source,))}


def last_changes(db: sqlite3.Connection) -> dict[str, datetime]:
    """When each source last showed something new, in any way."""
    rows = db.execute("SELECT source, max(last_change) FROM feeds WHERE last_change IS NOT NULL GROUP BY source")
    return {source: from_text(changed) for source, changed in rows}


def source_by_way(db: sqlite3.Connection, key: str) -> str | None:
    """The source of which a way is at the address with this `url_key`; None where there is none."""
    ways_known = db.execute("SELECT source, url FROM feeds ORDER BY id")
    return next((source for source, url in ways_known if url_key(url) == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a way brought."""

    url: str
    first: int  # the URLs that it showed before any other did
    untold: int  # how often it changed under its old validators


def brought(db: sqlite3.Connection, source: str) -> list[Brought]:
    """What each way of *source* brought, sitemaps of an index and pages of a listing too; the most first."""
    rows = db.execute(
        "SELECT url, coalesce(urls, 0) AS first, untold FROM feeds LEFT JOIN "
        "(SELECT shown_by, count(*) AS urls FROM visits WHERE source = ?1 GROUP BY shown_by) ON shown_by = feeds.id "
        "WHERE source = ?1 ORDER BY first DESC, id",
        (source,),
    )
    return [Brought(**row) for row in rows]


def record_way(db: sqlite3.Connection, way: Way) -> None:
    """Remembers *way* as it is now, in place of what was remembered."""
    db.execute(_UPSERT, tuple(_stored(getattr(way, name)) for name in _COLUMNS))


def way_number(db: sqlite3.Connection, source: str, url: str) -> int:
    """The id of the way at *url*, given to it now where it has none."""
    db.execute("INSERT OR IGNORE INTO feeds (url, source) VALUES (?, ?)", (storable(url), source))
    number: int = db.execute("SELECT id FROM feeds WHERE source = ? AND url = ?", (source, storable(url))).fetchone()[0]
    return number


def end_listing(db: sqlite3.Connection, source: str, pages: Sequence[str]) -> None:
    """Remembers that of the listing with these *pages* nothing is still to be read."""
    for page in pages:
        db.execute("UPDATE feeds SET goes_on = 0 WHERE source = ? AND url = ?", (source, storable(page)))


def _way(row: sqlite3.Row) -> Way:
    told: dict[str, Any] = dict(row)
    told |= {name: from_text(told[name]) for name in _INSTANTS if told[name]}
    return Way(**told | {"goes_on": bool(told["goes_on"])})


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    return storable(value) if isinstance(value, str) else value
