"""Numbers of a page as a table for spreadsheets."""

from collections.abc import Iterable, Sequence

from archive.cells import cell, line
from archive.web.view import Document

_END = "\r\n"


def csv_document(file_name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Document:
    """*rows* under the names of their *columns*, as CSV in UTF-8 (RFC 4180) that no spreadsheet runs."""
    body = "".join(line(map(cell, row), end=_END) for row in (columns, *rows))
    return Document(body=body, media_type="text/csv; charset=utf-8", file_name=file_name)
