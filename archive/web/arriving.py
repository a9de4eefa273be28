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


_Thing: TypeAlias = tuple[Literal["article", "message"], int | str]
"""An article by its id, or a message by its ref."""


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
        self._known: set[_Thing] = set()
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
            self._take(
                [
                    *((seen, ("article", article)) for seen, article in last_arrived(db, _LOOKED_AT)),
                    *((born, ("message", ref)) for born, ref in last_born(db, KEPT)),
                ]
            )

    def after(self, cursor: str) -> list[Noticed]:
        """What is behind *cursor*, the oldest first; all that is remembered where nobody here gave it."""
        epoch, _, number = cursor.partition(".")
        is_ours = epoch == self._epoch and number.isdecimal() and len(number) < 16 and int(number) <= self._number
        with self._lock:
            return [one for one in self._noticed if not is_ours or one.number > int(number)]

    def _take(self, latest: Sequence[tuple[str, _Thing]]) -> None:
        """Notices those of the *latest*, each with its moment, that are new."""
        for _, thing in sorted((one for one in latest if one[1] not in self._known), key=lambda one: one[0]):
            self._number += 1
            self._noticed.append(Noticed(self._number, *thing))
        self._known = {thing for _, thing in latest}
