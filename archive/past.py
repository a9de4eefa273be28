"""What a backfill or a file brought: the past, which says nothing of how much a source publishes while watched.

A file brings it in silence. But what is news still may be in a file before a feed shows it: the crawl that meets it
then tells of it.
"""

import sqlite3
from datetime import datetime, timedelta

from archive.times import to_text

STILL_NEWS = timedelta(hours=48)
"""After its publication an article that a backfill or a file brings is told of all the same: by the backfill, since no
feed may have shown it yet; of a file's, by the crawl that meets it."""
OF_THE_PAST = "EXISTS (SELECT 1 FROM past_articles WHERE past_articles.article = article_head.id)"
"""For a statement over `article_head`: whether it came when somebody fetched it, and not when it was published."""
UNPLACED = f"(article_head.published IS NULL AND {OF_THE_PAST})"
"""Likewise: whether nobody knows its time. That it was first seen at some hour says nothing of that hour."""


def note_past(db: sqlite3.Connection, article: int, *, captured: bool) -> None:
    """Lets it be known that *article* came by a backfill or, *captured*, from a file, and not as it was published."""
    db.execute("INSERT INTO past_articles (article, captured) VALUES (?, ?)", (article, captured))


def is_silent_news(db: sqlite3.Connection, article: int, at: datetime) -> bool:
    """Whether *article* is still news, and a file brought it: nobody was told, unless that was asked for."""
    row = db.execute(
        "SELECT coalesce(published, first_seen) >= ? FROM past_articles JOIN article_head ON id = article "
        "WHERE article = ? AND captured",
        (to_text(at - STILL_NEWS), article),
    ).fetchone()
    return bool(row and row[0])


def meet(db: sqlite3.Connection, article: int, at: datetime) -> bool:
    """Takes note that a live crawl has met *article*; whether it is news that a file had brought in silence. Then it is
    what its source published while watched, like any other.
    """
    is_news = is_silent_news(db, article, at)
    if is_news:
        db.execute("DELETE FROM past_articles WHERE article = ?", (article,))
    else:
        db.execute("UPDATE past_articles SET captured = 0 WHERE article = ? AND captured", (article,))
    return is_news
