"""What one crawl of a cluster costs where a source shows nothing new, and how large a source's memory is that travels.

Part of `benchmarks.cluster`; what an article costs is measured there.
"""

import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import psycopg

from archive.arrival import Arrival
from archive.article import Fate, Visit
from archive.database import open_archive, transaction
from archive.notes import StillSame
from archive.storing import save
from archive.travelling import pack_memory, unpack_memory
from benchmarks.cluster_rig import QueueService, Worker, cpu_seconds
from benchmarks.crawl import write_desk
from benchmarks.made_archive import arrivals
from benchmarks.many_sources import shares
from benchmarks.measure import session
from benchmarks.service import Service
from benchmarks.sites import Sites
from tests.postgres_server import PostgresServer

SOURCES = 60
_EVERY = 10  # seconds: the shortest that a job may have
_SECONDS = 60  # that are measured
_LONGEST = 300.0
_A_DAY, _DAYS = 100, 365
_REVISIT = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Of one crawl, in the mean."""

    crawls: float  # that were measured
    statements: float  # of everybody, to PostgreSQL
    statement_ms: float  # that PostgreSQL took to execute them
    postgres_cpu_ms: float
    service_cpu_ms: float
    worker_cpu_ms: float
    parcel_bytes: float
    wal_bytes: float  # that PostgreSQL wrote to its log


def measure_jobs(sources: int = SOURCES) -> Job:
    """Crawls again and again with one worker. Raises RuntimeError, PostgresMissing."""
    settings = {"shared_preload_libraries": "pg_stat_statements"}
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer(durable=True, settings=settings) as server,
        Sites(shares(sources, 3)) as sites,
    ):
        root, url = Path(folder), server.database()
        write_desk(root / "desk", sites.feeds)
        (root / "desk/schedules").mkdir()
        (root / "desk/schedules/jobs.toml").write_text(
            f'[[job]]\nid = "all"\nsources = ["*"]\nevery = "{_EVERY}s"\n'
        )  # fmt: skip
        worker = Worker("worker", url, root / "worker.log")
        try:
            with (
                QueueService(root / "desk", url) as service,
                psycopg.connect(url, autocommit=True) as db,
            ):
                db.execute("CREATE EXTENSION pg_stat_statements SCHEMA public")
                made = "SELECT to_regclass('khabar.queue') IS NOT NULL"
                service.wait_until(lambda: db.execute(made).fetchone() == (True,), seconds=_LONGEST)
                worker.start()
                service.wait_until(lambda: _crawled(service) >= 2 * sources, seconds=_LONGEST)
                return _measured(service, worker, server, db)
        finally:
            worker.end()


def _measured(
    service: Service, worker: Worker, server: PostgresServer, db: "psycopg.Connection[tuple[object, ...]]"
) -> Job:
    def cpu() -> tuple[float, float, float]:
        of_service = sum(cpu_seconds(pid) for pid, _ in session(service.pid))
        return sum(map(cpu_seconds, server.processes())), of_service, worker.cpu_seconds()

    def wal() -> int:
        row = db.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint").fetchone()
        assert row
        return int(str(row[0]))

    before, crawls, written = cpu(), _crawled(service), wal()
    db.execute("SELECT public.pg_stat_statements_reset()")
    parcels = _parcels(db, _SECONDS)
    row = db.execute(
        "SELECT sum(calls), sum(total_exec_time) FROM public.pg_stat_statements WHERE query NOT LIKE '%pg_stat%'"
    ).fetchone()
    number = _crawled(service) - crawls
    after = cpu()
    assert row
    return Job(
        crawls=number, statements=float(str(row[0])) / number, statement_ms=float(str(row[1])) / number,
        postgres_cpu_ms=1000 * (after[0] - before[0]) / number, service_cpu_ms=1000 * (after[1] - before[1]) / number,
        worker_cpu_ms=1000 * (after[2] - before[2]) / number, wal_bytes=(wal() - written) / number,
        parcel_bytes=statistics.mean(parcels) if parcels else 0.0,
    )  # fmt: skip


def _parcels(db: "psycopg.Connection[tuple[object, ...]]", seconds: float) -> list[int]:
    """Bytes of the parcels that are in the queue now and then, within so many seconds."""
    found, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        found += [int(str(row[0])) for row in db.execute("SELECT length(parcel) FROM khabar.crawls /* pg_stat */")]
        time.sleep(0.5)
    return found


def _crawled(service: Service) -> int:
    """Crawls that have ended: those of the runs that have."""
    found = service.rows("SELECT count(*) FROM runs, json_each(runs.counts) WHERE runs.outcome IS NOT NULL")
    return int(found[0][0]) if found else 0


def measure_memory() -> dict[str, float]:
    """Bytes and milliseconds of a source's memory, by what is asked of it."""
    now = datetime.now(UTC)
    number = _A_DAY * _DAYS
    with tempfile.TemporaryDirectory() as folder, closing(open_archive(Path(folder) / "archive.db")) as db:
        db.execute("PRAGMA synchronous = OFF")
        made = arrivals(between=timedelta(days=1) / _A_DAY, begin=now - timedelta(days=_DAYS))
        with transaction(db):
            for arrival in islice(made, number):
                _archive(db, replace(arrival, article=replace(arrival.article, source="daily"), revisit=_REVISIT), now)
        found: dict[str, float] = {"articles": number}
        for what, with_keys in (("feeds only", False), ("with what shows old articles", True)):
            begun = time.process_time()
            memory = pack_memory(db, "daily", at=now, with_keys=with_keys)
            found[f"{what}: CPU ms to pack"] = 1000 * (time.process_time() - begun)
            found[f"{what}: bytes"] = len(memory)
            with closing(open_archive(Path(folder) / f"scratch-{with_keys}.db")) as scratch, transaction(scratch):
                begun = time.process_time()
                unpack_memory(scratch, memory)
                found[f"{what}: CPU ms to unpack"] = 1000 * (time.process_time() - begun)
        return found


def _archive(db: sqlite3.Connection, arrival: Arrival, now: datetime) -> None:
    """Saves it, and looks at it again at each age that it has reached by *now*."""
    save(db, arrival)
    visit = Visit(url=arrival.article.url, source="daily", run=None, at=arrival.seen, fate=Fate.UNCHANGED, status=304)
    for age in _REVISIT:
        if arrival.seen + age < now:
            StillSame(visit=replace(visit, at=arrival.seen + age), ages=_REVISIT)(db)
