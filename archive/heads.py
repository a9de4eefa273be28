"""The heads of many articles: what a report sorts and counts by, before it reads a few of them whole."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

_AT_ONCE = 1_000
_HEADS = """
    SELECT head.id, story, source, appeared, coalesce(published, first_seen) AS time
    FROM json_each(?) AS asked CROSS JOIN article_head AS head ON head.id = asked.value ORDER BY asked.key
"""
_TAGS = """
    SELECT article, topic_names.name AS topic, score
    FROM json_each(?) AS asked CROSS JOIN article_tags ON article = asked.value
    JOIN topic_names ON topic_names.id = topic ORDER BY score DESC, topic_names.name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """An article by its numbers. Instants are as stored."""

    id: int
    story: int
    source: str
    appeared: str  # at the latest
    time: str  # published, else first seen
    tags: tuple[tuple[str, float], ...]  # topic and score, best first


def read_heads(db: sqlite3.Connection, articles: Sequence[int]) -> list[Head]:
    """The heads of *articles* in their order, each once; those that are gone are left out."""
    wanted = list(dict.fromkeys(articles))
    heads: list[Head] = []
    for place in range(0, len(wanted), _AT_ONCE):
        some = json.dumps(wanted[place : place + _AT_ONCE])
        tags: dict[int, list[tuple[str, float]]] = {}
        for article, topic, score in db.execute(_TAGS, (some,)):
            tags.setdefault(article, []).append((topic, score))
        heads += [Head(**row, tags=tuple(tags.get(row["id"], ()))) for row in db.execute(_HEADS, (some,))]
    return heads
