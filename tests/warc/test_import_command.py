"""`khabar import` as a person runs it: what it says, what it ends with, and how it goes on where it was ended."""

import json
import os
import signal
import subprocess
import time
from datetime import UTC, datetime
from typing import Any
from urllib.request import urlopen

import pytest
from warc_making import answer, packed, page, record, written

from benchmarks.whole import faults
from crawler.newsroom import Newsroom


def captures(number: int, language: str = "en") -> list[bytes]:
    return [
        record(f"https://zab.example/{language}/{place}", answer(page(language, number=place + 1)))
        for place in range(number)
    ]


def begun(desk: Any, *args: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        desk.command("import", *args), env=desk.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def until_archived(desk: Any, number: int, process: "subprocess.Popen[str]") -> None:
    """Waits until so many articles are archived."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, "it ended before"
        try:
            if desk.rows("SELECT count(*) AS n FROM article_head")[0]["n"] >= number:
                return
        except Exception:  # the archive is being made at this moment
            pass
        time.sleep(0.02)
    raise AssertionError("it never came about")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("missing.warc", None, "cannot be read (No such file or directory)"),
        ("empty.warc", b"", "is empty"),
        ("page.html", page("ar"), "holds no WARC record; is it a WARC file?"),
        ("old.arc", b"filedesc://a.arc 0.0.0.0 20010101000000 text/plain 9\n1 0 A\n", "is an ARC file"),
        ("old.arc.gz", packed([b"filedesc://a.arc 0.0.0.0 20010101000000 text/plain 9\n"]), "is an ARC file"),
        ("a.wacz", b"PK\x03\x04" + bytes(99), "unpack it and import the files in its archive/"),
        ("\x1b[31mred\n.warc", b"", "is empty"),
        ("folder", "", "is a directory; name the files in it"),
        ("pipe", os.mkfifo, "is no regular file; what comes from a pipe must be saved first"),
        ("a.zst", b"\x5d\x2a\x4d\x18\xff\xff\xff\x7f" + bytes(90), "its dictionary is too large"),
        ("b.zst", b"\x5d\x2a\x4d\x18\x05\0\0\0" + bytes(90), "its dictionary is damaged"),
    ],
    ids=["missing", "empty", "html", "arc", "arc in gzip", "wacz", "signs", "folder", "pipe", "large", "damaged"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_one_line_and_no_other_is_begun(zab, tmp_path, name, data, told) -> None:
    good, bad = written(tmp_path / "good.warc", b"".join(captures(1))), tmp_path / name
    if data == "":
        bad.mkdir()
    elif callable(data):
        data(bad)
    elif data is not None:
        bad.write_bytes(data)

    done = zab.khabar_at_home("import", str(good), str(bad))

    assert done.returncode == 2
    assert done.stdout == ""
    assert told in done.stderr and done.stderr.count("\n") == 1 and "\x1b" not in done.stderr
    assert not (zab.root / "archive.db").exists()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--source", "zab-em"), 'no source of this desk matches it; did you mean "zab-en"?'),
        (("-",), "standard input is not read"),
        ((), "Missing argument 'FILE...'"),
    ],
)
def test_a_wrong_call_is_one_line(zab, tmp_path, args, told) -> None:
    files = [str(written(tmp_path / "good.warc", b"".join(captures(1))))] if args else []
    done = zab.khabar_at_home("import", *files, *args)

    assert done.returncode == 2
    assert told in done.stderr and done.stderr.count("\n") == 1


def test_what_it_prints_as_json_is_the_contract(zab, tmp_path) -> None:
    path = written(tmp_path / "a.warc.gz", packed([*captures(2), *captures(1, "ckb"), record("https://b.example/1")]))

    done = zab.khabar("import", str(path), "--source", "zab-e*", "--json")

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert told["outcome"] == "done" and told["started"] <= told["finished"] and told["run"] == 1
    assert told["files"] == [
        {
            "file": str(path), "records": 4, "skipped": {"no article's address": 1, "of no source": 1}, "bad": 0,
            "faults": {}, "finished": True, "imported": None,
        }
    ]  # fmt: skip
    assert told["sources"] == {
        "zab-en": {
            "requests": 0, "fetched": 2, "archived": 2, "revised": 0, "unchanged": 0, "duplicate": 0, "refused": 0,
            "failed": 0, "reasons": {},
        }
    }  # fmt: skip


def test_what_it_prints_for_people_names_files_sources_and_reasons(zab, tmp_path) -> None:
    path = written(tmp_path / "sp\x1b[2Joil.warc.gz", packed(captures(1, "kmr"))[:-200])

    done = zab.khabar("import", str(path), "-v")

    assert done.returncode == 1
    assert "zab-kmr" in done.stdout and "bad: cut short (1)" in done.stdout and "\x1b" not in done.stdout + done.stderr
    assert "failed: cut short: https://zab.example/kmr/0" in done.stderr

    again = zab.khabar("import", str(path))
    assert again.returncode == 0
    assert "was imported whole on" in again.stdout and "--again reads it anew" in again.stdout


def test_the_newsrooms_pages_come_in_as_a_crawl_archives_them(desk, tmp_path) -> None:
    columns = "url, title, authors, published, language, text"
    tagged = "SELECT url, topic, score FROM tags JOIN articles ON articles.id = article ORDER BY 1, 2"
    with Newsroom() as room:
        desk.write_sources(room.sources_toml(delay=0))
        desk.crawl()
        urls = [row["url"] for row in desk.rows("SELECT url FROM articles ORDER BY id")]
        records = []
        for url in urls:
            with urlopen(url) as response:
                head = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items() if name != "Date")
                block = f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + response.read()
                records.append(record(url, block, date=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"))
    assert len(urls) > 30
    by_url = f"SELECT {columns} FROM articles ORDER BY url"
    theirs, their_tags = desk.rows(by_url), desk.rows(tagged)
    for file in desk.root.glob("archive.db*"):
        file.unlink()

    done = desk.khabar("import", str(written(tmp_path / "room.warc.gz", packed(records))), "--json")

    assert done.returncode == 0, done.stdout
    ours = desk.rows(by_url)
    assert {row["language"] for row in ours} >= {"en", "ar", "ckb", "kmr"}
    assert [row["url"] for row in ours] == [row["url"] for row in theirs]
    dated = [(one, other) for one, other in zip(ours, theirs, strict=True) if one["published"]]
    assert len(dated) > 30, "of the others only a feed tells the date, and no file has that"
    assert [one for one, _ in dated] == [other for _, other in dated]
    urls = {one["url"] for one, _ in dated}
    assert [row for row in desk.rows(tagged) if row["url"] in urls] == [row for row in their_tags if row["url"] in urls]


def test_killed_again_and_again_it_goes_on_where_it_was_and_doubles_nothing(zab, tmp_path) -> None:
    path = written(tmp_path / "a.warc.gz", packed(captures(250)))
    for number in (10, 40):
        process = begun(zab, str(path), "--json")
        until_archived(zab, number, process)
        time.sleep(0.1)
        process.kill()
        process.communicate()
    before = zab.rows("SELECT offset, finished FROM imports")[0]
    assert before["finished"] is None

    done = zab.khabar("import", str(path), "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["files"][0]["records"] == 250 and told["files"][0]["finished"]
    assert zab.rows("SELECT count(*) AS n, count(DISTINCT url) AS urls FROM articles") == [{"n": 250, "urls": 250}]
    assert zab.rows("SELECT count(*) AS n FROM revisions") == [{"n": 0}]
    tally = told["sources"]["zab-en"]
    assert tally["archived"] + tally["unchanged"] < 250 or not before["offset"]
    assert list(faults(zab.root / "archive.db")) == []
    assert [row["outcome"] for row in zab.rows("SELECT outcome FROM runs")] == ["interrupted", "interrupted", "done"]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_sign_to_end_ends_it_within_seconds_and_the_next_one_goes_on(zab, tmp_path, sign) -> None:
    path = written(tmp_path / "a.warc.gz", packed(captures(80)))
    process = begun(zab, str(path), "--json")
    until_archived(zab, 10, process)
    process.send_signal(sign)
    out, err = process.communicate(timeout=20)

    assert process.returncode == 1, err
    told = json.loads(out)
    assert told["outcome"] == "stopped" and not told["files"][0]["finished"]
    first = zab.rows("SELECT offset, json_extract(counts, '$.records') AS n FROM imports")[0]
    assert 0 < first["n"] < 80 and first["offset"] > 0

    rest = json.loads(zab.khabar("import", str(path), "--json").stdout)
    assert rest["outcome"] == "done" and rest["files"][0]["records"] == 80
    assert rest["sources"]["zab-en"]["archived"] + rest["sources"]["zab-en"]["unchanged"] == 80 - first["n"]
    assert zab.rows("SELECT count(*) AS n FROM articles") == [{"n": 80}]


def test_on_a_terminal_only_the_file_in_hand_has_a_bar(zab, tmp_path) -> None:
    files = [written(tmp_path / f"{name}.warc", one) for name, one in zip("ab", captures(2, "ar"), strict=True)]
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        zab.command("import", *map(str, files)), env={**zab.environment, "TERM": "xterm"}, stdout=subprocess.PIPE,
        stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # how a terminal of Linux ends
        pass
    os.close(ours)
    process.communicate()

    assert process.returncode == 0
    assert b"a.warc" in shown and b"a.warc" not in shown.partition(b"b.warc")[2]
