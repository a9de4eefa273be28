"""What the crawls of one process share: worker pool, archive writer, topic packs, alerts to watch for, and clock.

A crawl is handed a Workbench by whoever starts it, so that many crawls in one process share one pool and one
writer, and so that tests and the service decide what stands behind it.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from alerts.watching import Watch
from archive.keeper import Keeper
from archive.notes import Note
from archive.writer import Writer
from pipelines.workers import Workers
from topics.packs import Packs

T = TypeVar("T")


def now() -> datetime:
    """The present instant, aware. The clock that a Workbench has unless it is handed another."""
    return datetime.now(UTC)


class Journal(Protocol):
    """Where the notes of a crawl go besides, in their order, if the archive that it works with is a scratch one."""

    def here(self, note: Note[T]) -> Note[T]:
        """*note* as it is written into the scratch archive, which knows less."""
        ...

    async def add(self, note: object) -> None:
        """Takes *note*, which is written into the scratch archive. Waits while there is no room for it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Shared by all crawls of a process. `close` ends it: what was handed to the archive is in the archive then."""

    workers: Workers
    writer: Writer
    packs: Packs
    watch: Watch = field(default_factory=Watch)
    keeper: Keeper | None = None  # of pages; None: none is kept, whatever a source says
    keeps_pages: bool = False  # of sources that do not say
    clock: Callable[[], datetime] = now
    journal: Journal | None = None  # None: the archive is the one that counts

    async def archive(self, work: Callable[[sqlite3.Connection], T], *, at_once: bool = False) -> T:
        """What *work* returned, once its transaction is committed; *at_once*: as of the Writer. Raises what *work*
        raised, or ArchiveError.
        """
        return await self.writer.written(work, at_once=at_once)

    async def put(self, note: Note[T]) -> T:
        """What *note* returned once it is written down, as by `archive`; it goes into the journal too."""
        if self.journal is None:
            return await self.archive(note)
        result = await self.archive(self.journal.here(note))
        await self.journal.add(note)
        return result

    def close(self) -> None:
        """Stops the workers, and writes what still waits to be written."""
        self.workers.close()
        if self.keeper:
            self.keeper.close()
        self.writer.close()


def open_workbench(
    archive: Path, packs: Packs, watch: Watch, *, keep_pages: bool = False, pause: float = 0.0,
    places: int | None = None,
) -> Workbench:  # fmt: skip
    """A Workbench that writes to *archive*, which is made where it does not exist; *keep_pages*: of every source that
    does not say itself; *pause* as of its Writer, *places* as the count of its Workers. Raises ArchiveError.
    """
    writer = Writer(archive, pause=pause)  # first: where it cannot be opened, no worker has been started
    workers = Workers(places, preload=["pipelines.extraction.packing"])
    return Workbench(
        workers=workers, writer=writer, packs=packs, watch=watch, keeper=Keeper(archive), keeps_pages=keep_pages
    )
