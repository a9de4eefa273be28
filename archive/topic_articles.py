"""The articles of a topic: which there are, newest first, and of which sources, languages and other topics they are.

Ids grow with publication, so a topic's key is walked from its newest end, and only as far as is told: a source that
hardly ever writes of a topic must not cost a look at all articles that it has.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from archive.times import to_text
from archive.volume import Span, id_at

MOST_WALKED = 50_000
"""Articles of a topic that are looked at for those of one source or language: a tenth of a second in a million."""
SAMPLE, NARROW_SAMPLE = 5_000, 20_000
"""The newest articles of a topic in a span of which languages and other topics are counted, and of which those of one
source or language are looked for; of more, these stand for all."""
T = TypeVar("T")
_TIME = "coalesce(head.published, head.first_seen)"
_FUTURE = timedelta(days=1)
"""What is dated further ahead is wrongly dated, and would stand above all others until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicArticles:
    """Which articles are asked for: of the topic with this number, one source, one language; None: of any."""

    topic: int
    source: str | None = None
    language: str | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether a source or a language is asked for."""
        return self.source is not None or self.language is not None

    @property
    def _values(self) -> dict[str, object]:
        return {"topic": self.topic, "source": self.source, "language": self.language}

    @property
    def _narrowing(self) -> str:
        source = "AND EXISTS (SELECT 1 FROM article_head AS head INDEXED BY article_source WHERE head.source = :source"
        language = (
            "AND EXISTS (SELECT 1 FROM article_head AS head INDEXED BY article_language WHERE head.language = :language"
        )
        return " ".join(
            f"{condition} AND head.id = walked.article)"
            for condition, value in ((source, self.source), (language, self.language))
            if value is not None
        )

    def newest(self, db: sqlite3.Connection, before: int, since: int = 0) -> Iterator[int]:
        """The ids below *before* and from *since* on, newest first, among the MOST_WALKED that the topic has there."""
        bound = f"LIMIT {MOST_WALKED}" if self.is_narrowed else ""
        rows = db.execute(
            "SELECT article FROM (SELECT article FROM article_tags WHERE topic = :topic "  # noqa: S608 -- own words
            f"AND article < :before AND article >= :since ORDER BY article DESC {bound}) AS walked "
            f"WHERE 1 {self._narrowing}",
            {**self._values, "before": before, "since": since},
        )
        return (article for (article,) in rows)

    def is_told_above(self, db: sqlite3.Connection, article: int, before: int, until: int) -> bool:
        """Whether the story of *article* has another of these among the ids from *before* to *until*: whoever pages
        down has seen it there."""
        named = {"source": self.source, "language": self.language}
        narrowing = " ".join(f"AND +head.{name} = :{name}" for name, value in named.items() if value is not None)
        row = db.execute(
            "SELECT 1 FROM article_head AS own JOIN article_head AS head ON head.story = own.story "  # noqa: S608 -- own words
            f"WHERE own.id = :article AND head.id >= :before AND head.id < :until {narrowing} "
            "AND EXISTS (SELECT 1 FROM article_tags WHERE topic = :topic AND article_tags.article = head.id) LIMIT 1",
            {**self._values, "article": article, "before": before, "until": until},
        ).fetchone()
        return row is not None

    def walked_to(self, db: sqlite3.Connection, before: int) -> int | None:
        """Where `newest` ends that begins there; None: with the topic's last."""
        if not self.is_narrowed:
            return None
        row = db.execute(
            "SELECT article FROM article_tags WHERE topic = ? AND article < ? ORDER BY article DESC LIMIT 1 OFFSET ?",
            (self.topic, before, MOST_WALKED - 1),
        ).fetchone()
        return row[0] if row else None


def end_of_news(now: datetime) -> int:
    """The id below which those of all articles are that may have been published by now."""
    return id_at(now + _FUTURE)


def counts_of_sources(db: sqlite3.Connection, topic: int, span: Span) -> list[tuple[str, int]]:
    """How many articles of *topic* each source has in *span*, which begins and ends on the hour; the most first. From
    the rollup, whatever their language."""
    rows = db.execute(
        "SELECT source, sum(articles) AS number FROM volume WHERE topic = ? AND hour >= ? AND hour < ? "
        "GROUP BY source HAVING number > 0 ORDER BY number DESC, source",
        (topic, to_text(span[0]), to_text(span[1])),
    )
    return [(source, number) for source, number in rows]


