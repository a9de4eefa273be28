"""When an archived article is looked at again."""

from datetime import timedelta

import pytest

from archive.article import Article, Entry, Fate, Visit
from archive.database import transaction
from archive.ledger import address_of, record_visit, see_entries, unfinished
from archive.looks import looks_due, next_look
from archive.storing import Arrival, save

HOUR = timedelta(hours=1)
STEPS = (HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR)
URL = "https://news.example/1"


@pytest.mark.parametrize(
    ("published", "at", "due"),
    [
        (0, 0, 1),  # hours from first sight: published then, fetched at once
        (-0.5, 0, 1),  # not sooner than the first step, though it is an hour old before
        (-2, 0, 4),
        (0, 1, 6),
        (0, 7, 24),
        (0, 30, 72),  # a crawl a day passes over what came between
        (0, 73, None),
        (-100, 0, None),  # an old article that a sitemap shows
        (5, 0, 1),  # by a clock that is ahead
        (None, 0, 1),
    ],
)
def test_an_article_is_looked_at_at_the_ages_that_its_source_names(noon, published, at, due) -> None:
    born = None if published is None else noon + published * HOUR

    found = next_look(STEPS, first_seen=noon, published=born, at=noon + at * HOUR)

    assert found == (None if due is None else noon + due * HOUR)


@pytest.fixture
def fetch(db, noon):
    """Saves the article as it is fetched at an hour after noon; gives the fate."""

    def arrive(hour=0.0, text="A text.", steps=STEPS, etag='"1"', **fields):
        article = Article(**{"url": URL, "source": "example", "title": "Title", "text": text} | fields)
        at = noon + hour * HOUR
        with transaction(db):
            return save(db, Arrival(article=article, seen=at, validators=(etag, None), revisit=steps)).fate

    return arrive


@pytest.fixture
def due(db, noon):
    """The looks that are due at an hour after noon."""
    return lambda hour: [(look.url, look.etag) for look in looks_due(db, "example", noon + hour * HOUR)]


def test_the_look_at_an_archived_article_asks_with_its_etag(fetch, due) -> None:
    fetch()

    assert due(0.9) == []
    assert due(1) == [(URL, '"1"')]


def test_an_edit_that_is_found_brings_new_validators_and_the_next_step(fetch, due) -> None:
    fetch()

    assert fetch(1.2, "Another text.", etag='"2"') is Fate.REVISED
    assert due(5.9) == []
    assert due(6) == [(URL, '"2"')]


def test_a_source_may_do_without_looks(fetch, due) -> None:
    fetch(steps=())

    assert due(1000) == []


def test_an_article_of_a_day_is_as_young_as_that_day_allows(fetch, due, noon) -> None:
    fetch(published=noon - 12 * HOUR, published_precision="day")

    assert due(1) == [(URL, '"1"')]


def test_a_copy_is_not_looked_at(fetch, due) -> None:
    text = " ".join(f"word{number}" for number in range(60))
    fetch(text=text)

    assert fetch(0.1, text, url="https://news.example/print/1", canonical=URL) is Fate.DUPLICATE
    assert due(1) == [(URL, '"1"')]


def test_an_article_that_moved_is_looked_at_where_it_is_now(fetch, due) -> None:
    fetch()
    fetch(1, url="https://news.example/moved/1", requested=URL)

    assert due(6) == [("https://news.example/moved/1", '"1"')]


def test_a_look_that_fails_leaves_nothing_open(db, fetch, noon) -> None:
    fetch()
    with transaction(db):
        record_visit(db, Visit(url=URL, source="example", run=2, at=noon + HOUR, fate=Fate.FAILED, reason="timed out"))
        entry = Entry(url=URL)
        seen = see_entries(db, source="example", run=3, way="feed", entries=[entry], at=noon + 2 * HOUR)

    assert unfinished(db, "example", noon + 2 * HOUR) == []
    assert (seen.wanted, seen.unchanged, seen.postponed) == ([], 1, [])
    assert db.execute("SELECT fate FROM visits WHERE id = ?", (address_of(db, URL),)).fetchone()[0] == "failed"


def test_what_a_way_says_to_have_changed_stays_open_when_it_fails(db, fetch, noon) -> None:
    fetch()
    with transaction(db):
        for mark in ("1", "2"):
            entry = Entry(url=URL, mark=mark)
            see_entries(db, source="example", run=2, way="feed", entries=[entry], at=noon + HOUR)
        record_visit(db, Visit(url=URL, source="example", run=2, at=noon + HOUR, fate=Fate.FAILED, reason="timed out"))

    assert [entry.url for entry in unfinished(db, "example", noon + 2 * HOUR)] == [URL]


def test_a_look_that_was_planned_under_a_clock_that_was_ahead_is_due(db, fetch, noon) -> None:
    fetch(24 * 40)

    steps = (HOUR, 24 * HOUR)
    assert looks_due(db, "example", noon) == []
    assert [look.url for look in looks_due(db, "example", noon, steps=steps)] == [URL]
    assert looks_due(db, "example", noon + 40 * 24 * HOUR, steps=steps) == []
