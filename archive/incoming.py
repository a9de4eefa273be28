"""What came last, in the order in which it came: articles by the moment at which they were first seen, and messages to
their channels."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from archive.highlight import Span
from topics.sentences import sentence_around

_AROUND = 700
"""Letters on either side of evidence that are read: a sentence longer than that is cut."""


def data_version(db: sqlite3.Connection) -> int:
    """A number that is another one, on the same connection, after anybody else has written."""
    number: int = db.execute("PRAGMA data_version").fetchone()[0]
    return number


def last_arrived(db: sqlite3.Connection, number: int) -> list[tuple[str, int]]:
    """When the *number* articles were first seen that were so last, and their ids, the latest first. Reads an index and
    nothing else."""
    rows = db.execute("SELECT first_seen, id FROM article_head ORDER BY first_seen DESC, id DESC LIMIT ?", (number,))
    return [(seen, article) for seen, article in rows]


def last_born(db: sqlite3.Connection, number: int) -> list[tuple[str, str]]:
    """When the *number* messages came into the outbox that did so last, and their refs, the latest first."""
    rows = db.execute("SELECT born, ref FROM alerts ORDER BY born DESC, ref LIMIT ?", (number,))
    return [(born or "", ref) for born, ref in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An article that came. Instants are as stored."""

    id: int
    title: str | None
    language: str | None
    source: str
    url: str
    seen: str
    topics: tuple[str, ...]  # the strongest first
    sentence: str  # that tells why it has the first of them; empty: it has none
    mark: Span | None  # a place in `sentence`


def read_arrived(db: sqlite3.Connection, articles: Sequence[int], *, with_sentence: bool) -> dict[int, Arrived]:
    """Those of *articles* that are there, by id."""
    wanted = json.dumps(list(articles))
    topics: dict[int, list[str]] = {}
    for article, topic in db.execute(
        "SELECT article, name FROM json_each(?) AS asked CROSS JOIN article_tags ON article = asked.value "
        "JOIN topic_names ON topic_names.id = topic ORDER BY score DESC, name", (wanted,)
    ):  # fmt: skip
        topics.setdefault(article, []).append(topic)
    rows = db.execute(
        "SELECT article_head.id, substr(title, 1, 2000) AS title, language, source, substr(url, 1, 5000) AS url, "
        "first_seen AS seen FROM json_each(?) AS asked CROSS JOIN article_head ON article_head.id = asked.value",
        (wanted,),
    ).fetchall()
    found = {}
    for row in rows:
        of = topics.get(row["id"], [])
        sentence, mark = _sentence(db, row["id"], of[0]) if of and with_sentence else ("", None)
        found[row["id"]] = Arrived(**row, topics=tuple(of), sentence=sentence, mark=mark)
    return found


def _sentence(db: sqlite3.Connection, article: int, topic: str) -> tuple[str, Span | None]:
    """The sentence with the strongest evidence for *topic*, and its place in it."""
    piece: sqlite3.Row | None = db.execute(
        'SELECT field, start, "end" FROM evidence WHERE article = ? AND topic = ? ORDER BY score DESC, number LIMIT 1',
        (article, topic),
    ).fetchone()
    if piece is None:
        return "", None
    first = max(0, piece["start"] - _AROUND)
    read = (
        "substr(title, ?, ?) FROM article_head" if piece["field"] == "title" else "substr(text, ?, ?) FROM article_text"
    )
    row: Any = db.execute(
        f"SELECT {read} WHERE id = ?",
        (first + 1, min(piece["end"] - first, 2 * _AROUND) + _AROUND, article),
    ).fetchone()
    text = (row[0] if row else None) or ""
    start, end = piece["start"] - first, piece["end"] - first
    if not 0 <= start < end <= len(text):
        return "", None
    begin, stop = sentence_around(text, start, end)
    return text[begin:stop], (start - begin, min(end, stop) - begin)
