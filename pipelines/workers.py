"""Worker processes that can be killed: what reads hostile pages runs there, bounded in time and memory.

No timeout inside a process stops lxml, so the process is what is stopped. A worker that dies takes its one page
with it and is replaced; the others do not notice. Nothing queues before the processes but in `pipelines.turns`, which
shares them out fairly among the sources.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipelines.turns import Job, Turn, Turns
from pipelines.worker_process import EXIT_MEMORY, EXIT_WORN, Done, start, work
from seeds.bounds import PAGE_MEMORY, PAGE_MOMENT, PAGE_SECONDS, PAGES_PER_WORKER, SLOW_PAGE_MEMORY

T = TypeVar("T")

_NICE, _NICER = 2, 5  # of the quick and the slow ones: behind the crawl, and behind those
_ATTEMPTS = 10  # at finding a worker that is not worn; each replaces one
_RENEWALS = 2  # of a pool that gave up: what was under way in it is begun again, unless it is what ends it
_CPU_CLOCK = 2  # with a process id before it: its clock of processor time; Linux, clock_getcpuclockid(3)
_LOOK = 0.05  # seconds between two looks at a page that is being read


class WorkerFault(Exception):
    """A page that its worker did not survive. `name` is the reason that its fate records."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(f"{name}: {detail}" if detail else name)
        self.name = name


class _Displaced(Exception):
    """A page that is to be read once more, in a slow place."""


class Workers:
    """Two pools of worker processes, started on first use and kept warm until `close`: quick places, and a slow one.

    As many quick ones as there are processors: with one of them busy in the crawl itself, the system shares out
    fairly. They are forked from a process that has loaded the modules named in *preload* and done nothing else, so
    that one that was killed is replaced in a tenth of a second.
    """

    def __init__(self, count: int | None = None, preload: Sequence[str] = ()) -> None:
        self.count = count or os.cpu_count() or 2
        preload = tuple(preload)
        self._pools = {
            False: _Pool(self.count + 1, PAGE_MEMORY, _NICE, preload),
            True: _Pool(1, SLOW_PAGE_MEMORY, _NICER, preload),
        }
        self._turns = Turns(self.count)

    async def run(
        self, function: Callable[..., T], *args: Any, timeout: float = PAGE_SECONDS, source: str | None = None  # noqa: ASYNC109 -- it kills the worker; asyncio's own could not
    ) -> T:  # fmt: skip
        """What *function*, a module's own, returns for *args*, on behalf of *source*; its exceptions come through.

        Raises WorkerFault when it took over *timeout* seconds, ran out of memory, or its process died. Waiting for a
        place does not count.
        """
        job, slow = Job(kind=function.__name__, source=source), False
        while True:
            turn = await self._turns.take(job, slow=slow)
            watch = _Watch(self._turns, turn, self._pools[turn.slow])
            try:
                done: Done[T] = await self._read(turn, watch, function, *args, timeout=timeout)
            except _Displaced:
                self._turns.displaced(turn)
                slow = True
            except FutureTimeoutError as error:
                if not slow:
                    self._turns.judge(job, timeout)
                raise WorkerFault("took too long", f"over {timeout:g} s") from error
            except Exception:
                self._turns.judge(job, watch.seconds)
                raise
            else:
                if not slow or done.busy < PAGE_MOMENT:  # else it was judged when it was displaced
                    self._turns.judge(job, done.busy)
                watch.took(done.busy)
                return done.result
            finally:
                self._turns.end(turn, watch.seconds)

    async def _read(
        self, turn: Turn, watch: "_Watch", function: Callable[..., T], *args: Any, timeout: float  # noqa: ASYNC109 -- as above
    ) -> Done[T]:  # fmt: skip
        """In the place of *turn*. Raises _Displaced, FutureTimeoutError, WorkerFault and what *function* raises."""
        pool, renewals = self._pools[turn.slow], 0
        for _ in range(_ATTEMPTS):
            try:
                done: Done[T] = await watch.over(pool.schedule(timeout, function, *args))
                return done
            except ProcessExpired as error:
                if error.exitcode == EXIT_WORN:
                    continue  # it was not begun
                if error.exitcode == EXIT_MEMORY:
                    if not turn.slow:
                        raise _Displaced from error
                    raise WorkerFault("took too much memory", f"over {SLOW_PAGE_MEMORY >> 20} MiB") from error
                raise WorkerFault("worker died", f"exit code {error.exitcode}") from error
            except BrokenProcessPool as error:
                renewals += 1
                if renewals > _RENEWALS:
                    raise WorkerFault("worker died", "as it started") from error
        raise WorkerFault("worker died", "no memory left as it began")

    def close(self) -> None:
        """Stops the workers at once, whatever they are doing."""
        for pool in self._pools.values():
            pool.close()


