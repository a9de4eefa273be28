"""Raw pages, where a desk keeps them: in a file of their own beside the archive, by the hash of what they are.

Pages take ten times the room of the articles that were read from them, and nobody searches them. Apart from the
archive they slow down neither it nor its backup, and they may be deleted, or moved to a larger disk, at any time: the
archive says by a hash which page each version was read from, whether or not it is kept.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from archive.addresses import url_key
from archive.database import BUSY_SECONDS, JOURNAL_BYTES, explained
from archive.errors import ArchiveError, PageDamaged
from archive.packed_page import PackedPage
from archive.times import from_text, to_text
from archive.zstd import zstd
from seeds.bounds import MAX_REFUSED_PAGES, REFUSED_PAGE_DAYS

APPLICATION_ID = 0x4B686270
"""`Khbp`, kept as `PRAGMA application_id`: how a file of pages is told from any other SQLite file."""
_VERSION = 1  # kept as `PRAGMA user_version`
_LEVEL, _LEVEL_OF_LARGE, _LARGE = 9, 3, 2**20
"""Of bodies up to so many bytes, and of larger ones: there the ninth level takes 50 MB, half of what a worker has."""
_TABLES = (
    """
    CREATE TABLE pages (
        hash BLOB PRIMARY KEY,         -- SHA-256 of the body as it was read: decompressed, not decoded
        url TEXT NOT NULL,             -- where it was read, after redirects
        requested TEXT NOT NULL,       -- what was asked for
        source TEXT NOT NULL,
        fetched TEXT NOT NULL,
        status INTEGER NOT NULL,
        headers TEXT NOT NULL,         -- JSON: pairs of name and value, as they were sent
        size INTEGER NOT NULL,         -- bytes of the body
        hints TEXT,                    -- JSON: what a feed said of it beforehand, by which it was read
        rendered INTEGER NOT NULL,     -- 1: the body is the document that a browser drew, not what the server sent
        refused TEXT,                  -- why no article was read from it; NULL: one was
        code TEXT NOT NULL,            -- which code read it when it was kept, or last of one that is refused
        kept TEXT NOT NULL,            -- when it was kept
        shared INTEGER NOT NULL DEFAULT 0,  -- 1: the same bytes came from another address too
        url_key TEXT NOT NULL,         -- by which all spellings of an address are one
        requested_key TEXT NOT NULL,
        body BLOB NOT NULL             -- compressed: zstd
    )
    """,
    # Which code has read a page anew for an article: of two that share a page each is read by itself.
    """
    CREATE TABLE readings (
        hash BLOB NOT NULL REFERENCES pages (hash) ON DELETE CASCADE,
        article INTEGER NOT NULL,
        code TEXT NOT NULL,
        PRIMARY KEY (hash, article)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX pages_by_key ON pages (url_key)",
    "CREATE INDEX pages_by_requested ON pages (requested_key)",
    "CREATE INDEX refused_pages ON pages (source, fetched) WHERE refused IS NOT NULL",
)


def packed(body: bytes) -> bytes:
    """A body as it is kept. 300 kB take some 3 ms and become 40 kB."""
    return zstd.compress(body, _LEVEL if len(body) <= _LARGE else _LEVEL_OF_LARGE)


def pages_beside(archive: Path) -> Path:
    """Where the pages of the archive at that path are kept."""
    return archive.with_name("pages.db")


