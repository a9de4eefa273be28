"""How far a file is settled: up to the first record of which something is still under way."""

from collections import deque
from dataclasses import dataclass
from time import monotonic

from archive.imports import advance_import
from crawler.warc.reading import Batch, Counts
from crawler.warc.records import Place
from pipelines.workbench import Workbench

_NOTED_EVERY = 2.0  # seconds; what was settled since is done once more after a kill


@dataclass(slots=True)
class Open:
    """A batch of which so many captures are under way."""

    batch: Batch
    left: int


class Settling:
    """Of one file, whose *counts* are those of the records that are settled."""

    def __init__(self, number: int, counts: Counts, workbench: Workbench) -> None:
        self._number, self._workbench = number, workbench
        self.counts = counts
        self._open: deque[Open] = deque()
        self._place: Place | None = None
        self._noted: Place | None = None
        self._noted_at = monotonic()
        self.is_whole = False

    def begin(self, batch: Batch) -> Open:
        """All of its captures are under way from now on, or will be."""
        self._open.append(opened := Open(batch, len(batch.captures)))
        self._move_on()
        return opened

    def end(self, opened: Open) -> None:
        """One more of its captures is settled."""
        opened.left -= 1
        self._move_on()

    def _move_on(self) -> None:
        while self._open and not self._open[0].left:
            batch = self._open.popleft().batch
            self.counts.add(batch.counts)
            self._place, self.is_whole = batch.end, batch.is_last

    async def note_now_and_then(self) -> None:
        """Writes it down where that was a while ago."""
        if monotonic() - self._noted_at > _NOTED_EVERY:
            await self.note()

    async def note(self) -> None:
        """Writes it down."""
        self._noted_at = monotonic()
        place, counts, workbench = self._place, self.counts.as_dict(), self._workbench
        if place is None or place == self._noted:
            return
        finished = workbench.clock() if self.is_whole else None
        await workbench.archive(
            lambda db: advance_import(
                db, self._number, offset=place.offset, within=place.within, counts=counts, finished=finished
            ),
            at_once=True,
        )
        self._noted = place
