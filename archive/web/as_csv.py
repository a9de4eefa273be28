"""Numbers of a page as a table for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from archive.plain import plain
from archive.web.view import Document

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With which a spreadsheet takes what stands in a cell for something to work out."""
_LONGEST = 2_000  # characters of a cell


def csv_document(file_name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Document:
    """*rows* under the names of their *columns*, in UTF-8. Text of others works out nothing."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return Document(body=written.getvalue(), media_type="text/csv; charset=utf-8", file_name=file_name)


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    shown = plain(value[:_LONGEST])
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
