"""The outbox of a rehearsal: what alerts would have done in the past, written into tables that end with the connection.

They have the names of the real ones and stand before them, so that whoever writes to the outbox of this connection
fills these, with the same statements, and the archive stays as it is.
"""

import re
import sqlite3
from datetime import datetime

from archive.times import to_text

_OUTBOX = ("alerts", "windows", "window_articles", "suppressed", "deliveries")
_CREATED = re.compile(r"^CREATE (TABLE|UNIQUE INDEX|INDEX) (\"?\w+\"?)", re.IGNORECASE)


def shadow_outbox(db: sqlite3.Connection) -> None:
    """Puts empty tables before those of the outbox, for this connection only; it may be one that only reads."""
    names = ", ".join(f"'{name}'" for name in _OUTBOX)
    made = db.execute(
        f"SELECT sql FROM main.sqlite_master WHERE tbl_name IN ({names}) AND sql IS NOT NULL ORDER BY type DESC"  # noqa: S608 -- own names
    ).fetchall()
    db.execute("PRAGMA query_only = OFF")  # it holds for these tables too
    db.execute("PRAGMA foreign_keys = OFF")  # none can lead from there to the articles
    db.set_authorizer(_allowed)
    for (sql,) in made:
        db.execute(_CREATED.sub(r"CREATE \1 temp.\2", sql))


def _allowed(action: int, name: str | None, _more: str | None, schema: str | None, _by: str | None) -> int:
    """Nothing is written but to tables that end with the connection. To its own SQLite seems to write where `json_each`
    is first used.
    """
    writes = action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)
    own = (name or "").startswith("sqlite_")
    return sqlite3.SQLITE_DENY if writes and schema == "main" and not own else sqlite3.SQLITE_OK


def arrivals_between(db: sqlite3.Connection, since: datetime, until: datetime) -> list[tuple[str, int, int]]:
    """When each article was first seen, from *since* until before *until*, its id and its story; the oldest first."""
    rows = db.execute(
        "SELECT first_seen, id, story FROM article_head WHERE first_seen >= ? AND first_seen < ? "
        "ORDER BY first_seen, id",
        (to_text(since), to_text(until)),
    )
    return [tuple(row) for row in rows]


def edits_between(db: sqlite3.Connection, since: datetime, until: datetime) -> list[tuple[str, int, int, int]]:
    """When each edit was noticed, from *since* until before *until*; its id, its article and story. Oldest first."""
    rows = db.execute(
        "SELECT seen, revisions.id, article, story FROM revisions JOIN article_head ON article_head.id = article "
        "WHERE seen >= ? AND seen < ? ORDER BY seen, revisions.id",
        (to_text(since), to_text(until)),
    )
    return [tuple(row) for row in rows]


def still_waiting(db: sqlite3.Connection) -> int:
    """How much is held back, or waits for a digest."""
    number: int = db.execute(
        "SELECT (SELECT count(*) FROM alerts WHERE state = 'held') "
        "+ (SELECT count(*) FROM window_articles WHERE window IS NULL)"
    ).fetchone()[0]
    return number


def next_release(db: sqlite3.Connection, after: datetime) -> str | None:
    """The first time behind *after* at which something may go that is held back."""
    row = db.execute("SELECT min(due) FROM alerts WHERE state = 'held' AND due > ?", (to_text(after),)).fetchone()
    return row[0]  # type: ignore[no-any-return]
