"""The whole archive as a file, for its owner."""

import asyncio
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from looking import Served, serving

from archive.database import open_archive
from archive.web import downloading


def articles_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return int(db.execute("SELECT count(*) FROM article_head").fetchone()[0])


def test_the_owner_gets_a_whole_copy_while_another_writes(demo_desk: Path, tmp_path: Path) -> None:
    with closing(open_archive(demo_desk / "archive.db")) as writer:
        known = writer.execute("SELECT count(*) FROM article_head").fetchone()[0]
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        with serving(demo_desk, TMPDIR=str(temporary)) as served:
            writer.execute("BEGIN IMMEDIATE")
            answer = served.get("/-/archive.db")
            writer.execute("ROLLBACK")
            assert list(temporary.iterdir()) == [], "the copy is taken away"
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "attachment" in answer.headers["content-disposition"]
    copy = tmp_path / "copy.db"
    copy.write_bytes(answer.content)
    assert articles_in(copy) == known > 0


def test_only_the_page_of_the_archive_leads_to_it(served: Served) -> None:
    pages = ["/", "/sources", "/alerts", "/live", "/archive/headlines", "/archive?sql=select+1"]
    assert 'href="/-/archive.db"' in served.get("/archive").text
    assert [path for path in pages if "/-/archive.db" in served.get(path).text] == []


def test_datasettes_own_download_stays_closed(served: Served) -> None:
    assert served.get("/archive.db").status_code == 403


def test_a_full_disk_is_told_and_nothing_is_copied(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading.shutil, "disk_usage", _full)
    with pytest.raises(downloading.NoRoom, match=re.escape("TMPDIR")):
        downloading._copy(served.root / "archive.db")


def _full(_path: object) -> Any:
    class Usage:
        free = 10

    return Usage


def test_nobody_who_does_not_take_it_holds_it_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "_PATIENCE", 0.01)
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"x" * 10)

    async def stuck(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def send() -> None:
        with copy.open("rb") as file:
            await downloading._sent(file, stuck)

    with ThreadPoolExecutor() as threads, pytest.raises(TimeoutError):  # the browser's loop runs in this one
        threads.submit(asyncio.run, send()).result()
