"""One message to one channel, bounded in time. Apprise blocks, so it happens in a thread of its own."""

import asyncio
import ctypes
from functools import partial
from threading import Thread

from alerts.channels import Channel, SendError
from alerts.messages.message import Message
from alerts.threads import Aside

TRY_SECONDS = 30.0
"""For one try. Mail has a dozen answers to wait for; a lease of the outbox is twice as long."""


class Overdue(SendError):
    """A try took too long; its *thread* is left behind."""

    def __init__(self, thread: Thread) -> None:
        super().__init__(f"no answer within {TRY_SECONDS:.0f} s; it may have arrived all the same")
        self.thread = thread


async def send_in_time(channel: Channel, message: Message) -> None:
    """Sends *message*. Raises SendError; Overdue where it took longer than TRY_SECONDS."""
    sending = Aside(partial(channel.send, message), f"delivery to {channel.label}")
    try:
        await asyncio.wait_for(sending.done, TRY_SECONDS)
    except TimeoutError:
        _interrupt(sending.thread)
        raise Overdue(sending.thread) from None


class _TooLate(BaseException):
    """Raised in a thread that is left behind, at its next step; no plugin takes it for a failure of its own."""


def _interrupt(thread: Thread) -> None:
    """Ends *thread* where it still does something: a receiver that sends a byte a second would keep it for ever.

    One that waits in the system is bounded by the time-outs of its connection, and ends then.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_TooLate))
