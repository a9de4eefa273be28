"""Worker processes that can be killed: what reads hostile pages runs there, bounded in time and memory.

No timeout inside a process stops lxml, so the process is what is stopped. A worker that dies, by itself or because the
system killed it, takes its one page with it and is replaced; the others do not notice: each has a pipe of its own, and
shares no lock with anybody. (In a pool whose workers share a pipe, one that is killed while it writes leaves all others
waiting, for ever.)
"""

import asyncio
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from pipelines.worker_process import EXIT_MEMORY, EXIT_WORN, serve
from seeds.bounds import PAGE_MEMORY, PAGE_SECONDS, PAGES_PER_WORKER

T = TypeVar("T")

_ATTEMPTS = 10  # at finding a worker that is there, and not worn; each replaces one
_START_SECONDS = 60.0
"""For a new worker to be ready. It takes a second of a processor, of which there may be too few."""
_STARTS = 3  # of workers that die before they are ready, in a row; then the page is given up
_GONE_SECONDS = 10.0  # for a process that was killed, or has closed its pipe, to be gone

_SPAWN = multiprocessing.get_context("spawn")
_one_at_a_time = Lock()
"""Around the beginning and the end of a process: at either, `multiprocessing` looks after all children."""


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
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._lanes: list[_Lane] = []
        self._closed = False

    async def run(self, function: Callable[..., T], *args: Any, timeout: float = PAGE_SECONDS) -> T:  # noqa: ASYNC109 -- it kills the worker; asyncio's own could not
        """What *function*, a module's own, returns for *args*; its exceptions come through.

        Raises WorkerFault when it took over *timeout* seconds, ran out of memory, or its process died; where the pool
        is closed meanwhile, it is cancelled.
        """
        order = _Order(pickle.dumps((function, args)), timeout)
        if self._closed:
            raise RuntimeError("these workers are closed")
        if not self._lanes:
            resource_tracker.ensure_running()  # starting it later would let the interrupts through that lanes hold back
            self._lanes = [_Lane(self._orders, self._preload) for _ in range(self.count)]
        self._orders.put(order)
        result: T = await asyncio.wrap_future(order.future)
        return result

    def close(self) -> None:
        """Stops the workers at once, whatever they are doing."""
        self._closed = True
        for lane in self._lanes:
            lane.close()
            self._orders.put(None)
        for lane in self._lanes:
            lane.thread.join()
        while True:
            try:
                order = self._orders.get_nowait()
            except Empty:
                break
            if order is not None:
                order.future.cancel()


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be done, as the worker reads it."""

    work: bytes
    seconds: float
    future: "Future[Any]" = field(default_factory=Future)


class _Died(Exception):
    """A worker is gone: with this exit code, and whether it had got the order."""

    def __init__(self, code: int | None, *, begun: bool) -> None:
        super().__init__(code)
        self.code, self.begun = code, begun


class _Late(Exception):
    """A worker did not answer in time."""


class _Worker:
    """One process, and this process's end of its pipe."""

    def __init__(self, preload: Sequence[str]) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        with _one_at_a_time:
            self._process = _SPAWN.Process(target=serve, args=(theirs, list(sys.path), preload), daemon=True)
            self._process.start()
        theirs.close()  # so that its end is noticed here
        self.is_ready = False
        self.answered = 0

    def wait_until_ready(self) -> None:
        """Raises _Died or _Late."""
        if not self.is_ready:
            self._receive(_START_SECONDS)
            self.is_ready = True

    def ask(self, order: _Order) -> tuple[bool, Any]:
        """Whether the function returned, and what it returned or raised. Raises _Died or _Late."""
        try:
            self._pipe.send_bytes(order.work)
        except OSError:
            raise _Died(self.end(), begun=False) from None
        answer = self._receive(order.seconds)
        self.answered += 1
        return pickle.loads(answer)  # type: ignore[no-any-return]  # noqa: S301 -- of a process of our own

    def _receive(self, seconds: float) -> bytes:
        try:
            if self._pipe.poll(seconds):
                return self._pipe.recv_bytes()
        except (EOFError, OSError):
            raise _Died(self.end(), begun=True) from None
        raise _Late

    def kill(self) -> None:
        """Ends it at once. Another thread may be waiting for it."""
        self._process.kill()

    def end(self, *, at_once: bool = False) -> int | None:
        """Closes its pipe, at which it ends, and waits for it; its exit code."""
        self._pipe.close()
        if at_once:
            self._process.kill()
        with _one_at_a_time:
            self._process.join(_GONE_SECONDS)
            if self._process.exitcode is None:
                self._process.kill()
                self._process.join(_GONE_SECONDS)
            return self._process.exitcode


