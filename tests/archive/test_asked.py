"""When sources were last asked, and since when they are watched."""

import json
from datetime import timedelta

import pytest

from archive.database import transaction
from archive.health import UNASKED
from archive.names import topic_numbers
from archive.times import to_text
from archive.volume import Scope, last_asked, longest_pause, watched_since
from topics.evidence import Tag


@pytest.fixture
def runs(db, noon):
    """A run every ten minutes for three days until noon, in turn of one and of two, the last of which goes on."""
    with transaction(db):
        for number in range(3 * 144, -1, -1):
            begin = noon - number * timedelta(minutes=10)
            counts = {("one", "two")[number % 2]: {"requests": 1, "reasons": {"three": 1}}}
            finished = to_text(begin + timedelta(minutes=2)) if number else None
            db.execute(
                "INSERT INTO runs (job, started, finished, counts, host, process) VALUES ('j', ?, ?, ?, 'h', 1)",
                (to_text(begin), finished, json.dumps(counts)),
            )


@pytest.mark.parametrize("hours", [0, 1, 30, 71])
def test_the_last_run_that_had_ended_by_then_and_asked_it_counts(db, noon, minutes, runs, hours) -> None:
    now = noon - timedelta(hours=hours) + timedelta(minutes=1)  # a run has begun, and none has ended
    asked = last_asked(db, ["one", "two", "three"], now)

    assert asked == {
        "one": now - timedelta(minutes=19),
        "two": now - timedelta(minutes=9),
    }


def test_whom_nobody_asked_for_a_day_is_left_out(db, noon, runs) -> None:
    assert last_asked(db, ["one"], noon + UNASKED) == {}
    assert last_asked(db, ["one"], noon - timedelta(days=4)) == {}
    assert "one" in last_asked(db, ["one"], noon + UNASKED - timedelta(minutes=30))


def test_without_runs_nobody_was_asked(db, noon) -> None:
    assert last_asked(db, ["one"], noon) == {}


def test_a_source_is_watched_since_its_first_crawl_whatever_that_found(db, noon, keep) -> None:
    for days in range(40, 0, -1):
        keep(
            url=f"https://a.example/{days}", text=f"Text {days}.", source="a", published=noon - timedelta(days=days),
            seen=max(noon - timedelta(days=days), noon - timedelta(days=10)),
        )  # fmt: skip

    assert watched_since(db, "a", 8, noon) == noon - timedelta(days=10)
    assert watched_since(db, "a", 8, noon - timedelta(days=11)) is None
    assert watched_since(db, "b", 8, noon) is None


def test_the_pauses_of_a_topic_are_told_to_the_hour_and_those_of_a_source_to_the_second(db, noon, keep) -> None:
    tags = (Tag(topic="isis", score=1.0, pack_version="p", evidence=()),)
    for minutes in (0, 50, 225, 235):
        keep(
            url=f"https://a.example/{minutes}", text=f"Text {minutes}.", source="a", tags=tags,
            published=noon + timedelta(minutes=minutes),
        )  # fmt: skip
    span = (noon - timedelta(hours=1), noon + timedelta(hours=9))

    assert longest_pause(db, Scope(sources=("a",)), span) == (2, timedelta(hours=2, minutes=55))
    topic = Scope(topic=topic_numbers(db)["isis"], sources=("a", "b"))
    assert longest_pause(db, topic, span) == (2, timedelta(hours=3))
    assert longest_pause(db, Scope(sources=("b",)), span) == (0, timedelta())
