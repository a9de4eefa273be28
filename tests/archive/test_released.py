"""An archive of every earlier version opens in this one: copied first, whole, and fit to be written to."""

import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import backup, database
from archive.article import Article, Fate
from archive.database import SCHEMA_VERSION, open_archive, transaction
from archive.errors import ArchiveError
from archive.likeness import signature
from archive.search import Filters, search
from archive.storing import Arrival, save
from crawler.desk_lock import hold_desk
from topics.fold import fold

RELEASED = Path(__file__).with_name("released")
SCHEMAS = range(1, SCHEMA_VERSION)
LATER = datetime(2026, 3, 15, tzinfo=UTC)


@pytest.fixture
def released(archive_path):
    """Puts the archive of a schema in place."""

    def place(schema: int) -> Path:
        archive_path.write_bytes(gzip.decompress((RELEASED / f"schema-{schema}.db.gz").read_bytes()))
        return archive_path

    return place


def copies(path):
    return sorted(found for found in path.parent.iterdir() if found.name.startswith("archive.db.schema-"))


def value(path, sql):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchone()[0]


def test_there_is_one_of_every_earlier_schema() -> None:
    """Where this fails after a new migration: tests/archive/released/README.md says how to make the one before."""
    assert {found.name for found in RELEASED.glob("*.gz")} == {f"schema-{number}.db.gz" for number in SCHEMAS}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_it_is_what_its_name_says(released, schema) -> None:
    assert value(released(schema), "PRAGMA user_version") == schema


def test_the_program_that_made_them_can_make_the_next(tmp_path) -> None:
    packed, root = tmp_path / "next.db.gz", Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-P", str(RELEASED / "make.py"), str(packed)], check=True, env=environment)
    with closing(sqlite3.connect(":memory:")) as made:
        made.deserialize(gzip.decompress(packed.read_bytes()))
        assert made.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert made.execute("SELECT count(*) FROM edits").fetchone()[0] == 1
    assert packed.stat().st_size < 60_000


