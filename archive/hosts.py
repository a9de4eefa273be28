"""What is remembered of a server, whichever source asks it: its robots.txt, and until when to leave it alone."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from archive.database import storable
from archive.times import from_text, to_text

HostRow = Mapping[str, Any]
FORGOTTEN_AFTER = timedelta(days=30)
"""A host that no crawl asked for so long has its robots.txt forgotten: feeds may link to any number of hosts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsCopy:
    """A robots.txt as it was read; *text* is None where the host has none."""

    text: str | None
    status: int
    read: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Until when a host is not asked for anything. Without a *reason* it is the distance between requests, no more."""

    until: datetime | None = None
    reason: str | None = None
    holds: int = 0  # times in a row that it asked to be left alone


def robots_copy(db: sqlite3.Connection, host: str) -> RobotsCopy | None:
    """The robots.txt of *host* as it was last read; None where it never was."""
    row = db.execute(
        "SELECT robots, robots_status, robots_read FROM hosts WHERE host = ? AND robots_read IS NOT NULL", (host,)
    ).fetchone()
    return RobotsCopy(text=row[0], status=row[1], read=from_text(row[2])) if row else None


def held_hosts(db: sqlite3.Connection, at: datetime) -> dict[str, Hold]:
    """The hosts that asked to be left alone for longer than until *at*."""
    rows = db.execute(
        "SELECT host, held_until, held_for, holds FROM hosts "
        "WHERE held_until > ? AND held_for IS NOT NULL ORDER BY host",
        (to_text(at),),
    )
    return {host: Hold(until=from_text(until), reason=reason, holds=holds) for host, until, reason, holds in rows}


def keep_robots(db: sqlite3.Connection, host: str, copy: RobotsCopy) -> None:
    """Remembers the robots.txt of *host*, and forgets those that nobody needs any more."""
    db.execute(
        "INSERT INTO hosts (host, robots, robots_status, robots_read) VALUES (?, ?, ?, ?) ON CONFLICT (host) DO UPDATE "
        "SET robots = excluded.robots, robots_status = excluded.robots_status, robots_read = excluded.robots_read",
        (storable(host), storable(copy.text), copy.status, to_text(copy.read)),
    )
    db.execute(
        "DELETE FROM hosts WHERE robots_read < ? AND (held_until IS NULL OR held_until < ?)",
        (to_text(copy.read - FORGOTTEN_AFTER), to_text(copy.read)),
    )


def hold_of(db: sqlite3.Connection, host: str) -> Hold:
    """What is known of *host*; a Hold of nothing where that is nothing."""
    row = db.execute("SELECT held_until, held_for, holds FROM hosts WHERE host = ?", (host,)).fetchone()
    if row is None:
        return Hold()
    return Hold(until=from_text(row[0]) if row[0] else None, reason=row[1], holds=row[2])


def keep_hold(db: sqlite3.Connection, host: str, hold: Hold) -> None:
    """Remembers *hold* in place of what was known. Its second is rounded up: not too early is the promise."""
    until = None if hold.until is None else to_text(hold.until + timedelta(microseconds=999_999))
    db.execute(
        "INSERT INTO hosts (host, held_until, held_for, holds) VALUES (?, ?, ?, ?) ON CONFLICT (host) DO UPDATE "
        "SET held_until = excluded.held_until, held_for = excluded.held_for, holds = excluded.holds",
        (storable(host), until, hold.reason, hold.holds),
    )


def host_rows(db: sqlite3.Connection) -> dict[str, HostRow]:
    """All that is known of servers, by host, whatever columns that has."""
    return {row["host"]: dict(row) for row in db.execute("SELECT * FROM hosts")}


def put_hosts(db: sqlite3.Connection, rows: Iterable[HostRow]) -> None:
    """Writes *rows* in place of what was known of the same servers."""
    for row in rows:
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        db.execute(f"INSERT OR REPLACE INTO hosts ({columns}) VALUES ({places})", tuple(row.values()))  # noqa: S608 -- names of columns
