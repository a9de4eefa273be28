"""Files and directories that have their name once they are whole, and never before.

What is made stands beside the name, and gets it when the disk has all of it. What a process that was killed has left
there is made anew by the next one; two that make the same at a time are told apart by a lock.
"""

import fcntl
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".unfinished-export"
REPLACED = ".replaced-export"
_BUFFER = 1024 * 1024
_DATABASE = b"SQLite format 3\0"
"""How every file of SQLite begins: an archive, kept pages, a backup."""
_LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file, and would read as that file's own whoever has written it."""


class NotWritten(Exception):
    """What may not be written where it was asked for; in words, with the way out."""


@contextmanager
def whole_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """A file to write to that becomes the one at *path* when the block ends well; a link there stays one.

    Raises NotWritten where something is there already and is not to be replaced, is no file, or is nothing that an
    export has written; and OSError.
    """
    target = _resolved(path)
    _check_place(path, target)
    _check_file(path, target, replace=replace)
    beside = target.with_name(target.name + UNFINISHED)
    handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    with open(handle, "wb", buffering=_BUFFER) as file:  # noqa: PTH123 -- it is open already
        _lock(handle, beside)
        try:
            _keep_private(handle, target)
            os.truncate(handle, 0)
            yield file
            file.flush()
            os.fsync(handle)
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    _settle(target.parent)


@contextmanager
def whole_directory(path: Path, *, replace: bool, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A directory to fill that becomes the one at *path* when the block ends well.

    An empty one there makes room; one of an earlier export is replaced where that is wished, and where it *is ours*: no
    other ever is. Raises NotWritten, and OSError.
    """
    target = _resolved(path)
    _check_place(path, target)
    _check_directory(path, target, replace=replace, is_ours=is_ours)
    beside = target.with_name(target.name + UNFINISHED)
    beside.mkdir(exist_ok=True)
    handle = os.open(beside, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _lock(handle, beside)
        try:
            _keep_private(handle, target)
            _empty(beside)
            yield beside
            os.sync()  # as many files as there are articles: one by one they would take the disk an hour
            _take_place(beside, target)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    finally:
        os.close(handle)
    _settle(target.parent)


def has_only(directory: Path, names: re.Pattern[str]) -> bool:
    """Whether *names* fits the path of each file below *directory*, from there on and with `/`. Another one is
    somebody's: a note beside the articles, the time stamp of a bundle."""
    for place, directories, files in os.walk(directory):
        within = place[len(str(directory)) :].replace(os.sep, "/").lstrip("/")
        links = [name for name in directories if Path(place, name).is_symlink()]
        if not all(names.fullmatch(f"{within}/{name}".lstrip("/")) for name in (*files, *links)):
            return False
    return True


def _check_place(path: Path, target: Path) -> None:
    if not target.parent.is_dir():
        raise NotWritten(f"{path}: {target.parent} is no directory; make it first")


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError as error:  # so Python says it before 3.13
        raise NotWritten(f"{path}: is a link that leads to itself; name another file") from error


def _check_file(path: Path, target: Path, *, replace: bool) -> None:
    if target.name.endswith(_LOGS):
        raise NotWritten(f"{path}: a name that ends so belongs to the log of an archive; name another file")
    if not target.exists():
        return
    if not target.is_file():
        raise NotWritten(f"{path}: is no file; name another one")
    if _is_kept_from_exports(target):  # one slip of the keyboard, and the archive would be gone
        raise NotWritten(f"{path}: is an archive or a desk's file, which no export replaces; name another file")
    if not replace:
        raise NotWritten(f"{path}: is there already; name another file, or replace it with --force")


def _is_kept_from_exports(target: Path) -> bool:
    """Whether it is of a kind that no form has: a database, or a definition."""
    with target.open("rb") as file:
        return target.suffix == ".toml" or file.read(len(_DATABASE)) == _DATABASE


def _check_directory(path: Path, target: Path, *, replace: bool, is_ours: Callable[[Path], bool]) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise NotWritten(f"{path}: is a file, and this form is a directory; name another one")
    if not any(target.iterdir()):
        return
    if not is_ours(target):
        reason = "is no export of this form, or has files of somebody else in it"
        raise NotWritten(f"{path}: is there already and {reason}; name another directory")
    if not replace:
        raise NotWritten(f"{path}: is there already; name another directory, or replace it with --force")


def _lock(handle: int, beside: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise NotWritten(f"{beside}: another process writes this export at this moment") from error
    try:
        is_there = os.path.samestat(os.fstat(handle), beside.stat(follow_symlinks=False))
    except FileNotFoundError:
        is_there = False
    if not is_there:  # the other has just finished, and took it away
        raise NotWritten(f"{beside}: another process has just written this export; try again")


def _keep_private(handle: int, target: Path) -> None:
    """Before anything is written: whom the one that it replaces was kept from, it is kept from as well."""
    if target.exists():
        mine, before = (stat.S_IMODE(one.st_mode) for one in (os.fstat(handle), target.stat()))
        os.fchmod(handle, mine & (before | stat.S_IRWXU))


def _empty(directory: Path) -> None:
    for entry in os.scandir(directory):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            Path(entry.path).unlink()


def _take_place(beside: Path, target: Path) -> None:
    if not target.exists():
        beside.rename(target)
        return
    before = target.with_name(target.name + REPLACED)
    if before.exists():  # of a process that was killed between the two names
        shutil.rmtree(before)
    target.rename(before)
    try:
        beside.rename(target)
    except BaseException:
        before.rename(target)
        raise
    shutil.rmtree(before)


def _settle(directory: Path) -> None:
    """Waits until the disk has the directory's names."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
