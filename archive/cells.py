"""Cells of a table that a spreadsheet shows and never runs, and the lines that they make. Pure."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime

from archive.plain import plain_lines
from archive.times import to_text

_FORMULA = re.compile(r"\s*[=+\-@|%＝＋－＠]")
"""How a cell begins that a spreadsheet runs, white space before it or not: OWASP, CSV injection."""


def cell(value: object) -> str:
    """*value* as text: harmless, with an apostrophe, the sign that it is text, before what a spreadsheet would run."""
    if isinstance(value, datetime):
        return to_text(value)
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = plain_lines(value)
    return f"'{text}" if _FORMULA.match(text) else text


def line(cells: Iterable[str], *, delimiter: str = ",", end: str = "\n") -> str:
    """*cells* as a line of CSV (RFC 4180), which has the line feed alone at its end unless told otherwise."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=end).writerow(cells)
    return written.getvalue()
