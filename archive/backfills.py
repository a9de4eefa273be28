"""Orders to fetch a source's past: how one is given, taken up, ended, and what came of it so far.

What an order has still to read and to fetch is in `archive.frontier`.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from archive.database import inserted_id, storable
from archive.processes import is_alive, this_machine, this_process
from archive.times import from_text, to_text

State = Literal["open", "stopped", "done"]
BY_HAND = "by hand"
"""Why an order was stopped, where a person did."""
LEFT_OUT = "left_out"
"""The key in `counts` of what was found and not taken, by the reason."""
_COLUMNS = (
    "id, source, since, until, oldest_first, asked, state, begun, finished, cause, waits_until, host, process, known, "
    "counts"
)
_RECENT = timedelta(days=7)
_A_DAY = timedelta(days=1)
_MOST_TOLD = 20


class BackfillBusy(Exception):
    """An order cannot be given or taken up; the message says why, and what to do."""


class BackfillEnding(BackfillBusy):
    """It was stopped, and whoever was at work on it finishes what is under way: in some seconds it can be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which part of its past, and from which end."""

    since: datetime
    until: datetime
    oldest_first: bool = False

    def holds(self, published: datetime | None, updated: datetime | None) -> bool:
        """Whether an article with these dates belongs to it, as far as they tell. A change after its end says nothing
        of when the article was published; one before its beginning does. Midnight may stand for the whole day."""
        if published is not None:
            return self.since <= published < self.until
        if updated is None:
            return True
        return updated >= self.since or (updated.hour == updated.minute == 0 and updated + _A_DAY > self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """An order as the archive has it."""

    id: int
    source: str
    span: Span
    asked: str  # the words in which it was given
    state: State
    begun: datetime
    finished: datetime | None
    cause: str | None  # why it waits, or was ended
    waits_until: datetime | None
    host: str | None
    process: int | None
    known: int
    counts: Mapping[str, object]

    @property
    def worker(self) -> int | None:
        """The process that is at work on it, if only to end that; None where none is."""
        if self.process is None:
            return None
        return self.process if self.host != this_machine() or is_alive(self.process) else None


def give_order(db: sqlite3.Connection, source: str, span: Span, asked: str, at: datetime) -> Backfill:
    """The order to fetch *span* of *source*; the unfinished one where there is one, which goes on.

    One that was given in other words is changed to these where nobody is at work on it: its sitemaps and listings are
    walked anew, what it found stays found. Raises BackfillBusy where somebody is.
    """
    known = unfinished_of(db, source)
    if known is None:
        cursor = db.execute(
            "INSERT INTO backfills (source, since, until, oldest_first, asked, state, begun) "
            "VALUES (?, ?, ?, ?, ?, 'open', ?)",
            (source, to_text(span.since), to_text(span.until), span.oldest_first, asked, to_text(at)),
        )
        return backfill(db, inserted_id(cursor))
    if known.worker not in (None, this_process()):
        if known.state == "stopped":
            raise BackfillEnding(f"the backfill of {source} is just being stopped by process {known.worker}")
        if known.asked == asked:
            reason = f"is under way already (process {known.worker}); khabar status shows how far it is"
        else:
            reason = f'with {known.asked} is under way (process {known.worker}); "khabar crawl {source} --backfill '
            reason += '--stop" ends it, and then it may be ordered otherwise'
        raise BackfillBusy(f"the backfill of {source} {reason}")
    if known.asked != asked:
        db.execute("DELETE FROM backfill_ways WHERE backfill = ?", (known.id,))
        db.execute(
            "UPDATE backfills SET since = ?, until = ?, oldest_first = ?, asked = ? WHERE id = ?",
            (to_text(span.since), to_text(span.until), span.oldest_first, asked, known.id),
        )
    db.execute(
        "UPDATE backfills SET state = 'open', finished = NULL, cause = NULL, waits_until = NULL, "
        "host = NULL, process = NULL WHERE id = ?",
        (known.id,),
    )
    return backfill(db, known.id)


def take_order(db: sqlite3.Connection, order: int) -> bool:
    """Whether this process is the one at work on *order* from now on: it is open, and nobody else is."""
    known = backfill(db, order)
    if known.state != "open" or known.worker not in (None, this_process()):
        return False
    db.execute("UPDATE backfills SET host = ?, process = ? WHERE id = ?", (this_machine(), this_process(), order))
    return True


def leave_orders(db: sqlite3.Connection) -> None:
    """Nobody is at work on any order; only for one who knows that nobody else crawls."""
    db.execute("UPDATE backfills SET host = NULL, process = NULL WHERE process IS NOT NULL")


def leave_order(db: sqlite3.Connection, order: int) -> None:
    """This process is not at work on *order* any more, which stays as it is."""
    db.execute(
        "UPDATE backfills SET host = NULL, process = NULL WHERE id = ? AND host = ? AND process = ?",
        (order, this_machine(), this_process()),
    )


def stop_order(db: sqlite3.Connection, order: int, at: datetime) -> None:
    """A person stops *order*. Whoever is at work on it notices within seconds, and leaves it."""
    db.execute(
        "UPDATE backfills SET state = 'stopped', finished = ?, cause = ?, waits_until = NULL "
        "WHERE id = ? AND state = 'open'",
        (to_text(at), BY_HAND, order),
    )


def end_order(db: sqlite3.Connection, order: int, state: State, at: datetime, cause: str | None = None) -> None:
    """*order* is done, or stopped. One that is ended already stays as it is."""
    db.execute(
        "UPDATE backfills SET state = ?, finished = ?, cause = ?, waits_until = NULL, host = NULL, process = NULL "
        "WHERE id = ? AND state = 'open'",
        (state, to_text(at), storable(cause), order),
    )


def let_wait(db: sqlite3.Connection, order: int, until: datetime | None, cause: str | None) -> None:
    """Writes down that nothing of *order* is asked for before *until*, and why; None: it goes on."""
    db.execute(
        "UPDATE backfills SET waits_until = ?, cause = ? WHERE id = ? AND state = 'open'",
        (to_text(until) if until else None, storable(cause), order),
    )


def count_settled(db: sqlite3.Connection, order: int, fate: str, reason: str | None) -> None:
    """One more address of *order* has this fate. In the transaction that settles it, so that no kill loses a count."""
    counts = _counts(db, order)
    _add(counts, fate, 1)
    if reason:
        _add(counts.setdefault("reasons", {}), reason, 1)
    _keep_counts(db, order, counts)


def count_left_out(db: sqlite3.Connection, order: int, left_out: Mapping[str, int]) -> None:
    """Adds what was found and not taken, by the reason."""
    if not any(left_out.values()):
        return
    counts = _counts(db, order)
    for reason, number in left_out.items():
        if number:
            _add(counts.setdefault(LEFT_OUT, {}), reason, number)
    _keep_counts(db, order, counts)


def backfill(db: sqlite3.Connection, order: int) -> Backfill:
    """The order with this id. Raises KeyError where there is none."""
    row = db.execute(f"SELECT {_COLUMNS} FROM backfills WHERE id = ?", (order,)).fetchone()  # noqa: S608 -- own names
    if row is None:
        raise KeyError(order)
    return _read(row)


def unfinished_of(db: sqlite3.Connection, source: str) -> Backfill | None:
    """The order of *source* that is open or stopped; None where there is none. There is one at most."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM backfills WHERE source = ? AND state <> 'done' ORDER BY id DESC LIMIT 1",  # noqa: S608 -- own names
        (source,),
    ).fetchone()
    return _read(row) if row else None


