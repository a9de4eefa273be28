"""Which pages a crawl keeps beside the archive, and which it does not."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hostile_site import HostileSite, hostile_site
from misread_site import HTML, MENDED, WRONG, define, feed, keep_pages, lines, page, publish
from template_site import ENGLISH, TONGUES
from test_recurring_lines import index_is_in_step, look_again

from archive.packed_page import PackedPage
from archive.pages import kept_hashes, open_pages, read_kept


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


def kept(desk: Any) -> dict[str, PackedPage]:
    """The kept pages by the path that was asked for."""
    with closing(open_pages(desk.root / "pages.db", read_only=True)) as pages:
        found = [read_kept(pages, one) for one in kept_hashes(pages)]
    return {"/" + one.requested.split("/", 3)[3]: one for one in found if one}


def test_the_page_of_every_version_is_kept_and_that_of_no_other_look(desk: Any, site: HostileSite) -> None:
    keep_pages(desk.root)
    define(desk, site, WRONG, 'revisit = ["1h"]\n')
    sources = desk.root / "seeds/sources/test.toml"
    sources.write_text(sources.read_text().replace("[source.selectors]", "keep_pages = false\n[source.selectors]", 1))
    first = {}
    for name, tongue in TONGUES.items():  # one of a usual kind, two reserved, two without an article
        paths = [publish(site, tongue, number, page(tongue, number, lost=number in (3, 4))) for number in (1, 2, 3, 4)]
        site.replies[paths[1]].headers = HTML | {"X-Robots-Tag": "noarchive"}
        meta = b'<head><meta name="robots" content="noarchive">'
        site.replies[paths[2]].body = site.replies[paths[2]].body.replace(b"<head>", meta)
        feed(site, tongue, dict.fromkeys(paths, 0.1))
        first[name] = site.replies[paths[0]].body
    counts = desk.crawl()["sources"]
    assert {name: counts[name]["archived"] for name in TONGUES} == dict.fromkeys(TONGUES, 2)
    expected = {f"/{name}/story/{number}" for name in TONGUES if name != "en" for number in (1, 4)}
    assert kept(desk).keys() == expected
    assert {path: one.refused for path, one in kept(desk).items() if one.refused} == {
        path: "no article text" for path in expected if path.endswith("4")
    }

    for name, tongue in TONGUES.items():  # one is edited, one shows its words on another page, one is reserved now
        note = "حەوت کەس گیانیان لەدەستداوە، وەزارەتی ناوخۆ وای گوت." if name == "ckb" else ""
        other = page(tongue, 1, note=note).replace(b"<html", b"<!-- another --><html")
        publish(site, tongue, 1, other, {"X-Robots-Tag": "noarchive"} if name == "kmr" else None)
    look_again(desk)
    desk.crawl()

    edited = site.replies["/ckb/story/1"].body
    with closing(open_pages(desk.root / "pages.db", read_only=True)) as pages:
        hashes = {one for one in kept_hashes(pages) if (known := read_kept(pages, one)) and not known.refused}
        assert hashes == {sha256(body).digest() for body in (first["ar"], first["ckb"], edited)}
        for name, body in (("ar", first["ar"]), ("ckb", edited)):
            (row,) = desk.rows("SELECT page_sha256 FROM articles WHERE url LIKE ?", f"%/{name}/story/1")
            found = read_kept(pages, bytes.fromhex(row["page_sha256"]))
            assert found is not None
            assert (found.body, found.source, found.status, found.rendered) == (body, name, 200, False)
            assert ("Content-Type", "text/html; charset=utf-8") in found.headers
            assert ("published" in str(found.hints)) == (name == "ar")  # a look comes with no hint of a feed


def test_the_same_bytes_read_otherwise_are_no_edit(desk: Any, site: HostileSite) -> None:
    (desk.root / "alerts/all.toml").write_text(
        '[[alert]]\nid = "edits"\nwhen = "each"\nper = "article"\nto = ["env:NOBODY"]\n'
    )
    define(desk, site, WRONG, 'revisit = ["1h"]\n')
    for tongue in TONGUES.values():
        feed(site, tongue, {publish(site, tongue, 1, page(tongue, 1)): 0.1})
    desk.crawl()
    told = desk.rows("SELECT count(*) AS number FROM alerts")
    before = {row["id"]: row["text"] for row in desk.rows("SELECT id, text FROM articles")}
    define(desk, site, MENDED, 'revisit = ["1h"]\n')
    look_again(desk)
    counts = desk.crawl()["sources"]

    assert all(counts[name]["unchanged"] and not counts[name]["revised"] for name in TONGUES)
    assert desk.rows("SELECT 1 FROM revisions") == []
    assert desk.rows("SELECT count(*) AS number FROM alerts") == told
    for name, tongue in TONGUES.items():
        (article,) = desk.rows("SELECT * FROM articles WHERE source = ?", name)
        assert article["text"].split("\n") == lines(tongue, 1)
        (row,) = desk.rows("SELECT * FROM extractions WHERE article = ?", article["id"])
        assert (row["revision"], row["changed"]) == (None, '["text"]') and "extraction" in row["code"]
        assert json.loads(row["before"]) == {"text": before[article["id"]]}
    assert index_is_in_step(desk)


def test_news_does_not_wait_for_pages_that_cannot_be_kept(desk: Any, site: HostileSite) -> None:
    define(desk, site, WRONG, "keep_pages = true\n")
    paths = [publish(site, ENGLISH, 1, page(ENGLISH, 1)), publish(site, ENGLISH, 2, page(ENGLISH, 2, lost=True))]
    feed(site, ENGLISH, dict.fromkeys(paths, 0.1))
    (desk.root / "pages.db").write_bytes(b"no file of pages, but of something else " * 200)
    done = desk.khabar("crawl", "en")

    assert done.returncode == 1
    assert "page not kept (2)" in done.stdout
    assert "news goes on" in done.stderr and "pages.db" in done.stderr
    assert len(desk.rows("SELECT 1 FROM articles")) == 1
    told = desk.khabar("status")
    assert told.returncode == 1
    assert "2 pages could not be kept in the last 24 hours" in told.stdout
    assert "the kept pages cannot be read" in told.stdout


def test_the_page_of_what_is_to_stay_forgotten_is_not_kept(desk: Any, site: HostileSite) -> None:
    keep_pages(desk.root)
    define(desk, site, WRONG)
    paths = [publish(site, ENGLISH, 1, page(ENGLISH, 1)), publish(site, ENGLISH, 2, page(ENGLISH, 2, lost=True))]
    feed(site, ENGLISH, dict.fromkeys(paths, 0.1))
    desk.crawl("en")
    word = ENGLISH.paragraph(1, 0).encode()
    done = desk.khabar("forget", *(site.url + path for path in paths), "--json")

    assert done.returncode == 0, done.stderr
    assert '"pages": 1' in done.stdout.splitlines()[0] and '"pages": 1' in done.stdout.splitlines()[1]
    again = publish(site, ENGLISH, 9, site.replies[paths[0]].body)
    feed(site, ENGLISH, dict.fromkeys([*paths, again], 0.1))
    assert desk.crawl("en")["sources"]["en"]["reasons"]["forgotten"] >= 1
    assert not kept(desk)
    assert word not in _unpacked(desk.root / "pages.db")


def _unpacked(path: Path) -> bytes:
    """What the file holds in its rows, and beside them where something was."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert db.execute("SELECT count(*) FROM pages").fetchone()[0] == 0
    return path.read_bytes()
