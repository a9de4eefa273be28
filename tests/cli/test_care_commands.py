"""`khabar forget` and `khabar backup` as a person runs them."""

import json
import os
import pty
import sqlite3
import subprocess
import threading
from contextlib import closing

import pytest


def read_in_full(desk) -> None:
    """Lets no feed answer "not modified" to the next crawl."""
    with closing(sqlite3.connect(desk.root / "archive.db")) as db, db:
        db.execute("UPDATE feeds SET etag = NULL, last_modified = NULL")


@pytest.mark.parametrize("language", ["en", "ar", "ckb", "kmr"])
def test_an_article_is_forgotten_and_a_later_crawl_does_not_bring_it_back(crawled, language) -> None:
    before = crawled.rows("SELECT id, url, source FROM articles WHERE language = ? ORDER BY id", language)
    gone = before[0]
    named = str(gone["id"]) if language == "en" else gone["url"]

    done = crawled.khabar("forget", "--json", named)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["named"], told["article"], told["overwritten"]) == (named, gone["id"], True)
    read_in_full(crawled)
    again = crawled.crawl(gone["source"])["sources"]
    assert sum(counts["reasons"].get("forgotten", 0) for counts in again.values()) > 0
    assert [row["id"] for row in crawled.rows("SELECT id FROM articles WHERE language = ?", language)]
    assert not crawled.rows("SELECT 1 FROM articles WHERE id = ? OR url = ?", gone["id"], gone["url"])
    assert not crawled.rows("SELECT 1 FROM visits WHERE url = ?", gone["url"])
    assert crawled.khabar("show", str(gone["id"])).returncode == 2
    assert gone["url"] not in again and gone["url"] not in json.dumps(again)


def test_an_address_that_was_never_seen_is_not_asked_for_until_that_is_lifted(desk, newsroom) -> None:
    desk.write_sources(newsroom.sources_toml())
    desk.crawl("rafidain")
    url = desk.rows("SELECT url FROM articles ORDER BY id LIMIT 1")[0]["url"]
    (desk.root / "archive.db").unlink()
    assert desk.khabar("forget", url).returncode == 2  # there is no archive yet
    desk.khabar("crawl", "--json", "kani")
    assert "will not be asked for; it was never seen" in desk.khabar("forget", url).stdout

    assert desk.crawl("rafidain")["sources"]["rafidain"]["reasons"]["forgotten"] == 1
    assert not desk.rows("SELECT 1 FROM articles WHERE url = ?", url)
    assert "may come back" in desk.khabar("forget", "--lift", url).stdout
    assert desk.crawl("rafidain")["sources"]["rafidain"]["archived"] == 1
    assert "was not forgotten" in desk.khabar("forget", "--lift", url).stdout


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("17", "the archive holds no article '17'"),
        ("999999999999999999999999999", "the archive holds no article"),
        ("harvest", "'harvest' is neither the number of an article nor an address"),
    ],
)
def test_what_names_nothing_is_told_in_one_line(crawled, named, said) -> None:
    done = crawled.khabar("forget", named)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr


