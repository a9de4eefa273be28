"""What a statement may take that somebody types: no writing, no other file, little memory. Its time is Datasette's to
bound (`sql_time_limit_ms`)."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from archive.errors import ArchiveError

LONGEST_VALUE = 64 * 2**20
"""Bytes of one value. The longest article has a few million letters; a statement can make a gigabyte of nothing."""
_MOST_COLUMNS = 200  # of a table or a result: the widest of the archive has 28
_LONGEST_STATEMENT = 100_000  # bytes; an address has a tenth of it
_LONGEST_PATTERN = 1_000  # of LIKE and GLOB, which compare for ever, and are not to be interrupted
MOST_MEMORY = 1 << 30
"""Bytes that SQLite may take in this process, all its connections together: twenty times what a page of ours asks for
of a million articles."""
MOST_BYTES = 64 * 2**20
"""Of one answer's rows: a thousand texts of a megabyte each would fill this machine's memory several times over, on
their way to JSON."""


class TooMuch(ArchiveError):
    """The answer to a statement was given up."""


def bound(db: sqlite3.Connection) -> None:
    """Sets the bounds of a connection that runs statements of others."""
    db.execute("PRAGMA query_only = ON")
    db.execute(f"PRAGMA hard_heap_limit = {MOST_MEMORY}")
    for limit, value in (
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE),
        (sqlite3.SQLITE_LIMIT_COLUMN, _MOST_COLUMNS),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_STATEMENT),
        (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, _LONGEST_PATTERN),
    ):
        db.setlimit(limit, value)


def rows_within(cursor: sqlite3.Cursor, most: int | None) -> Iterator[sqlite3.Row]:
    """The first *most* rows of *cursor*. Raises TooMuch where they have more than MOST_BYTES."""
    taken = 0
    for number, row in enumerate(cursor, 1):
        taken += sum(map(_size, row))
        if taken > MOST_BYTES:
            raise TooMuch(f"the answer is longer than {MOST_BYTES // 2**20} MB: ask for fewer rows or columns")
        yield row
        if number == most:
            return


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes) else 8