@pytest.mark.parametrize("read_only", [True, False], ids=["reading", "writing"])
@pytest.mark.parametrize("schema", SCHEMAS)
def test_it_is_copied_as_it_was_and_brought_up_to_date(released, schema, read_only, caplog) -> None:
    path = released(schema)
    before = path.read_bytes()
    open_archive(path, read_only=read_only).close()
    (copy,) = copies(path)

    assert sorted(found.name for found in path.parent.iterdir()) == ["archive.db", copy.name]
    assert value(path, "PRAGMA user_version") == SCHEMA_VERSION
    assert copy.name.startswith(f"archive.db.schema-{schema}.20")
    assert value(copy, "PRAGMA integrity_check") == "ok"
    with closing(sqlite3.connect(copy)) as db, closing(sqlite3.connect(":memory:")) as original:
        original.deserialize(before)
        assert list(db.iterdump()) == list(original.iterdump())
    assert [record.getMessage() for record in caplog.records] == [
        f"{path}: is of an older Khabar (schema {schema}) and is brought up to date; "
        f"as it was, it is kept in {copy.name}"
    ]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_search_answers_in_each_script(released, schema) -> None:
    with closing(open_archive(released(schema), read_only=True)) as db:
        for query, number in (
            ("احمد", 2), ("كهرباء OR کارەبا", 3), ("dihoke", 4), ("harbour title:ferry", 5), ('author:"dana miran"', 0),
            ("site:other.example", 1), ("topic:factions", 2), ("lang:ku كۆبوونەوە", 3),
        ):  # fmt: skip
            assert [hit.url.rsplit("/", 1)[1] for hit in search(db, query)] == [str(number)], query
        assert {hit.url[-1] for hit in search(db, "", filters=Filters(topics=("convoys",)))} == {"0", "1"}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_what_belongs_to_the_articles_is_kept(released, schema) -> None:
    with closing(open_archive(released(schema), read_only=True)) as db:
        evidence = db.execute(
            'SELECT substr(text, start + 1, "end" - start) FROM evidence JOIN articles ON id = article ORDER BY article'
        ).fetchall()
        (edit,) = db.execute("SELECT * FROM edits").fetchall()
        story = db.execute("SELECT story FROM articles WHERE url LIKE '%/0'").fetchone()[0]

        assert [row[0] for row in evidence] == ["convoy", "convoy", "الفصائل"]
        assert json.loads(edit["changed"]) == ["text"]
        assert ("seven" in edit["text_before"], "eight" in edit["text_after"]) == (True, True)
        assert db.execute("SELECT count(*) FROM copies WHERE story = ?", (story,)).fetchone()[0] == 2
        assert dict(db.execute("SELECT fate, count(*) FROM visits GROUP BY fate").fetchall()) == {
            "archived": 5, "revised": 1, "refused": 1, "failed": 1,
        }  # fmt: skip
        assert tuple(db.execute("SELECT alert, channel, state FROM alerts").fetchone()) == (
            "desk",
            "env:DESK",
            "waiting",
        )
        assert dict(db.execute("SELECT topic, sum(articles) FROM volume GROUP BY topic ORDER BY topic").fetchall()) == {
            0: 6, 1: 2, 2: 1,
        }  # fmt: skip
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_it_has_the_schema_of_one_that_is_made_today(released, schema, tmp_path) -> None:
    shape = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
    with closing(open_archive(released(schema))) as old, closing(open_archive(tmp_path / "new.db")) as new:
        assert [tuple(row) for row in old.execute(shape)] == [tuple(row) for row in new.execute(shape)]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_it_can_be_written_to(released, schema) -> None:
    with closing(open_archive(released(schema))) as db:
        fates = []
        for url, text in (("https://news.example/5", "The ferry does not leave."), ("https://news.example/9", "New.")):
            article = Article(url=url, source="example", title="Ferry timetable", text=text)
            arrival = Arrival(article=article, signature=signature(fold(text)), seen=LATER)
            with transaction(db):
                fates.append(save(db, arrival).fate)
        db.execute("INSERT INTO article_index (article_index) VALUES ('integrity-check')")

        assert fates == [Fate.REVISED, Fate.ARCHIVED]
        assert len(search(db, "ferry since:2026-03-14")) == 2
        assert db.execute("SELECT count(*) FROM revisions").fetchone()[0] == 2


def test_many_that_open_it_at_once_copy_it_once(released) -> None:
    path = released(5)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: open_archive(path, read_only=number % 2 == 0).close(), range(8)))

    assert len(copies(path)) == 1
    assert value(path, "PRAGMA user_version") == SCHEMA_VERSION


def test_a_copy_takes_no_others_place(released, monkeypatch) -> None:
    class Still(datetime):
        @classmethod
        def now(cls, tz=None):
            return LATER.astimezone(tz)

    monkeypatch.setattr(backup, "datetime", Still)
    path = released(5)
    for _ in range(3):
        open_archive(path).close()
        released(5)

    names = [copy.name.removeprefix("archive.db.schema-5.20260315T000000Z") for copy in copies(path)]
    assert names == ["", ".1", ".2"]


def test_without_room_for_the_copy_nothing_is_touched(released, monkeypatch) -> None:
    path = released(5)
    before = path.read_bytes()
    little = shutil.disk_usage(path.parent)._replace(free=100_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: little)

    with pytest.raises(ArchiveError, match=r"takes 0\.\d MB of free disk, and there are 0\.1 MB; make room"):
        open_archive(path)
    assert [found.name for found in path.parent.iterdir()] == ["archive.db"]
    assert value(path, "PRAGMA user_version") == 5
    assert path.read_bytes()[100:] == before[100:]  # only "is written ahead" may stand in its header


def test_what_is_not_committed_by_another_is_waited_for(released, monkeypatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    path = released(5)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="another process keeps it locked"):
            open_archive(path, read_only=True)
        other.execute("COMMIT")

    assert copies(path) == []


DIES = """
import os, signal, sys
from pathlib import Path
import archive.backup, archive.migrations.m006_questions
from archive.database import open_archive

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

moment = sys.argv[2]
if moment == "copying":
    archive.backup.os.fsync = die
elif moment == "copied":
    archive.backup._settle = die
else:
    archive.migrations.m006_questions._tell_edits_apart = die
open_archive(Path(sys.argv[1]))
"""


