"""The one writer: what it acknowledges is kept, whatever happens."""

import random
import sqlite3
import subprocess
import sys
from concurrent.futures import Future
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from archive.article import Article
from archive.database import open_archive
from archive.errors import ArchiveError
from archive.likeness import signature
from archive.storing import Arrival, save
from archive.writer import Writer
from topics.fold import fold

START = datetime(2026, 3, 14, 12, tzinfo=UTC)
WRITING = Path(__file__).with_name("archive_writing.py")


def add(name):
    return lambda db: db.execute("INSERT INTO meta (key, value) VALUES (?, '')", (name,)).rowcount


def names(path):
    with closing(open_archive(path, read_only=True)) as db:
        return {row[0] for row in db.execute("SELECT key FROM meta WHERE value = ''")}


@pytest.fixture
def writer(archive_path):
    made = Writer(archive_path)
    yield made
    made.close()


def held(writer):
    """Keeps the writer busy until the event is set, so that what is submitted meanwhile becomes one batch."""
    begun, release = Event(), Event()

    def wait(db):
        begun.set()
        release.wait(30)

    writer.submit(wait)
    begun.wait(30)
    return release


def test_a_result_is_given_once_it_is_committed(writer, archive_path) -> None:
    assert writer.submit(add("a")).result() == 1
    assert names(archive_path) == {"a"}


def test_a_work_that_raises_takes_nobody_elses_with_it(writer, archive_path) -> None:
    def half(db):
        add("half")(db)
        raise ValueError("no")

    release = held(writer)
    futures = [writer.submit(work) for work in (add("a"), half, add("b"), add("a"))]
    release.set()

    assert futures[0].result() == 1
    with pytest.raises(ValueError, match="no"):
        futures[1].result()
    assert futures[2].result() == 1
    with pytest.raises(sqlite3.IntegrityError):
        futures[3].result()
    assert names(archive_path) == {"a", "b"}


def test_copies_of_one_batch_are_one_story_though_it_is_rolled_back_for_another_work(writer, archive_path) -> None:
    text = " ".join(f"word{number}" for number in range(60))

    def copy(name, raises=None):
        article = Article(url=f"https://{name}.example/1", source=name, text=text)

        def work(db):
            stored = save(db, Arrival(article=article, signature=signature(fold(text)), seen=START))
            if raises:
                raise raises
            return stored.story

        return work

    release = held(writer)
    works = (copy("failing", ValueError("no")), copy("a"), copy("b"), copy("also failing", ValueError("no")), copy("c"))
    futures = [writer.submit(work) for work in works]
    release.set()
    stories = [future.result() for future in futures if not future.exception()]

    assert len(stories) == 3
    assert len(set(stories)) == 1
    assert writer.submit(copy("later")).result() == stories[0]
    with closing(open_archive(archive_path, read_only=True)) as db:
        rows = db.execute("SELECT articles, source FROM stories JOIN article_head ON article_head.id = stories.id")
        assert [tuple(row) for row in rows] == [(4, "a")]


def test_it_goes_on_after_an_error_that_is_none_of_exceptions(writer) -> None:
    def leave(db):
        raise SystemExit

    with pytest.raises(SystemExit):
        writer.submit(leave).result()
    assert writer.submit(add("a")).result() == 1


def test_what_is_cancelled_before_its_turn_is_not_written(writer, archive_path) -> None:
    release = held(writer)
    cancelled, kept = writer.submit(add("cancelled")), writer.submit(add("kept"))
    assert cancelled.cancel()
    release.set()

    assert kept.result() == 1
    assert names(archive_path) == {"kept"}


def test_closing_writes_what_is_queued_and_refuses_what_comes_later(writer, archive_path) -> None:
    futures = [writer.submit(add(str(number))) for number in range(200)]
    writer.close()

    assert all(future.done() for future in futures)
    assert len(names(archive_path)) == 200
    with pytest.raises(ArchiveError, match="closed"):
        writer.submit(add("late"))


