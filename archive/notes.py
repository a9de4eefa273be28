"""What a crawl writes down of itself, as data: each note can be written into any archive, in any process.

A crawl on a machine of its own writes into a scratch archive what it must know itself, and hands the same notes on to
the one archive that counts.
"""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from archive.article import WITHDRAWN, Visit
from archive.capturing import record_capture
from archive.hosts import Hold, RobotsCopy, keep_hold, keep_robots
from archive.ledger import address_of, forget_visit, is_open, record_visit
from archive.looks import look_again
from archive.rendering import Habit, Kind, keep_habit
from archive.ways import Way, end_listing, record_way

T_co = TypeVar("T_co", covariant=True)


class Note(Protocol[T_co]):
    """Something to write, with all that it takes but the archive."""

    def __call__(self, db: sqlite3.Connection) -> T_co:
        """Writes it, in the open transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WayTold:
    """A feed, sitemap or listing that shows what it showed before, or could not be read."""

    way: Way  # as it is from now on
    ended: tuple[str, ...] = ()  # the pages of its listing of which nothing is still to be read
    answers: bool  # and so has no fate of its own

    def __call__(self, db: sqlite3.Connection) -> None:
        """Writes it."""
        record_way(db, self.way)
        end_listing(db, self.way.source, self.ended)
        if self.answers:
            forget_visit(db, self.way.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The fate of a URL of which no article came."""

    visit: Visit
    ages: tuple[timedelta, ...]  # at which an article of its source is looked at again
    captured: bool = False  # others captured it, whenever

    def __call__(self, db: sqlite3.Connection) -> None:
        """Writes it."""
        if self.captured:
            record_capture(db, self.visit)
        elif record_visit(db, self.visit):
            gone = self.visit.reason == WITHDRAWN
            look_again(db, address_of(db, self.visit.url), steps=self.ages, at=self.visit.at, gone=gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class StillSame:
    """An archived article that was looked at again, and is what it was."""

    visit: Visit
    ages: tuple[timedelta, ...]

    def __call__(self, db: sqlite3.Connection) -> None:
        """Writes it, unless a way says meanwhile that it changed: then its page is asked for."""
        if not is_open(db, self.visit.url) and record_visit(db, self.visit):
            look_again(db, address_of(db, self.visit.url), steps=self.ages, at=self.visit.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostHeld:
    """Until when a host is not asked."""

    host: str
    hold: Hold

    def __call__(self, db: sqlite3.Connection) -> None:
        """Writes it."""
        keep_hold(db, self.host, self.hold)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsKept:
    """The robots.txt of a host, as it was read."""

    host: str
    copy: RobotsCopy

    def __call__(self, db: sqlite3.Connection) -> None:
        """Writes it."""
        keep_robots(db, self.host, self.copy)


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitKept:
    """What rendering gains at a source."""

    source: str
    kind: Kind
    habit: Habit

    def __call__(self, db: sqlite3.Connection) -> None:
        """Writes it."""
        keep_habit(db, self.source, self.kind, self.habit)
