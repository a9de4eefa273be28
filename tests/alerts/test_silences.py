"""What a silence is: on archives of counts, in simulated time."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from counted_archive import HOUR, ask, evenly, publish

from alerts.definitions import Alert
from alerts.silence import QUIET, Silence
from alerts.unusual import silence_end, silences
from archive.database import open_archive, transaction
from archive.health import LEAST_SILENCE, PATIENCE
from archive.times import to_text
from seeds.sources import Source

BAGHDAD, BERLIN = ZoneInfo("Asia/Baghdad"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)
BEGIN = NOON - timedelta(weeks=10)
MINUTE = timedelta(minutes=1)


def source(name: str, *, enabled: bool = True) -> Source:
    return Source(id=name, name=name.title(), feeds=(f"https://{name}.example/feed",), article=".", enabled=enabled)


SOURCES = {name: source(name) for name in ("wire", "paper")}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(tmp_path / "archive.db")) as connection:
        yield connection


def told(db, now, *, topics=(), of=("wire",), sources=SOURCES, zone=BAGHDAD, known=("isis",), told=()):
    alert = Alert(id="quiet", when="silence", topics=topics, sources=of, to=("env:X",))
    return silences(db, alert, sources=sources, topics=known, zone=zone, now=now, told=told)


def end(db, silence, now, *, topics=(), of=("wire",), sources=SOURCES):
    alert = Alert(id="quiet", when="silence", topics=topics, sources=of, to=("env:X",))
    return silence_end(db, alert, silence, sources=sources, topics=("isis",), zone=BAGHDAD, now=now)


@pytest.fixture(scope="module")
def ten_weeks(tmp_path_factory) -> Iterator[sqlite3.Connection]:
    """Ten articles an hour until noon."""
    with closing(open_archive(tmp_path_factory.mktemp("ten_weeks") / "archive.db")) as connection:
        publish(connection, evenly(BEGIN, NOON, 10))
        yield connection


@pytest.fixture
def usual(db, ten_weeks):
    """The archive of ten weeks, for a test of its own."""
    ten_weeks.backup(db)


def asked_until(db, end, *sources, begin=NOON - HOUR):
    """It was asked every ten minutes."""
    ask(db, [begin + n * 10 * MINUTE for n in range((end - begin) // (10 * MINUTE) + 1)], *sources)


def test_a_source_that_never_pauses_is_silent_after_two_hours(db, usual) -> None:
    asked_until(db, NOON + 5 * HOUR)
    last = NOON - 6 * MINUTE

    assert told(db, last + QUIET - MINUTE) == []
    (silence,) = told(db, NOON + 2 * HOUR)
    assert (silence.subject, silence.rule, silence.since) == ("source:wire", "pause", last)
    assert (silence.count, silence.expected, silence.weeks) == (0, 20.0, 8)
    assert silence.longest == 6 * MINUTE
    assert Silence.of_figures(json.loads(json.dumps(silence.figures))) == silence


def test_a_pause_at_a_time_of_the_week_at_which_it_always_pauses_is_none(db) -> None:
    publish(db, evenly(BEGIN, NOON, 10, hours=range(6, 12)))
    asked_until(db, NOON + 30 * HOUR)

    assert [hour for hour in range(24) if told(db, NOON + hour * HOUR)] == [19, 20, 21, 22, 23]  # from seven on
    assert told(db, NOON + 21 * HOUR)[0].expected == 30.0


def test_the_hours_of_the_wall_clock_are_meant(db) -> None:
    """Thirty articles an hour come from nine to noon in Berlin, where the clock went back on 25 October."""
    days = [datetime(2026, 10, 24, 9, tzinfo=BERLIN) - timedelta(days=n) for n in range(70)]
    publish(db, [day.astimezone(UTC) + n * 2 * MINUTE for day in days for n in range(90)])
    ask(db, [datetime(2026, 10, 25, 8, tzinfo=UTC)])

    now = datetime(2026, 10, 25, 8, tzinfo=UTC)  # nine o'clock; the day before, it was ten
    assert told(db, now, zone=BERLIN) == []
    assert len(told(db, now, zone=UTC)) == 1


def test_while_nobody_asks_no_source_is_silent(db, usual) -> None:
    """Khabar was down from one o'clock on; at six it asks again, and what came meanwhile is there."""
    asked_until(db, NOON + HOUR)
    for hours in range(1, 6):
        assert told(db, NOON + hours * HOUR) == []
    publish(db, evenly(NOON, NOON + 6 * HOUR, 10), seen=NOON + 6 * HOUR)
    ask(db, [NOON + 6 * HOUR])

    assert told(db, NOON + 6 * HOUR) == []


def test_what_is_found_when_it_is_asked_again_counts_from_the_last_article(db, usual) -> None:
    asked_until(db, NOON)
    assert told(db, NOON + 6 * HOUR) == []
    ask(db, [NOON + 6 * HOUR])

    (silence,) = told(db, NOON + 6 * HOUR + MINUTE)
    assert (silence.since, silence.asked) == (NOON - 6 * MINUTE, NOON + 6 * HOUR)


