"""What the articles that were found have in common: how many there are of each topic, source, language and day."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from archive.times import from_text

_HEADS = """
    SELECT source, language, coalesce(published, first_seen) AS time
    FROM json_each(?) AS asked CROSS JOIN article_head ON article_head.id = asked.value
"""
_TOPICS = """
    SELECT name, count(*) FROM json_each(?) AS asked CROSS JOIN article_tags ON article = asked.value
    JOIN topic_names ON topic_names.id = topic GROUP BY topic ORDER BY count(*) DESC, name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """How many of the articles, by each of their names, the most frequent first; days from the first to the last, those
    without any left out. The empty name is that of articles whose language is not known.
    """

    topics: dict[str, int]
    sources: dict[str, int]
    languages: dict[str, int]
    days: dict[date, int]


def read_facets(db: sqlite3.Connection, ids: Sequence[int], zone: tzinfo) -> Facets:
    """Of the articles *ids*; days are those of *zone*."""
    listed = json.dumps(list(ids))
    sources, languages, times = Counter[str](), Counter[str](), Counter[str]()
    for source, language, time in db.execute(_HEADS, (listed,)):
        sources[source] += 1
        languages[language or ""] += 1
        times[time] += 1
    days = Counter[date]()
    for time, number in times.items():
        days[from_text(time).astimezone(zone).date()] += number
    return Facets(
        topics=dict(db.execute(_TOPICS, (listed,)).fetchall()),
        sources=_ordered(sources),
        languages=_ordered(languages),
        days=dict(sorted(days.items())),
    )


def _ordered(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
