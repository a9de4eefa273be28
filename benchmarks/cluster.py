"""What a cluster brings and costs: two workers beside one, the archive's intake by itself, and what one job takes.

**Speed.** The service plans all crawls and is ended, so that what is shipped waits in PostgreSQL and the intake takes
no processor; then one worker, and in another round two, each pinned to a processor of its own, crawl all of it. What
else is needed, PostgreSQL and what serves the pages, shares the processors of the workers: with one worker it has one
processor, with two it has two. What each takes is told.

**Intake.** The service is started again, on a processor of its own, with everything waiting ten times over: articles a
second into SQLite, as much as it can.

**A job.** Sites that show nothing new are crawled again and again: statements, bytes and processor's time of a crawl.
And how large the memory is that travels, of a source that has published a hundred articles a day for a year.

usage: python -m benchmarks.cluster [PAGES.jsonl[.gz]] [--limit N] [--sites N] [--rounds N] [--crawls N] [--json]
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.cluster_copies import multiply
from benchmarks.cluster_intake import Intake, cpu_of, measure_intake, plan, take_in
from benchmarks.cluster_job import Job, measure_jobs, measure_memory
from benchmarks.cluster_rig import QueueService, Worker, cpu_seconds, pinned
from benchmarks.crawl import write_desk
from benchmarks.pages import ServedPage, read_pages, spread
from benchmarks.sites import Sites
from benchmarks.stories import write
from crawler.newsroom.site import Site
from crawler.newsroom.styles import STYLES
from tests.postgres_server import PostgresServer

_LOOKS = ("rafidain", "sidra", "baran")
_STORIES = 6  # in one made page: some 30 ms of reading
_LATEST = datetime(2026, 6, 1, 12, tzinfo=UTC)
_TIMES = 10  # that what workers shipped is taken in
_LOOK = 0.05  # seconds between two looks
_LONGEST = 1800.0  # seconds of anything
_JOBS = "SELECT count(*) FROM khabar.procrastinate_jobs WHERE status IN ('todo', 'doing')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One round of crawling. Seconds; CPU seconds an article of everything that shared the workers' processors."""

    workers: int
    pages: int
    articles: int  # shipped
    seconds: float  # from the first page that was asked for to the last batch
    workers_cpu: float
    postgres_cpu: float
    sites_cpu: float
    body_bytes: int  # of all batches
    table_bytes: int  # that PostgreSQL has of them on disk
    sent_bytes: int  # by the workers to PostgreSQL, whatever for
    received_bytes: int

    @property
    def per_second(self) -> float:
        """Articles."""
        return self.articles / self.seconds


class Bench:
    """A round: a fresh PostgreSQL and a fresh desk over sites that are there already."""

    def __init__(self, root: Path, sites: Sites, server: PostgresServer, *, pages: int, crawls: int) -> None:
        self._root, self._sites, self._server, self._pages, self._crawls = root, sites, server, pages, crawls
        self._url = server.database()
        self._db: psycopg.Connection[tuple[Any, ...]] | None = None
        write_desk(root / "desk", sites.feeds)
        self._service = QueueService(root / "desk", self._url)

    def crawl(self, workers: Sequence[int]) -> Speed:
        """All pages crawled, by a worker on each of these processors, and nothing taken in."""
        plan(self._service, self._rows, len(self._sites.feeds))
        crawling = [
            Worker(f"worker-{core}", self._url, self._root / f"worker-{core}.log", more=["--crawls", str(self._crawls)])
            for core in workers
        ]
        with ExitStack() as stack:
            self._sites.counts()
            before = cpu_of(self._server), cpu_seconds(self._sites.pid)
            for core, worker in zip(workers, crawling, strict=True):
                stack.callback(worker.end)
                with pinned(core):
                    worker.start()
            _wait(lambda: self._rows(_JOBS) == [(0,)], crawling)
            ended = time.monotonic()
            counts = self._sites.counts()
            cpu = sum(worker.cpu_seconds() for worker in crawling)
            after = cpu_of(self._server), cpu_seconds(self._sites.pid)
            sent, received = _traffic(self._server.port)
            for worker in crawling:
                worker.stop()
        [(articles, body)] = self._rows("SELECT sum(articles), sum(size) FROM khabar.batches")
        [(table,)] = self._rows("SELECT pg_total_relation_size('khabar.batches')")
        return Speed(
            workers=len(workers), pages=int(counts["pages"]), articles=int(articles), seconds=ended - counts["first"],
            workers_cpu=cpu, postgres_cpu=after[0] - before[0], sites_cpu=after[1] - before[1], body_bytes=int(body),
            table_bytes=int(table), sent_bytes=sent, received_bytes=received,
        )  # fmt: skip

    def take_in(self, core: int) -> Intake:
        """Everything that waits, each article several times, taken into the archive by a service on this processor."""
        self._rows("SELECT 1")
        assert self._db
        multiply(self._db, _TIMES)
        return take_in(self._service, self._server, self._rows, core)

    def close(self) -> None:
        """Ends what is left of it."""
        if self._db is not None:
            self._db.close()
        self._service.__exit__(None, None, None)

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        if self._db is None:  # one for all: to connect costs PostgreSQL as much as several articles do
            self._db = psycopg.connect(self._url, autocommit=True)
        return self._db.execute(statement.encode()).fetchall()


