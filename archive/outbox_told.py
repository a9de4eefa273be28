"""The outbox as it is looked over: which messages there are of which state, alert and channel, and how many by the day.

What an error quotes of an address is cut back to where it leads: a channel's own URL may carry a token.
"""

import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from archive.outbox import STATES, State
from archive.times import from_text, to_text

_ADDRESS = re.compile(r"\b([a-z][a-z0-9+.-]{1,30}://)(?:[^\s/@'\"<>]*@)?([^\s/?#'\"<>]*)[^\s'\"<>)]*", re.IGNORECASE)
_MOST_COUNTED = 100_000  # messages within a month: a desk with ten times as many as anybody reads
_SELECT = (
    "SELECT ref, alerts.alert, alerts.kind, article, alerts.story, channel, state, attempts, alerts.born, due, sent, "
    "error, released, reason, within, title, language, source, windows.subject, windows.begin, windows.end, "
    "CASE alerts.kind WHEN 'summary' THEN (SELECT count(*) FROM alerts AS part WHERE part.within = alerts.ref) "
    "WHEN 'digest' THEN (SELECT count(*) FROM window_articles AS part WHERE part.window = alerts.window) END AS tells "
    "FROM alerts LEFT JOIN article_head ON article_head.id = article LEFT JOIN windows ON windows.id = alerts.window "
)


def without_secrets(text: str | None) -> str:
    """*text*, its addresses without user, password, path and query: `json://host/…`."""
    return _ADDRESS.sub(lambda found: f"{found[1]}{found[2]}/…", text or "")


def messages_of(
    db: sqlite3.Connection, *, states: Sequence[State] = STATES, alert: str = "", channel: str = "", number: int,
    after: int = 0,
) -> list[dict[str, Any]]:  # fmt: skip
    """The newest *number* messages *after* so many: columns of `alerts`; title, language and source of the article;
    subject, begin and end of the window; how many articles or messages it `tells` of."""
    where, values = _where(states, alert, channel)
    order = "alerts.born DESC, article DESC, ref"  # as `khabar alerts list` has them
    rows = db.execute(f"{_SELECT} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", (*values, number, after))
    return [_told(row) for row in rows]


def message(db: sqlite3.Connection, ref: str) -> dict[str, Any] | None:
    """The message *ref*, as `messages_of` gives it."""
    row = db.execute(f"{_SELECT} WHERE ref = ?", (ref,)).fetchone()
    return _told(row) if row else None


def gathered_by(db: sqlite3.Connection, ref: str, number: int) -> list[dict[str, Any]]:
    """The first messages that the summary *ref* tells of."""
    rows = db.execute(f"{_SELECT} WHERE within = ? ORDER BY alerts.born, ref LIMIT ?", (ref, number))
    return [_told(row) for row in rows]


def tries_of(db: sqlite3.Connection, ref: str, number: int) -> list[dict[str, Any]]:
    """The last *number* tries to deliver *ref*, the newest first: begun, ended, outcome, error."""
    rows = db.execute(
        "SELECT begun, ended, outcome, error FROM deliveries WHERE ref = ? ORDER BY id DESC LIMIT ?", (ref, number)
    )
    return [{**row, "error": without_secrets(row["error"])} for row in rows]


def counts_of(db: sqlite3.Connection, *, alert: str = "", channel: str = "") -> dict[State, int]:
    """How many messages there are in each state."""
    where, values = _where((), alert, channel)
    return dict(db.execute(f"SELECT state, count(*) FROM alerts WHERE {where} GROUP BY state", values).fetchall())  # noqa: S608 -- own words


def counts_by_alert(db: sqlite3.Connection, since: datetime) -> dict[str, dict[str, int]]:
    """For each alert how many messages that were born *since* then are in which state."""
    rows = db.execute(
        "SELECT alert, state, count(*) FROM "
        "(SELECT alert, state FROM alerts WHERE born >= ? ORDER BY born DESC LIMIT ?) GROUP BY alert, state",
        (to_text(since), _MOST_COUNTED),
    )
    found: dict[str, dict[str, int]] = {}
    for alert, state, number in rows:
        found.setdefault(alert, {})[state] = number
    return found


def sent_by_hour(db: sqlite3.Connection, since: datetime) -> dict[datetime, int]:
    """In which hours messages that were born *since* then were sent, and how many."""
    rows = db.execute(
        "SELECT substr(sent, 1, 13) AS hour, count(*) FROM "
        "(SELECT sent FROM alerts WHERE born >= ? AND sent IS NOT NULL ORDER BY born DESC LIMIT ?) GROUP BY hour",
        (to_text(since), _MOST_COUNTED),
    )
    return {from_text(f"{hour}:00:00Z"): number for hour, number in rows}


def channels_of(db: sqlite3.Connection, number: int) -> list[str]:
    """The channels that messages went to, or were to go to."""
    rows = db.execute("SELECT DISTINCT channel FROM alerts ORDER BY channel LIMIT ?", (number,))
    return [channel for (channel,) in rows]


def _where(states: Sequence[State], alert: str, channel: str) -> tuple[str, list[str]]:
    """The condition of a statement, and its values. All states are as good as none."""
    parts, values = ["1"], list[str]()
    if states and set(states) != set(STATES):
        parts.append(f"state IN ({', '.join('?' * len(states))})")
        values += states
    for column, value in (("alerts.alert", alert), ("channel", channel)):
        if value:
            parts.append(f"{column} = ?")
            values.append(value)
    return " AND ".join(parts), values


def _told(row: sqlite3.Row) -> dict[str, Any]:
    return {**row, "error": without_secrets(row["error"]) if row["error"] else None}
