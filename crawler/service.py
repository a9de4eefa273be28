"""The service: crawls on schedule and delivers alerts, in one process, on one event loop, until it is told to end.

It ties rooms together and decides little itself: `schedules` says when, `crawler.launch` crawls, `alerts` delivers.
Whatever kills it, the archive knows what was waiting, and the next one goes on with it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from alerts.delivery import Delivery, Outbox
from alerts.keeping import Keeper
from alerts.threads import Aside
from archive.backfills import leave_orders
from archive.database import open_archive
from archive.errors import ArchiveError
from archive.outbox import readdress, release_leases
from archive.planning import last_runs_of_jobs, plan_runs
from archive.retagging import note_service
from archive.runs import close_open_runs
from archive.ways import last_changes
from crawler.backfill.working import Backfilling
from crawler.desk import Desk
from crawler.desk_lock import hold_desk
from crawler.expiring import Expiring
from crawler.heartbeat import NoBeat, beat, is_beating
from crawler.launch import CrawlSummary, Traffic, on_reactor
from crawler.orders import Orders, read_orders
from crawler.outdated import offer_of
from crawler.runs import CrawlsBy, Run, by_ourselves
from crawler.signs import Signs
from pipelines.tally import COUNTED
from pipelines.workbench import Workbench, open_workbench
from schedules.adaptive import BAND, is_due
from schedules.jobs import Job
from schedules.scheduler import Scheduler
from schedules.timing import Last
from seeds.definitions import DefinitionError, seconds
from seeds.sources import Source

logger = logging.getLogger(__name__)

STOP_SECONDS = 9.5
"""After a sign to end the process is gone, whatever it was doing; ten are promised."""
_DELIVERIES_END, _RUNS_END = 3.0, 7.5  # seconds for each, at the same time
_READING_SECONDS = 60.0  # for reading the desk's files: a file system that hangs must not end reloading for good


def serve(
    desk: Desk, environ: Mapping[str, str], read: Callable[[Orders], None] = lambda orders: None,
    crawls: CrawlsBy = by_ourselves,
) -> None:  # fmt: skip
    """Runs the service of *desk* in this process until SIGTERM or SIGINT. It uses up the process's reactor.

    *read* is handed all orders before they come into force. *crawls* is who crawls, and what else that takes. Raises
    DefinitionError, ArchiveError, DeskBusy, or what *crawls* does, before anything runs.
    """
    signs = Signs(patience=STOP_SECONDS, reloads=True)
    read_anew = partial(read_orders, environ=environ, draws=crawls is by_ourselves)
    orders = read_anew(desk)
    with hold_desk(desk.root, alone=True):
        logger.info("opening %s", desk.archive)
        workbench = open_workbench(desk.archive, desk.packs, desk.watch, keep_pages=desk.config.keep_pages)
        try:
            with closing(open_archive(desk.archive, read_only=True)) as reader:
                read(orders)
                on_reactor(lambda: _Service(orders, workbench, reader, read_anew, read).run(signs, crawls))
        finally:
            workbench.close()


class _Service:
    def __init__(
        self, orders: Orders, workbench: Workbench, reader: sqlite3.Connection, read_anew: Callable[[Desk], Orders],
        read: Callable[[Orders], None],
    ) -> None:  # fmt: skip
        self._orders, self._workbench = orders, workbench
        self._read_anew, self._told_of = read_anew, read
        self._traffic = Traffic()
        self._backfilling = Backfilling(lambda: (self._orders.desk, self._workbench), self._traffic)
        self._crawlings: dict[Run, asyncio.Task[None] | None] = {}
        self._side_tasks: set[asyncio.Task[None]] = set()
        self._ending = asyncio.Event()
        self._reloading = self._reload_asked = False
        outbox = Outbox(reader, workbench.writer)
        self._delivery = Delivery(outbox, orders.composer.message_for, orders.channels, clock=workbench.clock)
        self._keeper = Keeper(orders.rounds, outbox, clock=workbench.clock)
        self._expiring = Expiring(lambda: self._orders.desk, clock=workbench.clock)
        self._scheduler = Scheduler(self._crawl, self._planned, clock=workbench.clock)

    async def run(self, signs: Signs, crawls: CrawlsBy) -> None:
        """Until it is told to end. Raises ArchiveError, or what *crawls* does, before anything runs."""
        signs.listen(end=self._ending.set, reload=self._ask_for_reload)
        last = await self._workbench.archive(self._take_over)
        async with crawls(lambda: (self._orders.desk, self._workbench), self._traffic) as self._begin_run:
            await self._serve(last)

    async def _serve(self, last: dict[str, Last]) -> None:
        delivering = asyncio.create_task(self._delivery.run())
        keeping = asyncio.create_task(self._keeper.run())
        desk = self._orders.desk
        _tell_of(self._orders, "watching")
        await self._workbench.archive(self._note_orders)
        self._scheduler.start(desk.jobs, desk.zone, last)
        backfilling = asyncio.create_task(self._backfilling.run())
        expiring = asyncio.create_task(self._expiring.run())
        await self._ending.wait()
        keeping.cancel()
        self._expiring.stop()
        expiring.cancel()
        await self._wind_up(delivering, backfilling)

    def _take_over(self, db: sqlite3.Connection) -> dict[str, Last]:
        """Puts in order what an earlier service left; how each job last ran."""
        close_open_runs(db)
        leave_orders(db)
        release_leases(db)
        self._readdress(db)
        return {
            job: Last(started=started, finished_well=outcome in ("done", "deadline"))
            for job, (started, outcome) in last_runs_of_jobs(db, None).items()
        }

    def _readdress(self, db: sqlite3.Connection) -> None:
        self._orders.rounds.end_digests(db, self._workbench.clock())
        moved, dead = readdress(db, self._orders.wanted, self._workbench.clock())
        if moved:
            logger.warning("%d messages waited for a channel that is named no more; they go to another", moved)
        if dead:
            logger.error("%d messages wait for an alert or channel that is defined no more; they are dead", dead)

    def _note_orders(self, db: sqlite3.Connection) -> None:
        note_service(db, self._workbench.packs.version, self._orders.wanted)
        if told := offer_of(db, self._workbench.packs):
            logger.info("%s", told)

    async def _wind_up(self, delivering: asyncio.Task[None], backfilling: asyncio.Task[None]) -> None:
        logger.info("ending; what is under way is given %.1f seconds", _RUNS_END)
        self._scheduler.stop()
        self._backfilling.stop()
        runs = [backfilling, *(task for task in self._crawlings.values() if task is not None)]
        for crawling in list(self._crawlings):
            crawling.stop()
        await asyncio.wait([*runs, asyncio.create_task(self._delivery.stop(_DELIVERIES_END))], timeout=_RUNS_END)
        delivering.cancel()
        await self._traffic.browser.close()
        try:
            await self._workbench.archive(lambda db: plan_runs(db, {}))
        except ArchiveError as error:
            logger.error("the end could not be written down: %s", error)
        logger.info("ended")

    def _ask_for_reload(self) -> None:
        """One reload at a time, and one more where somebody asked meanwhile, however often."""
        self._reload_asked = True
        if not self._reloading:
            self._reloading = True
            self._aside(self._reload())

    async def _reload(self) -> None:
        """Reads the definitions anew, beside everything else. Where one is wrong, all of the old ones stay in force."""
        try:
            while self._reload_asked and not self._ending.is_set():
                self._reload_asked = False
                reading = Aside(partial(self._read_anew, Desk(self._orders.desk.root)), "reload")
                try:
                    orders = await asyncio.wait_for(reading.done, _READING_SECONDS)
                except DefinitionError as error:
                    logger.error("the definitions were NOT reloaded, the old ones stay in force: %s", error)
                except Exception:  # whatever it is, it is not worth the service
                    logger.exception("the definitions were NOT reloaded, the old ones stay in force")
                else:
                    await self._obey(orders)
        finally:
            self._reloading = False

    async def _obey(self, orders: Orders) -> None:
        """Puts *orders* in force instead of those before."""
        self._told_of(orders)
        self._orders = orders
        desk = orders.desk
        self._workbench = replace(
            self._workbench, packs=desk.packs, watch=desk.watch, keeps_pages=desk.config.keep_pages
        )
        self._delivery.use(orders.composer.message_for, orders.channels)
        self._keeper.use(orders.rounds)
        self._scheduler.replace(orders.desk.jobs, orders.desk.zone)
        _tell_of(orders, "reloaded; watching")
        await self._workbench.archive(self._readdress)
        await self._workbench.archive(self._note_orders)

    async def _crawl(self, job: Job) -> None:
        orders = self._orders
        sources = orders.sources_of(job)
        if job.adaptive and not (sources := await self._due(job, sources)):
            return
        crawling = self._begin_run()
        self._crawlings[crawling] = asyncio.current_task()
        try:
            summary = await crawling.run(sources, job=job.id, deadline=seconds(job.deadline))
        except ArchiveError as error:
            logger.error("job %s ended: %s", job.id, error)
            return
        finally:
            del self._crawlings[crawling]
        level = logging.INFO if summary.outcome != "deadline" else logging.ERROR
        logger.log(level, "job %s %s", job.id, in_words(summary))
        if orders.heartbeat and is_good(summary) and not is_beating():
            self._aside(_beat(orders.heartbeat))

    async def _due(self, job: Job, sources: list[Source]) -> list[Source]:
        """Those of *sources* that an adaptive job is to ask by now."""
        changed, now, every = await self._workbench.archive(last_changes), self._workbench.clock(), job.step * BAND
        return [
            source
            for source in sources
            if is_due(
                timedelta(seconds=every),
                asked=self._traffic.since_crawled(source.id),
                quiet=now - changed[source.id] if source.id in changed else None,
            )
        ]

    def _planned(self, planned: Mapping[str, datetime]) -> None:
        runs = dict(planned)
        self._aside(self._workbench.archive(lambda db: plan_runs(db, runs)))

    def _aside(self, work: Awaitable[object]) -> None:
        """Does *work* beside everything else; a fault in it is logged."""

        async def do() -> None:
            try:
                await work
            except ArchiveError as error:
                logger.error("%s", error)
            except Exception:
                logger.exception("a task of the service failed")

        task = asyncio.create_task(do())
        self._side_tasks.add(task)
        task.add_done_callback(self._side_tasks.discard)


async def _beat(url: str) -> None:
    try:
        await beat(url)
    except NoBeat as error:
        logger.warning("the heartbeat was not heard: %s", error)


def is_good(summary: CrawlSummary) -> bool:
    """Whether a run is worth a heartbeat: it came to its end, and at least one source answered."""
    return summary.outcome == "done" and any(not tally.lost_ways for tally in summary.tallies.values())


def in_words(summary: CrawlSummary) -> str:
    """One line for the log."""
    sums = ((fate, sum(tally.fates[fate] for tally in summary.tallies.values())) for fate in COUNTED)
    counts = ", ".join(f"{number} {fate}" for fate, number in sums if number)
    lost = [source for source, tally in summary.tallies.items() if tally.lost_ways]
    took = f"{len(summary.tallies)} sources in {(summary.finished - summary.started).total_seconds():.1f} s"
    ended = "cut off at its deadline" if summary.outcome == "deadline" else summary.outcome
    return f"{ended}: run {summary.run}, {took}: {counts or 'nothing new'}" + (
        f"; no feed of {', '.join(lost[:5])}{' and others' if len(lost) > 5 else ''}" if lost else ""
    )


def _tell_of(orders: Orders, word: str) -> None:
    desk = orders.desk
    logger.info(
        "%s %d sources in %d jobs, %d alerts to %d channels", word,
        sum(source.enabled for source in desk.sources.values()), len(desk.jobs), len(desk.alerts), len(orders.channels),
    )  # fmt: skip
