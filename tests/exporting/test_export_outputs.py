"""Where an export is written: whole under its name or not at all, and never in the place of what is somebody's."""

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.exporting.outputs import UNFINISHED, NotWritten, whole_directory, whole_file

FORMS = (
    ("jsonl", "a.jsonl"), ("csv", "a.csv"), ("csv-excel", "a.csv"), ("markdown", "a.md"), ("markdown", "notes"),
    ("parquet", "a.parquet"), ("evidence", "case"), ("warc", "a.warc.gz"),
)  # fmt: skip


@pytest.mark.parametrize(("form", "name"), FORMS, ids=lambda one: one.replace(".", "-"))
def test_what_is_there_is_replaced_only_where_that_is_wished(kept: Any, tmp_path: Path, form: str, name: str) -> None:
    path = tmp_path / name
    words = ("export", "--topic", "isis", "--format", form, "--output", str(path))
    first = kept.khabar(*words)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith(f"{path}: 6 articles")
    before = path.stat().st_ino
    again = kept.khabar(*words)
    assert (again.returncode, again.stdout, again.stderr.count("\n")) == (2, "", 1)
    assert f"{path}: is there already" in again.stderr
    assert "--force" in again.stderr
    assert path.stat().st_ino == before
    assert kept.khabar(*words, "--force").returncode == 0
    assert path.stat().st_ino != before
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(name)] == [name]


@pytest.mark.parametrize("form", ["markdown", "evidence"])
@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "force"])
def test_no_directory_of_anybody_else_is_ever_replaced(crawled: Any, tmp_path: Path, form: str, force: Any) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    done = crawled.khabar("export", "--format", form, "--output", str(mine), *force)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is no export of this form" in done.stderr
    assert (mine / "letter.txt").read_text() == "dear"
    assert not list(tmp_path.glob(f"*{UNFINISHED}"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "evidence"), "--output DIR"),
        (("--format", "evidence", "--output", "{tmp}/none/case"), "is no directory; make it first"),
        (("--format", "parquet", "--output", "{tmp}"), "is no file"),
        (("--format", "markdown", "--output", "{tmp}/file"), "is a file"),
        (("--format", "warc", "--output", "{tmp}/a.warc"), "no pages are kept"),
        (("--article", "1", "--output", "{tmp}/a"), "holds no article '1'"),
        (("--article", "1", "word"), "no query and no filter"),
        (("--article", "1", "--since", "7d"), "no query and no filter"),
        (("--format", "markdwon",), "markdown"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)  # fmt: skip
def test_what_cannot_be_is_one_line_and_leaves_nothing(
    crawled: Any, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").write_text("mine")
    there = set(tmp_path.iterdir())
    done = crawled.khabar("export", *(word.format(tmp=tmp_path) for word in words))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert said in done.stderr
    assert set(tmp_path.iterdir()) == there


@pytest.mark.parametrize("name", ["archive.db", "pages.db", "desk.toml", "link"])
def test_no_force_replaces_an_archive_or_a_definition(kept: Any, name: str) -> None:
    path = kept.root / name
    if name == "link":
        path.symlink_to("archive.db")
    before = path.read_bytes()
    done = kept.khabar("export", "--format", "csv", "--output", str(path), "--force")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"{path}: is an archive or a desk's file" in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "said"), [("archive.db-wal", "belongs to the log"), ("loop", "is a link that leads to itself")]
)
def test_a_name_that_would_do_harm_is_refused(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(NotWritten, match=said), whole_file(tmp_path / name, replace=True):
        pass
    assert [one.name for one in tmp_path.iterdir()] == ["loop"]


def test_an_article_is_exported_by_its_number_or_its_address(crawled: Any) -> None:
    first, second = crawled.rows("SELECT id, url FROM articles ORDER BY id LIMIT 2")
    words = ("--article", str(first["id"]), "--article", second["url"], "--article", first["url"], "--output", "-")
    done = crawled.khabar("export", *words)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [second["id"], first["id"]]


def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    file, directory = tmp_path / "file", tmp_path / "dir"
    file.write_text("before")
    directory.mkdir()
    with pytest.raises(ZeroDivisionError), whole_file(file, replace=True) as out:
        out.write(b"half")
        1 / 0  # noqa: B018
    with (
        pytest.raises(ZeroDivisionError),
        whole_directory(directory, replace=False, is_ours=lambda _: False) as place,
    ):
        (place / "half").write_text("half")
        1 / 0  # noqa: B018
    assert file.read_text() == "before"
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["dir", "file"]


def test_what_a_killed_one_left_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / f"case{UNFINISHED}" / "deep").mkdir(parents=True)
    (tmp_path / f"case{UNFINISHED}" / "deep" / "old").write_text("old")
    (tmp_path / f"list{UNFINISHED}").write_text("a longer text than the new one")
    with whole_directory(tmp_path / "case", replace=False, is_ours=lambda _: False) as place:
        (place / "new").write_text("new")
    with whole_file(tmp_path / "list", replace=False) as out:
        out.write(b"new")
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["case", "list", "new"]
    assert (tmp_path / "list").read_text() == "new"


