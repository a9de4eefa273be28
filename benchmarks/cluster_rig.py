"""A whole cluster on one machine: a PostgreSQL, sites, a webhook, the service, and workers that have addresses of
their own, each in a network namespace; and everything that may happen to them.

Linux, where namespaces are allowed. Nothing but loopback and the links to the namespaces is ever reached.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from benchmarks.measure import environment, session
from benchmarks.service import Service, write_desk
from benchmarks.watched_sites import WatchedSites
from crawler.newsroom.sink import WebhookSink
from tests.cluster.netns import SITES, Namespace
from tests.postgres_server import PostgresServer

VARIABLE = "KHABAR_QUEUE"
_ENDS = 60.0  # seconds that a worker may take to end
_LOOK = 0.05  # seconds between two looks
_WITH_US = ("setpriv", "--pdeathsig", "KILL")
"""What begins a command whose process is to end with ours, however that ends: in a session of its own no Ctrl-C reaches
it."""


class Worker:
    """`khabar worker` as a process of its own, in *machine* or else beside us, with the queue at *url*; *more* are
    words after it."""

    def __init__(
        self, name: str, url: str, log: Path, *, machine: Namespace | None = None, more: Sequence[str] = ()
    ) -> None:
        self.name, self.machine, self.log = name, machine, log
        self._environ = environment() | {VARIABLE: url}
        self._words = [
            *_WITH_US,
            sys.executable,
            "-P",
            "-m",
            "crawler",
            "worker",
            "--queue",
            f"env:{VARIABLE}",
            "--name",
            name,
        ]
        self._words += more
        self.process: subprocess.Popen[bytes] | None = None
        self._past: list[int] = []

    def start(self) -> None:
        """Begins a new process, in a session of its own."""
        start = self.machine.popen if self.machine else subprocess.Popen
        with self.log.open("ab") as log:
            self.process = start(
                self._words, env=self._environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._past.append(self.process.pid)

    def stop(self) -> tuple[int, float]:
        """Asks it to end with SIGTERM; its exit code, and the seconds that it took."""
        assert self.process
        asked = time.monotonic()
        self.process.terminate()
        return self.process.wait(_ENDS), time.monotonic() - asked

    def kill(self) -> None:
        """Ends it with SIGKILL. Its own worker processes are not told."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def pause(self) -> None:
        """Stops the clock for it and all its processes, as the lid of a laptop does."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it go on."""
        self._signal(signal.SIGCONT)

    def left_behind(self) -> list[int]:
        """Processes of it that are there though it has ended."""
        running = self.process.pid if self.process and self.process.poll() is None else None
        return [pid for leader in self._past if leader != running for pid, _ in session(leader)]

    def end(self) -> None:
        """Kills whatever of it is still there."""
        for leader in self._past:
            for pid, _ in session(leader):
                _signal(pid, signal.SIGKILL)
        if self.process:
            self.process.wait()

    def cpu_seconds(self) -> float:
        """That it and all its processes have taken so far, those that have ended too."""
        return sum(cpu_seconds(pid) for leader in self._past for pid, _ in session(leader))

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def _signal(self, sign: signal.Signals) -> None:
        assert self.process
        for pid, _ in session(self.process.pid):
            _signal(pid, sign)


class QueueService(Service):
    """`khabar run --queue` on the desk at *root*, with the queue at *url*; *more* are words after it."""

    def __init__(self, root: Path, url: str, *more: str) -> None:
        super().__init__(root, "--queue", f"env:{VARIABLE}", *more, environ={VARIABLE: url})
        self._command = [*_WITH_US, *self._command]


