"""What a person had forgotten, as hashes: of addresses, by which it is not asked for again, and of texts, by which it
is not taken for new under another address.

They tell nobody what it was, but whoever has a guess can check it.
"""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256

from archive.times import to_text


def is_forgotten(db: sqlite3.Connection, key: str) -> bool:
    """Whether the address with this `url_key` is to stay forgotten."""
    return _has(db, _of_address(key))


def is_forgotten_text(db: sqlite3.Connection, source: str, text: str) -> bool:
    """Whether *source* has published an article of the very same *text* that is to stay forgotten."""
    return _has(db, _of_text(source, text))


def remain_forgotten(
    db: sqlite3.Connection, keys: Iterable[str], at: datetime, *, texts: Collection[tuple[str, str]] = ()
) -> None:
    """Lets these addresses, and texts with their sources, never come back."""
    hashes = [*map(_of_address, keys), *(_of_text(source, text) for source, text in texts)]
    db.executemany("INSERT OR IGNORE INTO forgotten (hash, at) VALUES (?, ?)", [(one, to_text(at)) for one in hashes])


def let_come_back(db: sqlite3.Connection, key: str) -> bool:
    """Lets the address with this `url_key` be asked for again; whether it was forgotten."""
    return db.execute("DELETE FROM forgotten WHERE hash = ?", (_of_address(key),)).rowcount == 1


def _has(db: sqlite3.Connection, hashed: bytes) -> bool:
    return db.execute("SELECT 1 FROM forgotten WHERE hash = ?", (hashed,)).fetchone() is not None


def _of_address(key: str) -> bytes:
    return sha256(b"address\0" + key.encode("utf-8", "replace")).digest()


def _of_text(source: str, text: str) -> bytes:
    return sha256(f"text\0{source}\0{text}".encode("utf-8", "replace")).digest()
