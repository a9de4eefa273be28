"""What a crawl on another machine must know of its source, taken out of the archive and put into an empty one there.

It is bounded: what waits, what is due to be looked at again, and what was dealt with last travel whole; of what is
older a few bytes say that it is known. A way that shows such an address again shows nothing new: where it says that it
changed, the archive notices, and the next crawl asks for it.
"""

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import msgspec

from archive.article import Entry, Fate
from archive.database import storable
from archive.forgotten import hash_of_address
from archive.ledger import address_of_key, key_of
from archive.times import to_text
from archive.zstd import zstd
from seeds.bounds import (
    MAX_LOOKS,
    MAX_MEMORY_ADDRESSES,
    MAX_MEMORY_BYTES,
    MAX_MEMORY_FORGOTTEN,
    MAX_MEMORY_HOSTS,
    MAX_MEMORY_KEYS,
    MAX_UNFINISHED,
)

_AHEAD = timedelta(hours=1)
"""What is due to be looked at until then travels too: a crawl may wait for its worker, and last."""
_KIN_SHARE = 4  # of what a source may take along, so much less of another source on its hosts
_KEY_BYTES = 4  # of a hash: of 100,000 addresses one new one in 43,000 is taken for known, and waits for one crawl more
_ORDER = (
    "feeds",
    "addresses",
    "article_head",
    "past_articles",
    "visits",
    "marks",
    "lines",
    "rendering",
    "hosts",
    "forgotten",
)


class MemoryUnreadable(Exception):
    """A memory that another Khabar packed in another way, or that was damaged."""


class Keys:
    """The older addresses of a source, by some bytes of their hashes."""

    def __init__(self, packed: bytes = b"") -> None:
        self._hashes = array("I", packed)

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, key: str) -> bool:
        number = int.from_bytes(hash_of_address(key)[:_KEY_BYTES], "little")
        place = bisect_left(self._hashes, number)
        return place < len(self._hashes) and self._hashes[place] == number


def pack_memory(
    db: sqlite3.Connection, source: str, *, kin: Collection[str] = (), at: datetime, with_keys: bool
) -> bytes:  # fmt: skip
    """What is remembered of *source*, and of what others of its hosts, its *kin*, dealt with last; *with_keys*: also by
    which its older addresses are known. As it is when nothing crawls it.
    """
    chosen = _chosen(db, source, kin, at)
    ids = msgspec.json.encode(chosen).decode()
    rows: dict[str, sqlite3.Cursor] = {
        "feeds": db.execute("SELECT * FROM feeds WHERE source = ?", (source,)),
        "addresses": db.execute("SELECT * FROM addresses WHERE id IN (SELECT value FROM json_each(?))", (ids,)),
        "article_head": db.execute(
            "SELECT DISTINCT article_head.id, '' AS url, source, first_seen, last_seen, story, published, "
            "published_precision, moved FROM addresses JOIN article_head ON article_head.id = addresses.article "
            "WHERE addresses.id IN (SELECT value FROM json_each(?))",
            (ids,),
        ),
        "past_articles": db.execute(
            "SELECT * FROM past_articles WHERE article IN "
            "(SELECT article FROM addresses WHERE id IN (SELECT value FROM json_each(?)))",
            (ids,),
        ),
        "visits": db.execute("SELECT * FROM visits WHERE id IN (SELECT value FROM json_each(?))", (ids,)),
        "marks": db.execute(
            "SELECT address, feed, mark FROM marks JOIN feeds ON feeds.id = feed "
            "WHERE source = ? AND address IN (SELECT value FROM json_each(?))",
            (source, ids),
        ),
        "lines": db.execute("SELECT * FROM lines WHERE source = ?", (source,)),
        "rendering": db.execute("SELECT * FROM rendering WHERE source = ?", (source,)),
        "forgotten": db.execute(
            "SELECT * FROM forgotten WHERE expired IS NULL ORDER BY at DESC LIMIT ?", (MAX_MEMORY_FORGOTTEN,)
        ),
    }
    tables = {name: _table(cursor) for name, cursor in rows.items()}
    tables["hosts"] = _hosts(db, tables["feeds"], tables["visits"])
    keys = _keys(db, source) if with_keys else b""
    return zstd.compress(msgspec.msgpack.encode(_Memory(tables=tables, keys=keys)), 3)


