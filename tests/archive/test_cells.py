"""Cells of a table that a spreadsheet shows and never runs."""

import csv
import io
from datetime import UTC, datetime

import pytest

from archive.cells import cell, line


@pytest.mark.parametrize("words", ["=1+1", "  =1+1", "+1", "-1", "@SUM(A1)", "|calc", "%x", "＝1", "\t=1", "\n=1"])
def test_what_a_spreadsheet_would_run_is_text(words: str) -> None:
    assert cell(words).startswith("'")


@pytest.mark.parametrize(
    ("value", "shown"),
    [("قوات = ٣", "قوات = ٣"), (None, ""), (-3, "-3"), (datetime(2026, 3, 14, 9, tzinfo=UTC), "2026-03-14T09:00:00Z")],
)
def test_a_cell_shows_its_value(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_a_line_is_read_again_as_it_was() -> None:
    words = ['a "quoted", one', "two\nlines", "٣", ""]
    assert next(csv.reader(io.StringIO(line(words)))) == words
    assert line(["a", "b"], delimiter="\t", end="\r\n") == "a\tb\r\n"
