"""Whatever happens in whatever order to a few hundred messages, none is lost and none is sent twice without need."""

import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.database import open_archive
from archive.outbox import JITTER, LEASE, Owed, claim, mark_failed, mark_sent, release_leases, revive
from archive.overview import outbox_counts
from archive.owing import of_article, owe
from archive.times import to_text

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
CHANNELS = ("json://127.0.0.1/hook", "env:KHABAR_MAIL", "env:KHABAR_PHONE")
ROWS = 300


@dataclass
class World:
    """An outbox, the processes that work on it, and what a receiver has got."""

    db: sqlite3.Connection
    chance: random.Random
    now: datetime = NOON
    under_way: list[tuple[Owed, datetime]] = field(default_factory=list)  # and when their leases end
    abandoned: Counter[str] = field(default_factory=Counter)  # tries of each ref whose lease ended before its record
    arrived: Counter[str] = field(default_factory=Counter)
    recorded: set[str] = field(default_factory=set)

    def claim(self) -> None:
        self.under_way += [
            (owed, self.now + LEASE)
            for owed in claim(self.db, self.chance.choice(CHANNELS), self.now, self.chance.randint(1, 40))
        ]
        refs = Counter(owed.ref for owed, until in self.under_way if until > self.now)
        assert not refs or max(refs.values()) == 1, "two at a time have a row on a lease"

    def end_some(self) -> None:
        """Of the tries under way some arrive, and are recorded or not; others fail; late ones among them."""
        self.chance.shuffle(self.under_way)
        for _ in range(self.chance.randint(0, len(self.under_way))):
            owed, until = self.under_way.pop()
            late = until <= self.now
            outcome = self.chance.choices(("sent", "failed", "arrived and crashed", "crashed"), (6, 3, 1, 1))[0]
            if outcome in ("sent", "arrived and crashed"):
                self.arrive(owed.ref)
            if outcome == "sent":
                mark_sent(self.db, owed, self.now)
                self.recorded.add(owed.ref)
            elif outcome == "failed":
                state = mark_failed(self.db, owed, self.now, "HTTP 500", lengthened=self.chance.uniform(0, JITTER))
                assert (state == "sent") == (owed.ref in self.recorded)
            if late or "crashed" in outcome:
                self.abandoned[owed.ref] += 1

    def arrive(self, ref: str) -> None:
        self.arrived[ref] += 1

    def crash(self) -> None:
        """The service dies with all that it had under way, and the next one gives the leases back."""
        self.abandoned.update(owed.ref for owed, _ in self.under_way)
        self.under_way.clear()
        release_leases(self.db)

    def wait(self) -> None:
        self.now += timedelta(seconds=self.chance.choice((1, 5, 30, 60, 61, 600, 40_000)))

    def revive(self) -> None:
        revive(self.db, self.now)

    def claims_nothing_that_was_sent(self) -> None:
        waiting = {ref for (ref,) in self.db.execute("SELECT ref FROM alerts WHERE state <> 'sent'")}
        assert waiting.isdisjoint(self.recorded)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("outbox") / "archive.db"


def fill(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM deliveries")
    db.execute("DELETE FROM alerts")
    for number in range(ROWS // len(CHANNELS)):
        owe(db, of_article("desk", article=number, story=number), CHANNELS, at=NOON)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), steps=st.integers(20, 150))
def test_no_message_is_lost_and_none_repeated_but_where_its_try_was_never_recorded(path, seed: int, steps: int) -> None:
    with closing(open_archive(path)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN IMMEDIATE")
        fill(db)
        world = World(db, random.Random(seed))
        moves = (world.claim, world.end_some, world.wait, world.crash, world.revive)
        for _ in range(steps):
            world.chance.choices(moves, (6, 6, 4, 0.5, 0.5))[0]()
            assert sum(outbox_counts(db).values()) == ROWS
            world.claims_nothing_that_was_sent()

        world.crash()
        while outbox_counts(db)["sent"] < ROWS:  # in the end everything works
            world.now += timedelta(days=1)
            world.revive()
            for channel in CHANNELS:
                for owed in claim(db, channel, world.now, ROWS):
                    world.arrive(owed.ref)
                    mark_sent(db, owed, world.now)

        refs = {ref for (ref,) in db.execute("SELECT ref FROM alerts")}
        assert set(world.arrived) == refs
        for ref, times in world.arrived.items():
            assert times <= 1 + world.abandoned[ref], "a repeat, and no try was left without its record in time"
        tries = dict(db.execute("SELECT ref, count(*) FROM deliveries GROUP BY ref"))
        assert set(tries) == refs
        assert db.execute("SELECT count(*) FROM alerts WHERE due < ?", (to_text(NOON),)).fetchone()[0] == 0
        db.execute("ROLLBACK")
