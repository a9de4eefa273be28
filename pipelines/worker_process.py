"""What a worker process does: it answers one order after the other, over a pipe of which nobody else has an end.

It is begun by `pipelines.lanes`, bounded in memory, and ends itself where the next page would suffer for this one.
"""

import contextlib
import gc
import os
import pickle
import resource
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

T = TypeVar("T")

EXIT_MEMORY, EXIT_BROKEN, EXIT_WORN = 90, 91, 92
_WORN = 0.75  # of a worker's memory in use before a page is begun: what an earlier one left behind would be its undoing
_OVERTIME = 5.0
"""Seconds beyond its time after which the system ends a worker that nobody else ended: its parent was killed."""
_PAGE_OBJECTS = 20_000
"""Made and not yet gone, before cycles are looked for. With Python's 700 that took a tenth of a page's time."""


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What came of a piece of work, and how many seconds it took of a processor."""

    result: T
    busy: float


def serve(connection: Connection, memory: int, niceness: int, path: list[str], preload: Sequence[str]) -> None:
    """Answers one order after the other until whoever gives them is gone, or closes its end."""
    _start(memory, niceness, path, preload)
    with contextlib.suppress(EOFError, OSError):
        connection.send_bytes(b"ready")
        while True:
            connection.send_bytes(_answer(connection.recv_bytes()))


def _start(memory: int, niceness: int, path: list[str], preload: Sequence[str]) -> None:
    """Prepares a fresh worker: it has its parent's path, bounded memory, and leaves the crawl itself the first place.

    What takes pages in and answers hosts must not wait for what reads them: they would time out by our own fault.
    """
    sys.path[:] = path
    os.nice(niceness)
    with contextlib.suppress(ValueError, OSError):  # macOS accepts no limit here; the time bound still holds
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    for module in preload:
        import_module(module)
    gc.freeze()  # what was loaded stays; and what a page makes goes with its last reference, hardly ever in cycles
    gc.set_threshold(_PAGE_OBJECTS, 20, 20)


def _answer(order: bytes) -> bytes:
    """A pickle of whether the function of *order* returned, and as Done what it returned, or what it raised. The
    process ends where the next page would suffer for this one.

    Memory that ran out once is in pieces, and a C library that failed in the midst of its work is not to be trusted.
    A StopIteration, or what no pickle can carry, would leave its caller waiting or in the dark.
    """
    if _memory_in_use() > _WORN * resource.getrlimit(resource.RLIMIT_DATA)[0]:
        os._exit(EXIT_WORN)
    try:
        seconds, function, arguments = pickle.loads(order)  # noqa: S301 -- of the process that began this one
        signal.setitimer(signal.ITIMER_REAL, seconds + _OVERTIME)  # nothing handles it, so it ends the process
        begun = time.process_time()
        result = function(*arguments)
        return pickle.dumps((True, Done(result, time.process_time() - begun)))
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except SystemError:
        os._exit(EXIT_BROKEN)
    except Exception as error:
        if _is_for_want_of_memory(error):
            os._exit(EXIT_MEMORY)
        return _told(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _is_for_want_of_memory(error: BaseException | None) -> bool:
    """Whether libxml2 ran out of memory: lxml tells it as a fault of what was read, which readers take for no page."""
    while error is not None:
        if any(one.type_name == "ERR_NO_MEMORY" for one in getattr(error, "error_log", None) or ()):
            return True
        error = error.__cause__ or error.__context__
    return False


def _told(error: Exception) -> bytes:
    if isinstance(error, StopIteration):
        return pickle.dumps((False, RuntimeError("StopIteration")))
    try:
        return pickle.dumps((False, error))
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _memory_in_use() -> int:
    """Bytes that RLIMIT_DATA counts; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 -- quicker, once a page
            return int(file.read().split()[5]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0
