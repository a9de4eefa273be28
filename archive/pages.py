"""Raw pages, where a desk keeps them: in a file of their own beside the archive, by the hash of what they are.

Pages take ten times the room of the articles that were read from them, and nobody searches them. Apart from the
archive they slow down neither it nor its backup, and they may be deleted, or moved to a larger disk, at any time: the
archive says by a hash which page each version was read from, whether or not it is kept.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from archive.database import BUSY_SECONDS, explained
from archive.errors import ArchiveError
from archive.times import from_text, to_text

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

APPLICATION_ID = 0x4B686270
"""`Khbp`, kept as `PRAGMA application_id`: how a file of pages is told from any other SQLite file."""
_VERSION = 1  # kept as `PRAGMA user_version`
_LEVEL = 9
_TABLE = """
    CREATE TABLE pages (
        hash BLOB PRIMARY KEY,     -- SHA-256 of the body as it was read: decompressed, not decoded
        url TEXT NOT NULL,         -- where it was read, after redirects
        requested TEXT NOT NULL,   -- what was asked for
        source TEXT NOT NULL,
        fetched TEXT NOT NULL,
        status INTEGER NOT NULL,
        headers TEXT NOT NULL,     -- JSON: pairs of name and value, as they were sent
        size INTEGER NOT NULL,     -- bytes of the body
        body BLOB NOT NULL         -- compressed: zstd
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPage:
    """A page as it is kept."""

    hash: bytes
    url: str
    requested: str
    source: str
    fetched: datetime  # aware
    status: int
    headers: tuple[tuple[str, str], ...]
    size: int
    packed: bytes

    @property
    def body(self) -> bytes:
        """The body. Raises ArchiveError where it is not what the hash says."""
        try:
            body = zstd.decompress(self.packed)
        except zstd.ZstdError as error:
            raise ArchiveError(f"the page of {self.url} is damaged: {error}") from error
        if sha256(body).digest() != self.hash:
            raise ArchiveError(f"the page of {self.url} is damaged: it is another one than its hash says")
        return body


def packed(body: bytes) -> bytes:
    """A body as it is kept. 300 kB take some 3 ms and become 40 kB."""
    return zstd.compress(body, _LEVEL)


def pages_beside(archive: Path) -> Path:
    """Where the pages of the archive at that path are kept."""
    return archive.with_name("pages.db")


def open_pages(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection to the pages at *path*, rows as `sqlite3.Row`, transactions begun by hand; made where missing.

    Raises ArchiveError where it holds no pages, or none yet and it is for reading only.
    """
    if read_only and not path.exists():
        raise ArchiveError(f'{path}: no pages are kept; "keep_pages = true" in desk.toml keeps them from then on')
    with explained(path):
        mode = "ro" if read_only else "rwc"
        db = sqlite3.connect(
            f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}",
            uri=True, timeout=BUSY_SECONDS, isolation_level=None,
        )  # fmt: skip
        try:
            db.row_factory = sqlite3.Row
            _prepare(db, path, read_only)
        except BaseException:
            db.close()
            raise
    return db


def keep_page(db: sqlite3.Connection, page: PackedPage) -> None:
    """Keeps *page*, in the open transaction; where the same bytes are kept already, those stay as they are."""
    db.execute(
        "INSERT OR IGNORE INTO pages (hash, url, requested, source, fetched, status, headers, size, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            page.hash, page.url, page.requested, page.source, to_text(page.fetched), page.status,
            json.dumps(page.headers, ensure_ascii=False), page.size, page.packed,
        ),
    )  # fmt: skip


def read_kept(db: sqlite3.Connection, hashed: bytes) -> PackedPage | None:
    """The page with this hash; None where it is not kept."""
    row = db.execute("SELECT * FROM pages WHERE hash = ?", (hashed,)).fetchone()
    return _page(row) if row else None


def kept_hashes(db: sqlite3.Connection) -> Iterator[bytes]:
    """Of all pages, in the order of the hashes."""
    return (row[0] for row in db.execute("SELECT hash FROM pages ORDER BY hash"))


def drop_pages(db: sqlite3.Connection, hashes: Iterable[bytes]) -> int:
    """Takes these pages out, in the open transaction; how many were kept."""
    return db.executemany("DELETE FROM pages WHERE hash = ?", ((one,) for one in hashes)).rowcount


def _page(row: sqlite3.Row) -> PackedPage:
    return PackedPage(
        hash=row["hash"], url=row["url"], requested=row["requested"], source=row["source"],
        fetched=from_text(row["fetched"]), status=row["status"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        size=row["size"], packed=row["body"],
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
            db.execute(_TABLE)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {_VERSION}")
        db.execute("COMMIT")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA secure_delete = ON")
