"""What happens within a worker process: it is bounded, does one piece of work after the other, and ends where the
next would suffer for the last.
"""

import contextlib
import gc
import os
import pickle
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Generic, TypeVar

T = TypeVar("T")

EXIT_MEMORY, EXIT_BROKEN, EXIT_WORN = 90, 91, 92
_WORN = 0.75  # of a worker's memory in use before a page is begun: what an earlier one left behind would be its undoing
_OVERTIME = 5.0
"""Seconds beyond its time after which the system ends a worker that nobody else ended: its parent was killed."""
_PAGE_OBJECTS = 20_000
"""Made and not yet gone, before cycles are looked for. With Python's 700 that took a tenth of a page's time."""


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What came of a piece of work, and how many seconds it took: of this processor, and by the clock."""

    result: T
    busy: float
    passed: float


def start(memory: int, niceness: int, path: list[str], preload: Sequence[str]) -> None:
    """Prepares a fresh worker: it has its parent's path, bounded memory, and leaves the crawl itself the first place.

    What takes pages in and answers hosts must not wait for what reads them: they would time out by our own fault.
    """
    sys.path[:] = path
    os.nice(niceness)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's own handler waits for lxml to return, and pebble for it
    with contextlib.suppress(ValueError, OSError):  # macOS accepts no limit here; the time bound still holds
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    for module in preload:
        import_module(module)
    gc.freeze()  # what was loaded stays; and what a page makes goes with its last reference, hardly ever in cycles
    gc.set_threshold(_PAGE_OBJECTS, 20, 20)


def work(seconds: float, function: Callable[..., T], *args: Any) -> Done[T]:
    """What *function* returns for *args*. The process ends where the next page would suffer for this one.

    Memory that ran out once is in pieces, and a C library that failed in the midst of its work is not to be trusted.
    A StopIteration, or what no pickle can carry, would leave its caller waiting or in the dark.
    """
    if _memory_in_use() > _WORN * resource.getrlimit(resource.RLIMIT_DATA)[0]:
        os._exit(EXIT_WORN)
    signal.setitimer(signal.ITIMER_REAL, seconds + _OVERTIME)  # nothing handles it, so it ends the process
    busy, passed = time.process_time(), time.perf_counter()
    try:
        result = function(*args)
        return Done(result, time.process_time() - busy, time.perf_counter() - passed)
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except SystemError:
        os._exit(EXIT_BROKEN)
    except StopIteration as error:
        raise RuntimeError("StopIteration") from error
    except Exception as error:
        try:
            pickle.dumps(error)
        except MemoryError:
            os._exit(EXIT_MEMORY)
        except Exception:
            raise RuntimeError(f"{type(error).__name__}: {error}") from None
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _memory_in_use() -> int:
    """Bytes that RLIMIT_DATA counts; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 -- quicker, once a page
            return int(file.read().split()[5]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0
