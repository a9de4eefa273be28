"""The names that articles go by in an archive: its topics, sources, languages and sites. There are few of each."""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Names:
    """Every topic with its number, every source, language and site that some article has."""

    topics: Mapping[str, int]
    sources: Collection[str]
    languages: Collection[str]
    sites: Collection[str] = ()


def read_names(db: sqlite3.Connection) -> Names:
    """The names in use now."""
    return Names(topic_numbers(db), _values(db, "source"), _values(db, "language"), _values(db, "site"))


def topic_numbers(db: sqlite3.Connection) -> dict[str, int]:
    """The number of each topic that an article ever had."""
    return {name: number for number, name in db.execute("SELECT id, name FROM topic_names")}


def languages_in_use(db: sqlite3.Connection) -> Collection[str]:
    """The languages that some article has."""
    return _values(db, "language")


def _values(db: sqlite3.Connection, column: Literal["source", "language", "site"]) -> list[str]:
    """Every value of *column*. Walks its index from one to the next; a DISTINCT would read a million rows for ten."""
    rows = db.execute(
        f"WITH RECURSIVE names (name) AS (SELECT min({column}) FROM article_head UNION ALL "  # noqa: S608 -- own columns
        f"SELECT (SELECT min({column}) FROM article_head WHERE {column} > name) FROM names WHERE name IS NOT NULL) "
        "SELECT name FROM names WHERE name IS NOT NULL"
    )
    return [name for (name,) in rows]