def open_pages(path: Path, *, read_only: bool = False, patience: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection to the pages at *path*, rows as `sqlite3.Row`, transactions begun by hand; made where missing. For
    *patience* seconds it waits for another process.

    Raises ArchiveError where it holds no pages, or none yet and it is for reading only.
    """
    if read_only and not path.exists():
        raise ArchiveError(f'{path}: no pages are kept; "keep_pages = true" in desk.toml keeps them from then on')
    with explained(path):
        mode = "ro" if read_only else "rwc"
        db = sqlite3.connect(
            f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}",
            uri=True, timeout=patience, isolation_level=None,
        )  # fmt: skip
        try:
            db.row_factory = sqlite3.Row
            _prepare(db, path, read_only)
        except BaseException:
            db.close()
            raise
    return db


def keep_page(db: sqlite3.Connection, page: PackedPage) -> bool:
    """Keeps *page*, in the open transaction; whether it is new. Where the same bytes are kept already, those stay as
    they are; but what an article was read from is no longer refused.
    """
    key = url_key(page.url)
    new = db.execute(
        "INSERT OR IGNORE INTO pages (hash, url, requested, source, fetched, status, headers, size, hints, rendered, "
        "refused, code, kept, url_key, requested_key, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            page.hash, page.url, page.requested, page.source, to_text(page.fetched), page.status,
            json.dumps(page.headers, ensure_ascii=False), page.size, page.hints, page.rendered, page.refused, page.code,
            to_text(datetime.now(UTC)), key, url_key(page.requested), page.packed,
        ),
    ).rowcount  # fmt: skip
    if not new:
        db.execute("UPDATE pages SET shared = 1 WHERE hash = ? AND url_key <> ?", (page.hash, key))
        if page.refused is None:
            db.execute(
                "UPDATE pages SET refused = NULL, code = ? WHERE hash = ? AND refused IS NOT NULL",
                (page.code, page.hash),
            )
    return bool(new)


def prune_refused(db: sqlite3.Connection, source: str, at: datetime) -> int:
    """Takes out, in the open transaction, what is too old or too much of the pages of *source* that were refused."""
    return db.execute(
        "DELETE FROM pages WHERE hash IN (SELECT hash FROM pages WHERE source = ?1 AND refused IS NOT NULL "
        "ORDER BY fetched DESC LIMIT -1 OFFSET ?2) OR (source = ?1 AND refused IS NOT NULL AND kept < ?3)",
        (source, MAX_REFUSED_PAGES, to_text(at - timedelta(days=REFUSED_PAGE_DAYS))),
    ).rowcount


def read_kept(db: sqlite3.Connection, hashed: bytes) -> PackedPage | None:
    """The page with this hash; None where it is not kept. Raises PageDamaged where what is noted of it is damaged."""
    row = db.execute("SELECT * FROM pages WHERE hash = ?", (hashed,)).fetchone()
    if row is None:
        return None
    try:
        return _page(row)
    except (ValueError, TypeError) as error:
        raise PageDamaged(f"the page {hashed.hex()} is damaged: its headers or its times are none ({error})") from error


def kept_facts(db: sqlite3.Connection, hashed: bytes) -> tuple[int, bool] | None:
    """How many bytes the page with this hash has, and whether a browser drew it; None where it is not kept."""
    row = db.execute("SELECT size, rendered FROM pages WHERE hash = ?", (hashed,)).fetchone()
    return (row[0], bool(row[1])) if row else None


def kept_hashes(db: sqlite3.Connection) -> Iterator[bytes]:
    """Of all pages, in the order of the hashes."""
    return (row[0] for row in db.execute("SELECT hash FROM pages ORDER BY hash"))


def hashes_at(db: sqlite3.Connection, keys: Iterable[str]) -> set[bytes]:
    """Of the pages that were read at, or asked for by, the addresses with these `url_key`s, whatever came of them."""
    return {
        hashed
        for key in keys
        for (hashed,) in db.execute(
            "SELECT hash FROM pages WHERE url_key = ?1 UNION SELECT hash FROM pages WHERE requested_key = ?1", (key,)
        )
    }


def refused_hashes(db: sqlite3.Connection) -> list[tuple[bytes, str, str, str]]:
    """Hash, source, code and time of each page of which no article was made, the newest first."""
    rows = db.execute(
        "SELECT hash, source, code, fetched FROM pages WHERE refused IS NOT NULL ORDER BY fetched DESC, hash"
    )
    return [(row["hash"], row["source"], row["code"], row["fetched"]) for row in rows]


def read_by(db: sqlite3.Connection, hashed: bytes, article: int) -> str | None:
    """Which code read the page with this hash last for *article*; None where it is not kept."""
    row = db.execute(
        "SELECT coalesce((SELECT code FROM readings WHERE hash = ?1 AND article = ?2), code) FROM pages "
        "WHERE hash = ?1",
        (hashed, article),
    ).fetchone()
    return row[0] if row else None


def note_reading(db: sqlite3.Connection, hashed: bytes, article: int | None, code: str) -> None:
    """Writes down, in the open transaction, that *code* has read it for *article*; None: it is refused still."""
    if article is None:
        db.execute("UPDATE pages SET code = ? WHERE hash = ?", (code, hashed))
    else:
        db.execute(
            "INSERT OR REPLACE INTO readings (hash, article, code) SELECT hash, ?, ? FROM pages WHERE hash = ?",
            (article, code, hashed),
        )


def adopt_page(db: sqlite3.Connection, hashed: bytes, code: str) -> None:
    """*code* has read an article from the page with this hash after all; in the open transaction."""
    db.execute("UPDATE pages SET refused = NULL, code = ? WHERE hash = ?", (code, hashed))


def page_count(db: sqlite3.Connection) -> tuple[int, int]:
    """How many pages are kept, and how many of them were refused."""
    number, refused = db.execute(
        "SELECT count(*), (SELECT count(*) FROM pages WHERE refused IS NOT NULL) FROM pages"
    ).fetchone()
    return number, refused


def has_pages(db: sqlite3.Connection) -> bool:
    """Whether any page is kept; unlike their number it is told at once."""
    return db.execute("SELECT 1 FROM pages LIMIT 1").fetchone() is not None


def drop_pages(db: sqlite3.Connection, hashes: Iterable[bytes]) -> int:
    """Takes these pages out, in the open transaction; how many were kept."""
    return db.executemany("DELETE FROM pages WHERE hash = ?", ((one,) for one in hashes)).rowcount


def _page(row: sqlite3.Row) -> PackedPage:
    headers = tuple((name, value) for name, value in json.loads(row["headers"]))
    texts = (row["url"], row["requested"], row["source"], *(text for pair in headers for text in pair))
    if not all(isinstance(text, str) for text in texts) or not isinstance(row["status"], int):
        raise ValueError("a value of another type")
    if row["hints"] is not None and not isinstance(json.loads(row["hints"]), dict):
        raise ValueError("what a feed said is no object")
    return PackedPage(
        hash=row["hash"], url=row["url"], requested=row["requested"], source=row["source"],
        fetched=from_text(row["fetched"]), status=row["status"],
        headers=headers, size=row["size"], packed=row["body"], hints=row["hints"], rendered=bool(row["rendered"]),
        refused=row["refused"], code=row["code"],
    )  # fmt: skip


def _prepare(db: sqlite3.Connection, path: Path, read_only: bool) -> None:
    application: int = db.execute("PRAGMA application_id").fetchone()[0]
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    tables = db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if application != APPLICATION_ID and (application or tables or read_only):
        raise ArchiveError(f"{path}: is no file of kept pages")
    if version > _VERSION:
        raise ArchiveError(f"{path}: is of a newer Khabar (version {version}, this one knows {_VERSION}); upgrade")
    if read_only:
        db.execute("PRAGMA query_only = ON")
        return
    if not version:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # what is taken out gives its room back, in steps
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        if not db.execute("PRAGMA user_version").fetchone()[0]:  # another process may have been first
            for statement in _TABLES:
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {_VERSION}")
        db.execute("COMMIT")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA secure_delete = ON")  # what is taken out is not left in the file
    db.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")