def test_a_run_that_goes_on_or_asks_others_has_not_asked_it(db, usual) -> None:
    asked_until(db, NOON + 6 * HOUR, "paper", "wire-2")
    with transaction(db):
        db.execute(
            "INSERT INTO runs (started, counts, host, process) VALUES (?, ?, 'h', 1)",
            (to_text(NOON + 6 * HOUR), '{"wire": {}}'),
        )

    assert told(db, NOON + 7 * HOUR) == []


def test_an_archive_without_runs_has_no_silence(db, usual) -> None:
    assert told(db, NOON + 30 * HOUR) == []


def test_of_a_moment_of_the_past_only_what_was_known_then_counts(db, usual) -> None:
    asked_until(db, NOON + 30 * HOUR)
    publish(db, [NOON + 20 * HOUR])

    (then,) = told(db, NOON + 3 * HOUR)
    assert (then.since, then.asked) == (NOON - 6 * MINUTE, NOON + 3 * HOUR)
    assert told(db, NOON - HOUR) == []


def test_who_publishes_seldom_is_silent_after_one_and_a_half_times_its_longest_pause(db) -> None:
    """Four articles every day at nine: after a day and a half without any, too few are missing for the counts."""
    publish(db, evenly(BEGIN, NOON, 4, hours=[9]))
    asked_until(db, NOON + 60 * HOUR)
    last = NOON - 3 * HOUR + 45 * MINUTE
    longest = timedelta(hours=23, minutes=15)

    first = next(hour for hour in range(60) if told(db, NOON + hour * HOUR))
    assert last + PATIENCE * longest < NOON + first * HOUR <= last + PATIENCE * longest + HOUR
    (silence,) = told(db, NOON + first * HOUR)
    assert (silence.rule, silence.longest) == ("longest", longest)
    assert longest > LEAST_SILENCE


def test_far_fewer_than_usual_in_a_day_are_a_trickle(db, usual) -> None:
    publish(db, evenly(NOON, NOON + 48 * HOUR, 1))
    asked_until(db, NOON + 48 * HOUR)

    first = next(hour for hour in range(48) if told(db, NOON + hour * HOUR))
    (silence,) = told(db, NOON + first * HOUR)
    assert silence.rule == "trickle"
    assert silence.since == NOON + first * HOUR - 24 * HOUR
    assert silence.count == 240 - 9 * first < silence.bound < silence.expected == 240


def test_a_silence_is_over_with_the_first_article(db, usual) -> None:
    asked_until(db, NOON + 5 * HOUR)
    (silence,) = told(db, NOON + 2 * HOUR)

    assert end(db, silence, NOON + 3 * HOUR) is None
    publish(db, [NOON + 3 * HOUR, NOON + 3 * HOUR + 5 * MINUTE])
    assert end(db, silence, NOON + 3 * HOUR + MINUTE) is None  # not found yet
    assert end(db, silence, NOON + 4 * HOUR) == NOON + 3 * HOUR


def test_a_silence_that_becomes_a_trickle_goes_on_until_it_is_none(db, usual) -> None:
    asked_until(db, NOON + 90 * HOUR)
    (silence,) = told(db, NOON + 2 * HOUR)
    publish(db, evenly(NOON + 24 * HOUR, NOON + 48 * HOUR, 1))
    publish(db, evenly(NOON + 48 * HOUR, NOON + 90 * HOUR, 10))

    assert end(db, silence, NOON + 40 * HOUR) is None
    over = next(hour for hour in range(25, 90) if end(db, silence, NOON + hour * HOUR))
    assert 48 + 12 < over < 48 + 24
    assert end(db, silence, NOON + over * HOUR) == NOON + 24 * HOUR  # since then articles came


def test_a_trickle_is_over_when_the_day_is_halfway_as_usual(db, usual) -> None:
    publish(db, evenly(NOON, NOON + 48 * HOUR, 1))
    publish(db, evenly(NOON + 48 * HOUR, NOON + 90 * HOUR, 10))
    asked_until(db, NOON + 90 * HOUR)
    (silence,) = told(db, NOON + 30 * HOUR)
    assert silence.rule == "trickle"

    over = next(hour for hour in range(31, 90) if end(db, silence, NOON + hour * HOUR))
    assert end(db, silence, NOON + over * HOUR) == NOON + over * HOUR
    assert 24 + 9 * (over - 48) >= (silence.bound + 240) / 2 > 24 + 9 * (over - 49)


def test_a_silence_of_what_nobody_asks_for_any_more_is_over(db, usual) -> None:
    asked_until(db, NOON + 3 * HOUR)
    (silence,) = told(db, NOON + 3 * HOUR)

    assert end(db, silence, NOON + 3 * HOUR, sources={}) == NOON + 3 * HOUR
    assert end(db, silence, NOON + 3 * HOUR, of=("paper",)) == NOON + 3 * HOUR


def test_what_has_been_told_is_not_looked_at_again(db, usual) -> None:
    asked_until(db, NOON + 3 * HOUR)

    assert told(db, NOON + 3 * HOUR, told={"source:wire"}) == []