def made_pages(number: int) -> list[ServedPage]:
    """Pages that take some 30 ms to read each, no two alike."""
    return [_made_page(page) for page in range(number)]


def _made_page(number: int) -> ServedPage:
    look = STYLES[_LOOKS[number % len(_LOOKS)]]
    style = replace(look, way="rss", declared=look.language)
    published = _LATEST - timedelta(minutes=number)
    pieces = [write(number * _STORIES + part, style, published=published, topic=False) for part in range(_STORIES)]
    piece = replace(pieces[0], body=tuple(line for one in pieces for line in one.body))
    site = Site(style, {piece.name: piece}, lambda: _LATEST)
    path = site.address(piece)
    return ServedPage(path=path, title=piece.title, published=published, html=site.answer(path).body)


def measure(
    shares: Sequence[Sequence[ServedPage]], *, workers: Sequence[int], rounds: int, crawls: int
) -> tuple[list[Speed], list[Intake]]:
    """*rounds* of each number of *workers*, in turn; the intake of every one. Raises RuntimeError, PostgresMissing."""
    speeds, intakes = [], []
    for number in range(rounds):
        for count in workers if number % 2 == 0 else reversed(workers):
            cores = sorted(os.sched_getaffinity(0))[:count]
            with pinned(*cores), _round(shares, crawls) as bench:
                speeds.append(bench.crawl(cores))
                print(_speed_row(speeds[-1]), file=sys.stderr, flush=True)
                intakes.append(bench.take_in(cores[0]))
                print(_intake_row(intakes[-1]), file=sys.stderr, flush=True)
    return speeds, intakes


@contextmanager
def _round(shares: Sequence[Sequence[ServedPage]], crawls: int) -> Iterator[Bench]:
    pages = sum(map(len, shares))
    with tempfile.TemporaryDirectory() as folder, PostgresServer(durable=True) as server, Sites(shares) as sites:
        bench = Bench(Path(folder), sites, server, pages=pages, crawls=crawls)
        try:
            yield bench
        finally:
            bench.close()


def _wait(holds: Any, workers: Sequence[Worker]) -> None:
    deadline = time.monotonic() + _LONGEST
    while not holds():
        dead = [worker for worker in workers if worker.process and worker.process.poll() is not None]
        if dead or time.monotonic() > deadline:
            raise RuntimeError("\n".join(worker.tail() for worker in dead or workers))
        time.sleep(_LOOK)


def _traffic(port: int) -> tuple[int, int]:
    """Bytes that were sent to and received from *port* over all connections to it that are open."""
    told = subprocess.run(
        ["ss", "-tniH", f"dport = :{port}"], capture_output=True, text=True, check=False
    ).stdout  # fmt: skip
    return tuple(sum(map(int, re.findall(rf"bytes_{way}:(\d+)", told))) for way in ("sent", "received"))  # type: ignore[return-value]


