"""What an alert would have sent in the past, and when: the real rules over the archived articles, into tables that end
with the connection. Nobody is told.

An article is taken as it is archived now, with the topics that it has now, at the moment when it was first seen; an
edit at the moment when it was noticed. Spikes and silences are looked for at each full hour.
"""

import sqlite3
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from alerts.definitions import Alert
from alerts.rounds import Rounds
from archive.outbox import messages
from archive.owing import suppressed
from archive.rehearsing import arrivals_between, edits_between, next_release, shadow_outbox, still_waiting
from archive.tagging import scores_of
from archive.times import from_text
from seeds.crontab import next_time

_EVERYTHING = -1  # SQLite's way to set no limit
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What an alert would have done: the *messages*, as `archive.outbox.messages` gives them, oldest first, and how
    many things made none of their own, by reason."""

    messages: list[dict[str, object]]
    suppressed: Counter[str]
    waiting: int  # for a digest, or held back, at the end
    unready: str | None = None  # why nothing unusual can be told yet


def rehearse(db: sqlite3.Connection, alert: Alert, rounds: Rounds, *, since: datetime, now: datetime) -> Rehearsed:
    """What *alert* would have sent from *since* to *now* on the desk of *rounds*. *db* serves for nothing else then."""
    shadow_outbox(db)
    alone = msgspec.structs.replace(alert, to=alert.to[:1])  # what goes to several is told once
    watch = replace(rounds.watch, alerts={alert.id: alone})
    _Past(db, alone, replace(rounds, watch=watch), since).goes_to(now)
    sent = [row for row in messages(db, limit=_EVERYTHING) if row["state"] not in ("held", "gathered")]
    return Rehearsed(
        messages=sorted(sent, key=lambda row: str(row["released"])),
        suppressed=Counter(str(row["reason"]) for row in suppressed(db, limit=_EVERYTHING)),
        waiting=still_waiting(db),
        unready=rounds.unready(db, alert, now),
    )


class _Past:
    """The past as it went by."""

    def __init__(self, db: sqlite3.Connection, alert: Alert, rounds: Rounds, since: datetime) -> None:
        self._db, self._alert, self._rounds, self._now = db, alert, rounds, since

    def goes_to(self, end: datetime) -> None:
        self._rounds.go(self._db, self._now)
        if self._alert.when == "revision":
            self._sees_edits(end)
        elif self._alert.when in ("each", "digest"):
            self._sees_articles(end)
        self._rounds_until(end)

    def _sees_articles(self, end: datetime) -> None:
        for at, article, story in arrivals_between(self._db, self._now, end):
            self._rounds_until(from_text(at))
            scores = scores_of(self._db, article)
            self._rounds.watch.tell_of(self._db, article, story=story, scores=scores, at=self._now)

    def _sees_edits(self, end: datetime) -> None:
        for at, revision, article, story in edits_between(self._db, self._now, end):
            self._rounds_until(from_text(at))
            scores = scores_of(self._db, article)
            self._rounds.watch.tell_of_edit(
                self._db, revision, story=story, scores=scores, before=scores, at=self._now
            )  # fmt: skip

    def _rounds_until(self, end: datetime) -> None:
        while (moment := self._next_moment()) and moment <= end:
            self._now = moment
            self._rounds.go(self._db, moment)
            if self._alert.when in ("spike", "silence"):
                self._rounds.look(self._db, moment)
        self._now = max(self._now, end)

    def _next_moment(self) -> datetime | None:
        """When something may come due."""
        moments = []
        if self._alert.when == "digest" and self._alert.cron:
            moments.append(next_time(self._alert.cron, self._rounds.watch.zone, self._now))
        if self._alert.when in ("spike", "silence"):
            moments.append((self._now + _HOUR).replace(minute=0, second=0, microsecond=0))
        if release := next_release(self._db, self._now):
            moments.append(from_text(release))
        return min(moments, default=None)
