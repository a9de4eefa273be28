"""The sitemaps, feeds, archive pages and listings that a backfill walks, and how far it is with them."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from archive.backfills import Backfill, count_left_out
from archive.database import storable
from archive.frontier import TakenUp, dates_of
from archive.ledger import address_of
from archive.times import from_text, to_text
from seeds.bounds import MAX_BACKFILL_WAYS

PastKind = Literal["robots", "sitemap", "feed", "json", "listing", "archive"]
AT_ONCE: tuple[PastKind, ...] = ("robots", "sitemap", "feed")
"""Are read before any article: one request shows many. The others are read page by page, as articles run out."""
LATER: tuple[PastKind, ...] = ("archive", "json", "listing")
_FRONT: tuple[PastKind, ...] = ("feed", "json", "listing")
OLDER = "the rest is older"
_TOO_MANY = "too many sitemaps and pages"
_TRIES = 4
_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
_LATELY = 20  # pages of a listing among which one is looked for that shows the same


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWay:
    """One address to be read for its links."""

    id: int = 0  # none yet
    url: str
    kind: PastKind
    depth: int = 0
    listing: int | None = None  # the first page of which this is a later one
    date: datetime | None = None  # of an archive page
    barren: int = 0  # pages before it, in a row, that showed nothing new


def add_ways(db: sqlite3.Connection, order: Backfill, ways: Iterable[PastWay]) -> None:
    """Lets *ways* be read, those that it does not know yet and has room for; the others are counted."""
    room = MAX_BACKFILL_WAYS - db.execute(
        "SELECT count(*) FROM backfill_ways WHERE backfill = ?", (order.id,)
    ).fetchone()[0]  # fmt: skip
    added = beyond = 0
    for way in ways:
        if added >= room:
            beyond += not _knows_way(db, order.id, way.url)
            continue
        added += db.execute(
            "INSERT OR IGNORE INTO backfill_ways (backfill, url, kind, depth, listing, date, state, barren) "
            "VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?)",
            (
                order.id, storable(way.url), way.kind, way.depth, way.listing,
                to_text(way.date) if way.date else None, way.barren,
            ),
        ).rowcount  # fmt: skip
    count_left_out(db, order.id, {_TOO_MANY: beyond})


def has_room(db: sqlite3.Connection, order: int) -> bool:
    """Whether *order* may have more ways."""
    return sum(ways_by_state(db, order).values()) < MAX_BACKFILL_WAYS


def _knows_way(db: sqlite3.Connection, order: int, url: str) -> bool:
    query = "SELECT 1 FROM backfill_ways WHERE backfill = ? AND url = ?"
    return db.execute(query, (order, storable(url))).fetchone() is not None


def next_way(
    db: sqlite3.Connection, order: Backfill, kinds: Sequence[PastKind], at: datetime, taken: Sequence[int] = ()
) -> PastWay | None:
    """The next way of one of *kinds* to be read, not among *taken*; None where none is due.

    Archive pages come in the order of *order*, the pages of one listing in theirs. A page whose listing has come to
    what is older than the order asks for is read no more.
    """
    direction = "ASC" if order.span.oldest_first else "DESC"
    while True:
        row = db.execute(
            "SELECT id, url, kind, depth, listing, date, barren FROM backfill_ways WHERE backfill = ? "  # noqa: S608 -- own words
            "AND state = 'waiting' AND kind IN (SELECT value FROM json_each(?)) AND (due IS NULL OR due <= ?) "
            f"AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY date {direction}, depth, id LIMIT 1",
            (order.id, json.dumps(list(kinds)), to_text(at), json.dumps(list(taken))),
        ).fetchone()
        if row is None:
            return None
        way = PastWay(**dict(row) | {"date": from_text(row["date"]) if row["date"] else None})
        if way.listing is None or not _is_past_the_end(db, order, way):
            return way
        end_way(db, way.id, "read", OLDER)


def way_read(
    db: sqlite3.Connection, order: Backfill, way: PastWay, taken: TakenUp | None, further: Sequence[PastWay]
) -> None:
    """*way* is read: its entries are written down, *taken* are those of a page of a listing, and *further* lead on."""
    shown = json.dumps(taken.addresses) if taken else None
    db.execute(
        "UPDATE backfill_ways SET state = 'read', reason = NULL, tries = 0, shown = ?, barren = ? WHERE id = ?",
        (shown, way.barren, way.id),
    )
    add_ways(db, order, further)


def is_on_front(db: sqlite3.Connection, run: int, urls: Collection[str]) -> bool:
    """Whether the backfill of which *run* is a stint found one of *urls* where a live crawl looks: in a feed, or on the
    first page of a listing."""
    statement = (
        "SELECT 1 FROM backfill_ways, json_each(shown) WHERE backfill = (SELECT backfill FROM runs WHERE id = ?) "
        "AND depth = 0 AND kind IN (SELECT value FROM json_each(?)) AND value IN (SELECT value FROM json_each(?))"
    )
    values = (run, json.dumps(_FRONT), json.dumps([address_of(db, url) for url in urls]))
    return db.execute(statement, values).fetchone() is not None


def is_barren(db: sqlite3.Connection, way: PastWay, addresses: Sequence[int]) -> bool:
    """Whether a later page of a listing shows none of *addresses* for the first time, among its last pages."""
    return not set(addresses) - _shown_before(db, way)


def end_way(db: sqlite3.Connection, way: int, state: Literal["read", "lost"], reason: str | None) -> None:
    """*way* is not read any more, for this reason."""
    db.execute("UPDATE backfill_ways SET state = ?, reason = ? WHERE id = ?", (state, storable(reason), way))


def way_failed(db: sqlite3.Connection, way: int, reason: str, at: datetime) -> None:
    """*way* could not be had: it is tried again, a few times."""
    (tries,) = db.execute("SELECT tries + 1 FROM backfill_ways WHERE id = ?", (way,)).fetchone()
    if tries >= _TRIES:
        end_way(db, way, "lost", reason)
    else:
        db.execute(
            "UPDATE backfill_ways SET tries = ?, due = ?, reason = ? WHERE id = ?",
            (tries, to_text(at + _PAUSES[tries - 1]), storable(reason), way),
        )


def ways_left(db: sqlite3.Connection, order: int) -> int:
    """How many ways of *order* are still to be read."""
    return ways_by_state(db, order)["waiting"]


def ways_by_state(db: sqlite3.Connection, order: int) -> dict[str, int]:
    """How many ways of *order* are waiting, read and lost."""
    rows = db.execute("SELECT state, count(*) FROM backfill_ways WHERE backfill = ? GROUP BY state", (order,))
    return {"waiting": 0, "read": 0, "lost": 0} | dict(rows.fetchall())


def lost_ways(db: sqlite3.Connection, order: int, limit: int) -> list[tuple[str, str]]:
    """The first *limit* ways of *order* that could not be read, and why."""
    rows = db.execute(
        "SELECT url, coalesce(reason, '') FROM backfill_ways WHERE backfill = ? AND state = 'lost' ORDER BY id LIMIT ?",
        (order, limit),
    )
    return [(url, reason) for url, reason in rows]


def next_way_due(db: sqlite3.Connection, order: int) -> datetime | None:
    """When the first way that failed is due again; None where none waits for that."""
    row = db.execute(
        "SELECT min(due) FROM backfill_ways WHERE backfill = ? AND state = 'waiting' AND due IS NOT NULL", (order,)
    ).fetchone()
    return from_text(row[0]) if row[0] else None


def _is_past_the_end(db: sqlite3.Connection, order: Backfill, way: PastWay) -> bool:
    """Whether all dated articles that the page before *way* showed first are older than *order* asks for.

    What stood on the pages before as well, such as the most read of the week, tells nothing of the page.
    """
    row = db.execute(
        "SELECT id, shown FROM backfill_ways WHERE (listing = ?1 OR id = ?1) AND depth = ?2 AND shown IS NOT NULL",
        (way.listing, way.depth - 1),
    ).fetchone()
    if row is None:
        return False
    before = _shown_before(db, PastWay(id=row["id"], url="", kind=way.kind, depth=way.depth - 1, listing=way.listing))
    dates = dates_of(db, [address for address in json.loads(row["shown"]) if address not in before])
    return bool(dates) and all(date < order.span.since for date in dates)


def _shown_before(db: sqlite3.Connection, way: PastWay) -> set[int]:
    """The numbers of what the last pages of its listing before *way* showed."""
    rows = db.execute(
        "SELECT shown FROM backfill_ways WHERE (listing = ?1 OR id = ?1) AND depth < ?2 AND shown IS NOT NULL "
        "ORDER BY depth DESC LIMIT ?3",
        (way.listing, way.depth, _LATELY),
    )
    return {address for (shown,) in rows for address in json.loads(shown)}