def counts_in_language(db: sqlite3.Connection, wanted: TopicArticles, spans: Sequence[Span]) -> list[int]:
    """How many articles there are in each of *spans*, which follow each other: for a language, of which no rollup is
    kept. The caller makes sure that the topic has no more than MOST_WALKED in them."""
    begin, end = spans[0][0], spans[-1][1]
    seconds = db.execute(
        "SELECT CAST(strftime('%s', substr(time, 1, 13) || ':00:00Z') AS INTEGER), count(*) "  # noqa: S608 -- own words
        f"FROM ({_in_span(wanted)}) GROUP BY 1 ORDER BY 1",
        _span_values(wanted, (begin, end), MOST_WALKED),
    )
    edges = [int(span[1].timestamp()) for span in spans]
    found = [0] * len(spans)
    place = 0
    for second, number in seconds:
        if second < begin.timestamp():  # where a zone is off by half an hour: of an hour that began the day before
            continue
        while second >= edges[place]:
            place += 1
        found[place] += number
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Of which sources and languages the articles of a topic are, and what else they are about; the most frequent
    first."""

    of_newest: int | None  # articles of the topic that were looked at; None: all of the span
    sources: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str | None, int], ...]
    topics: tuple[tuple[str, int], ...]


def company(db: sqlite3.Connection, wanted: TopicArticles, span: Span) -> Company:
    """That in *span*, which begins and ends on the hour, among the newest articles of the topic."""
    most = NARROW_SAMPLE if wanted.is_narrowed else SAMPLE
    values = _span_values(wanted, span, most)
    rows = db.execute(_in_span(wanted), values).fetchall()
    there_are_more = db.execute(
        "SELECT 1 FROM article_tags WHERE topic = :topic AND article >= :low AND article < :high LIMIT 1 OFFSET :most",
        values,
    ).fetchone()
    languages = Counter(row["language"] for row in rows)
    others = Counter[str]()
    for place in range(0, len(rows), 500):
        ids = [row["id"] for row in rows[place : place + 500]]
        marks = ",".join("?" * len(ids))
        others.update(
            dict(
                db.execute(
                    "SELECT name, count(*) FROM article_tags JOIN topic_names ON topic_names.id = topic "  # noqa: S608
                    f"WHERE article IN ({marks}) AND topic <> ? GROUP BY name",
                    (*ids, wanted.topic),
                )
            )
        )
    sources = Counter(row["source"] for row in rows)
    return Company(
        of_newest=most if there_are_more else None,
        sources=_ordered(sources),
        languages=_ordered(languages),
        topics=_ordered(others),
    )


def _ordered(counted: Counter[T]) -> tuple[tuple[T, int], ...]:
    return tuple(sorted(counted.items(), key=lambda one: (-one[1], str(one[0] or ""))))


def _in_span(wanted: TopicArticles) -> str:
    """Selects id, source, language and time of the articles in a span. Some few have another time than their id tells,
    since their date was corrected; they are found by an index of their own (and by no other: hence the +)."""
    source = "AND +head.source = :source" if wanted.source is not None else ""
    language = "AND +head.language = :language" if wanted.language is not None else ""
    head = f"head.id, head.source, head.language, {_TIME} AS time"
    return (
        f"SELECT {head} FROM (SELECT article FROM article_tags WHERE topic = :topic AND article >= :low "  # noqa: S608
        f"AND article < :high ORDER BY article DESC LIMIT :most) AS walked "
        f"CROSS JOIN article_head AS head ON head.id = walked.article "
        f"WHERE {_TIME} >= :begin AND {_TIME} < :end {source} {language} "
        f"UNION ALL SELECT {head} FROM article_head AS head WHERE moved AND {_TIME} >= :begin AND {_TIME} < :end "
        f"AND NOT (head.id >= :low AND head.id < :high) {source} {language} "
        "AND EXISTS (SELECT 1 FROM article_tags WHERE topic = :topic AND article = head.id)"
    )


def _span_values(wanted: TopicArticles, span: Span, most: int) -> dict[str, object]:
    begin, end = span
    ids = {"low": id_at(begin), "high": id_at(end), "begin": to_text(begin), "end": to_text(end), "most": most}
    return {**wanted._values, **ids}
