"""Overwrites what SQLite itself leaves behind in the pages of a file: copies of rows that have moved to another page.

`PRAGMA secure_delete` overwrites a row where it stands when it is deleted. But when a page is full, SQLite moves some
of its rows to the next; where they stood before, in the room between the page's list of rows and its first row, their
bytes stay until other rows need that room. The row is deleted later, and its copy there can still be read.

SQLite has no statement that cleans this room, but it fills it: a row that is made longer by as much as is free in its
page takes all of it, or has the rows pushed together and the rest blanked. So one row of each such page is made longer
and short again, in one transaction, after which it is what it was. An index is made anew, which takes less.

Which pages these are is read from the file (https://www.sqlite.org/fileformat2.html), and only SQLite writes to it. Who
writes beside it may change a page in between; then the next look finds it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from archive.database import transaction

_PADDED = {
    "article_head": "headline", "article_text": "left_out", "revisions": "title", "extractions": "before",
    "addresses": "kind", "visits": "etag",
}  # fmt: skip
"""Tables with words or addresses of articles; of each a column that is in no index and fires nothing."""
_REMADE = "sqlite_autoindex_addresses_1"
"""The index of addresses. It has no name of its own, since the table declares it."""
_AT_ONCE = 50
"""Pages in a transaction: some hundredths of a second."""
_UNREADABLE = 24
"""Bytes of a page that may stay, since no row is so long that it fills it to the last: less than an address has."""
_SPARE = 10  # bytes that a longer row may take beyond its letters: its own length and theirs are numbers that grow
_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER = 13, 5, 10, 2


@dataclass(frozen=True, slots=True)
class Remains:
    """A page of a table that has them, a row of it, and by how many letters that may grow."""

    table: str
    row: int
    letters: int


def overwrite_remains(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Cleans the pages of the archive at *path*, of which the write-ahead log is in the file; a transaction a step."""
    found = remains(db, path)
    for first in range(0, len(found), _AT_ONCE):
        with transaction(db):
            for one in found[first : first + _AT_ONCE]:
                _fill(db, one)
        yield
    if _is_index_unclean(db, path):
        with transaction(db):
            db.execute(f"REINDEX {_REMADE}")
        yield


def remains(db: sqlite3.Connection, path: Path) -> list[Remains]:
    """The pages of tables that hold copies of rows that are no longer there, as the file has them."""
    size: int = db.execute("PRAGMA page_size").fetchone()[0]
    found = []
    file = _opened(path)
    for table in _PADDED:
        for page in _leaves(file, size, _root(db, table)):
            if page[0] == _TABLE_LEAF and _is_unclean(page) and (fit := _fitting(page)):
                found.append(Remains(table, *fit))
    return found


def _is_index_unclean(db: sqlite3.Connection, path: Path) -> bool:
    size: int = db.execute("PRAGMA page_size").fetchone()[0]
    return any(_is_unclean(page) for page in _leaves(_opened(path), size, _root(db, _REMADE)))


_open: dict[tuple[int, int], BinaryIO] = {}


def _opened(path: Path) -> BinaryIO:
    """The file at *path*, which is never closed again: with any of its handles a process gives up all of its locks on a
    file (POSIX), those of SQLite too, and a process beside it would take away the log that is in use."""
    stat = path.stat()
    key = (stat.st_dev, stat.st_ino)
    if key not in _open:
        _open[key] = path.open("rb", buffering=0)
    return _open[key]


def _root(db: sqlite3.Connection, name: str) -> int:
    number: int = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
    return number


def _fill(db: sqlite3.Connection, one: Remains) -> None:
    """Makes the row longer, and then what it was."""
    column = _PADDED[one.table]
    row = db.execute(f"SELECT {column} FROM {one.table} WHERE rowid = ?", (one.row,)).fetchone()  # noqa: S608 -- own names
    if row is None:
        return
    (value,) = row
    longer = (value or b"") + bytes(one.letters) if one.table == "article_text" else (value or "") + " " * one.letters
    for now in (longer, value):
        db.execute(f"UPDATE {one.table} SET {column} = ? WHERE rowid = ?", (now, one.row))  # noqa: S608 -- own names


def _leaves(file: BinaryIO, size: int, root: int) -> Iterator[bytes]:
    """The pages below *root* that have rows, in their order; of an index all of its pages do."""
    waiting, seen = [root], set[int]()
    while waiting:
        number = waiting.pop()
        file.seek((number - 1) * size)
        page = file.read(size)
        if number in seen or len(page) < size:  # written to meanwhile
            continue
        seen.add(number)
        if page[0] in (_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER):
            yield page
        if page[0] in (_TABLE_INNER, _INDEX_INNER):
            children = [_number(page, cell, 4) for cell in _cells(page)]
            waiting += [_number(page, 8, 4), *reversed(children)]


def _number(page: bytes, place: int, length: Literal[1, 2, 4]) -> int:
    return int.from_bytes(page[place : place + length], "big")


def _cells(page: bytes) -> Sequence[int]:
    """Where the page's cells begin."""
    first = _list(page)
    return [_number(page, place, 2) for place in range(first, first + 2 * _number(page, 3, 2), 2)]


def _list(page: bytes) -> int:
    """Where the list of cells begins."""
    return 12 if page[0] in (_TABLE_INNER, _INDEX_INNER) else 8


def _gap(page: bytes) -> bytes:
    """The room between the list of cells and the first of them."""
    return page[_list(page) + 2 * _number(page, 3, 2) : _number(page, 5, 2) or 65_536]


def _is_unclean(page: bytes) -> bool:
    gap = _gap(page)
    return len(gap) - gap.count(0) > _UNREADABLE


def _fitting(page: bytes) -> tuple[int, int] | None:
    """The row that may grow by all that is free in the page, and by how much; None where no row can by itself."""
    free = len(_gap(page)) + page[7]
    block = _number(page, 1, 2)
    while block:
        free += _number(page, block + 2, 2)
        following = _number(page, block, 2)
        block = following if following > block else 0  # they stand in order, but for a damaged page
    whole = page + bytes(18)  # what a damaged page says may lead beyond its end
    for cell in _cells(page):
        if cell >= len(page):
            continue
        length, behind = _varint(whole, cell)
        row, _ = _varint(whole, behind)
        if letters := _letters(len(page), length, free):
            return row, letters
    return None


def _letters(size: int, length: int, free: int) -> int:
    """By how many letters a row of this *length* grows when it takes what is *free* in its page; 0: it cannot."""
    wanted = min(_within(size, length) + free, size - 35) - _SPARE
    for kept in (length, _least(size) + (length - _least(size)) % (size - 4)):  # all of it; or the rest is elsewhere
        letters = (wanted - kept) % (size - 4)
        if _within(size, length + letters) == wanted:
            return letters
    return 0


def _within(size: int, length: int) -> int:
    """How many bytes of a row of this *length* stand in its page; the rest is in pages of its own."""
    most, least = size - 35, _least(size)
    if length <= most:
        return length
    kept = least + (length - least) % (size - 4)
    return kept if kept <= most else least


def _least(size: int) -> int:
    return (size - 12) * 32 // 255 - 23


def _varint(page: bytes, place: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    number = 0
    for at in range(place, place + 8):
        number = number << 7 | page[at] & 0x7F
        if page[at] < 0x80:
            return number, at + 1
    return number << 8 | page[place + 8], place + 9
