"""How many articles a topic or a source had in any span of time, and when each was last asked: what spikes and silences
are told by.

Whole hours are read from the rollup `volume`; what a single source had is walked along the index of its articles, whose
ids tell when each was published. Nothing is read that came after the instant that is asked about, so that the past can
be judged as it was.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from archive.health import UNASKED
from archive.identity import IDS_PER_SECOND
from archive.past import OF_THE_PAST, UNPLACED
from archive.times import from_text, to_text

Span = tuple[datetime, datetime]

_SAMPLE = 5
"""Articles looked at to tell whether a source was watched at their time: one alone may have been found late."""
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The articles of these *sources*, and with the *topic* of this number; 0: whatever their topics."""

    topic: int = 0
    sources: tuple[str, ...]

    @property
    def values(self) -> dict[str, object]:
        """As a statement takes them."""
        return {"topic": self.topic, "sources": json.dumps(self.sources), "source": self.sources[0]}

    @property
    def is_one_source(self) -> bool:
        """Whether these are all articles of one source."""
        return self.topic == 0 and len(self.sources) == 1


_OF_SOURCE_IN_SPANS = (
    "SELECT (SELECT count(*) FROM article_head WHERE source = :source "
    "AND id >= span.value ->> 0 AND id < span.value ->> 1) FROM json_each(:spans) AS span ORDER BY span.key"
)
_UNPLACED_IN_SPANS = (
    "SELECT (SELECT count(*) FROM {tables} WHERE {id} >= span.value ->> 0 "  # noqa: S608 -- own words
    "AND {id} < span.value ->> 1 "
    f"AND source IN (SELECT value FROM json_each(:sources)) AND {UNPLACED}) "
    "FROM json_each(:spans) AS span ORDER BY span.key"
)
_HEADS_UNPLACED = _UNPLACED_IN_SPANS.format(tables="article_head", id="id")
_TAGGED_TABLES = "article_tags CROSS JOIN article_head ON article_head.id = article"
_TAGGED_UNPLACED = _UNPLACED_IN_SPANS.format(tables=_TAGGED_TABLES, id="article").replace(
    "WHERE", "WHERE topic = :topic AND", 1
)


def counts(db: sqlite3.Connection, scope: Scope, spans: Sequence[Span]) -> list[int]:
    """The articles of *scope* in each of *spans*, which begin and end on the hour; but for those of whose time
    the backfill or the file that brought them knows nothing."""
    values = scope.values | {"spans": json.dumps([_ids(span) for span in spans])}
    if scope.is_one_source:
        found = [number for (number,) in db.execute(_OF_SOURCE_IN_SPANS, values)]
    else:
        found = topic_counts(db, [scope.topic], spans, scope.sources)[0]
    if db.execute("SELECT 1 FROM past_articles LIMIT 1").fetchone() is None:
        return found
    unplaced = db.execute(_TAGGED_UNPLACED if scope.topic else _HEADS_UNPLACED, values)
    return [number - unknown for number, (unknown,) in zip(found, unplaced, strict=True)]


def topic_counts(
    db: sqlite3.Connection, topics: Sequence[int], spans: Sequence[Span], sources: Collection[str] | None
) -> list[list[int]]:
    """For each of *topics* its articles in each of *spans*; *sources*: of these only. Each walks along a part of a
    rollup's key.
    """
    table = "volume_hours" if sources is None else "volume"
    scope = "" if sources is None else "AND source IN (SELECT value FROM json_each(:sources))"
    rows = db.execute(
        f"SELECT (SELECT coalesce(sum(articles), 0) FROM {table} WHERE {table}.topic = topic.value "  # noqa: S608 -- own words
        f"AND hour >= span.value ->> 0 AND hour < span.value ->> 1 {scope}) "
        "FROM json_each(:topics) AS topic CROSS JOIN json_each(:spans) AS span ORDER BY topic.key, span.key",
        {
            "topics": json.dumps(topics),
            "spans": json.dumps([(to_text(begin), to_text(end)) for begin, end in spans]),
            "sources": json.dumps(list(sources or ())),
        },
    ).fetchall()
    numbers = [row[0] for row in rows]
    return [numbers[place : place + len(spans)] for place in range(0, len(numbers), len(spans))]


