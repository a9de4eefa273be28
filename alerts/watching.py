"""What is to be told: which alerts an article answers, written into the outbox in the article's own transaction."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from alerts.definitions import Alert
from archive.answering import Facts, answers
from archive.article import Fate
from archive.outbox import owe
from archive.plan import is_language, time_reader
from archive.query import parse
from archive.reading import read_facts
from archive.storing import Arrival, Stored
from seeds.definitions import matches_one

_NEWS = (Fate.ARCHIVED, Fate.REVISED)
"""What may answer an alert: an edit can bring the words that were missing. A copy of what is archived cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The alerts of a desk, by id, and the zone in which the days of their queries begin."""

    alerts: Mapping[str, Alert] = field(default_factory=dict)
    zone: tzinfo = UTC

    def tell(self, db: sqlite3.Connection, arrival: Arrival, stored: Stored) -> int:
        """Owes every channel of every alert that *arrival*, which was *stored* just now, answers; how many are new."""
        if stored.fate not in _NEWS:
            return 0
        scores = [(tag.topic, tag.score) for tag in arrival.tags]
        return self.tell_of(db, stored.article, story=stored.story, scores=scores, at=arrival.seen)

    def tell_of(
        self, db: sqlite3.Connection, article: int, *, story: int, scores: Sequence[tuple[str, float]], at: datetime,
        before: Sequence[tuple[str, float]] | None = None,
    ) -> int:  # fmt: skip
        """The same for an archived article with the *scores* of its topics; where it had others *before*, only for
        alerts that it did not answer with them."""
        if not self._each:
            return 0
        facts = read_facts(db, article)  # not the arrival's: what an edited page tells no longer stays archived
        known: list[Alert] = []
        if before is not None:
            known = self.answered(replace(facts, topics=frozenset(topic for topic, _ in before)), before, at)
        return sum(
            owe(
                db, alert=alert.id, article=article, story=story, per_story=alert.per == "story", channels=alert.to,
                at=at,
            )
            for alert in self.answered(facts, scores, at)
            if alert not in known
        )  # fmt: skip

    def answered(self, facts: Facts, scores: Sequence[tuple[str, float]], at: datetime) -> list[Alert]:
        """The alerts on single articles that an article answers, seen at *at*."""
        return [alert for alert in self._each if self._answers(alert, facts, scores, at)]

    @property
    def _each(self) -> list[Alert]:
        return [alert for alert in self.alerts.values() if alert.when == "each"]

    def _answers(self, alert: Alert, facts: Facts, scores: Sequence[tuple[str, float]], at: datetime) -> bool:
        """Cheapest first: the text is folded, once for all alerts, where an article passes all else."""
        if alert.sources and not matches_one(facts.source, alert.sources):
            return False
        if alert.languages and not is_language(facts.language or "", alert.languages):
            return False
        if (alert.topics or alert.min_score) and not asked_topics(alert, scores):
            return False
        return answers(parse(alert.query), facts, time_reader(alert.query, now=at, zone=self.zone))


def asked_topics(alert: Alert, scores: Iterable[tuple[str, float]]) -> list[str]:
    """Of an article's topics with their *scores*, those that *alert* asks for: all of them where it names none."""
    return [
        topic
        for topic, score in scores
        if score >= alert.min_score and (not alert.topics or matches_one(topic, alert.topics))
    ]
