"""A calendar of days as a table: weeks as columns, the days of the week as rows, each day a shade and a sign. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from math import sqrt

from archive.source_days import Change
from archive.volume import Span

DAY = timedelta(days=1)
SIGNS: Mapping[str, str] = {
    "slow": "◔", "silent": "○", "empty": "∅", "blocked": "⊘", "layout changed": "△", "dead": "✕",
}  # fmt: skip
"""What stands for a state beside its colour; nothing where all is well."""
_WORST = ("dead", "blocked", "layout changed", "empty", "silent", "slow", "ok")
SHADES = 5
"""Of a day: none for no article, and four that grow by the square of the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a source."""

    day: date
    articles: int
    shade: int  # 0 (none) to SHADES - 1
    state: str | None  # the worst of that day; None: nothing was known yet

    @property
    def sign(self) -> str:
        """What stands in its cell."""
        return SIGNS.get(self.state or "", "")


def midnight(day: date, zone: tzinfo) -> datetime:
    """The begin of *day* in *zone*."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def day_spans(last: date, number: int, zone: tzinfo) -> tuple[list[date], list[Span]]:
    """The *number* days up to *last*, the oldest first, and their spans of time in *zone*."""
    days = [last - DAY * ago for ago in range(number - 1, -1, -1)]
    return days, [(midnight(day, zone), midnight(day + DAY, zone)) for day in days]


def drawn(
    days: Sequence[date],
    counts: Sequence[int],
    changes: Sequence[Change],
    spans: Sequence[Span],
    most: int | None = None,
) -> list[Day]:
    """The *days* with their *counts* and states. *most* is the number that is darkest; the highest, unless given."""
    most = max([*counts, 1]) if most is None else max(most, 1)
    states = _states(changes, spans)
    return [
        Day(day=day, articles=count, shade=shade(count, most), state=state)
        for day, count, state in zip(days, counts, states, strict=True)
    ]


def by_day(hours: Mapping[datetime, int], days: Sequence[date], zone: tzinfo) -> list[int]:
    """What *hours* count on each of *days* in *zone*."""
    counted = Counter[date]()
    for hour, number in hours.items():
        counted[hour.astimezone(zone).date()] += number
    return [counted[day] for day in days]


def by_week_hour(hours: Mapping[datetime, int], since: datetime, zone: tzinfo) -> list[list[int]]:
    """What *hours* count from *since* on for each day of the week, Monday first, and each of its hours, by the clock of
    *zone*."""
    found = [[0] * 24 for _ in range(7)]
    for hour, number in hours.items():
        if hour >= since:
            there = hour.astimezone(zone)
            found[there.weekday()][there.hour] += number
    return found


def shade(count: int, most: int) -> int:
    """The darkness of *count* where *most* is darkest: by the root, so that a busy day does not blot out the others."""
    if count <= 0:
        return 0
    return max(1, min(SHADES - 1, round(sqrt(count / max(most, 1)) * (SHADES - 1))))


def weeks(days: Sequence[Day], first_week_day: int) -> list[list[Day | None]]:
    """Seven rows, the first for *first_week_day* (0: Monday), of as many weeks as it takes; None where a week begins
    before the first day or ends after the last."""
    if not days:
        return [[] for _ in range(7)]
    lead = (days[0].day.weekday() - first_week_day) % 7
    cells: list[Day | None] = [*[None] * lead, *days]
    cells += [None] * (-len(cells) % 7)
    return [cells[row::7] for row in range(7)]


def _states(changes: Sequence[Change], spans: Sequence[Span]) -> list[str | None]:
    """The worst state of each of *spans*, given in order; *changes* too."""
    found: list[str | None] = []
    now, place = None, 0
    for begin, end in spans:
        while place < len(changes) and changes[place].since <= begin:
            now, place = changes[place].state, place + 1
        that_day = [now] if now else []
        while place < len(changes) and changes[place].since < end:
            now, place = changes[place].state, place + 1
            that_day.append(now)
        found.append(min(that_day, key=_rank) if that_day else None)
    return found


def _rank(state: str) -> int:
    return _WORST.index(state) if state in _WORST else len(_WORST)
