"""How fast the archive takes what waits for it in PostgreSQL: the service by itself, on a processor of its own.

Part of `benchmarks.cluster`, which hands over what workers have shipped; by itself, made articles that no worker read:

usage: python -m benchmarks.cluster_intake [--articles N]
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.cluster_rig import QueueService, cpu_seconds, pinned
from benchmarks.crawl import write_desk
from benchmarks.made_archive import arrivals
from benchmarks.measure import session
from crawler.cluster.records import RECORD_FORMAT, encode, pack
from pipelines.saved import Saved
from tests.postgres_server import PostgresServer

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Gives the rows of a statement to the queue."""
ARTICLES = 12_000
_SOURCES = 40
_BATCH = 5  # articles: workers ship at once, and what comes meanwhile together
_COPIED = 1 / 12  # of them, as in the archive of the other measurements
_COUNTED = 0.1  # share of the articles after which the clock begins: the service has come up by then
_LONGEST = 900.0  # seconds
_ONCE = '[[job]]\nid = "all"\nsources = ["*"]\nevery = "12h"\n'
_NEVER = '[[job]]\nid = "never"\nsources = ["*"]\ncron = "0 3 29 2 *"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What it took. Seconds; bytes."""

    articles: int
    notes: int
    seconds: float
    service_cpu: float
    postgres_cpu: float
    archive_bytes: int

    @property
    def per_second(self) -> float:
        """Articles."""
        return self.articles / self.seconds


def plan(service: QueueService, ask: Ask, crawls: int) -> None:
    """Has the service plan so many crawls, all that its desk has sources for, and ends it."""
    _schedule(service.root, _ONCE)
    service.start()
    planned = "SELECT count(*) FROM khabar.crawls WHERE state = 'waiting' AND job IS NOT NULL"

    def are_planned() -> bool:
        try:
            return ask(planned) == [(crawls,)]
        except psycopg.errors.UndefinedTable:
            return False

    if not service.wait_until(are_planned, seconds=_LONGEST):
        raise RuntimeError(f"{crawls} crawls were not planned:\n{service.tail()}")
    service.kill()


def take_in(service: QueueService, server: PostgresServer, ask: Ask, core: int) -> Intake:
    """Has the service, on this processor, take everything that waits."""
    _schedule(service.root, _NEVER)
    [(articles, notes)] = ask("SELECT sum(articles), sum(notes) FROM khabar.batches")
    with pinned(core):
        service.start()
    service.wait_until(lambda: archived(service) > _COUNTED * articles, seconds=_LONGEST)
    begun, first, before = time.monotonic(), archived(service), _cpus(service, server)
    service.wait_until(lambda: ask("SELECT count(*) FROM khabar.batches") == [(0,)], seconds=_LONGEST)
    ended, last, after = time.monotonic(), archived(service), _cpus(service, server)
    service.stop()
    return Intake(
        articles=last - first, notes=int(notes * (last - first) / articles), seconds=ended - begun,
        service_cpu=after[0] - before[0], postgres_cpu=after[1] - before[1],
        archive_bytes=(service.root / "archive.db").stat().st_size,
    )  # fmt: skip


def measure_intake(articles: int = ARTICLES) -> Intake:
    """Of so many made articles. Raises RuntimeError, PostgresMissing."""
    core = min(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder, PostgresServer(durable=True) as server:
        desk, url = Path(folder) / "desk", server.database()
        write_desk(desk, [f"http://127.0.0.1:{10_000 + number}/feed.xml" for number in range(_SOURCES)])
        with ExitStack() as stack:
            service = QueueService(desk, url)
            stack.callback(service.__exit__, None, None, None)
            db = stack.enter_context(psycopg.connect(url, autocommit=True))

            def ask(statement: str) -> list[tuple[Any, ...]]:
                return db.execute(statement.encode()).fetchall()

            plan(service, ask, _SOURCES)
            _ship(db, articles)
            return take_in(service, server, ask, core)


def archived(service: QueueService) -> int:
    """Articles in the archive."""
    found = service.rows("SELECT count(*) FROM article_head")
    return int(found[0][0]) if found else 0


def cpu_of(server: PostgresServer) -> float:
    """CPU seconds of PostgreSQL so far."""
    return sum(map(cpu_seconds, server.processes()))


def _ship(db: "psycopg.Connection[tuple[Any, ...]]", articles: int) -> None:
    """As so many articles that workers read, in batches, of all crawls in turn."""
    crawls = db.execute("UPDATE khabar.crawls SET state = 'working', attempt = 1 RETURNING id, source").fetchall()
    made = arrivals(
        signed=True, copied=_COPIED, between=timedelta(minutes=1), begin=datetime.now(UTC) - timedelta(days=10)
    )
    statement = (
        "INSERT INTO khabar.batches (crawl, attempt, sequence, format, notes, articles, size, body) "
        "VALUES (%s, 1, %s, %s, %s, %s, %s, %s)"
    )
    with db.transaction():
        for number in range(articles // _BATCH):
            crawl, source = crawls[number % len(crawls)]
            batch = [
                encode(Saved(arrival=replace(arrival, article=replace(arrival.article, source=source))))
                for arrival in islice(made, _BATCH)
            ]
            body = pack(batch)
            db.execute(statement, [crawl, number, RECORD_FORMAT, _BATCH, _BATCH, len(body), body], binary=True)


def _schedule(desk: Path, jobs: str) -> None:
    (desk / "schedules").mkdir(exist_ok=True)
    (desk / "schedules/jobs.toml").write_text(jobs)


def _cpus(service: QueueService, server: PostgresServer) -> tuple[float, float]:
    return sum(cpu_seconds(pid) for pid, _ in session(service.pid)), cpu_of(server)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster_intake", description=__doc__.partition("\n")[0]
    )  # fmt: skip
    parser.add_argument("--articles", type=int, default=ARTICLES, help=f"made ones that wait (default {ARTICLES:,})")
    taken = measure_intake(parser.parse_args().articles)
    print(f"{taken.articles} articles in {taken.seconds:.1f} s: {taken.per_second:.0f} a second")
    for name, seconds in (("service", taken.service_cpu), ("PostgreSQL", taken.postgres_cpu)):
        print(f"{name:12}{1000 * seconds / taken.articles:.2f} ms of a processor for each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
