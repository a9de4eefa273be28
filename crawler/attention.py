"""What needs a person, in words: for `khabar status`, its exit code, and whoever watches that."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from archive.backfills import neglected
from archive.health import NEEDS_A_PERSON, Health
from archive.overview import late_channels, outbox_counts, struggling_channels
from archive.planning import last_runs_of_jobs, overdue_runs, planned_runs
from archive.rendering import undrawn
from archive.times import to_text
from schedules.jobs import Job
from seeds.definitions import seconds

_LastRuns = Mapping[str, tuple[datetime, str | None]]
_AFTER_DEADLINE = timedelta(seconds=60)
"""A run that was cut off has ended long before."""


def attention(
    db: sqlite3.Connection, jobs: Mapping[str, Job], sources: Mapping[str, Health], *, service: int | None,
    now: datetime,
) -> list[str]:  # fmt: skip
    """One line for each thing that is wrong; none where nothing is.

    *sources* are how the enabled ones do, *service* is the process that holds the desk.
    """
    last = last_runs_of_jobs(db, service)
    return [
        *(
            f"source {name} ({health.state}): {health.cause}"
            for name, health in sources.items()
            if health.state in NEEDS_A_PERSON
        ),
        *_of_the_service(db, last, service, now),
        *_of_runs(last, jobs, now),
        *(f"the backfill of {name} {why}" for name, why in neglected(db, now, is_served=service is not None).items()),
        *(
            f"source {name}: the browser did not start, {number} of its pages wait; the log of the crawl says why"
            for name, number in undrawn(db).items()
            if name in sources
        ),
        *(f"channel {channel} fails: {error}" for channel, error in struggling_channels(db).items()),
        *_of_late_messages(db, now),
        *_of_the_outbox(db),
    ]


def _of_the_service(db: sqlite3.Connection, last: _LastRuns, service: int | None, now: datetime) -> Iterator[str]:
    """A service that is ended leaves no plan, so where there is one and nobody to keep it, it died."""
    planned = planned_runs(db)
    if service is None:
        if planned:
            job, due = min(planned.items(), key=lambda item: item[1])
            is_past = "was" if due <= now else "is"
            yield f"the service does not run, and was not ended on purpose; job {job} {is_past} due {to_text(due)}"
        return
    for job, due in overdue_runs(db, now).items():  # a run under way is waited for
        if job not in last or last[job][1] is not None:
            yield (
                f"the service (process {service}) hangs or cannot write the archive: job {job} was due "
                f"{to_text(due)} and has not begun; its log says why"
            )


def _of_runs(last: _LastRuns, jobs: Mapping[str, Job], now: datetime) -> Iterator[str]:
    for job, (started, outcome) in last.items():
        if job not in jobs:
            continue
        if outcome == "deadline":
            yield f"the last run of job {job} was cut off at its deadline"
        deadline = timedelta(seconds=seconds(jobs[job].deadline))
        if outcome is None and now > started + deadline + _AFTER_DEADLINE:
            yield f"the run of job {job} that began {to_text(started)} goes on, past its deadline"


def _of_late_messages(db: sqlite3.Connection, now: datetime) -> Iterator[str]:
    for channel, (number, since) in late_channels(db, now).items():
        which = "1 message waits" if number == 1 else f"{number} messages wait"
        yield f"channel {channel} is not served: {which}, the first since {since}"


def _of_the_outbox(db: sqlite3.Connection) -> Iterator[str]:
    if number := outbox_counts(db)["dead"]:
        which = "1 message" if number == 1 else f"{number} messages"
        yield f'{which} could not be delivered; "khabar alerts list --state dead" says why, retry or dismiss ends it'