def last_hour(db: sqlite3.Connection, topic: int, span: Span) -> datetime | None:
    """The last hour in *span* that has an article of the topic of this number."""
    row = db.execute(
        "SELECT hour FROM volume_hours WHERE topic = ? AND hour >= ? AND hour < ? AND articles > 0 "
        "ORDER BY hour DESC LIMIT 1",
        (topic, to_text(span[0]), to_text(span[1])),
    ).fetchone()
    return from_text(row[0]) if row else None


def _ids(span: Span) -> tuple[int, int]:
    return id_at(span[0]), id_at(span[1])


def id_at(instant: datetime) -> int:
    """The first id of the second of *instant*."""
    return int(instant.timestamp()) * IDS_PER_SECOND


def busy_hours(
    db: sqlite3.Connection, topics: Collection[int], sources: Collection[str], hours: Collection[datetime], least: int
) -> list[tuple[int, datetime]]:
    """The topics, with the hours among *hours*, that had at least so many articles."""
    rows = db.execute(
        "SELECT topic.value, asked.value FROM json_each(:topics) AS topic CROSS JOIN json_each(:hours) AS asked "
        "WHERE (SELECT sum(articles) FROM volume WHERE volume.topic = topic.value AND hour = asked.value "
        "AND source IN (SELECT value FROM json_each(:sources))) >= :least ORDER BY topic.key, asked.key",
        {
            "topics": json.dumps(list(topics)), "sources": json.dumps(list(sources)), "least": least,
            "hours": json.dumps([to_text(hour) for hour in hours]),
        },
    )  # fmt: skip
    return [(topic, from_text(hour)) for topic, hour in rows]


_KNOWN = (
    "FROM {tables} WHERE {id} >= :begin AND {id} < :end AND first_seen <= :now "  # noqa: S608 -- own words
    f"AND source IN (SELECT value FROM json_each(:sources)) AND NOT {OF_THE_PAST}"
)
_HEADS = _KNOWN.format(tables="article_head", id="id")
_OF_SOURCE = (
    f"FROM article_head WHERE source = :source AND id >= :begin AND id < :end AND first_seen <= :now AND NOT {UNPLACED}"
)
_TAGGED = _KNOWN.format(tables=_TAGGED_TABLES, id="article").replace("WHERE", "WHERE topic = :topic AND", 1)


def known_by(db: sqlite3.Connection, scope: Scope, span: Span, now: datetime) -> int:
    """The articles of *scope* published in *span*, up to *now*, that were known by then."""
    number: int = db.execute(f"SELECT count(*) {_known(scope)}", _known_values(scope, span, now)).fetchone()[0]
    return number


def newest_in(db: sqlite3.Connection, scope: Scope, span: Span, number: int, now: datetime) -> list[int]:
    """The ids of the newest articles of *scope* in *span* that were known by *now*."""
    statement = f"SELECT article_head.id {_known(scope)} ORDER BY article_head.id DESC LIMIT :number"
    return [article for (article,) in db.execute(statement, _known_values(scope, span, now) | {"number": number})]


def _known(scope: Scope) -> str:
    return _TAGGED if scope.topic else _HEADS


def _known_values(scope: Scope, span: Span, now: datetime) -> dict[str, object]:
    end = min(span[1], now + timedelta(seconds=1))
    return scope.values | {"begin": id_at(span[0]), "end": id_at(end), "now": to_text(now)}


def first_article(db: sqlite3.Connection, scope: Scope, since: datetime, now: datetime) -> datetime | None:
    """When the first article of *scope* since then was published that was known by *now*."""
    return _edge(db, scope, (since, now), "ASC")


def last_article(db: sqlite3.Connection, scope: Scope, since: datetime, now: datetime) -> datetime | None:
    """When the newest article of *scope* was published that was known by *now*; None where there is none *since*."""
    return _edge(db, scope, (since, now), "DESC")


