"""Whether the file of kept pages, where there is one, is whole."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from archive.checks.finding import MOST_EXAMPLES, Finding
from archive.errors import ArchiveError
from archive.pages import open_pages, pages_beside

PageCheck = Callable[[sqlite3.Connection, sqlite3.Connection], Iterator[Finding]]
"""Is handed the archive and the pages, both for reading."""

MORE: tuple[PageCheck, ...] = ()
"""What else is asked of kept pages, such as whether an article was read from each."""


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
            for check in MORE:
                yield from check(db, pages)
    except (ArchiveError, sqlite3.DatabaseError) as error:
        yield _damaged(f"file of kept pages cannot be read: {error}", remedy, [])


def _damaged(wrong: str, remedy: str, found: list[str]) -> Finding:
    return Finding(
        name="kept pages", severity="fault", wrong=wrong, remedy=remedy, count=len(found) or 1,
        examples=tuple(found[:MOST_EXAMPLES]),
    )  # fmt: skip
