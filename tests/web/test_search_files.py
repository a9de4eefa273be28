"""What a search finds as a file: whole or not at all, bounded, and no more of it than who asks may see."""

import csv
import io
import json
from pathlib import Path

import pytest
from article_shelf import ATTACK, Shelf, arrival, tagged
from looking import Served
from parsel import Selector

from archive.web.exports import LONGEST_FILE, MOST_EXPORTED


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A desk with some articles, one of which means harm."""
    made = Shelf(tmp_path / "shelf").begin()
    made.put(
        *(arrival(number, text=f"The bridge of number {number}. SECRET") for number in range(5)),
        arrival(7, title="=HYPERLINK(1)" + ATTACK, text="A bridge\nin two lines", authors=("@x", "=y"),
                tags=[tagged("isis", [(0, 3)])]),
    )  # fmt: skip
    return made


def test_a_table_holds_all_that_was_found_in_its_order(shelf: Shelf) -> None:
    answer = shelf.get("/search.csv?q=bridge")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer.headers["content-disposition"] == 'attachment; filename="khabar-search.csv"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 6
    assert rows[0]["title"].startswith("'=HYPERLINK")
    assert rows[0]["text"] == "A bridge\nin two lines"


def test_lines_of_json_are_those_of_khabar_export(shelf: Shelf) -> None:
    lines = [json.loads(line) for line in shelf.get("/search.jsonl?topic=isis").text.splitlines()]
    assert [line["tags"][0]["topic"] for line in lines] == ["isis"]
    assert lines[0] == shelf.get(f"/articles/{lines[0]['id']}.json").json()


def test_a_table_for_excel_is_what_it_reads(shelf: Shelf) -> None:
    answer = shelf.get("/search.csv-excel?q=number")
    assert answer.content.startswith(b"\xff\xfe")
    assert answer.content.decode("utf-16").splitlines()[1].startswith('"=""17')


def test_in_public_a_table_has_headlines_and_links_and_nothing_else(shelf: Shelf) -> None:
    answer = shelf.get("/search.csv?q=bridge", public=True)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0]) == ["id", "title", "url", "source", "language", "published", "first_seen"]
    assert "SECRET" not in answer.text
    assert rows[0]["title"].startswith("'=HYPERLINK(1)<script>")
    assert "\u202e" not in answer.text
    for form in ("jsonl", "csv-excel"):
        assert shelf.get(f"/search.{form}?q=bridge", public=True).status_code == 403


def test_what_is_too_much_is_refused_and_never_cut(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (MOST_EXPORTED, LONGEST_FILE) == (10_000, 512 * 2**20)
    monkeypatch.setattr("archive.web.exports.MOST_EXPORTED", 5)
    answer = shelf.get("/search.csv?q=bridge")
    assert (answer.status_code, "More than 5 articles" in answer.text) == (400, True)
    assert shelf.get("/search.csv?q=bridge&topic=isis").status_code == 200
    monkeypatch.setattr("archive.web.exports.LONGEST_FILE", 300)
    answer = shelf.get("/search.csv?q=bridge&topic=isis")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    monkeypatch.setattr("archive.web.exports.LONGEST_FILE", 2**20)
    monkeypatch.setattr("archive.web.exports.SECONDS", -1.0)
    assert shelf.get("/search.csv?q=bridge&topic=isis").status_code == 503


def test_a_file_that_nothing_was_found_for_is_a_head_alone(shelf: Shelf) -> None:
    assert len(shelf.get("/search.csv?q=nowhere").text.splitlines()) == 1
    assert shelf.get("/search.jsonl?q=nowhere").content == b""


def test_a_form_that_is_none_is_no_page(shelf: Shelf) -> None:
    assert shelf.get("/search.parquet").status_code == 404


def test_a_file_comes_whole_over_http(served: Served) -> None:
    answer = served.get("/search.jsonl?q=iraq")
    assert int(answer.headers["content-length"]) == len(answer.content)
    [found] = Selector(served.get("/search?q=iraq").text).css("#found::text").getall()
    assert found.split() == [str(len(answer.text.splitlines())), "articles"]
    assert answer.headers["content-type"] == "application/x-ndjson; charset=utf-8"
