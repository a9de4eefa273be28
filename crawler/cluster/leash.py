"""A worker's leash: it may ask hosts only while the queue knows that it lives, for else its crawls are another's.

It *beats*: one statement renews what the queue knows of the worker, its crawls and the hosts that they hold. A crawl
that the queue does not confirm is fenced: it was taken back meanwhile. Time is counted since the beginning of the last
beat that worked, by a clock that goes on while the machine sleeps.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import psycopg

from crawler.cluster.patience import in_a_line, is_away

logger = logging.getLogger(__name__)

BEATS = 9
"""In the time after which a crawl without one is taken back: several may be lost by a busy network."""
_MAY_ASK, _MAY_WAIT = 0.5, 0.9
"""Parts of that time since the last beat: in the first, requests begin; after the second, those under way are given up.
The rest is for what a clock, or this process itself, may be late by."""
_STALLED = 45.0  # until the queue says otherwise
_SOON = 0.5  # seconds until the next try, after a beat that failed


def present() -> float:
    """Seconds, of a clock that also counts while the machine sleeps, where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Held(Protocol):
    """A crawl that a leash holds."""

    def fence(self) -> None:
        """It was taken back: nothing more is asked for, nothing more is shipped."""

    def let_go(self) -> None:
        """Nobody knows whether it was: what is under way is given up, what was done is shipped where it still may."""


@dataclass(frozen=True, slots=True)
class Beaten:
    """What the queue answers to a beat."""

    crawls: frozenset[int]  # the numbers of those that are still this worker's
    stalled: float


Beat = Callable[[], Awaitable[Beaten]]
"""Beats once. Raises what psycopg does."""


class Leash:
    """Of one worker; *crawls* are those that it holds, by number, as of any moment."""

    def __init__(self, beat: Beat, crawls: Mapping[int, Held], clock: Callable[[], float] = present) -> None:
        self.stalled = _STALLED
        """Seconds without a beat after which the queue takes a crawl back, as it said last."""
        self._beat, self._crawls, self._clock = beat, crawls, clock
        self._last = clock()
        self._beaten = asyncio.Event()
        self._is_away = self._let_go = False

    @property
    def is_sure(self) -> bool:
        """Whether a request may begin now."""
        return self._clock() - self._last < _MAY_ASK * self.stalled

    async def be_sure(self) -> None:
        """Waits until a request may begin. Who waits must give up by itself where its crawl does."""
        while not self.is_sure:
            self._beaten.clear()
            await self._beaten.wait()

    async def hold(self) -> None:
        """Beats, and watches over the time, until it is cancelled."""
        watching = asyncio.create_task(self._watch())
        try:
            while True:
                await self.beat()
                await asyncio.sleep(_SOON if self._is_away else self.stalled / BEATS)
        finally:
            watching.cancel()

    async def beat(self) -> None:
        """Once. A server that is away is told of; the next beat tries again."""
        begun, held = self._clock(), dict(self._crawls)
        try:
            async with asyncio.timeout(self.stalled / 3):
                beaten = await self._beat()
        except Exception as error:
            if not isinstance(error, TimeoutError | psycopg.Error):
                logger.exception("a beat failed")
            elif not self._is_away:
                how = "does not answer" if isinstance(error, TimeoutError) or is_away(error) else "takes no beat"
                logger.warning("the queue %s (%s); crawls go on for a while", how, in_a_line(error))
            self._is_away = True
            return
        if self._is_away:
            logger.info("the queue answers again")
        self._is_away = False
        self._last, self.stalled, self._let_go = begun, beaten.stalled, False
        self._beaten.set()
        for number, crawl in held.items():
            if number not in beaten.crawls:
                crawl.fence()

    async def _watch(self) -> None:
        while True:
            left = self._last + _MAY_WAIT * self.stalled - self._clock()
            if left <= 0:
                if self._crawls and not self._let_go:
                    logger.warning("nobody knows whose %d crawls are by now; they are let go", len(self._crawls))
                self._let_go = True
                for crawl in list(self._crawls.values()):
                    crawl.let_go()
                left = _SOON
            await asyncio.sleep(min(left, _SOON))
