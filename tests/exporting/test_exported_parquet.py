"""Parquet: the values of `show --json` with their types, in row groups that are never large."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from archive.reading import Record
from crawler.exporting import parquet
from crawler.exporting.order import Order, Tally


def as_json(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dict):
        return {name: as_json(one) for name, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, list) else value


def test_the_table_has_what_json_has(export: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    export("--format", "parquet", "--output", str(path))
    table = pq.read_table(path)
    told = [json.loads(line) for line in export("--format", "jsonl").stdout.splitlines()]
    rows = [as_json(row) for row in table.to_pylist()]
    assert len(rows) == len(told) == 73
    assert {row["language"] for row in rows} >= {"en", "ar", "ckb", "kmr"}
    for row, one in zip(rows, told, strict=True):
        story = one.pop("story")
        assert row.pop("story") == story["id"]
        assert (row.pop("story_articles"), row.pop("story_sources")) == (story["count"], story["sources"])
        assert row.pop("topics") == [tag["topic"] for tag in one["tags"]]
        for extraction in row["extractions"]:
            extraction["before"] = json.loads(extraction["before"])
        assert row == one
    assert any(row["tags"] for row in rows)


def test_columns_have_types_that_can_be_counted_with(export: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    export("--format", "parquet", "--topic", "isis", "--output", str(path))
    schema = pq.read_schema(path)
    assert schema.field("id").type == pa.int64()
    assert schema.field("published").type == pa.timestamp("ms", tz="UTC")
    assert schema.field("authors").type.value_type == pa.string()
    assert schema.field("tags").type.value_type.field("evidence").type.value_type.field("start").type == pa.int32()
    assert schema.metadata[b"desk"] == b"Test desk"
    assert schema.metadata[b"asked"] == b"topics: isis"
    assert pq.read_table(path).num_rows == 6


def test_an_export_of_nothing_is_a_table_without_rows(export: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    export("nothinglikethis", "--format", "parquet", "--output", str(path))
    assert pq.read_table(path).num_rows == 0
    assert pq.read_schema(path).names == parquet.SCHEMA.names


def test_a_row_group_ends_when_its_texts_are_large(monkeypatch: Any) -> None:
    monkeypatch.setattr(parquet, "PARQUET_GROUP_BYTES", 1_000)
    monkeypatch.setattr(parquet, "PARQUET_GROUP_ROWS", 4)
    columns = dict.fromkeys(parquet.SCHEMA.names)
    order = Order(desk="d", contact="", version="0", packs="p", made=datetime.now(UTC), asked=(), articles=11)

    def records() -> Any:
        for number, length in enumerate([999, 1, 5_000, *[10] * 8]):
            article = {**columns, "id": number, "text": "x" * length, "authors": [], "reserved": []}
            yield Record(article=article, tags=[], revisions=[], story={"id": 1, "count": 1, "sources": []})

    out, tally = BytesIO(), Tally()
    parquet.write_parquet(records(), out, tally, order)
    table = pq.ParquetFile(out)
    assert [table.metadata.row_group(number).num_rows for number in range(table.num_row_groups)] == [2, 1, 4, 4]
    assert tally.articles == 11


def test_without_the_extra_one_line_says_how_to_get_it(crawled: Any, tmp_path: Path) -> None:
    code = "import sys; sys.modules['pyarrow'] = None; from crawler.__main__ import main; main()"
    words = ["--desk", str(crawled.root), "export", "--format", "parquet", "--output", str(tmp_path / "a.parquet")]
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *words], env=crawled.environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "make parquet" in done.stderr
    assert not (tmp_path / "a.parquet").exists()
