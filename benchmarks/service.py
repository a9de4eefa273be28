"""The service under measurement: a desk for it, `khabar run` as a process of its own, and what it takes.

What it takes is read from /proc, so the figures need Linux. SQL here only reads the archive, as any tool may.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks import stories
from benchmarks.measure import environment, field, session

ENDS_WITHIN = 10
"""Seconds from SIGTERM to the end, whatever the service is doing: what `khabar run` promises."""
_LOOK = 0.05  # seconds between two looks at the archive


def write_desk(root: Path, *, sources: str, jobs: str, to: str, topics: tuple[str, ...] = (stories.TOPIC,)) -> None:
    """A desk of *sources* and *jobs* (TOML) with one `each` alert for every story on *topics* to the channel *to*."""
    for folder in ("seeds/sources", "seeds/topics", "schedules", "alerts"):
        (root / folder).mkdir(parents=True)
    (root / "desk.toml").write_text('name = "Measurement"\ntimezone = "UTC"\ncontact = "bench@example.org"\n')
    (root / "seeds/sources/sites.toml").write_text(sources, encoding="utf-8")
    (root / "seeds/topics/zelin.toml").write_text(stories.pack(), encoding="utf-8")
    (root / "schedules/jobs.toml").write_text(jobs, encoding="utf-8")
    named = ", ".join(f'"{topic}"' for topic in topics)
    (root / "alerts/alerts.toml").write_text(f'[[alert]]\nid = "all"\ntopics = [{named}]\nto = ["{to}"]\n')


def reading(file: Path) -> sqlite3.Connection:
    """A connection to the archive *file* as any tool opens it, to read."""
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one process takes at a moment. Bytes, and numbers."""

    pid: int
    resident: int
    highest: int  # resident, since its start
    descriptors: int
    threads: int
    cpu_seconds: float


class Service:
    """Context manager: `khabar run` on the desk at *root*, logging to `service.log` beside it.

    Leaving kills whatever of it is still there. `start` may be called again after `stop` or `kill`. *more*: words
    after `run`; *environ*: what it finds in its environment besides.
    """

    def __init__(self, root: Path, *more: str, environ: Mapping[str, str] | None = None) -> None:
        self.root, self.log = root, root.with_suffix(".log")
        self._command = [sys.executable, "-P", "-m", "crawler", "--desk", str(self.root), "run", *more]
        self._environ = environment() | dict(environ or {})
        self._past: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._past:
            for pid, _ in session(process.pid):
                os.kill(pid, signal.SIGKILL)
            process.wait()

    def start(self) -> None:
        """Begins a new process, in a session of its own."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._past.append(self._process)

    def stop(self) -> float:
        """Ends it with SIGTERM; how many seconds that took. Raises RuntimeError where it took too long or failed."""
        asked = time.monotonic()
        self._process.terminate()
        try:
            code = self._process.wait(ENDS_WITHIN + 5)
        except subprocess.TimeoutExpired:
            raise RuntimeError(
                f"the service was still there {ENDS_WITHIN + 5} s after SIGTERM:\n{self.tail()}"
            ) from None
        took = time.monotonic() - asked
        if code or took > ENDS_WITHIN:
            raise RuntimeError(f"the service ended with exit code {code} after {took:.1f} s:\n{self.tail()}")
        return took

    def kill(self) -> None:
        """Ends it with SIGKILL, as a power cut would. Its worker processes are not told."""
        self._process.kill()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        return self._process.pid

    def left_behind(self) -> list[int]:
        """Processes of services that were stopped or killed and that are still there."""
        return [pid for process in self._past if process.poll() is not None for pid, _ in session(process.pid)]

    def usage(self) -> list[Usage]:
        """What every process of it takes now, the service itself first."""
        return [_usage(pid, cpu) for pid, cpu in sorted(session(self._process.pid), key=self._first)]

    def _first(self, found: tuple[int, float]) -> tuple[bool, int]:
        return found[0] != self._process.pid, found[0]

    def wait_until(self, holds: Callable[[], bool], *, seconds: float) -> bool:
        """Whether *holds* came true within *seconds*. Raises RuntimeError where the service ends meanwhile."""
        deadline = time.monotonic() + seconds
        while not holds():
            if (code := self._process.poll()) is not None:
                raise RuntimeError(f"the service ended by itself with exit code {code}:\n{self.tail()}")
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK)
        return True

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the archive; none while it is still being made."""
        file = self.root / "archive.db"
        if not file.exists():
            return []
        with closing(reading(file)) as db:
            try:
                return db.execute(query, values).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error) or "no such column" in str(error):
                    return []
                raise

    def outbox(self) -> dict[str, int]:
        """How many messages are in each state."""
        return dict(self.rows("SELECT state, count(*) FROM alerts GROUP BY state"))

    def runs(self) -> list[tuple[str, str | None, float | None]]:
        """Job, outcome and seconds of every run, in the order of their start; None: not ended yet."""
        seconds = "(julianday(finished) - julianday(started)) * 86400"
        return self.rows(f"SELECT job, outcome, {seconds} FROM runs ORDER BY id")

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]


def _usage(pid: int, cpu: float) -> Usage:
    return Usage(
        pid=pid, resident=field(pid, "status", "VmRSS:"), highest=field(pid, "status", "VmHWM:"),
        descriptors=_count(Path(f"/proc/{pid}/fd")), threads=_count(Path(f"/proc/{pid}/task")), cpu_seconds=cpu,
    )  # fmt: skip


def _count(place: Path) -> int:
    try:
        return sum(1 for _ in place.iterdir())
    except OSError:  # it ended between the two looks
        return 0
