"""What a worker process does: it answers one order after the other, over a pipe of which nobody else has an end.

It is begun by `pipelines.workers`, bounded in memory, and ends itself where the next page would suffer for this one.
"""

import contextlib
import gc
import os
import pickle
import resource
import sys
from collections.abc import Sequence
from importlib import import_module
from multiprocessing.connection import Connection

from seeds.bounds import PAGE_MEMORY

EXIT_MEMORY, EXIT_BROKEN, EXIT_WORN = 90, 91, 92
"""With what it ends: memory ran out; a C library lost its way; an earlier page left no room for this one."""
_WORN = 0.5  # of PAGE_MEMORY in use before a page is begun: what an earlier one left behind would be its undoing
_PAGE_OBJECTS = 20_000
"""Made and not yet gone, before cycles are looked for. With Python's 700 that took a tenth of a page's time."""


def serve(connection: Connection, path: Sequence[str], preload: Sequence[str]) -> None:
    """Answers until whoever gives the orders is gone, or closes its end."""
    _start(path, preload)
    with contextlib.suppress(EOFError, OSError):
        connection.send_bytes(b"ready")
        while True:
            connection.send_bytes(_answer(connection.recv_bytes()))


def _start(path: Sequence[str], preload: Sequence[str]) -> None:
    """Prepares a fresh worker: it has its parent's path and bounded memory."""
    sys.path[:] = path
    with contextlib.suppress(ValueError, OSError):  # macOS accepts no limit here; the time bound still holds
        resource.setrlimit(resource.RLIMIT_DATA, (PAGE_MEMORY, PAGE_MEMORY))
    for module in preload:
        import_module(module)
    gc.freeze()  # what was loaded stays; and what a page makes goes with its last reference, hardly ever in cycles
    gc.set_threshold(_PAGE_OBJECTS, 20, 20)


def _answer(order: bytes) -> bytes:
    """A pickle of whether the function of *order* returned, and what it returned or raised.

    Memory that ran out once is in pieces, and a C library that failed in the midst of its work is not to be trusted.
    A StopIteration, or what no pickle can carry, would leave its caller waiting or in the dark.
    """
    if _memory_in_use() > _WORN * PAGE_MEMORY:
        os._exit(EXIT_WORN)
    try:
        function, arguments = pickle.loads(order)  # noqa: S301 -- of the process that began this one
        return pickle.dumps((True, function(*arguments)))
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except SystemError:
        os._exit(EXIT_BROKEN)
    except Exception as error:
        return _told(error)


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
