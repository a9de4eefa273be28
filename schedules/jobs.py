"""The jobs of a desk: which sources are crawled when. Reading and checking only; nothing is started here."""

from collections.abc import Collection
from pathlib import Path

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

_SHORTEST_EVERY = 10.0  # seconds: below it a feed is hammered, whatever its delay


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
        if self.every is not None and seconds(self.every) < _SHORTEST_EVERY:
            raise BadValue("every", self.every, f"must be at least {_SHORTEST_EVERY:.0f}s")
        if self.cron is not None:
            check_cron("cron", self.cron)
        if self.timezone is not None:
            check_timezone("timezone", self.timezone)
        if self.active is not None:
            check_day_span("active", self.active)


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
