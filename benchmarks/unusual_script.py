"""A scripted newsroom's volumes: how many articles each source and topic has in every hour, with spikes and silences of
known place among them. The same number gives the same year.

Each has the rhythm of its day and week, on the wall clock of its zone; chance as of a Poisson process, and more of it:
good and bad days, and hours in which one thing leads to another. Twice a year there are three days of holidays.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Literal
from zoneinfo import ZoneInfo

BEGIN = datetime(2025, 1, 6, tzinfo=UTC)
WARM_UP, LENGTH = timedelta(weeks=9), timedelta(weeks=52)
HOUR = timedelta(hours=1)
BAGHDAD, BERLIN = ZoneInfo("Asia/Baghdad"), ZoneInfo("Europe/Berlin")
HOLIDAYS = (datetime(2025, 6, 6, tzinfo=UTC), datetime(2025, 12, 24, tzinfo=UTC))
_HOLIDAY, _OF_A_HOLIDAY = timedelta(days=3), 0.4
_APART = timedelta(hours=40)  # at least, from the end of one event to the begin of the next
_EVENTS_A_YEAR = 36

Kind = Literal["spike", "silence", "trickle"]
_KINDS: dict[Kind, tuple[tuple[int, ...], tuple[float, ...]]] = {
    "spike": ((1, 2, 3, 6), (2, 3, 5, 10)),
    "silence": ((1, 2, 4, 8, 24, 72), (0,)),
    "trickle": ((24, 72), (0.1, 0.25)),
}
"""How many hours each may last, and how many times as many articles there are then."""
Wall = Callable[[datetime], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """From *begin* to *end* there are *times* as many articles as usual; *usual* is what they would be in all."""

    kind: Kind
    begin: datetime
    end: datetime
    times: float
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A source or a topic: its *rate* an hour by the wall clock, and how uneven its hours and days are (the shape of a
    gamma distribution: the smaller, the more uneven; 0: as chance makes them)."""

    name: str
    rate: Wall
    zone: ZoneInfo = BAGHDAD
    hours: float = 0.0
    days: float = 0.0
    growth: float = 0.0  # a week
    shift: float = 1.0  # after half of the time there are so many times as many, for good
    events: bool = True


@dataclass(frozen=True, slots=True)
class Year:
    """What one part published: in each hour from BEGIN on the minutes, and what was made to happen."""

    part: Part
    minutes: list[list[float]]
    events: list[Event] = field(default_factory=list)


def _day(begin: int, end: int, rates: tuple[float, float], weekend: tuple[int, ...] = (), then: float = 1.0) -> Wall:
    """So many an hour from *begin* to *end*, and so many by night; at the weekend *then* times as many."""

    def rate(wall: datetime) -> float:
        return rates[not begin <= wall.hour < end] * (then if wall.weekday() in weekend else 1.0)

    return rate


def _weekly(wall: datetime) -> float:
    return 6.0 if wall.weekday() == 3 and 10 <= wall.hour < 13 else 0.01


PARTS = (
    Part(name="agency", rate=_day(8, 23, (6, 2), (4,), 0.7), hours=8, days=20),
    Part(name="newspaper", rate=_day(8, 19, (3, 0.05), (5, 6), 0.4), zone=BERLIN, hours=8, days=20),
    Part(name="small site", rate=_day(9, 22, (0.7, 0.05), (4, 5), 0.6), hours=5, days=20),
    Part(name="weekly", rate=_weekly),
    Part(name="site that grows", rate=_day(8, 23, (2, 0.5), (4,), 0.7), hours=8, days=20, growth=0.01),
    Part(name="busy topic", rate=_day(8, 23, (5, 1.5), (4,), 0.7), hours=5, days=8),
    Part(name="topic of a day", rate=_day(8, 22, (0.8, 0.15), (5, 6), 0.6), zone=BERLIN, hours=3, days=6),
    Part(name="topic by chance alone", rate=_day(8, 22, (2, 0.5), (5, 6), 0.6), zone=BERLIN),
    Part(name="rare topic", rate=_day(8, 22, (0.12, 0.03)), hours=1, days=4),
)
SHIFTED = Part(
    name="topic that triples for good", rate=_day(8, 23, (2, 0.5), (4,), 0.7), hours=5, days=8, shift=3.0, events=False
)


def year_of(part: Part, seed: int) -> Year:
    """The year of *part* that this *seed* gives."""
    chance = random.Random(f"{part.name} {seed}")
    hours = int((WARM_UP + LENGTH) / HOUR)
    rates = _rates(part, hours)
    events = list(_events(chance, rates)) if part.events else []
    for event in events:
        for number in range(int((event.begin - BEGIN) / HOUR), int((event.end - BEGIN) / HOUR)):
            rates[number] *= event.times
    minutes: list[list[float]] = []
    day = 1.0
    for number, rate in enumerate(rates):
        if number % 24 == 0 and part.days:
            day = chance.gammavariate(part.days, 1 / part.days)
        hour = chance.gammavariate(part.hours, 1 / part.hours) if part.hours else 1.0
        minutes.append(sorted(60 * chance.random() for _ in range(poisson(chance, rate * day * hour))))
    return Year(part, minutes, events)


def _rates(part: Part, hours: int) -> list[float]:
    found = []
    for number in range(hours):
        instant = BEGIN + number * HOUR
        rate = part.rate(instant.astimezone(part.zone)) * (1 + part.growth) ** (number / 168)
        if number > hours // 2:
            rate *= part.shift
        found.append(rate * (_OF_A_HOLIDAY if is_holiday(instant) else 1.0))
    return found


def is_holiday(instant: datetime, after: timedelta = timedelta()) -> bool:
    """Whether it is one, or was so long ago."""
    return any(begin <= instant < begin + _HOLIDAY + after for begin in HOLIDAYS)


def _events(chance: random.Random, rates: list[float]) -> Iterator[Event]:
    pause = (LENGTH / _EVENTS_A_YEAR - _APART) / HOUR
    place = int(WARM_UP / HOUR)
    while True:
        place += int(_APART / HOUR + chance.uniform(0, 2 * pause))
        kind: Kind = chance.choice(("spike", "spike", "silence", "silence", "trickle"))
        long, times = _KINDS[kind]
        length = chance.choice(long)
        if place + length + 24 > len(rates):
            return
        begin = BEGIN + place * HOUR
        yield Event(
            kind=kind, begin=begin, end=begin + length * HOUR, times=chance.choice(times),
            usual=sum(rates[place : place + length]),
        )  # fmt: skip
        place += length


def poisson(chance: random.Random, mean: float) -> int:
    """Knuth's; means are small."""
    number, product, least = 0, chance.random(), exp(-mean)
    while product > least:
        number += 1
        product *= chance.random()
    return number
