"""`khabar export` as a table, in every language, opened by a spreadsheet."""

import csv
import io
import sqlite3
from contextlib import closing

import pytest

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    " =1+1",
    "\t=1+1",
    "\n=1+1",
    "|calc",
    "%0A=1",
    "＝1+1",
    '=HYPERLINK("http://x")',
]


@pytest.mark.parametrize("language", ["en", "ar", "ckb", "kmr"])
def test_every_article_is_a_row_with_its_letters(crawled, language) -> None:
    done = crawled.khabar("export", "--language", language, "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    archived = crawled.rows("SELECT * FROM articles WHERE language = ? ORDER BY id DESC", language)
    assert [(row["id"], row["title"], row["text"]) for row in rows] == [
        (str(row["id"]), row["title"], row["text"]) for row in archived
    ]
    tagged = crawled.rows("SELECT DISTINCT article FROM tags")
    assert {int(row["id"]) for row in rows if row["topics"]} <= {row["article"] for row in tagged}


def test_no_cell_is_a_formula(crawled) -> None:
    with closing(sqlite3.connect(crawled.root / "archive.db")) as db, db:
        ids = [row[0] for row in db.execute("SELECT id FROM article_head ORDER BY id DESC LIMIT ?", (len(FORMULAS),))]
        db.executemany("UPDATE article_head SET title = ? WHERE id = ?", zip(FORMULAS, ids, strict=True))
    rows = list(csv.DictReader(io.StringIO(crawled.khabar("export", "--format", "csv").stdout)))
    assert len(rows) >= len(FORMULAS)
    for row in rows[: len(FORMULAS)]:
        assert row["title"].startswith("'"), row["title"]
    assert all(not cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.parametrize("language", ["en", "ar", "ckb", "kmr"])
def test_excel_reads_every_letter_and_every_digit(crawled, tmp_path, language) -> None:
    path = tmp_path / "a.csv"
    done = crawled.khabar("export", "--language", language, "--format", "csv-excel", "--output", str(path))
    assert done.returncode == 0, done.stderr
    data = path.read_bytes()
    assert data.startswith(b"\xff\xfe"), "by this mark Excel knows the encoding"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-16"), newline=""), delimiter="\t"))
    archived = crawled.rows("SELECT * FROM articles WHERE language = ? ORDER BY id DESC", language)
    assert [(row["id"], row["title"], row["text"]) for row in rows] == [
        (f'="{row["id"]}"', row["title"], row["text"]) for row in archived
    ], "an id of 16 digits is text, or Excel rounds the last one"
    assert data.decode("utf-16").count("\r\n") == len(rows) + 1


def test_a_cell_of_excel_is_no_longer_than_it_takes(crawled, tmp_path) -> None:
    with closing(sqlite3.connect(crawled.root / "archive.db")) as db, db:
        first, second = [row[0] for row in db.execute("SELECT id FROM article_head ORDER BY id DESC LIMIT 2")]
        db.execute("UPDATE article_text SET text = ? WHERE id = ?", ("=" + "😀" * 20_000, first))
        db.execute("UPDATE article_text SET text = ? WHERE id = ?", ("ع" * 32_767, second))
    path = tmp_path / "a.csv"
    crawled.khabar("export", "--format", "csv-excel", "--output", str(path))
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-16"), newline=""), delimiter="\t"))
    lengths = [len(row["text"].encode("utf-16-le")) // 2 for row in rows]
    assert max(lengths) == 32_767
    assert rows[0]["text"] == "'=" + "😀" * 16_382 + "…", "cut between two letters"
    assert rows[1]["text"] == "ع" * 32_767
    assert all(
        not row[name].lstrip().startswith(("=", "+", "-", "@"))
        for row in rows
        for name in row
        if name not in ("id", "story")
    )