def test_many_threads_may_submit_at_once(writer, archive_path) -> None:
    futures: list[Future[int]] = []

    def submit(thread):
        futures.extend([writer.submit(add(f"{thread}-{number}")) for number in range(100)])

    threads = [Thread(target=submit, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(future.result() for future in futures) == 800
    assert len(names(archive_path)) == 800


def test_an_archive_that_cannot_be_opened_is_told_at_once(tmp_path) -> None:
    (tmp_path / "archive.db").write_text("not a database, but long enough to look at its first bytes" * 10)

    with pytest.raises(ArchiveError, match="not a Khabar archive"):
        Writer(tmp_path / "archive.db")


def test_a_disk_that_is_full_fails_those_who_wait_and_the_writer_goes_on(writer, archive_path) -> None:
    def fill(db):
        db.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size at least, so nothing more fits in

    def make_room(db):
        db.execute("PRAGMA max_page_count = 1000000")

    def much(db):
        db.execute("INSERT INTO meta (key, value) VALUES ('much', ?)", ("x" * 1_000_000,))

    writer.submit(fill).result()
    with pytest.raises(ArchiveError, match="disk is full"):
        writer.submit(much).result()
    writer.submit(make_room).result()
    writer.submit(add("after")).result()
    assert names(archive_path) == {"after"}


def start(path, name, first, last):
    command = [sys.executable, str(WRITING), str(path), name, str(first), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def check_whole(path):
    """Nothing is broken, and every article has all that belongs to it."""
    with closing(open_archive(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("INSERT INTO article_index (article_index) VALUES ('integrity-check')")
        heads = {row[0] for row in db.execute("SELECT id FROM article_head")}
        for query in (
            "SELECT id FROM articles",
            "SELECT rowid FROM article_index",
            "SELECT article FROM tags WHERE topic = 'isis'",
            "SELECT article FROM evidence",
            "SELECT article FROM signatures",
            "SELECT article FROM addresses",
        ):
            rows = [row[0] for row in db.execute(query)]
            assert sorted(rows) == sorted(heads), query
        assert db.execute("SELECT sum(articles) FROM stories").fetchone()[0] == len(heads)
        return {row[0]: row[1] for row in db.execute("SELECT url, title FROM articles")}


def test_nothing_acknowledged_is_lost_to_kill_9(archive_path) -> None:
    chance = random.Random(5)
    acknowledged, last_kept, first = 0, {}, 0
    for _ in range(4):
        writing = start(archive_path, "site", first, first + 3_000)
        assert writing.stdout
        enough = chance.randint(15, 120)
        for line in writing.stdout:
            if line.strip().isdigit():
                number = int(line)
                last_kept[number - number % 3 // 2], acknowledged = number, acknowledged + 1
                if acknowledged % enough == 0:
                    break
        writing.kill()
        for line in writing.stdout:  # said before it died
            if line.strip().isdigit():
                last_kept[int(line) - int(line) % 3 // 2] = int(line)
        writing.stdout.close()
        writing.wait()
        first += 3_000
        titles = check_whole(archive_path)
        for slug, number in last_kept.items():
            kept = int(titles[f"https://site.example/{slug}"].split()[1])
            assert kept >= number, "an acknowledged version is missing"
    assert acknowledged > 50


def test_two_processes_may_write_while_a_third_reads(archive_path) -> None:
    writing = [start(archive_path, name, 0, 300) for name in ("one", "two")]
    for process in writing:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    counted = [0]
    while any(process.poll() is None for process in writing) and counted[-1] < 400:
        with closing(open_archive(archive_path, read_only=True)) as db:
            counted.append(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    for process in writing:
        assert process.stdout
        assert len(process.stdout.read().split()) == 300
        process.stdout.close()
        assert process.wait() == 0

    assert counted == sorted(counted)
    assert len(check_whole(archive_path)) == 400


def test_what_is_to_be_done_at_once_waits_for_no_more_and_takes_what_was_queued_before(archive_path) -> None:
    with closing(Writer(archive_path, pause=600)) as writer:
        before = writer.submit(lambda db: "before")
        assert writer.submit(lambda db: "at once", at_once=True).result(timeout=60) == "at once"
        assert before.result(timeout=0) == "before"
