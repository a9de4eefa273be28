"""The one writer of a process: a thread with the only connection that writes, and a queue in front of it.

What is queued is committed together: a transaction per article would spend more on the index than on the article.
It does not wait for more to come, so that a lone work is not delayed.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Lock, Thread
from time import monotonic
from typing import Any, Generic, TypeVar

from archive.database import explained, open_archive, transaction
from archive.errors import ArchiveError
from seeds.bounds import MAX_QUEUED

T = TypeVar("T")

_MOST_AT_ONCE = 50
"""Works in a transaction: 50 articles take a tenth of a second, for which other processes wait; more gain little."""


@dataclass(frozen=True, slots=True)
class _Order(Generic[T]):
    work: Callable[[sqlite3.Connection], T]
    future: "Future[T]"
    at_once: bool = False


class Writer:
    """Writes to the archive at *path*, which is made where it does not exist. Raises ArchiveError.

    Where nobody waits for the single work, *pause* seconds are waited for more to come: a commit of one article takes
    as long as all else that is written of it. A work that is to be done at once ends the waiting.
    """

    def __init__(self, path: Path, *, pause: float = 0.0) -> None:
        self._path, self._pause = path, pause
        self._queue: Queue[_Order[Any] | None] = Queue(MAX_QUEUED)
        self._closing = Lock()
        self._closed = False
        opened: Future[None] = Future()
        self._thread = Thread(target=self._run, args=(opened,), name="archive-writer", daemon=True)
        self._thread.start()
        try:
            opened.result()
        except BaseException:
            self._end_soon()  # its thread may be about to wait for work, or still waits for another process
            raise

    def submit(self, work: Callable[[sqlite3.Connection], T], *, at_once: bool = False) -> "Future[T]":
        """Queues *work*, which runs in the writer's thread within a transaction; it must not begin or end one.
        *at_once*: it, and what was queued before it, waits for no more to come.

        The future has its result once the transaction is committed. Where *work* raises, what it wrote is rolled
        back, nobody else's is lost, and the future raises the same; where the archive cannot be written, it raises
        ArchiveError. A work may run twice, the first time in vain, so it must leave nothing behind but in the archive.
        """
        order = _Order(work, Future(), at_once)
        with self._closing:
            if self._closed:
                raise ArchiveError(f"{self._path}: nothing more can be written, its writer is closed")
            self._queue.put(order)
        return order.future

    async def written(self, work: Callable[[sqlite3.Connection], T], *, at_once: bool = False) -> T:
        """As `submit`, for who waits on an event loop: what *work* returned, once its transaction is committed."""
        return await asyncio.wrap_future(self.submit(work, at_once=at_once))

    def close(self) -> None:
        """Writes what is queued, and ends. What is submitted later is refused."""
        self._end_soon()
        self._thread.join()

    def _end_soon(self) -> None:
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)

    def _run(self, opened: "Future[None]") -> None:
        try:
            db = open_archive(self._path)
        except BaseException as error:  # whatever it is, the caller waits to hear of it
            opened.set_exception(error)
            return
        opened.set_result(None)
        try:
            while (order := self._queue.get()) is not None:
                self._write(db, self._gather(order))
        finally:
            db.close()

    def _gather(self, first: _Order[Any]) -> list[_Order[Any]]:
        """*first* and what is queued behind it. The sign to end is left in place."""
        orders = [first]
        until = monotonic() + self._pause
        while len(orders) < _MOST_AT_ONCE:
            left = 0.0 if orders[-1].at_once else until - monotonic()
            try:
                order = self._queue.get(timeout=left) if left > 0 and not self._closed else self._queue.get_nowait()
            except Empty:
                break
            if order is None:
                self._queue.put(None)
                break
            orders.append(order)
        return [order for order in orders if order.future.set_running_or_notify_cancel()]

    def _write(self, db: sqlite3.Connection, orders: list[_Order[Any]]) -> None:
        """Commits *orders* together. Where one of them raises, each is tried again alone.

        A savepoint around each would spare that; but at every savepoint the full-text index writes out what it has
        gathered, and a batch takes twice as long.
        """
        results: list[Any] = []
        try:
            with explained(self._path), transaction(db):
                for order in orders:
                    results.append(self._result(db, order))
        except _WorkFailed as failed:
            if len(orders) == 1:
                orders[0].future.set_exception(failed.cause)
            else:
                for order in orders:
                    self._write(db, [order])
        except BaseException as error:  # whatever it is, whoever waits is told, and the writer goes on
            for order in orders:
                order.future.set_exception(error)
        else:
            for order, result in zip(orders, results, strict=True):
                order.future.set_result(result)

    def _result(self, db: sqlite3.Connection, order: _Order[Any]) -> Any:
        """What one work returns. Raises _WorkFailed for whatever it raises."""
        try:
            with explained(self._path):
                return order.work(db)
        except BaseException as error:
            raise _WorkFailed(error) from error


class _WorkFailed(Exception):
    """A work has raised, as opposed to the transaction around it."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause
