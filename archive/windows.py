"""Spans of time that alerts tell of, and what digests consume.

A window, the articles that it takes and its messages are written in the caller's transaction. What a digest has not
taken yet is told by the next one, however long nobody looked: nothing goes by a clock alone.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.database import inserted_id
from archive.owing import SAME_TIME, Telling
from archive.times import from_text, to_text

LAST = "last"
"""The figure of a digest's window behind which its alert was a digest no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of time of which an alert tells; `subject` is `topic:ID`, `source:ID`, or nothing."""

    id: int
    alert: str
    kind: str
    subject: str
    begin: datetime
    end: datetime | None  # None: it goes on
    born: datetime
    figures: dict[str, Any]

    @property
    def is_last(self) -> bool:
        """Whether its alert was a digest no more behind it."""
        return bool(self.figures.get(LAST))


def await_digest(db: sqlite3.Connection, telling: Telling, at: datetime) -> bool:
    """Lets the next digest of the alert tell of *telling*, unless one told of its subject; whether it will."""
    cursor = db.execute(
        "INSERT INTO window_articles (alert, subject, article, at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (alert, subject) DO NOTHING",
        (telling.alert, telling.subject, telling.article, to_text(at)),
    )
    return cursor.rowcount == 1


def awaited_by(db: sqlite3.Connection, telling: Telling) -> int | None:
    """The article by which the subject of *telling* came to be told by a digest; None where it is told by none."""
    row = db.execute(
        "SELECT article FROM window_articles WHERE alert = ? AND subject = ?", (telling.alert, telling.subject)
    ).fetchone()
    return row[0] if row else None


def open_window(
    db: sqlite3.Connection, *, alert: str, kind: str, subject: str = "", begin: datetime, end: datetime | None = None,
    born: datetime, figures: Mapping[str, Any],
) -> int:  # fmt: skip
    """Writes a window; its id."""
    return inserted_id(
        db.execute(
            'INSERT INTO windows (alert, kind, subject, begin, "end", born, figures) VALUES (?, ?, ?, ?, ?, ?, ?)',
            (
                alert, kind, subject, to_text(begin), to_text(end) if end else None, to_text(born),
                json.dumps(dict(figures), ensure_ascii=False),
            ),
        )
    )  # fmt: skip


def consume(db: sqlite3.Connection, window: int, alert: str, until: datetime, now: datetime) -> int:
    """Has *window* tell of what waits for a digest of *alert* and answered it by *until*; of how much. What seems to
    have answered it far behind *now* did so under a clock that was ahead.
    """
    cursor = db.execute(
        "UPDATE window_articles SET window = ? WHERE alert = ? AND window IS NULL AND (at <= ? OR at > ?)",
        (window, alert, to_text(until), to_text(now + SAME_TIME)),
    )
    return cursor.rowcount


def last_window(db: sqlite3.Connection, alert: str, kind: str) -> Window | None:
    """The latest window of *alert*, as a *kind* of alert."""
    return _window(
        db.execute("SELECT * FROM windows WHERE alert = ? AND kind = ? ORDER BY id DESC LIMIT 1", (alert, kind))
    )


def digests_that_go_on(db: sqlite3.Connection) -> list[Window]:
    """Of each alert that was a digest the latest window, unless it was the last one."""
    rows = db.execute(
        "SELECT * FROM windows WHERE id IN (SELECT max(id) FROM windows WHERE kind = 'digest' GROUP BY alert) "
        "ORDER BY id"
    )
    return [window for window in map(_as_window, rows) if not window.is_last]


def open_windows(db: sqlite3.Connection, alert: str, kind: str) -> list[Window]:
    """Those that go on."""
    rows = db.execute('SELECT * FROM windows WHERE alert = ? AND kind = ? AND "end" IS NULL ORDER BY id', (alert, kind))
    return [_as_window(row) for row in rows]


def last_end(db: sqlite3.Connection, alert: str, subject: str) -> datetime | None:
    """When the latest of the silences of *subject* that *alert* told of ended."""
    row = db.execute(
        'SELECT "end" FROM windows WHERE alert = ? AND kind = \'silence\' AND subject = ? AND "end" IS NOT NULL '
        "ORDER BY id DESC LIMIT 1",
        (alert, subject),
    ).fetchone()
    return from_text(row[0]) if row else None


def close_window(db: sqlite3.Connection, window: int, end: datetime) -> None:
    """Writes down when it ended."""
    db.execute('UPDATE windows SET "end" = ? WHERE id = ?', (to_text(end), window))


def read_window(db: sqlite3.Connection, window: int) -> Window | None:
    """The window with this id."""
    return _window(db.execute("SELECT * FROM windows WHERE id = ?", (window,)))


def articles_of(db: sqlite3.Connection, window: int) -> list[int]:
    """The articles that *window* tells of, the latest to answer first."""
    rows = db.execute("SELECT article FROM window_articles WHERE window = ? ORDER BY at DESC, article DESC", (window,))
    return [article for (article,) in rows]


def _window(found: sqlite3.Cursor) -> Window | None:
    row = found.fetchone()
    return _as_window(row) if row else None


def _as_window(row: sqlite3.Row) -> Window:
    return Window(
        id=row["id"], alert=row["alert"], kind=row["kind"], subject=row["subject"], begin=from_text(row["begin"]),
        end=from_text(row["end"]) if row["end"] else None, born=from_text(row["born"]),
        figures=json.loads(row["figures"]),
    )  # fmt: skip
