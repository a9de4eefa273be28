"""All sources: how each does, what it published lately, and the last month of each as a row of days."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from archive.source_days import articles_by_source, changes_of_health, last_arrival
from archive.volume import Span
from archive.web.as_csv import csv_document
from archive.web.calendar import day_spans, drawn
from archive.web.sourced import STATES, Told, ids, plan_of, told
from archive.web.sourced import tone as tone_of
from archive.web.view import Asked, Document, Route, document, page

Plan: TypeAlias = Mapping[str, datetime]

_DAYS = 30
_CHANGES = 200  # of health, of one source: more in a month is a source that comes and goes by the hour
_MOST, _MOST_GONE = 200, 200
"""Sources that are shown, of the desk and of the archive alone: a page is no directory of thousands."""
_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def read_sources(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What the page shows."""
    days, spans = day_spans(asked.now.astimezone(asked.face.zone).date(), _DAYS, asked.face.zone)
    of_days, lately = articles_by_source(db, spans), articles_by_source(db, _lately(asked))
    defined = list(asked.face.sources)
    plan = plan_of(db, asked.face) if asked.sees_texts else None
    rows = [_row(db, asked, name, plan, of_days, lately, days, spans) for name in defined[:_MOST]]
    gone = [name for name in ids(db, asked.face) if name not in asked.face.sources]
    return {
        "here": _ordered(rows), "gone": [_gone(db, asked, name) for name in gone[:_MOST_GONE]],
        "states": _states(rows), "days": days, "tone_of": tone_of,
        "more": len(defined) - len(rows) + max(0, len(gone) - _MOST_GONE),
    }  # fmt: skip


def _row(  # noqa: PLR0917 -- one call
    db: sqlite3.Connection, asked: Asked, name: str, plan: Plan | None, of_days: Mapping[str, list[int]],
    lately: Mapping[str, list[int]], days: Sequence[date], spans: Sequence[Span],
) -> dict[str, Any]:  # fmt: skip
    """A source of the desk."""
    one, last = _told(db, asked, name, plan)
    changes = changes_of_health(db, name, _CHANGES) if one.found else []
    counts = of_days.get(name, [0] * _DAYS)
    day, week = lately.get(name, [0, 0])
    return {
        "told": one, "last": last, "day": day, "week": week, "sum": sum(counts),
        "days": drawn(days, counts, changes, spans),
    }  # fmt: skip


def _gone(db: sqlite3.Connection, asked: Asked, name: str) -> dict[str, Any]:
    """A source that only the archive has."""
    one, last = _told(db, asked, name, None)
    return {"told": one, "last": last}


def _told(db: sqlite3.Connection, asked: Asked, name: str, plan: Plan | None) -> tuple[Told, str | None]:
    """It, and when its newest article came."""
    seen, language = last_arrival(db, name) or (None, None)
    return told(db, asked.face, name, language=language, now=asked.now, plan=plan), seen


def read_sources_csv(db: sqlite3.Connection, asked: Asked) -> Document:
    """The days of all sources, a row for each source and day that had articles."""
    days, spans = day_spans(asked.now.astimezone(asked.face.zone).date(), _DAYS, asked.face.zone)
    found = articles_by_source(db, spans)
    rows = [
        (name, day.isoformat(), number)
        for name in sorted(found)
        for day, number in zip(days, found[name], strict=True)
        if number
    ]
    return csv_document("sources.csv", ("source", "day", "articles"), rows)


def _lately(asked: Asked) -> list[Span]:
    """The last day and the last week, from full hours on: `volume` knows no other."""
    end = asked.now.replace(minute=0, second=0, microsecond=0) + _HOUR
    return [(end - _DAY, end), (end - _WEEK, end)]


def _ordered(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that need somebody first, in the order of the desk."""
    return sorted(rows, key=lambda row: STATES.index(row["told"].health.state) if row["told"].health else len(STATES))


def _states(rows: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    """How many sources do how, the worst first."""
    counted = Counter(row["told"].health.state for row in rows if row["told"].health)
    return [(state, counted[state]) for state in STATES if counted[state]]


ROUTES: list[Route] = [
    (r"^/sources$", page("sources.html", read_sources)),
    (r"^/sources\.csv$", document(read_sources_csv)),
]