def test_on_a_terminal_it_asks_first(crawled) -> None:
    article = crawled.rows("SELECT id, title FROM articles ORDER BY id LIMIT 1")[0]
    for answer, left in ((b"n\n", 1), (b"y\n", 0)):
        master, terminal = pty.openpty()
        os.write(master, answer)
        done = subprocess.run(
            crawled.command("forget", str(article["id"])), env=crawled.environment, stdin=terminal, timeout=60,
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        os.close(master)
        os.close(terminal)
        assert article["title"] in done.stderr
        assert len(crawled.rows("SELECT 1 FROM articles WHERE id = ?", article["id"])) == left


def test_a_reader_that_goes_on_keeps_the_log_and_that_is_said(crawled) -> None:
    article = crawled.rows("SELECT id FROM articles ORDER BY id LIMIT 1")[0]["id"]
    with closing(sqlite3.connect(crawled.root / "archive.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        done = crawled.khabar("forget", str(article))
        still = crawled.khabar("forget")
    assert (done.returncode, still.returncode) == (1, 1)
    for said in (done.stderr, still.stderr):
        assert 'run "khabar forget" without a name when it is done' in said
    assert not crawled.rows("SELECT 1 FROM articles WHERE id = ?", article)
    finished = crawled.khabar("forget")
    assert (finished.returncode, finished.stdout) == (0, "nothing of what was forgotten is left in the file\n")
    assert json.loads(crawled.khabar("forget", "--json").stdout) == {"overwritten": True}


def test_of_a_crawled_article_no_word_is_left_in_a_byte_of_the_file(crawled) -> None:
    for language in ("en", "ar", "ckb", "kmr"):
        row = crawled.rows(
            "SELECT title, url, id FROM articles WHERE language = ? AND id = story ORDER BY length(title) DESC",
            language,
        )[0]
        title, url, article = row["title"], row["url"], row["id"]
        others = [one["title"] for one in crawled.rows("SELECT title FROM articles WHERE id <> ?", article)]
        if title in others:  # a copy that stays
            continue
        assert crawled.khabar("forget", str(article)).returncode == 0
        held = b"".join(file.read_bytes() for file in crawled.root.glob("archive.db*"))
        assert [one for one in (title, url, url.rpartition("/")[2]) if len(one) > 12 and one.encode() in held] == []


def test_what_was_archived_comes_back_once_it_is_lifted(crawled) -> None:
    gone = crawled.rows("SELECT url, source FROM articles WHERE language = 'en' ORDER BY id")[0]
    assert crawled.khabar("forget", gone["url"]).returncode == 0
    assert "was forgotten already" in crawled.khabar("forget", gone["url"]).stdout
    assert "may come back" in crawled.khabar("forget", "--lift", gone["url"]).stdout
    assert crawled.crawl(gone["source"])["sources"][gone["source"]]["archived"] == 1
    assert crawled.rows("SELECT 1 FROM articles WHERE url = ?", gone["url"])


def test_what_is_no_article_is_not_taken_for_one(crawled) -> None:
    way = crawled.rows("SELECT url, source FROM feeds ORDER BY id")[0]
    article = crawled.rows("SELECT id FROM articles ORDER BY id")[0]["id"]
    with closing(sqlite3.connect(crawled.root / "archive.db")) as db, db:
        db.execute("INSERT INTO addresses (key, article, kind) VALUES ('front.example', ?, 'claim')", (article,))
    for named, said in (
        (way["url"], f"is a way of the source {way['source']}, and no article"),
        ("https://front.example/", f"but {article} names it as its own"),
    ):
        done = crawled.khabar("forget", named)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert said in done.stderr
    assert crawled.rows("SELECT 1 FROM articles WHERE id = ?", article)


def test_a_backup_is_whole_while_somebody_writes(crawled, tmp_path) -> None:
    target, done = tmp_path / "backup.db", threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(crawled.root / "archive.db", timeout=30)) as db:
            while not done.is_set():
                db.execute("INSERT INTO runs (started, host, process) VALUES ('2026-01-01T00:00:00Z', 'here', 1)")
                db.commit()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        made = crawled.khabar("backup", "--json", str(target))
    finally:
        done.set()
        writing.join()

    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert told["articles"] == len(crawled.rows("SELECT 1 FROM articles"))
    assert told["bytes"] == target.stat().st_size
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert [file.name for file in tmp_path.glob("backup*")] == ["backup.db"]
    assert crawled.khabar("backup", str(target)).returncode == 0  # in its place


def test_a_backup_takes_the_place_of_nothing_but_a_backup(crawled, tmp_path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Rana")
    database = tmp_path / "other.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute("CREATE TABLE mine (x)")
    for target, said in (
        (letter, "is there already and no backup of the archive"),
        (database, "is there already and no backup of the archive"),
        (crawled.root / "archive.db", "is the archive itself"),
        (tmp_path / "nowhere/backup.db", "there is no such directory"),
    ):
        done = crawled.khabar("backup", str(target))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert said in done.stderr
    assert letter.read_text() == "Dear Rana"
    assert [row["id"] for row in crawled.rows("SELECT id FROM articles")]
