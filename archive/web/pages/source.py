"""One source: half a year as a calendar, when it publishes, how its ways do, and what could not be had."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from archive.overview import last_runs, source_ids
from archive.source_days import changes_of_health, hours_of, last_arrival, last_fates, lost_pages, newest_of
from archive.volume import Span
from archive.web.as_csv import csv_document
from archive.web.calendar import Day, by_day, by_week_hour, day_spans, drawn, shade, weeks
from archive.web.sourced import plan_of, told, tone
from archive.web.view import Asked, Document, NotAllowed, NotThere, Route, document, page

_WEEKS, _RHYTHM = 26, timedelta(weeks=4)
_CHANGES = 1_000  # of its health, within the calendar
_SHOWN_CHANGES, _ERRORS, _NEWEST, _RUNS, _WAYS = 10, 20, 10, 10, 50
_FATES_OF = 5_000
"""Addresses of which the fates are counted: all of most sources, the last weeks of the largest."""
_BARS = 8  # of the chart of fates


def read_source(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What the page shows."""
    name = _named(db, asked)
    arrived = last_arrival(db, name)
    plan = plan_of(db, asked.face) if asked.sees_texts else None
    one = told(db, asked.face, name, language=arrived[1] if arrived else None, now=asked.now, plan=plan)
    zone = _zone(asked, name)
    days, spans = _calendar_days(asked)
    hours = hours_of(db, name, (spans[0][0], asked.now))
    changes = changes_of_health(db, name, _CHANGES) if asked.sees_texts else []
    cells = drawn(days, by_day(hours, days, asked.face.zone), changes, spans)
    shown = {
        "told": one, "last": arrived[0] if arrived else None, "zone": zone, "tone_of": tone,
        "calendar": weeks(cells, asked.words.locale.first_week_day), "months": _months(cells, asked),
        "articles": sum(day.articles for day in cells), "most": max(day.articles for day in cells),
        "rhythm": _rhythm(hours, asked.now, zone), "newest": newest_of(db, name, _NEWEST),
    }  # fmt: skip
    if not asked.sees_texts:
        return shown
    fates = last_fates(db, name, _FATES_OF)
    return shown | {
        "changes": changes[:-_SHOWN_CHANGES - 1 : -1],
        "fates": fates, "fates_of": _FATES_OF, "bars": fates.counts[:_BARS],
        "errors": lost_pages(db, name, _ERRORS), "ways": _ways(one.found), "runs": _runs(db, asked, name),
    }  # fmt: skip


def read_source_csv(db: sqlite3.Connection, asked: Asked) -> Document:
    """The days of the calendar."""
    name = _named(db, asked)
    days, spans = _calendar_days(asked)
    changes = changes_of_health(db, name, _CHANGES) if asked.sees_texts else []
    counts = by_day(hours_of(db, name, (spans[0][0], asked.now)), days, asked.face.zone)
    rows = [(day.day.isoformat(), day.articles, day.state or "") for day in drawn(days, counts, changes, spans)]
    return csv_document(f"{name}-days.csv", ("day", "articles", "health"), rows)


def read_rhythm_csv(db: sqlite3.Connection, asked: Asked) -> Document:
    """The hours of the week, as they are drawn."""
    name = _named(db, asked)
    zone, since = _zone(asked, name), asked.now - _RHYTHM
    found = by_week_hour(hours_of(db, name, (since, asked.now)), since, zone)
    rows = [(day + 1, hour, number) for day, hours in enumerate(found) for hour, number in enumerate(hours)]
    return csv_document(f"{name}-rhythm.csv", ("week_day", "hour", "articles"), rows)


def read_fates_csv(db: sqlite3.Connection, asked: Asked) -> Document:
    """What became of its addresses."""
    if not asked.sees_texts:
        raise NotAllowed(asked.words.gettext("What could not be had is not shown in public."))
    name = _named(db, asked)
    rows = [(fate, reason or "", number) for fate, reason, number in last_fates(db, name, _FATES_OF).counts]
    return csv_document(f"{name}-fates.csv", ("fate", "reason", "addresses"), rows)


def _named(db: sqlite3.Connection, asked: Asked) -> str:
    name = asked.path["source"]
    if name not in asked.face.sources and name not in source_ids(db):
        raise NotThere(asked.words.gettext("There is no such source."))
    return name


def _zone(asked: Asked, name: str) -> tzinfo:
    """By the clock of which it publishes."""
    defined = asked.face.sources.get(name)
    return ZoneInfo(defined.timezone) if defined else asked.face.zone


def _calendar_days(asked: Asked) -> tuple[list[date], list[Span]]:
    """Whole weeks, as they begin for who looks, up to today."""
    today = asked.now.astimezone(asked.face.zone).date()
    since_week_began = (today.weekday() - asked.words.locale.first_week_day) % 7
    return day_spans(today, 7 * (_WEEKS - 1) + since_week_began + 1, asked.face.zone)


def _months(cells: Sequence[Day], asked: Asked) -> list[str]:
    """What stands above each week: the month, where it begins in it."""
    firsts = cells[::7]
    return [
        asked.words.digits(f"{day.day:%-m}") if place == 0 or day.day.month != firsts[place - 1].day.month else ""
        for place, day in enumerate(firsts)
    ]


def _rhythm(hours: Mapping[datetime, int], now: datetime, zone: tzinfo) -> dict[str, Any]:
    """The hours of the week, each with its darkness."""
    found = by_week_hour(hours, now - _RHYTHM, zone)
    most = max(map(max, found))
    return {
        "days": [[(number, shade(number, most)) for number in row] for row in found],
        "sum": sum(map(sum, found)), "by_hour": [sum(row[hour] for row in found) for hour in range(24)],
    }  # fmt: skip


def _ways(found: Any) -> list[Any]:
    return list(found.evidence.ways[:_WAYS]) if found else []


def _runs(db: sqlite3.Connection, asked: Asked, name: str) -> list[dict[str, Any]]:
    """The last runs, and what each brought of this source."""
    return [
        {**run, "counts": {word: number for word, number in run["counts"].get(name, {}).items() if _is_count(number)}}
        for run in last_runs(db, _RUNS, asked.face.service())
    ]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value > 0


_SOURCE = r"(?P<source>[A-Za-z0-9_.-]{1,100}?)"
ROUTES: list[Route] = [
    (rf"^/sources/{_SOURCE}/days\.csv$", document(read_source_csv)),
    (rf"^/sources/{_SOURCE}/rhythm\.csv$", document(read_rhythm_csv)),
    (rf"^/sources/{_SOURCE}/fates\.csv$", document(read_fates_csv)),
    (rf"^/sources/{_SOURCE}$", page("source.html", read_source)),
]
