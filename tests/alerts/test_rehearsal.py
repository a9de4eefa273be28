"""A rehearsal tells what the real rules would have sent, and leaves the archive as it was."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from simulated_desk import SimulatedDesk

from alerts.rehearsal import Rehearsed, rehearse
from alerts.rounds import Rounds
from archive.database import open_archive

BEGIN = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SimulatedDesk]:
    made = SimulatedDesk(tmp_path / "archive.db", BEGIN, step=timedelta(minutes=5))
    with closing(made.db):
        yield made


def live_through_a_week(desk: SimulatedDesk) -> None:
    """A story at noon with two copies a day, an edit, a weak one, and a burst of six at night."""
    text = "Three men were held near the river after a raid before dawn and two of them were brought to the capital "
    for day in range(14, 21):
        desk.goes_to(f"2026-03-{day} 12:00")
        told = f"{text * 2} On the {day}th."
        for source in ("wire", "radio", "paper"):
            desk.arrives(source=source, url=f"https://{source}.example/{day}", text=told + source, tags={"isis": 2.0})
        desk.arrives(tags={"isis": 1.0})
        desk.goes_to(f"2026-03-{day} 15:00")
        edited = told.replace("Three", "Four")
        desk.arrives(source="wire", url=f"https://wire.example/{day}", text=edited + "wire", tags={"isis": 2.0})
        desk.goes_to(f"2026-03-{day + 1} 01:00")
        for _ in range(6):
            desk.arrives(tags={"isis": 3.0}, language="ar", title="خبر")
    desk.goes_to("2026-03-21 12:00")


def rehearsed(desk: SimulatedDesk, name: str) -> Rehearsed:
    with closing(open_archive(desk.path, read_only=True)) as db:
        return rehearse(db, desk.alerts[name], Rounds(watch=desk.watch), since=BEGIN, now=desk.now)


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"min_score": 2},
        {"quiet": "23:00-06:00"},
        {"cooldown": "4h"},
        {"max_per_hour": 2},
        {"quiet": "23:00-06:00", "max_per_hour": 3, "per": "article"},
        {"when": "digest", "cron": "0 6 * * *"},
        {"when": "digest", "cron": "0 1-5 * * *", "quiet": "00:00-06:00"},
        {"when": "revision"},
        {"when": "revision", "quiet": "14:00-16:00", "min_change": 0.5},
    ],
    ids=str,
)
def test_a_rehearsal_tells_what_was_sent_in_the_past(desk: SimulatedDesk, keys: dict[str, Any]) -> None:
    desk.has(topics=("isis",), **keys)
    desk.round()
    live_through_a_week(desk)
    sent = [(row["released"], row["kind"], row["article"]) for row in desk.rows("state = 'waiting'")]
    assert sent

    found = rehearsed(desk, "desk")
    assert Counter((row["released"], row["kind"], row["article"]) for row in found.messages) == Counter(sent)
    dropped = desk.db.execute("SELECT count(*) FROM suppressed").fetchone()[0]
    held = desk.db.execute("SELECT count(*) FROM alerts WHERE reason IS NOT NULL").fetchone()[0]
    assert sum(found.suppressed.values()) == dropped + held


def test_a_rehearsal_writes_nothing(desk: SimulatedDesk) -> None:
    desk.has()
    for _ in range(3):
        desk.arrives()
    desk.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = desk.path.read_bytes()
    desk.has("new", cooldown="1h")
    assert len(rehearsed(desk, "new").messages) == 0  # nothing was seen before now
    desk.now += timedelta(hours=2)
    found = rehearsed(desk, "new")
    assert [row["kind"] for row in found.messages] == ["each", "summary"]
    assert desk.path.read_bytes() == before
    assert [row["alert"] for row in desk.rows()] == ["desk"] * 3


def test_a_connection_of_a_rehearsal_writes_to_no_table_of_the_archive(desk: SimulatedDesk) -> None:
    desk.has()
    desk.arrives()
    desk.now += timedelta(hours=1)
    with closing(open_archive(desk.path, read_only=True)) as db:
        rehearse(db, desk.alerts["desk"], Rounds(watch=desk.watch), since=BEGIN, now=desk.now)
        with pytest.raises(sqlite3.DatabaseError):
            db.execute("DELETE FROM main.alerts")
        with pytest.raises(sqlite3.DatabaseError):
            db.execute("UPDATE article_head SET title = ''")


def test_what_still_waits_at_the_end_is_counted(desk: SimulatedDesk) -> None:
    desk.has(when="digest", cron="0 6 * * *")
    desk.arrives()
    desk.arrives()
    desk.now += timedelta(hours=1)
    assert (rehearsed(desk, "desk").messages, rehearsed(desk, "desk").waiting) == ([], 2)


def test_a_spike_that_cannot_be_told_yet_says_so(desk: SimulatedDesk) -> None:
    desk.has(when="spike", topics=("isis",))
    desk.arrives(tags={"isis": 1.0})
    desk.now += timedelta(hours=1)
    found = rehearsed(desk, "desk")
    assert found.messages == []
    assert found.unready is not None
    assert "of 21 days" in found.unready
