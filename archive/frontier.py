"""What a backfill has still to fetch: the addresses that wait for it, each a row of `visits` that names it.

All of it is written down before it is asked for, so that whatever kills a process, the next one goes on. An address
that somebody else waits for is left to him.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.article import Entry, Fate
from archive.backfills import Backfill, count_left_out
from archive.database import storable
from archive.forgotten import gone
from archive.ledger import LIVE, TRIED_FOR, address_of, address_of_key, entry_from, hints_of, key_of
from archive.times import from_text, to_text
from seeds.bounds import LONGEST_URL, MAX_BACKFILL_ADDRESSES

OUTSIDE = "outside the dates"
SITEMAPS_OUTSIDE = "sitemaps last changed before the dates, by their index"
NOT_ARTICLE = "no article by the definition"
KNOWN = "archived already"
TOO_LONG = "address too long"
_BEYOND = "too many addresses"
_DATE = "coalesce(hints ->> 'published', hints ->> 'updated', '')"  # as the index visit_backfill has it
_LOST = (Fate.FAILED, Fate.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUp:
    """What became of entries that a backfill found."""

    addresses: list[int]  # their numbers, in their order
    new: int  # of them wait for the backfill from now on


def take_up(db: sqlite3.Connection, order: Backfill, entries: Sequence[Entry], at: datetime) -> TakenUp:
    """Lets those of *entries* wait for *order* that nobody has fetched and nobody else waits for; the rest is counted.

    What could not be had long ago, or by another backfill, is tried anew. Raises nothing for what is too much: it is
    counted as well.
    """
    left_out: Counter[str] = Counter()
    room = MAX_BACKFILL_ADDRESSES - _known(db, order.id)
    addresses, new = [], 0
    for entry in entries:
        key = key_of(entry.url)
        if len(entry.url) >= LONGEST_URL:
            left_out[TOO_LONG] += 1
        elif how := gone(db, key):
            left_out[how.reason] += 1
        else:
            addresses.append(address := address_of_key(db, key))
            reason = _reason_against(db, order, address, at)
            if reason is None and new >= room:
                reason = _BEYOND
            if reason:
                left_out[reason] += 1
            elif reason is None:
                _let_wait(db, order, address, entry, at)
                new += 1
    if new:
        db.execute("UPDATE backfills SET known = known + ? WHERE id = ?", (new, order.id))
    count_left_out(db, order.id, left_out)
    return TakenUp(addresses=addresses, new=new)


def _known(db: sqlite3.Connection, order: int) -> int:
    number: int = db.execute("SELECT known FROM backfills WHERE id = ?", (order,)).fetchone()[0]
    return number


def _reason_against(db: sqlite3.Connection, order: Backfill, address: int, at: datetime) -> str | None:
    """Why *order* does not take the address up; "" where it has it already, None where nothing is against it."""
    seen = db.execute("SELECT fate, past, open_since, at, backfill FROM visits WHERE id = ?", (address,)).fetchone()
    if seen is None:
        return None
    if seen["backfill"] is not None:
        return ""
    if seen["fate"] not in _LOST:
        return KNOWN if seen["open_since"] is None else LIVE
    if seen["open_since"] is not None:
        return None if seen["open_since"] < to_text(at - TRIED_FOR) else LIVE
    if not seen["past"]:  # an archived article, which could not be had when it was looked at again
        return KNOWN
    return "" if seen["at"] >= to_text(order.begun) else None


def _let_wait(db: sqlite3.Connection, order: Backfill, address: int, entry: Entry, at: datetime) -> None:
    db.execute(
        "INSERT INTO visits (id, url, source, at, fate, open_since, hints, backfill, past) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1) "
        "ON CONFLICT (id) DO UPDATE SET url = excluded.url, source = excluded.source, run = NULL, at = excluded.at, "
        "fate = excluded.fate, reason = NULL, status = NULL, tries = 0, due = NULL, open_since = excluded.open_since, "
        "hints = excluded.hints, backfill = excluded.backfill, past = 1",
        (
            address, storable(entry.url), order.source, to_text(at), Fate.WAITING, to_text(at), hints_of(entry),
            order.id,
        ),
    )  # fmt: skip


def next_addresses(db: sqlite3.Connection, order: Backfill, run: int, at: datetime, limit: int) -> list[Entry]:
    """The next *limit* addresses that are to be fetched, in the order of *order*; not those that *run* tried in vain.

    Those without a date come last, or first where the oldest do.
    """
    direction = "ASC" if order.span.oldest_first else "DESC"
    rows = db.execute(
        f"SELECT url, hints FROM visits WHERE backfill = ? AND (due IS NULL OR (due <= ? AND run IS NOT ?)) "  # noqa: S608 -- own words
        f"ORDER BY {_DATE} {direction} LIMIT ?",
        (order.id, to_text(at), run, limit),
    )
    return [entry_from(url, hints) for url, hints in rows]


def let_go(db: sqlite3.Connection, order: Backfill, urls: Mapping[str, str]) -> int:
    """Addresses that wait for *order* are not wanted any more, each for its reason: the dates, or the definition of the
    source, were changed. How many did wait."""
    statement = "DELETE FROM visits WHERE id = ? AND backfill = ?"
    gone = [
        reason for url, reason in urls.items() if db.execute(statement, (address_of(db, url), order.id)).rowcount
    ]  # fmt: skip
    count_left_out(db, order.id, Counter(gone))
    return len(gone)


def claim(db: sqlite3.Connection, order: int, url: str, run: int) -> bool:
    """Whether the address still waits for *order*; *run* is about to ask for it, which nobody else does meanwhile."""
    cursor = db.execute("UPDATE visits SET run = ? WHERE id = ? AND backfill = ?", (run, address_of(db, url), order))
    return cursor.rowcount > 0


def waiting(db: sqlite3.Connection, order: int) -> int:
    """How many addresses wait for *order*."""
    number: int = db.execute("SELECT count(*) FROM visits WHERE backfill = ?", (order,)).fetchone()[0]
    return number


def next_due(db: sqlite3.Connection, order: int) -> datetime | None:
    """When the first of the addresses that wait for *order* after a failure is due; None where none does."""
    row = db.execute("SELECT min(due) FROM visits WHERE backfill = ? AND due IS NOT NULL", (order,)).fetchone()
    return from_text(row[0]) if row[0] else None


def settled_since(db: sqlite3.Connection, order: Backfill, at: datetime) -> tuple[int, datetime | None]:
    """How many addresses of *order* were settled since *at*, and when the first of them was."""
    number, first = db.execute(
        "SELECT count(*), min(at) FROM visits WHERE source = ? AND past = 1 AND at >= ? AND backfill IS NULL "
        "AND run IN (SELECT id FROM runs WHERE backfill = ?)",
        (order.source, to_text(at), order.id),
    ).fetchone()
    return number, from_text(first) if first else None


def dates_of(db: sqlite3.Connection, addresses: Sequence[int]) -> list[datetime]:
    """The dates of the articles that are archived at *addresses*, as far as they have any."""
    rows = db.execute(
        "SELECT published FROM article_head WHERE published IS NOT NULL AND id IN "
        "(SELECT article FROM addresses WHERE id IN (SELECT value FROM json_each(?)))",
        (json.dumps(list(addresses)),),
    )
    return [from_text(published) for (published,) in rows]
