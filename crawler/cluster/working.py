"""A worker: it claims crawls from a queue, crawls as any Khabar does, and ships what it finds to the desk's archive.

It needs no desk. What it must know of one comes with every crawl; what it leaves behind is in the queue.
"""

import asyncio
import logging
import os
from contextlib import suppress
from importlib.metadata import version

from psycopg.errors import ForeignKeyViolation

from crawler.cluster.address import Address
from crawler.cluster.beating import Beating
from crawler.cluster.claimed import Claim, ClaimedCrawl, Equipment
from crawler.cluster.desk_clock import DeskClock
from crawler.cluster.fetching import Fetching
from crawler.cluster.leash import Leash
from crawler.cluster.packs_known import PacksKnown
from crawler.cluster.parcel import PARCEL_FORMAT, jobs_name
from crawler.cluster.queue import Queue, open_queue
from crawler.cluster.records import RECORD_FORMAT
from crawler.cluster.scratch import Scratch
from crawler.launch import on_reactor
from crawler.manners.robots import Robots
from crawler.manners.room import Room
from crawler.rendering.browser import Browser
from crawler.rendering.chromium import rendering_fault
from crawler.signs import Signs
from pipelines.workers import Workers

logger = logging.getLogger(__name__)

STOP_SECONDS = 30.0
"""After a sign to end the process is gone, whatever it was doing."""
_DRAIN_SECONDS = 20.0  # for what is under way to end and to be shipped
_LAST_WORDS = 2.0  # seconds for the queue to hear that it is gone
_REGISTER = """
    INSERT INTO workers (name, version, parcel_format, record_format, process, places)
    VALUES (%s, %s, %s, %s, %s, %s) RETURNING id
"""
_CLAIM = """
    UPDATE crawls SET state = 'working', worker = %(worker)s, beat = now(), begun = now(),
        attempt = attempt + CASE state WHEN 'waiting' THEN 1 ELSE 0 END
    WHERE id = %(crawl)s AND job = %(job)s AND (state = 'waiting' OR state = 'working' AND worker = %(worker)s)
    RETURNING id, attempt, source, run, packs, parcel
"""  # the second kind is the first try of this very statement, whose answer was lost


def work(address: Address, *, name: str, crawls: int) -> bool:
    """Works for the queue at *address*, *crawls* at a time, under this *name*, until SIGTERM or SIGINT; whether
    everything that was under way then was shipped. It uses up the process's reactor. Raises QueueError before anything
    is claimed, and OSError where nothing temporary can be made.
    """
    signs = Signs(patience=STOP_SECONDS)

    async def main() -> bool:
        async with await open_queue(address) as queue:
            with Scratch() as scratch:
                return await _Worker(queue, scratch, name, crawls).run(signs)

    return on_reactor(main)


