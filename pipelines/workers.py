"""Worker processes that can be killed: what reads hostile pages runs there, bounded in time and memory.

No timeout inside a process stops lxml, so the process is what is stopped. A worker that dies takes its one page
with it and is replaced; the others do not notice.
"""

import asyncio
import contextlib
import gc
import multiprocessing
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from seeds.bounds import PAGE_MEMORY, PAGE_SECONDS, PAGES_PER_WORKER

T = TypeVar("T")

_WORN = 0.5  # of PAGE_MEMORY in use before a page is begun: what an earlier one left behind would be its undoing
_ATTEMPTS = 10  # at finding a worker that is not worn; each replaces one
_EXIT_MEMORY, _EXIT_BROKEN, _EXIT_WORN = 90, 91, 92

_PAGE_OBJECTS = 20_000
"""Made and not yet gone, before cycles are looked for. With Python's 700 that took a tenth of a page's time."""


class WorkerFault(Exception):
    """A page that its worker did not survive. `name` is the reason that its fate records."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(f"{name}: {detail}" if detail else name)
        self.name = name


class Workers:
    """A pool of worker processes, started with `spawn` on first use and kept warm until `close`.

    As many as there are processors: with one of them busy in the crawl itself, the system shares out fairly.
    Each begins by importing the modules named in *preload*, so that no page's time is spent on it.
    """

    def __init__(self, count: int | None = None, preload: Sequence[str] = ()) -> None:
        self.count = count or os.cpu_count() or 2
        self._preload = tuple(preload)
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.count,
            max_tasks=PAGES_PER_WORKER,
            initializer=_start,
            initargs=(PAGE_MEMORY, list(sys.path), self._preload),
            context=multiprocessing.get_context("spawn"),
        )

    async def run(self, function: Callable[..., T], *args: Any, timeout: float = PAGE_SECONDS) -> T:  # noqa: ASYNC109 -- it kills the worker; asyncio's own could not
        """What *function*, a module's own, returns for *args*; its exceptions come through.

        Raises WorkerFault when it took over *timeout* seconds, ran out of memory, or its process died.
        """
        for _ in range(_ATTEMPTS):
            try:
                result: T = await asyncio.wrap_future(self._schedule(function, *args, timeout=timeout))
            except FutureTimeoutError as error:
                raise WorkerFault("took too long", f"over {timeout:g} s") from error
            except ProcessExpired as error:
                if error.exitcode == _EXIT_WORN:
                    continue  # it was not begun
                if error.exitcode == _EXIT_MEMORY:
                    raise WorkerFault("took too much memory", f"over {PAGE_MEMORY >> 20} MiB") from error
                raise WorkerFault("worker died", f"exit code {error.exitcode}") from error
            except BrokenProcessPool as error:
                raise WorkerFault("worker died", "as it started") from error
            return result
        raise WorkerFault("worker died", "no memory left as it began")

    def _schedule(self, function: Callable[..., T], *args: Any, timeout: float) -> Any:
        with _without_interrupts():
            if not self._pool.active:  # it gave up because its workers died one after the other as they started
                self._pool = self._new_pool()
            return self._pool.schedule(_call, args=[function, *args], timeout=timeout)

    def close(self) -> None:
        """Stops the workers at once, whatever they are doing."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _call(function: Callable[..., T], *args: Any) -> T:
    """Runs in the worker, and ends it where the next page would suffer for this one.

    Memory that ran out once is in pieces, and a C library that failed in the midst of its work is not to be trusted.
    A StopIteration, or what no pickle can carry, would leave its caller waiting or in the dark.
    """
    if _memory_in_use() > _WORN * PAGE_MEMORY:
        os._exit(_EXIT_WORN)
    try:
        return function(*args)
    except MemoryError:
        os._exit(_EXIT_MEMORY)
    except SystemError:
        os._exit(_EXIT_BROKEN)
    except StopIteration as error:
        raise RuntimeError("StopIteration") from error
    except Exception as error:
        try:
            pickle.dumps(error)
        except MemoryError:
            os._exit(_EXIT_MEMORY)
        except Exception:
            raise RuntimeError(f"{type(error).__name__}: {error}") from None
        raise


def _memory_in_use() -> int:
    """Bytes that RLIMIT_DATA counts; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 -- quicker, once a page
            return int(file.read().split()[5]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keeps Ctrl-C and SIGHUP from worker processes that are started meanwhile: the terminal sends them to all.

    A process inherits what the thread that starts it holds back; pebble's threads inherit it from this one.
    """
    resource_tracker.ensure_running()  # starting it later would let the interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGHUP])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(memory: int, path: list[str], preload: Sequence[str]) -> None:
    """Prepares a fresh worker: it has its parent's path and bounded memory."""
    sys.path[:] = path
    with contextlib.suppress(ValueError, OSError):  # macOS accepts no limit here; the time bound still holds
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    for module in preload:
        import_module(module)
    gc.freeze()  # what was loaded stays; and what a page makes goes with its last reference, hardly ever in cycles
    gc.set_threshold(_PAGE_OBJECTS, 20, 20)
