"""Whether SQLite finds the file whole, and whether what refers to a row refers to one that is there."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.checks.finding import EVERYTHING, Check, Span

_RESTORE = "restore a backup (docs/care.md); nothing can derive what a damaged page held"


def _integrity(statement: str) -> Check:
    def find(db: sqlite3.Connection, span: Span) -> Sequence[str]:
        lines = (line for (told,) in db.execute(statement) for line in told.splitlines())
        return [line for line in lines if line != "ok" and not line.startswith("***")]  # these name the database

    return Check(
        name="integrity", wrong="complaints of SQLite about the file", remedy=_RESTORE, find=find, whole=True,
    )  # fmt: skip


INTEGRITY = _integrity("PRAGMA integrity_check")
QUICK_INTEGRITY = _integrity("PRAGMA quick_check")  # without holding indexes against their tables: half of the time


@dataclass(frozen=True, slots=True)
class _Reference:
    table: str
    column: str
    parent: str
    key: str
    may_be_null: bool

    @property
    def lost(self) -> str:
        """The condition of a row that refers to nothing."""
        return (
            f"{self.column} IS NOT NULL AND NOT EXISTS "  # noqa: S608 -- own names
            f"(SELECT 1 FROM {self.parent} AS parent WHERE parent.{self.key} = {self.table}.{self.column})"
        )


def _references(db: sqlite3.Connection) -> Iterator[_Reference]:
    """All that the schema declares."""
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        columns = {row["name"]: row for row in db.execute(f"PRAGMA table_info({table})")}
        for row in db.execute(f"PRAGMA foreign_key_list({table})").fetchall():
            column = columns[row["from"]]
            yield _Reference(table, row["from"], row["table"], row["to"], not column["notnull"] and not column["pk"])


def _is_text(reference: _Reference) -> bool:
    return reference.table == "article_text"


def _find_references(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    return [
        f"{one.table}.{one.column} = {row[0]}"
        for one in _references(db)
        if not _is_text(one)
        for row in db.execute(f"SELECT {one.column} FROM {one.table} WHERE {one.lost}")  # noqa: S608 -- own names
    ]


def _mend_references(db: sqlite3.Connection, span: Span) -> int:
    """Until nothing is lost: what is taken out may have been referred to itself."""
    done = 0
    while number := sum(_mend_reference(db, one) for one in _references(db) if not _is_text(one)):
        done += number
    return done


def _mend_reference(db: sqlite3.Connection, one: _Reference) -> int:
    act = f"UPDATE {one.table} SET {one.column} = NULL" if one.may_be_null else f"DELETE FROM {one.table}"  # noqa: S608 -- own names
    return db.execute(f"{act} WHERE {one.lost}").rowcount


REFERENCES = Check(
    name="references", wrong="rows refer to a row that is not there",
    remedy="--repair takes them out, or out of them the reference", find=_find_references, mend=_mend_references,
    whole=True,
)  # fmt: skip

_TEXTS = "NOT EXISTS (SELECT 1 FROM article_head WHERE article_head.id = article_text.id)"


def _find_texts(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    rows = db.execute(f"SELECT id FROM article_text WHERE id BETWEEN ? AND ? AND {_TEXTS}", span)  # noqa: S608 -- own words
    return [str(number) for (number,) in rows]


def _mend_texts(db: sqlite3.Connection, span: Span) -> int:
    return db.execute(f"DELETE FROM article_text WHERE id BETWEEN ? AND ? AND {_TEXTS}", span).rowcount  # noqa: S608 -- own words


TEXTS_ALONE = Check(
    name="texts", wrong="texts have no article: neither address nor title nor date",
    remedy="restore a backup; --repair takes them out, and keeps a copy of the archive before it", find=_find_texts,
    mend=_mend_texts, loses=True,
)  # fmt: skip


def _find_heads(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    rows = db.execute(
        "SELECT id FROM article_head WHERE id BETWEEN ? AND ? "
        "AND NOT EXISTS (SELECT 1 FROM article_text WHERE article_text.id = article_head.id)",
        span,
    )
    return [str(number) for (number,) in rows]


HEADS_ALONE = Check(
    name="articles without text", wrong="articles have lost their text", remedy=_RESTORE, find=_find_heads,
)  # fmt: skip

CHECKS = (INTEGRITY, REFERENCES, TEXTS_ALONE, HEADS_ALONE)
__all__ = ["CHECKS", "EVERYTHING", "INTEGRITY", "QUICK_INTEGRITY", "REFERENCES"]
