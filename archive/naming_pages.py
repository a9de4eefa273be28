"""Which of the kept pages the archive names: those that a version of an article was read from.

The archive and the file of pages are two files. A page is kept before the archive names it, and taken out after that or
with it, so that whoever is killed in between leaves a page that nobody names, and never harm.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from archive.database import empty_log, transaction
from archive.ledger import key_of
from archive.pages import drop_pages, hashes_at
from archive.times import to_text

UNDER_WAY = timedelta(hours=1)
"""After it was kept a page may still wait for its article to be written."""


def named_hashes(db: sqlite3.Connection, article: int) -> set[bytes]:
    """Of the pages that the versions of *article* were read from, kept or not."""
    rows = db.execute(
        "SELECT page_hash FROM article_text WHERE id = ?1 UNION SELECT page_hash FROM revisions WHERE article = ?1",
        (article,),
    )
    return {hashed for (hashed,) in rows if hashed is not None}


def pages_of(db: sqlite3.Connection, pages: sqlite3.Connection, article: int) -> set[bytes]:
    """The kept pages that go when *article*, of the archive *db*, goes: of all its versions, and whatever else was kept
    of its addresses, also where no article was found on it. A page from which another article was read is not among
    them.
    """
    keys = [key for (key,) in db.execute("SELECT key FROM addresses WHERE article = ? AND kind <> 'claim'", (article,))]
    return _without_others(db, pages, named_hashes(db, article) | hashes_at(pages, keys), article)


def pages_at(db: sqlite3.Connection, pages: sqlite3.Connection, url: str) -> set[bytes]:
    """Likewise of an address at which no article is archived."""
    return _without_others(db, pages, hashes_at(pages, [key_of(url)]), None)


def orphan_hashes(db: sqlite3.Connection, pages: sqlite3.Connection, *, at: datetime | None = None) -> Iterator[bytes]:
    """The kept pages that nothing of the archive *db* names: left by a process that was killed, or of a version that
    another look at the same words has replaced. Not those without an article, which are kept on purpose, nor what may
    be under way *at* this moment. Both files are read once, in order.
    """
    named = db.execute(
        "SELECT page_hash FROM article_text WHERE page_hash IS NOT NULL "
        "UNION SELECT page_hash FROM revisions WHERE page_hash IS NOT NULL ORDER BY 1"
    )
    kept = pages.execute(
        "SELECT hash FROM pages WHERE refused IS NULL AND kept < ? ORDER BY hash",
        (to_text((at or datetime.now(UTC)) - UNDER_WAY),),
    )
    name = next(named, None)
    for (hashed,) in kept:
        while name is not None and name[0] < hashed:
            name = next(named, None)
        if name is None or name[0] != hashed:
            yield hashed


def take_out(pages: sqlite3.Connection, hashes: Iterable[bytes]) -> int:
    """Takes these pages out of the file *pages*, in a transaction of its own; how many were kept."""
    with transaction(pages):
        return drop_pages(pages, list(hashes))


def scrub_pages(pages: sqlite3.Connection) -> bool:
    """Overwrites what was taken out in the file and its write-ahead log, and gives the room back, outside any
    transaction; whether all of it could be: a reader that goes on keeps the log as it is.
    """
    pages.executescript("PRAGMA incremental_vacuum")  # `execute` takes the first page for all of the answer
    return empty_log(pages)


def _without_others(
    db: sqlite3.Connection, pages: sqlite3.Connection, hashes: set[bytes], article: int | None
) -> set[bytes]:  # fmt: skip
    """Only the same bytes from two addresses can be two articles' page: of the others nobody has to look."""
    return {hashed for hashed in hashes if not _is_shared(pages, hashed) or not _has_another(db, hashed, article)}


def _is_shared(pages: sqlite3.Connection, hashed: bytes) -> bool:
    row = pages.execute("SELECT shared FROM pages WHERE hash = ?", (hashed,)).fetchone()
    return bool(row and row[0])


def _has_another(db: sqlite3.Connection, hashed: bytes, article: int | None) -> bool:
    row = db.execute(
        "SELECT 1 FROM article_text WHERE page_hash = ?1 AND id IS NOT ?2 "
        "UNION ALL SELECT 1 FROM revisions WHERE page_hash = ?1 AND article IS NOT ?2 LIMIT 1",
        (hashed, article),
    ).fetchone()
    return row is not None