class Cluster:
    """Context manager: all of it at *root*, a new directory; service and workers are started by whoever uses it.

    *workers*: how many; *stalled*: seconds without a beat after which a crawl is taken back. Raises NotAllowed,
    PostgresMissing.
    """

    def __init__(
        self, root: Path, *, workers: int, sites: int, articles: int, stalled: float | None = None,
        durable: bool = True, delay: float = 0.0, more: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.root, self._number, self._sites, self._articles = root, workers, sites, articles
        self._stalled = [] if stalled is None else ["--stalled", str(stalled)]
        self._durable, self._delay, self._more = durable, delay, more

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._open(stack)
            self._closing = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def _open(self, stack: ExitStack) -> None:
        machines = [stack.enter_context(Namespace(f"w{number}")) for number in range(1, self._number + 1)]
        addresses = [
            address
            for place, machine in enumerate(machines)
            if place * SITES < self._sites
            for address in machine.sites(min(SITES, self._sites - place * SITES))
        ]
        outside = [machine.outside for machine in machines]
        self.postgres = stack.enter_context(
            PostgresServer(durable=self._durable, addresses=["127.0.0.1", *outside])
        )  # fmt: skip
        self.url = self.postgres.database()
        self.sites = stack.enter_context(WatchedSites(addresses, articles=self._articles))
        self.sink = stack.enter_context(WebhookSink())
        jobs = '[[job]]\nid = "all"\nsources = ["site-*"]\nevery = "12h"\n'
        desk = self.root / "desk"
        write_desk(desk, sources=self.sites.sources_toml(delay=self._delay), jobs=jobs, to=self.sink.url)
        self.service = QueueService(desk, self.url, *self._stalled)
        stack.callback(self.service.__exit__, None, None, None)
        database = self.url.rpartition("/")[2]
        self.workers = [
            Worker(
                machine.name, self.postgres.url(database, address=machine.outside), self.root / f"{machine.name}.log",
                machine=machine, more=self._more,
            )
            for machine in machines
        ]  # fmt: skip
        for worker in self.workers:
            stack.callback(worker.end)

    def start(self) -> None:
        """Starts the service, waits for the queue that it makes, and starts the workers."""
        self.service.start()
        if not self.service.wait_until(self._has_a_queue, seconds=60):
            raise RuntimeError(f"the service made no queue:\n{self.service.tail()}")
        for worker in self.workers:
            worker.start()

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the queue's database answers."""
        with psycopg.connect(self.url, autocommit=True) as db:
            return db.execute(statement.encode(), values).fetchall()

    def archived(self) -> int:
        """Articles in the archive."""
        found = self.service.rows("SELECT count(*) FROM article_head")
        return int(found[0][0]) if found else 0

    def in_flight(self, worker: Worker) -> int:
        """Articles that *worker*, which does nothing at the moment, had asked for and not shipped: those of the crawls
        that it holds, less what is archived of their sources or waits for it."""
        held = self.rows(
            "SELECT crawls.source, crawls.id FROM khabar.crawls JOIN khabar.workers ON workers.id = crawls.worker "
            "WHERE workers.name = %s AND crawls.state = 'working'",
            worker.name,
        )
        missing = 0
        for source, crawl in held:
            host = self.sites.addresses[int(source.removeprefix("site-"))]
            asked = {one.path for one in list(self.sites.asked) if one.host == host and one.article}
            [(archived,)] = self.service.rows("SELECT count(*) FROM article_head WHERE source = ?", source)
            [(waiting,)] = self.rows("SELECT coalesce(sum(articles), 0) FROM khabar.batches WHERE crawl = %s", crawl)
            missing += len(asked) - archived - int(waiting)
        return missing

    def wait_until(self, holds: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Returns when *holds* is true. Raises RuntimeError, naming *what*, where it is not within *seconds*."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                logs = "\n".join([self.service.tail(), *(worker.tail() for worker in self.workers if worker.process)])
                raise RuntimeError(f"not within {seconds:.0f} s: {what}\n{logs}")
            time.sleep(_LOOK)

    def logs(self) -> Mapping[str, str]:
        """What service and workers have logged, by their names."""
        texts = {"service": self.service.log} | {worker.name: worker.log for worker in self.workers}
        return {name: file.read_text(errors="replace") for name, file in texts.items() if file.exists()}

    def _has_a_queue(self) -> bool:
        return bool(self.rows("SELECT 1 FROM pg_tables WHERE schemaname = 'khabar' AND tablename = 'queue'"))


def _signal(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return


@contextmanager
def pinned(*cores: int) -> Iterator[None]:
    """What is started in the block uses these processors only, and so do its children."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """That a process has taken so far, with its children that have ended; 0 where it has ended itself."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
