"""Takes what workers ship into the archive: in its order, each thing once, and never more at a time than it writes.

While one group is written, the next is fetched and unpacked. Nothing that goes wrong loses anything: what the archive
cannot write now waits in the queue, and what a fault of ours keeps out has a fate that says so.
"""

import asyncio
import logging
import sqlite3
from asyncio import Task, create_task, sleep, to_thread, wrap_future
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

from archive.article import Fate
from archive.errors import ArchiveError
from archive.keeper import Kept
from archive.taken import Place
from crawler.cluster.credible import is_credible
from crawler.cluster.out import CrawlOut, CrawlsOut
from crawler.cluster.queue import Queue
from crawler.cluster.records import RECORD_FORMAT, Record, RecordError, unpack_some
from crawler.cluster.taking import FAULT, Opened, Part, Step, leave_at, left_of, note_fault, visit_of
from crawler.cluster.waiting import Batch, Key, bodies, groups, remove, unreadable, waiting
from pipelines.ended import Ended
from pipelines.keeping import keep_before, settle
from pipelines.saved import RefusedPage, Saved
from pipelines.workbench import Workbench
from seeds.bounds import TAKEN_AT_ONCE, TAKEN_BYTES_AT_ONCE

logger = logging.getLogger(__name__)

_POLL = 1.0  # seconds without news from a worker, after which it is looked all the same
_AFTER_TROUBLE = 2.0  # seconds: a full disk is not emptied sooner