def test_two_at_a_time_are_told_apart_and_a_link_elsewhere_is_not_followed(tmp_path: Path) -> None:
    with whole_file(tmp_path / "list", replace=False) as out:
        out.write(b"first")
        with (
            pytest.raises(NotWritten, match="another process writes this export"),
            whole_file(tmp_path / "list", replace=False),
        ):
            pass
    assert (tmp_path / "list").read_bytes() == b"first"
    (tmp_path / "victim").write_text("mine")
    (tmp_path / f"next{UNFINISHED}").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic"), whole_file(tmp_path / "next", replace=False):
        pass
    assert (tmp_path / "victim").read_text() == "mine"


@pytest.mark.parametrize(
    ("form", "name", "sign"),
    [
        ("jsonl", "a.jsonl", signal.SIGINT), ("parquet", "a.parquet", signal.SIGTERM),
        ("warc", "a.warc", signal.SIGHUP), ("evidence", "case", signal.SIGTERM),
    ],
    ids=["jsonl", "parquet", "warc", "evidence"],
)  # fmt: skip
def test_an_export_that_is_told_to_end_leaves_nothing(
    kept: Any, tmp_path: Path, form: str, name: str, sign: signal.Signals
) -> None:
    place = tmp_path / "out"
    place.mkdir()
    code = (
        "import time, archive.exporting as e, crawler.cli.export as c\n"
        "read = c.read_many\n"
        "def slowly(*given):\n"
        "    for number, one in enumerate(read(*given)):\n"
        "        if number == 5: print('begun', flush=True)\n"
        "        if number >= 5: time.sleep(0.2)\n"
        "        yield one\n"
        "c.read_many = slowly\n"
        "from crawler.__main__ import main\n"
        "main()\n"
    )
    words = ["--desk", str(kept.root), "export", "--format", form, "--output", str(place / name)]
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", code, *words], env=kept.environment, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    assert [one.name for one in place.iterdir()] == [f"{name}{UNFINISHED}"]
    process.send_signal(sign)
    _, told = process.communicate(timeout=30)
    assert process.returncode == (130 if sign == signal.SIGINT else 128 + sign)
    assert told.strip() == ("khabar: stopped" if sign == signal.SIGINT else "")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("form", ["markdown", "parquet", "warc"])
