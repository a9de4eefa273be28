"""A scripted year through the rules that alerts go by: which spikes and silences are told, and when. No archive is
needed, only the counts; a test holds it against `alerts.unusual` on a real one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate

from alerts import silence, spike
from alerts.baseline import WEEKS, Baseline, baseline, level, weeks_before
from archive.health import RHYTHM_DAYS
from benchmarks.unusual_script import BEGIN, HOUR, WARM_UP, Year

_FIRST = int(WARM_UP / HOUR)
_WEEK, _DAY, _LONGEST_SPAN = 168, 24, 144  # hours


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour with enough articles to be a spike."""

    number: int
    count: int
    usual: Baseline
    raised: Baseline


@dataclass(frozen=True, slots=True)
class Tick:
    """The end of an hour, at which it is asked whether there is a silence."""

    number: int  # of the hour that begins
    last: float  # the newest article, in minutes
    day: tuple[int, Baseline]
    pause: Baseline | None  # what is usual in the hours since then; None: too short
    hours: int = 0
    longest: timedelta = timedelta()


@dataclass
class Counted:
    """What is usual for each hour and each pause of a year; worked out once, for any number of bounds."""

    year: Year
    hours: list[Hour] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._counts = [len(minutes) for minutes in self.year.minutes]
        self._before = [0, *accumulate(self._counts)]  # each hour
        self._with_any = [0, *accumulate(map(bool, self._counts))]
        self.hours = [self._hour(n) for n in range(_FIRST, len(self._counts)) if self._counts[n] >= spike.FEWEST]
        self.ticks = list(self._ticks())

    def _past(self, number: int) -> list[int]:
        weeks = weeks_before(BEGIN + number * HOUR, self.year.part.zone, WEEKS)
        return [int((one - BEGIN) / HOUR) for one in weeks]

    def _between(self, begin: int, end: int) -> int:
        return self._before[end] - self._before[begin]

    def _hour(self, number: int) -> Hour:
        usual = baseline([self._counts[past + at] for past in self._past(number) for at in (-1, 0, 1)], WEEKS)
        weeks = [self._between(number - (n + 1) * _WEEK, number - n * _WEEK) for n in range(WEEKS)]
        return Hour(number, self._counts[number], usual, usual.raised(level(weeks)))

    def _usual(self, begin: int, end: int) -> Baseline:
        spans = zip(self._past(begin), self._past(end), strict=True)
        return baseline([self._between(first, last) for first, last in spans], WEEKS)

    def _ticks(self) -> Iterator[Tick]:
        pauses: list[tuple[float, float]] = []  # the articles at its ends
        last = 0.0
        for number, minutes in enumerate(self.year.minutes):
            for minute in minutes:
                pauses.append((last, 60 * number + minute))
                last = 60 * number + minute
            if number >= _FIRST:
                yield self._tick(number + 1, last, pauses)

    def _tick(self, number: int, last: float, pauses: list[tuple[float, float]]) -> Tick:
        day = self._between(number - _DAY, number), self._usual(number - _DAY, number)
        if 60 * number - last < silence.QUIET / timedelta(minutes=1):
            return Tick(number, last, day, None)
        begin, since = int(last // 60) + 1, 60 * number - RHYTHM_DAYS / timedelta(minutes=1)
        longest = 0.0
        for first, then in reversed(pauses):
            if first < since:
                break
            longest = max(longest, then - first)
        hours = self._with_any[begin] - self._with_any[max(0, int(since // 60))]
        usual = self._usual(begin, min(number, begin + _LONGEST_SPAN))
        return Tick(number, last, day, usual, hours, timedelta(minutes=longest))


def spikes_told(counted: Counted) -> Iterator[float]:
    """When each spike is told, in minutes from BEGIN: with the article that makes its hour one."""
    last = -spike.REST - 1
    for hour in counted.hours:
        if _is_spike(hour, hour.count):
            if hour.number - last > spike.REST:
                enough = next(n for n in range(spike.FEWEST, hour.count + 1) if _is_spike(hour, n))
                yield 60 * hour.number + counted.year.minutes[hour.number][enough - 1]
            last = hour.number


def _is_spike(hour: Hour, count: int) -> bool:
    return spike.is_spike(count, hour.usual) and spike.is_spike(count, hour.raised)


def silences_told(counted: Counted) -> Iterator[tuple[float, silence.Rule]]:
    """When each silence is told, in minutes from BEGIN, and by which rule; each is looked for on the hour."""
    since: float | None = None
    ended = 0.0
    rule: silence.Rule | None = None
    for tick in counted.ticks:
        if since is not None:
            came = tick.last > since
            slow = rule == "trickle" or silence.is_trickle(*tick.day)
            if not came or (slow and not silence.is_back(*tick.day)):
                continue
            since, ended = None, 60.0 * tick.number if slow else tick.last
        rule = _rule(tick)
        if rule == "trickle" and 60.0 * (tick.number - _DAY) < ended:
            continue
        if rule:
            since = tick.last if rule != "trickle" else 60.0 * (tick.number - _DAY)
            yield 60.0 * tick.number, rule


def _rule(tick: Tick) -> silence.Rule | None:
    if tick.pause is not None:
        if silence.is_long(tick.pause):
            return "pause"
        pause = timedelta(minutes=60 * tick.number - tick.last)
        if silence.is_longest(pause, tick.hours, tick.longest, tick.pause):
            return "longest"
    return "trickle" if silence.is_trickle(*tick.day) else None
