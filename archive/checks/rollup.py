"""Whether the rollup `volume` counts what there is: the articles and their topics, and those that have expired."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from archive.checks.finding import EVERYTHING, Check, Span
from archive.identity import IDS_PER_SECOND
from archive.times import to_text

_HOUR = "substr(coalesce(published, first_seen), 1, 13) || ':00:00Z'"
# Along the ids, which tell the hour but for those that moved; these along their own index.
_HEADS = f"""
    SELECT id, source, {_HOUR} AS hour FROM article_head WHERE id >= :first AND id < :last AND NOT moved
    UNION ALL SELECT id, source, {_HOUR} FROM article_head
    WHERE moved AND coalesce(published, first_seen) >= :begin AND coalesce(published, first_seen) < :end
"""  # noqa: S608 -- own words
_COUNTED = f"""
    WITH heads AS MATERIALIZED ({_HEADS}),
    gone AS MATERIALIZED (SELECT hour, source, topics FROM expired WHERE hour >= :begin AND hour < :end)
    SELECT topic, hour, source, count(*) FROM (
        SELECT 0 AS topic, hour, source FROM heads
        UNION ALL SELECT topic, hour, source FROM heads JOIN article_tags ON article_tags.article = heads.id
        UNION ALL SELECT 0, hour, source FROM gone
        UNION ALL SELECT value, hour, source FROM gone, json_each(topics)
    ) GROUP BY 1, 2, 3
"""  # noqa: S608 -- own words
_TOPICS = """
    WITH RECURSIVE found (topic) AS (
        SELECT min(topic) FROM {table} UNION ALL
        SELECT (SELECT min(topic) FROM {table} WHERE topic > found.topic) FROM found WHERE topic IS NOT NULL
    ) SELECT topic FROM found WHERE topic IS NOT NULL
"""
_STANDING = "SELECT topic, hour, source, articles FROM volume WHERE topic = :topic AND hour >= :begin AND hour < :end"
_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())

Key = tuple[int, str, str]


def _hours(span: Span) -> dict[str, object]:
    """The whole hours that begin within *span*, as ids and as text. The stretches together have every hour once."""
    seconds = [max(-(-number // IDS_PER_SECOND), 0) for number in (span[0], span[1] + 1)]
    first, last = (min(-(-second // 3600) * 3600, _LAST_SECOND) for second in seconds)
    is_first, is_last = span[0] == EVERYTHING[0], span[1] == EVERYTHING[1]
    return {
        "first": EVERYTHING[0] if is_first else first * IDS_PER_SECOND,
        "last": EVERYTHING[1] if is_last else last * IDS_PER_SECOND,
        "begin": "" if is_first else to_text(datetime.fromtimestamp(first, UTC)),
        "end": "~" if is_last else to_text(datetime.fromtimestamp(last, UTC)),
    }


def _wrong(db: sqlite3.Connection, span: Span) -> dict[Key, int]:
    """The rows that are wrong, and what they should say."""
    hours = _hours(span)
    counted = {(topic, hour, source): number for topic, hour, source, number in db.execute(_COUNTED, hours)}
    standing: dict[Key, int] = {}
    for (topic,) in db.execute(_TOPICS.format(table="volume")).fetchall():
        rows = db.execute(_STANDING, hours | {"topic": topic})
        standing |= {(topic, hour, source): number for topic, hour, source, number in rows}
    return {
        key: counted.get(key, 0)
        for key in counted.keys() | standing.keys()
        if counted.get(key, 0) != standing.get(key, 0)
    }


def _names(db: sqlite3.Connection) -> dict[int, str]:
    return {0: "all"} | dict(db.execute("SELECT id, name FROM topic_names").fetchall())


def _find(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    names = _names(db)
    return [f"{names.get(topic, topic)}, {source}, {hour}" for topic, hour, source in sorted(_wrong(db, span))]


def _mend(db: sqlite3.Connection, span: Span) -> int:
    wrong = _wrong(db, span)
    db.executemany(
        "INSERT INTO volume (topic, hour, source, articles) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (topic, hour, source) DO UPDATE SET articles = excluded.articles",
        [(*key, number) for key, number in wrong.items()],
    )
    return len(wrong)


ROLLUP = Check(
    name="trends", wrong="hours of the rollup do not count what there is", remedy="--repair counts them anew",
    find=_find, mend=_mend,
)  # fmt: skip

_HOURS = """
    SELECT :topic, hour, (
        SELECT coalesce(sum(articles), 0) FROM volume WHERE volume.topic = :topic AND volume.hour = hours.hour
    ) AS counted FROM (
        SELECT hour FROM volume WHERE topic = :topic AND hour >= :begin AND hour < :end
        UNION SELECT hour FROM volume_hours WHERE topic = :topic AND hour >= :begin AND hour < :end
    ) AS hours
    WHERE counted <> coalesce(
        (SELECT articles FROM volume_hours WHERE volume_hours.topic = :topic AND volume_hours.hour = hours.hour), 0)
"""


def _wrong_hours(db: sqlite3.Connection, span: Span) -> list[tuple[int, str, int]]:
    """The rows of `volume_hours` that are not the sum of all sources, and what is."""
    topics = {topic for table in ("volume", "volume_hours") for (topic,) in db.execute(_TOPICS.format(table=table))}
    hours = _hours(span)
    return [tuple(row) for topic in sorted(topics) for row in db.execute(_HOURS, hours | {"topic": topic})]


def _find_hours(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    names = _names(db)
    return [f"{names.get(topic, topic)}, {hour}" for topic, hour, _ in _wrong_hours(db, span)]


def _mend_hours(db: sqlite3.Connection, span: Span) -> int:
    wrong = _wrong_hours(db, span)
    db.executemany(
        "INSERT INTO volume_hours (topic, hour, articles) VALUES (?, ?, ?) "
        "ON CONFLICT (topic, hour) DO UPDATE SET articles = excluded.articles",
        wrong,
    )
    return len(wrong)


HOURS = Check(
    name="trends of all sources", wrong="hours of the rollup of all sources are not the sum of these",
    remedy="--repair adds them up anew", find=_find_hours, mend=_mend_hours,
)  # fmt: skip
CHECKS = (ROLLUP, HOURS)
