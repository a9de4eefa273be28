"""What rendering gains at a source, as its pages have shown, and which way the next one is read by that.

A plain page costs nothing but the request, which is made in any case, so it is the first to be read. Where it gives
nothing time and again, and the rendered one does, the rendered one is read at once, and the plain one only now and
then: a site may learn to do without scripts. Where the rendered one gives nothing either, none is made for a while:
ten minutes, then twice as long with each that gives nothing again. What a page's scripts ask for may be down for an
hour, and that must not leave a source unread for a day.
"""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from archive.times import from_text, to_text

NOT_STARTED = "browser did not start"
"""The reason of pages that a browser was to draw where there was none to do so."""
Kind = Literal["article", "listing"]
Order = Literal["plain", "plain first", "rendered first"]

ENOUGH = 3
"""Pages in a row that say the same: one may be a video, two may be a bad day."""
PLAIN_AGAIN = 50
"""Pages of which only the rendering was read, before a plain one is read again."""
_A_DAY = timedelta(days=1)
_PAUSE = timedelta(minutes=10)
"""Without a rendered page, after the first that gave nothing either; it doubles with each more."""
_LONGEST, _LONGEST_OF_GAIN = _A_DAY, timedelta(hours=1)
"""Of such pauses, where rendering never gave anything, and where it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What the latest pages of one kind have shown."""

    plain_lost: int = 0  # in a row, while rendering gave
    plain_at: datetime | None = None
    rendered: int = 0  # since a plain one was last read
    rendered_lost: int = 0  # in a row, as the plain ones
    rendered_at: datetime | None = None


def order(habit: Habit, now: datetime) -> Order:
    """How the next page is read."""
    if habit.rendered_lost >= ENOUGH and _is_fresh(habit.rendered_at, now, _pause(habit)):
        return "plain"
    is_clear = habit.plain_lost >= ENOUGH and habit.rendered < PLAIN_AGAIN and _is_fresh(habit.plain_at, now)
    return "rendered first" if is_clear else "plain first"


def learned(habit: Habit, now: datetime, *, plain: bool | None, rendered: bool | None) -> Habit:
    """The habit after one more page: whether the plain one gave something, and the rendered one; None: not read."""
    if plain is not None:
        habit = replace(habit, plain_at=now, rendered=0)
    if rendered is not None:
        habit = replace(habit, rendered_at=now, rendered_lost=0 if rendered or plain else habit.rendered_lost + 1)
    if plain:
        return replace(habit, plain_lost=0)
    if rendered and plain is None:
        return replace(habit, rendered=habit.rendered + 1)
    return replace(habit, plain_lost=habit.plain_lost + 1) if rendered else habit


def _pause(habit: Habit) -> timedelta:
    """For how long no page is rendered, since none gave anything of late."""
    longest = _LONGEST_OF_GAIN if habit.plain_lost else _LONGEST
    doublings = min(habit.rendered_lost - ENOUGH, 10)  # a day is reached before
    return min(_PAUSE * (1 << doublings), longest)


def _is_fresh(at: datetime | None, now: datetime, within: timedelta = _A_DAY) -> bool:
    """Whether it was *within* that time; of what lies ahead the clock was set back since."""
    return at is not None and timedelta(0) <= now - at < within


def habit_of(db: sqlite3.Connection, source: str, kind: Kind) -> Habit:
    """What is known of pages of this *kind*; nothing, where none was ever rendered."""
    row = db.execute(
        "SELECT plain_lost, plain_at, rendered, rendered_lost, rendered_at FROM rendering "
        "WHERE source = ? AND kind = ?",
        (source, kind),
    ).fetchone()
    if row is None:
        return Habit()
    plain_lost, plain_at, rendered, rendered_lost, rendered_at = row
    return Habit(
        plain_lost=plain_lost, plain_at=from_text(plain_at) if plain_at else None, rendered=rendered,
        rendered_lost=rendered_lost, rendered_at=from_text(rendered_at) if rendered_at else None,
    )  # fmt: skip


def keep_habit(db: sqlite3.Connection, source: str, kind: Kind, habit: Habit) -> None:
    """Remembers *habit* in place of what was known."""
    db.execute(
        "INSERT INTO rendering (source, kind, plain_lost, plain_at, rendered, rendered_lost, rendered_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, kind) DO UPDATE SET plain_lost = excluded.plain_lost, "
        "plain_at = excluded.plain_at, rendered = excluded.rendered, rendered_lost = excluded.rendered_lost, "
        "rendered_at = excluded.rendered_at",
        (
            source, kind, habit.plain_lost, to_text(habit.plain_at) if habit.plain_at else None, habit.rendered,
            habit.rendered_lost, to_text(habit.rendered_at) if habit.rendered_at else None,
        ),
    )  # fmt: skip


def undrawn(db: sqlite3.Connection) -> dict[str, int]:
    """How many pages and listings of each source still wait since the browser did not start."""
    rows = db.execute(
        "SELECT source, count(*) FROM visits WHERE open_since IS NOT NULL AND backfill IS NULL AND reason = ? "
        "GROUP BY source",
        (NOT_STARTED,),
    )
    return dict(rows.fetchall())
