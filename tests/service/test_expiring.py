"""The service's look after what is older than it is kept: in a thread of its own, and no fault ends it."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from crawler.desk import Desk
from crawler.expiring import Expiring

NOW = datetime.now(UTC)


def age(desk, days: int) -> None:
    at = (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with closing(sqlite3.connect(desk.root / "archive.db")) as db, db:
        db.execute("UPDATE article_head SET published = ?, first_seen = ?, moved = 1 WHERE source <> 'kani'", (at, at))


def look(desk, at: datetime) -> None:
    asyncio.run(Expiring(lambda: Desk(desk.root), clock=lambda: at).look())


def left(desk) -> list[str]:
    return [row["source"] for row in desk.rows("SELECT DISTINCT source FROM articles ORDER BY 1")]


def test_what_is_too_old_is_told_of_in_log_and_status_and_goes_a_day_later(crawled, caplog) -> None:
    with (crawled.root / "desk.toml").open("a") as file:
        file.write("keep_days = 100\n")
    age(crawled, 150)
    sources = left(crawled)
    old = crawled.rows("SELECT count(*) AS n FROM articles WHERE source <> 'kani'")[0]["n"]
    with caplog.at_level(logging.INFO):
        look(crawled, NOW)
    assert f"keep_days: {old} articles are older than they are kept, and are taken out from" in caplog.text
    assert f"keep_days: {old:,} articles are older than they are kept" in crawled.khabar("status").stdout
    assert left(crawled) == sources

    with caplog.at_level(logging.INFO):
        look(crawled, NOW + timedelta(hours=25))
    assert left(crawled) == ["kani"]
    assert f"keep_days: {old} articles were taken out" in caplog.text
    assert crawled.khabar("doctor", "--json", "--quick").returncode == 0


def test_a_fault_is_logged_and_ends_nothing(crawled, caplog) -> None:
    (crawled.root / "archive.db").write_text("no archive")
    look(crawled, NOW)
    assert "could not be taken out, trying again" in caplog.text
    (crawled.root / "desk.toml").write_text('name = "x"\nkeep_days = "many"\n')
    look(crawled, NOW)
    assert "could not be taken out; trying again" in caplog.text
