"""The copies of a story as they are read: when each appeared, and how long after the first."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from archive.database import one_moment
from archive.errors import ArchiveError
from archive.search import NO_FILTERS, Filters, firsts_of_stories, matching_ids
from archive.times import spell_delay

MOST_READ = 1_000
"""Copies of one story, the earliest: an archive that was flooded with one text shall still be readable."""
_COPIED = """
    SELECT copy.id, copy.url, copy.source, copy.title, copy.language, copy.published, copy.published_precision,
           copy.published_zone, copy.appeared,
           CAST(strftime('%s', copy.appeared) AS INTEGER) - CAST(strftime('%s', original.appeared) AS INTEGER) AS delay,
           copy.id = stories.first_article AS first
    FROM stories
    JOIN article_head AS original ON original.id = stories.first_article
    JOIN article_head AS copy ON copy.story = stories.id
"""
_COPIES = f"{_COPIED} WHERE stories.id = ?"
_ONE_COPY = f"{_COPIES} AND copy.id = ?"
_EARLIEST = f"{_COPIES} ORDER BY copy.appeared, copy.first_seen, copy.id LIMIT ?"


def spell_delay_of(copy: Mapping[str, Any]) -> str:
    """How long behind the first a copy appeared, in words. Of one that tells no minute only the latest moment is known
    at which it can have appeared.
    """
    if copy["first"]:
        return "first"
    return f"{'' if tells_minute(copy) else '≤'}{spell_delay(copy['delay'])}"


def tells_minute(copy: Mapping[str, Any]) -> bool:
    """Whether a copy says itself at which minute it appeared."""
    told = copy["published"] and copy["published_precision"] != "day"
    return bool(told and copy["published"] == copy["appeared"])


def read_copies(
    db: sqlite3.Connection, story: int, also: int | None = None, *, most: int = MOST_READ
) -> list[dict[str, Any]]:
    """The articles of *story*, the first to appear first; `delay` is in seconds behind it. At most *most*, and the
    article *also*, however late it is.
    """
    rows = db.execute(_EARLIEST, (story, most)).fetchall()
    if also is not None and all(row["id"] != also for row in rows):
        rows += db.execute(_ONE_COPY, (story, also)).fetchall()
    return [{**row, "first": bool(row["first"])} for row in rows]


def lone_copies(db: sqlite3.Connection, articles: str) -> list[dict[str, Any]]:
    """Those of *articles*, a JSON list of ids, that are alone in their story, as `read_copies` has them."""
    these = "copy.id IN (SELECT value FROM json_each(?)) AND stories.articles = 1"
    return [{**row, "first": bool(row["first"])} for row in db.execute(f"{_COPIED} WHERE {these}", (articles,))]


def read_story(db: sqlite3.Connection, story: int, also: int | None = None) -> dict[str, Any]:
    """How many articles *story* has, of which sources, and the articles as `read_copies` has them. Raises ArchiveError
    where the archive has no such story."""
    row = db.execute("SELECT articles FROM stories WHERE id = ?", (story,)).fetchone()
    if row is None:
        raise ArchiveError(f'story {story} is missing in the archive; "khabar doctor --repair" makes it anew')
    [count] = row
    sources = db.execute("SELECT DISTINCT source FROM article_head WHERE story = ? ORDER BY source", (story,))
    return {
        "id": story,
        "count": count,
        "sources": [source for (source,) in sources],
        "articles": read_copies(db, story, also),
    }


def with_copy(db: sqlite3.Connection, told: dict[str, Any], article: int) -> dict[str, Any]:
    """A story as `read_story` has *told* it, and *article* of it among its articles, however late that is. What was
    told is shared, not read again."""
    if any(copy["id"] == article for copy in told["articles"]):
        return told
    late = [{**row, "first": bool(row["first"])} for row in db.execute(_ONE_COPY, (told["id"], article))]
    return {**told, "articles": [*told["articles"], *late]}


def read_stories(db: sqlite3.Connection, filters: Filters = NO_FILTERS, limit: int = 20) -> list[dict[str, Any]]:
    """The stories of several articles of which one passes *filters*, at most *limit*, the one with the newest such
    article first, as `read_story` has them at one moment.
    """
    with one_moment(db):
        copied = matching_ids(db, "", filters=replace(filters, copied=True))
        return [read_story(db, story) for story in firsts_of_stories(db, copied, limit)]
