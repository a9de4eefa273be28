"""When a job is due. Pure: the clock and the dice are handed in.

docs/running.md says the same in the words of a desk's people, under "When a job runs".
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from schedules.jobs import Job
from seeds.crontab import next_time
from seeds.definitions import seconds
from seeds.window import Window

_BEFORE_CLOSING = timedelta(seconds=1)
"""A run that was delayed to the last moment of `active` would find it closed, so much as a busy loop is late."""
_SET_BACK = timedelta(minutes=5)
"""By how much a last run may lie in the future: a clock that is put right by less repeats no run, as Debian's cron
holds it, and one that is set back by more makes no job wait for the old time to come again."""
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Last:
    """A job's run before: when it started (aware), and whether it came to its end."""

    started: datetime
    finished_well: bool = True


@dataclass(frozen=True)
class Due:
    """A job's next run, in UTC: the time that its rhythm gives, and that at which it begins, `jitter` later at most."""

    base: datetime
    at: datetime


def next_due(job: Job, zone: tzinfo, last: Last | None, now: datetime, share: float = 0.0) -> Due:
    """When *job* runs next, *now* at the earliest, if its run before was *last*; None: it never ran.

    *zone* is the desk's, in force where the job names none; *share*, from 0.0 to 1.0, is how much of `jitter` the run
    is delayed. What is overdue is due at once, or as soon as `active` opens. A *last* that lies well in the future,
    since the clock was set back, counts as now.
    """
    now, zone, window = now.astimezone(UTC), zone_of(job, zone), window_of(job)
    origin = now if last is None or last.started > now + _SET_BACK else last.started.astimezone(UTC)
    if last is not None and not last.finished_well:
        base, at_once = now, True
    elif job.cron is not None:
        base = _cron_after(job.cron, zone, window, origin)
        at_once = base < now
    elif job.every is not None and last is not None:
        base = origin + timedelta(seconds=job.step)
        at_once = base < now
    else:
        base, at_once = now, True
    base = max(base, now)
    if window is None:
        return Due(base, base if at_once else base + _delay(job) * share)
    opening = window.opening(base, zone)
    if at_once and opening == base:
        return Due(base, base)
    longest = min(_delay(job), max(window.closing(opening, zone) - opening - _BEFORE_CLOSING, timedelta()))
    return Due(opening, opening + longest * share)


def begun(job: Job, due: Due, at: datetime) -> Last:
    """The run that was *due* and began *at*, as the next one is counted from it: for `every` without its delay, so
    that delays do not add up; for `cron` with it, so that what passed meanwhile is not made up for."""
    return Last(at if job.cron is not None else at - (due.at - due.base))


def zone_of(job: Job, desk: tzinfo) -> tzinfo:
    """The zone of the job's `cron` and `active`: its own, else the desk's."""
    return ZoneInfo(job.timezone) if job.timezone else desk


def window_of(job: Job) -> Window | None:
    """The job's `active`; None: the whole day."""
    return Window.read(job.active) if job.active else None


def is_open(job: Job, desk: tzinfo, instant: datetime) -> bool:
    """Whether the job may begin at *instant*."""
    window = window_of(job)
    return window is None or window.is_open(instant, zone_of(job, desk))


def _delay(job: Job) -> timedelta:
    return timedelta(seconds=seconds(job.jitter))


def _cron_after(expression: str, zone: tzinfo, window: Window | None, after: datetime) -> datetime:
    """The first time of *expression* after *after* that lies in *window*; both checked, so that there is one."""
    while True:
        instant = next_time(expression, zone, after)
        if window is None or window.is_open(instant, zone):
            return instant
        after = window.opening(instant, zone) - _SECOND
