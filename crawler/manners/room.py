"""Room for what has come over the wire and is not dealt with yet, shared by all crawls of a process.

A body is read from the wire as it finds room, and where there is none the connection is left alone until there is:
fetching slows down, memory does not grow. Every source has a little of its own, so that small pages never wait for
large ones; and of the bodies that wait one may always go on, so that they never wait for each other.
"""

import asyncio
import contextlib
import gc
import itertools
import weakref
from collections import Counter
from collections.abc import Callable

from seeds.bounds import BYTES_HELD, BYTES_OF_ONE_SOURCE

CHARGE = "room"
"""The key under which a request carries its `Charge`: what holds the request, holds the room of its response."""
_NUDGE = 2.0
"""Seconds of waiting after which garbage is looked for: a response in a cycle of references holds its room until then,
and a crawl that waits makes no garbage that would have Python look by itself."""


class Charge:
    """The room that one response takes. It is given back when nothing refers to this any more."""

    __slots__ = ("__weakref__", "_account")

    def __init__(self, account: "_Account") -> None:
        self._account = account

    def add(self, number: int, then: Callable[[], None]) -> bool:
        """Takes room for *number* bytes more, which are here already; whether more may come now.

        Where not, *then* is called once it may.
        """
        return self._account.add(number, then)

    async def wait_for(self, number: int) -> None:
        """Takes room for *number* bytes more, and waits until they may come."""
        coming = asyncio.get_running_loop().create_future()

        def come() -> None:
            if not coming.done():
                coming.set_result(None)

        if not self._account.add(number, come):
            await coming

    def give_back(self) -> None:
        """Gives it back at once."""
        self._account.close()


class _Account:
    __slots__ = ("_room", "held", "since", "source", "then")

    def __init__(self, room: "Room", source: str, since: int) -> None:
        self._room, self.source, self.since = room, source, since
        self.held = 0
        self.then: Callable[[], None] | None = None

    def add(self, number: int, then: Callable[[], None]) -> bool:
        self.held += number
        return self._room.add(self, number, then)

    def close(self) -> None:
        self._room.close(self)


class Room:
    """The room of a process: *shared* bytes, and *each* bytes for every source besides."""

    def __init__(self, shared: int = BYTES_HELD, each: int = BYTES_OF_ONE_SOURCE) -> None:
        self._shared, self._each = shared, each
        self._by_source: Counter[str] = Counter()
        self._beyond = 0  # bytes of all sources beyond what each has of its own
        self._waiting: list[_Account] = []
        self._let_on: _Account | None = None  # the one that goes on though there is no room, until it is done
        self._numbers = itertools.count()
        self._nudging: asyncio.TimerHandle | None = None

    @property
    def held(self) -> int:
        """Bytes that are held."""
        return self._by_source.total()

    def charge(self, source: str) -> Charge:
        """For a response to *source* that is about to come."""
        account = _Account(self, source, next(self._numbers))
        charge = Charge(account)
        weakref.finalize(charge, _close, asyncio.get_running_loop(), account).atexit = False
        return charge

    def add(self, account: _Account, number: int, then: Callable[[], None]) -> bool:
        """As Charge.add."""
        self._move(account.source, number)
        if account is self._let_on or self._has_room(account.source):
            return True
        account.then = then
        if account not in self._waiting:
            self._waiting.append(account)
        self._call()
        if account.then is None:  # it was called at once
            return True
        if self._nudging is None:
            self._nudging = asyncio.get_running_loop().call_later(_NUDGE, self._nudge)
        return False

    def close(self, account: _Account) -> None:
        """Gives back what *account* holds."""
        self._move(account.source, -account.held)
        account.held, account.then = 0, None
        if account in self._waiting:
            self._waiting.remove(account)
        if account is self._let_on:
            self._let_on = None
        self._call()

    def _has_room(self, source: str) -> bool:
        return self._by_source[source] <= self._each or self._beyond <= self._shared

    def _move(self, source: str, number: int) -> None:
        before = self._by_source[source]
        self._beyond += max(before + number - self._each, 0) - max(before - self._each, 0)
        self._by_source[source] += number
        if not self._by_source[source]:
            del self._by_source[source]

    def _call(self) -> None:
        """Lets those go on for which there is room, and one for which there is none: what each source holds counts."""
        for account in sorted(self._waiting, key=lambda one: (self._by_source[one.source], one.since)):
            if not self._has_room(account.source):
                if self._let_on is not None:
                    continue
                self._let_on = account
            self._waiting.remove(account)
            then, account.then = account.then, None
            if then:
                then()

    def _nudge(self) -> None:
        self._nudging = None
        if self._waiting:
            gc.collect()
        if self._waiting:
            self._nudging = asyncio.get_running_loop().call_later(_NUDGE, self._nudge)


def _close(loop: asyncio.AbstractEventLoop, account: _Account) -> None:
    """On its loop's thread: garbage may be found by any other."""
    with contextlib.suppress(RuntimeError):  # the loop is closed, and the room with it
        loop.call_soon_threadsafe(account.close)