def test_a_reader_that_has_seen_enough_is_no_error(kept: Any, form: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        done = subprocess.run(
            kept.command("export", "--format", form), env=kept.environment, stdout=writes, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    finally:
        os.close(writes)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("form", ["parquet", "warc"])
def test_a_full_disk_behind_standard_output_is_one_line(kept: Any, form: str) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        done = subprocess.run(
            kept.command("export", "--format", form), env=kept.environment, stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "khabar: No space left on device\n")


def test_no_view_of_the_archive_is_held_while_nobody_reads(crawled: Any) -> None:
    """A reader that stops holds the export up, and not the writers' log."""
    process = subprocess.Popen(crawled.command("export"), env=crawled.environment, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        process.stdout.read(10)  # and then nothing, with more to come than a pipe holds
        with closing(sqlite3.connect(crawled.root / "archive.db", isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("UPDATE article_head SET last_seen = last_seen")
            busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert process.poll() is None, "it waits for its reader"
        assert not busy
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("form", "name"), [("jsonl", "a.jsonl"), ("parquet", "a.parquet"), ("evidence", "case")])
def test_a_disk_that_takes_no_more_is_one_line_and_nothing_is_left(
    kept: Any, tmp_path: Path, form: str, name: str
) -> None:
    place = tmp_path / "out"
    place.mkdir()
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (34_000, 34_000))\n"
    code = f"{limited}from crawler.__main__ import main; main()"
    words = ["--desk", str(kept.root), "export", "--format", form, "--output", str(place / name)]
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *words], env=kept.environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert f"File too large: {place / name}" in done.stderr
    assert list(place.iterdir()) == []


def test_a_broken_definition_keeps_no_article_back(crawled: Any) -> None:
    (crawled.root / "seeds/topics/broken.toml").write_text("this is no TOML")
    assert crawled.khabar("export").stdout.count("\n") == 73
    done = crawled.khabar("export", "--format", "markdown")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "broken.toml" in done.stderr


def test_a_terminal_is_shown_how_far_it_is_and_a_pipe_is_not(crawled: Any, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            crawled.command("export", "--format", "csv"), env=crawled.environment | {"TERM": "xterm", "COLUMNS": "100"},
            stdout=subprocess.PIPE, stderr=theirs, check=False,
        )  # fmt: skip
        os.close(theirs)
        shown = os.read(ours, 100_000).decode()
    finally:
        os.close(ours)
    assert done.returncode == 0
    assert "73/73" in shown
    assert b"\x1b" not in done.stdout
    assert crawled.khabar("export", "--format", "csv").stderr == ""


@pytest.mark.parametrize(("form", "file"), [("jsonl", "archive.db"), ("evidence", "archive.db"), ("warc", "pages.db")])
def test_a_damaged_archive_is_one_line_and_nothing_is_left(kept: Any, tmp_path: Path, form: str, file: str) -> None:
    path, place = kept.root / file, tmp_path / "out"
    place.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        table = "article_text" if file == "archive.db" else "pages"
        root, size = db.execute("SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master "
                                "WHERE name = ?", (table,)).fetchone()  # fmt: skip
    with path.open("r+b") as out:
        out.seek((root - 1) * size)
        out.write(b"\xff" * size)
    done = kept.khabar("export", "--format", form, "--output", str(place / "made"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert f"{path}: is damaged" in done.stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE article_head SET authors = 'no list' WHERE id = ?", "article {id} is damaged"),
        ("UPDATE article_text SET text = CAST(x'ff41' AS TEXT) WHERE id = ?", "archive.db: is damaged"),
        ("DELETE FROM stories WHERE id = (SELECT story FROM article_head WHERE id = ?)", "is missing in the archive"),
    ],
    ids=["authors", "letters", "story"],
)
def test_a_damaged_row_is_one_line(crawled: Any, tmp_path: Path, harm: str, said: str) -> None:
    number = crawled.rows("SELECT max(id) AS id FROM articles")[0]["id"]
    with closing(sqlite3.connect(crawled.root / "archive.db")) as db, db:
        db.execute(harm, (number,))
    done = crawled.khabar("export", "--output", str(tmp_path / "a.jsonl"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert said.format(id=number) in done.stderr
    assert not list(tmp_path.glob("a.jsonl*"))


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_went_meanwhile_is_told_beside_standard_output(crawled: Any, form: str) -> None:
    """An article whose text goes between the choice and its turn; here it was gone before, which looks the same."""
    with closing(sqlite3.connect(crawled.root / "archive.db")) as db, db:
        db.execute("DELETE FROM article_text WHERE id = (SELECT max(id) FROM article_text)")
    done = crawled.khabar("export", "--format", form)
    assert (done.returncode, done.stderr) == (0, "khabar: taken out of the archive meanwhile: 1 article\n")


def test_a_directory_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test can take the power away; what is asked of the system, and when, is what can be seen."""
    seen = []
    monkeypatch.setattr(os, "sync", lambda: seen.append(sorted(str(one.name) for one in tmp_path.rglob("*"))))
    with whole_directory(tmp_path / "case", replace=False, is_ours=lambda _: False) as directory:
        (directory / "a").write_text("a")
    assert seen == [["a", f"case{UNFINISHED}"]]


def test_what_was_private_stays_so(tmp_path: Path) -> None:
    file, directory = tmp_path / "a.csv", tmp_path / "case"
    file.write_text("before")
    directory.mkdir()
    (directory / "before").touch()
    file.chmod(0o600)
    directory.chmod(0o700)
    with whole_file(file, replace=True) as out:
        assert [one.stat().st_mode & 0o077 for one in tmp_path.glob(f"a.csv{UNFINISHED}")] == [0]
        out.write(b"new")
    with whole_directory(directory, replace=True, is_ours=lambda _: True):
        pass
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o600)
    assert (list(directory.iterdir()), directory.stat().st_mode & 0o777) == ([], 0o700)


@pytest.mark.parametrize(
    ("form", "name"), [("markdown", "2026-03/my notes.md"), ("evidence", "tagmanifest-sha256.txt.tsr")]
)
def test_what_somebody_put_into_an_export_is_not_replaced(kept: Any, tmp_path: Path, form: str, name: str) -> None:
    words = ("export", "--topic", "isis", "--format", form, "--output", str(tmp_path / "out"), "--force")
    assert [kept.khabar(*words).returncode for _ in range(2)] == [0, 0], "what an export alone has made is"
    mine = tmp_path / "out" / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    done = kept.khabar(*words)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "has files of somebody else in it" in done.stderr
    assert mine.read_text() == "mine"
