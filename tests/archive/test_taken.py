"""An archive knows how far it has come with crawls that are made elsewhere, and which it waits for no more."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.database import open_archive
from archive.runs import start_run
from archive.taken import (
    Out,
    Place,
    crawls_out,
    desk_token,
    drop_out,
    give_up,
    given_up,
    known_token,
    note_out,
    note_queue,
    noted_queue,
    sources_out,
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(tmp_path / "archive.db")) as opened:
        yield opened


def test_a_token_is_given_once_and_differs_from_archive_to_archive(db: sqlite3.Connection, tmp_path: Path) -> None:
    assert known_token(db) is None
    token = desk_token(db)
    assert desk_token(db) == known_token(db) == token
    with closing(open_archive(tmp_path / "other.db")) as other:
        assert desk_token(other) != token


def test_what_is_out_is_known_by_its_queue_until_it_is_dropped(db: sqlite3.Connection) -> None:
    out = Out(source="a", run=3, place=Place(2, 5, 1))
    note_out(db, "q1", 7, Out(source="a", run=3))
    note_out(db, "q1", 7, out)
    note_out(db, "q1", 70, Out(source="b", run=3, ended=True))
    note_out(db, "q2", 7, Out(source="c", run=4))
    assert crawls_out(db, "q1") == {7: out, 70: Out(source="b", run=3, ended=True)}
    assert sources_out(db) == ["a", "c"]  # what has ended is out no more
    drop_out(db, "q1", [7, 70])
    assert (crawls_out(db, "q1"), sources_out(db)) == ({}, ["c"])


def test_what_is_given_up_is_told_by_its_run(db: sqlite3.Connection, noon) -> None:
    assert (give_up(db), given_up(db)) == ([], 0)
    assert note_queue(db, "q", "postgresql://db/khabar") == []
    run = start_run(db, "job", noon)
    note_out(db, "q", 1, Out(source="a", run=run))
    meta = db.execute("SELECT count(*) FROM meta WHERE key NOT LIKE 'cluster.%'").fetchone()[0]

    assert (give_up(db), given_up(db), sources_out(db)) == (["a"], run, [])
    assert noted_queue(db) == "postgresql://db/khabar"
    assert start_run(db, "job", noon) > given_up(db)
    assert db.execute("SELECT count(*) FROM meta WHERE key NOT LIKE 'cluster.%'").fetchone()[0] == meta


def test_another_queue_gives_up_what_is_out_in_the_one_before(db: sqlite3.Connection, noon) -> None:
    assert note_queue(db, "q1", "one") == []
    note_out(db, "q1", 1, Out(source="a", run=start_run(db, "job", noon)))
    assert (note_queue(db, "q1", "one"), given_up(db)) == ([], 0)
    assert (note_queue(db, "q2", "two"), sources_out(db), noted_queue(db)) == (["a"], [], "two")
    note_out(db, "q2", 1, Out(source="b", run=start_run(db, "job", noon)))
    assert (note_queue(db, "q1", "one"), given_up(db)) == (["b"], 2)


def test_places_are_in_the_order_in_which_they_are_taken() -> None:
    places = [Place(), Place(1, 0, 0), Place(1, 0, 3), Place(1, 1, 0), Place(2, 0, 0)]
    assert places == sorted(places, reverse=True)[::-1]
