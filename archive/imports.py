"""How far files of captured pages were read, so that reading goes on where it was broken off.

A file is known by what it holds and by what was picked from it: read for another source, it is read anew.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.database import inserted_id, storable
from archive.times import from_text, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A file that was begun, or read whole."""

    id: int
    offset: int
    within: int
    finished: datetime | None
    counts: dict[str, Any]


def begin_import(
    db: sqlite3.Connection, *, file: str, hashed: bytes, picked: str, at: datetime, again: bool = False
) -> Import:
    """The import of the file with that name and hash; from its beginning where it is new, or to be read *again*."""
    row = db.execute("SELECT * FROM imports WHERE hash = ? AND picked = ?", (hashed, picked)).fetchone()
    if row is None:
        made = db.execute(
            "INSERT INTO imports (file, hash, picked, begun) VALUES (?, ?, ?, ?)",
            (storable(file), hashed, picked, to_text(at)),
        )
        return Import(id=inserted_id(made), offset=0, within=0, finished=None, counts={})
    if again:
        db.execute(
            "UPDATE imports SET file = ?, offset = 0, within = 0, begun = ?, finished = NULL, counts = '{}' "
            "WHERE id = ?",
            (storable(file), to_text(at), row["id"]),
        )
        return Import(id=row["id"], offset=0, within=0, finished=None, counts={})
    db.execute("UPDATE imports SET file = ? WHERE id = ?", (storable(file), row["id"]))
    return Import(
        id=row["id"], offset=row["offset"], within=row["within"],
        finished=from_text(row["finished"]) if row["finished"] else None, counts=json.loads(row["counts"]),
    )  # fmt: skip


def advance_import(
    db: sqlite3.Connection, number: int, *, offset: int, within: int, counts: Mapping[str, Any],
    finished: datetime | None = None,
) -> None:  # fmt: skip
    """All records before this place are settled, with these *counts*; *finished*: and so is the file."""
    db.execute(
        "UPDATE imports SET offset = ?, within = ?, counts = ?, finished = ? WHERE id = ?",
        (offset, within, json.dumps(counts, ensure_ascii=False), to_text(finished) if finished else None, number),
    )
