"""Reads the archive beside its writer, in a thread of its own: memories are packed while others are written."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from archive.database import explained, open_archive

T = TypeVar("T")


class Reader:
    """Of the archive at *path*."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive-reader")
        self._db: sqlite3.Connection | None = None

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What *work* returned, by the archive as it stands. Raises ArchiveError."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, work)

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with explained(self._path):
            if self._db is None:
                self._db = open_archive(self._path, read_only=True)
            return work(self._db)

    def close(self) -> None:
        """To be called once; nothing is read later."""
        self._thread.submit(self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
