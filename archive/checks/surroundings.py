"""What stands around the archive: who may read it, how much room there is, what was left beside it.

Pure but for looking at files: nothing is asked of the archive that its connection cannot tell at once.
"""

import fcntl
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from archive.checks.asking import is_unreadable
from archive.checks.finding import Finding, Severity
from archive.database import archive_bytes
from archive.pacing import paced
from archive.times import to_text
from archive.vacuuming import give_back, room_of

_LARGE_LOG = 256 * 2**20
"""Bytes of a write-ahead log: four times what it is cut back to when nobody reads."""
_WEEKS = 4  # by whose articles the archive's growth is told
_FEWEST_DAYS = 60
_FEWEST_BYTES = 512 * 2**20
_UPGRADE = 1.5  # sizes of the archive, which a new version that changes the tables asks for: see archive.backup
_UNFINISHED = "unfinished-copy"
_KEPT = ("schema-", "before-repair")


def surroundings(db: sqlite3.Connection, path: Path, now: datetime) -> Iterator[Finding]:
    """What is wrong around the archive at *path*, at the instant *now*."""
    yield from _permissions(path)
    yield from _log(path)
    yield from _leftovers(path)
    yield from _room(db)
    yield from _disk(db, path, now)


Act = Callable[[sqlite3.Connection], int]


def _said(name: str, severity: Severity, wrong: str, remedy: str, act: Act | None = None) -> Finding:
    return Finding(name=name, severity=severity, wrong=wrong, remedy=remedy, act=act)


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"


def _permissions(path: Path) -> Iterator[Finding]:
    for file in (path, path.with_name("pages.db")):
        if file.exists() and file.stat().st_mode & stat.S_IROTH and _may_be_entered(file.parent):
            yield _said(
                "permissions", "note", f"every user of this machine may read {file.name}",
                f"chmod o-r {file.name}, where that is not meant",
            )  # fmt: skip


def _may_be_entered(directory: Path) -> bool:
    return bool(directory.stat().st_mode & stat.S_IXOTH)


def _log(path: Path) -> Iterator[Finding]:
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > _LARGE_LOG:
        yield _said(
            "write-ahead log", "warning",
            f"{log.name} has {_megabytes(size)}: a program has read one moment of the archive for long",
            "end that program; --repair then empties the log", _empty_log,
        )  # fmt: skip


def _empty_log(db: sqlite3.Connection) -> int:
    """1: it is empty; 0: somebody reads still."""
    busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return 0 if busy else 1


def _leftovers(path: Path) -> Iterator[Finding]:
    beside = sorted(file for file in path.parent.iterdir() if file.name.startswith(f"{path.name}."))
    for file in beside:
        if file.name.endswith(_UNFINISHED) and not _is_held(file):
            yield _said(
                "leftovers", "warning", f"{file.name} ({_megabytes(file.stat().st_size)}) is a copy that was cut off",
                "--repair removes it", partial(_remove, file),
            )  # fmt: skip
    kept = [file for file in beside if file.name.startswith(tuple(f"{path.name}.{word}" for word in _KEPT))]
    kept = [file for file in kept if not file.name.endswith(_UNFINISHED)]
    if kept:
        size = sum(file.stat().st_size for file in kept)
        names = ", ".join(file.name for file in kept[:3]) + (" and others" if len(kept) > 3 else "")
        yield _said(
            "copies", "note", f"earlier states of the archive are kept beside it, {_megabytes(size)}: {names}",
            "remove them when you are sure",
        )  # fmt: skip


def _remove(file: Path, db: sqlite3.Connection) -> int:
    if _is_held(file):
        return 0
    file.unlink(missing_ok=True)
    return 1


def _is_held(file: Path) -> bool:
    """Whether a process is writing this copy at this moment."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _room(db: sqlite3.Connection) -> Iterator[Finding]:
    room = room_of(db)
    if room.is_much:
        remedy = "--repair gives it back to the disk" if room.gives_back else (
            '"khabar doctor --compact" gives it back, while no service runs; else it is filled again'
        )  # fmt: skip
        said = f"{_megabytes(room.free)} of the {_megabytes(room.size)} of the archive are free"
        yield _said("free room", "note", said, remedy, _give_back if room.gives_back else None)


def _give_back(db: sqlite3.Connection) -> int:
    return sum(paced(give_back(db)))


def _disk(db: sqlite3.Connection, path: Path, now: datetime) -> Iterator[Finding]:
    free, size = shutil.disk_usage(path.parent).free, archive_bytes(path)
    try:
        daily = _bytes_a_day(db, size, now)
    except sqlite3.DatabaseError as error:
        if not is_unreadable(error):
            raise
        daily = 0.0  # the damage is told by what was asked of the tables
    days = free / daily if daily else None
    if free < _FEWEST_BYTES or (days is not None and days < _FEWEST_DAYS):
        lasts = f", enough for {days:,.0f} days at the pace of the last weeks" if days is not None else ""
        yield _said(
            "disk space", "warning", f"{_megabytes(free)} are free{lasts}",
            "make room, or set keep_days (docs/care.md): nothing is archived on a full disk",
        )  # fmt: skip
    elif free < _UPGRADE * size:
        yield _said(
            "disk space", "note",
            f"{_megabytes(free)} are free, less than {_UPGRADE} times the archive ({_megabytes(size)})",
            "a new version that changes the tables copies the archive first, and will ask for that much",
        )  # fmt: skip


def _bytes_a_day(db: sqlite3.Connection, size: int, now: datetime) -> float:
    """By how much the archive grows, as far as the articles of the last weeks tell."""
    (articles,) = db.execute("SELECT count(*) FROM article_head").fetchone()
    since = now - timedelta(weeks=_WEEKS)
    query = "SELECT coalesce(sum(articles), 0) FROM volume WHERE topic = 0 AND hour >= ? AND hour <= ?"
    (lately,) = db.execute(query, (to_text(since), to_text(now))).fetchone()
    return float(size / articles * lately / (7 * _WEEKS)) if articles else 0.0