def test_without_topics_every_source_is_looked_at_that_is_enabled(db, usual) -> None:
    publish(db, evenly(BEGIN, NOON, 10), source="paper")
    asked_until(db, NOON + 3 * HOUR, "wire", "paper")

    assert [one.subject for one in told(db, NOON + 3 * HOUR, of=())] == ["source:wire", "source:paper"]
    assert [one.subject for one in told(db, NOON + 3 * HOUR, of=("p*",))] == ["source:paper"]
    disabled = {**SOURCES, "paper": source("paper", enabled=False)}
    assert [one.subject for one in told(db, NOON + 3 * HOUR, of=(), sources=disabled)] == ["source:wire"]


def test_a_topic_is_silent_where_all_its_sources_are(db) -> None:
    for name in SOURCES:
        publish(db, evenly(BEGIN, NOON, 5), source=name, topic="isis")
    publish(db, evenly(NOON, NOON + 5 * HOUR, 5), source="wire")
    asked_until(db, NOON + 5 * HOUR, "wire", "paper")

    (silence,) = told(db, NOON + 3 * HOUR, topics=("isis",), of=())
    assert (silence.subject, silence.expected, silence.rule) == ("topic:isis", 30.0, "pause")
    assert silence.cause == "all of its 2 sources answer"
    publish(db, [NOON + 90 * MINUTE], source="wire", topic="isis")
    assert told(db, NOON + 3 * HOUR, topics=("isis",), of=()) == []
    assert [one.subject for one in told(db, NOON + 3 * HOUR, topics=("isis",), of=("paper",))] == ["topic:isis"]


def test_a_topic_is_known_up_to_when_the_last_of_its_sources_was_asked(db) -> None:
    for name in SOURCES:
        publish(db, evenly(BEGIN, NOON, 5), source=name, topic="isis")
    asked_until(db, NOON + 5 * HOUR, "wire")
    ask(db, [NOON + 3 * HOUR], "paper")
    (silence,) = told(db, NOON + 5 * HOUR, topics=("isis",), of=())
    assert silence.asked == NOON + 3 * HOUR

    asked_until(db, NOON + 8 * HOUR, "wire", begin=NOON + 5 * HOUR)  # one that is asked once a day is not waited for
    (silence,) = told(db, NOON + 8 * HOUR, topics=("isis",), of=())
    assert silence.asked == NOON + 8 * HOUR


def health(db, at, name, state, cause):
    with transaction(db):
        db.execute(
            "INSERT INTO health (source, since, health, cause) VALUES (?, ?, ?, ?)", (name, to_text(at), state, cause)
        )


def test_the_cause_is_what_is_known_of_the_source(db, usual) -> None:
    asked_until(db, NOON + 5 * HOUR)
    with transaction(db):
        db.execute(
            "INSERT INTO feeds (url, source, last_success, health, cause, failures, failing_since) "
            "VALUES ('https://wire.example/feed', 'wire', ?, 'dead', 'HTTP 500', 9, ?)",
            (to_text(NOON), to_text(NOON + HOUR)),
        )

    cause = "no feed, sitemap or listing answers since 2026-03-11T13:00Z: HTTP 500 (https://wire.example/feed)"
    assert [one.cause for one in told(db, NOON + 3 * HOUR)] == [cause]


def test_a_source_that_answers_is_said_to(db, usual) -> None:
    asked_until(db, NOON + 5 * HOUR)

    assert [one.cause for one in told(db, NOON + 3 * HOUR)] == ["it answers"]


def test_of_the_past_the_cause_is_the_one_of_then(db, usual) -> None:
    asked_until(db, NOON + 5 * HOUR)
    health(db, NOON - 300 * HOUR, "wire", "ok", None)
    health(db, NOON + HOUR, "wire", "blocked", "HTTP 403")
    health(db, NOON + 4 * HOUR, "wire", "dead", "HTTP 500")

    assert [one.cause for one in told(db, NOON + 3 * HOUR)] == ["HTTP 403"]


def test_the_cause_of_a_topic_names_the_sources_that_are_unwell(db) -> None:
    names = ["a", "b", "c", "d", "e"]
    many = {name: source(name) for name in names}
    for name in names:
        publish(db, evenly(BEGIN, NOON, 2), source=name, topic="isis")
    for name in names[1:]:
        health(db, NOON, name, "blocked", "HTTP 403")
        health(db, NOON + 9 * HOUR, name, "ok", None)
    asked_until(db, NOON + 5 * HOUR, *names)

    (silence,) = told(db, NOON + 3 * HOUR, topics=("isis",), of=(), sources=many)
    assert silence.cause == "b: HTTP 403; c: HTTP 403; d: HTTP 403; and 1 more"


def test_a_source_that_is_new_is_never_silent(db) -> None:
    publish(db, evenly(NOON - timedelta(days=20), NOON, 10))
    asked_until(db, NOON + 30 * HOUR)

    assert told(db, NOON + 3 * HOUR) == []
    assert told(db, NOON + timedelta(days=1, hours=1)) != []
