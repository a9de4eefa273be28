"""Makes the rounds of a service: looks each second whether something has come due by the clock, and has it written."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from alerts.delivery import PAUSE_AFTER_FAULT, Outbox
from alerts.rounds import Rounds
from archive.errors import ArchiveError

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Between two looks; each takes a fraction of a millisecond."""
UNUSUAL_SECONDS = 60.0
"""Between two looks for spikes and silences: counts of hours are what is looked at."""


class Keeper:
    """Makes *rounds*. What they find is written by the writer of *outbox*, with which delivery shares it."""

    def __init__(self, rounds: Rounds, outbox: Outbox, *, clock: Callable[[], datetime]) -> None:
        self._rounds, self._outbox, self._clock = rounds, outbox, clock

    def use(self, rounds: Rounds) -> None:
        """From now on, these."""
        self._rounds = rounds

    async def run(self) -> None:
        """Until it is cancelled. A fault is logged, and tried again: nothing may end the telling of alerts."""
        looked, time = -UNUSUAL_SECONDS, asyncio.get_running_loop().time
        while True:
            pause = LOOK_SECONDS
            try:
                await self.look()
                if time() - looked >= UNUSUAL_SECONDS:
                    looked = time()
                    await self.look_for_the_unusual()
            except ArchiveError as error:
                logger.error("what comes due cannot be written, trying again: %s", error)
                pause = PAUSE_AFTER_FAULT
            except Exception:
                logger.exception("what comes due could not be looked after; trying again")
                pause = PAUSE_AFTER_FAULT
            await asyncio.sleep(pause)

    async def look(self) -> None:
        """One look at what is due."""
        rounds = self._rounds
        if rounds.is_due(self._outbox.reader, self._clock()):
            await self._outbox.writer.written(lambda db: rounds.go(db, self._clock()))

    async def look_for_the_unusual(self) -> None:
        """One look for spikes and silences, in the writer's thread: what is found and its messages are one."""
        rounds = self._rounds
        if rounds.looks_for_the_unusual:
            await self._outbox.writer.written(lambda db: rounds.look(db, self._clock()))
