"""Tables: an article is a row that no spreadsheet takes for a formula.

`csv` is for programs: UTF-8, commas, one line feed a row. `csv-excel` is what Excel opens with a double click, whatever
language it speaks: it takes a comma for the end of a cell only where the system's list separator is one (in Arabic and
most of Europe it is not), UTF-8 only behind a mark, and of a number no more than 15 digits, of which an id has 16.
UTF-16 with tabs is the one form that it reads alike everywhere, and what it writes itself as "Unicode text".
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from archive.cells import cell, line
from archive.reading import Record
from crawler.exporting.order import Tally

COLUMNS = (
    "id", "url", "source", "title", "headline", "authors", "published", "published_raw", "published_precision",
    "modified", "language", "dateline", "section", "image", "topics", "first_seen", "last_seen", "story", "text",
)  # fmt: skip
_IDS = ("id", "story")
LONGEST_CELL = 32_767
"""UTF-16 code units that a cell of Excel has room for; the rest would run over into the next rows."""
_CUT = "…"


def write_csv(records: Iterable[Record], out: BinaryIO, tally: Tally) -> None:
    """A head and a row for each article, as RFC 4180 has them but with one line feed; several values of one column
    are parted by `; `.
    """
    for row in _rows(records, tally, _cell):
        out.write(line(row).encode())


def write_csv_excel(records: Iterable[Record], out: BinaryIO, tally: Tally) -> None:
    """The same with tabs, in UTF-16 behind a byte order mark; ids are text, and what no cell has room for is cut."""
    out.write(b"\xff\xfe")
    for row in _rows(records, tally, _excel_cell):
        out.write(line(row, delimiter="\t", end="\r\n").encode("utf-16-le"))


def _rows(records: Iterable[Record], tally: Tally, told: Callable[[str, Any], str]) -> Iterator[Sequence[str]]:
    yield COLUMNS
    for record in records:
        values = {**record.article, "story": record.story["id"], "topics": [tag["topic"] for tag in record.tags]}
        yield [told(name, values[name]) for name in COLUMNS]
        tally.articles += 1


def _cell(name: str, value: object) -> str:
    return cell("; ".join(value) if isinstance(value, list) else value)


def _excel_cell(name: str, value: object) -> str:
    if name in _IDS:
        return f'="{value}"'  # our own number as text: Excel would round the last of its digits
    text = _cell(name, value)
    if len(text) <= LONGEST_CELL // 2 or len(text.encode("utf-16-le")) <= 2 * LONGEST_CELL:
        return text
    return text.encode("utf-16-le")[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + _CUT
