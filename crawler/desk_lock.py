"""One owner of a desk's manners: while a service holds a desk, nobody else crawls it.

The lock is the kernel's (flock) on a file of the desk, so that it dies with its holder, however that dies. The
service holds it alone; crawls by hand share it among themselves.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

NAME = ".khabar.lock"
_PATIENCE = 1.0
"""Seconds that a lock is tried for: `khabar status` holds it for a moment, to see whether it is free."""


class DeskBusy(Exception):
    """Somebody else crawls this desk; the message says who, and what to do."""


@contextmanager
def hold_desk(root: Path, *, alone: bool) -> Iterator[None]:
    """Holds the desk at *root*: *alone* as its service, else as one crawl of several. Raises DeskBusy."""
    file = os.open(root / NAME, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _lock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, _PATIENCE):
            raise DeskBusy(_busy(root, service_of(root), alone=alone))
        if alone:
            _sign(file, root / NAME)
        yield
    finally:
        os.close(file)


@contextmanager
def hold_if_free(root: Path) -> Iterator[bool]:
    """Holds the desk at *root* for the moment, where nobody else does; whether that is so."""
    file = os.open(root / NAME, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield _lock(file, fcntl.LOCK_EX, 0)
    finally:
        os.close(file)


def _sign(file: int, path: Path) -> None:
    """Writes into the lock whose it is. Raises OSError with its name, as on a full disk."""
    try:
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def service_of(root: Path) -> int | None:
    """The process id of the service that holds the desk at *root*; None where none does."""
    try:
        file = os.open(root / NAME, os.O_RDONLY)
    except OSError:
        return None
    try:
        if _lock(file, fcntl.LOCK_SH, 0):
            return None
        words = os.pread(file, 20, 0).split()
        return int(words[0]) if words and words[0].isdigit() else 0
    finally:
        os.close(file)


def _lock(file: int, kind: int, patience: float) -> bool:
    deadline = monotonic() + patience
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() >= deadline:
                return False
            sleep(0.05)
        else:
            return True


def _busy(root: Path, service: int | None, *, alone: bool) -> str:
    if service is None:
        return f'{root}: a crawl of this desk is under way; start "khabar run" when it has ended'
    who = f"khabar run (process {service}) holds this desk"
    if alone:
        return f"{root}: {who}; a desk has one service"
    return f"{root}: {who} and crawls it on schedule; stop it first, or give its job a shorter every"
