"""The relations of the archive that people may rely on, read from the database and put beside what they are."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from archive.described import TABLES, VIEWS


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation."""

    name: str
    type: str
    may_be_null: bool
    key: str  # "primary key", "unique", "indexed", or nothing
    text: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view of the contract."""

    name: str
    kind: Literal["table", "view"]
    about: str
    columns: tuple[Column, ...]


def contract(db: sqlite3.Connection) -> list[Relation]:
    """The contract, the views first. Raises KeyError where a column is not described."""
    return [
        *(Relation(name, "view", one.about, tuple(_of_view(db, name, one.columns))) for name, one in VIEWS.items()),
        *(Relation(name, "table", one.about, tuple(_of_table(db, name, one.columns))) for name, one in TABLES.items()),
    ]


def _of_view(db: sqlite3.Connection, name: str, texts: Mapping[str, str]) -> list[Column]:
    told = {column.split()[0]: (column.split()[1], text) for column, text in texts.items()}
    names = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
    return [Column(one, told[one][0].rstrip("?"), told[one][0].endswith("?"), "", told[one][1]) for one in names]


def _of_table(db: sqlite3.Connection, name: str, texts: Mapping[str, str]) -> list[Column]:
    keys = _keys(db, name)
    rows = db.execute(f"PRAGMA table_info({name})").fetchall()
    return [
        Column(column, kind, not (not_null or place), "primary key" if place else keys[column], texts[column])
        for _, column, kind, not_null, _, place in map(tuple, rows)
    ]


def _keys(db: sqlite3.Connection, table: str) -> dict[str, str]:
    """What the columns serve for, where an index begins with them; an index on some of the rows is none for all."""
    keys: dict[str, str] = defaultdict(str)
    for _, index, unique, origin, partial in map(tuple, db.execute(f"PRAGMA index_list({table})").fetchall()):
        columns = [row[2] for row in db.execute(f"PRAGMA index_info({index})")]
        if not partial and origin != "pk" and columns[0] is not None:
            keys[columns[0]] = "unique" if unique and len(columns) == 1 else "indexed"
    return keys
