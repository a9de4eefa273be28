"""The signs that a process is given from outside: to end, and to read its desk anew.

They are handled where Python itself handles signals, not by the event loop: one that is busy, or blocked in a write
that nobody reads, would never get to it. The first sign to end starts a watchdog, the second ends the process at once.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from threading import Timer
from types import FrameType

_ENDS = (signal.SIGTERM, signal.SIGINT)


class Signs:
    """Takes SIGTERM and SIGINT, and SIGHUP where it *reloads*, from now on; to be made in the main thread.

    After a sign to end, the process is gone in *patience* seconds, with exit code 1 where it did not end by itself.
    Before `listen`, a sign to end raises SystemExit(0), and one to reload is kept.
    """

    def __init__(self, *, patience: float, reloads: bool = False) -> None:
        self._patience = patience
        self._end: Callable[[], object] | None = None
        self._reload: Callable[[], object] | None = None
        self._is_kept = False
        for number in _ENDS:
            signal.signal(number, self._ending)
        if reloads:
            signal.signal(signal.SIGHUP, self._reloading)

    def listen(self, *, end: Callable[[], object], reload: Callable[[], object] | None = None) -> None:
        """Calls *end* and *reload* on the running event loop when the signs come."""
        self._loop = asyncio.get_running_loop()
        self._end, self._reload = end, reload
        if self._is_kept and reload:
            self._loop.call_soon(reload)

    def _ending(self, number: int, frame: FrameType | None) -> None:
        watchdog = Timer(self._patience, os._exit, args=(1,))
        watchdog.daemon = True
        watchdog.start()
        for one in _ENDS:
            signal.signal(one, signal.SIG_DFL)  # what is archived survives that too
        if self._end is None:
            raise SystemExit(0)
        self._loop.call_soon_threadsafe(self._end)

    def _reloading(self, number: int, frame: FrameType | None) -> None:
        if self._reload is None:
            self._is_kept = True
        else:
            self._loop.call_soon_threadsafe(self._reload)
