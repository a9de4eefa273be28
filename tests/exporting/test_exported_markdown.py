"""Markdown: readable in every language, a document or a file for each article, and nothing of an article in force."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from archive.plain import plain
from archive.reading import Record
from crawler.exporting.markdown import front_matter

NULLS = (
    "headline", "published", "published_raw", "published_precision", "modified", "language", "dateline", "section",
    "page_sha256", "page_fetched",
)  # fmt: skip
READER = MarkdownIt("commonmark")  # takes HTML for HTML, as GitHub and Obsidian do
HOSTILE = (
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://e.example/p.png)", "\u202egnp.exe\u202c",
    "---\nid: 1\n---", "# head", "</div><h1>out</h1>", "&lt;b&gt;", '"\\', "```", "@all", "<img src=x onerror=y>",
    "| a |", "{{ x }}", "%%x%%", "[[note]]", "#tag", "$x$", "http://e.example/", "\u0085next", "a\x1b[31m",
)  # fmt: skip


def parted(document: str) -> tuple[dict[str, Any], str]:
    """The fields before a document, and the document."""
    begin, fields, text = document.split("---\n", 2)
    assert begin == ""
    return yaml.safe_load(fields), text


@pytest.mark.parametrize("language", ["en", "ar", "ckb", "kmr"])
def test_a_file_for_each_article_has_its_fields_and_its_words(
    crawled: Any, export: Callable[..., Any], tmp_path: Path, language: str
) -> None:
    export("--language", language, "--format", "markdown", "--output", str(tmp_path / "notes"))
    articles = crawled.rows("SELECT * FROM articles WHERE language = ? ORDER BY id DESC", language)
    files = sorted(path for path in (tmp_path / "notes").glob("*/*.md") if path.name != "index.md")
    assert sorted(str(one["id"]) for one in articles) == sorted(path.stem for path in files)
    for article in articles:
        path = next((tmp_path / "notes").glob(f"*/{article['id']}.md"))
        fields, text = parted(path.read_text(encoding="utf-8"))
        assert (fields["id"], fields["title"], fields["url"]) == (article["id"], article["title"], article["url"])
        assert fields.get("published_raw") == article["published_raw"]
        assert fields["page_sha256"] == article["page_sha256"]
        topics = crawled.rows("SELECT topic FROM tags WHERE article = ?", article["id"])
        assert sorted(fields.get("tags", [])) == sorted(row["topic"] for row in topics)
        html = READER.render(text)
        shown = re.sub(r"[\u200e\u200f]", "", re.sub(r"<[^>]+>", "", html)).replace("&quot;", '"').replace("&amp;", "&")
        for line in (article["title"], *article["text"].split("\n")):
            assert plain(line) in shown
        is_rtl = language in ("ar", "ckb")
        assert fields.get("direction") == ("rtl" if is_rtl else None)
        assert html.count(f'<div dir="rtl" lang="{language}">') == html.count("</div>") == (2 if is_rtl else 0)


def test_one_document_has_them_all_and_the_sentences_that_tagged_them(export: Callable[..., Any]) -> None:
    fields, text = parted(export("--topic", "isis", "--format", "markdown").stdout)
    assert fields["title"] == "Test desk: articles"
    assert fields["asked"] == ["topics: isis"]
    assert fields["generator"].startswith("Khabar ")
    html = READER.render(text)
    assert html.count("<h2>") == 6
    assert html.count("<strong>isis</strong>") == 6
    assert "<strong>داعش</strong>" in html
    assert "(“2026" in text or "(“" in text


def test_what_was_asked_for_is_told_with_its_instants(export: Callable[..., Any]) -> None:
    """Days are the desk's, and who reads the document does not know in which zone that is."""
    words = ("--source", "*", "--since", "2020-01-02", "--until", "2020-01-03T10:00Z", "--format", "markdown")
    fields, _ = parted(export(*words).stdout)
    since, until = fields["asked"][1:]
    assert re.fullmatch(r"since: 2020-01-02 \(2020-01-0[12]T\d\d:00:00Z\)", since), since
    assert until == "until: 2020-01-03T10:00Z (2020-01-03T10:00:00Z)"


def test_an_undated_article_keeps_what_its_page_said(crawled: Any, export: Callable[..., Any]) -> None:
    with closing(sqlite3.connect(crawled.root / "archive.db")) as db, db:
        db.execute("UPDATE article_head SET published = NULL, published_precision = NULL, published_raw = 'dün gece'")
    text = export("--topic", "isis", "--format", "markdown").stdout
    assert text.count("undated (“dün gece”), first seen 20") == 6


def test_nothing_of_an_article_is_in_force(crawled: Any, export: Callable[..., Any], tmp_path: Path) -> None:
    attack = "\n".join(HOSTILE)
    with closing(sqlite3.connect(crawled.root / "archive.db")) as db, db:
        db.execute("UPDATE article_head SET title = ?, dateline = ?, section = ?, published_raw = ?, language = ?",
                   (attack, attack, attack, attack, 'ar"><script>'))  # fmt: skip
        db.execute("UPDATE article_head SET url = 'javascript:alert(1)//' || id, authors = ?", ('["<b>[x](y)</b>"]',))
        db.execute("UPDATE article_text SET text = ?", (attack,))
        db.execute('UPDATE evidence SET start = 0, "end" = 8, term = ?', (attack,))
    whole = export("--format", "markdown").stdout
    export("--format", "markdown", "--output", str(tmp_path / "notes"))
    documents = [path.read_text(encoding="utf-8") for path in (tmp_path / "notes").rglob("*.md")]
    assert len(documents) > 70
    for document in (whole, *documents):
        if document.startswith("---"):
            fields, text = parted(document)
            assert fields["title"] in (plain(attack), "Test desk: articles")
            assert fields.get("id") != 1
        else:
            text = document
        html = READER.render(text)
        tags = set(re.findall(r"<[^>]*>", html))
        known = (
            r"</?(p|ul|li|strong|h1|h2|div|a)>|<div dir=\"rtl\" lang=\"[^\"<>]*\">|<a href=\"[\d-]+(\.md|/index\.md)\">"
        )
        assert {tag for tag in tags if not re.fullmatch(known, tag)} == set()
        assert not re.search("[\u202a-\u202e\x1b\x85]", document)


def test_the_index_leads_to_every_file(export: Callable[..., Any], tmp_path: Path) -> None:
    export("--format", "markdown", "--output", str(tmp_path / "notes"))
    root = tmp_path / "notes"
    months = re.findall(r"\]\((\S+?)\): (\d+)", (root / "index.md").read_text(encoding="utf-8"))
    assert months
    for place, number in months:
        named = re.findall(r"\]\((\d+\.md)\)", (root / place).read_text(encoding="utf-8"))
        assert len(named) == len(set(named)) == int(number)
        assert {path.name for path in (root / place).parent.iterdir()} == {*named, "index.md"}


@example('\uffff a \ufffe: "b" \\', ["\uffff"])
@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_words_come_out_of_the_fields_as_they_are(title: str, authors: list[str]) -> None:
    article = dict.fromkeys(NULLS) | {"id": 1, "title": title, "url": title, "source": title, "authors": authors,
                                      "text": title, "first_seen": "2026-03-14T12:00:00Z", "reserved": []}  # fmt: skip
    fields, _ = parted(front_matter(Record(article, [], [], {"id": 1, "count": 1})) + "text")
    assert fields["url"] == plain(title)
    assert fields["title"] == plain(title or "(no title)")
    assert fields.get("authors", []) == [plain(author) for author in authors]
    assert fields["first_seen"] == datetime(2026, 3, 14, 12, tzinfo=UTC)
