"""Takes back the crawls that no worker brings to an end, and goes on with those that an earlier service left."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from time import monotonic

from psycopg.rows import DictRow

from archive.errors import ArchiveError
from archive.taken import BEGINNING, Out, crawls_out, drop_out, given_up
from crawler.cluster import crawls
from crawler.cluster.judging import Judging
from crawler.cluster.out import CrawlOut, CrawlsOut
from crawler.cluster.packing import Packing
from crawler.cluster.parcel import ParcelError, unpack_parcel
from crawler.cluster.queue import Queue
from crawler.cluster.taking import leave_at
from pipelines.ended import Ended
from pipelines.errand import Errand
from pipelines.tally import COUNTED
from pipelines.workbench import Workbench
from seeds.bounds import MAX_DEATHS, RETRY_SECONDS
from seeds.sources import Source

logger = logging.getLogger(__name__)

_CLEANING = 600.0  # seconds between two times that what is old is taken out
_JOB_SILENT = 30.0  # seconds, at least, after which Procrastinate's own worker is taken for dead: it beats every ten


class Reclaiming:
    """For one queue, with *out* as what is out of it."""

    def __init__(
        self, queue: Queue, queue_id: str, out: CrawlsOut, *, workbench: Callable[[], Workbench],
        packing: Callable[[], Packing], stalled: float,
    ) -> None:  # fmt: skip
        self._queue, self._id, self._out, self._workbench, self._packing = queue, queue_id, out, workbench, packing
        self._stalled = stalled
        self._known: dict[int, Out] = {}
        self._given_up = 0
        self._cleaned = float("-inf")
        self._judging = Judging(stalled)
        self.wanted = asyncio.Event()
        """Set where there is something to look for at once."""

    async def take_over(self) -> None:
        """Goes on with what an earlier service left. To be called before anything is planned. Raises ArchiveError."""
        archive = self._workbench().archive
        self._known, self._given_up = await archive(lambda db: (crawls_out(db, self._id), given_up(db)))
        rows = await crawls.all_crawls(self._queue)
        for row in rows:
            if (crawl := await self._adopt(row)) is not None and (known := self._known.get(crawl.id)) and known.ended:
                await self.finish(crawl)
        gone = self._known.keys() - {row["id"] for row in rows}
        await archive(lambda db: drop_out(db, self._id, gone))
        late = sum(crawl.late for crawl in self._out)
        if late:
            logger.warning("%d crawls were given up while they were out; of them only what is new is taken", late)
        if len(self._out) > late:
            logger.info("%d crawls of an earlier service are out", len(self._out) - late)

    async def adopt(self, number: int) -> CrawlOut | None:
        """The crawl with this number, which this service does not know; None: the queue does not either."""
        row = await crawls.find(self._queue, number=number)
        return None if row is None else await self._adopt(row)

    async def _adopt(self, row: DictRow) -> CrawlOut | None:
        if (crawl := self._out.get(row["id"])) is not None:
            return crawl
        if (crawl := self._out.expected(row["source"], row["run"])) is not None:  # no answer came that it is there
            crawl.id = row["id"]
            self._out.add(crawl)
            return crawl
        source = await self._source_of(row)
        if source is None:
            await crawls.close(self._queue, [row["id"]])
            return None
        names = self._packing().names_of(source) | {f"host {row['hosts']}"}
        await self._out.locks.share(names)
        if (crawl := self._out.get(row["id"])) is not None:  # somebody adopted it meanwhile
            self._out.locks.let_go(names)
            return crawl
        known = self._known.get(row["id"])
        crawl = CrawlOut(
            id=row["id"], errand=Errand(source=source, run=row["run"], workbench=self._workbench()), names=names,
            adopted=True, late=row["run"] <= self._given_up, place=known.place if known else BEGINNING,
        )  # fmt: skip
        self._out.add(crawl)
        if crawl.late:
            await crawls.fence(self._queue, crawl.id)
        return crawl

    async def _source_of(self, row: DictRow) -> Source | None:
        if (source := self._packing().desk.sources.get(row["source"])) is not None:
            return source
        try:
            return unpack_parcel(await crawls.parcel_of(self._queue, row["id"]) or b"").source
        except ParcelError as error:
            logger.error("the crawl of %s, no source of this desk, is dropped: its parcel %s", row["source"], error)
            return None

    async def look(self) -> None:
        """Takes back what is to be taken back by now. Raises ArchiveError."""
        silent = max(self._stalled, _JOB_SILENT)
        if await self._may_judge():
            for row in await crawls.fence_stalled(self._queue, self._stalled, silent):
                logger.warning(
                    "no more is heard of the worker that had the crawl of %s; it is planned again (%d of %d times)",
                    row["source"], row["deaths"], MAX_DEATHS,
                )  # fmt: skip
        for row in await crawls.emptied(self._queue):
            if (crawl := await self._adopt(row)) is not None:
                await self._go_on(crawl, row)
        await crawls.drop_orphans(self._queue, silent)
        if monotonic() - self._cleaned > _CLEANING:
            self._cleaned = monotonic()
            await crawls.remove_old(self._queue, self._packing().desk.packs.version, silent)

    async def _may_judge(self) -> bool:
        """Whether who is silent is dead."""
        asked = monotonic()
        row = (await self._queue.ask("SELECT extract(epoch FROM clock_timestamp())::float8 AS there"))[0]
        return self._judging.may(asked=asked, answered=monotonic(), there=row["there"])

    async def _go_on(self, crawl: CrawlOut, row: DictRow) -> None:
        source = crawl.errand.source
        if row["deaths"] >= MAX_DEATHS:
            logger.error("the crawl of %s is given up: %d workers died of it, or with it", source.id, row["deaths"])
            crawl.errand.tally.fault()
            await self.finish(crawl)
        elif crawl.late or crawl.unwanted or not self._is_wanted(source):
            await self.finish(crawl)
        else:
            # Those beside it died with it as often: the last time it runs beside none of them, or they would all fail.
            suspect = row["deaths"] == MAX_DEATHS - 1
            await self._again(crawl, after=RETRY_SECONDS * row["deaths"], suspect=suspect)

    def _is_wanted(self, source: Source) -> bool:
        """Whether the desk, as it is by now, still has it crawled."""
        current = self._packing().desk.sources.get(source.id)
        return current is not None and current.enabled

    async def _again(self, crawl: CrawlOut, *, after: float, suspect: bool) -> None:
        packing = self._packing()
        source = packing.desk.sources[crawl.errand.source.id]
        packed = await packing.pack(source, self._workbench())
        await crawls.plan_again(
            self._queue, crawl.id, packed.parcel, packed.packs, packed.packs_body, renders=source.render, after=after,
            suspect=suspect,
        )  # fmt: skip

    async def ended(self, them: Sequence[tuple[CrawlOut, Ended]]) -> None:
        """Workers have ended these crawls, and all of them is in."""
        for crawl, how in them:
            if how.handed_back:
                await crawls.fence(self._queue, crawl.id)
                self.wanted.set()  # `look` plans it again
        await self.finish(*(crawl for crawl, how in them if not how.handed_back))

    async def finish(self, *them: CrawlOut) -> None:
        """Nothing more comes of these crawls."""
        numbers = [crawl.id for crawl in them]
        if not numbers:
            return
        await crawls.close(self._queue, numbers)
        try:
            await self._workbench().archive(lambda db: drop_out(db, self._id, numbers))
        except ArchiveError as error:  # the next service sees that they are gone
            logger.error("%s", error)
        for crawl in them:
            if crawl.adopted:
                _tell_of(crawl.errand)
            self._out.close(crawl)

    async def note(self, crawl: CrawlOut) -> None:
        """Keeps in the archive that *crawl* is out."""
        await self._workbench().archive(lambda db: leave_at(db, self._id, crawl, crawl.place))


def _tell_of(errand: Errand) -> None:
    if counts := ", ".join(f"{errand.tally.fates[fate]} {fate}" for fate in COUNTED if errand.tally.fates[fate]):
        logger.info("the crawl of %s that run %d began is in: %s", errand.source.id, errand.run, counts)
