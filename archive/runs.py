"""Runs: when crawls began and ended, and what came of them."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

from archive.database import inserted_id
from archive.processes import is_alive, this_machine, this_process
from archive.times import to_text

_LONGEST_RUN = timedelta(days=1)
"""A run of another machine that began longer ago and never ended is taken for dead: nobody can ask."""


def start_run(db: sqlite3.Connection, job: str | None, at: datetime, *, backfill: int | None = None) -> int:
    """The id of a new run of *job* (None: by hand, or a stint of *backfill*) by this process. Runs whose process died
    become "interrupted".

    So does an earlier one of the same job by this process, whose end could not be written: a job has one at a time.
    """
    close_dead_runs(db, at)
    if job is not None:
        db.execute(
            "UPDATE runs SET outcome = 'interrupted' WHERE outcome IS NULL AND job = ? AND host = ? AND process = ?",
            (job, this_machine(), this_process()),
        )
    cursor = db.execute(
        "INSERT INTO runs (job, started, host, process, backfill) VALUES (?, ?, ?, ?, ?)",
        (job, to_text(at), this_machine(), this_process(), backfill),
    )
    return inserted_id(cursor)


def finish_run(db: sqlite3.Connection, run: int, at: datetime, outcome: str, counts: Mapping[str, object]) -> None:
    """Writes down how *run* ended; *counts* are kept as JSON."""
    db.execute(
        "UPDATE runs SET finished = ?, outcome = ?, counts = ? WHERE id = ?",
        (to_text(at), outcome, json.dumps(counts, ensure_ascii=False), run),
    )


def close_open_runs(db: sqlite3.Connection) -> None:
    """Closes every run that has no end; only for one who knows that nobody else crawls."""
    db.execute("UPDATE runs SET outcome = 'interrupted' WHERE outcome IS NULL")


def outcome_told(row: sqlite3.Row, service: int | None) -> str | None:
    """The outcome of a run, of which *row* has job, outcome, host and process; None only where it goes on.

    *service* is the process that holds the desk, if any: without one, no run of a job goes on.
    """
    if row["outcome"] is not None or row["host"] != this_machine():
        return row["outcome"]  # type: ignore[no-any-return]
    goes_on = is_alive(row["process"]) and (row["job"] is None or service == row["process"])
    return None if goes_on else "interrupted"


def dead_runs(db: sqlite3.Connection, at: datetime) -> list[int]:
    """The ids of those that have no end and whose process has died."""
    rows = db.execute("SELECT id, started, host, process FROM runs WHERE outcome IS NULL").fetchall()
    return [
        run
        for run, started, host, process in rows
        if (not is_alive(process) if host == this_machine() else started < to_text(at - _LONGEST_RUN))
    ]


def close_dead_runs(db: sqlite3.Connection, at: datetime) -> int:
    """Calls them interrupted; how many. Their end is not known, so `finished` stays NULL."""
    dead = dead_runs(db, at)
    db.executemany("UPDATE runs SET outcome = 'interrupted' WHERE id = ?", [(run,) for run in dead])
    return len(dead)
