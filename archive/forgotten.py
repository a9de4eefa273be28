"""What a person had forgotten, as hashes: of addresses, by which it is not asked for again; of those at which it was
read, by which a page that names one as its original is known; and of texts, by which it is not taken for new under
another address.

They tell nobody what it was, but whoever has a guess can check it. What belongs to one article has one time, and no
other has that: so it is lifted together.
"""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from archive.times import from_text, to_text

_SHORT = 200
"""Characters of a text below which its title tells it from others: "For subscribers only" stands on many pages."""


class Published(NamedTuple):
    """What a source published, in one of its versions."""

    source: str
    title: str | None
    text: str


def is_forgotten(db: sqlite3.Connection, key: str) -> bool:
    """Whether the address with this `url_key` is to stay forgotten."""
    return _since(db, _of_address(key)) is not None


def forgotten_since(
    db: sqlite3.Connection, keys: Iterable[str], *, claim: str | None = None, published: Published | None = None
) -> datetime | None:
    """When what has one of these addresses was forgotten; or what was read at the address *claim*; or *published*."""
    hashes = [_of_address(key) for key in keys]
    hashes += [_of_reading(claim)] if claim else []
    hashes += [_of_text(published)] if published else []
    return next((since for one in hashes if (since := _since(db, one))), None)


def free_moment(db: sqlite3.Connection, at: datetime) -> datetime:
    """The first second from *at* on in which nothing was forgotten."""
    while db.execute("SELECT 1 FROM forgotten WHERE at = ?", (to_text(at),)).fetchone():
        at += timedelta(seconds=1)
    return at


def remain_forgotten(
    db: sqlite3.Connection, keys: Iterable[str], at: datetime, *, read: Iterable[str] = (),
    published: Collection[Published] = (),
) -> None:  # fmt: skip
    """Lets the addresses with these keys, those at which it was *read*, and what was *published* never come back."""
    hashes = [*map(_of_address, keys), *map(_of_reading, read), *map(_of_text, published)]
    db.executemany("INSERT OR IGNORE INTO forgotten (hash, at) VALUES (?, ?)", [(one, to_text(at)) for one in hashes])


def let_come_back(db: sqlite3.Connection, key: str) -> bool:
    """Lets the address with this `url_key` be asked for again, and all that was forgotten with it; whether it was."""
    since = _since(db, _of_address(key))
    if since is not None:
        db.execute("DELETE FROM forgotten WHERE at = ?", (to_text(since),))
    return since is not None


def _since(db: sqlite3.Connection, hashed: bytes) -> datetime | None:
    row = db.execute("SELECT at FROM forgotten WHERE hash = ?", (hashed,)).fetchone()
    return from_text(row[0]) if row else None


def _of_address(key: str) -> bytes:
    return sha256(b"address\0" + key.encode("utf-8", "replace")).digest()


def _of_reading(key: str) -> bytes:
    return sha256(b"read\0" + key.encode("utf-8", "replace")).digest()


def _of_text(published: Published) -> bytes:
    source, title, text = published
    told = text if len(text) >= _SHORT else f"{title or ''}\0{text}"
    return sha256(f"text\0{source}\0{told}".encode("utf-8", "replace")).digest()
