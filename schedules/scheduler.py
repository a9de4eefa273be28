"""Begins each job's run when it is due, on the running event loop. What a run does is handed in.

APScheduler keeps the times and the timer. Every plan is for one run: only when that has begun is it known from when
the next one counts. So a blocked loop, or a machine that slept, leaves one run to begin and no queue.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from schedules.jobs import Job
from schedules.timing import Due, Last, begun, is_open, next_due, zone_of

logger = logging.getLogger(__name__)

_WAKE = 60.0
"""Seconds between two looks at the clock. Timers of the loop do not count the time that a machine sleeps, and an
instant that is waited for is hours away once the clock was set back; both are noticed within a minute."""


@dataclass
class _Entry:
    """A job in force and its next run.

    *since* stands in for the run before where a cron job never ran. *share* is what its dice gave, kept so that
    planning it again gives the same time, unless the clock was set.
    """

    job: Job
    zone: tzinfo
    since: datetime
    share: float = 0.0
    due: Due = field(init=False)


class _Once(BaseTrigger):
    """Tells APScheduler when an entry is due, once.

    APScheduler goes by the machine's clock and the entry by the one that was handed in, so the distance is told.
    """

    def __init__(self, entry: _Entry, clock: Callable[[], datetime]) -> None:
        self._entry, self._clock = entry, clock

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """*now* and the time that is left; None when it has fired."""
        return None if previous_fire_time else now + (self._entry.due.at - self._clock())


class Scheduler:
    """The jobs of one desk, running.

    *call* is awaited for each run: it bounds its own time, and what it raises is logged and costs that run alone.
    *planned* is told the next time of every job, in UTC and by id, in the turn of the loop after one has changed;
    *clock* gives an aware now; *dice* gives numbers from 0.0 to 1.0 for `jitter`; *wake* is for tests. One loop, one
    thread: no method may be called from another.
    """

    def __init__(
        self,
        call: Callable[[Job], Awaitable[None]],
        planned: Callable[[Mapping[str, datetime]], None],
        clock: Callable[[], datetime],
        dice: Callable[[], float] = random.random,
        wake: float = _WAKE,
    ) -> None:
        self._call, self._planned, self._clock, self._dice, self._wake = call, planned, clock, dice, wake
        self._entries: dict[str, _Entry] = {}
        self._last: dict[str, Last] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._waker: asyncio.TimerHandle | None = None
        self._telling: asyncio.Handle | None = None
        self._stopped = False
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # below, it tells of every plan and every run
        # Two instances of the few lines of _fire: it may plan itself anew for the very next moment. Runs are ours.
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 2}
        self._timers: Any = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)  # type: ignore[no-untyped-call]

    def start(self, jobs: Mapping[str, Job], zone: tzinfo, last: Mapping[str, Last]) -> None:
        """Plans *jobs*, by id, and begins to run them; *zone* is the desk's, *last* the run before of each that ran.

        To be called once, on the running event loop.
        """
        self._last = dict(last)
        self._timers.start()
        self._look()
        self.replace(jobs, zone)

    def replace(self, jobs: Mapping[str, Job], zone: tzinfo) -> None:
        """Puts *jobs* into force instead of those before. One that is the same keeps its next time, a changed one is
        planned anew from its last run, a run under way is left to end."""
        if self._stopped:
            return
        for id in self._entries.keys() - jobs.keys():
            del self._entries[id]  # what APScheduler still holds of it fires into nothing
        for id, job in jobs.items():
            known = self._entries.get(id)
            if known is None or (known.job, known.zone) != (job, zone_of(job, zone)):
                now = self._now()
                self._entries[id] = _Entry(job, zone_of(job, zone), since=now)
                self._plan(self._entries[id], now)
        self._tell()

    def next_runs(self) -> dict[str, datetime]:
        """When each job runs next, by id, in UTC. A time that is past waits for the run under way to end."""
        return {id: entry.due.at for id, entry in self._entries.items()}

    @property
    def running(self) -> frozenset[str]:
        """The ids of the jobs whose run is under way."""
        return frozenset(self._under_way)

    def stop(self) -> None:
        """No more runs begin. Those under way go on: ending them is up to whoever handed in what they do."""
        if self._stopped:
            return
        self._stopped = True
        for handle in (self._waker, self._telling):
            if handle:
                handle.cancel()
        if self._timers.running:
            self._timers.remove_all_jobs()  # else its shutdown cancels what fires meanwhile, and logs that as an error
            self._timers.shutdown(wait=False)

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def _look(self) -> None:
        """Puts right what a clock that was set, or a machine that slept, has put wrong."""
        self._waker = asyncio.get_running_loop().call_later(self._wake, self._look)
        now, before = self._now(), self.next_runs()
        for entry in self._entries.values():
            if entry.due.base > now and (due := self._due(entry, now)).at < entry.due.at:
                entry.due = due
            self._arrange(entry)
        if self.next_runs() != before:
            self._tell()

    def _plan(self, entry: _Entry, now: datetime) -> None:
        """Plans the entry's next run, with a delay of its own."""
        entry.share = self._dice()
        entry.due = self._due(entry, now)
        self._arrange(entry)

    def _due(self, entry: _Entry, now: datetime) -> Due:
        last = self._last.get(entry.job.id)
        if last is None and entry.job.cron is not None:
            last = Last(entry.since)
        return next_due(entry.job, entry.zone, last, now, entry.share)

    def _arrange(self, entry: _Entry) -> None:
        self._timers.add_job(
            self._fire, _Once(entry, self._clock), [entry.job.id], id=entry.job.id, replace_existing=True
        )

    async def _fire(self, id: str) -> None:
        """What APScheduler calls. It may have been overtaken since: by a reload, a stop or a clock that was set."""
        entry, now = self._entries.get(id), self._now()
        if self._stopped or entry is None:
            return
        if entry.due.at > now:
            self._arrange(entry)
        elif id not in self._under_way:
            self._begin_or_wait(entry, now)

    def _begin_or_wait(self, entry: _Entry, now: datetime) -> None:
        """The run that is due begins; where the machine slept until `active` had closed, it waits for the opening."""
        if is_open(entry.job, entry.zone, now):
            self._last[entry.job.id] = begun(entry.job, entry.due, now)
            run = asyncio.get_running_loop().create_task(self._run(entry.job), name=f"run of job {entry.job.id}")
            self._under_way[entry.job.id] = run
        self._plan(entry, now)
        self._tell()

    async def _run(self, job: Job) -> None:
        try:
            await self._call(job)
        except Exception:
            logger.exception("the run of job %s failed", job.id)
        finally:
            del self._under_way[job.id]
            self._ended(job.id)

    def _ended(self, id: str) -> None:
        """Begins the one run that came due meanwhile, unless `active` has closed."""
        entry, now = self._entries.get(id), self._now()
        if self._stopped or entry is None or entry.due.at > now:
            return
        if not is_open(entry.job, entry.zone, now):
            self._last[id] = Last(now)
        self._begin_or_wait(entry, now)

    def _tell(self) -> None:
        """Has the next times handed on: once, where a hundred jobs begin in one turn of the loop."""
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_soon(self._hand_on)

    def _hand_on(self) -> None:
        self._telling = None
        try:
            self._planned(self.next_runs())
        except Exception:  # that they cannot be written down must not keep a job from running
            logger.exception("the next times of the jobs could not be handed on")
