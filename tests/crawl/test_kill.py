"""kill -9 at moments all through a crawl: what was archived stays, what was seen comes, and nothing comes twice."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from archive.pages import kept_hashes, open_pages
from crawler.newsroom import Newsroom

MOMENTS = [1, 6, 14, 25]
"""After how many more requests each crawl is killed: among the feeds, at the first pages, amid pages and commits."""


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Looks every few milliseconds whether *condition* holds, for at most *seconds*."""
    deadline = time.monotonic() + seconds
    while not (held := condition()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return held


def is_empty(group: int) -> bool:
    """Whether no process of a process group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def crawl_and_kill(desk: Any, newsroom: Newsroom, requests: int) -> None:
    """Starts a crawl in a process group of its own and kills its first process after so many more *requests*."""
    wanted = len(newsroom.requests) + requests
    process = subprocess.Popen(
        desk.command("crawl"), env=desk.environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert until(lambda: len(newsroom.requests) >= wanted or process.poll() is not None, 60)
        assert process.poll() is None, "the crawl was over before it could be killed"
        process.kill()
        process.wait()
        assert until(lambda: is_empty(process.pid), 15), "a killed crawl left its workers behind"
    finally:
        if not is_empty(process.pid):
            os.killpg(process.pid, signal.SIGKILL)


def unkept(desk: Any) -> list[str]:
    """The articles whose page is not kept."""
    rows = desk.rows("SELECT url, page_sha256 FROM articles")
    with closing(open_pages(desk.root / "pages.db")) as pages:
        assert pages.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        there = set(kept_hashes(pages))
    return [row["url"] for row in rows if bytes.fromhex(row["page_sha256"]) not in there]


def test_kills_lose_nothing_and_repeat_nothing(newsroom: Newsroom, newsroom_desk: Any) -> None:
    desk, kept = newsroom_desk, {}
    (desk.root / "desk.toml").write_text('name = "Test desk"\ncontact = "desk@example.org"\nkeep_pages = true\n')
    for requests in MOMENTS:
        crawl_and_kill(desk, newsroom, requests)
        if not (desk.root / "archive.db").exists():
            continue
        now = {row["id"]: row["text"] for row in desk.rows("SELECT id, text FROM articles")}
        assert kept.items() <= now.items()
        kept = now
        assert desk.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        assert not unkept(desk), "a page is on disk before its article is"

    desk.crawl()

    expected = [article for article in newsroom.articles() if article.allowed]
    archived = desk.rows("SELECT * FROM articles")
    assert sorted(row["url"] for row in archived) == sorted(article.url for article in expected)
    assert {row["url"]: row["text"] for row in archived} == {article.url: article.text for article in expected}
    assert kept.items() <= {row["id"]: row["text"] for row in archived}.items()
    assert desk.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert desk.rows("PRAGMA foreign_key_check") == []
    assert not unkept(desk)
    assert {row["outcome"] for row in desk.rows("SELECT outcome FROM runs")} == {"interrupted", "done"}
