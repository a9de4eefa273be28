"""When each job runs next, and how it ran last: what the service plans by and what `khabar status` shows."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from archive.runs import outcome_told
from archive.times import from_text, to_text
from seeds.definitions import matches_one

OVERDUE = timedelta(minutes=2)
"""Later than a busy machine begins a run, and than a service takes to come up again."""


def plan_runs(db: sqlite3.Connection, planned: Mapping[str, datetime]) -> None:
    """Writes down when each job runs next, in place of what was planned. Of a service that ended, nothing is."""
    db.execute("DELETE FROM jobs")
    db.executemany(
        "INSERT INTO jobs (id, next_run) VALUES (?, ?)", [(job, to_text(instant)) for job, instant in planned.items()]
    )


def planned_runs(db: sqlite3.Connection) -> dict[str, datetime]:
    """When each job runs next, as the service last wrote it down."""
    return {job: from_text(instant) for job, instant in db.execute("SELECT id, next_run FROM jobs")}


def overdue_runs(db: sqlite3.Connection, at: datetime) -> dict[str, datetime]:
    """The planned runs that should have begun OVERDUE or longer before *at*."""
    return {job: instant for job, instant in planned_runs(db).items() if instant <= at - OVERDUE}


def last_runs_of_jobs(db: sqlite3.Connection, service: int | None) -> dict[str, tuple[datetime, str | None]]:
    """When each job last began, and the outcome; None only where it goes on.

    *service* is the process that holds the desk.
    """
    rows = db.execute("SELECT * FROM runs WHERE id IN (SELECT max(id) FROM runs WHERE job IS NOT NULL GROUP BY job)")
    return {row["job"]: (from_text(row["started"]), outcome_told(row, service)) for row in rows}


def next_run_of(source: str, planned: Mapping[str, datetime], jobs: Mapping[str, Sequence[str]]) -> datetime | None:
    """When *source* is crawled next by any of *jobs*, each with the patterns of its sources; None: nobody plans to."""
    times = [planned[job] for job, patterns in jobs.items() if job in planned and matches_one(source, patterns)]
    return min(times, default=None)
