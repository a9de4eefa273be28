"""The outbox: messages that are owed to a channel, each until it is delivered or given up.

How a row is born, and held back for a while, is in `archive.owing`. It is sent at least once: a process that dies
between a delivery and its record leaves the row to be sent again, under the same `ref`. Nothing is sent here.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from archive.database import inserted_id, storable
from archive.owing import Reason
from archive.processes import is_alive, this_machine, this_process
from archive.times import to_text

State = Literal["held", "waiting", "sent", "dead", "dismissed", "gathered"]
STATES: tuple[State, ...] = ("held", "waiting", "sent", "dead", "dismissed", "gathered")
"""Held is what waits for a time at which its alert may speak, gathered what is told in one message with others.
Dismissed is what was dead, and a person has seen it."""
LEASE = timedelta(seconds=60)
"""How long a delivery may be under way before another process may take its row over: twice its bound in time."""
PAUSES = tuple(timedelta(seconds=pause) for pause in (5, 10, 20, 40, 60, 120, 300))
"""After each failed try; the last one repeats. It bounds how late a message is once its channel works again."""
MOST_TRIES = 200
"""After so many failed tries, some 16 hours of them, a message is dead: kept and shown, and sent only when a person
asks for it. A channel that is down for a night loses nothing, and one that fails nine times in ten neither."""
JITTER = 0.2
"""Share by which a pause is lengthened at random, so that what failed together is not tried together."""
AFTER_SUCCESS = timedelta(seconds=30)
"""The longest wait that is left once the channel has worked again."""
_UNWANTED = "no alert of this desk names this channel any more"
_LONGEST_ERROR = 300  # code points


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A message to be sent, taken on a lease."""

    ref: str
    alert: str
    kind: str
    article: int | None
    window: int | None
    revision: int | None
    channel: str  # redacted
    attempts: int  # this one included
    born: str  # when it was put into the outbox, as stored
    delivery: int  # the id of this try in the log of deliveries


# A time that lies further ahead than any pause or lease was written under a clock that went wrong.
_IS_DUE = (
    "state = 'waiting' AND channel = :channel AND (due <= :by OR due > :never) "
    "AND (lease IS NULL OR lease <= :now OR lease > :held)"
)


def is_due(db: sqlite3.Connection, channel: str, at: datetime) -> bool:
    """Whether something for *channel* is to be sent now."""
    found = db.execute(f"SELECT 1 FROM alerts WHERE {_IS_DUE} LIMIT 1", _moments(channel, at, at))  # noqa: S608 -- own words
    return found.fetchone() is not None


def claim(
    db: sqlite3.Connection, channel: str, at: datetime, number: int, *, due_by: datetime | None = None,
    but_for: Collection[str] = (),
) -> list[Owed]:  # fmt: skip
    """Takes up to *number* of what is due for *channel* on a lease, the oldest first, and logs that a try begins.

    With *due_by*, only what was due then; never the refs *but_for*.
    """
    rows = db.execute(
        "SELECT ref, alert, kind, article, window, revision, channel, attempts + 1 AS attempts, born FROM alerts "  # noqa: S608 -- own words
        f"WHERE {_IS_DUE} ORDER BY due, born, ref LIMIT :number",
        _moments(channel, at, due_by or at) | {"number": number + len(but_for)},
    ).fetchall()
    wanted = [row for row in rows if row["ref"] not in but_for][:number]
    return [Owed(**row, delivery=_begin_delivery(db, row["ref"], at)) for row in wanted]


def _moments(channel: str, at: datetime, by: datetime) -> dict[str, Any]:
    longest = PAUSES[-1] * (1 + JITTER)
    return {
        "channel": channel, "now": to_text(at), "by": to_text(by), "never": to_text(at + 2 * longest),
        "held": to_text(at + 2 * LEASE),
    }  # fmt: skip


def _begin_delivery(db: sqlite3.Connection, ref: str, at: datetime) -> int:
    db.execute(
        "UPDATE alerts SET attempts = attempts + 1, lease = ?, holder = ? WHERE ref = ?",
        (to_text(at + LEASE), f"{this_machine()}:{this_process()}", ref),
    )
    return inserted_id(db.execute("INSERT INTO deliveries (ref, begun) VALUES (?, ?)", (ref, to_text(at))))


def gathered_in(db: sqlite3.Connection, ref: str) -> list[Owed]:
    """The messages that the summary *ref* tells of, the oldest first, as if each were tried by itself."""
    rows = db.execute(
        "SELECT ref, alert, kind, article, window, revision, channel, attempts, born FROM alerts WHERE within = ? "
        "ORDER BY born, rowid",
        (ref,),
    )
    return [Owed(**row, delivery=0) for row in rows]


