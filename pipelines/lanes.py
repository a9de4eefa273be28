"""Worker processes one by one: each is asked by a thread of its own over a pipe that nobody else has an end of.

In a pool whose workers share a pipe, one that the system kills while it writes leaves all others waiting, for ever:
it held the lock. Here a worker that dies takes its one piece of work with it and is replaced; the others do not notice.
"""

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, InvalidStateError
from multiprocessing import forkserver, resource_tracker
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from types import ModuleType
from typing import Any

from pipelines.worker_process import EXIT_WORN, serve
from seeds.bounds import PAGES_PER_WORKER

_CPU_CLOCK = 2  # with a process id before it: its clock of processor time, as clock_getcpuclockid(3) gives it
_ATTEMPTS = 10  # at finding a worker that is there, and not worn; each replaces one
_START_SECONDS = 60.0
"""For a new worker to be ready. The first takes a second of a processor, of which there may be too few."""
_STARTS = 3  # of workers that die before they are ready, in a row; then the work is given up
_GONE_SECONDS = 10.0  # for a process that was killed, or has closed its pipe, to be gone

_FORKING = multiprocessing.get_context("forkserver")
_one_at_a_time = Lock()
"""Around the beginning and the end of a process: at either, `multiprocessing` looks after all children."""


class Late(Exception):
    """The work took longer than it may; its process was killed."""


class Died(Exception):
    """The process of the work ended, with this exit code; None: none could be begun."""

    def __init__(self, code: int | None, *, begun: bool = True) -> None:
        super().__init__(code)
        self.code, self.begun = code, begun


class Order:
    """A piece of work that was handed to a lane. Its future has what the function returned or raised, Late or Died."""

    def __init__(self, function: Callable[..., Any], arguments: Sequence[Any], seconds: float) -> None:
        self.work = pickle.dumps((seconds, function, tuple(arguments)))
        self.seconds = seconds
        self.future: Future[Any] = Future()
        self._process = 0  # that does it, and what its clock showed as it began
        self._begun = 0.0
        self._given_up = False
        self._kill: Callable[[], None] | None = None
        self._lock = Lock()

    def begin(self, process: int, kill: Callable[[], None]) -> bool:
        """Whether it is still wanted; *process* does it from now on, and *kill* ends that."""
        with self._lock:
            self._process, self._kill = process, kill
            self._begun = _clock_of(process, 0.0)
            return not self._given_up

    def busy(self, before: float) -> float:
        """Seconds of a processor that were spent on it so far; *before* where that is not known.

        On a busy machine the clock says little: an honest page may stand still for a second.
        """
        with self._lock:
            if self._kill is None:  # it is not begun, or its process does something else
                return before
            return _clock_of(self._process, self._begun + before) - self._begun

    def end(self) -> None:
        """Its process does it no longer, and may have other work by now."""
        with self._lock:
            self._kill = None

    def finish(self, returned: bool, value: Any) -> None:
        """Gives its future what came of it, unless nobody waits for that any more."""
        with contextlib.suppress(InvalidStateError):  # it was cancelled
            if returned:
                self.future.set_result(value)
            else:
                self.future.set_exception(value)

    def give_up(self) -> None:
        """Nobody waits for it any more: it is not begun, and a process that does it is killed."""
        with self._lock:
            self._given_up = True
            self.future.cancel()
            if self._kill:
                self._kill()


class Lanes:
    """So many worker processes of one kind, begun on first use and kept warm until `close`.

    They have *memory* bytes of data each, are niced by *niceness*, and are forked from a process that has imported
    the modules of *preload* and done nothing else, so that one that was killed is replaced in a tenth of a second.
    """

    def __init__(self, count: int, *, memory: int, niceness: int, preload: Sequence[str]) -> None:
        self._count, self._preload = count, tuple(preload)
        self._limits = memory, niceness
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        self._lanes: list[_Lane] = []
        self._closed = False

    def hand(self, order: Order) -> None:
        """Lets the next lane that is free do *order*."""
        if self._closed:
            raise RuntimeError("these workers are closed")
        if not self._lanes:
            with _without_interrupts():
                _ensure_nursery(self._preload)
            begin = (*self._limits, list(sys.path), self._preload)
            self._lanes = [_Lane(self._orders, begin) for _ in range(self._count)]
        self._orders.put(order)

    def close(self) -> None:
        """Ends its processes at once, whatever they are doing. What was not begun is cancelled."""
        self._closed = True
        for lane in self._lanes:
            lane.close()
            self._orders.put(None)
        for lane in self._lanes:
            lane.thread.join()
        with contextlib.suppress(Empty):
            while True:
                if (order := self._orders.get_nowait()) is not None:
                    order.future.cancel()


