"""`khabar run` in a process of its own, on a desk of a test."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest


class Running:
    """A service under test. Leaving kills it where it is still there."""

    def __init__(self, desk: Any, log: Path, environ: dict[str, str], *args: str) -> None:
        self.desk, self._log = desk, log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                desk.command("run", *args), env={**desk.environment, **environ}, stdout=out, stderr=out
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text()

    def until(self, true: Callable[[], object], seconds: float = 30) -> Any:
        """What *true* gives, as soon as it is true."""
        end = time.monotonic() + seconds
        while not (result := true()):
            assert self.process.poll() is None, f"it ended by itself:\n{self.log}"
            assert time.monotonic() < end, f"it never came about:\n{self.log}"
            time.sleep(0.02)
        return result

    def until_logged(self, words: str, seconds: float = 30) -> None:
        """Waits for *words* in the log."""
        self.until(lambda: words in self.log, seconds)

    def runs(self) -> list[dict[str, Any]]:
        """The runs in the archive, oldest first; none where there is no archive yet."""
        if not (self.desk.root / "archive.db").exists():
            return []
        try:
            rows: list[dict[str, Any]] = self.desk.rows("SELECT id, job, outcome FROM runs ORDER BY id")
        except Exception:  # the archive is being made at this moment
            return []
        return rows

    def until_runs(self, number: int, seconds: float = 30) -> list[dict[str, Any]]:
        """The runs, as soon as *number* of them have ended."""

        def ended() -> list[dict[str, Any]]:
            runs = self.runs()
            return runs if sum(run["outcome"] is not None for run in runs) >= number else []

        result: list[dict[str, Any]] = self.until(ended, seconds)
        return result

    def reload(self) -> None:
        """SIGHUP."""
        self.process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        """SIGTERM; how many seconds it took to end."""
        begun = time.monotonic()
        self.process.terminate()
        self.process.wait(20)
        return time.monotonic() - begun


@pytest.fixture
def run(desk: Any, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts a service of the test's desk: `run("--log-format", "json", NAME="of the environment")`."""
    started: list[Running] = []

    def start(*args: str, **environ: str) -> Running:
        running = Running(desk, tmp_path / f"service-{len(started)}.log", environ, *args)
        started.append(running)
        return running

    yield start
    for running in started:
        running.__exit__()


@pytest.fixture
def write(desk: Any) -> Callable[..., None]:
    """Writes the desk's job and alert: `write(every="10s", to=[…], topics=[…])`."""

    def write_files(
        *, to: list[str] | None = None, topics: list[str] | None = None, job: str = 'every = "10s"', alert: str = "",
        sources: str = '["*"]',
    ) -> None:  # fmt: skip
        (desk.root / "schedules/job.toml").write_text(f'[[job]]\nid = "all"\nsources = {sources}\n{job}\n')
        if to is not None:
            lists = f"topics = {_toml(topics or [])}\nto = {_toml(to)}\n"
            (desk.root / "alerts/alert.toml").write_text(f'[[alert]]\nid = "desk"\n{lists}{alert}\n')

    return write_files


def _toml(words: list[str]) -> str:
    return f"[{', '.join(repr(word) for word in words)}]"
