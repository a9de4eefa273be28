"""What the archive remembers of a server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.database import open_archive
from archive.hosts import FORGOTTEN_AFTER, Hold, RobotsCopy, hold_of, keep_hold, keep_robots, robots_copy

AT = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)


def test_a_host_that_nobody_asked_has_no_robots_txt_and_no_hold(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "archive.db")
    assert robots_copy(db, "news.example") is None
    assert hold_of(db, "news.example") == Hold()


@pytest.mark.parametrize("text", ["User-agent: *\nDisallow: /أخبار\n", "", None])
def test_a_robots_txt_is_remembered_beside_a_hold(tmp_path: Path, text: str | None) -> None:
    db = open_archive(tmp_path / "archive.db")
    hold = Hold(until=AT + timedelta(hours=1), reason="HTTP 429", holds=3)
    copy = RobotsCopy(text=text, status=200 if text is not None else 404, read=AT)
    keep_hold(db, "news.example", hold)
    keep_robots(db, "news.example", copy)
    assert robots_copy(db, "news.example") == copy
    assert hold_of(db, "news.example") == hold
    keep_hold(db, "news.example", Hold())
    assert robots_copy(db, "news.example") == copy
    assert hold_of(db, "news.example") == Hold()


def test_a_hold_is_never_shorter_than_it_was(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "archive.db")
    keep_hold(db, "news.example", Hold(until=AT + timedelta(milliseconds=1)))
    assert hold_of(db, "news.example").until == AT + timedelta(seconds=1)


def test_hosts_that_nobody_asked_for_a_month_are_forgotten_unless_they_are_held(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "archive.db")
    for host in ("old.example", "held.example", "young.example"):
        keep_robots(db, host, RobotsCopy(text="", status=200, read=AT + timedelta(days=host == "young.example")))
    later = AT + FORGOTTEN_AFTER + timedelta(hours=1)
    keep_hold(db, "held.example", Hold(until=later + timedelta(hours=1), reason="HTTP 503", holds=1))
    keep_robots(db, "new.example", RobotsCopy(text="", status=200, read=later))
    hosts = [row[0] for row in db.execute("SELECT host FROM hosts ORDER BY host")]
    assert hosts == ["held.example", "new.example", "young.example"]
