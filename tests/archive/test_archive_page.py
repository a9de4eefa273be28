"""docs/archive.md tells of the archive what is so."""

import re
import sqlite3
import sys
from pathlib import Path

import pytest

from archive.contract import contract
from archive.described import TABLES, VIEWS
from topics.evidence import Evidence, Tag

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "archive.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
INNER = {
    "article_head", "article_text", "article_tags", "topic_names", "pack_versions", "signatures", "addresses", "marks",
    "meta", "article_index", "author_index", "_sqlite_migrations",
}  # fmt: skip
"""Not of the contract: what these hold is told by the views, or is only of use to Khabar."""


@pytest.fixture
def filled(db, keep, minutes):
    """An archive with a bare article and a full one, edited twice and copied, of two scripts."""
    found = Evidence(rule="rule[0]", term="oil", field="text", start=0, end=3, score=1.0)
    tag = Tag(topic="isis", score=1.0, pack_version="p", evidence=(found,))
    words = "oil and gas flow north again after a week of talks between both ministries in the capital " * 2
    keep(url="https://news.example/bare", title=None, text="A bare text.")
    keep(url="https://www.one.example/1", source="one", text=words, tags=(tag,), language="en", published=minutes(-9))
    keep(url="https://two.example/1", source="two", text=words, seen=minutes(5), language="en")
    keep(url="https://one.example/1", source="one", title="نفط", text=words, tags=(tag,), seen=minutes(60))
    keep(url="https://one.example/1", source="one", title="نفط", text=words + "More.", tags=(tag,), seen=minutes(90))
    return db


def test_every_table_and_view_is_described_or_known_as_inner(db) -> None:
    rows = db.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
    shadows = re.compile(r"(article|author)_index_\w+|sqlite_.*")

    assert {row["name"] for row in rows if row["type"] == "view"} == set(VIEWS)
    assert {row["name"] for row in rows if row["type"] == "table" and not shadows.fullmatch(row["name"])} == (
        set(TABLES) | INNER
    )


@pytest.mark.parametrize("name", [*VIEWS, *TABLES])
def test_every_column_is_described_and_no_other(db, name) -> None:
    described = [column.split()[0] for column in (VIEWS | TABLES)[name].columns]
    there = [column[0] for column in db.execute(f"SELECT * FROM {name}").description]

    assert described == there if name in VIEWS else sorted(described) == sorted(there)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_the_types_that_it_is_said_to_have(filled, view) -> None:
    (relation,) = [one for one in contract(filled) if one.name == view]
    rows = filled.execute(f"SELECT * FROM {view}").fetchall()

    assert rows
    for column in relation.columns:
        found = {kind for (kind,) in filled.execute(f"SELECT DISTINCT upper(typeof({column.name})) FROM {view}")}
        assert found <= {column.type, *(["NULL"] if column.may_be_null else [])}, column


def test_tables_tell_their_types_and_keys_from_the_database(db) -> None:
    columns = {(one.name, column.name): column for one in contract(db) for column in one.columns}

    assert (columns["volume", "hour"].type, columns["volume", "hour"].key) == ("TEXT", "primary key")
    assert columns["revisions", "article"].key == "indexed"
    assert (columns["runs", "finished"].may_be_null, columns["runs", "started"].may_be_null) == (True, False)
    assert columns["visits", "look"].key == ""  # an index on some rows only


def test_the_page_is_what_is_generated(monkeypatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    monkeypatch.delitem(sys.modules, "schema", raising=False)
    from schema import markdown  # noqa: PLC0415

    generated = re.search(r"\]\]\] -->\n(.*?)<!-- \[\[\[end\]\]\] -->", PAGE, re.DOTALL)
    assert generated
    assert generated.group(1) == markdown()


@pytest.mark.parametrize("query", QUESTIONS)
def test_every_question_in_sql_can_be_asked(filled, query) -> None:
    filled.execute(query).fetchall()


@pytest.mark.parametrize("view", ["headlines", "copies", "edits", "trends"])
def test_each_view_has_a_question(view) -> None:
    assert any(re.search(rf"(FROM|JOIN) {view}\b", query) for query in QUESTIONS)


def test_an_edit_is_told_with_what_stood_before_and_after_it(filled) -> None:
    rows = filled.execute("SELECT title_before, title_after, text_after LIKE '%More.' AS more FROM edits ORDER BY id")

    assert [tuple(row) for row in rows] == [("A title", "نفط", 0), ("نفط", "نفط", 1)]


def test_a_copy_is_told_with_its_delay(filled) -> None:
    rows = filled.execute("SELECT source, delay, is_first FROM copies ORDER BY delay").fetchall()

    assert [tuple(row) for row in rows] == [("one", 0, 1), ("two", 14 * 60, 0)]


PLANS = [
    ("headlines WHERE id = 1", "SEARCH article_head USING INTEGER PRIMARY KEY"),
    ("headlines WHERE source = 'a' ORDER BY id DESC", "SEARCH article_head USING INDEX article_source"),
    ("edits WHERE article = 1", "SEARCH before USING INDEX revision_article"),
    ("copies WHERE story = 1", "SEARCH copy USING INDEX article_story"),
    ("copies WHERE article = 1", "SEARCH copy USING INTEGER PRIMARY KEY"),
    ("trends WHERE topic = 'a' AND hour >= '2026-01-01'", "SEARCH volume USING PRIMARY KEY (topic=? AND hour>?)"),
]


@pytest.mark.parametrize(("question", "step"), PLANS)
def test_a_question_for_little_reads_little(db, question, step) -> None:
    assert any(line.startswith(step) for line in plan(db, question))


@pytest.mark.parametrize("view", ["headlines", "edits"])
def test_the_newest_are_had_without_sorting_all(db, view) -> None:
    """A sort within one article's topics is none of all articles: it is told below them."""
    steps = plan(db, f"{view} ORDER BY id DESC LIMIT 20", depth=0)

    assert not any("ORDER BY" in step for step in steps)


def plan(db: sqlite3.Connection, question: str, depth: int | None = None) -> list[str]:
    rows = db.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {question}").fetchall()
    return [row["detail"] for row in rows if depth is None or row["parent"] == depth]


def test_the_program_in_python_runs(db, keep, archive_path, monkeypatch, capsys) -> None:
    page = (DOCS / "search.md").read_text(encoding="utf-8")
    keep(title="Gas imports resume", tags=(Tag(topic="gas_imports", score=1.0, pack_version="p", evidence=()),))
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(archive_path.parent)

    exec(compile(program, "archive.md", "exec"), {})

    assert "Gas imports resume" in capsys.readouterr().out
