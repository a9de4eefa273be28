"""Articles that came late: published before what is newest, and seen since. A page told of the newest never shows them;
whoever follows a topic must not miss them for that."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime

from archive.times import to_text
from archive.topic_articles import TopicArticles

_LOOKED_AT = 5_000
"""The last to arrive: five days of a hundred sources, or the first crawl of some."""


def arrived_since(
    db: sqlite3.Connection, since: datetime, before: int, wanted: TopicArticles | None = None
) -> Iterator[int]:
    """The ids below *before* of articles with a topic, or of those *wanted*, that were first seen *since*, the last to
    arrive first. What a backfill or a file brought is the past, and no news."""
    conditions = [
        f"AND arrived.{name} = :{name}"
        for name in ("source", "language")
        if wanted is not None and getattr(wanted, name) is not None
    ]
    topic = "" if wanted is None else "topic = :topic AND"
    rows = db.execute(
        "SELECT id FROM (SELECT id, source, language, first_seen FROM article_head WHERE first_seen >= :since "  # noqa: S608 -- own words
        "ORDER BY first_seen DESC LIMIT :most) AS arrived WHERE id < :before "
        f"AND EXISTS (SELECT 1 FROM article_tags WHERE {topic} article = arrived.id) {' '.join(conditions)} "
        "AND NOT EXISTS (SELECT 1 FROM past_articles WHERE past_articles.article = arrived.id) "
        "ORDER BY first_seen DESC, id DESC",
        {
            "since": to_text(since), "most": _LOOKED_AT, "before": before,
            **({} if wanted is None else {name: getattr(wanted, name) for name in ("topic", "source", "language")}),
        },
    )  # fmt: skip
    return (article for (article,) in rows)


def late_among(db: sqlite3.Connection, ids: Sequence[int], since: datetime) -> list[int]:
    """Those of *ids*, in their order, that were first seen *since*. What a backfill or a file brought is none."""
    rows = db.execute(
        "SELECT asked.value FROM json_each(?) AS asked CROSS JOIN article_head ON article_head.id = asked.value "
        "WHERE first_seen >= ? AND NOT EXISTS (SELECT 1 FROM past_articles WHERE article = asked.value) "
        "ORDER BY asked.key",
        (json.dumps(list(ids)), to_text(since)),
    )
    return [article for (article,) in rows]