class _Lane:
    """A thread that does one order after the other, in a worker of its own."""

    def __init__(self, orders: "SimpleQueue[_Order | None]", preload: Sequence[str]) -> None:
        self._orders, self._preload = orders, preload
        self._worker: _Worker | None = None
        self._closing = False
        self._lock = Lock()
        self.thread = Thread(target=self._run, name="worker-lane", daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Ends its worker at once; the thread ends behind it."""
        with self._lock:
            self._closing = True
            if self._worker is not None:
                self._worker.kill()

    def _run(self) -> None:
        # A terminal sends Ctrl-C and SIGHUP to all processes. A worker inherits what this thread holds back.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGHUP])
        self._begin()
        while (order := self._orders.get()) is not None:
            if order.future.set_running_or_notify_cancel():
                self._do(order)
        self._end(at_once=True)

    def _do(self, order: _Order) -> None:
        """Gives its future what came of *order*."""
        try:
            returned, value = self._ask(order)
        except WorkerFault as fault:
            returned, value = False, fault
        except Exception as error:  # whatever it is, somebody waits to hear of it
            returned, value = False, error
        if self._closing:
            order.future.set_exception(asyncio.CancelledError())
        elif returned:
            order.future.set_result(value)
        else:
            order.future.set_exception(value)

    def _ask(self, order: _Order) -> tuple[bool, Any]:
        """As a worker answers. Raises WorkerFault."""
        for _ in range(_ATTEMPTS):
            worker = self._ready_worker()
            try:
                return worker.ask(order)
            except _Late:
                self._replace()
                raise WorkerFault("took too long", f"over {order.seconds:g} s") from None
            except _Died as died:
                self._replace()
                if died.code == EXIT_MEMORY:
                    raise WorkerFault("took too much memory", f"over {PAGE_MEMORY >> 20} MiB") from None
                if died.begun and died.code != EXIT_WORN:
                    raise WorkerFault("worker died", f"exit code {died.code}") from None
        raise WorkerFault("worker died", "no memory left as it began")

    def _ready_worker(self) -> _Worker:
        """Its worker, or another where that has done enough. Raises WorkerFault where none can be started."""
        if self._worker is not None and self._worker.answered >= PAGES_PER_WORKER:
            self._replace()
        for _ in range(_STARTS):
            worker = self._worker or self._begin()
            if worker is None:
                continue
            try:
                worker.wait_until_ready()
            except (_Died, _Late):
                self._replace()
            else:
                return worker
        raise WorkerFault("worker died", "as it started")

    def _replace(self) -> None:
        """Ends its worker and begins the next, which is getting ready from now on."""
        self._end(at_once=True)
        self._begin()

    def _begin(self) -> _Worker | None:
        """A new worker; None where the system gives no process, or none is wanted any more."""
        with self._lock:
            if self._closing:
                return None
            try:
                self._worker = _Worker(self._preload)
            except OSError:
                self._worker = None
            return self._worker

    def _end(self, *, at_once: bool) -> None:
        if self._worker is not None:
            self._worker.end(at_once=at_once)
            self._worker = None
