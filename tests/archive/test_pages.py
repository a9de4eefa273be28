"""The file of raw pages: what goes in comes out, and what is no such file is left alone."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.packed_page import PackedPage
from archive.pages import drop_pages, keep_page, kept_hashes, open_pages, packed, pages_beside, read_kept

BODY = "<html><p>قُتل أربعة · چوار کەس · Çar kes · Four people</p></html>".encode() * 50


def _page(body: bytes = BODY) -> PackedPage:
    return PackedPage(
        hash=sha256(body).digest(), url="https://news.example/1", requested="https://news.example/1?a", source="wire",
        fetched=datetime(2026, 3, 14, 12, tzinfo=UTC), status=200,
        headers=(("Content-Type", "text/html"), ("Set-Cookie", "a"), ("Set-Cookie", "ب")), size=len(body),
        packed=packed(body),
    )  # fmt: skip


def test_a_page_comes_out_as_it_went_in(tmp_path: Path) -> None:
    path = pages_beside(tmp_path / "archive.db")
    with closing(open_pages(path)) as db:
        keep_page(db, _page())
        keep_page(db, replace(_page(), url="https://news.example/2"))  # the same bytes: the first stands
    with closing(open_pages(path, read_only=True)) as db:
        kept = read_kept(db, sha256(BODY).digest())
        assert kept == _page()
        assert kept.body == BODY
        assert len(kept.packed) < len(BODY) / 5
        assert list(kept_hashes(db)) == [sha256(BODY).digest()]
        assert read_kept(db, b"another") is None


def test_what_is_dropped_leaves_no_word_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "pages.db"
    body = b"an unpackable word: 4f3a9c"
    with closing(open_pages(path)) as db:
        keep_page(db, replace(_page(body), packed=body))
        assert drop_pages(db, [sha256(body).digest(), b"never kept"]) == 1
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"4f3a9c" not in path.read_bytes()


@pytest.mark.parametrize(
    "damage", [lambda one: one[:-5], lambda _: packed(b"another page"), lambda _: packed(BODY + b"\0" * 20_000_000)]
)  # the last is of one kB, and must not become what it would
def test_a_damaged_page_is_told_as_such(damage) -> None:
    page = _page()
    with pytest.raises(ArchiveError, match=r"the page of https://news\.example/1 is damaged"):
        _ = replace(page, packed=damage(page.packed)).body


def test_no_other_file_is_taken_for_pages(tmp_path: Path) -> None:
    open_archive(tmp_path / "archive.db").close()
    with closing(sqlite3.connect(tmp_path / "newer.db")) as newer:
        newer.execute("PRAGMA application_id = 0x4B686270")
        newer.execute("PRAGMA user_version = 99")
    for name, said in (("archive.db", "is no file of kept pages"), ("newer.db", "newer Khabar")):
        for read_only in (True, False):
            with pytest.raises(ArchiveError, match=said):
                open_pages(tmp_path / name, read_only=read_only)
    with pytest.raises(ArchiveError, match="keep_pages = true"):
        open_pages(tmp_path / "none.db", read_only=True)
