"""What the crawls of one process share: worker pool, archive writer, topic packs, alerts to watch for, and clock.

A crawl is handed a Workbench by whoever starts it, so that many crawls in one process share one pool and one
writer, and so that tests and the service decide what stands behind it.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from alerts.watching import Watch
from archive.keeper import Keeper
from archive.writer import Writer
from pipelines.workers import Workers
from topics.packs import Packs

T = TypeVar("T")


def now() -> datetime:
    """The present instant, aware. The clock that a Workbench has unless it is handed another."""
    return datetime.now(UTC)


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

    async def archive(self, work: Callable[[sqlite3.Connection], T], *, at_once: bool = False) -> T:
        """What *work* returned, once its transaction is committed; *at_once*: as of the Writer. Raises what *work*
        raised, or ArchiveError.
        """
        return await self.writer.written(work, at_once=at_once)

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
