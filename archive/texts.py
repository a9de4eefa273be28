"""Many archived articles as a topic pack reads them, one at a time: a long look never holds the archive."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_READ = """
SELECT id, story, source, site, language, title, authors, text, coalesce(published, first_seen) AS time, first_seen,
       (SELECT group_concat(topic || ' ' || score) FROM tags WHERE article = article_head.id) AS tags
FROM article_head JOIN article_text USING (id) WHERE id = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedText:
    """What is matched of an article, and by what it is counted."""

    id: int
    story: int
    source: str
    site: str
    language: str | None
    title: str | None
    authors: tuple[str, ...]
    text: str
    time: str  # published, or first seen where a date is missing; as stored
    first_seen: str
    tags: tuple[tuple[str, float], ...]  # topics that it is tagged with now, and their scores

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics alone."""
        return tuple(topic for topic, _ in self.tags)


def archived_texts(db: sqlite3.Connection, ids: Iterable[int]) -> Iterator[ArchivedText]:
    """The articles with these ids, in this order; those that are gone meanwhile are left out.

    Each is read when it is asked for, and whole, so that no read transaction stays open while the caller works. Some
    hundred together would be read in three quarters of the time, and of a hostile source fill the memory.
    """
    for number in ids:
        yield from map(_text, db.execute(_READ, (number,)).fetchall())


def standing_evidence(db: sqlite3.Connection, text: ArchivedText, topic: str) -> list[dict[str, Any]]:
    """What the tag *topic* of an article rests on: rule, term, field, start, end, and the text there."""
    rows = db.execute(
        'SELECT rule, term, field, start, "end", score FROM evidence WHERE article = ? AND topic = ? ORDER BY number',
        (text.id, topic),
    ).fetchall()
    fields = {"title": text.title or "", "text": text.text}
    return [{**dict(row), "text": fields[row["field"]][row["start"] : row["end"]]} for row in rows]


def _text(row: sqlite3.Row) -> ArchivedText:
    tags = (tag.partition(" ") for tag in (row["tags"] or "").split(",") if tag)
    told = {
        "site": row["site"] or "",
        "authors": tuple(json.loads(row["authors"])),
        "tags": tuple((topic, float(score)) for topic, _, score in tags),
    }
    return ArchivedText(**{**dict(row), **told})
