"""Copies an archive of an older Khabar, as it is, before it is brought up to date.

The copy is complete or not there at all, and takes no other's place. Whoever asks for it holds the archive's write
lock, so that nobody writes between the copy and what it is made for, and no two processes make one.
"""

import logging
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.parse import quote

from archive.errors import ArchiveError

logger = logging.getLogger(__name__)

_RESERVE = 1.5
"""Free space that is asked for, in sizes of the archive: one for the copy, half of one for what a migration writes."""
_MEGABYTE = 1_000_000


def back_up(path: Path, *, schema: int) -> Path:
    """Where the copy of the archive at *path* is; raises ArchiveError where the disk has no room for it.

    Says at its beginning, in one line, what happens: it is not done in a second where the archive is large.
    """
    _check_room(path)
    target = _free_name(path, schema, datetime.now(UTC))
    logger.warning(
        "%s: is of an older Khabar (schema %d) and is brought up to date; as it was, it is kept in %s",
        path, schema, target.name,
    )  # fmt: skip
    unfinished = path.with_name(f"{path.name}.unfinished-copy")  # of a process that died: begun anew
    unfinished.unlink(missing_ok=True)
    try:
        _copy(path, unfinished)
        unfinished.rename(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _settle(path.parent)
    return target


def _check_room(path: Path) -> None:
    size = sum(file.stat().st_size for file in (path, path.with_name(f"{path.name}-wal")) if file.exists())
    needed, free = size * _RESERVE, shutil.disk_usage(path.parent).free
    if free < needed:
        raise ArchiveError(
            f"{path}: is of an older Khabar; to copy it and bring it up to date takes {_megabytes(needed)} of "
            f"free disk, and there are {_megabytes(free)}; make room and try again"
        )


def _megabytes(size: float) -> str:
    return f"{max(size / _MEGABYTE, 0.1):,.1f} MB"


def _free_name(path: Path, schema: int, at: datetime) -> Path:
    """A name that tells schema and time, and that no file has."""
    name = f"{path.name}.schema-{schema}.{at:%Y%m%dT%H%M%SZ}"
    names = (path.with_name(name + (f".{number}" if number else "")) for number in count())
    return next(target for target in names if not target.exists())


def _copy(path: Path, target: Path) -> None:
    """Copies what is committed into one file that needs no other beside it, and waits until the disk has it."""
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(target)) as copy:
        shutil.copymode(path, target)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _settle(directory: Path) -> None:
    """Waits until the disk has the directory's names."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
