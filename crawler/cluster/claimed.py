"""One crawl that a worker has claimed: from its parcel to its last note, whatever ends it.

The spider and the stages are those of any crawl, but for the last stage. A fault of ours ends this crawl, not the
worker.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import monotonic

from archive.errors import ArchiveError
from archive.travelling import MemoryUnreadable, unpack_memory
from archive.writer import Writer
from crawler import settings
from crawler.cluster.desk_clock import DeskClock
from crawler.cluster.journal import CrawlJournal, ShippingKeeper
from crawler.cluster.leash import Leash
from crawler.cluster.packs_known import PacksKnown
from crawler.cluster.parcel import Parcel, ParcelError, unpack_parcel
from crawler.cluster.queue import Queue
from crawler.cluster.scratch import Scratch
from crawler.cluster.shared_hosts import CrawlHosts
from crawler.desk import DeskConfig
from crawler.manners.robots import Robots
from crawler.manners.room import Room
from crawler.one_crawl import GIVE_UP_SECONDS, STOP_SECONDS, OneCrawl, wind_up
from crawler.own_settings import own_settings
from crawler.rendering.browser import Browser
from pipelines.ended import Ended
from pipelines.errand import Errand
from pipelines.tally import Tally
from pipelines.workbench import Workbench
from pipelines.workers import Workers

logger = logging.getLogger(__name__)

_UNABLE_SECONDS = 10.0
"""For which a crawl is kept that cannot be made here: a worker with a full disk would be the quickest of all."""
_STORE, _SHIP = "pipelines.store.Store", "pipelines.ship.Ship"
STAGES = {_SHIP if stage == _STORE else stage: place for stage, place in settings.ITEM_PIPELINES.items()}
"""Those of any crawl, but that the last one ships."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A crawl as it stands in the queue, since this worker has it."""

    id: int
    attempt: int
    source: str
    run: int
    packs: str
    parcel: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What the crawls of one worker share."""

    queue: Queue
    leash: Leash
    workers: Workers
    scratch: Scratch
    packs: PacksKnown
    clock: DeskClock
    room: Room
    robots: Robots
    browser: Browser


class ClaimedCrawl:
    """The crawl of *claim*. It may be told to end at any time, by whoever holds it."""

    def __init__(self, claim: Claim, equipment: Equipment) -> None:
        self.claim = claim
        self.tally = Tally()
        self.journal = CrawlJournal(equipment.queue, crawl=claim.id, attempt=claim.attempt, fence=self._give_up)
        self.hosts = CrawlHosts(equipment.queue, equipment.leash, equipment.room, crawl=claim.id, attempt=claim.attempt)
        self.over = asyncio.Event()
        """Set by who holds it, once it is over and held no more."""
        self._equipment = equipment
        self._one: OneCrawl | None = None
        self._to_end = asyncio.Event()
        self._grace = STOP_SECONDS
        self._is_late = self._hands_back = self._was_cut = False

    async def run(self) -> None:
        """Until its last note is shipped, or it is fenced."""
        claim, begun = self.claim, monotonic()
        try:
            await self._crawl()
        except (ArchiveError, OSError) as error:
            await self._be_unable(error)
        except Exception as error:
            expected = isinstance(error, ParcelError | MemoryUnreadable)
            logger.error("crawl %d of %s ended by a fault: %s", claim.id, claim.source, error, exc_info=not expected)
            self.tally.fault()
        handed_back = self._was_cut and self._hands_back
        if await self.journal.end(Ended.of(self.tally, handed_back=handed_back)):
            logger.info(
                "crawl %d of %s%s: %d articles shipped, %d requests, %.1f s", claim.id, claim.source,
                " handed back" if handed_back else "", self.journal.articles, self.tally.requests, monotonic() - begun,
            )  # fmt: skip

    async def _be_unable(self, error: Exception) -> None:
        """This machine has no room for a crawl, or the like: the next may be able. Not at once: it may be this one."""
        logger.error("crawl %d of %s cannot be made here: %s", self.claim.id, self.claim.source, error)
        self._was_cut = self._hands_back = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._to_end.wait(), _UNABLE_SECONDS)

    def drain(self) -> None:
        """Its worker ends: what is under way may finish; another worker goes on with the rest."""
        self._hands_back = True
        self._to_end.set()

    def expire(self) -> None:
        """The deadline of its run has come: what is under way may finish, for a while."""
        self._is_late = True
        self._to_end.set()

    def let_go(self) -> None:
        """As of `leash.Held`."""
        self._hands_back = True
        self._end_now()

    def fence(self) -> None:
        """As of `leash.Held`. Where its end is under way, that may be why it is not confirmed: its answer says more."""
        if not self.journal.is_ending:
            self._give_up()

    def _give_up(self) -> None:
        if not self.journal.is_fenced:
            logger.warning("crawl %d of %s is not ours any more; it is given up", self.claim.id, self.claim.source)
            self.journal.fence()
        self.hosts.is_fenced = True
        self._end_now()

    def _end_now(self) -> None:
        self._grace = GIVE_UP_SECONDS
        self._to_end.set()
        if self._one:
            self._one.give_up(late=False)

    async def _crawl(self) -> None:
        claim, equipment = self.claim, self._equipment
        parcel = unpack_parcel(claim.parcel)
        packs = await equipment.packs.of(claim.packs)
        with equipment.scratch.archive(f"{claim.id}-{claim.attempt}") as path:
            writer = await asyncio.to_thread(Writer, path)
            try:
                self.journal.keys = await writer.written(partial(unpack_memory, memory=parcel.memory))
                workbench = Workbench(
                    workers=equipment.workers, writer=writer, packs=packs, keeper=ShippingKeeper(self.journal),
                    keeps_pages=parcel.keep_pages, clock=equipment.clock, journal=self.journal,
                )  # fmt: skip
                await self._visit(parcel, workbench)
            finally:
                await asyncio.to_thread(writer.close)

    async def _visit(self, parcel: Parcel, workbench: Workbench) -> None:
        """Crawls; what its hosts are to be asked is asked behind it."""
        errand = Errand(source=parcel.source, run=self.claim.run, workbench=workbench, tally=self.tally)
        desk = DeskConfig(name="", contact=parcel.contact, proxy=parcel.proxy)
        self._one = OneCrawl(errand, {**own_settings(parcel.source, desk), "ITEM_PIPELINES": STAGES})
        try:
            await self._until_its_end(self._one)
        finally:
            if not self.journal.is_fenced:
                await self.hosts.give_back(workbench)

    async def _until_its_end(self, one: OneCrawl) -> None:
        if self._to_end.is_set():
            self._was_cut = True
            return
        shared = self._equipment
        crawl = asyncio.create_task(one.run(hosts=self.hosts, robots=shared.robots, browser=shared.browser))
        to_end = asyncio.create_task(self._to_end.wait())
        await asyncio.wait({crawl, to_end}, return_when=asyncio.FIRST_COMPLETED)
        to_end.cancel()
        if not crawl.done():
            self._was_cut = True
            one.stop()
            await wind_up({crawl}, {one}, late=self._is_late, seconds=self._grace)
        if crawl.done() and not crawl.cancelled():
            crawl.result()
