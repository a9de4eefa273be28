"""JSON Lines: each article as `khabar show --json` prints it."""

from collections.abc import Iterable
from typing import BinaryIO

from archive.plain import plain_json
from archive.reading import Record
from crawler.exporting.order import Tally


def write_json_lines(records: Iterable[Record], out: BinaryIO, tally: Tally) -> None:
    """A line for each article, in UTF-8."""
    for record in records:
        out.write(plain_json(record.as_dict()).encode() + b"\n")
        tally.articles += 1
