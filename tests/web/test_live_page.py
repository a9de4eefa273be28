"""The live page: what comes appears by itself, drawn by the server, and ten pages that wait cost next to nothing."""

import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from looking import Look, Served, serving

from archive.database import open_archive
from archive.web.arriving import KEPT, Arrivals


@pytest.fixture
def growing(demo_desk: Path, tmp_path: Path) -> Iterator[Served]:
    """A desk of its own, of which the archive may be written to."""
    root = tmp_path / "desk"
    shutil.copytree(demo_desk, root, ignore=shutil.ignore_patterns("archive.db*"))
    with (
        closing(sqlite3.connect(demo_desk / "archive.db")) as good,
        closing(sqlite3.connect(root / "archive.db")) as db,
    ):
        good.backup(db)
    with serving(root) as one:
        yield one


def arrive(root: Path, title: str, *, seen: str = "2099-01-01T00:00:00Z", topic: str | None = None) -> int:
    """Archives a copy of the newest article under another *title*, as if it came then; its id."""
    with closing(open_archive(root / "archive.db")) as db:
        (last,) = db.execute("SELECT max(id) FROM article_head").fetchone()
        columns = "headline, authors, published, language, last_seen, story, source"
        db.execute("BEGIN IMMEDIATE")
        db.execute(
            f"INSERT INTO article_head (id, url, title, first_seen, {columns}) "
            f"SELECT ?, ?, ?, ?, {columns} FROM article_head WHERE id = ?",
            (last + 1, f"http://example.test/{last + 1}", title, seen, last),
        )
        db.execute("INSERT INTO article_text (id, text) VALUES (?, 'Words.')", (last + 1,))
        if topic:
            db.execute(
                "INSERT INTO article_tags (topic, article, score, pack) SELECT topic_names.id, ?, 9, "
                "(SELECT min(id) FROM pack_versions) FROM topic_names WHERE name = ?",
                (last + 1, topic),
            )
        db.execute("COMMIT")
    return int(last) + 1


def cursor_of(served: Served) -> str:
    return re.search(r'data-cursor="([\w.]+)"', served.get("/live").text)[1]


def test_nothing_new_is_told_by_no_content(growing: Served) -> None:
    after = cursor_of(growing)
    answer = growing.get("/live.json", params={"after": after})
    assert (answer.status_code, answer.content) == (204, b"")


def test_what_comes_is_told_once_even_where_its_moment_lies_before(growing: Served) -> None:
    after = cursor_of(growing)
    arrive(growing.root, "Late but new", seen="2026-01-01T00:00:00Z")
    came = _asked(growing, after)
    assert came["number"] == 1 and "Late but new" in came["html"]
    assert growing.get("/live.json", params={"after": came["cursor"]}).status_code == 204


def test_a_page_that_nobody_looks_at_is_told_how_much_came(growing: Served) -> None:
    after = cursor_of(growing)
    arrive(growing.root, "One")
    arrive(growing.root, "Two")
    _asked(growing, after)
    assert growing.get("/live.json", params={"after": after, "count": "1"}).json()["number"] == 2


def test_a_topic_keeps_others_out(growing: Served) -> None:
    after = cursor_of(growing)
    arrive(growing.root, "Of Syria", topic="syria")
    arrive(growing.root, "Of nothing")
    came = _asked(growing, after, topic="syria")
    assert "Of Syria" in came["html"] and "Of nothing" not in came["html"]


def test_a_cursor_of_another_process_begins_anew(growing: Served) -> None:
    for cursor in ("", "other.5", "x" * 5_000, ".", "0.-1", cursor_of(growing).split(".")[0] + ".99999999999"):
        answer = growing.get("/live.json", params={"after": cursor})
        assert answer.status_code in (200, 414) and (answer.status_code == 414 or answer.json()["number"] > 0), cursor


def _asked(served: Served, after: str, **more: str) -> dict[str, Any]:
    """The answer once the archive was looked at again, which is not done more often than once a second."""
    for _ in range(400):
        answer = served.get("/live.json", params={"after": after, **more})
        if answer.status_code == 200:
            return dict(answer.json())
    with_time = served.get("/live.json", params={"after": after, **more}, timeout=5)
    raise AssertionError(with_time.status_code)


def test_it_appears_without_reloading(chromium: Any, growing: Served) -> None:
    with Look(chromium, growing.address).at("/live") as page:
        arrive(growing.root, "<b>Just</b> arrived", topic="syria")
        page.wait_for_selector("text=<b>Just</b> arrived", timeout=20_000)
        first = page.locator("#live > li").first
        assert "Just" in first.inner_text() and first.locator("b").count() == 0
        assert page.locator("#live-state").inner_text() == "Up to date"
        page.click("#live-pause")
        assert page.locator("#live-state").inner_text() == "Paused"
        assert page.locator("#live-pause").get_attribute("aria-pressed") == "true"


def test_it_says_when_nobody_answers(chromium: Any, growing: Served) -> None:
    context = chromium.new_context(base_url=growing.address)
    page = context.new_page()
    page.route("**/live.json*", lambda route: route.abort())
    page.goto("/live")
    page.wait_for_selector("#live-state.is-silent", timeout=20_000)
    assert page.locator("#live-state").inner_text().startswith("No answer since")
    context.close()


