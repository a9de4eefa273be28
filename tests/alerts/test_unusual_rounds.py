"""Spikes and silences become messages once, while they go on, and again when another begins."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from counted_archive import ask, publish

from alerts.definitions import Alert
from alerts.rehearsal import rehearse
from alerts.rounds import Rounds
from alerts.watching import Watch
from archive.database import open_archive, transaction
from archive.times import to_text
from seeds.sources import Source

HOUR = timedelta(hours=1)
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
NOW = BEGIN + timedelta(weeks=8)
SOURCES = {"wire": Source(id="wire", name="Wire", feeds=("https://wire.example/feed",), article=".")}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Eight weeks of three articles an hour."""
    with closing(open_archive(tmp_path / "archive.db")) as connection:
        hours = [BEGIN + number * HOUR for number in range(8 * 7 * 24)]
        publish(
            connection, [hour + timedelta(minutes=minute) for hour in hours for minute in (5, 25, 45)], topic="isis"
        )
        ask(connection, hours)
        yield connection


def look(db: sqlite3.Connection, now: datetime, **keys: object) -> list[tuple[str, str]]:
    """Kind and subject of what the round at *now* told."""
    alert = Alert(id="odd", to=("env:A",), **keys)  # type: ignore[arg-type]
    rounds = Rounds(watch=Watch(alerts={"odd": alert}), sources=SOURCES, topics=["isis"])
    before = db.execute("SELECT count(*) FROM alerts").fetchone()[0]
    with transaction(db):
        rounds.look(db, now)
    return [
        tuple(row)
        for row in db.execute(
            "SELECT alerts.kind, windows.subject FROM alerts JOIN windows ON windows.id = alerts.window "
            "ORDER BY alerts.rowid LIMIT -1 OFFSET ?",
            (before,),
        )
    ]


def test_a_spike_is_told_once_while_it_goes_on_and_another_one_again(db: sqlite3.Connection) -> None:
    told: list[tuple[datetime, str]] = []
    for hour in range(40):
        now = NOW + hour * HOUR
        number = 15 if hour in (2, 3, 4, 30) else 3
        publish(db, [now + timedelta(minutes=3 * place) for place in range(number)], topic="isis")
        for minute in (10, 50):
            seen = look(db, now + timedelta(minutes=minute), when="spike", topics=("isis",))
            told += [(now, subject) for _, subject in seen]
    assert told == [(NOW + 2 * HOUR, "topic:isis"), (NOW + 30 * HOUR, "topic:isis")]
    ends = [row[0] for row in db.execute('SELECT "end" FROM windows ORDER BY id')]
    assert ends[0] is not None


def test_a_silence_is_told_once_and_not_again_as_a_day_with_too_few(db: sqlite3.Connection) -> None:
    told: list[tuple[int, str]] = []
    for hour in range(80):
        now = NOW + hour * HOUR
        if not 4 <= hour < 20:
            publish(db, [now + timedelta(minutes=minute) for minute in (5, 25, 45)], topic="isis")
        ask(db, [now + timedelta(minutes=50)])
        told += [(hour, subject) for _, subject in look(db, now + timedelta(minutes=55), when="silence")]
    [(hour, subject)] = told
    assert subject == "source:wire"
    assert 5 <= hour < 20
    [end] = [row[0] for row in db.execute('SELECT "end" FROM windows')]
    assert end is not None


def test_downtime_of_our_own_is_no_silence_of_a_source(db: sqlite3.Connection) -> None:
    later = NOW + timedelta(hours=30)  # nobody asked meanwhile
    assert look(db, later, when="silence") == []
    publish(db, [NOW + place * HOUR / 3 for place in range(90)], topic="isis", seen=later)
    ask(db, [later])
    assert look(db, later + timedelta(minutes=1), when="silence") == []


def test_what_is_unusual_is_held_back_as_everything_is(db: sqlite3.Connection) -> None:
    publish(db, [NOW + timedelta(minutes=place) for place in range(20)], topic="isis")
    assert look(db, NOW + timedelta(minutes=30), when="spike", topics=("isis",), quiet="00:00-06:00")
    [row] = db.execute("SELECT state, reason, due FROM alerts").fetchall()
    assert tuple(row) == ("held", "quiet", "2026-03-02T06:00:00Z")


def answers(db: sqlite3.Connection, source: str, at: datetime) -> None:
    with transaction(db):
        db.execute("DELETE FROM feeds WHERE source = ?", (source,))
        db.execute(
            "INSERT INTO feeds (url, source, last_success) VALUES (?, ?, ?)",
            (f"https://{source}.example/feed", source, to_text(at)),
        )


def test_while_no_source_answers_none_is_silent(db: sqlite3.Connection) -> None:
    for source in ("wire", "other"):
        answers(db, source, NOW)
    later = NOW + 20 * HOUR
    ask(db, [later])  # in vain: our own line was down
    assert look(db, later, when="silence") == []
    answers(db, "other", later)
    assert look(db, later, when="silence") == [("silence", "source:wire")]


def test_a_desk_of_one_source_is_told_that_it_does_not_answer(db: sqlite3.Connection) -> None:
    answers(db, "wire", NOW)
    ask(db, [NOW + 20 * HOUR])
    assert look(db, NOW + 20 * HOUR, when="silence") == [("silence", "source:wire")]


@pytest.mark.parametrize(("when", "topics"), [("spike", ("isis",)), ("silence", ())])
def test_a_rehearsal_tells_what_was_unusual_at_the_next_full_hour(
    db: sqlite3.Connection, tmp_path: Path, when: str, topics: tuple[str, ...]
) -> None:
    publish(db, [NOW + timedelta(minutes=2 * place) for place in range(20)], topic="isis")
    ask(db, [NOW + number * HOUR for number in range(24)])
    alert = Alert(id="odd", to=("env:A",), when=when, topics=topics)  # type: ignore[arg-type]
    rounds = Rounds(watch=Watch(alerts={"odd": alert}), sources=SOURCES, topics=["isis"])
    with closing(open_archive(tmp_path / "archive.db", read_only=True)) as reader:
        found = rehearse(reader, alert, rounds, since=NOW - 24 * HOUR, now=NOW + 24 * HOUR)
    [message] = found.messages
    assert message["kind"] == when
    assert found.unready is None
    if when == "spike":
        assert message["released"] == to_text(NOW + HOUR)


@pytest.mark.parametrize("when", ["spike", "silence"])
def test_a_rehearsal_finds_what_was_unusual_in_the_past(db: sqlite3.Connection, tmp_path: Path, when: str) -> None:
    for hour in range(80):
        number = 15 if hour == 60 else 0 if 4 <= hour < 20 else 3
        publish(db, [NOW + hour * HOUR + timedelta(minutes=3 * place) for place in range(number)], topic="isis")
        ask(db, [NOW + hour * HOUR + timedelta(minutes=50)])
    end = NOW + 80 * HOUR
    alert = Alert(id="odd", to=("env:A",), when=when)  # type: ignore[arg-type]
    rounds = Rounds(watch=Watch(), sources=SOURCES, topics=["isis"])
    with closing(open_archive(tmp_path / "archive.db", read_only=True)) as reader:
        found = rehearse(reader, alert, rounds, since=NOW, now=end)
    subject = {"spike": "", "silence": "source:wire"}[when]
    assert [(row["kind"], row["subject"]) for row in found.messages] == [(when, subject)]
