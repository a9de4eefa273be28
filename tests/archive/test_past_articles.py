"""What a backfill brings is no measure of the present: not of spikes and silences, nor of how a source does."""

import json
import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest

from archive.article import Entry
from archive.backfill_ways import PastWay, add_ways, is_on_front, next_way, way_read
from archive.backfills import BY_HAND, Backfill, Span, end_order, give_order, neglected, take_order
from archive.database import transaction
from archive.frontier import take_up
from archive.health_evidence import evidence_of
from archive.ledger import finish_run, start_run
from archive.names import topic_numbers
from archive.overview import reasons_since
from archive.past import note_past
from archive.volume import Scope, counts, known_by, last_article, last_asked, newest_in, watched_since
from topics.evidence import Tag

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCOPE = Scope(sources=("example",))
URLS = [f"https://news.example/{path}" for path in ("en/1", "ar/خبر-2", "ckb/هەواڵ-3", "kmr/nûçe-4")]


@pytest.fixture
def order(db: sqlite3.Connection, noon: datetime) -> Backfill:
    """An order for the last year."""
    return give_order(db, "example", Span(since=noon - 365 * DAY, until=noon), "--since 365d", noon)


@pytest.fixture
def bring(db: sqlite3.Connection, order: Backfill, keep: Any, noon: datetime) -> Any:
    """Lets the backfill bring an article: `bring(url, published)`."""

    def brought(url: str, published: datetime | None, tags: tuple[Tag, ...] = ()) -> int:
        with transaction(db):
            take_up(db, order, [Entry(url=url)], noon)
        number: int = keep(url=url, text=f"Of {url}.", published=published, tags=tags).article
        with transaction(db):
            note_past(db, number, captured=False)
        return number

    return brought


def test_undated_articles_of_the_past_are_no_spike_and_end_no_silence(
    db: Any, bring: Any, keep: Any, noon: datetime
) -> None:
    for url in URLS:
        bring(url, None, (Tag(topic="isis", score=1.0, pack_version="p", evidence=()),))
    topic = Scope(topic=topic_numbers(db)["isis"], sources=("example",))
    span = noon - HOUR, noon + HOUR
    other = Scope(sources=("example", "other"))
    assert (
        counts(db, SCOPE, [span])
        == counts(db, other, [span, (noon, noon + DAY)])[:1]
        == counts(db, topic, [span])
        == [0]
    )
    assert known_by(db, SCOPE, span, noon) == known_by(db, topic, span, noon) == 0
    assert newest_in(db, SCOPE, span, 9, noon) == []
    assert last_article(db, SCOPE, noon - DAY, noon) is None

    live = keep(url="https://news.example/live", text="Of today.", published=None).article

    assert newest_in(db, SCOPE, span, 9, noon) == [live], "a live crawl saw it when it appeared"
    assert last_article(db, SCOPE, noon - DAY, noon) == noon


def test_what_was_brought_late_does_not_make_a_source_a_new_one(db: Any, bring: Any, keep: Any, noon: datetime) -> None:
    for day in range(60):
        at = noon - day * DAY
        keep(url=f"https://news.example/live/{day}", text=f"Live {day}.", published=at, seen=at)
        for hour in range(6):
            bring(f"https://news.example/past/{day}/{hour}", at - 7 * HOUR + hour * HOUR)
    found = watched_since(db, "example", 4, noon)
    assert found is not None
    assert noon - found > 28 * DAY


def test_a_stint_asks_nobody_for_news(db: Any, order: Backfill, noon: datetime) -> None:
    counts = {"example": {"requests": 9, "reasons": {"HTTP 404": 4000}}}
    live = start_run(db, None, noon - 3 * HOUR)
    finish_run(db, live, noon - 2 * HOUR, "done", {"example": {"requests": 1, "reasons": {"HTTP 500": 1}}})
    stint = start_run(db, None, noon - HOUR, backfill=order.id)
    finish_run(db, stint, noon, "done", counts)
    assert json.loads(db.execute("SELECT counts FROM runs WHERE id = ?", (stint,)).fetchone()[0]) == counts
    assert last_asked(db, ["example"], noon) == {"example": noon - 2 * HOUR}
    assert list(reasons_since(db, noon - DAY)) == ["HTTP 500"]


def test_a_source_that_shows_nothing_new_is_not_well_because_of_its_past(
    db: Any, bring: Any, keep: Any, noon: datetime
) -> None:
    for hour in range(12):
        at = noon - 9 * DAY + hour * HOUR
        keep(url=f"https://news.example/live/{hour}", text=f"Live {hour}.", published=at, seen=at)
    before = evidence_of(db, "example", [], noon)

    for number, url in enumerate(URLS):
        bring(url, None if number % 2 else noon - 100 * DAY)

    after = evidence_of(db, "example", [], noon)
    assert (after.last_news, after.last_article) == (before.last_news, before.last_article)
    assert after.articles == before.articles, "a template of years ago tells nothing of today's"


def test_where_a_live_crawl_would_have_told_of_an_undated_article(db: Any, order: Backfill, noon: datetime) -> None:
    run, live = start_run(db, None, noon, backfill=order.id), start_run(db, None, noon)
    first = PastWay(url="https://news.example/news", kind="listing")
    shown: list[bool] = []
    for way in (first, PastWay(url="https://news.example/2", kind="listing", depth=1, listing=1),
                PastWay(url="https://news.example/sitemap.xml", kind="sitemap"),
                PastWay(url="https://news.example/rss", kind="feed")):  # fmt: skip
        add_ways(db, order, [way])
        read = next_way(db, order, [way.kind], noon)
        assert read is not None
        taken = take_up(db, order, [Entry(url=URLS[len(shown)])], noon)
        way_read(db, order, read, None if way.kind == "sitemap" else taken, [])
        shown.append(is_on_front(db, run, [URLS[len(shown)]]))
    assert shown == [True, False, False, True]
    assert not is_on_front(db, live, URLS), "no stint of the backfill"


def test_a_backfill_that_nobody_works_on_or_a_fault_stopped_needs_a_person(
    db: Any, order: Backfill, noon: datetime
) -> None:
    assert "nobody is at work on it" in neglected(db, noon, is_served=False)["example"], "as after a kill"
    assert neglected(db, noon, is_served=True) == {}, "the service takes it up"
    assert take_order(db, order.id)
    assert neglected(db, noon, is_served=False) == {}
    end_order(db, order.id, "stopped", noon, "fault in Khabar")
    assert neglected(db, noon, is_served=True) == {"example": "was stopped: fault in Khabar"}
    assert neglected(db, noon + 8 * DAY, is_served=True) == {}
    db.execute("UPDATE backfills SET cause = ?", (BY_HAND,))
    assert neglected(db, noon, is_served=False) == {}
