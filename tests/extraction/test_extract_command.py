"""`khabar extract`, as a person's shell or a script calls it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from crawler.newsroom import Newsroom

PAGE = """<html lang="ckb"><head><title>پردی نوێ کرایەوە</title></head><body><article>
<h1>پردی نوێ کرایەوە</h1>{}</article></body></html>""".format(
    "".join(
        f"<p>پردی ژمارە {number} لەسەر ڕووبارەکە بۆ هاتوچۆی خەڵکی شار کرایەوە و کارەکانیش بەردەوامن.</p>"
        for number in range(5)
    )
)


def test_a_file_without_an_address_has_none(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    done = desk.khabar("extract", str(tmp_path / "page.html"), "--json")

    row = json.loads(done.stdout)
    assert (row["id"], row["url"]) == (str(tmp_path / "page.html"), None)
    assert (row["title"], row["language"]) == ("پردی نوێ کرایەوە", "ckb")
    assert len(row["text"].split("\n")) == 5


@pytest.mark.parametrize("url", ["http://[::1/", "http://a.example:x/1", "http://[v1.x]/", "http://a\x1b[31m.example/"])
def test_an_address_that_is_none_is_one_line(desk: Any, url: str) -> None:
    done = desk.khabar("extract", url)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.removesuffix("\n").isprintable()


@pytest.mark.parametrize("url", ["http://[::1/", "http://a.example:x/1", "nonsense"])
def test_a_file_is_read_whatever_address_it_is_said_to_have(desk: Any, tmp_path: Path, url: str) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    done = desk.khabar("extract", str(tmp_path / "page.html"), "--url", url, "--json")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["title"] == "پردی نوێ کرایەوە"


def test_what_holds_no_article_is_one_line_that_names_the_file(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_text("")
    done = desk.khabar("extract", str(tmp_path / "empty.html"))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"khabar: {tmp_path / 'empty.html'}: empty page: 0 bytes\n"


def test_a_page_is_fetched_cleaned_and_explained(desk: Any, newsroom: Newsroom) -> None:
    article = next(article for article in newsroom.articles() if article.allowed and article.language == "ar")
    done = desk.khabar("extract", article.url, "--explain", "--json")

    row = json.loads(done.stdout)
    assert (row["title"], row["text"]) == (article.title, article.text)
    assert row["explained"]["title"]["won"]


def test_a_batch_gives_a_line_a_page_in_order_and_names_what_is_none(desk: Any, tmp_path: Path) -> None:
    pages = [
        {"id": number, "url": f"https://a.example/{number}", "html": PAGE if number % 3 else "%PDF-1.7"}
        for number in range(9)
    ]
    with gzip.open(tmp_path / "pages.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(page) + "\n" for page in pages)
    done = desk.khabar("extract", "--batch", str(tmp_path / "pages.jsonl.gz"))

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == list(range(9))
    assert [row.get("error") for row in rows] == ["not HTML (PDF)" if number % 3 == 0 else None for number in range(9)]
    assert done.returncode == 1


def test_a_line_of_a_batch_that_is_no_page_is_named(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_text('{"id": 1}\n')
    done = desk.khabar("extract", "--batch", str(tmp_path / "pages.jsonl"))

    assert done.returncode == 2
    assert "pages.jsonl: line 1: must be a JSON object with id, url and html" in done.stderr


def test_a_page_that_would_take_minutes_is_cut_off_with_one_line(desk: Any, tmp_path: Path) -> None:
    attributes = " ".join(f"a{number}='1'" for number in range(120_000))
    (tmp_path / "page.html").write_text(f"<p {attributes}>{PAGE}</p>", encoding="utf-8")
    done = desk.khabar("extract", str(tmp_path / "page.html"))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"khabar: {tmp_path / 'page.html'}: took too long: over 8 s\n"
