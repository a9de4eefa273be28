"""What has come since a page last asked, kept for all pages that watch together: each thing gets a number when it is
noticed, and a page asks for what is behind the last number that it has.

The archive is looked at again only where somebody has written to it, and once in a while at most, however many pages
watch.
"""

import secrets
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, get_ident
from time import monotonic
from typing import Literal, TypeAlias

from archive.incoming import data_version, last_arrived, last_born

KEPT = 200
"""Things that are remembered; a page that was asleep for longer begins anew with the last of them."""
_LOOKED_AT = 400  # articles: those of one transaction are not in the order of those of another
_FRESH = 1.0  # seconds between two looks
_REMEMBERED = 4 * _LOOKED_AT  # things that are known not to be new


_Thing: TypeAlias = tuple[Literal["article", "message"], int | str]
"""An article by its id, or a message by its ref."""
_Moment: TypeAlias = tuple[str, int | str]
"""When a thing came, and which of those of that second it is."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """An article or a message, and its number."""

    number: int
    kind: Literal["article", "message"]
    key: int | str  # the id, or the ref


class Arrivals:
    """What came, as far as it is remembered. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._epoch = secrets.token_hex(4)  # numbers of another process mean nothing here
        self._number = 0
        self._noticed: deque[Noticed] = deque(maxlen=KEPT)
        self._known: dict[_Thing, None] = {}  # in the order in which they were noticed
        self._floors: dict[str, _Moment] = {}  # by kind: what lies there or below was looked at already, or is old
        self._began: int | None = None  # the number of the last thing that was there at the first look
        self._versions: dict[int, tuple[int, int]] = {}  # of each thread's connection when it last looked
        self._looked: float | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether a look would come too soon to be worth it."""
        return self._looked is not None and self._clock() - self._looked < _FRESH

    @property
    def cursor(self) -> str:
        """Where a page stands that has all of it."""
        return f"{self._epoch}.{self._number}"

    def look(self, db: sqlite3.Connection) -> None:
        """Notices what has come. Where nobody wrote since this thread last looked, it asks for nothing."""
        with self._lock:
            version = (id(db), data_version(db))
            self._looked = self._clock()
            if self._versions.get(get_ident()) == version:
                return
            self._versions[get_ident()] = version
            articles, messages = last_arrived(db, _LOOKED_AT), last_born(db, KEPT)
            new: list[tuple[str, _Thing]] = [
                (seen, ("article", article)) for seen, article in self._above("article", articles, _LOOKED_AT)
            ]
            new += [(born, ("message", ref)) for born, ref in self._above("message", messages, KEPT)]
            self._take(new)
            self._began = self._number if self._began is None else self._began

    def after(self, cursor: str) -> list[Noticed]:
        """What is behind *cursor*, the oldest first; all that is remembered where nobody here gave it."""
        number = int(cursor.partition(".")[2]) if self.is_ours(cursor) else -1
        with self._lock:
            return [one for one in self._noticed if one.number > number]

    def since_it_runs(self) -> list[Noticed]:
        """What came after the first look: of a page that was there before, nothing else is known to be new to it."""
        with self._lock:
            return [one for one in self._noticed if one.number > (self._began or 0)]

    def is_ours(self, cursor: str) -> bool:
        """Whether *cursor* was given here, since this process runs."""
        epoch, _, number = cursor.partition(".")
        return epoch == self._epoch and number.isdecimal() and len(number) < 16 and int(number) <= self._number

    def _above(self, kind: str, latest: Sequence[_Moment], most: int) -> list[_Moment]:
        """Those of the *latest*, the latest first, that are not below what was looked at before: where the newest are
        deleted, old ones come among the *most* latest, and are no news."""
        floor = self._floors.get(kind)
        if len(latest) == most:
            self._floors[kind] = max(floor, latest[-1]) if floor else latest[-1]
        return [one for one in latest if floor is None or one > floor]

    def _take(self, latest: Sequence[tuple[str, _Thing]]) -> None:
        """Notices those of the *latest*, each with its moment, that are new. Who looks may see an older moment of the
        archive than who looked before: what is known stays so."""
        for _, thing in sorted(one for one in latest if one[1] not in self._known):
            self._number += 1
            self._noticed.append(Noticed(self._number, *thing))
        for _, thing in reversed(latest):
            self._known.setdefault(thing)
        for thing in list(self._known)[:-_REMEMBERED]:
            del self._known[thing]
