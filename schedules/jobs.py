"""The jobs of a desk: which sources are crawled when. Reading and checking only; nothing is started here."""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

from cronsim import CronSim

from schedules.adaptive import BAND
from seeds.definitions import (
    BadValue,
    Definition,
    DefinitionError,
    Duration,
    Id,
    check_cron,
    check_day_span,
    check_reference,
    check_timezone,
    load,
    seconds,
)
from seeds.window import Window

_SHORTEST_EVERY = 10.0  # seconds: below it a feed is hammered, whatever its delay
_LONGEST_EVERY = 366 * 86_400.0  # seconds: more is a slip of the pen, and thousands of years are more than a date holds
_LONGEST_CRON_JITTER = 3_600.0  # seconds: beyond, the hour that the crontab line names means nothing


class Job(Definition, frozen=True, kw_only=True):
    """One `[[job]]` table."""

    id: Id
    sources: tuple[str, ...]
    every: Duration | None = None
    cron: str | None = None
    timezone: str | None = None
    jitter: Duration = "0s"
    active: str | None = None
    adaptive: bool = False
    deadline: Duration = "20m"

    def __post_init__(self) -> None:
        if not self.sources:
            raise BadValue("sources", [], 'must name at least one source, such as ["shafaq-*"]')
        if (self.every is None) == (self.cron is None):
            raise BadValue("every", self.every, 'give either every = "10m" or cron = "*/10 * * * *"')
        if self.every is not None:
            self._check_every(self.every)
        if self.cron is not None:
            self._check_cron(self.cron)
        if seconds(self.deadline) <= 0:
            raise BadValue("deadline", self.deadline, "must be longer than nothing: a run that hangs is cut off then")
        if self.timezone is not None:
            check_timezone("timezone", self.timezone)
        if self.active is not None:
            check_day_span("active", self.active)
            if self.cron is not None and not _meet(self.cron, Window.read(self.active)):
                raise BadValue("active", self.active, f'none of the times of cron = "{self.cron}" lies in it')

    def _check_cron(self, cron: str) -> None:
        check_cron("cron", cron)
        if self.adaptive:
            raise BadValue("adaptive", True, "needs every; a crontab line has no rhythm to adapt")
        if seconds(self.jitter) > _LONGEST_CRON_JITTER:
            raise BadValue("jitter", self.jitter, "must not be longer than 1h beside cron")

    def _check_every(self, every: str) -> None:
        if not _SHORTEST_EVERY <= seconds(every) <= _LONGEST_EVERY:
            reason = f"must be at least {_SHORTEST_EVERY:.0f}s and at most {_LONGEST_EVERY / 86_400:.0f}d"
            raise BadValue("every", every, reason)
        if seconds(self.jitter) > self.step:
            longest = f'a quarter of every = "{every}", as it is adaptive' if self.adaptive else f'every = "{every}"'
            raise BadValue("jitter", self.jitter, f"must not be longer than {longest}")
        if self.step < _SHORTEST_EVERY:
            shortest = f"{_SHORTEST_EVERY * BAND:.0f}s"
            raise BadValue("every", every, f"must be at least {shortest} where the job is adaptive")

    @property
    def step(self) -> float:
        """Seconds from the start of one run to the start of the next, by `every`. An adaptive job looks more often
        which of its sources are due."""
        assert self.every is not None  # noqa: S101 -- a job by crontab has no step
        return seconds(self.every) / (BAND if self.adaptive else 1)


def _meet(cron: str, active: Window) -> bool:
    """Whether a time of day of *cron* lies in *active*."""
    line = CronSim(cron, datetime(2000, 1, 1))  # noqa: DTZ001 -- no instant is asked of it
    return any(
        active.holds(timedelta(hours=hour, minutes=minute)) for hour, minute in product(line.hours, line.minutes)
    )


class JobFile(Definition, frozen=True, kw_only=True):
    """A file of `[[job]]` tables."""

    job: tuple[Job, ...] = ()


def load_jobs(folder: Path, sources: Collection[str]) -> dict[str, Job]:
    """Every job of the TOML files in *folder*, by id; *sources* are the ids that the desk has.

    Raises DefinitionError, also where two jobs share an id or one names no source of the desk.
    """
    jobs: dict[str, Job] = {}
    for path in sorted(folder.glob("*.toml")):
        for number, job in enumerate(load(path, JobFile).job):
            if job.id in jobs:
                raise DefinitionError(path, f"job[{number}].id", "another job has this id", value=job.id)
            for place, pattern in enumerate(job.sources):
                try:
                    check_reference(f"job[{number}].sources[{place}]", pattern, sources, "source")
                except BadValue as bad:
                    raise DefinitionError.of(path, bad) from bad
            jobs[job.id] = job
    return jobs