@pytest.mark.parametrize(("moment", "kept"), [("copying", 0), ("copied", 1), ("migrating", 1)])
def test_killed_at_any_moment_it_is_the_old_one_and_can_be_opened_again(released, moment, kept) -> None:
    path = released(5)
    died = subprocess.run([sys.executable, "-c", DIES, str(path), moment], check=False, capture_output=True)

    assert died.returncode == -signal.SIGKILL
    assert len(copies(path)) == kept
    assert value(path, "PRAGMA user_version") == 5
    assert all(value(copy, "PRAGMA integrity_check") == "ok" for copy in copies(path))

    with closing(open_archive(path, read_only=True)) as db:
        assert len(search(db, "ferry")) == 1
    assert len(copies(path)) == kept + 1
    assert not path.with_name("archive.db.unfinished-copy").exists()


def test_one_that_may_not_be_written_is_told_so(released, monkeypatch) -> None:
    path = released(5)
    monkeypatch.setattr(database.os, "access", lambda *_: False)  # root may write whatever the permissions say

    with pytest.raises(ArchiveError, match="is of an older Khabar; to bring it up to date, it and its directory must"):
        open_archive(path, read_only=True)
    assert value(path, "PRAGMA user_version") == 5


@pytest.mark.parametrize(
    "command", [["search", "ferry"], ["status"], ["export"], ["alerts", "list"], ["topics", "retag"]], ids=" ".join
)
def test_any_command_opens_an_older_one(released, command, tmp_path) -> None:
    path = released(4)
    (tmp_path / "desk.toml").write_text('name = "A desk"\ntimezone = "UTC"\n')
    done = khabar(tmp_path, command)

    assert done.returncode in (0, 1), done.stderr
    assert done.stderr.count("is brought up to date; as it was, it is kept in archive.db.schema-4.") == 1
    assert value(path, "PRAGMA user_version") == SCHEMA_VERSION
    assert "brought up to date" not in khabar(tmp_path, command).stderr


@pytest.mark.parametrize(
    "command", [["search", "ferry"], ["status"], ["show", "1"], ["export"], ["topics", "retag"]], ids=" ".join
)
def test_one_of_a_newer_khabar_is_refused_and_left_alone(released, command, tmp_path) -> None:
    path = released(5)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    (tmp_path / "desk.toml").write_text('name = "A desk"\ntimezone = "UTC"\ncontact = "desk@example.org"\n')
    done = khabar(tmp_path, command)

    assert done.returncode == 2
    assert done.stderr.strip().endswith(f"is of a newer Khabar (schema 99, this one knows {SCHEMA_VERSION}); upgrade")
    assert len(done.stderr.strip().splitlines()) == 1
    assert path.read_bytes() == before
    assert copies(path) == []


@pytest.mark.parametrize("command", [["search", "ferry"], ["status"], ["trends"]], ids=" ".join)
def test_none_is_changed_beneath_a_service_of_its_own_version(released, command, tmp_path) -> None:
    path = released(5)
    (tmp_path / "desk.toml").write_text('name = "A desk"\ntimezone = "UTC"\n')
    with hold_desk(tmp_path, alone=True):
        done = khabar(tmp_path, command)

    assert done.returncode == 2
    assert f"as is the service that writes to it (process {os.getpid()}); end that" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (value(path, "PRAGMA user_version"), copies(path)) == (5, [])
    assert khabar(tmp_path, command).returncode in (0, 1)


def khabar(desk: Path, words: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "crawler", "--desk", str(desk), *words],
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_damaged_archive_that_cannot_be_brought_up_to_date_leaves_no_copy(tmp_path) -> None:
    path = tmp_path / "archive.db"
    whole = bytearray(gzip.decompress((RELEASED / "schema-5.db.gz").read_bytes()))
    whole[3 * 4096 : 13 * 4096] = b"\xff" * (10 * 4096)
    path.write_bytes(whole)
    for _ in range(2):
        with pytest.raises(ArchiveError, match="is damaged"):
            open_archive(path)
    assert not list(tmp_path.glob("archive.db.schema-*"))