class _Watch:
    """Looks at a page that is being read: how long its worker has been busy with it, and whether that is too long."""

    def __init__(self, turns: Turns, turn: Turn, pool: "_Pool") -> None:
        self._turns, self._turn, self._pool = turns, turn, pool
        self.seconds = 0.0
        """What it took of a processor so far."""

    def took(self, busy: float) -> None:
        """Learns it exactly."""
        self.seconds = busy

    async def over(self, reading: Any) -> Any:
        """What comes of *reading*. Raises _Displaced where it took over a moment in a quick place that others want."""
        result = asyncio.wrap_future(reading)
        begun: float | None = None
        try:
            while not result.done():
                await asyncio.wait({result}, timeout=_LOOK)
                if result.done():
                    break
                if reading.running():  # until then its worker may be starting
                    busy = self._pool.busy(reading)
                    if busy is not None:
                        begun = busy if begun is None else begun
                        self.seconds = busy - begun
                if not self._turn.slow and self.seconds > self._turn.moment and self._turns.somebody_waits:
                    raise _Displaced
            return result.result()
        finally:
            result.cancel()  # ends its worker, where it is not done


class _Pool:
    """Worker processes of one kind."""

    def __init__(self, count: int, memory: int, niceness: int, preload: tuple[str, ...]) -> None:
        self._count, self._preload = count, preload
        self._limits = memory, niceness
        self._pool: ProcessPool | None = None

    def schedule(self, seconds: float, function: Callable[..., T], *args: Any) -> Any:
        """Begins the work, whose future this gives; it is killed after so many *seconds*."""
        with _without_interrupts():
            if self._pool is None or not self._pool.active:  # it gave up: its workers died one after the other
                _ensure_nursery(self._preload)
                self._pool = ProcessPool(
                    max_workers=self._count,
                    max_tasks=PAGES_PER_WORKER,
                    initializer=start,
                    initargs=(*self._limits, list(sys.path), self._preload),
                    context=multiprocessing.get_context("forkserver"),
                )
            return self._pool.schedule(work, args=[seconds, function, *args], timeout=seconds)

    def busy(self, reading: Any) -> float | None:
        """Seconds of a processor that the worker of *reading* has taken in its life; None: it has ended.

        On a busy machine the clock says little: an honest page may stand still for a second. It has to do where the
        system does not tell.
        """
        if sys.platform != "linux":
            return time.monotonic()
        tasks = self._pool._pool_manager.task_manager.tasks if self._pool else {}
        process = next((task.worker_id for task in list(tasks.values()) if task.future is reading), 0)
        try:
            return time.clock_gettime(~process << 3 | _CPU_CLOCK) if process else None
        except OSError:
            return None

    def close(self) -> None:
        """Stops its processes."""
        if self._pool:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()


def _ensure_nursery(preload: tuple[str, ...]) -> None:
    """Has the process started that workers are forked from, once. It finds modules where this one does.

    Its own way of being told the path is not heeded by Python 3.11: it would look into the working directory first.
    """
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "PYTHONSAFEPATH")}
    os.environ |= {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONSAFEPATH": "1"}
    try:
        forkserver.set_forkserver_preload(list(preload))
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


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
