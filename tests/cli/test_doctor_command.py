"""`khabar doctor` and `khabar expire` as a person runs them."""

import json
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from archive.database import open_archive
from crawler.desk_lock import hold_desk


def told(desk, *args, code=0):
    done = desk.khabar("doctor", "--json", *args)
    assert done.returncode == code, done.stderr + done.stdout
    return json.loads(done.stdout)


def change(desk, *statements) -> None:
    with closing(sqlite3.connect(desk.root / "archive.db")) as db, db:
        for statement in statements:
            db.execute(statement)


def wrong(report):
    return {one["name"]: one["count"] for one in report["findings"] if one["severity"] != "note"}


def test_a_desk_that_has_crawled_is_sound(crawled) -> None:
    for args in ([], ["--quick"]):
        report = told(crawled, *args)
        assert (report["healthy"], wrong(report)) == (True, {})
    assert {"integrity", "stories", "trends", "index and text", "disk space", "definitions", "lock"} <= {
        *told(crawled)["asked"]
    }
    lines = crawled.khabar("doctor").stdout.splitlines()
    assert "ok       integrity" in lines
    assert all(line.startswith(("ok ", "note ")) for line in lines)


def test_where_there_is_nothing_to_look_at_it_says_so(desk) -> None:
    done = desk.khabar("doctor")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "there is no archive yet" in done.stderr
    assert not (desk.root / "archive.db").exists()
    (desk.root / "archive.db").write_text("no archive")
    assert "is not a Khabar archive" in desk.khabar("doctor").stderr


def test_what_is_wrong_is_told_in_one_line_and_repaired(crawled) -> None:
    change(crawled, "UPDATE stories SET articles = 77", "DELETE FROM article_index_docsize WHERE id > 0")
    number = crawled.rows("SELECT count(*) AS n FROM stories")[0]["n"]
    done = crawled.khabar("doctor")
    assert done.returncode == 1
    [line] = [line for line in done.stdout.splitlines() if line.startswith("FAULT    stories")]
    assert line.startswith(f"FAULT    stories: {number} stories are not what their articles say (")
    assert line.endswith(", …). To do: --repair counts them anew.")

    report = told(crawled, "--repair")
    assert report["healthy"]
    assert {"stories": number}.items() <= {one["name"]: one["number"] for one in report["repaired"]}.items()
    assert report["copy"] is None, "nothing was taken out that cannot be derived"
    assert told(crawled)["healthy"]


def test_before_something_is_lost_a_copy_is_kept(crawled) -> None:
    change(crawled, "INSERT INTO article_text (id, text) VALUES (17, 'Nobody knows of what.')")
    report = told(crawled, "--repair")
    assert report["healthy"]
    with closing(open_archive(crawled.root / report["copy"], read_only=True)) as db:
        assert db.execute("SELECT text FROM article_text WHERE id = 17").fetchone()[0] == "Nobody knows of what."
    assert [one["name"] for one in told(crawled)["findings"] if one["name"] == "copies"]


def test_what_takes_the_archive_for_long_waits_for_the_service_to_end(crawled) -> None:
    change(crawled, "INSERT INTO article_index (rowid, title, text) VALUES (17, 'a', 'b')")
    with hold_desk(crawled.root, alone=True):
        report = told(crawled, "--repair", code=1)
        assert [bool(one["left"]) for one in report["repaired"]] == [True] * len(report["repaired"])
        done = crawled.khabar("doctor", "--compact")
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "holds this desk" in done.stderr
    assert told(crawled, "--repair")["healthy"]


FILLING = """
    CREATE TABLE filling AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 12000)
    SELECT zeroblob(4000) AS x FROM n
"""


def test_an_archive_of_before_gives_room_back_once_it_is_written_anew(crawled) -> None:
    change(crawled, FILLING)
    with closing(sqlite3.connect(crawled.root / "archive.db")) as db:
        db.execute("PRAGMA auto_vacuum = NONE")
        db.execute("VACUUM")
    change(crawled, "DROP TABLE filling")
    [free] = [one for one in told(crawled, "--repair")["findings"] if one["name"] == "free room"]
    assert "khabar doctor --compact" in free["remedy"]
    before = (crawled.root / "archive.db").stat().st_size
    saved = json.loads(crawled.khabar("doctor", "--compact", "--json").stdout)["saved"]
    assert saved > 20_000_000
    assert (crawled.root / "archive.db").stat().st_size == before - saved
    change(crawled, FILLING)
    change(crawled, "DROP TABLE filling")
    report = told(crawled, "--repair")
    assert [one["number"] > 20_000_000 for one in report["repaired"] if one["name"] == "free room"] == [True]
    assert "free room" not in {one["name"] for one in report["findings"]}


