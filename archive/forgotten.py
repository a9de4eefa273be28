"""What is gone from the archive for good, as hashes: of addresses, by which it is not asked for again; of those at
which it was read, by which a page that names one as its original is known; and of texts, by which it is not taken for
new under another address.

They tell nobody what it was, but whoever has a guess can check it. What a person had forgotten of one article has one
time, and no other has that: so it is lifted together. What has expired has the number of its article.
"""

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from archive.article import EXPIRED, FORGOTTEN
from archive.times import from_text, to_text

_SHORT = 200
"""Characters of a text below which its title tells it from others: "For subscribers only" stands on many pages."""


class Gone(NamedTuple):
    """How something left the archive."""

    at: datetime
    expired: int | None = None  # the id of the article, where it was kept its days; None: a person had it forgotten

    @property
    def reason(self) -> str:
        """By which it is counted when it is met again."""
        return FORGOTTEN if self.expired is None else EXPIRED


class Published(NamedTuple):
    """What a source published, in one of its versions."""

    source: str
    title: str | None
    text: str


def is_forgotten(db: sqlite3.Connection, key: str) -> bool:
    """Whether the address with this `url_key` is not to be asked for any more: what was there was forgotten, or has
    expired."""
    return gone(db, key) is not None


def gone(db: sqlite3.Connection, key: str) -> Gone | None:
    """How what was at the address with this `url_key` left the archive; None where it did not."""
    return _gone(db, hash_of_address(key))


def gone_before(db: sqlite3.Connection, keys: Iterable[str], *, claim: str | None = None) -> Gone | None:
    """How what has one of these addresses left the archive, or what was read at the address *claim*."""
    hashes = [hash_of_address(key) for key in keys]
    hashes += [_of_reading(claim)] if claim else []
    return next((one for hashed in hashes if (one := _gone(db, hashed))), None)


def gone_text(db: sqlite3.Connection, published: Published) -> Gone | None:
    """How what was *published* left the archive, by whatever address it was found."""
    return _gone(db, _of_text(published))


def free_moment(db: sqlite3.Connection, at: datetime) -> datetime:
    """The first second from *at* on in which a person had nothing forgotten."""
    taken = "SELECT 1 FROM forgotten WHERE at = ? AND expired IS NULL"
    while db.execute(taken, (to_text(at),)).fetchone():
        at += timedelta(seconds=1)
    return at


def remain_forgotten(
    db: sqlite3.Connection, keys: Iterable[str], how: Gone, *, read: Iterable[str] = (),
    published: Collection[Published] = (),
) -> None:  # fmt: skip
    """Lets the addresses with these keys, those at which it was *read*, and what was *published* never come back.

    What a person has forgotten is no longer only expired.
    """
    hashes = [*map(hash_of_address, keys), *map(_of_reading, read), *map(_of_text, published)]
    db.executemany(
        "INSERT INTO forgotten (hash, at, expired) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO UPDATE "
        "SET at = excluded.at, expired = NULL WHERE excluded.expired IS NULL AND expired IS NOT NULL",
        [(one, to_text(how.at), how.expired) for one in hashes],
    )


def let_come_back(db: sqlite3.Connection, key: str) -> bool:
    """Lets the address with this `url_key` be asked for again, and all that a person had forgotten with it; whether it
    was. What has expired stays away: it would expire again."""
    found = gone(db, key)
    if found is None or found.expired is not None:
        return False
    db.execute("DELETE FROM forgotten WHERE at = ? AND expired IS NULL", (to_text(found.at),))
    return True


def _gone(db: sqlite3.Connection, hashed: bytes) -> Gone | None:
    row = db.execute("SELECT at, expired FROM forgotten WHERE hash = ?", (hashed,)).fetchone()
    return Gone(from_text(row[0]), row[1]) if row else None


def hash_of_address(key: str) -> bytes:
    """By which the address with this `url_key` is known to have left."""
    return sha256(b"address\0" + key.encode("utf-8", "replace")).digest()


def _of_reading(key: str) -> bytes:
    return sha256(b"read\0" + key.encode("utf-8", "replace")).digest()


def _of_text(published: Published) -> bytes:
    source, title, text = published
    told = text if len(text) >= _SHORT else f"{title or ''}\0{text}"
    return sha256(f"text\0{source}\0{told}".encode("utf-8", "replace")).digest()
