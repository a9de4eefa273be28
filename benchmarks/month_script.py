"""The script of a month at a newsroom: when which source publishes what, which stories are copied and edited, when a
topic spikes, a source falls silent, Khabar is down and a channel broken. The same number gives the same month.

It stands across a change of the clocks, with nine weeks before it in which nothing happens.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.unusual_script import poisson

ZONE = ZoneInfo("Europe/Berlin")
MONTHS = {"autumn": datetime(2026, 10, 8, tzinfo=ZONE), "spring": datetime(2026, 3, 12, tzinfo=ZONE)}
"""The clocks change on 25 October and on 29 March, in the middle of these."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WARM_UP, LENGTH = 63 * DAY, 30 * DAY
CRAWL = timedelta(minutes=15)
TOPICS = ("isis", "syria", "us_withdrawal")
SOURCES = {"wire-en": ("en", 3.0), "paper-ar": ("ar", 2.0), "radio-ckb": ("ckb", 1.2), "site-kmr": ("kmr", 1.0)}
"""Language, and articles an hour by day."""
_COPIED, _EDITED = 12, 16
_OF_TOPIC = 0.25  # of all articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An article, or a later version of one: what a look at its page finds from *at* on."""

    at: datetime
    source: str
    name: str  # of its page
    seed: int  # of its words: copies have the same
    topics: tuple[str, ...]
    edit: str = ""  # "large", "number", "small", or both of the latter


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A spike of a topic, or a silence of a source."""

    subject: str
    begin: datetime
    end: datetime


@dataclass(slots=True)
class Month:
    """What is to happen. `down` is when Khabar does not run, `broken` when a channel does not work."""

    begin: datetime
    plan: list[Planned]
    spikes: list[Event]
    silences: list[Event]
    down: tuple[datetime, datetime]
    broken: tuple[datetime, datetime]
    copied: set[str] = field(default_factory=set)

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.begin + LENGTH


def write(season: str, number: int) -> Month:
    """Month *number* across the change of the clocks of a *season*."""
    chance = random.Random(f"{season} {number}")
    begin = MONTHS[season].astimezone(UTC)
    spikes = list(_events(chance, begin, [f"topic:{topic}" for topic in TOPICS], 8, (2, 4)))
    silences = list(_events(chance, begin, [f"source:{source}" for source in SOURCES], 8, (9, 40)))
    month = Month(
        begin=begin,
        plan=[],
        spikes=spikes,
        silences=silences,
        down=(begin + 11 * DAY + 2 * HOUR, begin + 11 * DAY + 8 * HOUR),
        broken=(begin + 20 * DAY, begin + 20 * DAY + 12 * HOUR),
    )
    month.plan = sorted(
        [*_articles(chance, month), *_copies_and_edits(chance, month)], key=lambda one: (one.at, one.name)
    )
    return month


def _events(
    chance: random.Random, begin: datetime, subjects: list[str], number: int, hours: tuple[int, int]
) -> Iterator[Event]:
    """One every third day or so, by day, in turns."""
    for place in range(number):
        at = begin + (2 + place * 3.4) * DAY
        at = at.astimezone(ZONE).replace(hour=chance.randint(9, 14), minute=0, second=0, microsecond=0).astimezone(UTC)
        yield Event(subject=subjects[place % len(subjects)], begin=at, end=at + chance.randint(*hours) * HOUR)


def _articles(chance: random.Random, month: Month) -> Iterator[Planned]:
    hour, serial = month.begin - WARM_UP, 0
    while hour < month.end + DAY:
        for source, (_, rate) in SOURCES.items():
            if _happens(month.silences, f"source:{source}", hour):
                continue
            for _ in range(poisson(chance, rate * _daily(hour))):
                serial += 1
                topics = (chance.choice(TOPICS),) if chance.random() < _OF_TOPIC else ()
                yield _piece(chance, hour, source, serial, topics)
        for topic in TOPICS:
            if _happens(month.spikes, f"topic:{topic}", hour):
                for _ in range(chance.randint(8, 14)):
                    serial += 1
                    speaking = [one for one in SOURCES if not _happens(month.silences, f"source:{one}", hour)]
                    yield _piece(chance, hour, chance.choice(speaking), serial, (topic,))
        hour += HOUR


def _piece(chance: random.Random, hour: datetime, source: str, serial: int, topics: tuple[str, ...]) -> Planned:
    at = (hour + chance.random() * HOUR).replace(microsecond=0)
    return Planned(at=at, source=source, name=f"{serial}", seed=serial, topics=topics)


def _copies_and_edits(chance: random.Random, month: Month) -> Iterator[Planned]:
    """A story of the wire at two other sources within three hours; and pages that are edited some hours later."""
    speaking = [one for one in SOURCES if one != "site-kmr"]
    for number in range(_COPIED):
        at, name, topic = _moment(chance, month), f"copied-{number}", TOPICS[number % len(TOPICS)]
        month.copied.add(name)
        for place, source in enumerate(speaking):
            yield Planned(
                at=at + place * HOUR, source=source, name=name, seed=10**6 + number, topics=(topic,)
            )  # fmt: skip
    for number in range(_EDITED):
        at, topic = _moment(chance, month), TOPICS[number % len(TOPICS)]
        first = Planned(at=at, source="wire-en", name=f"edited-{number}", seed=2 * 10**6 + number, topics=(topic,))
        yield first
        for later, edit in (
            (3, ("large", "number", "small", "")[number % 4]),
            (6, ("", "number small", "", "small")[number % 4]),
        ):
            if edit:
                yield Planned(
                    at=at + later * HOUR, source=first.source, name=first.name, seed=first.seed, topics=first.topics,
                    edit=edit,
                )  # fmt: skip


def _moment(chance: random.Random, month: Month) -> datetime:
    """A time at which nobody is silent or down, nor in the seven hours behind."""
    while True:
        at = (month.begin + chance.uniform(1, 29) * DAY).replace(microsecond=0)
        hours = [at + number * HOUR for number in range(-1, 9)]
        if not any(event.begin <= hour < event.end + HOUR for event in month.silences for hour in hours) and not any(
            month.down[0] - HOUR <= hour <= month.down[1] + HOUR for hour in hours
        ):
            return at


def _happens(events: list[Event], subject: str, hour: datetime) -> bool:
    return any(event.subject == subject and event.begin <= hour < event.end for event in events)


def _daily(hour: datetime) -> float:
    wall = hour.astimezone(ZONE)
    often = 1.0 if 7 <= wall.hour < 23 else 0.25
    return often * (0.6 if wall.weekday() >= 5 else 1.0)
