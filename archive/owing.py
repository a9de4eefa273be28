"""How messages get into the outbox: at once, or held back until their alert may speak again and then told as one.

A row is born in the transaction of the article, the edit or the window that it tells of, so that neither can be
without the other. Whatever answers an alert and makes no message is written down with its reason.
"""

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

from archive.times import from_text, to_text

Reason: TypeAlias = Literal["quiet", "cooldown", "max_per_hour"]
"""Why a message is held back: the alert's key that asks for it."""
HELD: tuple[Reason, ...] = get_args(Reason)
Dropped: TypeAlias = Literal["copy", "min_score", "min_change", "empty"]
"""Why there is no message: its story or its edit was told, it is too weak, too small, or there is nothing to tell."""

HOUR = timedelta(hours=1)
SAME_TIME = timedelta(minutes=5)
"""By how much a message may lie ahead: pages are not archived in the order in which they were fetched. What lies
further ahead was written under a clock that went wrong."""
# What is held back was not let go yet: by that its index finds it among all that an alert ever sent.
_HELD_OF = "alert = ? AND released IS NULL AND state = 'held'"
_REF_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on a phone
_REF_LENGTH = 12  # 59 bits: of a million, two are equal once in a million archives


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What an alert has to tell. Of each `subject` it tells a channel once."""

    alert: str
    kind: str  # each, digest, spike, silence, revision or summary
    subject: str
    article: int | None = None
    story: int | None = None
    window: int | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Until when, as far as is known, a message is held back, and why."""

    until: datetime
    reason: Reason


def of_article(alert: str, *, article: int, story: int, per_story: bool = True, kind: str = "each") -> Telling:
    """What *alert* tells of an article: once for its story, or once for itself."""
    subject = f"story:{story}" if per_story else f"article:{article}"
    return Telling(alert=alert, kind=kind, subject=subject, article=article, story=story)


def owe(
    db: sqlite3.Connection, telling: Telling, channels: Sequence[str], *, at: datetime, held: Held | None = None
) -> int:
    """Puts one row for each of *channels* into the outbox unless it had one of this subject; how many."""
    state, due, released = ("held", held.until, None) if held else ("waiting", at, to_text(at))
    born = 0
    for channel in channels:
        cursor = db.execute(
            "INSERT INTO alerts (ref, alert, kind, subject, article, story, window, revision, channel, state, due, "
            "released, reason, born) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (alert, subject, channel) DO NOTHING",
            (
                _new_ref(), telling.alert, telling.kind, telling.subject, telling.article, telling.story,
                telling.window, telling.revision, channel, state, to_text(due), released,
                held.reason if held else None, to_text(at),
            ),
        )  # fmt: skip
        born += cursor.rowcount
    return born


def suppress(db: sqlite3.Connection, telling: Telling, reason: Dropped, *, at: datetime) -> None:
    """Writes down that *telling* makes no message; once, however often it comes up."""
    db.execute(
        "INSERT INTO suppressed (alert, kind, subject, article, at, reason) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (alert, subject, article, reason) DO NOTHING",
        (telling.alert, telling.kind, telling.subject, telling.article, to_text(at), reason),
    )


def told_by(db: sqlite3.Connection, telling: Telling) -> int | None:
    """The article by which the subject of *telling* came into the outbox; None where it is not in it."""
    row = db.execute(
        "SELECT article FROM alerts WHERE alert = ? AND subject = ? ORDER BY born LIMIT 1",
        (telling.alert, telling.subject),
    ).fetchone()
    return row[0] if row else None