def test_without_a_script_it_is_a_page_that_can_be_loaded_anew(chromium: Any, served: Served) -> None:
    context = chromium.new_context(base_url=served.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/live")
    assert page.locator("#live > li").count() > 20
    assert page.locator("text=Load anew").is_visible() and not page.locator("#live-pause").is_visible()
    context.close()


def test_where_nobody_wrote_nothing_is_asked(growing: Served) -> None:
    arrivals = Arrivals()
    statements: list[str] = []
    with closing(open_archive(growing.root / "archive.db", read_only=True)) as db:
        arrivals.look(db)
        db.set_trace_callback(statements.append)
        for _ in range(10):
            arrivals.look(db)
        assert set(statements) == {"PRAGMA data_version"}
        arrive(growing.root, "New")
        arrivals.look(db)
        assert any("article_head" in one for one in statements)


def test_two_looks_within_a_second_are_one() -> None:
    now = [100.0]
    arrivals = Arrivals(clock=lambda: now[0])
    assert not arrivals.is_fresh
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE article_head (id INTEGER PRIMARY KEY, first_seen)")
        db.execute("CREATE TABLE alerts (ref, born)")
        db.executemany("INSERT INTO article_head VALUES (?, ?)", [(one, f"{one:05}") for one in range(3 * KEPT)])
        arrivals.look(db)
    assert arrivals.is_fresh
    now[0] += 1.5
    assert not arrivals.is_fresh
    assert len(arrivals.after("")) == KEPT, "what is remembered is bounded"
    assert arrivals.after(arrivals.cursor) == []


def test_messages_are_not_shown_in_public(in_public: Served, served: Served) -> None:
    assert 'data-key="m' in served.get("/live").text
    assert 'data-key="m' not in in_public.get("/live").text
    assert 'data-key="m' not in in_public.get("/live.json").json()["html"]


def _full(db: sqlite3.Connection, number: int, first: int = 0) -> None:
    db.execute("CREATE TABLE IF NOT EXISTS article_head (id INTEGER PRIMARY KEY, first_seen)")
    db.execute("CREATE TABLE IF NOT EXISTS alerts (ref, born)")
    db.executemany(
        "INSERT INTO article_head VALUES (?, ?)", [(one, f"{one // 5:05}") for one in range(first, first + number)]
    )


@pytest.fixture
def crowded() -> Iterator[sqlite3.Connection]:
    """An archive of 3,000 articles, five a second."""
    with closing(sqlite3.connect(":memory:")) as db:
        _full(db, 3_000)
        yield db


def test_what_is_old_is_no_news_where_the_newest_are_deleted(
    crowded: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals = _looking(monkeypatch)
    arrivals.look(crowded)
    cursor = arrivals.cursor
    crowded.execute("DELETE FROM article_head WHERE id > 2980")
    arrivals.look(crowded)
    assert arrivals.after(cursor) == []
    crowded.execute("INSERT INTO article_head VALUES (9000, '00595')")
    arrivals.look(crowded)
    assert [one.key for one in arrivals.after(cursor)] == [9000], "what is new within the same second is"


def test_who_sees_an_older_moment_of_the_archive_makes_nothing_new_again(
    crowded: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals = _looking(monkeypatch)
    arrivals.look(crowded)
    with closing(sqlite3.connect(":memory:")) as newer:
        _full(newer, 3_010)
        arrivals.look(newer)
        cursor = arrivals.cursor
        arrivals.look(crowded)
        arrivals.look(newer)
    assert arrivals.after(cursor) == []


def test_a_burst_is_shown_to_the_last_place_and_in_its_order(growing: Served) -> None:
    after = cursor_of(growing)
    titles = [f"Burst {number:03}" for number in range(150)]
    for title in titles:
        arrive(growing.root, title)
    came: list[str] = []
    for _ in range(40):
        answer = growing.get("/live.json", params={"after": after})
        if answer.status_code == 200:
            came = [*re.findall(r"Burst \d+", answer.json()["html"]), *came]
            after = answer.json()["cursor"]
        if len(came) >= len(titles):
            break
        time.sleep(0.1)
    assert came == titles[::-1]


def test_only_what_a_page_would_show_is_counted_for_its_title(growing: Served) -> None:
    after = cursor_of(growing)
    arrive(growing.root, "Of Syria", topic="syria")
    arrive(growing.root, "Of nothing")
    _asked(growing, after)
    assert growing.get("/live.json", params={"after": after, "count": "1", "topic": "syria"}).json()["number"] == 1
    strange = growing.get("/live.json", params={"after": "0123abcd.7", "count": "1"})
    assert strange.json()["number"] == 2, "after a restart what was there before is not counted as new"


def test_what_came_on_another_day_says_which(growing: Served) -> None:
    arrive(growing.root, "Of the year 2099")
    assert re.search(r"<time [^>]*>1 Jan 2099[^<]*03:00</time>", growing.get("/live").text)


def _looking(monkeypatch: pytest.MonkeyPatch) -> Arrivals:
    """Takes every look, as if somebody had always written."""
    numbers = count()
    monkeypatch.setattr("archive.web.arriving.data_version", lambda _db: next(numbers))
    return Arrivals()
