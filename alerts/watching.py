"""What is to be told: which alerts an article or an edit answers, written into the outbox in its own transaction."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Literal, TypeAlias

from alerts.definitions import Alert
from alerts.difference import is_worth_telling, key_of
from alerts.raising import raise_alert
from archive.answering import Facts, Wording, answers
from archive.article import Fate
from archive.owing import Telling, of_article, suppress, told_by
from archive.plan import is_language, time_reader
from archive.query import parse
from archive.reading import read_facts
from archive.revisions import Edit, read_edit
from archive.storing import Arrival, Stored
from archive.tagging import Scores
from archive.windows import await_digest, awaited_by
from seeds.definitions import matches_one

_NEWS = (Fate.ARCHIVED, Fate.REVISED)
"""What may answer an alert: an edit can bring the words that were missing. A copy of what is archived cannot."""

_Verdict: TypeAlias = Literal["answers", "too weak", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The alerts of a desk, by id, and the zone in which its days begin: those of queries and of quiet hours."""

    alerts: Mapping[str, Alert] = field(default_factory=dict)
    zone: tzinfo = UTC

    def tell(self, db: sqlite3.Connection, arrival: Arrival, stored: Stored) -> int:
        """Owes every channel of every alert that *arrival*, which was *stored* just now, answers; how many are new."""
        if stored.fate not in _NEWS:
            return 0
        scores = [(tag.topic, tag.score) for tag in arrival.tags]
        told = self.tell_of(db, stored.article, story=stored.story, scores=scores, at=arrival.seen)
        if stored.revision is None:
            return told
        return told + self.tell_of_edit(
            db, stored.revision, story=stored.story, scores=scores, before=stored.before, at=arrival.seen
        )

    def tell_of(
        self, db: sqlite3.Connection, article: int, *, story: int, scores: Scores, at: datetime,
        before: Scores | None = None,
    ) -> int:  # fmt: skip
        """The same for an archived article with the *scores* of its topics; where it had others *before*, only for
        alerts that it did not answer with them."""
        if not (alerts := self._of("each", "digest")):
            return 0
        facts = read_facts(db, article)  # not the arrival's: what an edited page tells no longer stays archived
        told = 0
        for alert in alerts:
            if before is not None and self._verdict(alert, _with_topics(facts, before), before, at) == "answers":
                continue
            per_story = alert.per == "story"
            telling = of_article(alert.id, article=article, story=story, per_story=per_story, kind=alert.when)
            verdict = self._verdict(alert, facts, scores, at)
            if verdict == "answers":
                told += self._raise(db, alert, telling, at)
            elif verdict == "too weak":
                suppress(db, telling, "min_score", at=at)
        return told

    def tell_of_edit(
        self, db: sqlite3.Connection, revision: int, *, story: int, scores: Scores, before: Scores, at: datetime
    ) -> int:
        """The same for an edit of an article that answers the alert, or did so until then: with *scores*, *before*."""
        alerts = self._of("revision")
        edit = read_edit(db, revision) if alerts else None
        if edit is None:
            return 0
        now = read_facts(db, edit.article)
        then = replace(_with_topics(now, before), title=Wording(edit.titles[0]), text=Wording(edit.texts[0]))
        told = 0
        for alert in alerts:
            telling = _of_edit(alert, edit, story)
            if "answers" not in (self._verdict(alert, now, scores, at), self._verdict(alert, then, before, at)):
                continue
            if not is_worth_telling(edit, alert.min_change):
                suppress(db, telling, "min_change", at=at)
            elif born := raise_alert(db, alert, telling, at=at, zone=self.zone):
                told += born
            else:
                suppress(db, telling, "copy", at=at)
        return told

    def answered(self, facts: Facts, scores: Scores, at: datetime) -> list[Alert]:
        """The alerts on single articles that an article answers, seen at *at*."""
        return [alert for alert in self._of("each") if self._verdict(alert, facts, scores, at) == "answers"]

    def _of(self, *kinds: str) -> list[Alert]:
        return [alert for alert in self.alerts.values() if alert.when in kinds]

    def _raise(self, db: sqlite3.Connection, alert: Alert, telling: Telling, at: datetime) -> int:
        """Tells at once, or with the next digest; what was told by another article is written down as a copy."""
        if alert.when == "digest":
            if not await_digest(db, telling, at):
                self._note_copy(db, telling, awaited_by(db, telling), at)
            return 0
        born = raise_alert(db, alert, telling, at=at, zone=self.zone)
        if not born:
            self._note_copy(db, telling, told_by(db, telling), at)
        return born

    @staticmethod
    def _note_copy(db: sqlite3.Connection, telling: Telling, first: int | None, at: datetime) -> None:
        if telling.article != first:  # else it answers once more, after an edit
            suppress(db, telling, "copy", at=at)

    def _verdict(self, alert: Alert, facts: Facts, scores: Scores, at: datetime) -> _Verdict:
        """Cheapest first: the text is folded, once for all alerts, where an article passes all else."""
        if alert.sources and not matches_one(facts.source, alert.sources):
            return "no"
        if alert.languages and not is_language(facts.language or "", alert.languages):
            return "no"
        if (alert.topics or alert.min_score) and not asked_topics(alert, scores, least=0.0):
            return "no"
        if not answers(parse(alert.query), facts, time_reader(alert.query, now=at, zone=self.zone)):
            return "no"
        return "answers" if not alert.min_score or asked_topics(alert, scores) else "too weak"


def _with_topics(facts: Facts, scores: Scores) -> Facts:
    return replace(facts, topics=frozenset(topic for topic, _ in scores))


def _of_edit(alert: Alert, edit: Edit, story: int) -> Telling:
    """The same edit of another copy of the story is told once, and so is one that is made again and again."""
    subject = f"edit:{story}:{key_of(edit)}" if alert.per == "story" else f"edit:{edit.id}"
    return Telling(
        alert=alert.id, kind="revision", subject=subject, article=edit.article, story=story, revision=edit.id
    )


def asked_topics(alert: Alert, scores: Iterable[tuple[str, float]], least: float | None = None) -> list[str]:
    """Of an article's topics with their *scores*, those that *alert* asks for: all of them where it names none. With
    *least*, that score is asked for in place of the alert's own.
    """
    wanted = alert.min_score if least is None else least
    return [
        topic for topic, score in scores if score >= wanted and (not alert.topics or matches_one(topic, alert.topics))
    ]