def test_files_beside_the_archive_and_in_the_desk_are_looked_at(crawled) -> None:
    root = crawled.root
    (root / "archive.db.unfinished-copy").write_bytes(b"x" * 1000)
    (root / "archive.db").chmod(0o644)
    root.chmod(0o755)
    (root / "alerts" / "a.toml").write_text('[[alert]]\nid = "a"\ntopics = ["isis"]\nto = ["env:KHABAR_NOT_SET"]\n')
    change(
        crawled, "UPDATE article_head SET source = 'gone' WHERE id = (SELECT min(id) FROM article_head)",
    )  # fmt: skip
    report = told(crawled, code=1)
    said = {one["name"]: one for one in report["findings"]}
    assert wrong(report).keys() == {"leftovers", "environment"}
    assert said["environment"]["examples"] == ["KHABAR_NOT_SET"]
    assert "every user" in said["permissions"]["wrong"]
    assert said["sources of the archive"]["examples"] == ["gone"]
    report = told(crawled, "--repair", code=1)
    assert wrong(report) == {"environment": 1}
    assert not (root / "archive.db.unfinished-copy").exists()
    assert stat.S_IMODE((root / "archive.db").stat().st_mode) == 0o644, "whose it is to read is for a person to say"
    (root / "seeds" / "sources" / "bad.toml").write_text("[[source]]\nidd = 3\n")
    [one] = [one for one in told(crawled, code=1)["findings"] if one["name"] == "definitions"]
    assert 'unknown key; did you mean "id"?' in one["wrong"]


def test_a_damaged_file_is_told_and_what_can_be_read_is_read(crawled) -> None:
    [page] = crawled.rows("SELECT rootpage FROM sqlite_master WHERE name = 'volume'")
    with (crawled.root / "archive.db").open("r+b") as file:
        file.seek((page["rootpage"] - 1) * 4096)
        file.write(bytes(range(256)) * 16)
    for args in ([], ["--repair"]):
        report = told(crawled, *args, code=1)
        said = {one["name"]: one for one in report["findings"]}
        assert "restore a backup" in said["integrity"]["remedy"]
        assert "stories" not in said
    assert {one["name"]: one["left"] for one in report["repaired"]}["trends"].startswith("the file is damaged")


@pytest.fixture
def old(crawled):
    """A desk whose articles are older than it keeps them, but for one source."""
    with (crawled.root / "desk.toml").open("a") as file:
        file.write("keep_days = 100\n")
    at = (datetime.now(UTC) - timedelta(days=150)).strftime("%Y-%m-%dT%H:%M:%SZ")
    change(crawled, f"UPDATE article_head SET published = '{at}', first_seen = '{at}', moved = 1")
    (crawled.root / "archive.db").chmod(0o600)
    sources = crawled.root / "seeds" / "sources" / "test.toml"
    sources.write_text(sources.read_text().replace('id = "kani"', 'id = "kani"\nkeep_days = 0'))
    return crawled


def test_what_is_older_than_it_is_kept_is_taken_out_when_a_person_says_so(old) -> None:
    before = {row["source"]: row["n"] for row in old.rows("SELECT source, count(*) AS n FROM articles GROUP BY 1")}
    kept = before.pop("kani")
    said = json.loads(old.khabar("expire", "--dry-run", "--json").stdout)
    assert said == {"due": before, "expired": None, "overwritten": None}
    assert old.rows("SELECT count(*) AS n FROM articles") == [{"n": kept + sum(before.values())}]

    done = old.khabar("expire", "--json")
    assert (done.returncode, json.loads(done.stdout)["expired"]) == (0, sum(before.values()))

    assert old.rows("SELECT DISTINCT source FROM articles") == [{"source": "kani"}]
    assert told(old, "--repair")["healthy"]
    change(old, "UPDATE feeds SET etag = NULL, last_modified = NULL")
    again = old.crawl("sidra")["sources"]["sidra"]
    assert (again["archived"], again["reasons"]["expired"]) == (0, before["sidra"])
    assert "0 articles were taken out" in old.khabar("expire").stdout


def test_without_days_nothing_expires(crawled) -> None:
    done = crawled.khabar("expire")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no keep_days is set" in done.stderr


def test_a_backfill_of_what_would_expire_is_refused_or_told(old) -> None:
    done = old.khabar("crawl", "sidra", "--backfill", "--since", "300d", "--until", "200d")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "articles of sidra are kept for 100 days (keep_days): all of that time is gone" in done.stderr
