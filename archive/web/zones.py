"""The times of an article in the zones that a reader asks about: its source's, the desk's, and UTC. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from typing import Any

from archive.times import from_text, zone_named
from archive.web.wording import Words

_TIMES = ("published", "modified", "first_seen", "last_seen", "page_fetched")


@dataclass(frozen=True, slots=True)
class Column:
    """A zone by its name, and for whom it is: "source", "desk" or "utc"."""

    name: str
    zone: tzinfo
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimeRow:
    """One moment in each of the zones. Of a day without an hour only the zone that it was told in has it."""

    label: str
    stored: str  # for machines
    cells: tuple[str, ...]
    is_day: bool = False


def columns(article: Mapping[str, Any], source_zone: str | None, desk: tzinfo) -> list[Column]:
    """The zones to show, each once. The source's is the one that the article declares, else its source's."""
    declared = article["published_zone"] if zone_named(article["published_zone"]) else source_zone
    wanted: list[tuple[str, tzinfo | None, str]] = [
        (declared or "", zone_named(declared), "source"), (str(desk), desk, "desk"), ("UTC", UTC, "utc"),
    ]  # fmt: skip
    moments = [from_text(article[name]) for name in _TIMES if article[name]]
    found: dict[tuple[timedelta | None, ...], Column] = {}
    for name, zone, of in wanted:
        if zone is None:
            continue
        offsets = tuple(moment.astimezone(zone).utcoffset() for moment in moments)  # what they show alike is one
        there = found.get(offsets)
        found[offsets] = Column(name, zone, (*there.of, of)) if there else Column(name, zone, (of,))
    return list(found.values())


def time_rows(article: Mapping[str, Any], zones: Sequence[Column], words: Words) -> list[TimeRow]:
    """The times of an article that there are."""
    _ = words.gettext
    told = [
        (_("published"), "published", article["published_precision"]),
        (_("changed, as the page says"), "modified", None),
        (_("first seen"), "first_seen", None),
        (_("last seen"), "last_seen", None),
        (_("page fetched"), "page_fetched", None),
    ]
    return [_row(label, article[name], zones, words, precision) for label, name, precision in told if article[name]]


def _moments(stored: str, zones: Sequence[Column], words: Words) -> Iterator[str]:
    """The moment in each zone: of the same day as in the first, its time alone."""
    instant = from_text(stored)
    first = instant.astimezone(zones[0].zone).date()
    for place, column in enumerate(zones):
        is_same = place and instant.astimezone(column.zone).date() == first
        yield words.clock(instant, column.zone) if is_same else words.moment(instant, column.zone)


def _row(label: str, stored: str, zones: Sequence[Column], words: Words, precision: str | None) -> TimeRow:
    if precision == "day":
        cells = (words.moment(stored, zones[0].zone, precision="day"), *["–"] * (len(zones) - 1))
        return TimeRow(label, stored, cells, is_day=True)
    return TimeRow(label, stored, tuple(_moments(stored, zones, words)))
