"""The outbox: messages that are owed to a channel, each until it is delivered or given up.

A row is born in the transaction of the article that it tells of, so that neither can be without the other. It is
sent at least once: a process that dies between a delivery and its record leaves the row to be sent again, under the
same `ref`. Nothing is sent here.
"""

import secrets
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from archive.database import inserted_id, storable
from archive.times import to_text

State = Literal["waiting", "sent", "dead", "dismissed"]
STATES: tuple[State, ...] = ("waiting", "sent", "dead", "dismissed")
"""Dismissed is what was dead, and a person has seen it."""
LEASE = timedelta(seconds=60)
"""How long a delivery may be under way before another process may take its row over: twice its bound in time."""
PAUSES = tuple(timedelta(seconds=pause) for pause in (5, 20, 60, 180, 600, 1800, 3600, 7200, 14_400, 28_800))
"""After each failed try. A channel that is down for a night, some 16 hours, loses nothing."""
MOST_TRIES = len(PAUSES) + 1
"""After so many failed tries a message is dead: kept and shown, and sent only when a person asks for it."""
JITTER = 0.2
"""Share by which a pause is lengthened at random, so that what failed together is not tried together."""
AFTER_SUCCESS = timedelta(seconds=30)
"""The longest wait that is left once the channel has worked again."""
_LONGEST_ERROR = 300  # code points
_REF_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on a phone
_REF_LENGTH = 12  # 59 bits: of a million, two are equal once in a million archives


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A message to be sent, taken on a lease."""

    ref: str
    alert: str
    kind: str
    article: int
    channel: str  # redacted
    attempts: int  # this one included
    delivery: int  # the id of this try in the log of deliveries


def owe(
    db: sqlite3.Connection, *, alert: str, article: int, story: int, per_story: bool, channels: Sequence[str],
    at: datetime,
) -> int:  # fmt: skip
    """Puts one row for each of *channels* into the outbox unless it had one for this story, or article; how many."""
    subject = f"story:{story}" if per_story else f"article:{article}"
    born = 0
    for channel in channels:
        cursor = db.execute(
            "INSERT INTO alerts (ref, alert, kind, article, story, channel, state, due, subject, born) "
            "VALUES (?, ?, 'each', ?, ?, ?, 'waiting', ?, ?, ?) ON CONFLICT (alert, subject, channel) DO NOTHING",
            (_new_ref(), alert, article, story, channel, to_text(at), subject, to_text(at)),
        )
        born += cursor.rowcount
    return born


def _new_ref() -> str:
    return "".join(secrets.choice(_REF_ALPHABET) for _ in range(_REF_LENGTH))


_IS_DUE = "state = 'waiting' AND channel = ? AND due <= ? AND (lease IS NULL OR lease <= ?)"


def is_due(db: sqlite3.Connection, channel: str, at: datetime) -> bool:
    """Whether something for *channel* is to be sent now."""
    found = db.execute(f"SELECT 1 FROM alerts WHERE {_IS_DUE} LIMIT 1", (channel, to_text(at), to_text(at)))  # noqa: S608 -- own words
    return found.fetchone() is not None


def claim(
    db: sqlite3.Connection, channel: str, at: datetime, number: int, *, due_by: datetime | None = None
) -> list[Owed]:
    """Takes up to *number* of what is due for *channel* on a lease, the oldest first, and logs that a try begins.

    With *due_by*, only what was due then.
    """
    moment = to_text(at)
    rows = db.execute(
        "SELECT ref, alert, kind, article, channel, attempts + 1 AS attempts FROM alerts "  # noqa: S608 -- own words
        f"WHERE {_IS_DUE} ORDER BY due, born, ref LIMIT ?",
        (channel, to_text(due_by or at), moment, number),
    ).fetchall()
    return [Owed(**row, delivery=_begin_delivery(db, row["ref"], at)) for row in rows]


def _begin_delivery(db: sqlite3.Connection, ref: str, at: datetime) -> int:
    db.execute("UPDATE alerts SET attempts = attempts + 1, lease = ? WHERE ref = ?", (to_text(at + LEASE), ref))
    return inserted_id(db.execute("INSERT INTO deliveries (ref, begun) VALUES (?, ?)", (ref, to_text(at))))


def mark_sent(db: sqlite3.Connection, owed: Owed, at: datetime) -> None:
    """Writes down that *owed* arrived, and lets what else waits for its channel wait no longer than AFTER_SUCCESS."""
    _end_delivery(db, owed, at, "sent", None)
    db.execute(
        "UPDATE alerts SET state = 'sent', sent = ?, due = NULL, lease = NULL, error = NULL "
        "WHERE ref = ? AND state <> 'sent'",
        (to_text(at), owed.ref),
    )
    soon = to_text(at + AFTER_SUCCESS)
    db.execute(
        "UPDATE alerts SET due = ? WHERE state = 'waiting' AND channel = ? AND due > ? AND lease IS NULL",
        (soon, owed.channel, soon),
    )


def mark_failed(
    db: sqlite3.Connection, owed: Owed, at: datetime, error: str, *, lengthened: float = 0.0, final: bool = False
) -> State:
    """Writes down that a try failed, and plans the next one; the state that the message has now.

    *lengthened*, from 0 to JITTER, is the share by which the pause grows. With *final*, or after MOST_TRIES, the
    message is dead.
    """
    error = storable(error[:_LONGEST_ERROR])
    _end_delivery(db, owed, at, "failed", error)
    state: State = "dead" if final or owed.attempts >= MOST_TRIES else "waiting"
    pause = PAUSES[min(owed.attempts, len(PAUSES)) - 1] * (1 + lengthened)
    db.execute(
        "UPDATE alerts SET state = ?, due = ?, lease = NULL, error = ? "
        "WHERE ref = ? AND state = 'waiting' AND attempts = ?",  # else a later try has taken it over
        (state, to_text(at + pause) if state == "waiting" else None, error, owed.ref, owed.attempts),
    )
    now: State = db.execute("SELECT state FROM alerts WHERE ref = ?", (owed.ref,)).fetchone()[0]
    return now


def _end_delivery(db: sqlite3.Connection, owed: Owed, at: datetime, outcome: str, error: str | None) -> None:
    db.execute(
        "UPDATE deliveries SET ended = ?, outcome = ?, error = ? WHERE id = ?",
        (to_text(at), outcome, error, owed.delivery),
    )


def release_leases(db: sqlite3.Connection) -> int:
    """Gives back what a process that died had taken; only for the one that delivers for this desk. How many."""
    return db.execute("UPDATE alerts SET lease = NULL WHERE state = 'waiting' AND lease IS NOT NULL").rowcount


def give_up(db: sqlite3.Connection, wanted: Collection[tuple[str, str]]) -> int:
    """Makes what waits dead where no (alert, channel) of *wanted* is meant any more; how many."""
    rows = db.execute("SELECT DISTINCT alert, channel FROM alerts WHERE state = 'waiting'").fetchall()
    gone = [(alert, channel) for alert, channel in rows if (alert, channel) not in wanted]
    number = 0
    for alert, channel in gone:
        number += db.execute(
            "UPDATE alerts SET state = 'dead', due = NULL, lease = NULL, error = ? "
            "WHERE state = 'waiting' AND alert = ? AND channel = ?",
            ("no alert of this desk names this channel any more", alert, channel),
        ).rowcount
    return number


def revive(db: sqlite3.Connection, at: datetime, refs: Sequence[str] = ()) -> list[str]:
    """Lets dead messages wait again, with all their tries before them: those named, or all. The refs of them."""
    chosen = f"AND ref IN ({', '.join('?' * len(refs))})" if refs else ""
    found = db.execute(f"SELECT ref FROM alerts WHERE state = 'dead' {chosen} ORDER BY born, ref", refs).fetchall()  # noqa: S608 -- question marks
    for (ref,) in found:
        db.execute("UPDATE alerts SET state = 'waiting', attempts = 0, due = ? WHERE ref = ?", (to_text(at), ref))
    return [ref for (ref,) in found]


def dismiss(db: sqlite3.Connection, refs: Sequence[str] = ()) -> list[str]:
    """Takes dead messages, those named or all, for seen: they are kept, and ask for nobody's attention. Their refs."""
    chosen = f"AND ref IN ({', '.join('?' * len(refs))})" if refs else ""
    found = db.execute(f"SELECT ref FROM alerts WHERE state = 'dead' {chosen} ORDER BY born, ref", refs).fetchall()  # noqa: S608 -- question marks
    db.executemany("UPDATE alerts SET state = 'dismissed' WHERE ref = ?", [(ref,) for (ref,) in found])
    return [ref for (ref,) in found]


