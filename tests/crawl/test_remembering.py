"""What is remembered of a feed, and how far its server's "not modified" is believed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive.article import Entry, Fate
from archive.ways import Way
from crawler.fates import Loss
from crawler.remembering import Answer, answered, lost, not_modified
from crawler.validators import FULL_FETCH_EVERY, TRUSTED_AFTER, TRUSTED_FULL_FETCH_EVERY, conditions

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
NEW = Way(url="https://news.example/feed", source="example")
MINUTE = timedelta(minutes=1)


def read(way: Way, *paths: str, etag: str | None = '"1"', modified: str | None = None, at: datetime = NOON) -> Way:
    entries = [Entry(url=f"https://news.example/{path}", mark=path) for path in paths]
    answer = Answer(entries=entries, validators=(etag, modified), seconds=0.5)
    return answered(way, answer, at, has_news=True)


def asked(way: Way, after: timedelta) -> dict[str, str]:
    return conditions(way, NOON + after)


def test_a_feed_is_asked_with_the_validators_of_its_last_answer() -> None:
    way = read(NEW, "a", modified="Sat, 14 Mar 2026 11:59:00 GMT")

    assert asked(way, MINUTE) == {"If-None-Match": '"1"', "If-Modified-Since": "Sat, 14 Mar 2026 11:59:00 GMT"}


def test_a_feed_is_asked_without_conditions_every_so_often_also_where_it_never_changes() -> None:
    way = read(NEW, "a")
    for minutes in range(10, 60, 10):
        way = not_modified(way, NOON + minutes * MINUTE, 0.5)

    assert asked(way, FULL_FETCH_EVERY - MINUTE)
    assert asked(way, FULL_FETCH_EVERY) == {}


def test_a_server_that_changes_its_etag_with_its_feed_is_trusted_longer() -> None:
    way = NEW
    for number in range(TRUSTED_AFTER + 1):
        way = read(way, f"story-{number}", etag=f'"{number}"')

    assert (way.told, way.untold) == (TRUSTED_AFTER, 0)
    assert asked(way, FULL_FETCH_EVERY)
    assert asked(way, TRUSTED_FULL_FETCH_EVERY) == {}


@pytest.mark.parametrize(
    ("etag", "modified", "again"),
    [
        ('"1"', None, ('"1"', None)),
        ('"1"', "Sat, 14 Mar 2026 11:00:00 GMT", ('"1"', "Sat, 14 Mar 2026 12:00:00 GMT")),
        (None, "Sat, 14 Mar 2026 11:00:00 GMT", (None, "Sat, 14 Mar 2026 11:00:00 GMT")),
    ],
    ids=["ETag", "ETag counts before the date", "date alone"],
)
def test_a_server_that_keeps_its_validators_while_its_feed_changes_is_counted_and_not_believed(
    etag, modified, again
) -> None:
    way = read(NEW, "a", etag=etag, modified=modified)
    way = read(way, "b", "a", etag=again[0], modified=again[1])

    assert (way.told, way.untold) == (0, 1)
    assert asked(way, MINUTE) == {}


def test_a_server_without_validators_claims_nothing() -> None:
    way = read(read(NEW, "a", etag=None), "b", etag=None)

    assert (way.told, way.untold, asked(way, MINUTE)) == (0, 0, {})


def test_the_same_feed_under_a_new_etag_is_no_change() -> None:
    way = read(read(NEW, "a"), "a", etag='"2"')

    assert (way.told, way.untold) == (0, 0)


def test_an_answer_that_shows_nothing_is_asked_for_anew_each_time() -> None:
    way = answered(
        NEW, Answer(entries=(), validators=('"1"', None), seconds=1, cause="none of its links is an article"), NOON,
        has_news=False,
    )  # fmt: skip

    assert (way.health, way.failures, way.failing_since, way.last_success) == ("empty", 1, NOON, NOON)
    assert asked(way, MINUTE) == {}


@pytest.mark.parametrize(
    ("reason", "status", "health"),
    [
        ("HTTP 403", 403, "blocked"),
        ("HTTP 429", 429, "blocked"),
        ("robots.txt", None, "blocked"),
        ("empty feed", 200, "empty"),
        ("no article links", 200, "empty"),
        ("HTML instead of a feed", 200, "empty"),
        ("HTTP 503", 503, "dead"),
        ("HTTP 404", 404, "dead"),
        ("host not found", None, "dead"),
    ],
)
def test_a_loss_says_how_a_way_does_and_since_when(reason, status, health) -> None:
    way = lost(
        lost(NEW, Loss(Fate.FAILED, reason, status), NOON, None), Loss(Fate.FAILED, reason, status), NOON + MINUTE, 3
    )

    assert (way.health, way.cause, way.failures, way.failing_since) == (health, reason, 2, NOON)
    assert replace(not_modified(way, NOON + MINUTE, 1), seconds=None) == replace(
        NEW, health="ok", last_success=NOON + MINUTE
    )


def test_how_long_it_takes_to_answer_is_a_mean_in_which_the_last_answers_count_most() -> None:
    way = read(NEW, "a")
    for _ in range(10):
        way = not_modified(way, NOON, 4.0)

    assert 3.8 < (way.seconds or 0) < 4.0
