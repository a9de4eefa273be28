"""What a throw-away archive tells of the pages of a crawl that was only a trial."""

import json
import sqlite3
from dataclasses import dataclass


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
