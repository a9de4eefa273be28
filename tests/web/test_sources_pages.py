"""The pages of sources: what is drawn of their days, and how they did."""

import csv
import io
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from looking import Look, Served

from archive.database import open_archive
from archive.source_days import Change, articles_by_source, hours_of
from archive.volume import Scope, counts
from archive.web.calendar import SHADES, by_day, by_week_hour, day_spans, drawn, shade, weeks

BAGHDAD = ZoneInfo("Asia/Baghdad")
SOURCES = {"rafidain": "en", "sidra": "ar", "baran": "ckb", "kani": "kmr"}


def change(day: int, hour: int, state: str) -> Change:
    return Change(since=datetime(2026, 3, day, hour, tzinfo=UTC), state=state, cause=None)


def test_a_day_shows_the_worst_that_a_source_was() -> None:
    days, spans = day_spans(date(2026, 3, 5), 5, BAGHDAD)
    changes = [change(2, 9, "ok"), change(3, 8, "dead"), change(3, 9, "slow"), change(4, 22, "ok")]
    shown = drawn(days, [0] * 5, changes, spans)
    assert [day.state for day in shown] == [None, "ok", "dead", "slow", "slow"]
    assert [day.sign for day in shown] == ["", "", "✕", "◔", "◔"]


def test_a_day_begins_at_midnight_in_its_zone() -> None:
    late = datetime(2026, 3, 4, 21, 30, tzinfo=UTC)  # half past midnight in Baghdad
    assert by_day({late: 3}, [date(2026, 3, 4), date(2026, 3, 5)], BAGHDAD) == [0, 3]
    rhythm = by_week_hour({late.replace(minute=0): 3}, late - timedelta(days=1), BAGHDAD)
    assert rhythm[3][0] == 3, "Thursday, midnight"


@pytest.mark.parametrize("first", range(7))
def test_a_week_begins_with_the_day_of_the_reader(first: int) -> None:
    days, spans = day_spans(date(2026, 3, 5), 30, BAGHDAD)
    rows = weeks(drawn(days, [1] * 30, [], spans), first)
    assert [{day.day.weekday() for day in row if day} for row in rows] == [{(first + step) % 7} for step in range(7)]
    assert sum(day is not None for row in rows for day in row) == 30
    assert len({len(row) for row in rows}) == 1


def test_shades_grow_with_the_number_and_end_with_the_darkest() -> None:
    shades = [shade(count, 100) for count in range(101)]
    assert shades == sorted(shades) and shades[0] == 0 and shades[1] == 1 and shades[100] == SHADES - 1


def test_days_that_change_their_clock_are_whole() -> None:
    _, spans = day_spans(date(2026, 10, 26), 3, ZoneInfo("Europe/Berlin"))
    assert [(end - begin) for begin, end in spans][1] == timedelta(hours=24), "wall time"
    assert all(one[1] == other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize("source", SOURCES)
def test_hours_and_days_count_the_same_articles_as_the_archive(demo_desk, source: str) -> None:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    span = (now - timedelta(days=40), now)
    with closing(open_archive(demo_desk / "archive.db", read_only=True)) as db:
        known = counts(db, Scope(sources=(source,)), [span])[0]
        assert sum(hours_of(db, source, span).values()) == known > 5
        assert articles_by_source(db, [span])[source] == [known]


@pytest.mark.parametrize(("source", "language"), SOURCES.items())
def test_a_source_shows_its_name_language_and_articles(served: Served, source: str, language: str) -> None:
    page = served.get(f"/sources/{source}").text
    assert f'href="/search?source={source}"' in page
    assert page.count(f'lang="{language}"') >= 5


def test_a_source_that_is_none_is_not_there(served: Served) -> None:
    for path in ("/sources/nobody", "/sources/nobody/days.csv"):
        assert served.get(path).status_code == 404


def test_the_numbers_of_a_calendar_are_a_table(served: Served) -> None:
    rows = list(csv.DictReader(io.StringIO(served.get("/sources/rafidain/days.csv").text)))
    with closing(sqlite3.connect(served.root / "archive.db")) as db:
        (known,) = db.execute("SELECT count(*) FROM article_head WHERE source = 'rafidain'").fetchone()
    assert sum(int(row["articles"]) for row in rows) == known
    assert 26 * 7 - 6 <= len(rows) <= 26 * 7 and rows[-1]["health"] == "ok"
    hours = list(csv.DictReader(io.StringIO(served.get("/sources/rafidain/rhythm.csv").text)))
    assert len(hours) == 7 * 24 and sum(int(row["articles"]) for row in hours) == known


def test_what_was_refused_is_told_with_its_reason(served: Served) -> None:
    page = served.get("/sources/rafidain").text
    assert "robots.txt" in page and "/en/Partners/riverside-mall" in page


def test_a_calendar_is_told_to_who_does_not_see_it(look: Look) -> None:
    with look.at("/sources/rafidain") as page:
        cells = page.locator(".heat td .hidden").all_inner_texts()
        assert any("article" in one for one in cells)
        assert page.locator(".heat caption").count() == 2


def test_a_calendar_is_mirrored(look: Look) -> None:
    with look.at("/sources/rafidain", language="ar") as page:
        heads = page.locator(".heat >> nth=0").locator("tbody tr >> nth=0").locator("th, td")
        assert heads.first.bounding_box()["x"] > heads.last.bounding_box()["x"]
        assert "السبت" in heads.first.inner_text()
