"""What the archive knows of how a source does: gathered from real rows, and its changes written down."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from archive.article import Entry, Fate, Visit
from archive.database import transaction
from archive.health import BACKLOG, Rhythm
from archive.health_evidence import evidence_of, fates_of, record_health, source_health
from archive.ledger import record_visit, see_entries
from archive.times import to_text

FEED = "https://news.example/rss"
OTHER = "https://news.example/ar/أخبار/rss"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

Asked = Callable[..., None]
Visited = Callable[..., None]


@pytest.fixture
def asked(db: sqlite3.Connection, noon: datetime) -> Asked:
    """Writes down what a way did: `asked(url, health=…, cause=…)`. It answered at noon."""

    def write(url: str = FEED, source: str = "example", **columns: Any) -> None:
        row = {"health": "ok", "last_success": to_text(noon), **columns}
        with transaction(db):
            db.execute("INSERT OR IGNORE INTO feeds (url, source) VALUES (?, ?)", (url, source))
            for name, value in row.items():
                db.execute(f"UPDATE feeds SET {name} = ? WHERE url = ?", (value, url))

    return write


@pytest.fixture
def visited(db: sqlite3.Connection, noon: datetime) -> Visited:
    """Writes down the fate of a page: `visited(number, fate, reason, status, at=…)`."""

    def write(
        number: int, fate: Fate = Fate.ARCHIVED, reason: str | None = None, status: int | None = 200, *,
        at: datetime = noon, url: str = "",
    ) -> None:  # fmt: skip
        visit = Visit(
            url=url or f"https://news.example/قصة/{number}", source="example", run=1, at=at, fate=fate, reason=reason,
            status=status,
        )  # fmt: skip
        with transaction(db):
            record_visit(db, visit)

    return write


@pytest.fixture
def hourly(keep: Any, noon: datetime) -> Callable[..., None]:
    """Archives an article for each hour of the *days* before noon, but for the nights; *late* after its date."""

    def publish(
        days: int, *, late: timedelta = 5 * MINUTE, until: datetime = noon, hours: range = range(6, 22)
    ) -> None:
        for day in range(days):
            for hour in hours:
                moment = until.replace(hour=hour) - day * DAY
                if moment <= until:
                    url = f"https://news.example/{moment:%d-%H}"
                    keep(url=url, text=f"Of {url}.", published=moment, seen=moment + late, signed=False)

    return publish


def state(db: sqlite3.Connection, at: datetime, *ways: str) -> str:
    return source_health(db, "example", ways or [FEED], at).health.state


def test_a_source_that_was_never_asked_is_new(db: sqlite3.Connection, noon: datetime) -> None:
    assert state(db, noon) == "new"
    with transaction(db):
        see_entries(db, source="example", run=1, way=FEED, entries=[], at=noon)
    assert state(db, noon) == "new", "its feed has a row, and no answer yet"


def test_only_the_ways_of_its_definition_count(db: sqlite3.Connection, asked: Asked, noon: datetime) -> None:
    asked(OTHER, health="dead", cause="HTTP 404")
    asked(FEED + "?page=2", health="dead", cause="HTTP 404")
    asked()
    found = source_health(db, "example", [FEED], noon)
    assert (found.health.state, found.health.cause) == ("ok", None)
    assert [way.url for way in source_health(db, "example", [OTHER, FEED], noon).evidence.ways] == [OTHER, FEED]


def test_all_that_is_known_of_a_way_is_evidence(db: sqlite3.Connection, asked: Asked, noon: datetime) -> None:
    then = noon - HOUR
    asked(
        health="blocked", cause="HTTP 403", failures=3, failing_since=to_text(then), last_success=to_text(then - DAY),
        last_change=to_text(then - 2 * DAY), newest=to_text(then - 3 * DAY), entries=25, seconds=1.5,
    )  # fmt: skip
    (way,) = evidence_of(db, "example", [FEED], noon).ways
    assert (way.health, way.cause, way.failures, way.failing_since) == ("blocked", "HTTP 403", 3, then)
    assert (way.last_success, way.last_change, way.newest) == (then - DAY, then - 2 * DAY, then - 3 * DAY)
    assert (way.entries, way.seconds) == (25, 1.5)


def test_pages_count_from_when_they_were_first_seen_however_often_a_bad_one_is_tried(
    db: sqlite3.Connection, asked: Asked, visited: Visited, noon: datetime
) -> None:
    asked()
    for number in range(15):  # videos
        visited(number, Fate.REFUSED, "no article text", at=noon - 3 * DAY)
    for number in range(15, 60):
        visited(number, at=noon - 2 * DAY)
    for number in range(15):
        visited(number, Fate.REFUSED, "no article text", at=noon)

    pages = evidence_of(db, "example", [FEED], noon).pages

    assert [page.kind for page in pages] == ["good"] * 45 + ["poor"] * 15


def test_a_page_has_failed_for_good_the_second_time_or_an_hour_later(
    db: sqlite3.Connection, asked: Asked, visited: Visited, noon: datetime
) -> None:
    asked()
    visited(1, Fate.FAILED, "HTTP 502", 502, at=noon - 2 * HOUR)
    visited(2, Fate.FAILED, "HTTP 502", 502)
    visited(2, Fate.FAILED, "HTTP 502", 502)
    visited(3, Fate.REFUSED, "no article text")
    visited(4, Fate.FAILED, "HTTP 502", 502)
    pages = evidence_of(db, "example", [FEED], noon).pages
    assert [page.passing for page in pages] == [True, False, False, False]


def test_what_was_put_up_in_one_morning_makes_no_rhythm(
    db: sqlite3.Connection, asked: Asked, keep: Any, noon: datetime
) -> None:
    for number in range(40):
        moment = noon - number * 3 * MINUTE
        keep(url=f"https://news.example/{number}", text=f"{number}.", published=moment, seen=moment, signed=False)
    asked(last_success=to_text(noon + 20 * DAY))
    assert state(db, noon + 20 * DAY) == "ok"


def test_each_question_is_answered_from_an_index(db: sqlite3.Connection, asked: Asked, noon: datetime) -> None:
    questions: list[str] = []
    db.set_trace_callback(questions.append)
    evidence_of(db, "example", [FEED], noon)
    db.set_trace_callback(None)
    plans = [[row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {question}")] for question in questions]
    assert len(plans) == 8
    scans = [step for plan in plans for step in plan if step.startswith("SCAN") and "subquery" not in step]
    assert scans == []


def test_a_feed_that_failed_and_a_page_that_waits_are_no_pages_without_an_article(
    db: sqlite3.Connection, asked: Asked, visited: Visited, noon: datetime
) -> None:
    asked(health="empty", cause="empty feed")
    visited(0, Fate.FAILED, "empty feed", 200, url=FEED)
    with transaction(db):
        see_entries(db, source="example", run=1, way=FEED, entries=[Entry(url="https://news.example/1")], at=noon)
    assert evidence_of(db, "example", [FEED], noon).pages == ()


def test_a_layout_that_changed_is_found_in_the_ledger(
    db: sqlite3.Connection, asked: Asked, visited: Visited, keep: Any, noon: datetime
) -> None:
    asked()
    keep()
    for number in range(30):
        visited(number, at=noon - DAY)
    for number in range(30, 38):
        assert state(db, noon) == "ok"
        visited(number, Fate.REFUSED, "no article text", at=noon - HOUR)
    assert state(db, noon) == "layout changed"


def test_articles_that_lost_their_dates_are_found_in_the_archive(
    db: sqlite3.Connection, asked: Asked, keep: Any, noon: datetime
) -> None:
    asked()
    for number in range(20):
        published = noon - (30 - number) * HOUR if number < 10 else None
        keep(
            url=f"https://news.example/{number}", published=published, seen=noon - (30 - number) * HOUR, signed=False,
            title=f"هەواڵ {number}", text=f"دەقێکی کورت {number}",
        )  # fmt: skip
    found = source_health(db, "example", [FEED], noon).health
    assert (found.state, found.cause) == ("layout changed", "of the last 8 articles 8 have no date; before, 2 of 12")


def test_the_rhythm_has_the_nights_of_four_weeks(
    db: sqlite3.Connection, asked: Asked, hourly: Any, noon: datetime
) -> None:
    asked()
    hourly(14)
    evidence = evidence_of(db, "example", [FEED], noon)
    assert evidence.rhythm == Rhythm(hours=13 * 16 + 7, span=13 * DAY + 6 * HOUR, longest=9 * HOUR)
    assert evidence.last_news == noon
    assert state(db, noon) == "ok"


def test_a_site_that_falls_silent_is_noticed_when_it_was_asked_since(
    db: sqlite3.Connection, asked: Asked, hourly: Any, noon: datetime
) -> None:
    hourly(14)  # the night is nine hours long
    soon, later = noon + 13 * HOUR, noon + 14 * HOUR
    asked()
    assert state(db, later) == "ok", "nobody has asked it since noon"
    asked(last_success=to_text(soon))
    assert (state(db, soon), state(db, later)) == ("ok", "ok")
    asked(last_success=to_text(later))
    assert state(db, later) == "silent"


def test_a_site_that_gives_its_dates_in_another_zone_is_not_silent(
    db: sqlite3.Connection, asked: Asked, hourly: Any, noon: datetime
) -> None:
    hourly(14, late=9 * HOUR, hours=range(24))
    asked(last_success=to_text(noon + 10 * HOUR))
    evidence = evidence_of(db, "example", [FEED], noon + 10 * HOUR)
    assert (evidence.rhythm and evidence.rhythm.longest, evidence.last_news) == (HOUR, noon + 9 * HOUR)
    assert state(db, noon + 10 * HOUR) == "ok"


def test_a_feed_that_was_left_to_lie_is_silent_the_first_time_it_is_crawled(
    db: sqlite3.Connection, asked: Asked, keep: Any, noon: datetime
) -> None:
    asked()
    for day in range(25):
        url, published = f"https://news.example/{day}", noon - (400 + day) * DAY
        keep(url=url, text=f"Of {url}.", published=published, seen=noon, signed=False)
    found = source_health(db, "example", [FEED], noon)
    assert found.evidence.rhythm == Rhythm(hours=25, span=24 * DAY, longest=DAY, recent=False)
    assert found.evidence.last_news == noon - 400 * DAY
    assert found.health.state == "silent"


def test_articles_without_a_date_that_all_came_at_once_make_no_rhythm(
    db: sqlite3.Connection, asked: Asked, keep: Any, noon: datetime
) -> None:
    for number in range(40):
        keep(url=f"https://news.example/{number}", text=f"{number}.", seen=noon, signed=False)
    asked(last_success=to_text(noon + 20 * DAY))
    assert evidence_of(db, "example", [FEED], noon + 20 * DAY).rhythm is None
    assert state(db, noon + 20 * DAY) == "ok"


def test_a_date_that_lies_ahead_hides_no_silence(
    db: sqlite3.Connection, asked: Asked, hourly: Any, keep: Any, noon: datetime
) -> None:
    hourly(14)
    keep(url="https://news.example/wrong", published=noon + 400 * DAY, seen=noon, signed=False)
    later = noon + 20 * HOUR
    asked(last_success=to_text(later))
    assert state(db, later) == "silent"


def test_a_backlog_that_grows_old_is_evidence(db: sqlite3.Connection, asked: Asked, noon: datetime) -> None:
    entries = [Entry(url=f"https://news.example/{number}") for number in range(BACKLOG)]
    with transaction(db):
        see_entries(db, source="example", run=1, way=FEED, entries=entries, at=noon - 25 * HOUR)
        see_entries(db, source="example", run=1, way=FEED, entries=[Entry(url="https://news.example/new")], at=noon)
    asked()
    evidence = evidence_of(db, "example", [FEED], noon)
    assert (evidence.waiting, evidence.waiting_since) == (BACKLOG, noon - 25 * HOUR)
    assert state(db, noon) == "slow"


def test_each_change_of_health_is_written_down_once(db: sqlite3.Connection, asked: Asked, noon: datetime) -> None:
    def record(at: datetime) -> None:
        with transaction(db):
            record_health(db, {"example": [FEED], "unasked": [OTHER]}, at)

    asked()
    record(noon)
    record(noon + HOUR)
    asked(health="dead", cause="HTTP 500", failures=2, failing_since=to_text(noon + HOUR))
    record(noon + 2 * HOUR)
    asked(health="dead", cause="host not found", failures=3, failing_since=to_text(noon + HOUR))
    record(noon + 3 * HOUR)

    rows = [tuple(row) for row in db.execute("SELECT source, since, health, cause FROM health ORDER BY id")]
    cause = f"no feed, sitemap or listing answers since 2026-03-14T13:00Z: HTTP 500 ({FEED})"
    assert rows == [
        ("example", to_text(noon), "ok", None),
        ("example", to_text(noon + 2 * HOUR), "dead", cause),
    ]
    assert source_health(db, "example", [FEED], noon + 4 * HOUR).health.since == noon + 2 * HOUR


def test_every_refusal_is_counted_by_its_reason(db: sqlite3.Connection, visited: Visited) -> None:
    for number in range(3):
        visited(number)
    visited(3, Fate.REFUSED, "paywall")
    visited(4, Fate.REFUSED, "robots.txt", None)
    visited(5, Fate.REFUSED, "robots.txt", None)
    assert fates_of(db, "example") == [("archived", None, 3), ("refused", "robots.txt", 2), ("refused", "paywall", 1)]
