"""Whether the file of kept pages, where there is one, is whole, and has only what the archive names."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from archive.checks.finding import MOST_EXAMPLES, Finding
from archive.errors import ArchiveError
from archive.naming_pages import orphan_hashes, take_out
from archive.pages import open_pages, pages_beside


def kept_pages(db: sqlite3.Connection, path: Path, *, quick: bool) -> Iterator[Finding]:
    """What is wrong with the pages beside the archive at *path*, which *db* reads."""
    file = pages_beside(path)
    if not file.exists():
        return
    remedy = f"restore a backup of {file.name}, or remove it: the articles do not need it"
    try:
        with closing(open_pages(file, read_only=True)) as pages:
            found = [row[0] for row in pages.execute("PRAGMA quick_check" if quick else "PRAGMA integrity_check")]
            if found != ["ok"]:
                yield _damaged(f"complaints of SQLite about {file.name}", remedy, found)
            yield from _orphans(db, pages, file)
    except (ArchiveError, sqlite3.DatabaseError) as error:
        yield _damaged(f"file of kept pages cannot be read: {error}", remedy, [])


def _orphans(db: sqlite3.Connection, pages: sqlite3.Connection, file: Path) -> Iterator[Finding]:
    found: list[str] = []
    number = 0
    for number, hashed in enumerate(orphan_hashes(db, pages), 1):  # noqa: B007 -- how many is told behind it
        if len(found) < MOST_EXAMPLES:
            found.append(hashed.hex())
    if found:
        yield Finding(
            name="kept pages", severity="note", count=number, examples=tuple(found), act=partial(_drop, file),
            wrong="kept pages are named by no article: a process was killed, or another look replaced them",
            remedy="--repair takes them out",
        )  # fmt: skip


def _drop(file: Path, db: sqlite3.Connection) -> int:
    with closing(open_pages(file)) as pages:
        return take_out(pages, list(orphan_hashes(db, pages)))


def _damaged(wrong: str, remedy: str, found: list[str]) -> Finding:
    return Finding(
        name="kept pages", severity="fault", wrong=wrong, remedy=remedy, count=len(found) or 1,
        examples=tuple(found[:MOST_EXAMPLES]),
    )  # fmt: skip
