"""A desk whose clock the test moves: articles arrive, rounds are made, and what is let go is seen with its time."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from alerts.definitions import Alert
from alerts.rounds import Rounds
from alerts.watching import Watch
from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.storing import Arrival, Stored, save
from topics.evidence import Tag
from topics.fold import fold

HOOK = "json://127.0.0.1/hook"


def prose(seed: int, words: int = 60) -> str:
    """Words that no other seed has: two are never copies of each other."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghiklmnoprstuvwyz", k=chance.randint(3, 9))) for _ in range(words))


@dataclass
class SimulatedDesk:
    """An archive with alerts, in simulated time."""

    path: Path
    now: datetime
    zone: tzinfo = UTC
    alerts: dict[str, Alert] = field(default_factory=dict)
    step: timedelta = timedelta(minutes=1)
    _number: int = 0

    def __post_init__(self) -> None:
        self.db = open_archive(self.path)

    def has(self, name: str = "desk", **keys: Any) -> None:
        """Defines an alert."""
        self.alerts[name] = Alert(id=name, **{"to": (HOOK,), **keys})

    @property
    def watch(self) -> Watch:
        return Watch(alerts=self.alerts, zone=self.zone)

    def wall(self, text: str) -> datetime:
        """The instant of "2026-03-14 06:00" on the wall of the desk."""
        return datetime.fromisoformat(text).replace(tzinfo=self.zone)

    def goes_to(self, text: str) -> None:
        """Moves the clock, with a round at each step."""
        end = self.wall(text)
        while self.now < end:
            self.now = min(self.now + self.step, end)
            self.round()

    def sleeps_until(self, text: str) -> None:
        """Moves the clock while nobody looks."""
        self.now = self.wall(text)

    def reloads(self) -> None:
        """As the service does where the alerts may have changed."""
        with transaction(self.db):
            Rounds(watch=self.watch).end_digests(self.db, self.now)

    def round(self) -> None:
        """As the service looks: it writes only where something is due."""
        rounds = Rounds(watch=self.watch)
        if rounds.is_due(self.db, self.now):
            with transaction(self.db):
                rounds.go(self.db, self.now)
            assert not rounds.is_due(self.db, self.now), "a round leaves something that is due"

    def arrives(self, *, tags: dict[str, float] | None = None, url: str | None = None, **fields: Any) -> Stored:
        """Archives an article at this moment: another story each time, unless a text is given."""
        self._number += 1
        text = fields.pop("text", prose(self._number))
        given = {"source": "wire", "title": f"Story {self._number}", "language": "en"} | fields
        article = Article(url=url or f"https://news.example/{self._number}", text=text, **given)
        found = tuple(
            Tag(topic=one, score=score, pack_version="p1", evidence=()) for one, score in (tags or {}).items()
        )
        arrival = Arrival(article=article, tags=found, signature=signature(fold(text)), seen=self.now)
        with transaction(self.db):
            stored = save(self.db, arrival)
            self.watch.tell(self.db, arrival, stored)
        return stored

    def rows(self, where: str = "1") -> list[sqlite3.Row]:
        """Messages of the outbox, in the order of their birth."""
        return self.db.execute(f"SELECT * FROM alerts WHERE {where} ORDER BY born, rowid").fetchall()

    def sent(self) -> list[tuple[str, str, str]]:
        """What was let go: when, on the wall, which alert, and which kind."""
        rows = self.db.execute(
            "SELECT released, alert, kind FROM alerts WHERE state NOT IN ('held', 'gathered') ORDER BY released, rowid"
        )
        return [(self.shown(row["released"]), row["alert"], row["kind"]) for row in rows]

    def shown(self, text: str) -> str:
        """An instant as the wall shows it: "14 06:00"."""
        return f"{datetime.fromisoformat(text).astimezone(self.zone):%d %H:%M}"

    def gathered(self) -> Iterator[list[int]]:
        """The articles of each summary."""
        for (ref,) in self.db.execute("SELECT ref FROM alerts WHERE kind = 'summary' ORDER BY born").fetchall():
            yield [row["article"] for row in self.rows(f"within = '{ref}'")]

    def suppressed(self) -> list[tuple[str, str]]:
        """Alert and reason of what made no message."""
        return [tuple(row) for row in self.db.execute("SELECT alert, reason FROM suppressed ORDER BY id")]
