"""What the pages tell of a source, put together: its definition, its articles, how it does, and when it runs next."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from archive.health import Health
from archive.health_evidence import SourceHealth, source_health
from archive.overview import source_ids
from archive.planning import next_run_of, planned_runs
from archive.web.face import Face
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
    db: sqlite3.Connection, face: Face, source: str, *, language: str | None, now: datetime,
    plan: Mapping[str, datetime] | None,
) -> Told:  # fmt: skip
    """What is told of *source*; how it does, and when it runs next by the *plan* of `plan_of`, only where there is one:
    None stands for who may not see it."""
    defined = face.sources.get(source)
    return Told(
        id=source,
        name=defined.name if defined else source,
        language=(defined.language if defined else None) or language,
        defined=defined,
        found=_found(db, defined, now) if defined and plan is not None else None,
        next_run=_next_run(defined, face, plan) if defined and plan is not None else None,
    )


def _found(db: sqlite3.Connection, source: Source, now: datetime) -> SourceHealth:
    found = source_health(db, source.id, [url for _, url in source.ways], now)
    return found if source.enabled else SourceHealth(health=Health(state="disabled"), evidence=found.evidence)


def plan_of(db: sqlite3.Connection, face: Face) -> dict[str, datetime]:
    """When each job runs next; none where no service runs."""
    return planned_runs(db) if face.service() is not None else {}


def _next_run(source: Source, face: Face, plan: Mapping[str, datetime]) -> datetime | None:
    return next_run_of(source.id, plan, face.jobs) if source.enabled else None
