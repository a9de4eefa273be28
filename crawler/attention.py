"""What needs a person, in words: for `khabar status`, its exit code, and whoever watches that."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime

from archive.overview import SourceState, outbox_counts, struggling_channels
from archive.planning import last_runs_of_jobs, overdue_runs
from archive.times import to_text
from schedules.jobs import Job


def attention(
    db: sqlite3.Connection, jobs: Mapping[str, Job], sources: Mapping[str, SourceState], *, service: int | None,
    now: datetime,
) -> list[str]:  # fmt: skip
    """One line for each thing that is wrong; none where nothing is.

    *sources* are the states of the enabled ones, *service* is the process that holds the desk.
    """
    return [
        *(f"source {name} fails: {state.cause}" for name, state in sources.items() if state.health == "failing"),
        *_of_the_service(db, service, now),
        *_of_runs(db, jobs),
        *(f"channel {channel} fails: {error}" for channel, error in struggling_channels(db).items()),
        *_of_the_outbox(db),
    ]


def _of_the_service(db: sqlite3.Connection, service: int | None, now: datetime) -> Iterator[str]:
    """What was planned and did not begin. A service that was ended leaves no plan; a run under way is waited for."""
    overdue, last = overdue_runs(db, now), last_runs_of_jobs(db)
    if not overdue:
        return
    if service is None:
        due = to_text(min(overdue.values()))
        yield f"the service does not run, and did not end by itself; a run was due {due}"
        return
    for job, due_at in overdue.items():
        if job not in last or last[job][1] is not None:
            yield f"the service (process {service}) hangs: job {job} was due {to_text(due_at)} and has not begun"


def _of_runs(db: sqlite3.Connection, jobs: Mapping[str, Job]) -> Iterator[str]:
    for job, (_, outcome) in last_runs_of_jobs(db).items():
        if job in jobs and outcome == "deadline":
            yield f"the last run of job {job} was cut off at its deadline"


def _of_the_outbox(db: sqlite3.Connection) -> Iterator[str]:
    if number := outbox_counts(db)["dead"]:
        which = "1 message" if number == 1 else f"{number} messages"
        yield f'{which} could not be delivered; "khabar alerts list --state dead" says why, retry or dismiss ends it'
