"""What happens at some newspapers while they are watched, written down beforehand: the same seed gives the same week.

Pure; `week_sites` plays it. Articles come with the rhythm of a day and in bursts. Later some are edited, with and
without their feeds telling it, deleted, moved, or shown again under another address; and the servers have their days.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
Way = Literal["rss", "atom", "news", "index", "listing", "json"]
Quirk = Literal["", "keeps its ETag", "resets Last-Modified"]
Kind = Literal["publish", "mend", "tell edit", "edit", "delete", "delete but list", "move", "show again"]
Trouble = Literal["down", "429", "empty", "reset"]

_RHYTHM = (1, 1, 1, 1, 2, 4, 8, 12, 14, 12, 9, 8, 8, 8, 8, 9, 11, 12, 10, 7, 5, 3, 2, 1)
"""How busy each hour of a day is, in UTC."""
_BEFORE = 12  # hours in which they have published before anybody watches
_BURST = 14  # articles in eight minutes: more than the ten that a short feed shows
_BURST_HOURS = (8, 11, 16)
_FATES: tuple[tuple[Kind, float], ...] = (
    ("tell edit", 0.10), ("edit", 0.06), ("delete", 0.03), ("delete but list", 0.02), ("move", 0.03),
    ("show again", 0.08),
)  # fmt: skip
"""What share of the articles each befalls."""
_BROKEN = 0.04  # of the pages answer 500 at first
_BROKEN_FOR = timedelta(minutes=35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A site: how it looks, by which ways it shows its articles, how many of them a day."""

    id: str
    look: str
    ways: tuple[Way, ...]
    a_day: int
    quirk: Quirk = ""


PAPERS = (
    Paper(id="wire-en", look="rafidain", ways=("rss", "news"), a_day=26),
    Paper(id="wire-ar", look="sidra", ways=("rss", "listing"), a_day=26, quirk="resets Last-Modified"),
    Paper(id="daily-ckb", look="baran", ways=("atom",), a_day=18, quirk="keeps its ETag"),
    Paper(id="daily-kmr", look="kani", ways=("index",), a_day=14),
    Paper(id="desk-en", look="meridian", ways=("listing",), a_day=20),
    Paper(id="desk-ar", look="sidra", ways=("json",), a_day=14),
    Paper(id="mixed-ckb", look="baran", ways=("json", "rss"), a_day=14),
    Paper(id="short-kmr", look="kani", ways=("rss",), a_day=14),
)
"""English, Arabic, Sorani, Kurmanji; every way that there is, alone or with another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens to an article. Its number is its own over all papers."""

    at: datetime
    kind: Kind
    article: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """A time in which a server has its trouble."""

    trouble: Trouble
    begin: datetime
    end: datetime


def events(paper: Paper, first: int, *, days: float, seed: int, share: float = 1.0) -> list[Event]:
    """What happens at *paper*, in its order, its articles numbered from *first*. *share*: of its articles a day."""
    chance = random.Random(f"{seed} {paper.id}")
    instants = sorted(_instants(paper, chance, days=days, share=share))
    happening: list[Event] = []
    for number, instant in enumerate(instants, start=first):
        happening.append(Event(at=instant, kind="publish", article=number))
        if chance.random() < _BROKEN:
            happening.append(Event(at=instant + _BROKEN_FOR, kind="mend", article=number))
        fate = _fate(chance)
        if fate:
            later = instant + timedelta(minutes=chance.choice((25, 45, 90, 180, 600)), seconds=chance.randrange(60))
            happening.append(Event(at=later, kind=fate, article=number))
    return sorted(happening, key=lambda event: event.at)


def _fate(chance: random.Random) -> Kind | None:
    left = chance.random()
    for kind, share in _FATES:
        left -= share
        if left < 0:
            return kind
    return None


def _instants(paper: Paper, chance: random.Random, *, days: float, share: float) -> Iterator[datetime]:
    """When *paper* publishes: all day long, and in a burst on most days."""
    for hour in range(-_BEFORE, round(days * 24)):
        begin = START + timedelta(hours=hour)
        mean = paper.a_day * share * _RHYTHM[begin.hour] / sum(_RHYTHM)
        for _ in range(int(mean) + (chance.random() < mean % 1)):
            yield begin + timedelta(seconds=chance.randrange(3600))
    for day in range(-(-round(days * 24) // 24)):
        begin = (START + timedelta(days=day)).replace(hour=chance.choice(_BURST_HOURS), minute=21)
        if chance.random() < 0.8 and begin < START + timedelta(days=days, hours=-1):
            for _ in range(_BURST):
                yield begin + timedelta(seconds=chance.randrange(480))


def bouts(paper: Paper, place: int, *, days: float) -> list[Bout]:
    """The troubles of the server of *paper*, the one at *place* of them all: each day another one's."""
    found = []
    for day in range(-(-round(days * 24) // 24)):
        midnight = (START + timedelta(days=day)).replace(hour=0)
        for trouble, offset, hour, minutes in _TROUBLES:
            its_own = paper.quirk == "resets Last-Modified"
            if its_own if trouble == "reset" else (day + offset) % len(PAPERS) == place:
                begin = midnight + timedelta(hours=hour, minutes=4)
                found.append(Bout(trouble=trouble, begin=begin, end=begin + timedelta(minutes=minutes)))
    return found


_TROUBLES: tuple[tuple[Trouble, int, int, int], ...] = (
    ("down", 0, 8, 60), ("429", 3, 9, 30), ("empty", 6, 10, 60), ("reset", 0, 12, 180),
)  # fmt: skip
"""Each with how far the paper that has it is ahead of the day's, the hour, and how many minutes it lasts."""
