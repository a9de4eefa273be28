"""How a backfill is told to a person: its days are those of the desk, and what is left out is said."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from archive.backfills import Span
from archive.processes import this_machine
from crawler.backfill.reading import read_past
from crawler.cli.backfill_view import span_of
from crawler.desk_lock import hold_desk
from seeds.sources import load_sources

BAGHDAD = ZoneInfo("Asia/Baghdad")
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example/old.xml</loc><lastmod>2001-01-01</lastmod></sitemap>
<sitemap><loc>https://news.example/new.xml</loc><lastmod>2026-01-01</lastmod></sitemap></sitemapindex>"""


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2019-12-31T21:00:00Z", "2026-03-14T12:00:00Z", "since 2020-01-01"),
        ("2026-03-01T10:30:00Z", "2026-03-14T12:00:00Z", "since 2026-03-01 13:30"),
        ("2026-02-28T21:00:00Z", "2026-03-02T21:00:00Z", "since 2026-03-01 until 2026-03-02"),
        ("2026-02-28T21:00:00Z", "2026-03-02T22:00:00Z", "since 2026-03-01 until 2026-03-03 01:00"),
    ],
)
def test_its_days_are_those_of_the_desk(since: str, until: str, said: str) -> None:
    assert span_of({"since": since, "until": until, "begun": "2026-03-14T12:00:05Z"}, BAGHDAD) == said


def test_a_sitemap_that_is_not_read_for_its_date_is_counted(past: Any) -> None:
    source = load_sources(past.desk.root / "seeds/sources")["past"]
    span = Span(since=datetime(2020, 1, 1, tzinfo=BAGHDAD), until=datetime(2026, 3, 1, tzinfo=BAGHDAD))
    url = "https://news.example/sitemap.xml"
    reading = read_past("sitemap", url, INDEX, url, "application/xml", source, span)
    assert (reading.further, reading.skipped) == (("https://news.example/new.xml",), 1)
    past.site.replies["/sitemap.xml"] = 200, {"Content-Type": "application/xml"}, INDEX.replace(b"2026", b"2002")

    told = past.backfill(since="2020-01-01")

    assert told["counts"]["left_out"] == {"sitemaps last changed before the dates, by their index": 2}


@pytest.mark.parametrize(("host", "process"), [("another-container", 1), (None, 1)])
def test_nobody_is_at_work_where_nobody_holds_the_desk(past: Any, host: str | None, process: int) -> None:
    """After a power cut its number may be another process's, and a container has another name each time."""
    past.watch('feeds = ["URL/feed.xml"]')
    past.site.replies["/robots.txt"] = 404, {}, b""
    past.site.replies["/sitemap.xml"] = 404, {}, b""
    past.backfill()
    with closing(sqlite3.connect(past.desk.root / "archive.db", isolation_level=None)) as db:
        values = (host or this_machine(), process)
        db.execute("UPDATE backfills SET state = 'open', finished = NULL, host = ?, process = ?", values)
    assert past.backfill()["state"] == "done"


def test_a_service_that_starts_in_the_same_second_is_given_the_order(
    past: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = [None, os.getpid(), os.getpid()]
    monkeypatch.setattr("crawler.cli.backfill.service_of", lambda root: looks.pop(0))  # the moment between two looks
    monkeypatch.setattr("crawler.cli.backfill._UNHEARD", 0.0)
    with hold_desk(past.desk.root, alone=True):
        done = past.desk.khabar_at_home("crawl", "past", "--backfill", "--since", "9d")
    assert done.returncode == 2
    assert "has not taken the backfill up; it does so as soon as it can" in done.stderr
    assert past.state() == "open"
