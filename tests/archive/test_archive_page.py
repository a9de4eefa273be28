"""docs/archive.md tells of the archive what is so."""

import re
from pathlib import Path

import pytest

from topics.evidence import Tag

PAGE = (Path(__file__).resolve().parents[2] / "docs/archive.md").read_text(encoding="utf-8")
TABLES = re.findall(r"^### (\w+)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("table", "section"), TABLES, ids=[name for name, _ in TABLES])
def test_every_column_is_described_and_no_other(db, table, section) -> None:
    cells = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)
    described = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]

    assert sorted(described) == sorted(column[0] for column in db.execute(f"SELECT * FROM {table}").description)


def test_every_table_of_the_contract_is_described() -> None:
    assert [name for name, _ in TABLES] == [
        "articles", "tags", "evidence", "revisions", "stories", "visits", "feeds", "lines", "hosts", "health", "runs",
        "jobs", "alerts", "deliveries",
    ]  # fmt: skip


@pytest.mark.parametrize("query", re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL))
def test_every_question_in_sql_can_be_asked(db, keep, query) -> None:
    keep()

    db.execute(query).fetchall()


def test_the_program_in_python_runs(db, keep, archive_path, monkeypatch, capsys) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/search.md").read_text(encoding="utf-8")
    keep(title="Gas imports resume", tags=(Tag(topic="gas_imports", score=1.0, pack_version="p", evidence=()),))
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(archive_path.parent)

    exec(compile(program, "archive.md", "exec"), {})

    assert "Gas imports resume" in capsys.readouterr().out
