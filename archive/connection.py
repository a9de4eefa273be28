"""A connection to an archive that puts off what it writes into the full-text indexes until its transaction ends.

FTS5 gathers what it is given and writes it out as one segment. It does so at every savepoint, and SQLite opens one
around each statement that fires a trigger: an article's tags and head do. Fifty articles made fifty segments so, and
their merging took a quarter of a batch's time.
"""

import sqlite3
from typing import TypeAlias

Put: TypeAlias = tuple[str, tuple[object, ...]]

_MOST = 200  # put off at a time: a megabyte or two of text


class Connection(sqlite3.Connection):
    """As sqlite3's. `waiting` are statements that were put off, in their order; None: nothing is put off now."""

    waiting: list[Put] | None = None


def put_off(db: sqlite3.Connection, sql: str, values: tuple[object, ...]) -> None:
    """Executes *sql* by the end of the transaction; at once, where `archive.database.transaction` did not begin it."""
    if not isinstance(db, Connection) or db.waiting is None:
        db.execute(sql, values)
        return
    db.waiting.append((sql, values))
    if len(db.waiting) >= _MOST:
        settle(db)


def settle(db: sqlite3.Connection) -> None:
    """Executes what was put off. Who asks an index within a transaction calls this first."""
    if isinstance(db, Connection) and db.waiting:
        due, db.waiting = db.waiting, []
        for sql, values in due:
            db.execute(sql, values)
