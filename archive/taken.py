"""How far an archive has come with the crawls that other machines make for it.

What they ship arrives at least once. The place up to which it is in is written in the transaction that takes it, so
each thing is taken exactly once, whoever is killed. It stands in the table `meta`, whose other keys this leaves alone:
an older Khabar reads the archive as well.
"""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple
from uuid import uuid4

_TOKEN = "cluster.desk"  # noqa: S105 -- the key of what tells one archive from another; no secret
_QUEUE = "cluster.queue"  # the name of the queue that was used last, without its password
_QUEUE_ID = "cluster.queue_id"  # its id
_GIVEN_UP = "cluster.given_up"  # what is out for this run or an earlier one is not waited for any more
_OUT = "cluster.crawl."  # and the queue's id, a dot, and the crawl's number


class Place(NamedTuple):
    """What is to be taken next of a crawl: of its attempt, from this note of this batch on. All before it is in."""

    attempt: int = 0
    sequence: int = 0
    note: int = 0


BEGINNING = Place()
"""Before anything of a crawl is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """A crawl that is made elsewhere."""

    source: str
    run: int
    place: Place = BEGINNING
    ended: bool = False  # all of it is in; only the queue has not been told yet


def desk_token(db: sqlite3.Connection) -> str:
    """What tells this archive from all others, given to it now where it has none."""
    if (token := _read(db, _TOKEN)) is None:
        token = str(uuid4())
        _write(db, _TOKEN, token)
    return token


def known_token(db: sqlite3.Connection) -> str | None:
    """The same; None where it has none."""
    return _read(db, _TOKEN)


def note_queue(db: sqlite3.Connection, queue: str, shown: str) -> list[str]:
    """Keeps the id and the name, without its password, of the *queue* that is used now. What is out in another one that
    was used before is given up; the sources of that."""
    before = _read(db, _QUEUE_ID)
    lost = give_up(db) if before not in (None, queue) else []
    _write(db, _QUEUE_ID, queue)
    _write(db, _QUEUE, shown)
    return lost


def noted_queue(db: sqlite3.Connection) -> str | None:
    """The name of the queue that was used last; None: none ever was."""
    return _read(db, _QUEUE)


def note_out(db: sqlite3.Connection, queue: str, crawl: int, out: Out) -> None:
    """Keeps how far *crawl* of the queue with this id is."""
    known = {"source": out.source, "run": out.run, "place": list(out.place), "ended": out.ended}
    _write(db, f"{_OUT}{queue}.{crawl}", json.dumps(known))


def drop_out(db: sqlite3.Connection, queue: str, crawls: Collection[int]) -> None:
    """Forgets *crawls* of this queue, of which nothing more can come."""
    db.executemany("DELETE FROM meta WHERE key = ?", [(f"{_OUT}{queue}.{crawl}",) for crawl in crawls])


def crawls_out(db: sqlite3.Connection, queue: str) -> dict[int, Out]:
    """The crawls of this queue, by number."""
    beginning = f"{_OUT}{queue}."
    return {int(key.removeprefix(beginning)): out for key, out in _all_out(db).items() if key.startswith(beginning)}


def sources_out(db: sqlite3.Connection) -> list[str]:
    """The sources that are being crawled elsewhere, or wait to be, in any queue."""
    return sorted({out.source for out in _all_out(db).values() if not out.ended})


def give_up(db: sqlite3.Connection) -> list[str]:
    """From now on nothing that is out is waited for, and its sources are crawled here; which these are. What comes in
    of it some day is older than what the archive has."""
    if noted_queue(db) is None:
        return []
    sources = sources_out(db)
    last = db.execute("SELECT coalesce(max(id), 0) FROM runs").fetchone()[0]
    _write(db, _GIVEN_UP, str(last))
    db.execute("DELETE FROM meta WHERE key >= ? AND key < ?", _range())
    return sources


def given_up(db: sqlite3.Connection) -> int:
    """The last run whose crawls were given up where they were out; 0: none was."""
    return int(_read(db, _GIVEN_UP) or 0)


def _all_out(db: sqlite3.Connection) -> dict[str, Out]:
    found = {}
    for key, value in db.execute("SELECT key, value FROM meta WHERE key >= ? AND key < ?", _range()):
        known = json.loads(value)
        place = Place(*known["place"])
        found[key] = Out(source=known["source"], run=known["run"], place=place, ended=known["ended"])
    return found


def _range() -> tuple[str, str]:
    """The first key of a crawl, and the first behind all of them."""
    return _OUT, f"{_OUT[:-1]}{chr(ord(_OUT[-1]) + 1)}"


def _read(db: sqlite3.Connection, key: str) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def _write(db: sqlite3.Connection, key: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))