def unpack_memory(db: sqlite3.Connection, memory: bytes) -> Keys:
    """Writes *memory* into an empty archive, in the open transaction. Raises MemoryUnreadable."""
    try:
        stream = zstd.ZstdDecompressor()
        read = msgspec.msgpack.decode(stream.decompress(memory, MAX_MEMORY_BYTES), type=_Memory)
        if not stream.eof or len(read.keys) % _KEY_BYTES:
            raise MemoryUnreadable("it is too large, or cut short")
        feeds: set[Any] = set()
        for name in _ORDER:
            if table := read.tables.get(name):
                if name == "feeds":
                    feeds = {row[table.columns.index("id")] for row in table.rows}
                _put(db, name, table, feeds)
        return Keys(read.keys)
    except (msgspec.DecodeError, zstd.ZstdError, sqlite3.Error, ValueError) as error:
        raise MemoryUnreadable(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Table:
    columns: list[str]
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Memory:
    tables: dict[str, _Table]
    keys: bytes


def _chosen(db: sqlite3.Connection, source: str, kin: Collection[str], at: datetime) -> list[int]:
    """The numbers of the addresses that travel."""
    latest = "SELECT id FROM visits WHERE source = ? AND past = ? AND backfill IS NULL ORDER BY at DESC LIMIT ?"
    asked: list[tuple[str, tuple[object, ...]]] = [
        (
            "SELECT id FROM visits WHERE source = ? AND open_since IS NOT NULL AND backfill IS NULL "
            "ORDER BY open_since DESC LIMIT ?",
            (source, MAX_UNFINISHED),
        ),
        (
            "SELECT id FROM visits WHERE source = ? AND look IS NOT NULL AND backfill IS NULL "
            "AND (look <= ? OR look > '9') ORDER BY look LIMIT ?",
            (source, to_text(at + _AHEAD), MAX_LOOKS),
        ),
        *((latest, (source, past, MAX_MEMORY_ADDRESSES)) for past in (0, 1)),
        *((latest, (other, 0, MAX_MEMORY_ADDRESSES // _KIN_SHARE)) for other in islice(sorted(kin), _KIN_SHARE)),
    ]
    return list({row[0] for statement, values in asked for row in db.execute(statement, values)})


def _table(cursor: sqlite3.Cursor) -> _Table:
    return _Table([column[0] for column in cursor.description], [list(row) for row in cursor])


def _hosts(db: sqlite3.Connection, *tables: _Table) -> _Table:
    """What is known of the servers of these addresses: their robots.txt, and until when they are not to be asked."""
    names: dict[str, None] = {}
    for table in tables:
        place = table.columns.index("url")
        for row in table.rows:
            names.update(dict.fromkeys(_names_of(row[place])))
    some = msgspec.json.encode(list(islice(names, 3 * MAX_MEMORY_HOSTS))).decode()
    return _table(db.execute("SELECT * FROM hosts WHERE host IN (SELECT value FROM json_each(?))", (some,)))


def _names_of(url: str) -> Iterable[str]:
    """Under which a server may stand: with its port, without it, and with a robots.txt of its own for http."""
    parts = urlsplit(url)
    place = parts.netloc.lower()
    yield from (place, place.rpartition(":")[0] or place, f"http://{place}")


def _keys(db: sqlite3.Connection, source: str) -> bytes:
    """Those of the latest MAX_MEMORY_KEYS addresses of *source*, and of those whose articles have expired."""
    known = db.execute(
        "SELECT key FROM (SELECT id FROM visits WHERE source = ? ORDER BY at DESC LIMIT ?) JOIN addresses USING (id)",
        (source, MAX_MEMORY_KEYS),
    )
    numbers = {hash_of_address(key)[:_KEY_BYTES] for (key,) in known}
    expired = db.execute(
        "SELECT substr(hash, 1, ?) FROM forgotten WHERE expired IN "
        "(SELECT article FROM expired WHERE source = ? ORDER BY article DESC LIMIT ?)",
        (_KEY_BYTES, source, MAX_MEMORY_KEYS),
    )
    numbers.update(row[0] for row in expired)
    return array("I", sorted(int.from_bytes(one, "little") for one in numbers)).tobytes()


def _put(db: sqlite3.Connection, name: str, table: _Table, feeds: Collection[Any]) -> None:
    """Writes what of *table* this schema has columns for. A visit that another source's way showed first names none."""
    there = {row[1] for row in db.execute(f"PRAGMA table_info({name})")}
    places = [place for place, column in enumerate(table.columns) if column in there]
    columns = [table.columns[place] for place in places]
    shown_by = columns.index("shown_by") if "shown_by" in columns else None

    def values(row: Sequence[Any]) -> list[Any]:
        kept = [row[place] for place in places]
        if shown_by is not None and kept[shown_by] not in feeds:
            kept[shown_by] = None
        return kept

    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 -- names of columns
    db.executemany(statement, [values(row) for row in table.rows])


def recall(db: sqlite3.Connection, keys: Keys, source: str, entries: Iterable[Entry], at: datetime) -> None:
    """Lets those of *entries* that only *keys* know be known to the archive: nobody asks for them."""
    if not len(keys):
        return
    for entry in entries:
        key = key_of(entry.url)
        if key not in keys or db.execute("SELECT 1 FROM addresses WHERE key = ?", (key,)).fetchone():
            continue
        db.execute(
            "INSERT INTO visits (id, url, source, at, fate) VALUES (?, ?, ?, ?, ?)",
            (address_of_key(db, key), storable(entry.url), source, to_text(at), Fate.UNCHANGED),
        )
