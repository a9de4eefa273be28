"""Addresses of archive pages by date: `https://news.example/archive/%Y/%m/%d`. Pure.

`%Y`, `%m` and `%d` stand for the year, the month and the day; everything else in an address is as it stands, encoded
letters such as `%D8%A3` among it, and so is `%d` before a hexadecimal digit: `%d8%a3` is such a letter too.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_DIRECTIVE = re.compile(r"%(Y|m|d(?![0-9A-Fa-f]))")
_PERCENT = re.compile(r"%(?!Y|m|[0-9A-Fa-f]{2}|d(?![0-9A-Fa-f]))")


def what_is_wrong(pattern: str) -> str | None:
    """Why *pattern* is no address by date; None where it is one."""
    if found := _PERCENT.search(pattern):
        stray = pattern[found.start() : found.start() + 2]
        return f'holds "{stray}"; of the directives %Y, %m and %d may stand there'
    named = set(_DIRECTIVE.findall(pattern))
    if not named:
        return "names no date: it needs %Y, %Y and %m, or %Y, %m and %d"
    if named not in ({"Y"}, {"Y", "m"}, {"Y", "m", "d"}):
        return "needs %Y, %Y and %m, or %Y, %m and %d: a month needs its year, a day its month"
    return None


def on_date(pattern: str, day: date) -> str:
    """The address that *pattern* has on *day*."""
    values = {"Y": f"{day.year:04}", "m": f"{day.month:02}", "d": f"{day.day:02}"}
    return _DIRECTIVE.sub(lambda found: values[found[1]], pattern)


def dated_addresses(pattern: str, first: date, last: date) -> Iterator[tuple[date, str]]:
    """Every address of *pattern* from *first* to *last*, each with its day, or the first day of its month or year.

    The finest directive gives the step. The oldest comes first.
    """
    named = set(_DIRECTIVE.findall(pattern))
    day = first if "d" in named else first.replace(day=1) if "m" in named else first.replace(month=1, day=1)
    while day <= last:
        yield day, on_date(pattern, day)
        if "d" in named:
            day += timedelta(days=1)
        elif "m" in named:
            day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        else:
            day = day.replace(year=day.year + 1)
