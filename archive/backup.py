"""Copies an archive as it is at one moment, whoever writes to it meanwhile.

A copy is complete or not there at all: it is made beside its name and gets it when the disk has all of it.
"""

import fcntl
import logging
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
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
    """Keeps the archive at *path*, which is of an older *schema*, before it is brought up to date; where the copy is.

    It takes no other's place. Whoever asks for it holds the archive's write lock, so that nobody writes between the
    copy and what it is made for. Says at its beginning, in one line, what happens: it is not done in a second where the
    archive is large. Raises ArchiveError where the disk has no room for it.
    """
    _check_room(path)
    target = _free_name(path, f"schema-{schema}", datetime.now(UTC))
    logger.warning(
        "%s: is of an older Khabar (schema %d) and is brought up to date; as it was, it is kept in %s",
        path, schema, target.name,
    )  # fmt: skip
    with _unfinished(path) as copy:  # a name of its own would stay behind each time that one is killed
        _copy(path, copy)
        copy.rename(target)
    _settle(path.parent)
    return target


def keep_before(path: Path, word: str) -> Path:
    """Keeps the archive at *path* as it is, beside it, before something is taken out of it; where the copy is. Its name
    says with *word* before what. Raises ArchiveError where the disk has no room for it."""
    size, free = _size(path), shutil.disk_usage(path.parent).free
    if free < size:
        raise ArchiveError(
            f"{path}: a copy of it is to be kept first, which takes {_megabytes(size)} of free disk, and there are "
            f"{_megabytes(free)}; make room and try again"
        )
    target = _free_name(path, word, datetime.now(UTC))
    copy_archive(path, target)
    return target


def copy_archive(path: Path, target: Path) -> None:
    """Copies what is committed in the archive at *path*, or the file of pages, to *target*, in the place of what is
    there, once SQLite has found the copy whole.

    Raises ArchiveError where another process copies to the same name, or what was copied is damaged, SQLite's errors,
    and OSError.
    """
    with _unfinished(target) as copy:
        _copy(path, copy)
        _check_copy(path, copy)
        if target.exists():  # somebody may have made the one before more private than the archive
            copy.chmod(stat.S_IMODE(copy.stat().st_mode & (target.stat().st_mode | stat.S_IRUSR | stat.S_IWUSR)))
        copy.replace(target)
    _settle(target.parent)


@contextmanager
def _unfinished(beside: Path) -> Iterator[Path]:
    """A name *beside* that one for what is not whole yet. What a process that died has left there is begun anew."""
    name = beside.with_name(f"{beside.name}.unfinished-copy")
    handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)  # a link may be another's, to anywhere
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy(name) from error
        if not _is_at(handle, name):  # the other has just finished, and this is its copy
            raise _busy(name)
        os.truncate(handle, 0)
        try:
            yield name
        except BaseException:
            name.unlink(missing_ok=True)
            raise
    finally:
        os.close(handle)


def _busy(name: Path) -> ArchiveError:
    return ArchiveError(f"{name}: another process writes this copy at this moment")


def _is_at(handle: int, name: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), name.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _check_room(path: Path) -> None:
    needed, free = _size(path) * _RESERVE, shutil.disk_usage(path.parent).free
    if free < needed:
        raise ArchiveError(
            f"{path}: is of an older Khabar; to copy it and bring it up to date takes {_megabytes(needed)} of "
            f"free disk, and there are {_megabytes(free)}; make room and try again"
        )


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in (path, path.with_name(f"{path.name}-wal")) if file.exists())


def _megabytes(size: float) -> str:
    return f"{max(size / _MEGABYTE, 0.1):,.1f} MB"


def _free_name(path: Path, word: str, at: datetime) -> Path:
    """A name that tells why and when, and that no file has."""
    name = f"{path.name}.{word}.{at:%Y%m%dT%H%M%SZ}"
    names = (path.with_name(name + (f".{number}" if number else "")) for number in count())
    return next(target for target in names if not target.exists())


def _copy(path: Path, target: Path) -> None:
    """Copies what is committed into one file that needs no other beside it, and waits until the disk has it."""
    with closing(_opened(path)) as source, closing(sqlite3.connect(target)) as copy:
        shutil.copymode(path, target)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _check_copy(path: Path, copy: Path) -> None:
    """Raises ArchiveError where the copy is damaged: nobody is to find that out on the day that he needs it."""
    with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as db:
        try:
            found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
    found = found.splitlines()[-1]  # the first names the database
    if found != "ok":
        raise ArchiveError(
            f"{path}: is damaged ({found}), and so would the copy be; it was not kept, and an earlier one stays; "
            '"khabar doctor" tells more'
        )


def _opened(path: Path) -> sqlite3.Connection:
    """A connection to the archive at *path*; where its disk cannot be written and nobody writes, to that file alone."""
    address = f"file:{quote(os.fsencode(path.absolute()))}"
    source = sqlite3.connect(f"{address}?mode=ro", uri=True)
    try:
        source.execute("PRAGMA user_version")
    except sqlite3.OperationalError as error:
        source.close()
        is_closed = (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not is_closed or path.with_name(f"{path.name}-wal").exists():
            raise
        source = sqlite3.connect(f"{address}?immutable=1", uri=True)
    return source


def _settle(directory: Path) -> None:
    """Waits until the disk has the directory's names."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