class Intake:
    """*adopt* gives a crawl that is not known yet, *ended* is told of those that their workers have ended."""

    def __init__(
        self, queue: Queue, queue_id: str, out: CrawlsOut, workbench: Callable[[], Workbench], *,
        adopt: Callable[[int], Awaitable[CrawlOut | None]],
        ended: Callable[[Sequence[tuple[CrawlOut, Ended]]], Awaitable[None]],
    ) -> None:  # fmt: skip
        self._queue, self._id, self._out, self._workbench = queue, queue_id, out, workbench
        self._adopt, self._ended = adopt, ended
        self._news = asyncio.Event()
        self._opened: asyncio.Queue[list[Opened]] = asyncio.Queue(1)
        self._under_way: set[Key] = set()
        self._removing: Task[None] | None = None
        self._told: str | None = None  # what was last told to be wrong with the archive
        self.unreadable: frozenset[int] = frozenset()
        """The formats of what waits for a newer Khabar."""

    async def run(self, held: asyncio.Event) -> None:
        """Takes what comes for as long as the queue is *held*, until it is cancelled."""
        self._forget()
        tasks = [create_task(work) for work in (self._queue.listen(self._news.set), self._fetch(held), self._write())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            tasks += [self._removing] if self._removing is not None else []
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self) -> None:
        """What was under way when it ended last is fetched anew; what is in of it is known by its place."""
        self._opened = asyncio.Queue(1)
        self._under_way.clear()
        self._removing = None

    async def _fetch(self, held: asyncio.Event) -> None:
        while True:
            await held.wait()
            self._news.clear()
            found = await waiting(self._queue, RECORD_FORMAT, self._under_way)
            for group in groups(found, TAKEN_AT_ONCE, TAKEN_BYTES_AT_ONCE):
                self._under_way.update(batch.key for batch in group)
                async for opened in self._open(group):
                    await self._opened.put(opened)
            if not found:
                self._tell_of(await unreadable(self._queue, RECORD_FORMAT))
                with suppress(TimeoutError):
                    async with asyncio.timeout(_POLL):  # wait_for would miss that it is cancelled as news comes
                        await self._news.wait()

    async def _open(self, group: Sequence[Batch]) -> AsyncIterator[list[Opened]]:
        """*group* in its order; as a whole, unless it is far larger than it looks."""
        found, there = await bodies(self._queue, group), []
        for batch in group:
            crawl = self._out.get(batch.crawl) or await self._adopt(batch.crawl)
            if crawl is None or batch.key not in found:  # it was closed, and its batches with it
                self._under_way.discard(batch.key)
            else:
                there.append((batch, crawl))
        while there:  # in one go: a change of threads for each batch would take longer than to unpack it
            unpacked = await to_thread(unpack_some, [(found[batch.key], batch.format) for batch, _ in there])
            opened = [
                Opened(crawl=crawl, attempt=batch.key[1], sequence=batch.key[2], records=self._believed(crawl, records))
                for (batch, crawl), records in zip(there, unpacked, strict=False)
            ]
            del there[: len(opened)]
            yield opened

    def _believed(self, crawl: CrawlOut, records: list[Record] | RecordError) -> list[Record | None]:
        """What of a batch of *crawl* is to be taken; None in the place of what is not: places are counted by them."""
        source, at = crawl.errand.source.id, self._workbench().clock()
        if isinstance(records, RecordError):
            logger.error("what a worker shipped of %s is lost: it %s", source, records)
            crawl.errand.tally.fault()
            return []
        believed = [record if is_credible(record, source, at) else None for record in records]
        if lost := believed.count(None):
            logger.error("a worker shipped %d records as of %s that cannot be of its crawl", lost, source)
            crawl.errand.tally.fault()
        return believed

    async def _write(self) -> None:
        while True:
            opened = await self._opened.get()
            ended = await self._take(opened)
            if self._removing is not None:
                await self._removing
            keys = [(batch.crawl.id, batch.attempt, batch.sequence) for batch in opened]
            self._removing = create_task(self._remove(keys, ended))

    async def _remove(self, keys: Sequence[Key], ended: Sequence[tuple[CrawlOut, Ended]]) -> None:
        over = {crawl.id for crawl, end in ended if not end.handed_back}  # they are taken out whole
        try:
            if left := [key for key in keys if key[0] not in over]:
                await remove(self._queue, left)
            if ended:
                await self._ended(ended)
        finally:  # not before: what is still there would be told of twice
            self._under_way.difference_update(keys)

    async def _take(self, opened: Sequence[Opened]) -> list[tuple[CrawlOut, Ended]]:
        """Takes what is in *opened*; the crawls that have ended with it, or had: where all of a batch is in, it may be
        here again because its end met a fault before the queue was told."""
        lefts = [(batch, left_of(batch)) for batch in opened]
        parts = [Part(batch, *left) for batch, left in lefts if left]
        ended = [
            (batch.crawl, record)
            for batch, left in lefts if not left
            for record in batch.records if isinstance(record, Ended)
        ]  # fmt: skip
        step = Step(self._id, parts)
        kept = await self._keep_pages(parts)
        try:
            await self._patiently(step)
        except Exception:  # one of them has met a fault of ours: which, is found out
            for part in parts:
                ended += await self._take_singly(part)
            return ended
        await self._settle(step, kept)
        return ended + step.ended

    async def _take_singly(self, part: Part) -> list[tuple[CrawlOut, Ended]]:
        """Takes one record after the other, and notes a fault where one cannot be taken."""
        batch, ended = part.batch, []
        for number in range(part.begin, part.end):
            step = Step(self._id, [Part(batch, number, number + 1)])
            try:
                await self._patiently(step)
            except Exception as error:
                logger.exception("a record of %s could not be taken", batch.crawl.errand.source.id)
                place = Place(batch.attempt, batch.sequence, number + 1)
                await self._note_fault(batch.crawl, batch.records[number], error, place)
            else:
                await self._settle(step, {})
                ended += step.ended
        batch.crawl.place = batch.end
        return ended

    async def _note_fault(self, crawl: CrawlOut, record: Record | None, error: Exception, place: Place) -> None:
        visit = visit_of(record, crawl.errand.run)

        def write(db: sqlite3.Connection, *, noted: bool) -> None:
            if noted:
                note_fault(db, visit, error)
            leave_at(db, self._id, crawl, place)

        try:
            await self._patiently(partial(write, noted=True))
        except Exception:  # its address itself may be what cannot be written
            await self._patiently(partial(write, noted=False))
        crawl.errand.tally.count(Fate.FAILED, f"{FAULT}: {type(error).__name__}")

    async def _keep_pages(self, parts: Sequence[Part]) -> dict[int, Kept]:
        """Keeps the pages that came along, before the archive names them; by the identity of their records. Those of a
        late crawl are kept behind it: of most of them nothing is taken."""
        keeping: dict[int, Awaitable[Kept]] = {}
        for part in parts:
            errand = part.batch.crawl.errand
            for record in part.batch.records[part.begin : part.end]:
                if isinstance(record, Saved) and record.arrival.page is not None and not part.batch.crawl.late:
                    keeping[id(record)] = keep_before(errand, record.arrival)
                elif isinstance(record, RefusedPage) and errand.keeper is not None:
                    keeping[id(record)] = _kept(errand.keeper.keep(record.page), errand.tally.lose_page)
        return dict(zip(keeping, await asyncio.gather(*keeping.values()), strict=True))

    async def _settle(self, step: Step, kept: dict[int, Kept]) -> None:
        """Counts what *step* has done, now that it is in."""
        for part in step.parts:
            part.batch.crawl.place = part.behind
        for record, crawl, outcome in step.outcomes:
            await settle(crawl.errand, record.arrival, kept.get(id(record), "unwanted"), outcome.page)
            crawl.errand.tally.count(outcome.fate, outcome.reason(record.arrival))
        for crawl, ended in step.ended:
            ended.add_to(crawl.errand.tally)

    async def _patiently(self, write: Callable[[sqlite3.Connection], None]) -> None:
        """Until *write* is in the archive. Raises what it does, but what is wrong with the archive passes."""
        while True:
            try:
                await self._workbench().archive(write)
            except ArchiveError as error:
                if (told := str(error)) != self._told:
                    logger.error("what workers ship waits in the queue: %s", told)
                self._told = told
                await sleep(_AFTER_TROUBLE)
            else:
                if self._told is not None:
                    logger.info("the archive takes again what workers ship")
                    self._told = None
                return

    def _tell_of(self, formats: frozenset[int]) -> None:
        if formats - self.unreadable:
            logger.error(
                "what workers of a newer Khabar ship waits in the queue (format %d; this one reads up to %d): bring "
                "the service up to date", max(formats), RECORD_FORMAT,
            )  # fmt: skip
        self.unreadable = formats


async def _kept(future: "Future[Kept]", lost: Callable[[], None]) -> Kept:
    kept = await wrap_future(future)
    if kept == "lost":
        lost()
    return kept
