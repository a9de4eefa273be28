"""Keeps a service's archive in order: takes out what is older than it is kept, and gives room back to the disk.

It works in a thread of its own, with a connection of its own, in transactions of a tenth of a second between which the
crawls write. What it begins it may leave at any time: the next look goes on.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event

from alerts.threads import Aside
from archive.database import explained, open_archive, transaction
from archive.errors import ArchiveError
from archive.expired_pages import with_their_pages
from archive.forgetting import scrub
from archive.pacing import paced
from archive.retention import (
    DELAY,
    Retention,
    announce,
    announced,
    expire_all,
    has_leapt,
    is_to_be_scrubbed,
    note_scrubbed,
)
from archive.times import to_text
from archive.vacuuming import give_back, room_of
from crawler.desk import Desk

logger = logging.getLogger(__name__)

LOOK = 600.0
"""Seconds between two looks: days are what is counted."""


class Expiring:
    """Looks after the archive of the desk that `desk` gives, which a reload may change."""

    def __init__(self, desk: Callable[[], Desk], *, clock: Callable[[], datetime]) -> None:
        self._desk, self._clock = desk, clock
        self._ended = Event()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._ended.is_set():
            await self.look()
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """One look. A fault is logged, and tried again: it may not end the service."""
        try:
            desk = self._desk()
            tending = partial(tend, desk.archive, desk.retention, self._clock(), self._ended.is_set)
            await Aside(tending, "expiry").done
        except ArchiveError as error:
            logger.error("what is older than it is kept could not be taken out, trying again: %s", error)
        except Exception:
            logger.exception("what is older than it is kept could not be taken out; trying again")

    def stop(self) -> None:
        """Ends what is under way behind its transaction."""
        self._ended.set()


def tend(path: Path, retention: Retention, now: datetime, is_ended: Callable[[], bool] = lambda: False) -> None:
    """Takes out of the archive at *path* what is due, once it was announced for long enough, and gives room back.

    Where the clock has leapt ahead since the last look, what is due is announced anew: a person has a day to
    see it.

    Raises ArchiveError.
    """
    with explained(path), closing(open_archive(path)) as db:
        said, told = False, announced(db, retention)
        with transaction(db):  # both in one: a leap that is noted and not announced would be none at the next look
            if has_leapt(db, now) or told is None or told.begins > now + DELAY:  # the clock may be wrong, or was
                said, told = True, announce(db, retention, now)
        if said and told.articles:
            logger.warning(
                "keep_days: %d articles are older than they are kept, and are taken out from %s on; "
                '"khabar expire --dry-run" tells of which sources',
                told.articles, to_text(told.begins),
            )  # fmt: skip
        done = 0
        with with_their_pages(path) as before:
            for number in paced(expire_all(db, retention, now, before)) if now >= told.begins else ():
                done += number
                if is_ended():
                    break
        if done:
            logger.info("keep_days: %d articles were taken out", done)
        if is_to_be_scrubbed(db, now) and not is_ended() and scrub(db, is_ended=is_ended):
            note_scrubbed(db)
        if room_of(db).is_much:
            for _given in paced(give_back(db)):
                if is_ended():
                    break
