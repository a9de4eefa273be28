"""A job's runs with a clock that the test moves: each begins when it is due and takes no time."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from schedules.jobs import Job
from schedules.timing import Last, begun, next_due


def made(**keys: Any) -> Job:
    """A job with these keys."""
    return Job(**{"id": "wire", "sources": ("wire-*",), **keys})


def at(text: str, zone: tzinfo = UTC) -> datetime:
    """The instant, in UTC, of an ISO 8601 text; *zone* where it names none."""
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)


def runs(job: Job, zone: tzinfo, begin: datetime, end: datetime, share: float = 0.0) -> list[datetime]:
    """The instants, in UTC, from *begin* until before *end* at which *job* runs. It ran never before where it has
    `every`, and a moment ago where it has `cron`."""
    last = Last(begin - timedelta(seconds=1)) if job.cron else None
    now, found = begin, []
    while (due := next_due(job, zone, last, now, share)).at < end:
        assert due.at >= now
        assert due.at not in found
        found.append(due.at)
        last, now = begun(job, due, due.at), due.at
    return found


def wall(instants: list[datetime], zone: tzinfo) -> str:
    """The instants as the wall clock of *zone* shows them: "28 23:30, 29 03:00"."""
    return ", ".join(f"{instant.astimezone(zone):%d %H:%M}" for instant in instants)


NOON = at("2026-05-10T12:00Z")