def reasons_of(db: sqlite3.Connection, ref: str) -> list[Reason]:
    """Why those were held back, each reason once."""
    rows = db.execute("SELECT DISTINCT reason FROM alerts WHERE within = ? ORDER BY reason DESC", (ref,))
    return [reason for (reason,) in rows]


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

    *lengthened*, from 0 to JITTER, is the share by which the pause grows. With *final*, or after MOST_TRIES that
    failed, the message is dead. A try whose process died is none of them: it says nothing about the channel.
    """
    error = storable(error[:_LONGEST_ERROR])
    _end_delivery(db, owed, at, "failed", error)
    known = db.execute("SELECT failures FROM alerts WHERE ref = ?", (owed.ref,)).fetchone()
    if known is None:  # its article was forgotten meanwhile, and the message with it
        return "dismissed"
    failures = 1 + known[0]
    state: State = "dead" if final or failures >= MOST_TRIES else "waiting"
    pause = PAUSES[min(failures, len(PAUSES)) - 1] * (1 + lengthened)
    db.execute(
        "UPDATE alerts SET state = ?, failures = ?, due = ?, lease = NULL, error = ? "
        "WHERE ref = ? AND state = 'waiting' AND attempts = ?",  # else a later try has taken it over
        (state, failures, to_text(at + pause) if state == "waiting" else None, error, owed.ref, owed.attempts),
    )
    now: State = db.execute("SELECT state FROM alerts WHERE ref = ?", (owed.ref,)).fetchone()[0]
    return now


def _end_delivery(db: sqlite3.Connection, owed: Owed, at: datetime, outcome: str, error: str | None) -> None:
    db.execute(
        "UPDATE deliveries SET ended = ?, outcome = ?, error = ? WHERE id = ?",
        (to_text(at), outcome, error, owed.delivery),
    )


def release_leases(db: sqlite3.Connection) -> int:
    """Gives back what processes of this machine that died had taken, and this one before it was one; how many."""
    held = db.execute("SELECT DISTINCT holder FROM alerts WHERE state = 'waiting' AND lease IS NOT NULL").fetchall()
    number = 0
    for (holder,) in held:
        machine, _, process = (holder or "").rpartition(":")
        if machine == this_machine() and (int(process) == this_process() or not is_alive(int(process))):
            number += db.execute(
                "UPDATE alerts SET lease = NULL WHERE state = 'waiting' AND holder = ? AND lease IS NOT NULL", (holder,)
            ).rowcount
    return number


def readdress(db: sqlite3.Connection, wanted: Mapping[str, Sequence[str]], at: datetime) -> tuple[int, int]:
    """Looks after what waits, or is held back, for a channel that its alert names no more; *wanted* are the channels of
    each alert.

    It goes to the first channel of the alert that has no message of that story yet, which is what becomes of a channel
    whose name is corrected. Where there is none, it is dead. How many were moved, and how many are dead.
    """
    rows = db.execute("SELECT ref, alert, subject, channel FROM alerts WHERE state IN ('waiting', 'held')").fetchall()
    moved = dead = 0
    for ref, alert, subject, channel in rows:
        if channel in (channels := wanted.get(alert, ())):
            continue
        served = db.execute("SELECT channel FROM alerts WHERE alert = ? AND subject = ?", (alert, subject)).fetchall()
        free = [label for label in channels if (label,) not in [tuple(row) for row in served]]
        if free:
            moved += 1
            db.execute(
                "UPDATE alerts SET channel = ?, due = ?, lease = NULL WHERE ref = ?", (free[0], to_text(at), ref)
            )
        else:
            dead += 1
            db.execute(
                "UPDATE alerts SET state = 'dead', due = NULL, lease = NULL, error = ? WHERE ref = ?", (_UNWANTED, ref)
            )
    return moved, dead


def revive(db: sqlite3.Connection, at: datetime, refs: Sequence[str] = ()) -> list[str]:
    """Lets messages wait again, with all their tries before them: of *refs* the dead and the dismissed, or every dead
    one. The refs of them."""
    chosen = f"state IN ('dead', 'dismissed') AND ref IN ({', '.join('?' * len(refs))})" if refs else "state = 'dead'"
    found = db.execute(f"SELECT ref FROM alerts WHERE {chosen} ORDER BY born, ref", refs).fetchall()  # noqa: S608 -- own words
    for (ref,) in found:
        db.execute(
            "UPDATE alerts SET state = 'waiting', attempts = 0, failures = 0, due = ? WHERE ref = ?", (to_text(at), ref)
        )
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
    """The newest *limit* messages, or those of *refs*: columns of `alerts`; title, source and URL of the article;
    subject, begin and end of the window; how many articles or messages it `tells` of.
    """
    where = f"state IN ({', '.join('?' * len(states))})" + (" AND alerts.alert = ?" if alert else "")
    where += f" AND ref IN ({', '.join('?' * len(refs))})" if refs else ""
    rows = db.execute(
        "SELECT ref, alerts.alert, alerts.kind, article, alerts.story, channel, state, attempts, alerts.born, due, "  # noqa: S608 -- own words
        "sent, error, released, reason, within, title, source, url, windows.subject, windows.begin, windows.end, "
        "CASE alerts.kind WHEN 'summary' THEN (SELECT count(*) FROM alerts AS part WHERE part.within = alerts.ref) "
        "WHEN 'digest' THEN (SELECT count(*) FROM window_articles AS part WHERE part.window = alerts.window) "
        "END AS tells FROM alerts LEFT JOIN article_head ON article_head.id = article "
        "LEFT JOIN windows ON windows.id = alerts.window "
        f"WHERE {where} ORDER BY alerts.born DESC, article DESC, ref LIMIT ?",
        (*states, *([alert] if alert else []), *refs, limit),
    )
    return [dict(row) for row in rows]


def message_counts(
    db: sqlite3.Connection, *, states: Sequence[State] = STATES, alert: str | None = None
) -> dict[State, int]:
    """How many messages there are in each of *states*."""
    rows = db.execute(
        f"SELECT state, count(*) FROM alerts WHERE state IN ({', '.join('?' * len(states))}) "  # noqa: S608 -- question marks
        f"{'AND alert = ?' if alert else ''} GROUP BY state",
        (*states, *([alert] if alert else [])),
    )
    return dict(rows.fetchall())


def deliveries(db: sqlite3.Connection, ref: str) -> list[dict[str, Any]]:
    """Every try to deliver the message *ref*, oldest first: begun, ended, outcome, error."""
    rows = db.execute("SELECT begun, ended, outcome, error FROM deliveries WHERE ref = ? ORDER BY id", (ref,))
    return [dict(row) for row in rows]
