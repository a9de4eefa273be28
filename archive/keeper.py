"""The keeper of pages: a thread with the only connection of a process that writes to their file.

Whatever is wrong with that file, no news waits for it: a page that cannot be kept is lost, and whoever brought it is
told. It is tried again after a pause.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Collection
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue
from threading import Lock, Thread
from time import monotonic
from typing import Literal, TypeAlias

from archive.database import explained, one_moment, open_archive
from archive.errors import ArchiveError
from archive.packed_page import PackedPage
from archive.pages import drop_pages, keep_page, open_pages, pages_beside, prune_refused
from seeds.bounds import KEEP_PAUSE_SECONDS, KEEP_SECONDS, MAX_QUEUED

logger = logging.getLogger(__name__)

Kept: TypeAlias = Literal["new", "there", "unwanted", "lost"]
"""What became of a page: it is kept now, its bytes were kept already, nobody asked for it, or it could not be kept."""
_File: TypeAlias = tuple[str, int, int]
Wanted: TypeAlias = Callable[[sqlite3.Connection], bool]
"""Whether a page is worth keeping, by the archive as it stands."""
_MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    future: "Future[Kept]"
    page: PackedPage | None = None
    is_wanted: Wanted | None = None
    drop: tuple[bytes, ...] = ()


class Keeper:
    """Keeps pages beside the archive at *archive*, which is there. Nothing is opened before there is one to keep."""

    def __init__(self, archive: Path) -> None:
        self._archive, self._path = archive, pages_beside(archive)
        self._queue: Queue[_Order | None] = Queue(MAX_QUEUED)
        self._starting = Lock()
        self._thread: Thread | None = None
        self._closed = False
        self._db: sqlite3.Connection | None = None
        self._file: _File | None = None  # that it has open
        self._news: sqlite3.Connection | None = None  # the archive, to be asked which pages are wanted
        self._not_before = 0.0

    def keep(self, page: PackedPage, is_wanted: Wanted | None = None) -> "Future[Kept]":
        """Keeps *page* where *is_wanted* says so; done when it is on disk."""
        return self._hand(_Order(Future(), page=page, is_wanted=is_wanted))

    def drop(self, hashes: Collection[bytes]) -> "Future[Kept]":
        """Takes these pages out again."""
        return self._hand(_Order(Future(), drop=tuple(hashes)))

    def close(self) -> None:
        """Keeps what is handed in, and ends. What is handed in later is lost."""
        with self._starting:
            self._closed = True
            if self._thread is None:
                return
            self._queue.put(None)
        self._thread.join()

    def _hand(self, order: _Order) -> "Future[Kept]":
        with self._starting:
            if self._closed:
                order.future.set_result("lost")
                return order.future
            if self._thread is None:
                self._thread = Thread(target=self._run, name="page-keeper", daemon=True)
                self._thread.start()
            self._queue.put(order)
        return order.future

    def _run(self) -> None:
        try:
            while (order := self._queue.get()) is not None:
                self._serve(self._gather(order))
        finally:
            self._let_go()

    def _gather(self, first: _Order) -> list[_Order]:
        orders = [first]
        while len(orders) < _MOST_AT_ONCE:
            try:
                order = self._queue.get_nowait()
            except Empty:
                break
            if order is None:
                self._queue.put(None)
                break
            orders.append(order)
        return [order for order in orders if order.future.set_running_or_notify_cancel()]

    def _serve(self, orders: list[_Order]) -> None:
        """Does what is asked, in one transaction."""
        results: dict[int, Kept] = {}
        try:
            wanted = self._wanted(orders)
            if wanted and monotonic() >= self._not_before:
                with explained(self._path):
                    results = self._written(wanted)
            else:
                results = {id(order): "lost" for order in wanted}
        except (ArchiveError, sqlite3.Error, OSError) as error:
            logger.warning("pages are not kept for now, news goes on: %s", error)
            self._let_go()
            self._not_before = monotonic() + KEEP_PAUSE_SECONDS
            results = {id(order): "lost" for order in orders}
        except BaseException as error:  # a fault of ours: whoever waits is told, and the keeper goes on
            self._let_go()
            for order in orders:
                order.future.set_exception(error)
            return
        for order in orders:
            order.future.set_result(results.get(id(order), "unwanted"))

    def _wanted(self, orders: list[_Order]) -> list[_Order]:
        """Those of *orders* that are worth doing."""
        if not any(order.is_wanted for order in orders):
            return orders
        if self._news is None:
            self._news = open_archive(self._archive, read_only=True)
        with explained(self._archive), one_moment(self._news):
            return [order for order in orders if order.is_wanted is None or order.is_wanted(self._news)]

    def _written(self, orders: list[_Order]) -> dict[int, Kept]:
        db, results, refusing = self._opened(), dict[int, Kept](), set[str]()
        db.execute("BEGIN IMMEDIATE")
        try:
            for order in orders:
                if order.page is None:
                    drop_pages(db, order.drop)
                    results[id(order)] = "unwanted"
                    continue
                results[id(order)] = "new" if keep_page(db, order.page) else "there"
                if order.page.refused is not None:
                    refusing.add(order.page.source)
            for source in refusing:
                prune_refused(db, source, datetime.now(UTC))
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        return results

    def _opened(self) -> sqlite3.Connection:
        """The file that is there now: somebody may delete it, or move it to a larger disk, while a service runs."""
        if self._db is not None and _file_at(self._path) != self._file:
            self._let_go()
        if self._db is None:
            self._db = open_pages(self._path, patience=KEEP_SECONDS)
            self._file = _file_at(self._path)
        return self._db

    def _let_go(self) -> None:
        for db in (self._db, self._news):
            if db is not None:
                with suppress(sqlite3.Error):  # what cannot be closed is let go all the same
                    db.close()
        self._db = self._news = None


def _file_at(path: Path) -> _File | None:
    """Which file a path leads to; its real path too, since beside that its write-ahead log is. None: to none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return os.path.realpath(path), found.st_dev, found.st_ino
