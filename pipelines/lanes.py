"""Worker processes of one kind, each with a pipe of its own: none holds anything that another one waits for.

In a pool whose workers share a pipe and its lock, one that the system kills while it writes leaves all others waiting,
for ever. Here its end is seen at the other end of its pipe, whatever it was doing, and another takes its place.
"""

import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from pipelines.worker_process import serve
from seeds.bounds import PAGES_PER_WORKER

_START_SECONDS = 60.0
"""For a new worker to be ready. It takes a second of a processor, of which there may be too few."""
_STARTS = 3  # of workers that die before they are ready, in a row; then the work is given up
_GONE_SECONDS = 10.0  # for a process that was killed, or whose pipe was closed, to be gone

_FORKED = multiprocessing.get_context("forkserver")
_one_at_a_time = Lock()
"""Around the beginning and the end of a process: at either, `multiprocessing` looks after all children."""


class Late(Exception):
    """A work took longer than it may; its worker was ended."""


class Died(Exception):
    """A worker's process ended over its work, with this exit code."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"exit code {code}")
        self.code = code


class NoWorker(Exception):
    """None could be started."""


class _Gone(Exception):
    """A worker ended, or did not become ready, before it had got its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How workers begin: see `pipelines.worker_process.start`."""

    memory: int
    niceness: int
    preload: tuple[str, ...]


class Reading(Future[Any]):
    """What will come of a work. Cancelling it ends its worker, where it is under way."""

    def __init__(self, order: bytes, seconds: float) -> None:
        super().__init__()
        self.order, self.seconds = order, seconds
        self.worker: _Worker | None = None

    def cancel(self) -> bool:
        """As a future's: False where its worker had it already."""
        if super().cancel():
            return True
        if (worker := self.worker) is not None:
            worker.kill(self)
        return False


class Lanes:
    """So many workers, begun with the first work and kept until `close`."""

    def __init__(self, count: int, kind: Kind) -> None:
        self._count, self._kind = count, kind
        self._waiting: SimpleQueue[Reading | None] = SimpleQueue()
        self._lanes: list[_Lane] = []
        self._closed = False

    def schedule(self, seconds: float, function: Callable[..., Any], *args: Any) -> Reading:
        """Begins the work, whose future this gives. It raises what *function* raises; Late, Died or NoWorker."""
        reading = Reading(pickle.dumps((seconds, function, *args)), seconds)
        if self._closed:
            reading.cancel()
            return reading
        if not self._lanes:
            self._lanes = [_Lane(self._waiting, self._kind) for _ in range(self._count)]
        self._waiting.put(reading)
        return reading

    def close(self) -> None:
        """Ends the workers at once, whatever they are doing."""
        self._closed = True
        for lane in self._lanes:
            lane.close()
            self._waiting.put(None)
        for lane in self._lanes:
            lane.thread.join()
        while True:
            try:
                reading = self._waiting.get_nowait()
            except Empty:
                return
            if reading is not None:
                reading.cancel()


class _Worker:
    """One process, and this process's end of its pipe."""

    def __init__(self, kind: Kind) -> None:
        self._pipe, theirs = _FORKED.Pipe()
        arguments = (theirs, kind.memory, kind.niceness, list(sys.path), kind.preload)
        with _one_at_a_time:
            _ensure_nursery(kind.preload)
            self._process = _FORKED.Process(target=serve, args=arguments, daemon=True)
            self._process.start()
        theirs.close()  # so that its end is noticed here
        self._is_ready = False
        self._reading: Reading | None = None
        self._lock = Lock()  # around the work that it has: who cancels one must not end another
        self.answered = 0

    def wait_until_ready(self) -> None:
        """Raises _Gone."""
        if self._is_ready:
            return
        try:
            if not self._pipe.poll(_START_SECONDS):
                raise _Gone
            self._pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise _Gone from error
        self._is_ready = True

    def begin(self, reading: Reading) -> None:
        """Hands it a work. Raises _Gone."""
        with self._lock:
            self._reading = reading
        reading.worker = self
        try:
            self._pipe.send_bytes(reading.order)
        except OSError as error:
            raise _Gone from error

    def answer(self, seconds: float) -> tuple[bool, Any]:
        """Whether its work returned, and what it returned or raised. Raises Late or Died."""
        try:
            answer = self._pipe.recv_bytes() if self._pipe.poll(seconds) else None
        except (EOFError, OSError):
            raise Died(self.end()) from None
        finally:
            with self._lock:
                self._reading = None
        if answer is None:
            raise Late
        self.answered += 1
        return pickle.loads(answer)  # type: ignore[no-any-return]  # noqa: S301 -- of a process of our own

    def kill(self, reading: Reading | None = None) -> None:
        """Ends it at once, where it still works at *reading*, if one is named. Another thread may be waiting for it."""
        with self._lock:
            if reading is None or reading is self._reading:
                self._process.kill()

    def end(self, *, at_once: bool = False) -> int | None:
        """Closes its pipe, and waits until it is gone; its exit code, None where nobody can tell."""
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
    """A thread that hands one work after the other to a worker of its own."""

    def __init__(self, waiting: "SimpleQueue[Reading | None]", kind: Kind) -> None:
        self._waiting, self._kind = waiting, kind
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
        while (reading := self._waiting.get()) is not None:
            self._do(reading)
        self._end()

    def _do(self, reading: Reading) -> None:
        """Gives *reading* what comes of it."""
        try:
            self._ready_worker()
            if not reading.set_running_or_notify_cancel():
                return
            returned, value = self._answer(reading)
        except Exception as error:  # whatever it is, somebody waits to hear of it
            returned, value = False, error
        reading.worker = None
        if returned:
            reading.set_result(value)
        else:
            reading.set_exception(value)

    def _answer(self, reading: Reading) -> tuple[bool, Any]:
        for _ in range(_STARTS):
            worker = self._ready_worker()
            try:
                worker.begin(reading)
                return worker.answer(reading.seconds)
            except _Gone:
                self._replace()
            except (Late, Died):
                self._replace()
                raise
        raise NoWorker

    def _ready_worker(self) -> _Worker:
        """Its worker, or another where that has done enough. Raises NoWorker."""
        if self._worker is not None and self._worker.answered >= PAGES_PER_WORKER:
            self._replace()
        for _ in range(_STARTS):
            if (worker := self._worker or self._begin()) is None:
                break
            try:
                worker.wait_until_ready()
            except _Gone:
                self._replace()
            else:
                return worker
        raise NoWorker

    def _replace(self) -> None:
        """Ends its worker and begins the next, which gets ready meanwhile."""
        self._end()
        self._begin()

    def _begin(self) -> _Worker | None:
        """A new worker; None where the system gives none, or none is wanted any more."""
        with self._lock:
            if not self._closing:
                try:
                    self._worker = _Worker(self._kind)
                except (OSError, EOFError):
                    self._worker = None
            return self._worker

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end(at_once=True)
            self._worker = None


def _ensure_nursery(preload: tuple[str, ...]) -> None:
    """Has the process started that workers are forked from, once. It finds modules where this one does.

    Its own way of being told the path is not heeded by Python 3.11: it would look into the working directory first.
    """
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "PYTHONSAFEPATH")}
    os.environ |= {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONSAFEPATH": "1"}
    try:
        resource_tracker.ensure_running()  # starting it later would let the interrupts through that lanes hold back
        forkserver.set_forkserver_preload(list(preload))
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
