"""Whether the archive has all tables, indexes and triggers that this Khabar makes.

Without an index answers are slow, without a trigger counts go wrong from then on; neither says so by itself. What a
person has added is left alone.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache

from archive.checks.finding import Check, Span

_PARTS = "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ({types}) ORDER BY name"
_ALL, _DERIVED = "'table', 'index', 'trigger', 'view'", "'index', 'trigger', 'view'"


@cache
def _of_new_archive(types: str) -> list[tuple[str, str, str]]:
    """Name, type and SQL of what the migrations make. In memory: the disk may be full, which is when one asks."""
    from sqlite_utils import Database  # noqa: PLC0415 -- 0.3 s that only the doctor is worth

    from archive.migrations import migrations  # noqa: PLC0415

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        migrations.apply(Database(new))
        return [(name, kind, sql) for name, kind, sql in new.execute(_PARTS.format(types=types))]


def _lost(db: sqlite3.Connection, types: str) -> list[tuple[str, str, str]]:
    """Name, type and SQL of what a new archive has and this one has not; a trigger also where it does another thing."""
    wanted = _of_new_archive(types)
    here = {(name, kind): sql for name, kind, sql in db.execute(_PARTS.format(types=types))}
    return [one for one in wanted if here.get(one[:2]) is None or (one[1] == "trigger" and here[one[:2]] != one[2])]


def _find(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    return [f"{kind} {name}" for name, kind, _ in _lost(db, _ALL)]


def _mend(db: sqlite3.Connection, span: Span) -> int:
    lost = _lost(db, _DERIVED)
    for name, kind, sql in lost:
        db.execute(f"DROP {kind} IF EXISTS {name}")
        db.execute(sql)
    return len(lost)


SCHEMA = Check(
    name="schema", wrong="parts of the archive are missing, or not as Khabar makes them",
    remedy="--repair makes indexes, triggers and views anew; of a lost table, restore a backup (docs/care.md)",
    find=_find, mend=_mend, whole=True,
)  # fmt: skip
CHECKS = (SCHEMA,)