def _edge(db: sqlite3.Connection, scope: Scope, span: Span, order: Literal["ASC", "DESC"]) -> datetime | None:
    """Walks along an index from one end of *span*, of a topic or of one source."""
    found = f"article {_TAGGED}" if scope.topic else f"id {_OF_SOURCE}"
    values = _known_values(scope, (span[0], span[1] + timedelta(seconds=1)), span[1])
    row = db.execute(f"SELECT {found} ORDER BY 1 {order} LIMIT 1", values).fetchone()
    return datetime.fromtimestamp(row[0] // IDS_PER_SECOND, UTC) if row else None


def longest_pause(db: sqlite3.Connection, scope: Scope, span: Span) -> tuple[int, timedelta]:
    """In how many hours of *span* the articles of *scope* were published, and the longest pause between two of them.

    Of a topic, the pause is told to the hour.
    """
    if scope.is_one_source:
        moments = "SELECT id / :ids AS t FROM article_head WHERE source = :source AND id >= :begin AND id < :end"
    else:
        moments = (
            "SELECT DISTINCT CAST(strftime('%s', hour) AS INTEGER) AS t FROM volume WHERE topic = :topic "
            "AND hour >= :first AND hour < :last AND articles > 0 AND source IN (SELECT value FROM json_each(:sources))"
        )
    hours, pause = db.execute(
        "SELECT count(DISTINCT t / 3600), max(pause) FROM ("  # noqa: S608 -- own words
        f"SELECT t, t - lag(t) OVER (ORDER BY t) AS pause FROM ({moments}))",
        scope.values | {
            "ids": IDS_PER_SECOND, "begin": id_at(span[0]), "end": id_at(span[1]),
            "first": to_text(span[0]), "last": to_text(span[1]),
        },
    ).fetchone()  # fmt: skip
    return hours, timedelta(seconds=pause or 0)


def watched_since(db: sqlite3.Connection, source: str, weeks: int, now: datetime) -> datetime | None:
    """Since when *source* has been watched, as far as the last *weeks* and one tell; None where no article does.

    What a feed shows at the first look was published before, and is no measure of how much there was. So the moment at
    which articles were first seen counts, of some of each week; that is right to a week where they are few. Those
    that a backfill brought tell nothing of it.
    """
    found: datetime | None = None
    for week in range(weeks + 1, 0, -1):
        rows = db.execute(
            "SELECT first_seen FROM article_head WHERE source = ? AND id >= ? AND id < ? "  # noqa: S608 -- own words
            f"AND NOT {OF_THE_PAST} ORDER BY id LIMIT ?",
            (source, id_at(now - week * _WEEK), id_at(now), _SAMPLE),
        )
        seen = [from_text(row[0]) for row in rows]
        found = min([*seen, *([found] if found else [])], default=None)
        if found and found <= now - (week - 1) * _WEEK:  # nothing later is earlier
            break
    return found if found and found <= now else None


def last_asked(db: sqlite3.Connection, sources: Collection[str], now: datetime) -> dict[str, datetime]:
    """When the last run ended, in the UNASKED before *now*, that asked each of *sources*; who was not asked lacks. An
    import asks nobody.
    """
    found: dict[str, datetime] = {}
    for finished, counted in _runs_before(db, now):
        missing = [source for source in sources if source not in found and f'"{source}"' in counted]
        asked = json.loads(counted) if missing else {}
        found |= {source: from_text(finished) for source in missing if asked.get(source, {}).get("requests")}
        if len(found) == len(sources):
            break
    return found


def last_answer(db: sqlite3.Connection) -> datetime | None:
    """When any source last answered; None where fewer than two ever did, so that nobody can tell whether it is a source
    that does not answer or the line to all of them that is down.
    """
    answered, last = db.execute("SELECT count(DISTINCT source), max(last_success) FROM feeds").fetchone()
    return from_text(last) if last and answered > 1 else None


def _runs_before(db: sqlite3.Connection, now: datetime) -> Iterator[tuple[str, str]]:
    """When each run ended that ended before *now*, and its counts, the newest first; not those that began long ago,
    and no stints of a backfill, which asks nobody what is new."""
    rows = db.execute(
        "SELECT started, finished, counts FROM runs WHERE id <= ? AND backfill IS NULL ORDER BY id DESC",
        (_last_run(db, to_text(now)),),
    )
    for started, finished, counted in rows:
        if started < to_text(now - UNASKED):
            return
        if finished is not None and finished <= to_text(now):
            yield finished, counted


def _last_run(db: sqlite3.Connection, at: str) -> int:
    """The id of the last run that had begun by then. Ids grow with the runs' begin, so that no index is needed."""
    low, high = db.execute("SELECT coalesce(min(id), 1) - 1, coalesce(max(id), 0) FROM runs").fetchone()
    while low < high:
        middle = (low + high + 1) // 2
        row = db.execute("SELECT started FROM runs WHERE id <= ? ORDER BY id DESC LIMIT 1", (middle,)).fetchone()
        if row is not None and row[0] <= at:
            low = middle
        else:
            high = middle - 1
    return int(low)
