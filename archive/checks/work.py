"""What work has left behind: runs that never ended, messages that could not be delivered, a clock that went wrong."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from archive.checks.finding import Check, Span
from archive.runs import close_dead_runs, dead_runs
from archive.times import to_text

_AHEAD = timedelta(minutes=5)
"""Clocks of machines that share an archive differ by seconds; who has none to ask is minutes off in a year."""
_BACK = timedelta(minutes=1)


def runs(now: datetime) -> Check:
    """Runs that go on as the archive has it, whose process has died."""

    def find(db: sqlite3.Connection, span: Span) -> Sequence[str]:
        return [f"run {number}" for number in dead_runs(db, now)]

    def mend(db: sqlite3.Connection, span: Span) -> int:
        return close_dead_runs(db, now)

    return Check(
        name="runs", severity="warning", wrong="runs have no end, and their process has died",
        remedy="--repair closes them as interrupted; so does the next crawl, which goes on with what they left",
        find=find, mend=mend, whole=True,
    )  # fmt: skip


def _find_dead(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    rows = db.execute("SELECT alert, channel, count(*) FROM alerts WHERE state = 'dead' GROUP BY 1, 2 ORDER BY 1, 2")
    return [f"{number} of {alert} to {channel}" for alert, channel, number in rows]


DEAD_LETTERS = Check(
    name="dead letters", severity="warning", wrong="alerts have messages that could not be delivered",
    remedy='"khabar alerts list" says why; "khabar alerts retry" or "dismiss" ends it', find=_find_dead, whole=True,
)  # fmt: skip

_NEWEST = (
    ("articles", "SELECT max(seen) FROM signatures"),  # along its index
    ("runs", "SELECT max(started) FROM runs"),
    ("messages", "SELECT max(born) FROM alerts"),
)


def clock(now: datetime) -> Check:
    """What the archive has from times to come."""

    def find(db: sqlite3.Connection, span: Span) -> Sequence[str]:
        newest = [(name, db.execute(query).fetchone()[0]) for name, query in _NEWEST]
        return [f"{name} of {at}" for name, at in newest if at and at > to_text(now + _AHEAD)]

    return Check(
        name="clock", severity="warning", wrong=f"things happened later than now, which is {to_text(now)}",
        remedy="set the clock, and let it be kept (NTP); what is due waits until that time has come", find=find,
        whole=True,
    )  # fmt: skip


_JUMPS = """
    SELECT id, started, before FROM (SELECT id, started, lag(started) OVER (ORDER BY id) AS before FROM runs)
    WHERE strftime('%s', before) - strftime('%s', started) > ?
"""


def _find_jumps(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    rows = db.execute(_JUMPS, (int(_BACK.total_seconds()),))
    return [f"from {before} to {started}" for _, started, before in rows]


JUMPS = Check(
    name="clock, before", severity="note", wrong="times the clock was set back between two runs",
    remedy="nothing is lost; times of first sight from before may be too late", find=_find_jumps, whole=True,
)  # fmt: skip


def checks(now: datetime) -> tuple[Check, ...]:
    """All of them, at the instant *now*."""
    return (runs(now), DEAD_LETTERS, clock(now), JUMPS)
