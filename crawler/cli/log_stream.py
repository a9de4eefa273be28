"""Writes log lines to a stream that somebody may have stopped reading: the work goes on, and lines wait, or are lost.

A pipe holds 64 kB. A process that writes into a full one stands still until it is read, and so would every crawl and
every alert. So a line is written at once where the system takes it at once, as it nearly always does; else a thread
waits with it.
"""

import logging
import os
import select
from collections import deque
from threading import Condition, Thread
from time import monotonic
from typing import TextIO

_AT_ONCE = 512
"""Bytes that a pipe which takes any takes at once, whatever the system: POSIX's least PIPE_BUF. Linux has 4,096."""
_MOST_WAITING = 10_000
"""Lines, some megabytes: an hour of a busy service's log. Later ones are lost, and counted."""
_LAST_SECONDS = 1.0  # for what waits, at the end of the process


class UnstalledHandler(logging.Handler):
    """As logging's StreamHandler, of a stream that may take no more. A reader that went away is no error."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._descriptor = _descriptor_of(stream)
        self._waiting: deque[str] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Never waits, and never raises."""
        try:
            line = self.format(record) + "\n"
        except Exception:
            self.handleError(record)
            return
        with self._changed:
            if not self._waiting and self._takes(line):
                self._write(line)
            elif len(self._waiting) < _MOST_WAITING:
                self._waiting.append(line)
                self._begin()
                self._changed.notify_all()
            else:
                self._lost += 1

    def flush(self) -> None:
        """Waits for what waits, a second at most. Python calls it as the process ends."""
        until = monotonic() + _LAST_SECONDS
        with self._changed:
            while self._waiting and (left := until - monotonic()) > 0:
                self._changed.wait(left)

    def _takes(self, line: str) -> bool:
        """Whether the stream takes *line* at this moment."""
        if self._descriptor is None:
            return True
        ready = select.poll()
        ready.register(self._descriptor, select.POLLOUT)
        events = ready.poll(0)
        if events and events[0][1] & ~select.POLLOUT:  # nobody reads it any more: the write says so at once
            return True
        return bool(events) and len(line.encode("utf-8", "replace")) <= _longest_at_once(self._descriptor)

    def _write(self, line: str) -> None:
        try:
            self._stream.write(line)
            self._stream.flush()
        except (OSError, ValueError):  # its reader is gone, the disk behind it is full, or it is closed
            return

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._write_what_waits, name="log", daemon=True)
            self._thread.start()

    def _write_what_waits(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                line = self._waiting[0]
            self._write(line)  # here it stands still, and nobody else does
            with self._changed:
                self._waiting.popleft()
                if self._lost and not self._waiting:
                    self._waiting.append(f"{self._lost} lines of this log were lost: nobody read it\n")
                    self._lost = 0
                self._changed.notify_all()


def _descriptor_of(stream: TextIO) -> int | None:
    """The file behind *stream*; None where it is none, as in a test."""
    try:
        return stream.fileno()
    except (OSError, ValueError, AttributeError):
        return None


def _longest_at_once(descriptor: int) -> int:
    try:
        return os.fpathconf(descriptor, "PC_PIPE_BUF")
    except (OSError, ValueError):
        return _AT_ONCE
