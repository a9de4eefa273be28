"""All sources: how each does, what it published lately, and the last month of each as a row of days."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from archive.source_days import articles_by_source, changes_of_health, last_arrival
from archive.volume import Span
from archive.web.as_csv import csv_document
from archive.web.calendar import day_spans, drawn
from archive.web.sourced import STATES, ids, told
from archive.web.sourced import tone as tone_of
from archive.web.view import Asked, Document, Route, document, page

_DAYS = 30
_CHANGES = 200  # of health, of one source: more in a month is a source that comes and goes by the hour
_MOST = 500
"""Sources that are shown: a page of the web is no directory of thousands."""
_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def read_sources(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What the page shows."""
    days, spans = day_spans(asked.now.astimezone(asked.face.zone).date(), _DAYS, asked.face.zone)
    of_days = articles_by_source(db, spans)
    lately = articles_by_source(db, _lately(asked))
    names = ids(db, asked.face)
    rows = []
    for name in names[:_MOST]:
        arrived = last_arrival(db, name)
        one = told(db, asked.face, name, language=arrived[1] if arrived else None, now=asked.now,
                   sees_health=asked.sees_texts)  # fmt: skip
        changes = changes_of_health(db, name, _CHANGES) if one.found else []
        counts = of_days.get(name, [0] * _DAYS)
        day, week = lately.get(name, [0, 0])
        rows.append(
            {
                "told": one, "last": arrived[0] if arrived else None, "day": day, "week": week,
                "days": drawn(days, counts, changes, spans), "sum": sum(counts),
            }
        )  # fmt: skip
    ordered = _ordered(rows)
    return {
        "here": [row for row in ordered if row["told"].defined],
        "gone": [row for row in ordered if not row["told"].defined],
        "states": _states(rows), "days": days, "more": len(names) - len(rows), "tone_of": tone_of,
    }  # fmt: skip


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
