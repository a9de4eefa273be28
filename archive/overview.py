"""What `khabar status` tells: the last runs, the outbox, and sizes. How sources do is in `archive.health`."""

import json
import sqlite3
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from archive.article import PAGE_LOST
from archive.runs import outcome_told
from archive.times import to_text

LATE = timedelta(minutes=5)
"""Ten times as long as a try may take."""
_LAST_DELIVERIES = 5_000  # among which the last one to a channel is looked for: some minutes of the busiest desk
STRUGGLING = 6
"""Failed tries, two minutes of them and more: what is wrong with a channel then does not pass by itself."""


def last_runs(db: sqlite3.Connection, number: int, service: int | None) -> list[dict[str, Any]]:
    """The last *number* runs, newest first: id, job, started, finished, outcome, and counts by source. Stints of a
    backfill are told by the backfill.

    *service* is the process that holds the desk. An outcome is None only where the run goes on.
    """
    rows = db.execute("SELECT * FROM runs WHERE backfill IS NULL ORDER BY id DESC LIMIT ?", (number,))
    return [
        {
            **{name: row[name] for name in ("id", "job", "started", "finished")},
            "outcome": outcome_told(row, service),
            "counts": json.loads(row["counts"]),
        }
        for row in rows
    ]


def reasons_since(db: sqlite3.Connection, at: datetime) -> dict[str, dict[str, Any]]:
    """Why URLs were refused or failed in the runs that ended after *at*, the most frequent reason first: how many
    `times`, and in which `sources`, the most frequent first. A URL that is tried in several runs counts each time.
    What a backfill could not have is told by it.
    """
    found: dict[str, Counter[str]] = {}
    for (counts,) in db.execute("SELECT counts FROM runs WHERE finished >= ? AND backfill IS NULL", (to_text(at),)):
        for source, counted in json.loads(counts).items():
            for reason, number in counted.get("reasons", {}).items():
                found.setdefault(reason, Counter())[source] += number
    ordered = sorted(found.items(), key=lambda one: (-one[1].total(), one[0]))
    return {
        reason: {"times": by_source.total(), "sources": [source for source, _ in by_source.most_common()]}
        for reason, by_source in ordered
    }


def pages_lost(db: sqlite3.Connection, at: datetime) -> int:
    """How many pages were to be kept and could not be, in the runs that ended after *at*, stints of a backfill too."""
    rows = db.execute("SELECT counts FROM runs WHERE finished >= ? AND counts LIKE ?", (to_text(at), f"%{PAGE_LOST}%"))
    return sum(
        counted.get("reasons", {}).get(PAGE_LOST, 0) for (counts,) in rows for counted in json.loads(counts).values()
    )


def outbox_counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many alerts are held back, wait, were sent, and could not be delivered, but for those that a person has
    dismissed.
    """
    states = dict(db.execute("SELECT state, count(*) FROM alerts GROUP BY state").fetchall())
    return {state: states.get(state, 0) for state in ("held", "waiting", "sent", "dead")}


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


def has_articles(db: sqlite3.Connection) -> bool:
    """Whether any article is archived."""
    return db.execute("SELECT 1 FROM article_head LIMIT 1").fetchone() is not None


def source_ids(db: sqlite3.Connection) -> list[str]:
    """The sources that any article is of."""
    return [name for (name,) in db.execute(_EACH_SOURCE)]


_EACH_SOURCE = (  # from one to the next along the index: of a million articles it reads a page for each source
    "WITH RECURSIVE found (name) AS (SELECT min(source) FROM article_head UNION ALL "
    "SELECT (SELECT min(source) FROM article_head WHERE source > name) FROM found WHERE name IS NOT NULL) "
    "SELECT name FROM found WHERE name IS NOT NULL"
)


def topic_ids(db: sqlite3.Connection) -> list[str]:
    """The topics that any article has."""
    query = "SELECT name FROM topic_names WHERE EXISTS (SELECT 1 FROM article_tags WHERE topic = topic_names.id)"
    return [name for (name,) in db.execute(query)]


def alert_ids(db: sqlite3.Connection) -> list[str]:
    """The alerts that any message is of."""
    return [name for (name,) in db.execute("SELECT DISTINCT alert FROM alerts ORDER BY alert")]
