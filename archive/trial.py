"""What a throw-away archive tells of a crawl that was only a trial, and what of it is worth carrying back: its hosts.

A server that asked to be left alone asked the desk, whatever for it was disturbed.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

HostRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedWay:
    """What is known of a feed, sitemap or listing after the trial."""

    answered: bool
    cause: str | None  # why it shows nothing, where it does not
    seconds: float | None  # it took to answer


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedPage:
    """What became of an article's page."""

    url: str
    fate: str
    reason: str | None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None  # as the archive writes instants
    zone: str | None = None
    precision: str | None = None
    language: str | None = None
    text: str | None = None  # None: there is no article
    topics: tuple[str, ...] = ()


def tried_ways(db: sqlite3.Connection, source: str) -> dict[str, TriedWay]:
    """The ways of *source* that were asked, by URL."""
    asked = "SELECT url, health, cause, seconds FROM feeds WHERE source = ?"
    return {
        row["url"]: TriedWay(answered=row["health"] in ("ok", "empty"), cause=row["cause"], seconds=row["seconds"])
        for row in db.execute(asked, (source,))
    }


def tried_pages(db: sqlite3.Connection) -> list[TriedPage]:
    """The pages of articles that were asked for, newest first; the addresses of ways are none."""
    rows = db.execute(
        "SELECT visits.url, fate, reason, articles.id, title, authors, published, published_zone, published_precision, "
        "language, text FROM visits LEFT JOIN addresses USING (id) "
        "LEFT JOIN articles ON articles.id = addresses.article "
        "WHERE fate <> 'waiting' AND visits.url NOT IN (SELECT url FROM feeds) ORDER BY articles.id DESC, visits.id"
    ).fetchall()
    return [
        TriedPage(
            url=row["url"], fate=row["fate"], reason=row["reason"], title=row["title"], published=row["published"],
            authors=tuple(json.loads(row["authors"] or "[]")), zone=row["published_zone"], language=row["language"],
            precision=row["published_precision"], text=row["text"], topics=_topics(db, row["id"]),
        )
        for row in rows
    ]  # fmt: skip


def _topics(db: sqlite3.Connection, article: int | None) -> tuple[str, ...]:
    rows = db.execute("SELECT topic FROM tags WHERE article = ? ORDER BY score DESC, topic", (article,))
    return tuple(topic for (topic,) in rows)


def host_rows(db: sqlite3.Connection) -> dict[str, HostRow]:
    """All that is known of servers, by host, whatever columns that has."""
    return {row["host"]: dict(row) for row in db.execute("SELECT * FROM hosts")}


def put_hosts(db: sqlite3.Connection, rows: Iterable[HostRow]) -> None:
    """Writes *rows* in place of what was known of the same servers."""
    for row in rows:
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        db.execute(f"INSERT OR REPLACE INTO hosts ({columns}) VALUES ({places})", tuple(row.values()))  # noqa: S608 -- names of columns
