"""An article that means harm, in every field that a page shows: on its page, in searches, feeds and files."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from time import monotonic
from typing import Any

import feedparser
import pytest
from article_shelf import ATTACK, Shelf, arrival, tagged
from looking import Served, overflow, serving, watched
from parsel import Selector

from archive.database import open_archive, transaction

LONG = 1_000_000
TEXT = '["text"]'
PIECES = 10_000
HEAVIEST = 3 * 2**20
"""Bytes of a page that a telephone still takes."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, int]:
    """A desk with such an article, its edits and its copy."""
    shelf = Shelf(tmp_path_factory.mktemp("hostile") / "desk").begin()
    text = (ATTACK + " bridge\n") * (3_000_000 // (len(ATTACK) + 8))
    places = [(number % 5_000, number % 5_000 + 40 + number % 90) for number in range(PIECES)]
    tags = [tagged(topic, places, rule=ATTACK) for topic in ("isis", ATTACK)]
    fields: dict[str, Any] = {
        "title": ATTACK * (LONG // len(ATTACK)), "headline": ATTACK * 1_000, "authors": (ATTACK,) * 500,
        "section": ATTACK * 100, "dateline": ATTACK * 100, "published_raw": ATTACK, "published_zone": ATTACK,
        "reserved": (ATTACK,), "text": text,
    }  # fmt: skip
    article = shelf.put(
        arrival(1, **{**fields, "title": ATTACK, "text": ATTACK + " one two three"}, page=b"\x01" * 32),
        arrival(1, **fields, tags=tags, minute=60, page=b"\x02" * 32),
    )[0]
    [other] = shelf.put(arrival(2, title=ATTACK * 2_000, text="A bridge.", tags=[tagged("isis", [(0, 1)])]))
    shelf.run("UPDATE article_head SET story = ?, source = ?, language = 'en\"><script>' WHERE id = ?", article,
              ATTACK, other)  # fmt: skip
    shelf.run("UPDATE stories SET articles = 2 WHERE id = ?", article)
    shelf.run("UPDATE article_head SET url = 'javascript:window.attacked=1' WHERE id = ?", article)
    shelf.run("UPDATE evidence SET term = ? WHERE article = ?", ATTACK * 5, article)
    shelf.run(
        "INSERT INTO extractions (article, at, code, changed, change, before) VALUES (?, ?, ?, ?, ?, ?)",
        article, "2026-03-15T00:00:00Z", ATTACK, json.dumps([ATTACK]), 0.25, "{}",
    )  # fmt: skip
    return shelf, article


PATHS = [
    "/articles/{}", "/articles/{}?edit=1", "/articles/{}/edit?edit=1", "/search", "/search?q=bridge",
    "/search?topic=%3Cscript%3E&source=%22%3E%3Cscript%3E&since=%3Cb%3E&q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/search?q=topic:%22%3E%3Cscript%3Ewindow.attacked=1%3C/script%3E%22", "/articles?url=javascript:attacked=1",
    "/search?q=%3Cimg+src=x+onerror=attacked=1%3E+OR", "/kept/" + "02" * 32, "/articles/%3Cimg%20src=x%3E",
]  # fmt: skip


@pytest.fixture(scope="module")
def served(hostile: tuple[Shelf, int]) -> Iterator[Served]:
    """The desk, served."""
    with serving(hostile[0].root) as one:
        yield one


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("public", [False, True])
def test_nothing_of_it_becomes_a_part_of_a_page(hostile: tuple[Shelf, int], path: str, *, public: bool) -> None:
    shelf, article = hostile
    begun = monotonic()
    answer = shelf.get(path.format(article), public=public)
    assert monotonic() - begun < 8
    assert answer.status_code in (200, 400, 403, 404)
    assert len(answer.content) < HEAVIEST
    page = Selector(answer.text)
    nonce = answer.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
    assert all(one.attrib.get("nonce") == nonce for one in page.css("script, style, link[rel=stylesheet]"))
    assert not page.css("main img, main b b, iframe, object, embed, base")
    assert not page.xpath("//@*[starts-with(name(), 'on') or name() = 'style' or name() = 'srcdoc']")
    links = page.css("a::attr(href), form::attr(action)").getall()
    assert not [link for link in links if not link.startswith(("/", "#", "https://", "http://"))]
    assert not set("\u202e\u2066\x1b") & set(answer.text)


@pytest.mark.parametrize("path", PATHS)
def test_none_of_it_runs_in_a_browser(chromium: Any, served: Served, hostile: tuple[Shelf, int], path: str) -> None:
    with watched(chromium, served.address, viewport={"width": 360, "height": 700}) as seen:
        seen.page.on("dialog", lambda dialog: seen.wrong.append(dialog.message))
        seen.page.goto(path.format(hostile[1]), wait_until="networkidle")
        assert seen.page.evaluate("window.attacked") is None
        assert "/edit" in path or overflow(seen.page) == []
        assert [line for line in seen.wrong if "status of 40" not in line] == []


def test_its_marks_and_its_words_are_bounded_and_told_so(hostile: tuple[Shelf, int]) -> None:
    shelf, article = hostile
    page = Selector(shelf.get(f"/articles/{article}").text)
    words = " ".join(page.css(".notice ::text").getall())
    assert 0 < len(page.css(".evidence")) <= 4_000
    assert "more places are not marked" in words
    assert "The text goes on" in words
    assert len(page.css("h1")[0].xpath("string()").get("")) <= 300
    assert not page.css(".links a[href^=javascript]")


def test_feeds_and_files_hold_it_without_harm(hostile: tuple[Shelf, int]) -> None:
    shelf, article = hostile
    read = feedparser.parse(shelf.get("/search.atom?q=bridge").content)
    assert not read.bozo
    assert len(read.entries) == 2
    assert all(len(entry.title) <= 300 for entry in read.entries)
    assert len(shelf.get("/search.json?q=bridge").json()["items"]) == 2
    csv.field_size_limit(sys.maxsize)
    rows = list(csv.DictReader(io.StringIO(shelf.get("/search.csv?q=bridge").text)))
    assert {int(row["id"]) for row in rows} >= {article}
    lines = shelf.get("/search.jsonl?q=bridge").text.splitlines()
    assert len(lines) == 2
    assert not set("\u202e\x1b") & set("".join(lines))
    answer = shelf.get(f"/articles/{article}.json")
    assert len(answer.json()["tags"][0]["evidence"]) == PIECES


def test_what_is_too_long_for_one_answer_is_left_to_the_command_line(
    hostile: tuple[Shelf, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.web.pages.articles.LONGEST_JSON", 2**20)
    answer = hostile[0].get(f"/articles/{hostile[1]}.json")
    assert (answer.status_code, "khabar show --json gives it" in answer.text) == (400, True)


def test_an_article_of_ten_thousand_edits_is_shown_edit_by_edit(hostile: tuple[Shelf, int]) -> None:
    shelf, _ = hostile
    [article] = shelf.put(arrival(9, text="The count is last."))
    with closing(open_archive(shelf.archive)) as db, transaction(db):
        db.executemany(
            "INSERT INTO revisions (article, seen, title, text, change, changed) VALUES (?, ?, 't', ?, 0.2, ?)",
            (
                (article, f"2026-04-01T{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}Z", f"The count is {at}.", TEXT)
                for at in range(10_000)
            ),
        )  # fmt: skip
    begun = monotonic()
    page = Selector(shelf.get(f"/articles/{article}?edit=5000").text)
    assert monotonic() - begun < 5
    assert page.css("#edit::attr(max)").get() == "10000"
    assert page.css("#edit::attr(data-labels)").get() == "[]"
    assert [page.css(f"#edits {name}").xpath("text()").get() for name in ("del", "ins")] == ["4999", "5000"]