def open_orders(db: sqlite3.Connection) -> list[Backfill]:
    """All orders that are open, the oldest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM backfills WHERE state = 'open' ORDER BY id")  # noqa: S608 -- own names
    return [_read(row) for row in rows]


def told_orders(db: sqlite3.Connection, at: datetime) -> list[Backfill]:
    """The orders that are not done, and those that ended lately; the newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM backfills WHERE state <> 'done' OR finished >= ? ORDER BY id DESC LIMIT ?",  # noqa: S608 -- own names
        (to_text(at - _RECENT), _MOST_TOLD),
    )
    return [_read(row) for row in rows]


def neglected(db: sqlite3.Connection, at: datetime, *, is_served: bool) -> dict[str, str]:
    """The sources whose backfill goes on no more although nobody wished that, and why; *is_served*: a service runs,
    which takes up what is open."""
    found = {}
    for order in told_orders(db, at):
        if order.state == "open" and order.worker is None and not is_served:
            found[order.source] = "is open, and nobody is at work on it; the same command, or a service, goes on"
        elif order.state == "stopped" and order.cause not in (None, BY_HAND) and (order.finished or at) > at - _RECENT:
            found[order.source] = f"was stopped: {order.cause}"
    return found


def _read(row: sqlite3.Row) -> Backfill:
    told = dict(row)
    span = Span(
        since=from_text(told.pop("since")), until=from_text(told.pop("until")),
        oldest_first=bool(told.pop("oldest_first")),
    )  # fmt: skip
    for name in ("finished", "waits_until"):
        told[name] = from_text(told[name]) if told[name] else None
    return Backfill(**told | {"span": span, "begun": from_text(told["begun"]), "counts": json.loads(told["counts"])})


def _counts(db: sqlite3.Connection, order: int) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = json.loads(
        db.execute("SELECT counts FROM backfills WHERE id = ?", (order,)).fetchone()[0]
    )
    return counts


def _add(counts: object, name: str, number: int) -> None:
    if isinstance(counts, dict):
        counts[name] = counts.get(name, 0) + number


def _keep_counts(db: sqlite3.Connection, order: int, counts: Mapping[str, object]) -> None:
    told = storable(json.dumps(counts, ensure_ascii=False))
    db.execute("UPDATE backfills SET counts = ? WHERE id = ?", (told, order))
