"""How an exported article is written: as JSON, or as a row of a table that no spreadsheet takes for a formula."""

import csv
import io
import re
from collections.abc import Iterator

from archive.plain import plain_json, plain_lines
from archive.reading import Record

COLUMNS = (
    "id", "url", "source", "title", "headline", "authors", "published", "published_raw", "published_precision",
    "modified", "language", "dateline", "section", "image", "topics", "first_seen", "last_seen", "story", "text",
)  # fmt: skip
_FORMULA = re.compile(r"\s*[=+\-@|%＝＋－＠]")
"""How a cell begins that a spreadsheet runs, white space before it or not: OWASP, CSV injection."""


def json_lines(records: Iterator[Record]) -> Iterator[str]:
    """Each article as `khabar show --json` prints it."""
    return (plain_json(record.as_dict()) for record in records)


def csv_rows(records: Iterator[Record]) -> Iterator[str]:
    """A head and a row for each article, as RFC 4180 has them but with one line feed; several values of one column
    are parted by `; `."""
    yield _row(COLUMNS)
    for record in records:
        values = {**record.article, "story": record.story["id"], "topics": [tag["topic"] for tag in record.tags]}
        yield _row(_cell(values[name]) for name in COLUMNS)


def _cell(value: object) -> str:
    """*value* as text; an apostrophe, the sign that it is text, before what a spreadsheet would run."""
    if isinstance(value, list):
        value = "; ".join(value)
    if value is None or not isinstance(value, str):
        return "" if value is None else str(value)
    text = plain_lines(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _row(cells: "Iterator[str] | tuple[str, ...]") -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()[:-1]
