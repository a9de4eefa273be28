"""Delivers what the outbox owes, channel by channel: none waits for another.

Apprise blocks, so each try has a thread of its own, and a bound in time. A thread cannot be stopped: one that hangs
is left behind, and its try counts as failed. A channel that has left too many behind gets no new one until they end.
"""

import asyncio
import contextlib
import ctypes
import logging
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Thread
from typing import TypeVar

from alerts.channels import Channel, SendError
from alerts.composing import Gone
from alerts.message import Message
from archive.errors import ArchiveError
from archive.outbox import JITTER, Owed, claim, is_due, mark_failed, mark_sent
from archive.writer import Writer

T = TypeVar("T")
logger = logging.getLogger(__name__)

TRY_SECONDS = 30.0
"""For one try. Mail has a dozen answers to wait for; a lease is twice as long."""
POLL_SECONDS = 0.5
"""Between looks at the outbox: other processes put something into it too."""
PAUSE_AFTER_FAULT = 5.0
"""Before the next look where the archive could not be read or written: the log is to stay readable."""
MOST_LEFT_BEHIND = 3
"""Threads of a channel that did not come back in time."""


class Overdue(SendError):
    """A try took too long; its *thread* is left behind."""

    def __init__(self, thread: Thread) -> None:
        super().__init__(f"no answer within {TRY_SECONDS:.0f} s; it may have arrived all the same")
        self.thread = thread


@dataclass(frozen=True, slots=True)
class Outbox:
    """The archive as delivery uses it: one connection that only reads, and the writer of this process."""

    reader: sqlite3.Connection
    writer: Writer

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What *work* returned, once its transaction is committed. Raises ArchiveError."""
        return await asyncio.wrap_future(self.writer.submit(work))


Compose = Callable[[sqlite3.Connection, Owed, int], Message]
"""Writes the message of a row for a channel that takes so many UTF-16 code units. Raises Gone where there is nothing to
be told any more."""


@dataclass(slots=True)
class _Lane:
    """What is under way to one channel."""

    tries: set[asyncio.Task[None]] = field(default_factory=set)
    left_behind: set[Thread] = field(default_factory=set)

    def free(self, channel: Channel) -> int:
        """How many tries may begin."""
        self.left_behind = {thread for thread in self.left_behind if thread.is_alive()}
        return channel.lanes - len(self.tries) if len(self.left_behind) < MOST_LEFT_BEHIND else 0


class Delivery:
    """Sends what is due to *channels*, which are known by their labels. *compose* writes the messages."""

    def __init__(
        self, outbox: Outbox, compose: Compose, channels: Mapping[str, Channel], *, clock: Callable[[], datetime]
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._lanes: dict[str, _Lane] = {}
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
        """Delivers what is due now, each message with one try."""
        until = self._clock()
        while not self._stopped:
            await self._begin_what_is_due(until)
            under_way = [one for lane in self._lanes.values() for one in lane.tries]
            if not under_way:
                return
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, patience: float) -> None:
        """Begins no more tries, and waits *patience* seconds for those under way. What is left is sent again later."""
        self._stopped = True
        self._wake.set()
        under_way = [one for lane in self._lanes.values() for one in lane.tries]
        if under_way:
            await asyncio.wait(under_way, timeout=patience)

    async def _pause(self, seconds: float) -> None:
        """Waits until a try has ended, or *seconds*."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        self._wake.clear()

    async def _begin_what_is_due(self, until: datetime | None = None) -> None:
        now = until or self._clock()
        for label, channel in self._channels.items():
            lane = self._lanes.setdefault(label, _Lane())
            free = lane.free(channel)
            if free > 0 and is_due(self._outbox.reader, label, now):
                taken = await self._outbox.write(partial(self._claim, label, free, now))
                if self._stopped:  # meanwhile: what is begun now would be cut off, and sent once more
                    return
                for owed in taken:
                    task = asyncio.create_task(self._try(channel, lane, owed))
                    lane.tries.add(task)
                    task.add_done_callback(partial(self._ended, lane))

    def _claim(self, label: str, number: int, due_by: datetime, db: sqlite3.Connection) -> list[Owed]:
        return claim(db, label, self._clock(), number, due_by=due_by)

    def _ended(self, lane: _Lane, task: asyncio.Task[None]) -> None:
        lane.tries.discard(task)
        self._wake.set()

    async def _try(self, channel: Channel, lane: _Lane, owed: Owed) -> None:
        """One try, and its record. A record that cannot be written leaves the row to be sent again."""
        begun = asyncio.get_running_loop().time()
        final, error = False, None
        try:
            await send_in_time(channel, self._compose(self._outbox.reader, owed, channel.longest))
        except Overdue as overdue:
            lane.left_behind.add(overdue.thread)
            error = str(overdue)
        except Gone as gone:
            final, error = True, str(gone)
        except SendError as refused:
            error = str(refused)
        except Exception as fault:
            logger.exception("the message %s could not be made", owed.ref)
            error = f"fault in Khabar: {type(fault).__name__}"
        seconds = asyncio.get_running_loop().time() - begun
        try:
            await self._record(owed, error, final, seconds)
        except Exception:
            logger.exception("what became of the message %s could not be written down", owed.ref)

    async def _record(self, owed: Owed, error: str | None, final: bool, seconds: float) -> None:
        now = self._clock()
        if error is None:
            await self._outbox.write(lambda db: mark_sent(db, owed, now))
            outcome = "sent"
        else:
            lengthened = random.uniform(0, JITTER)  # noqa: S311 -- no secret
            state = await self._outbox.write(
                lambda db: mark_failed(db, owed, now, error, lengthened=lengthened, final=final)
            )
            outcome = "dead" if state == "dead" else "failed"
        self.counts[outcome] += 1
        level = {"sent": logging.INFO, "failed": logging.WARNING, "dead": logging.ERROR}[outcome]
        logger.log(
            level, "alert %s to %s: %s%s (ref %s, try %d, %.1f s)", owed.alert, owed.channel, outcome,
            f": {error}" if error else "", owed.ref, owed.attempts, seconds,
        )  # fmt: skip


async def send_in_time(channel: Channel, message: Message) -> None:
    """Sends *message* in a thread of its own. Raises SendError; Overdue where it took longer than TRY_SECONDS."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def tell(error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def send() -> None:
        error: BaseException | None = None
        try:
            channel.send(message)
        except BaseException as refused:  # whatever it is, the one who waits is told
            error = refused
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, error)

    thread = Thread(target=send, name=f"delivery to {channel.label}", daemon=True)  # it must not outlive a stop
    thread.start()
    try:
        await asyncio.wait_for(done, TRY_SECONDS)
    except TimeoutError:
        _interrupt(thread)
        raise Overdue(thread) from None


class _TooLate(BaseException):
    """Raised in a thread that is left behind, at its next step; no plugin takes it for a failure of its own."""


def _interrupt(thread: Thread) -> None:
    """Ends *thread* where it still does something: a receiver that sends a byte a second would keep it for ever.

    One that waits in the system is bounded by the time-outs of its connection, and ends then.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_TooLate))
