"""The scripted years: what the measurement tells is what alerts tell on an archive with the same articles."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from counted_archive import ask, publish

from alerts import silence, spike
from alerts.definitions import Alert
from alerts.rounds import Rounds
from alerts.watching import Watch
from archive.database import open_archive, transaction
from archive.times import from_text
from benchmarks.unusual import Score, bounds
from benchmarks.unusual_play import Counted, silences_told, spikes_told
from benchmarks.unusual_script import BEGIN, HOUR, PARTS, WARM_UP, Event, Part, Year, year_of
from seeds.sources import Source

PART = next(part for part in PARTS if part.name == "topic of a day")  # in Berlin, where the clock changes on 30 March
SOURCES = {"wire": Source(id="wire", name="Wire", feeds=("https://wire.example/feed",), article=".")}
WEEKS = timedelta(weeks=6)


@pytest.fixture(scope="module")
def year() -> Year:
    """The first weeks of one in which spikes and silences are told."""
    whole = year_of(PART, 7)
    return replace(whole, minutes=whole.minutes[: int((WARM_UP + WEEKS) / HOUR)])


@pytest.fixture
def db(year, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(tmp_path / "archive.db")) as connection:
        hours = [BEGIN + number * HOUR for number in range(len(year.minutes) + 1)]
        times = [
            hour + timedelta(minutes=minute)
            for hour, minutes in zip(hours, year.minutes, strict=False)
            for minute in minutes
        ]
        publish(connection, times, topic="isis", after=timedelta())
        ask(connection, hours)
        yield connection


def windows(db, when) -> list[sqlite3.Row]:
    """Those that an alert opens that is looked after hour by hour."""
    alert = Alert(id="a", when=when, topics=("isis",) if when == "spike" else (), to=("json://127.0.0.1/hook",))
    rounds = Rounds(watch=Watch(alerts={"a": alert}, zone=PART.zone), sources=SOURCES, topics=["isis"])
    for number in range(1, int(WEEKS / HOUR) + 1):
        with transaction(db):
            rounds.look(db, BEGIN + WARM_UP + number * HOUR)
    return db.execute("SELECT begin, born, figures FROM windows ORDER BY id").fetchall()


def minutes_of(text: str) -> float:
    return (from_text(text) - BEGIN) / timedelta(minutes=1)


@pytest.fixture
def low_bounds() -> Iterator[None]:
    """So low that there is much to tell."""
    with bounds(spike_z=1.0, pause_z=3.3, longest_z=0.5, trickle_z=2.6):
        yield


def test_its_spikes_are_those_that_alerts_tell_hour_by_hour(year, db, low_bounds) -> None:
    told = [minutes_of(row["begin"]) for row in windows(db, "spike")]

    assert told == [60 * (minutes // 60) for minutes in spikes_told(Counted(year))]
    assert len(told) == 4


def test_its_silences_are_those_that_alerts_tell_hour_by_hour(year, db, low_bounds) -> None:
    told = [(minutes_of(row["born"]), json.loads(row["figures"])["rule"]) for row in windows(db, "silence")]

    assert told == list(silences_told(Counted(year)))
    assert len(told) > 4
    assert {rule for _, rule in told} == {"pause", "longest", "trickle"}


def test_the_same_number_gives_the_same_year() -> None:
    assert year_of(PART, 3) == year_of(PART, 3) != year_of(PART, 4)


def test_a_year_has_what_its_script_says() -> None:
    part = Part(name="steady", rate=lambda _: 20.0, zone=ZoneInfo("UTC"))
    year = year_of(part, 1)

    for event in year.events:
        begin, end = (int((instant - BEGIN) / HOUR) for instant in (event.begin, event.end))
        came = sum(len(minutes) for minutes in year.minutes[begin:end])
        assert abs(came - event.times * event.usual) <= 5 * (event.times * event.usual) ** 0.5
    assert {event.kind for event in year.events} == {"spike", "silence", "trickle"}


def test_a_score_counts_what_was_found_missed_and_told_for_nothing(year) -> None:
    begin = BEGIN + WARM_UP
    events = [
        Event(kind="spike", begin=begin + n * 48 * HOUR, end=begin + (n * 48 + 2) * HOUR, times=5, usual=4)
        for n in range(3)
    ]
    counted = Counted(replace(year, events=events))
    first = (begin - BEGIN) / timedelta(minutes=1)
    score = Score()
    score.add(counted, [first + 30, first + 100, first + 1_000, first + 48 * 60 + 10], ("spike",))

    assert (score.right, score.again, score.wrong.total()) == (2, 1, 1)
    assert score.delays == [timedelta(minutes=30), timedelta(minutes=10)]
    assert score.precision == 2 / 3
    assert (score.found["spike 5x"], score.events["spike 5x"]) == (2, 3)
    assert score.recall("spike 10 to 20").strip() == "67%"


def test_other_bounds_are_in_force_only_as_long_as_they_are_tried(year) -> None:
    counted = Counted(year)
    before = (spike.Z, silence.PAUSE_Z)
    with bounds(spike_z=99, pause_z=99, longest_z=99, trickle_z=99):
        assert list(spikes_told(counted)) == list(silences_told(counted)) == []

    assert before == (spike.Z, silence.PAUSE_Z)
