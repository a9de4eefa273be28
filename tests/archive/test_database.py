"""Opening an archive: made, brought up to date, or refused with one clear line."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from archive import database
from archive.database import SCHEMA_VERSION, archive_bytes, open_archive, transaction
from archive.errors import ArchiveError
from archive.search import search

CONTRACT = {
    "articles": "id url source title headline authors published published_raw published_zone published_precision "
    "modified language dateline section image text first_seen last_seen story reserved "
    "page_sha256 page_fetched",
    "tags": "article topic score pack_version",
    "evidence": "article topic rule term field start end score note",
    "revisions": "id article seen title text change",
    "stories": "id first_article articles",
    "visits": "url source run at fate reason status",
    "feeds": "url source etag last_modified last_success last_change health cause",
    "runs": "id job started finished outcome counts",
    "alerts": "ref alert kind article story channel state attempts due sent error",
}


def columns(db, table):
    return [column[0] for column in db.execute(f"SELECT * FROM {table}").description]


def test_the_archive_has_the_tables_and_columns_of_the_contract(db) -> None:
    assert columns(db, "articles") == CONTRACT["articles"].split()
    assert columns(db, "tags") == CONTRACT["tags"].split()
    for table, wanted in CONTRACT.items():
        assert set(wanted.split()) <= set(columns(db, table)), table


def test_it_is_written_ahead_and_known_as_khabars(db) -> None:
    values = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "application_id", "user_version")]

    assert values == ["wal", database.APPLICATION_ID, SCHEMA_VERSION]


def test_making_an_archive_waits_for_whoever_writes_to_its_file(archive_path) -> None:
    with closing(sqlite3.connect(archive_path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")  # as another process does that makes the same archive at this moment
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(lambda: open_archive(archive_path).close())
            with pytest.raises(TimeoutError):
                opening.result(timeout=0.2)
            other.execute("COMMIT")
            opening.result(timeout=20)


def test_opening_for_reading_makes_nothing(archive_path) -> None:
    with pytest.raises(ArchiveError, match="no archive yet"):
        open_archive(archive_path, read_only=True)
    assert list(archive_path.parent.iterdir()) == []

    open_archive(archive_path).close()
    open_archive(archive_path, read_only=True).close()
    assert [path.name for path in archive_path.parent.iterdir()] == ["archive.db"]


def test_a_reader_cannot_write(archive_path) -> None:
    open_archive(archive_path).close()
    with closing(open_archive(archive_path, read_only=True)) as db, pytest.raises(sqlite3.OperationalError):
        db.execute("INSERT INTO meta VALUES ('a', 'b')")


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(
    "content", [b"some text, not a database" * 40, b"SQLite format 3\0 but broken" + b"\xff" * 4000]
)
def test_a_file_of_another_kind_is_refused(archive_path, content, read_only) -> None:
    archive_path.write_bytes(content)

    with pytest.raises(ArchiveError, match=r"archive\.db: (is not a Khabar archive|is damaged)"):
        open_archive(archive_path, read_only=read_only)
    assert archive_path.read_bytes() == content


@pytest.mark.parametrize("read_only", [True, False])
def test_another_programs_database_is_refused_and_left_alone(archive_path, read_only) -> None:
    with closing(sqlite3.connect(archive_path)) as other:
        other.execute("CREATE TABLE somebody_elses (a)")
    before = archive_path.read_bytes()

    with pytest.raises(ArchiveError, match="is not a Khabar archive"):
        open_archive(archive_path, read_only=read_only)
    assert archive_path.read_bytes() == before


@pytest.mark.parametrize("read_only", [True, False])
def test_an_archive_of_a_newer_khabar_is_refused(archive_path, read_only) -> None:
    with closing(open_archive(archive_path)) as db:
        db.execute("PRAGMA user_version = 99")

    with pytest.raises(ArchiveError, match="is of a newer Khabar"):
        open_archive(archive_path, read_only=read_only)


def test_an_empty_file_becomes_an_archive_and_is_none_before(archive_path) -> None:
    archive_path.touch()

    with pytest.raises(ArchiveError, match="no archive yet"):
        open_archive(archive_path, read_only=True)
    with closing(open_archive(archive_path)) as db:
        assert columns(db, "articles")


def test_a_directory_that_does_not_exist_is_named(tmp_path) -> None:
    with pytest.raises(ArchiveError, match="its directory does not exist"):
        open_archive(tmp_path / "missing" / "archive.db")


def test_a_directory_in_its_place_is_told(tmp_path) -> None:
    with pytest.raises(ArchiveError, match="cannot be opened"):
        open_archive(tmp_path)


def test_a_path_with_signs_of_an_address_is_a_path(tmp_path) -> None:
    path = tmp_path / "a?mode=memory#b%20" / "archive.db"
    path.parent.mkdir()

    open_archive(path).close()

    assert archive_bytes(path) > 0


def test_processes_that_begin_at_once_make_it_once(archive_path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: open_archive(archive_path).close(), range(8)))
    with closing(open_archive(archive_path)) as db:
        assert len(made) == 8
        steps = [row[0] for row in db.execute("SELECT name FROM _sqlite_migrations")]
        assert len(steps) == len(set(steps)) >= SCHEMA_VERSION  # a version may have several


def test_a_locked_archive_is_told_in_one_line(archive_path, monkeypatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with closing(open_archive(archive_path)) as one, closing(open_archive(archive_path)) as other:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="another process keeps it locked"), database.explained(archive_path):
            other.execute("BEGIN IMMEDIATE")
        one.execute("ROLLBACK")


def test_a_transaction_is_undone_where_it_raises(db) -> None:
    with pytest.raises(ValueError, match="stop"), transaction(db):
        db.execute("INSERT INTO meta VALUES ('a', 'b')")
        raise ValueError("stop")

    assert db.execute("SELECT count(*) FROM meta WHERE key = 'a'").fetchone()[0] == 0
    assert not db.in_transaction


def test_an_index_that_was_folded_otherwise_is_made_anew(db, keep, archive_path) -> None:
    keep(title="أحمد", text="Kata'ib")
    with transaction(db):
        db.execute("INSERT INTO article_index (article_index) VALUES ('delete-all')")
        db.execute("INSERT INTO article_index (rowid, title, text) SELECT id, title, text FROM articles")
        db.execute("UPDATE meta SET value = '0' WHERE key = 'fold_version'")
    assert search(db, "kataib") == []

    with closing(open_archive(archive_path)) as again:
        assert len(search(again, "kataib احمد")) == 1
