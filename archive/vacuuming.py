"""Gives room that is free within an archive back to the disk, in steps between which others write.

An archive made before this cannot be made smaller by steps: SQLite keeps for that where each page is referred to, and
only since an archive's first page or its last full copy. `compact` makes that copy, for which nobody else may write.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveError

STEP = 250
"""Pages of 4 kB that are given back in one transaction: some hundredths of a second, for which other writers wait."""
_SPARE_SHARE = 0.1
_SPARE_PAGES = 4_096  # 16 MB
"""Of free room a tenth is left, and 16 MB at least: what is written next takes it, and would take it from the disk."""
_INCREMENTAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What an archive takes, in bytes."""

    size: int
    free: int  # of it, which nothing stands in
    gives_back: bool  # by steps; else only as a whole

    @property
    def is_much(self) -> bool:
        """Whether it is worth giving back."""
        return self.free > 2 * _spare(self.size)


def _spare(size: float) -> float:
    return max(size * _SPARE_SHARE, _SPARE_PAGES * 4_096)


def room_of(db: sqlite3.Connection) -> Room:
    """What the archive behind *db* takes, its write-ahead log left out."""
    names = ("page_size", "page_count", "freelist_count", "auto_vacuum")
    page, pages, free, mode = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return Room(size=page * pages, free=page * free, gives_back=mode == _INCREMENTAL)


def give_back(db: sqlite3.Connection) -> Iterator[int]:
    """Gives back what is free beyond what is spared, outside any transaction; how many bytes, after each step."""
    page: int = db.execute("PRAGMA page_size").fetchone()[0]
    while (room := room_of(db)).gives_back:
        pages = min(int(room.free - _spare(room.size - room.free)) // page, STEP)
        if pages <= 0:
            return
        db.executescript(f"PRAGMA incremental_vacuum({pages})")  # `execute` takes the first page for all of the answer
        given = room.free - room_of(db).free
        if given <= 0:  # somebody else has taken what was free
            return
        yield given


def compact(db: sqlite3.Connection, path: Path) -> int:
    """Writes the archive at *path* anew without what is free in it, and lets it give back by steps from then on; how
    many bytes it takes less. Nobody may write meanwhile. Raises ArchiveError where the disk has no room for it."""
    before = room_of(db)
    needed, free = 2 * (before.size - before.free), shutil.disk_usage(path.parent).free
    if free < needed:
        raise ArchiveError(
            f"{path}: to write it anew takes {needed / 1e6:,.0f} MB of free disk for the time, and there are "
            f"{free / 1e6:,.0f} MB; make room and try again"
        )
    os.environ["SQLITE_TMPDIR"] = str(path.parent)  # there the room was looked for; /tmp may be memory
    db.execute("PRAGMA temp_store = FILE")
    db.execute(f"PRAGMA auto_vacuum = {_INCREMENTAL}")
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return before.size - room_of(db).size
