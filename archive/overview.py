"""What `khabar status` tells: how each source does, the last runs, the outbox, and sizes."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from archive.runs import outcome_told
from archive.times import to_text

Health = Literal["ok", "partly", "failing", "new", "disabled"]
LATE = timedelta(minutes=5)
"""Ten times as long as a try may take."""
_LAST_DELIVERIES = 5_000  # among which the last one to a channel is looked for: some minutes of the busiest desk
STRUGGLING = 6
"""Failed tries, two minutes of them and more: what is wrong with a channel then does not pass by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source does. `cause` says what is wrong; times are as stored, None where there is none."""

    health: Health
    cause: str | None = None
    last_success: str | None = None
    last_article: str | None = None  # when its newest article was first seen


def source_state(db: sqlite3.Connection, source: str, ways: Collection[str]) -> SourceState:
    """The state of *source*, whose feeds, sitemaps and listings are the URLs *ways*."""
    rows = db.execute("SELECT url, health, cause, last_success FROM feeds WHERE source = ?", (source,)).fetchall()
    asked = [row for row in rows if row["url"] in ways and row["health"]]
    newest = db.execute(
        "SELECT first_seen FROM article_head WHERE source = ? ORDER BY id DESC LIMIT 1", (source,)
    ).fetchone()
    failing = [row for row in asked if row["health"] != "ok"]
    return SourceState(
        health=_health(len(asked), len(failing)),
        cause="; ".join(f"{row['cause'] or row['health']} ({row['url']})" for row in failing) or None,
        last_success=max((row["last_success"] for row in asked if row["last_success"]), default=None),
        last_article=newest[0] if newest else None,
    )


def _health(asked: int, failing: int) -> Health:
    if not asked:
        return "new"
    if not failing:
        return "ok"
    return "failing" if failing == asked else "partly"


def last_runs(db: sqlite3.Connection, number: int, service: int | None) -> list[dict[str, Any]]:
    """The last *number* runs, newest first: id, job, started, finished, outcome, and counts by source.

    *service* is the process that holds the desk. An outcome is None only where the run goes on.
    """
    rows = db.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (number,))
    return [
        {
            **{name: row[name] for name in ("id", "job", "started", "finished")},
            "outcome": outcome_told(row, service),
            "counts": json.loads(row["counts"]),
        }
        for row in rows
    ]


def outbox_counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many alerts wait, were sent, and could not be delivered, but for those that a person has dismissed."""
    states = dict(db.execute("SELECT state, count(*) FROM alerts GROUP BY state").fetchall())
    return {state: states.get(state, 0) for state in ("waiting", "sent", "dead")}


def struggling_channels(db: sqlite3.Connection) -> dict[str, str]:
    """The channels with messages that failed STRUGGLING times and still wait, each with its last error."""
    rows = db.execute(
        "SELECT channel, max(born), error FROM alerts WHERE state = 'waiting' AND attempts >= ? AND error IS NOT NULL "
        "GROUP BY channel",
        (STRUGGLING,),
    )
    return {channel: error for channel, _, error in rows}


def late_channels(db: sqlite3.Connection, at: datetime) -> dict[str, tuple[int, str]]:
    """The channels with messages that were due LATE before *at* and to which nothing was sent since: how many wait,
    and since when."""
    before = to_text(at - LATE)
    rows = db.execute(
        "SELECT channel, count(*), min(due) FROM alerts WHERE state = 'waiting' AND due < ? AND channel NOT IN ("
        "SELECT channel FROM alerts JOIN deliveries USING (ref) "
        "WHERE deliveries.id > (SELECT max(id) FROM deliveries) - ? AND begun >= ?) GROUP BY channel",
        (before, _LAST_DELIVERIES, before),
    )
    return {channel: (number, since) for channel, number, since in rows}


def article_count(db: sqlite3.Connection) -> int:
    """How many articles are archived."""
    number: int = db.execute("SELECT count(*) FROM article_head").fetchone()[0]
    return number