def messages(
    db: sqlite3.Connection, *, states: Sequence[State] = STATES, alert: str | None = None, limit: int = 50,
    refs: Sequence[str] = (),
) -> list[dict[str, Any]]:  # fmt: skip
    """The newest *limit* messages, or those of *refs*: columns of `alerts`; title, source and URL of the article."""
    where = f"state IN ({', '.join('?' * len(states))})" + (" AND alert = ?" if alert else "")
    where += f" AND ref IN ({', '.join('?' * len(refs))})" if refs else ""
    rows = db.execute(
        "SELECT ref, alert, kind, article, alerts.story, channel, state, attempts, born, due, sent, error, "  # noqa: S608 -- own words
        "title, source, url FROM alerts LEFT JOIN article_head ON article_head.id = article "
        f"WHERE {where} ORDER BY born DESC, ref LIMIT ?",
        (*states, *([alert] if alert else []), *refs, limit),
    )
    return [dict(row) for row in rows]


def deliveries(db: sqlite3.Connection, ref: str) -> list[dict[str, Any]]:
    """Every try to deliver the message *ref*, oldest first: begun, ended, outcome, error."""
    rows = db.execute("SELECT begun, ended, outcome, error FROM deliveries WHERE ref = ? ORDER BY id", (ref,))
    return [dict(row) for row in rows]