class _Worker:
    def __init__(self, queue: Queue, scratch: Scratch, name: str, places: int) -> None:
        self._queue, self._name, self._places = queue, name, places
        self._crawls: dict[int, ClaimedCrawl] = {}
        self._ending = asyncio.Event()
        clock = DeskClock()
        self._beating = Beating(queue, self._crawls, clock, self._register)
        self._equipment = Equipment(
            queue=queue, leash=Leash(self._beating.beat, self._crawls), scratch=scratch, clock=clock,
            packs=PacksKnown(queue), room=Room(), robots=Robots(), browser=Browser(),
            workers=Workers(preload=["pipelines.extraction.packing"]),
        )  # fmt: skip
        names, self._renders = [jobs_name(renders=False)], rendering_fault(proxy=False) is None
        if self._renders:
            names.append(jobs_name(renders=True))
        self._fetching = Fetching(queue, names, places, self._do)

    async def run(self, signs: Signs) -> bool:
        """Until it is told to end; whether everything under way was shipped."""
        signs.listen(end=self._ending.set)
        await self._equipment.leash.beat()  # which registers it
        logger.info(
            "worker %s of %s: up to %d crawls, %d pages read at a time%s", self._name, self._queue.name, self._places,
            self._equipment.workers.count, "" if self._renders else "; it has no browser",
        )  # fmt: skip
        holding = asyncio.create_task(self._equipment.leash.hold())
        fetching = asyncio.create_task(self._fetching.run())
        ending = asyncio.create_task(self._ending.wait())
        try:
            await asyncio.wait({ending, holding, fetching}, return_when=asyncio.FIRST_COMPLETED)
            shipped = await self._drain(fetching)
            for task in (holding, fetching):
                if task.done():
                    task.result()  # a fault of ours: nothing else ends them before
        finally:
            holding.cancel()
            self._equipment.workers.close()
            await self._equipment.browser.close()
        await self._say_goodbye()
        logger.info("ended")
        return shipped

    async def _drain(self, fetching: "asyncio.Task[None]") -> bool:
        """Ends what is under way, and ships it; whether the queue took it all in time. Of what it did not take,
        another worker begins anew."""
        given = f"; {len(self._crawls)} crawls under way are given {_DRAIN_SECONDS:.0f} seconds" if self._crawls else ""
        logger.info("ending%s", given)
        self._ending.set()
        self._beating.is_draining = True
        self._fetching.stop()
        for crawl in list(self._crawls.values()):
            crawl.drain()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._until_all_are_over(), _DRAIN_SECONDS)
        await asyncio.wait({fetching}, timeout=_LAST_WORDS)  # longer only where the queue is away
        if self._crawls:
            logger.error("%d crawls could not be handed back in time", len(self._crawls))
        return not self._crawls

    async def _until_all_are_over(self) -> None:
        while self._crawls:
            await next(iter(self._crawls.values())).over.wait()

    async def _say_goodbye(self) -> None:
        try:
            async with asyncio.timeout(_LAST_WORDS):
                await self._beating.close()
                await self._queue.ask("DELETE FROM workers WHERE id = %s", [self._beating.worker])
        except TimeoutError:
            logger.warning("the queue does not hear that this worker ends")

    async def _register(self) -> int:
        """The number of this worker in the queue, anew."""
        values = [
            self._name, version("khabar"), PARCEL_FORMAT, RECORD_FORMAT, os.getpid(), self._equipment.workers.count
        ]  # fmt: skip
        return int((await self._queue.ask_now(_REGISTER, values))[0]["id"])

    async def _do(self, number: int, job: int) -> None:
        """Claims the crawl of this *number* and does it; where it is not to be had, it is another's by now.

        Where its job is aborted, its run has come to its deadline: the crawl ends, and is shipped all the same.
        """
        while earlier := self._crawls.get(number):  # an attempt of ours: it was taken back, or this job would not be
            earlier.fence()
            await earlier.over.wait()
        await self._equipment.leash.be_sure()
        values = {"worker": self._beating.worker, "crawl": number, "job": job}
        try:
            rows = await self._queue.ask(_CLAIM, values, binary=True)
        except ForeignKeyViolation:  # the queue was made anew, and does not know this worker yet
            await self._equipment.leash.beat()
            rows = await self._queue.ask(_CLAIM, values | {"worker": self._beating.worker}, binary=True)
        if not rows:
            return
        crawl = ClaimedCrawl(Claim(**rows[0]), self._equipment)
        self._crawls[number] = crawl
        if self._ending.is_set():
            crawl.drain()
        crawling = asyncio.create_task(crawl.run())
        crawling.add_done_callback(lambda _: self._end(crawl))
        try:
            await asyncio.shield(crawling)
        except asyncio.CancelledError:
            crawl.expire()
            await asyncio.wait({crawling})
            raise

    def _end(self, crawl: ClaimedCrawl) -> None:
        self._beating.count(crawl)
        del self._crawls[crawl.claim.id]
        crawl.over.set()
