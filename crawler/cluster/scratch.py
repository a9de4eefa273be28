"""An archive of its own for every crawl of a worker: it begins empty, is given the source's memory, and is thrown away.

What stands in it is only what its crawl has to see of its own doing. What is to last goes into the journal.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from archive.database import open_archive

_PREFIX = "khabar-worker-"
_LOCK = "in-use"
_ARCHIVE = "archive.db"


class Scratch:
    """The directory in which a process keeps them; made with `with`, in the system's directory for what is temporary.

    What a process left there that was killed is taken away by the next one. Raises OSError where it cannot be made.
    """

    def __init__(self) -> None:
        _sweep(Path(tempfile.gettempdir()))
        self.root, self._lock = _made()
        self._template = self.root / "template.db"

    def __enter__(self) -> Self:
        open_archive(self._template).close()
        return self

    def __exit__(self, *fault: object) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        os.close(self._lock)

    @contextmanager
    def archive(self, name: str) -> Iterator[Path]:
        """The path of an empty archive, which is gone behind the block. *name* is that of no other at the time."""
        place = self.root / name
        place.mkdir()
        try:
            shutil.copyfile(self._template, place / _ARCHIVE)
            yield place / _ARCHIVE
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _made() -> tuple[Path, int]:
    """A new directory, and the open file whose lock says that it is in use."""
    while True:
        root = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = os.open(root / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if root.exists():
            return root, lock
        os.close(lock)  # another one that begins took it for left behind, between the two lines above


def _sweep(folder: Path) -> None:
    """Takes away what nobody uses any more: who does holds a lock, and whoever was killed holds none."""
    for left in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # just gone
            if left.lstat().st_uid != os.getuid():
                continue
            lock = os.open(left / _LOCK, os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)
