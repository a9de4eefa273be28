"""Parquet: a typed table of articles, for whoever counts in DuckDB, pandas or Spark. Needs pyarrow, an extra.

A row group is written when its texts are large enough, so that no more than that is ever in memory.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from archive.reading import Record
from archive.times import from_text
from crawler.exporting.order import Order, Tally
from seeds.bounds import PARQUET_GROUP_BYTES, PARQUET_GROUP_ROWS

_TIME = pa.timestamp("ms", tz="UTC")  # Parquet has no seconds
_TEXTS = pa.list_(pa.string())
_NAME = pa.dictionary(pa.int32(), pa.string())  # few of them, again and again
_EVIDENCE = pa.struct(
    [("rule", pa.string()), ("term", pa.string()), ("field", pa.string()), ("start", pa.int32()), ("end", pa.int32()),
     ("text", pa.string())]
)  # fmt: skip
_TAG = pa.struct(
    [("topic", pa.string()), ("score", pa.float64()), ("pack_version", pa.string()), ("evidence", pa.list_(_EVIDENCE))]
)
_REVISION = pa.struct(
    [("id", pa.int64()), ("seen", _TIME), ("title", pa.string()), ("text", pa.string()), ("change", pa.float64()),
     ("changed", _TEXTS), ("published", _TIME), ("published_precision", pa.string()), ("back_to", pa.int64()),
     ("page_sha256", pa.string()), ("page_fetched", _TIME), ("title_then", pa.string()), ("text_then", pa.string())]
)  # fmt: skip
_EXTRACTION = pa.struct(
    [("at", _TIME), ("code", pa.string()), ("revision", pa.int64()), ("changed", _TEXTS), ("change", pa.float64()),
     ("before", pa.string())]
)  # fmt: skip
SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False), ("url", pa.string()), ("source", _NAME), ("title", pa.string()),
        ("headline", pa.string()), ("authors", _TEXTS), ("published", _TIME), ("published_raw", pa.string()),
        ("published_zone", pa.string()), ("published_precision", _NAME), ("modified", _TIME), ("language", _NAME),
        ("dateline", pa.string()), ("section", pa.string()), ("image", pa.string()), ("text", pa.string()),
        ("first_seen", _TIME), ("last_seen", _TIME), ("reserved", _TEXTS), ("page_sha256", pa.string()),
        ("page_fetched", _TIME), ("topics", _TEXTS), ("tags", pa.list_(_TAG)), ("revisions", pa.list_(_REVISION)),
        ("extractions", pa.list_(_EXTRACTION)), ("story", pa.int64()), ("story_articles", pa.int32()),
        ("story_sources", _TEXTS),
    ]
)  # fmt: skip
"""The columns are those of `articles`, and beside them what `khabar show --json` nests. Times are instants in UTC."""
_TIMES = tuple(column.name for column in SCHEMA if column.type == _TIME)
_REVISION_TIMES = tuple(column.name for column in _REVISION if column.type == _TIME)


def write_parquet(records: Iterable[Record], out: BinaryIO, tally: Tally, order: Order) -> None:
    """The table, a row for each article, packed with zstd. It is whole when this returns and not before."""
    told = {
        "made_by": order.maker, "desk": order.desk, "topic_packs": order.packs, "asked": "\n".join(order.asked),
    }  # fmt: skip
    about = {name.encode(): said.encode("utf-8", "replace") for name, said in told.items()}
    sink = _Sink(out)
    writer = pq.ParquetWriter(
        pa.PythonFile(sink, mode="w"), SCHEMA.with_metadata(about), compression="zstd", use_dictionary=True
    )
    try:
        _Groups(writer.write_table, tally).write(records)
    except BaseException:
        sink.is_given_up = True
        raise
    finally:
        writer.close()


class _Sink:
    """What the writer writes to. A writer that failed writes its end all the same, at the latest when it is thrown
    away, and would complain that nobody takes it.
    """

    closed = False

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.is_given_up = False

    def write(self, data: Any) -> int:
        """Hands *data* on."""
        return len(data) if self.is_given_up else self._out.write(data)

    def flush(self) -> None:
        """Hands on what is held back."""
        if not self.is_given_up:
            self._out.flush()


class _Groups:
    """Gathers rows into row groups."""

    def __init__(self, write_table: Callable[[pa.Table], None], tally: Tally) -> None:
        self._write_table, self._tally = write_table, tally
        self._rows: list[dict[str, Any]] = []
        self._size = 0

    def write(self, records: Iterable[Record]) -> None:
        """All of *records*."""
        for record in records:
            self._rows.append(row_of(record))
            self._size += weight_of(record)
            if self._size >= PARQUET_GROUP_BYTES or len(self._rows) >= PARQUET_GROUP_ROWS:
                self._flush()
            self._tally.articles += 1
        if self._rows:
            self._flush()

    def _flush(self) -> None:
        self._write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
        self._rows, self._size = [], 0


def weight_of(record: Record) -> int:
    """Characters of an article and its earlier versions."""
    return sum(len(one["text"]) for one in (record.article, *record.revisions))


def row_of(record: Record) -> dict[str, Any]:
    """A row of SCHEMA."""
    story = record.story
    return {
        **_timed(record.article, _TIMES),
        "topics": [tag["topic"] for tag in record.tags],
        "tags": record.tags,
        "revisions": [_timed(one, _REVISION_TIMES) for one in record.revisions],
        "extractions": [
            {**_timed(one, ("at",)), "before": json.dumps(one["before"], ensure_ascii=False)}
            for one in record.extractions
        ],
        "story": story["id"],
        "story_articles": story["count"],
        "story_sources": story["sources"],
    }


def _timed(row: dict[str, Any], times: Iterable[str]) -> dict[str, Any]:
    return {**row, **{name: from_text(row[name]) if row[name] else None for name in times}}