def suppressed(
    db: sqlite3.Connection, *, alert: str | None = None, since: datetime | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """The newest *limit* things that made no message of their own when they came: those that made none at all, and
    those that were held back, once for all channels. Columns: at, alert, kind, reason, article, title, url, and
    `told`, when it was told all the same.
    """
    rows = db.execute(
        "SELECT at, alert, kind, reason, article, told, title, url FROM ("
        "SELECT at, alert, kind, reason, article, NULL AS told FROM suppressed UNION ALL "
        "SELECT min(born), alert, kind, reason, article, min(released) FROM alerts WHERE reason IS NOT NULL "
        "GROUP BY alert, alerts.subject) LEFT JOIN article_head ON article_head.id = article "
        "WHERE (?1 IS NULL OR alert = ?1) AND at >= ?2 ORDER BY at DESC LIMIT ?3",
        (alert, to_text(since) if since else "", limit),
    )
    return [dict(row) for row in rows]


def last_release(db: sqlite3.Connection, alert: str, at: datetime) -> datetime | None:
    """When *alert* last let a message go, by *at*: what was let go under a clock that was ahead says nothing."""
    row = db.execute(
        "SELECT max(released) FROM alerts WHERE alert = ? AND released <= ?", (alert, to_text(at + SAME_TIME))
    ).fetchone()
    return from_text(row[0]) if row[0] else None


def has_room_at(db: sqlite3.Connection, alert: str, number: int, at: datetime) -> datetime | None:
    """When *alert*, which may send *number* messages within an hour, may send another; None: *at* already. A message
    counts once, to however many channels it goes.
    """
    row = db.execute(
        "SELECT max(released) AS last FROM alerts WHERE alert = ? AND released > ? AND released <= ? "
        "AND state <> 'gathered' GROUP BY subject ORDER BY last DESC LIMIT 1 OFFSET ?",
        (alert, to_text(at - HOUR), to_text(at + SAME_TIME), number - 1),
    ).fetchone()
    return from_text(row[0]) + HOUR if row else None


def alerts_with_held(db: sqlite3.Connection) -> list[str]:
    """The alerts of which messages are held back. It reads these alone, however much was sent."""
    rows = db.execute("SELECT DISTINCT +alert AS alert FROM alerts WHERE state = 'held' ORDER BY alert")
    return [alert for (alert,) in rows]


def reason_held(db: sqlite3.Connection, alert: str) -> Reason | None:
    """Why the first of the messages is held back that are held back of *alert*; None: none is."""
    row = db.execute(f"SELECT reason FROM alerts WHERE {_HELD_OF} ORDER BY born LIMIT 1", (alert,)).fetchone()  # noqa: S608 -- own words
    return row[0] if row else None


def hold_on(db: sqlite3.Connection, alert: str, held: Held) -> None:
    """Holds back what is held of *alert* for longer."""
    db.execute(
        f"UPDATE alerts SET due = ? WHERE {_HELD_OF} AND due <> ?",  # noqa: S608 -- own words
        (to_text(held.until), alert, to_text(held.until)),
    )


def release(db: sqlite3.Connection, alert: str, at: datetime) -> int:
    """Lets go what is held back of *alert*: to each channel as one message, where there are several; how many messages.

    A digest is one message already, and is let go as it is.
    """
    rows = db.execute(
        f"SELECT ref, channel FROM alerts WHERE {_HELD_OF} AND kind <> 'digest' ORDER BY born, rowid",  # noqa: S608 -- own words
        (alert,),
    ).fetchall()
    channels: dict[str, list[str]] = {}
    for ref, channel in rows:
        channels.setdefault(channel, []).append(ref)
    for channel, refs in channels.items():
        if len(refs) > 1:
            _gather(db, Telling(alert=alert, kind="summary", subject=f"held:{rows[0]['ref']}"), channel, refs, at)
    gathered = sum(len(refs) > 1 for refs in channels.values())
    alone = db.execute(
        f"UPDATE alerts SET state = 'waiting', due = ?, released = ? WHERE {_HELD_OF}",  # noqa: S608 -- own words
        (to_text(at), to_text(at), alert),
    ).rowcount
    return gathered + alone


def _gather(db: sqlite3.Connection, telling: Telling, channel: str, refs: Sequence[str], at: datetime) -> None:
    owe(db, telling, [channel], at=at)
    summary = db.execute(
        "SELECT ref FROM alerts WHERE alert = ? AND subject = ? AND channel = ?",
        (telling.alert, telling.subject, channel),
    ).fetchone()[0]
    db.executemany(
        "UPDATE alerts SET state = 'gathered', within = ?, due = NULL, released = ? WHERE ref = ?",
        [(summary, to_text(at), ref) for ref in refs],
    )


def _new_ref() -> str:
    return "".join(secrets.choice(_REF_ALPHABET) for _ in range(_REF_LENGTH))
