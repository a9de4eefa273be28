"""What the figures of a topic say, in words: how much there was, when the most, and whether it rises. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.trends import Trend
from archive.volume import Span
from archive.web.wording import Words

_RISING, _FALLING = 1.5, 0.5
_FEWEST = 3
"""Fewer articles are no movement: one more than none is endlessly many times as much."""
_DAYS_KNOWN = 7
"""Of fewer days nobody knows what is usual: all that a new desk watches would rise."""
_EARLY = 0.25  # of a day, in which no lack is told yet


def movement(trend: Trend, passed: float) -> Literal["rising", "falling"] | None:
    """Whether a topic has more articles than usual, or fewer, when *passed* of the day is over (0 to 1). Today's are
    held against a whole day's for rising, and against the part of it that has passed for falling."""
    if trend.days_before < _DAYS_KNOWN:
        return None
    usual = trend.mean or 0.0
    if trend.today >= max(_FEWEST, _RISING * usual):
        return "rising"
    expected = usual * passed
    return "falling" if passed >= _EARLY and expected >= _FEWEST and trend.today <= _FALLING * expected else None


def part_of_day(now: datetime, midnight: datetime, tonight: datetime) -> float:
    """How much of the day from *midnight* on is over."""
    return (now - midnight) / (tonight - midnight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart's data, beside its text alternative."""

    labels: list[str]
    values: list[int]
    told: str
    links: list[str] | None = None


def labels_of_days(spans: Sequence[Span], words: Words) -> list[str]:
    """Each day by its date."""
    return [words.day(begin) for begin, _ in spans]


def labels_of_hours(spans: Sequence[Span], words: Words) -> list[str]:
    """Each hour by the clock; one that comes twice, when the clock is put back, with what it differs by from UTC."""
    clocks = [words.clock(begin) for begin, _ in spans]
    return [
        clock if clocks.count(clock) == 1 else f"{clock} ({_offset(begin, words)})"
        for clock, (begin, _) in zip(clocks, spans, strict=True)
    ]


def _offset(begin: datetime, words: Words) -> str:
    offset = begin.astimezone(words.zone).utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    return words.digits(f"UTC{minutes // 60:+d}" + (f":{minutes % 60:02}" if minutes % 60 else ""))


def told_of_days(name: str, values: Sequence[int], spans: Sequence[Span], words: Words) -> str:
    """How many articles there were in all *spans* of a day, and in which the most."""
    in_days = words.ngettext("in %(n)s day", "in %(n)s days", len(values))
    if not any(values):
        return words.gettext("%(name)s: no articles %(span)s", name=name, span=in_days)
    most = max(values)
    articles = words.ngettext("%(n)s article", "%(n)s articles", sum(values))
    return words.gettext(
        "%(name)s: %(articles)s %(span)s; most on %(day)s: %(most)s", name=name, articles=articles, span=in_days,
        day=words.day(spans[values.index(most)][0]), most=most,
    )  # fmt: skip


def told_of_hours(name: str, values: Sequence[int], spans: Sequence[Span], words: Words) -> str:
    """The same of the hours of one day."""
    day = words.day(spans[0][0], "full")
    if not any(values):
        return words.gettext("%(name)s: no articles on %(day)s", name=name, day=day)
    most = max(values)
    articles = words.ngettext("%(n)s article", "%(n)s articles", sum(values))
    return words.gettext(
        "%(name)s: %(articles)s on %(day)s; most in the hour from %(hour)s: %(most)s", name=name, articles=articles,
        day=day, hour=words.clock(spans[values.index(most)][0]), most=most,
    )  # fmt: skip


def told_of_parts(title: str, parts: Sequence[tuple[str, int]], words: Words) -> str:
    """What has the most of what is counted."""
    if not parts:
        return words.gettext("%(title)s: none", title=title)
    first = ", ".join(f"{name} {words.number(number)}" for name, number in parts[:3])
    return words.gettext("%(title)s: %(parts)s", title=title, parts=first)