_SPEED = (
    f"{'workers':>8}{'pages':>7}{'articles':>9}{'seconds':>8}{'a second':>9}"
    f"{'CPU ms: worker':>16}{'PostgreSQL':>11}{'sites':>7}{'B an article':>13}{'on disk':>9}{'sent':>8}{'received':>9}"
)
_INTAKE = (
    f"{'articles':>9}{'seconds':>8}{'a second':>9}{'CPU ms: service':>17}{'PostgreSQL':>11}{'notes an article':>18}"
)


def _speed_row(one: Speed) -> str:
    ms, n = 1000 / one.articles, one.articles
    return (
        f"{one.workers:8}{one.pages:7}{n:9}{one.seconds:8.1f}{one.per_second:9.1f}"
        f"{one.workers_cpu * ms:16.1f}{one.postgres_cpu * ms:11.2f}{one.sites_cpu * ms:7.2f}"
        f"{one.body_bytes / n:13.0f}{one.table_bytes / n:9.0f}{one.sent_bytes / n:8.0f}{one.received_bytes / n:9.0f}"
    )


def _intake_row(one: Intake) -> str:
    ms = 1000 / one.articles
    return (
        f"{one.articles:9}{one.seconds:8.1f}{one.per_second:9.1f}"
        f"{one.service_cpu * ms:17.2f}{one.postgres_cpu * ms:11.2f}{one.notes / one.articles:18.2f}"
    )


def table(
    speeds: Sequence[Speed], intakes: Sequence[Intake], made: Intake, job: Job, memory: dict[str, float]
) -> Iterator[str]:
    """The figures."""
    yield _SPEED
    yield from map(_speed_row, speeds)
    medians = {
        workers: statistics.median(one.per_second for one in speeds if one.workers == workers)
        for workers in sorted({one.workers for one in speeds})
    }
    for workers, per_second in medians.items():
        ratio = per_second / medians[min(medians)]
        yield f"{workers} workers: {per_second:.1f} articles a second, {ratio:.2f} times as many as one"
    yield "\nintake"
    yield _INTAKE
    yield from map(_intake_row, intakes)
    yield "\nintake of made articles of 3,000 characters, all of which wait before it begins"
    yield _INTAKE
    yield _intake_row(made)
    yield "\none crawl of a source that shows nothing new"
    yield from (f"  {name:36}{value:10.2f}" for name, value in asdict(job).items())
    yield "\nthe memory of a source of 100 articles a day, after a year"
    yield from (f"  {name:36}{value:10.2f}" for name, value in memory.items())


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="?", type=Path, help="JSON Lines with id and html; default: made pages")
    parser.add_argument("--limit", type=int, default=1600, help="pages (default 1600)")
    parser.add_argument("--sites", type=int, default=80, help="sites that the pages are spread over (default 80)")
    parser.add_argument(
        "--rounds", type=int, default=2, help="with one worker, and with as many as there are processors"
    )
    parser.add_argument("--crawls", type=int, default=8, help="sources that a worker crawls at a time (default 8)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    arguments = parser.parse_args()
    pages = read_pages(arguments.pages, arguments.limit) if arguments.pages else made_pages(arguments.limit)
    workers = [1, len(os.sched_getaffinity(0))]
    speeds, intakes = measure(
        spread(pages, arguments.sites), workers=workers, rounds=arguments.rounds, crawls=arguments.crawls
    )
    made, job, memory = measure_intake(), measure_jobs(), measure_memory()
    if arguments.json:
        machine = {"python": platform.python_version(), "system": platform.system(), "processors": os.cpu_count()}
        rows = {"speed": [asdict(one) for one in speeds], "intake": [asdict(one) for one in (*intakes, made)]}
        print(json.dumps({"machine": machine, **rows, "job": asdict(job), "memory": memory}))
    else:
        print("\n".join(table(speeds, intakes, made, job, memory)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
