"""How sources did when that was last written down: what a glance needs, without weighing the evidence anew."""

import sqlite3
from collections import Counter
from collections.abc import Iterable

from archive.health import State


def recorded_states(db: sqlite3.Connection, sources: Iterable[str]) -> Counter[State]:
    """How many of *sources* are in each state; those of which nothing was written down are new."""
    last = "SELECT health FROM health WHERE source = ? ORDER BY id DESC LIMIT 1"
    found: Counter[State] = Counter()
    for source in sources:
        row = db.execute(last, (source,)).fetchone()
        found[row[0] if row else "new"] += 1
    return found
