"""How many of the articles that were found fell on each day, as bars of days, or of months. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MOST_DAYS = 92
"""Bars of a small chart that can still be told apart."""
_MOST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """So many articles `at` a day (2026-11-30), month or year, as the search takes it for a time."""

    at: str
    day: date
    articles: int


def bars(days: Mapping[date, int]) -> list[Bar]:
    """A bar for each day from the first to the last, also those without articles; of months, or of years, where these
    would be too many."""
    if not days:
        return []
    first, last = min(days), max(days)
    if (last - first).days < MOST_DAYS:
        every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [Bar(day.isoformat(), day, days.get(day, 0)) for day in every]
    months = [_month(first, number) for number in range(12 * (last.year - first.year) + last.month - first.month + 1)]
    if len(months) <= _MOST_MONTHS:
        return [Bar(f"{one:%Y-%m}", one, _within(days, one.year, one.month)) for one in months]
    years = sorted({day.year for day in days})
    return [Bar(f"{year:04}", date(year, 1, 1), _within(days, year, None)) for year in years]


def _month(first: date, number: int) -> date:
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def _within(days: Mapping[date, int], year: int, month: int | None) -> int:
    return sum(number for day, number in days.items() if day.year == year and month in (None, day.month))