class _Worker:
    """One process, and this process's end of its pipe."""

    def __init__(self, begin: tuple[Any, ...]) -> None:
        self._pipe, theirs = _FORKING.Pipe()
        with _one_at_a_time:
            self._process = _FORKING.Process(target=serve, args=(theirs, *begin), daemon=True)
            with _without_main():
                self._process.start()
        theirs.close()  # so that its end is noticed here
        self._is_ready = False
        self.answered = 0

    @property
    def process(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    def wait_until_ready(self) -> None:
        """Raises Died or Late."""
        if not self._is_ready:
            self._receive(_START_SECONDS)
            self._is_ready = True

    def ask(self, order: Order) -> tuple[bool, Any]:
        """Whether the function returned, and what it returned or raised. Raises Died or Late."""
        try:
            self._pipe.send_bytes(order.work)
        except OSError:
            raise Died(self.end(), begun=False) from None
        answer = self._receive(order.seconds)
        self.answered += 1
        return pickle.loads(answer)  # type: ignore[no-any-return]  # noqa: S301 -- of a process of our own

    def _receive(self, seconds: float) -> bytes:
        try:
            if self._pipe.poll(seconds):
                return self._pipe.recv_bytes()
        except (EOFError, OSError):
            raise Died(self.end()) from None
        raise Late

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

    def __init__(self, orders: "SimpleQueue[Order | None]", begin: tuple[Any, ...]) -> None:
        self._orders, self._begin_with = orders, begin
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
        # A terminal sends Ctrl-C and SIGHUP to all processes. What this thread starts inherits what it holds back.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGHUP])
        self._begin()
        while (order := self._orders.get()) is not None:
            self._do(order)
        self._end()

    def _do(self, order: Order) -> None:
        """Gives its future what came of *order*."""
        try:
            returned, value = self._ask(order)
        except Exception as error:  # whatever it is, somebody waits to hear of it
            returned, value = False, error
        order.end()
        if self._closing:
            order.future.cancel()
        else:
            order.finish(returned, value)

    def _ask(self, order: Order) -> tuple[bool, Any]:
        """As a worker answers. Raises Late or Died."""
        died = Died(None)
        for _ in range(_ATTEMPTS):
            worker = self._ready_worker()
            if not order.begin(worker.process, worker.kill):
                raise Died(None)
            try:
                return worker.ask(order)
            except Late:
                self._replace()
                raise
            except Died as error:
                order.end()
                self._replace()
                if error.begun and error.code != EXIT_WORN:
                    raise
                died = error
        raise died

    def _ready_worker(self) -> _Worker:
        """Its worker, or another where that has done enough. Raises Died where none can be begun."""
        if self._worker is not None and self._worker.answered >= PAGES_PER_WORKER:
            self._replace()
        for _ in range(_STARTS):
            worker = self._worker or self._begin()
            if worker is None:
                continue
            try:
                worker.wait_until_ready()
            except (Died, Late):
                self._replace()
            else:
                return worker
        raise Died(None)

    def _replace(self) -> None:
        """Ends its worker and begins the next, which is getting ready from now on."""
        self._end()
        self._begin()

    def _begin(self) -> _Worker | None:
        """A new worker; None where the system gives no process, or none is wanted any more."""
        with self._lock:
            if self._closing:
                return None
            try:
                self._worker = _Worker(self._begin_with)
            except (OSError, EOFError):
                self._worker = None
            return self._worker

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end(at_once=True)
            self._worker = None


def _clock_of(process: int, otherwise: float) -> float:
    """Seconds of a processor that *process* has used in its life; *otherwise* where it has ended.

    Where the system does not tell, the clock on the wall has to do.
    """
    if sys.platform != "linux":
        return monotonic()
    try:
        return time.clock_gettime(~process << 3 | _CPU_CLOCK)
    except OSError:
        return otherwise


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
def _without_main() -> Iterator[None]:
    """Keeps `multiprocessing` from importing this process's main program into a worker, which needs nothing of it.

    A program that imports Scrapy would leave a worker no room for its first page.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keeps Ctrl-C and SIGHUP from processes that are started meanwhile: the terminal sends them to all."""
    resource_tracker.ensure_running()  # starting it later would let the interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGHUP])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
