"""When a crontab line comes. What the line means, clock changes included, is cronsim's business: it follows Debian's
cron. Pure.
"""

from datetime import UTC, datetime, timedelta, tzinfo

from cronsim import CronSim

_SECOND = timedelta(seconds=1)
_LOOKS_BACK = tuple(timedelta(days=days) for days in (1, 35, 400))
"""How far behind an instant its last time is looked for, before every time since the beginning is walked along."""


def next_time(expression: str, zone: tzinfo, after: datetime) -> datetime:
    """The first time of *expression* after *after*, in UTC. Raises ValueError where none comes."""
    for moment in CronSim(expression, after.astimezone(zone)):
        instant, shown = moment.astimezone(UTC), moment.replace(tzinfo=None)
        if instant <= after:
            continue  # the first of two equal hours, though the second has begun
        really = instant.astimezone(zone).replace(tzinfo=None)
        if shown == really or next(CronSim(expression, really - _SECOND)) == really:
            return instant  # else it is a midnight that the clocks leave out, which cronsim takes for the change
    raise ValueError(f"no time of {expression!r} ever comes")


def last_time(expression: str, zone: tzinfo, *, after: datetime, until: datetime) -> datetime | None:
    """The last time of *expression* that comes after *after* and not after *until*; None where none does."""
    for back in (*_LOOKS_BACK, None):
        begin = after if back is None else max(after, until - back)
        last, moment = None, next_time(expression, zone, begin)
        while moment <= until:
            last, moment = moment, next_time(expression, zone, moment)
        if last or begin == after:
            return last
    return None
