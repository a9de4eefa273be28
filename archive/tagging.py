"""Writing the tags of an article and their evidence."""

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Literal, TypeAlias

from archive.database import inserted_id, storable
from topics.evidence import Tag

Scores: TypeAlias = Sequence[tuple[str, float]]
"""Topics with their scores."""

_Names = Literal["topic_names", "pack_versions"]


def replace_tags(db: sqlite3.Connection, article: int, tags: Sequence[Tag], pack_version: str | None) -> None:
    """Gives *article* these tags with their evidence, in place of those that it had, as packs of *pack_version* do."""
    db.execute("DELETE FROM article_tags WHERE article = ?", (article,))
    db.execute("DELETE FROM evidence WHERE article = ?", (article,))
    add_tags(db, article, tags)
    db.execute("UPDATE article_head SET pack = ? WHERE id = ?", (pack_number(db, pack_version), article))


def scores_of(db: sqlite3.Connection, article: int) -> tuple[tuple[str, float], ...]:
    """The topics of *article* and their scores, as they stand."""
    rows = db.execute("SELECT topic, score FROM tags WHERE article = ? ORDER BY score DESC, topic", (article,))
    return tuple((topic, score) for topic, score in rows)


def pack_number(db: sqlite3.Connection, version: str | None) -> int | None:
    """The number that stands for a version of the packs; None for one that is not known."""
    return None if version is None else _number_of(db, "pack_versions", version)


def add_tags(db: sqlite3.Connection, article: int, tags: Sequence[Tag]) -> None:
    """Gives *article*, which has none yet, these tags with their evidence."""
    number, version = partial(_number_of, db, "topic_names"), partial(_number_of, db, "pack_versions")
    db.executemany(
        "INSERT INTO article_tags (topic, article, score, pack) VALUES (?, ?, ?, ?)",
        [(number(tag.topic), article, tag.score, version(tag.pack_version)) for tag in tags],
    )
    places = [(tag.topic, piece) for tag in tags for piece in tag.evidence]
    db.executemany(
        'INSERT INTO evidence (article, number, topic, rule, term, field, start, "end", score, note) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                article, number, topic, piece.rule, storable(piece.term), piece.field, piece.start, piece.end,
                piece.score, storable(piece.note),
            )
            for number, (topic, piece) in enumerate(places)
        ],
    )  # fmt: skip


def _number_of(db: sqlite3.Connection, table: _Names, name: str) -> int:
    """The number that stands for *name*, which is written once for all articles."""
    row = db.execute(f"SELECT id FROM {table} WHERE name = ?", (name,)).fetchone()  # noqa: S608 -- one of two own names
    return row[0] if row else inserted_id(db.execute(f"INSERT INTO {table} (name) VALUES (?)", (name,)))  # noqa: S608
