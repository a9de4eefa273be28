"""Kept pages, read anew after a mistake of ours was mended: another reading is no edit, and nobody is alerted."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hostile_site import HostileSite, hostile_site
from misread_site import MENDED, WRONG, define, feed, keep_pages, lines, page, publish
from template_site import TONGUES
from test_kill import until
from test_recurring_lines import index_is_in_step, look_again

from archive.database import open_archive
from archive.pages import open_pages, page_count
from tests.conftest import DeskAt, make_desk

ALERT = '[[alert]]\nid = "all"\nwhen = "each"\nper = "article"\nto = ["env:NOBODY"]\n'
NEWS, LATE, OLD = 3, 4, 5  # stories on pages that are refused until the sources are mended
ADDED = {
    "en": "Seven people have died since, the ministry told reporters.",
    "ar": "توفي سبعة أشخاص منذ ذلك الحين بحسب الوزارة.",
    "ckb": "لەو کاتەوە حەوت کەس گیانیان لەدەستداوە، وەزارەت وای گوت.",
    "kmr": "Ji wê demê ve heft kes mirin, wezaretê got.",
}


@pytest.fixture(scope="module")
def misread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, HostileSite]]:
    """A desk that has crawled the site twice by the wrong definitions. Story 1 was edited in between, and of story 2
    only the place of a paragraph in the template was."""
    with hostile_site() as site:
        desk = make_desk(tmp_path_factory.mktemp("misread") / "desk")
        keep_pages(desk.root)
        define(desk, site, WRONG, 'revisit = ["1h"]\n')
        (desk.root / "alerts/all.toml").write_text(ALERT)
        for tongue in TONGUES.values():
            days = {publish(site, tongue, number, page(tongue, number)): 0.1 for number in (1, 2)}
            for number, ago in ((NEWS, 0.2), (LATE, 1.5), (OLD, 9.0)):
                days[publish(site, tongue, number, page(tongue, number, lost=True))] = ago
            feed(site, tongue, days)
        desk.crawl()
        for name, tongue in TONGUES.items():
            publish(site, tongue, 1, page(tongue, 1, note=ADDED[name]))
            publish(site, tongue, 2, page(tongue, 2, odd=None))
        look_again(desk)
        desk.crawl()
        define(desk, site, MENDED, 'revisit = ["1h"]\n')
        yield desk.root, site


@pytest.fixture
def mended(misread: tuple[Path, HostileSite], tmp_path: Path) -> DeskAt:
    """That desk, with its definitions mended and nothing read anew."""
    return DeskAt(Path(shutil.copytree(misread[0], tmp_path / "mended")))


def summary(done: "subprocess.CompletedProcess[str]", code: int = 0) -> dict[str, Any]:
    assert done.returncode == code, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])["summary"]
    return told


def story(desk: DeskAt, language: str, number: int) -> dict[str, Any]:
    rows = desk.rows("SELECT * FROM articles WHERE url LIKE ?", f"%/{language}/story/{number}")
    assert len(rows) == 1
    return rows[0]


def test_what_is_read_otherwise_takes_its_place_and_is_no_edit(mended: DeskAt) -> None:
    _shows_and_writes_nothing(mended)
    before = {name: story(mended, name, 1) for name in TONGUES}
    told = len(mended.rows("SELECT 1 FROM alerts"))
    edits = mended.rows("SELECT id, article, changed FROM revisions ORDER BY id")
    assert len(edits) == 8

    done = mended.khabar("reprocess", "--json")
    counts = summary(done)

    assert counts["articles"] == {"changed": 8}
    assert (counts["fields"], counts["versions"], counts["edits_gone"]) == ({"text": 4}, 8, 4)
    assert (counts["refused"], counts["found"]) == (12, 12)
    for name, tongue in TONGUES.items():
        article, was = story(mended, name, 1), before[name]
        assert article["text"].split("\n") == [*lines(tongue, 1), ADDED[name]]
        same = ("id", "url", "title", "first_seen", "last_seen", "story", "published", "page_sha256")
        assert {key: article[key] for key in same} == {key: was[key] for key in same}
        (edit,) = mended.rows("SELECT * FROM edits WHERE article = ?", article["id"])
        assert json.loads(edit["changed"]) == ["text"]
        assert edit["text_before"].split("\n") == lines(tongue, 1)
        (gone,) = mended.rows("SELECT * FROM edits WHERE article = ?", story(mended, name, 2)["id"])
        assert (gone["changed"], gone["change"], gone["text_before"]) == ("[]", 0.0, gone["text_after"])
        rows = mended.rows("SELECT * FROM extractions WHERE article = ? ORDER BY id", article["id"])
        assert [(row["revision"], row["changed"]) for row in rows] == [(edit["id"], '["text"]'), (None, '["text"]')]
        assert json.loads(rows[1]["before"]) == {"text": was["text"]}
        assert 0 < rows[1]["change"] < 1
        word = max(lines(tongue, 1)[2].split(), key=len)
        found = mended.khabar("search", "--json", f'"{lines(tongue, 1)[2].rstrip(".")}"')
        assert [json.loads(line)["id"] for line in found.stdout.splitlines()] == [article["id"]], word
    with closing(sqlite3.connect(mended.root / "archive.db")) as db:
        assert index_is_in_step(mended) and db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert [row["id"] for row in mended.rows("SELECT id FROM revisions ORDER BY id")] == [row["id"] for row in edits]

    # What was found on refused pages: told while it is news, and it tells nothing of how much its source publishes.
    assert len(mended.rows("SELECT 1 FROM alerts")) == told + 8
    assert len(mended.rows("SELECT 1 FROM past_articles")) == 12
    for name, tongue in TONGUES.items():
        reclaimed = story(mended, name, OLD)
        assert reclaimed["text"].split("\n") == lines(tongue, OLD)
        assert not mended.rows("SELECT 1 FROM alerts WHERE article = ?", reclaimed["id"])
        assert mended.rows("SELECT fate FROM visits WHERE url = ?", reclaimed["url"]) == [{"fate": "archived"}]
    with closing(open_pages(mended.root / "pages.db", read_only=True)) as pages:
        assert page_count(pages) == (28, 0)

    again = summary(mended.khabar("reprocess", "--json"))
    assert (again["pages"], again["articles"], again["refused"]) == (0, {"up to date": 20}, 0)


def _shows_and_writes_nothing(mended: DeskAt) -> None:
    before = [_told(mended.root / name) for name in ("archive.db", "pages.db")]
    done = mended.khabar("reprocess", "ar", "--dry-run", "--json")
    told = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 0, done.stderr
    versions = [one for line in told if line.get("source") == "ar" for one in line.get("versions", ())]
    (latest,) = (one for one in versions if one["revision"] is None)
    whole = [*lines(TONGUES["ar"], 1), ADDED["ar"]]
    assert latest["before"]["text"].split("\n") == [line for line in whole if line != whole[2]]
    assert latest["after"]["text"].split("\n") == whole
    assert sum("found" in line for line in told) == 3
    assert [_told(mended.root / name) for name in ("archive.db", "pages.db")] == before


def _told(path: Path) -> list[str]:
    """All that a file of SQLite has."""
    with closing(sqlite3.connect(path)) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")]
        return [f"{name}: {row}" for name in tables for row in db.execute(f"SELECT * FROM {name}")]


def test_what_was_killed_goes_on_where_it_was(mended: DeskAt) -> None:
    process = subprocess.Popen(
        mended.command("reprocess"), env=mended.environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert until(lambda: bool(mended.rows("SELECT 1 FROM extractions")) or process.poll() is not None, 60)
    process.kill()
    process.wait()
    assert mended.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    summary(mended.khabar("reprocess", "--json"))

    for name, tongue in TONGUES.items():
        article = story(mended, name, 1)
        assert article["text"].split("\n") == [*lines(tongue, 1), ADDED[name]]
        assert len(mended.rows("SELECT 1 FROM extractions WHERE article = ?", article["id"])) == 2
        assert story(mended, name, OLD)["text"].split("\n") == lines(tongue, OLD)


def test_a_page_that_gives_nothing_leaves_its_article_as_it_is_and_a_gap_its_edit(
    mended: DeskAt, misread: tuple[Path, HostileSite], tmp_path: Path
) -> None:
    before = [story(mended, "kmr", number) for number in (1, 2)]
    define(mended, misread[1], ".story")
    done = mended.khabar("reprocess", "kmr", "--json")

    counts = summary(done, 1)
    assert counts["articles"] == {"nothing": 2}
    assert len(counts["troubles"]) == 2 and "gives no article by today's code" in done.stderr
    assert [story(mended, "kmr", number) for number in (1, 2)] == before
    assert summary(mended.khabar("reprocess", "kmr", "--json"))["articles"] == {"up to date": 5}
    define(mended, misread[1], MENDED)
    damaged = story(mended, "ar", 2)
    with closing(open_pages(mended.root / "pages.db")) as pages:
        pages.execute("UPDATE pages SET body = x'00' WHERE hash = ?", (bytes.fromhex(damaged["page_sha256"]),))
    first = mended.rows("SELECT page_hash FROM revisions WHERE article = ?", story(mended, "en", 1)["id"])
    with closing(open_pages(mended.root / "pages.db")) as pages:  # nor does an earlier page keep its latest from it
        pages.execute("UPDATE pages SET body = x'00' WHERE hash = ?", (first[0]["page_hash"],))
    told = summary(mended.khabar("reprocess", "en", "--json"), 1)
    assert told["articles"] == {"changed": 2} and "an earlier version could not be read" in told["troubles"][0]
    assert lines(TONGUES["en"], 1)[2] in story(mended, "en", 1)["text"]
    assert summary(mended.khabar("reprocess", "en", "--json"), 1)["articles"] == {"same": 1, "up to date": 4}
    _keeps_the_words_that_one_code_read(mended)
    _is_written_out_and_not_shown(mended, misread[1], tmp_path)


def _keeps_the_words_that_one_code_read(mended: DeskAt) -> None:
    """Of an article whose first page is gone; that of another one is damaged, and told."""
    article = story(mended, "ar", 1)
    (edit,) = mended.rows("SELECT * FROM edits WHERE article = ?", article["id"])
    with closing(open_pages(mended.root / "pages.db")) as pages:  # the page of the first version is gone
        (first,) = mended.rows("SELECT page_hash FROM revisions WHERE article = ?", article["id"])
        pages.execute("DELETE FROM pages WHERE hash = ?", (first["page_hash"],))
    counts = summary(mended.khabar("reprocess", "ar", "--json"), 1)
    assert counts["articles"] == {"changed": 1, "failed": 1}
    assert "is damaged" in counts["troubles"][0]

    assert lines(TONGUES["ar"], 1)[2] in story(mended, "ar", 1)["text"]
    assert mended.rows("SELECT * FROM edits WHERE article = ?", article["id"]) == [edit]
    shown = mended.khabar("show", str(article["id"])).stdout
    assert lines(TONGUES["ar"], 1)[2] in shown.partition("Earlier versions")[0]
    assert lines(TONGUES["ar"], 1)[2] not in shown.partition("Earlier versions")[2]
    assert "Other readings" in shown and "of the latest version, text" in shown


def _is_written_out_and_not_shown(mended: DeskAt, site: HostileSite, tmp_path: Path) -> None:
    article = story(mended, "kmr", 1)
    body = site.replies["/kmr/story/1"].body
    done = mended.khabar("show", str(article["id"]), "--page", "--output", str(tmp_path / "out.html"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.html").read_bytes() == body
    assert "a browser that opens it runs its scripts" in done.stderr
    first = mended.khabar("show", article["url"], "--version", "1", "--page")
    assert first.stdout.encode() == page(TONGUES["kmr"], 1)

    with closing(open_pages(mended.root / "pages.db")) as pages:
        pages.execute("DELETE FROM pages")
    gone = mended.khabar("show", str(article["id"]), "--page")
    assert (gone.returncode, gone.stdout) == (2, "")
    assert "the page of this version is not kept (SHA-256" in gone.stderr
    assert "not kept" in mended.khabar("show", str(article["id"])).stdout


def test_where_no_page_is_kept_one_line_says_so(desk: DeskAt) -> None:
    desk.write_sources('[[source]]\nid = "one"\nname = "One"\nfeeds = ["https://news.example/feed"]\n')
    open_archive(desk.root / "archive.db").close()
    for args, said in ((("reprocess",), "keep_pages = true"), (("reprocess", "two"), "no source of this desk matches")):
        done = desk.khabar_at_home(*args)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert said in done.stderr
