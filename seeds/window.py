"""The part of the day in which a job runs, as the clock on the wall shows it; and when it opens and closes.

Pure. A clock change makes two questions hard, and both are answered by what the wall shows: a span that falls into the
hour that is left out in spring does not open on that day, and in autumn it may open twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """From *begin* until before *end*, each the time since midnight; over midnight where *end* is the earlier."""

    begin: timedelta
    end: timedelta

    @classmethod
    def read(cls, span: str) -> "Window":
        """The window that a checked span such as "22:00-04:00" means."""
        begin, _, end = span.partition("-")
        return cls(_since_midnight(begin), _since_midnight(end))

    def holds(self, wall: timedelta) -> bool:
        """Whether the time *wall*, since midnight, lies in it."""
        if self.begin < self.end:
            return self.begin <= wall < self.end
        return wall >= self.begin or wall < self.end

    def is_open(self, instant: datetime, zone: tzinfo) -> bool:
        """Whether it is open at *instant* in *zone*."""
        return self.holds(_wall(instant, zone))

    def opening(self, instant: datetime, zone: tzinfo) -> datetime:
        """The first instant, in UTC, from *instant* on at which it is open: *instant* itself where it is."""
        return _first(self.holds, self.begin, instant, zone)

    def closing(self, instant: datetime, zone: tzinfo) -> datetime:
        """The first instant, in UTC, from *instant* on at which it is closed: *instant* itself where it is."""
        return _first(lambda wall: not self.holds(wall), self.end, instant, zone)


def _first(wanted: Callable[[timedelta], bool], edge: timedelta, instant: datetime, zone: tzinfo) -> datetime:
    """The first instant from *instant* on whose wall time is *wanted*: it begins at the wall time *edge*, or where a
    clock change jumps over that."""
    instant = instant.astimezone(UTC)
    while not wanted(_wall(instant, zone)):
        due = instant + (edge - _wall(instant, zone)) % _DAY
        instant = _change_between(instant, due, zone) or due
    return instant


def _change_between(begin: datetime, end: datetime, zone: tzinfo) -> datetime | None:
    """The first instant after *begin* with *end*'s distance from UTC, where that is another one than *begin*'s.

    Clocks change at whole seconds, and no zone changes twice within a day.
    """
    before = begin.astimezone(zone).utcoffset()
    if end.astimezone(zone).utcoffset() == before:
        return None
    low, high = int(begin.timestamp()), int(end.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _wall(instant: datetime, zone: tzinfo) -> timedelta:
    local = instant.astimezone(zone)
    return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _since_midnight(clock: str) -> timedelta:
    hours, _, minutes = clock.partition(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
