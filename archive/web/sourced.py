"""What the pages tell of a source, put together: its definition, its articles, how it does, and when it runs next."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from archive.health import Health
from archive.health_evidence import SourceHealth, source_health
from archive.overview import source_ids
from archive.planning import planned_runs
from archive.web.face import Face
from seeds.definitions import matches_one
from seeds.sources import Source

STATES = ("dead", "blocked", "layout changed", "empty", "silent", "slow", "new", "ok", "disabled")
"""How sources can do, the worst first."""
_TONES: Mapping[str, str] = {"ok": "good", "slow": "warn", "silent": "warn", "new": "", "disabled": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One source, as a page shows it."""

    id: str
    name: str
    language: str | None
    defined: Source | None  # None: the desk has it no more
    found: SourceHealth | None  # None: nobody is to see it, or the desk has it no more
    next_run: datetime | None = None

    @property
    def health(self) -> Health | None:
        """How it does; None where that is not told."""
        return self.found.health if self.found else None

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return tone(self.health.state) if self.health else ""


def tone(state: str) -> str:
    """The colour of *state*: good, warn, bad, or none."""
    return _TONES.get(state, "bad")


def ids(db: sqlite3.Connection, face: Face) -> list[str]:
    """Every source: those of the desk in its order, then those that only the archive has."""
    return [*face.sources, *(name for name in source_ids(db) if name not in face.sources)]


def told(
    db: sqlite3.Connection, face: Face, source: str, *, language: str | None, now: datetime, sees_health: bool
) -> Told:
    """What is told of *source*; of how it does only where that may be seen."""
    defined = face.sources.get(source)
    return Told(
        id=source,
        name=defined.name if defined else source,
        language=(defined.language if defined else None) or language,
        defined=defined,
        found=_found(db, defined, now) if defined and sees_health else None,
        next_run=next_run(db, face, defined) if defined and sees_health else None,
    )


def _found(db: sqlite3.Connection, source: Source, now: datetime) -> SourceHealth:
    found = source_health(db, source.id, [url for _, url in source.ways], now)
    return found if source.enabled else SourceHealth(health=Health(state="disabled"), evidence=found.evidence)


def next_run(db: sqlite3.Connection, face: Face, source: Source) -> datetime | None:
    """When a job crawls *source* next; None where no service runs, or none does."""
    if not source.enabled or face.service() is None:
        return None
    planned = planned_runs(db)
    times = [planned[job] for job, patterns in face.jobs.items() if job in planned and matches_one(source.id, patterns)]
    return min(times, default=None)
