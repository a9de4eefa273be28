"""Brings files of captured pages into the archive, by the stages that a crawl's pages go through.

Several pages are under way at a time, so that no processor waits; those of one address follow each other. How far all
is settled is written down now and then: what was in flight when the process died is done once more, and unchanged then.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from archive.errors import ArchiveError
from archive.imports import begin_import
from archive.ledger import finish_run, key_of, start_run
from archive.plain import plain
from crawler.warc.captures import Capture, Sorter
from crawler.warc.errands import Errands
from crawler.warc.files import WarcFile
from crawler.warc.picking import Picker
from crawler.warc.reading import Batch, Counts, FileReading
from crawler.warc.records import Place
from crawler.warc.settling import Open, Settling
from crawler.warc.way import settle
from pipelines.page import Page
from pipelines.tally import Tally
from pipelines.workbench import Workbench
from seeds.bounds import CAPTURE_BYTES_AT_ONCE

logger = logging.getLogger(__name__)

STOP_SECONDS = 5.0
"""How long what is under way may take once the import is to end."""
A_WORKER = 4
"""Pages that are read, or wait to be, for each processor."""
_MOST_UNDER_WAY = 64
"""Captures, of which the others are read already and wait to be written: as many as a transaction takes, and some."""


@dataclass(slots=True)
class FileSummary:
    """What came of a file."""

    file: WarcFile
    counts: Counts = field(default_factory=Counts)
    finished: bool = False
    known: datetime | None = None  # when it had been imported whole before; then nothing was read of it


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import did."""

    run: int
    started: datetime
    finished: datetime
    outcome: Literal["done", "stopped"]
    files: list[FileSummary]
    tallies: dict[str, Tally]

    @property
    def troubled(self) -> bool:
        """Whether something failed, or a record was bad."""
        bad = any(one.counts.faults for one in self.files if not one.known)
        return bad or any(tally.troubled for tally in self.tallies.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be imported, and how."""

    files: Sequence[WarcFile]
    picker: Picker
    picked: str  # what it picks, in words that are the same where the same is picked
    tells: Literal["all", "nothing"] = "nothing"
    again: bool = False


Watch = Callable[[FileSummary, int], None]
"""Is told of a file, and how many bytes of it are read."""


class Importing:
    """One import. `stop` ends it early: what is under way is finished, and the rest is for the next one."""

    def __init__(self, workbench: Workbench, order: Order, watch: Watch = lambda summary, at: None) -> None:
        self._workbench, self._order, self._watch = workbench, order, watch
        self._most = A_WORKER * workbench.workers.count
        self._under_way: set[asyncio.Task[None]] = set()
        self._being_read = self._weight = 0  # pages, and their bytes
        self._left = asyncio.Event()  # set whenever one is done with, and when it is to end
        self._last_of: dict[str, asyncio.Task[None]] = {}  # by address
        self._stopped = False
        self._broken: BaseException | None = None

    def stop(self) -> None:
        """Asks it to end."""
        self._stopped = True
        self._left.set()

    async def run(self) -> ImportSummary:
        """Reads the files one after the other. Raises ArchiveError, and OSError where one cannot be read on."""
        workbench = self._workbench
        begun = workbench.clock()
        run = await workbench.archive(lambda db: start_run(db, None, begun), at_once=True)
        self._errands = Errands(workbench, run, self._order.tells)
        tallies, files = self._errands.tallies, [FileSummary(file) for file in self._order.files]
        try:
            for summary in files:
                if not self._stopped:
                    await self._import(summary)
        finally:
            finished = workbench.clock()
            outcome: Literal["done", "stopped"] = "done" if all(one.finished for one in files) else "stopped"
            if not isinstance(self._broken, ArchiveError):
                counts = {name: tally.as_dict() for name, tally in tallies.items()}
                await workbench.archive(lambda db: finish_run(db, run, finished, outcome, counts), at_once=True)
        return ImportSummary(
            run=run, started=begun, finished=finished, outcome=outcome, files=files, tallies=tallies
        )  # fmt: skip

    async def _import(self, summary: FileSummary) -> None:
        file, order, now = summary.file, self._order, self._workbench.clock()
        begun = await self._workbench.archive(
            lambda db: begin_import(
                db, file=str(file.path), hashed=file.hash, picked=order.picked, at=now, again=order.again
            ),
            at_once=True,
        )
        summary.counts = Counts.of(begun.counts)
        if begun.finished:
            summary.finished, summary.known = True, begun.finished
            return
        sorter, start = Sorter(order.picker, now), Place(begun.offset, begun.within)
        settling = Settling(begun.id, summary.counts, self._workbench)
        with await asyncio.to_thread(FileReading, file, sorter, start) as reading:
            try:
                await self._read(reading, summary, settling)
            finally:
                await self._wind_up()
                if not isinstance(self._broken, ArchiveError):
                    await settling.note()
        summary.finished = settling.is_whole
        if self._broken:
            raise self._broken

    async def _read(self, reading: FileReading, summary: FileSummary, settling: Settling) -> None:
        """Hands the pages of a file on as there is room for them; the next ones are read meanwhile."""
        following = asyncio.create_task(asyncio.to_thread(reading.next))
        try:
            while True:
                batch = await following
                if not batch.is_last:
                    following = asyncio.create_task(asyncio.to_thread(reading.next))
                self._tell_bad(summary, batch)
                opened = settling.begin(batch)
                while batch.captures:
                    await self._wait_for_room(batch.captures[0].weight)
                    if self._is_ending:
                        return
                    self._begin(batch.captures.popleft(), opened, settling)
                await settling.note_now_and_then()
                self._watch(summary, reading.at)
                if batch.is_last or self._is_ending:
                    return
        finally:
            await asyncio.wait({following})

    @property
    def _is_ending(self) -> bool:
        return self._stopped or self._broken is not None

    async def _wait_for_room(self, weight: int) -> None:
        """Until there is room for one more page of so many bytes, or it is to end."""
        while self._under_way and not self._is_ending:
            is_room = self._being_read < self._most and self._weight + weight <= CAPTURE_BYTES_AT_ONCE
            if (is_room or not self._being_read) and len(self._under_way) < _MOST_UNDER_WAY:
                return
            self._left.clear()
            await self._left.wait()

    def _begin(self, capture: Capture, opened: Open, settling: Settling) -> None:
        key, weight = key_of(capture.url), capture.weight
        held = [capture.page] if capture.page else []
        self._being_read += len(held)
        self._weight += weight

        def was_read() -> None:
            self._being_read -= 1
            self._weight -= weight
            self._left.set()

        before = self._last_of.get(key)
        task = asyncio.create_task(
            self._settle(replace(capture, page=None), held, was_read, opened, settling, after=before)
        )
        self._last_of[key] = task
        self._under_way.add(task)

        def left(done: asyncio.Task[None]) -> None:
            self._under_way.discard(done)
            if held:  # it did not come to be read
                was_read()
            if self._last_of.get(key) is done:
                del self._last_of[key]
            if not done.cancelled() and (error := done.exception()):
                self._broken = self._broken or error
            self._left.set()

        task.add_done_callback(left)

    async def _settle(
        self, capture: Capture, held: list[Page], was_read: Callable[[], None], opened: Open, settling: Settling, *,
        after: asyncio.Task[None] | None,
    ) -> None:  # fmt: skip
        if after:
            await asyncio.wait({after})
        if self._broken:
            return  # what comes before it is not settled
        if not await settle(capture, held, self._errands.of(capture.source, capture.at), was_read):
            opened.batch.counts.skipped["revisit of an unknown page"] += 1
        settling.end(opened)

    async def _wind_up(self) -> None:
        """Waits for what is under way; not for long where it is to end."""
        while self._under_way and not self._is_ending:
            self._left.clear()
            if not self._being_read:  # all that is left is on its way into the archive, and nothing comes behind it
                await self._workbench.archive(lambda db: None, at_once=True)
            else:
                await self._left.wait()
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1.0)

    @staticmethod
    def _tell_bad(summary: FileSummary, batch: Batch) -> None:
        for bad in batch.bad:
            where = f"{summary.file.path}: at byte {bad.place.offset}"
            logger.info("%s", plain(f"{where}: {bad.reason}" + (f": {bad.url}" if bad.url else "")))
