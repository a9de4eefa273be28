"""Delivers what the outbox owes, channel by channel: none waits for another.

`alerts.sending` bounds one try in time, `alerts.lanes` says how many may be under way to a channel.
"""

import asyncio
import contextlib
import logging
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count

from alerts.channels import Channel, SendError
from alerts.lanes import MOST_LEFT_BEHIND, Lanes
from alerts.messages.composing import Gone
from alerts.messages.message import Message
from alerts.sending import Overdue, send_in_time
from archive.errors import ArchiveError
from archive.outbox import JITTER, Owed, claim, is_due, mark_failed, mark_sent
from archive.writer import Writer

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""Between looks at the outbox: other processes put something into it too."""
PAUSE_AFTER_FAULT = 5.0
"""Before the next look where the archive could not be read or written: the log is to stay readable."""

RECORDS_IN_A_ROUND = 4
"""Tries of a single round to write down what became of a message, with such a pause between: a disk may be full for
long, and somebody waits for the round to end."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """The archive as delivery uses it: one connection that only reads, and the writer of this process."""

    reader: sqlite3.Connection
    writer: Writer


Compose = Callable[[sqlite3.Connection, Owed, int], Message]
"""Writes the message of a row for a channel that takes so many UTF-16 code units. Raises Gone where there is nothing to
be told any more."""


class Delivery:
    """Sends what is due to *channels*, which are known by their labels. *compose* writes the messages."""

    def __init__(
        self, outbox: Outbox, compose: Compose, channels: Mapping[str, Channel], *, clock: Callable[[], datetime]
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._lanes: dict[str, Lanes] = {}
        self._unrecorded: set[str] = set()  # what was tried, and is not written down yet
        self._records: int | None = None  # tries to write down what became of a message; None: as often as it takes
        self._stopped = False
        self._wake = asyncio.Event()  # set where a try has ended, or everything shall
        self.counts: Counter[str] = Counter()
        """Tries so far that ended as "sent", "failed" and "dead"."""
        self.use(compose, channels)

    def use(self, compose: Compose, channels: Mapping[str, Channel]) -> None:
        """From now on, with these. What is under way is finished as it began."""
        self._compose, self._channels = compose, channels

    async def run(self) -> None:
        """Delivers until `stop`. A fault is logged, and tried again: nothing may end the telling of alerts."""
        while not self._stopped:
            pause = POLL_SECONDS
            try:
                await self._begin_what_is_due()
            except ArchiveError as error:
                logger.error("the outbox cannot be read or written, trying again: %s", error)
                pause = PAUSE_AFTER_FAULT
            except Exception:
                logger.exception("the outbox could not be read or written; trying again")
                pause = PAUSE_AFTER_FAULT
            await self._pause(pause)

    async def run_once(self) -> None:
        """Delivers what is due now, each message with one try, however the channel does.

        One of which the archive cannot be told in some tries counts as "failed": it is sent again under its ref.
        Raises ArchiveError where none can be taken.
        """
        until = self._clock()
        self._records = RECORDS_IN_A_ROUND
        while not self._stopped:
            try:
                await self._begin_what_is_due(until)
            except ArchiveError:
                if under_way := self._under_way:  # else what it sends would be sent again
                    await asyncio.wait(under_way)
                raise
            under_way = self._under_way
            if not under_way:
                return
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, patience: float) -> None:
        """Begins no more tries, and waits *patience* seconds for those under way. What is left is sent again later."""
        self._stopped = True
        self._wake.set()
        if under_way := self._under_way:
            await asyncio.wait(under_way, timeout=patience)

    @property
    def _under_way(self) -> list[asyncio.Task[None]]:
        return [one for lanes in self._lanes.values() for one in lanes.tries]

    async def _pause(self, seconds: float) -> None:
        """Waits until a try has ended, or *seconds*."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        self._wake.clear()

    async def _begin_what_is_due(self, once: datetime | None = None) -> None:
        """Begins what is due, or with *once* what was due then."""
        now = once or self._clock()
        for label, channel in self._channels.items():
            lanes = self._lanes.setdefault(label, Lanes())
            free = lanes.free(channel, None if once else self._time())
            if free > 0 and is_due(self._outbox.reader, label, now):
                taken = await self._outbox.writer.written(partial(self._claim, label, free, now))
                if self._stopped:  # meanwhile: what is begun now would be cut off, and sent once more
                    return
                for owed in taken:
                    task = asyncio.create_task(self._try(channel, lanes, owed))
                    lanes.tries.add(task)
                    task.add_done_callback(partial(self._ended, lanes))

    def _claim(self, label: str, number: int, due_by: datetime, db: sqlite3.Connection) -> list[Owed]:
        return claim(db, label, self._clock(), number, due_by=due_by, but_for=frozenset(self._unrecorded))

    @staticmethod
    def _time() -> float:
        return asyncio.get_running_loop().time()

    def _ended(self, lanes: Lanes, task: asyncio.Task[None]) -> None:
        lanes.tries.discard(task)
        self._wake.set()

    async def _try(self, channel: Channel, lanes: Lanes, owed: Owed) -> None:
        """One try, and its record."""
        begun = self._time()
        final, error = False, None
        try:
            await send_in_time(channel, self._compose(self._outbox.reader, owed, channel.longest))
            lanes.succeeded()
        except Gone as gone:
            final, error = True, str(gone)
        except SendError as refused:
            error = str(refused)
            lanes.failed(self._time())
            if isinstance(refused, Overdue):
                lanes.left_behind.add(refused.thread)
                if lanes.is_blocked:
                    logger.error("%s: %d tries hang; no more begin until some end", owed.channel, MOST_LEFT_BEHIND)
        except Exception as fault:
            logger.exception("the message %s could not be made", owed.ref)
            error = f"fault in Khabar: {type(fault).__name__}"
        await self._record(owed, error, final, self._time() - begun)

    async def _record(self, owed: Owed, error: str | None, final: bool, seconds: float) -> None:
        """Writes down what became of a try, as often as it takes, or a round has time for: else the message would be
        sent again. It says so once.
        """
        lengthened = random.uniform(0, JITTER)  # noqa: S311 -- no secret
        ended = self._clock()

        def work(db: sqlite3.Connection) -> str:
            if error is None:
                mark_sent(db, owed, ended)
                return "sent"
            state = mark_failed(db, owed, ended, error, lengthened=lengthened, final=final)
            return "dead" if state == "dead" else "failed"

        self._unrecorded.add(owed.ref)
        for tried in count(1):
            try:
                outcome = await self._outbox.writer.written(work)
                break
            except Exception as fault:
                if tried == 1:
                    logger.error("what became of the message %s cannot be written down: %s", owed.ref, fault)
                if self._stopped:
                    return
                if tried == self._records:
                    logger.error("the message %s stays waiting, and is sent once more", owed.ref)
                    self.counts["failed"] += 1
                    return
                await asyncio.sleep(PAUSE_AFTER_FAULT)
        self._unrecorded.discard(owed.ref)
        self.counts[outcome] += 1
        level = {"sent": logging.INFO, "failed": logging.WARNING, "dead": logging.ERROR}[outcome]
        logger.log(
            level, "alert %s to %s: %s%s (ref %s, try %d, %.1f s)", owed.alert, owed.channel, outcome,
            f": {error}" if error else "", owed.ref, owed.attempts, seconds,
        )  # fmt: skip
