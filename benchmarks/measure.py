"""Runs one command as a process of its own and tells what it took, with all the processes that it started.

CPU and wall time on Linux and macOS. Memory needs Linux: it is read from /proc while the command runs.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.1
"""Between two looks at memory. A look costs about a millisecond a process, for every contender alike."""
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a command took. Instants by the monotonic clock, which all processes of a machine share."""

    started: float
    ended: float
    cpu_seconds: float  # of the whole tree: what it reaped, worker processes too
    pss: int | None  # bytes: highest sum over the tree at one moment, shared pages counted once; None off Linux
    high_water: int | None  # bytes: every process at its own peak, shared pages counted in each: never too low
    code: int
    output: str
    errors: str


def run(command: Sequence[str], *, environment: Mapping[str, str] | None = None, seconds: float = 1800) -> Taken:
    """Runs *command* to its end; kills it and everything that it started after *seconds*."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True
        )
        tree = _Tree(process.pid)
        watch = threading.Thread(target=tree.watch, args=(started + seconds,), daemon=True)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        ended = time.monotonic()
        tree.over.set()
        watch.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        return Taken(
            started=started,
            ended=ended,
            cpu_seconds=max(usage.ru_utime + usage.ru_stime, tree.cpu_seconds),
            pss=tree.pss or None,
            high_water=sum(tree.high.values()) or None,
            code=process.returncode,
            output=output.read().decode("utf-8", "replace"),
            errors=errors.read().decode("utf-8", "replace"),
        )


def environment() -> dict[str, str]:
    """This process's, without what a person's shell may set for Khabar or Scrapy."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("KHABAR_", "SCRAPY_"))}
    return inherited | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}


def share(seconds: Sequence[float], part: float) -> float:
    """The nearest rank, in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[max(0, min(len(ordered) - 1, round(part * len(ordered) + 0.5) - 1))]


class _Tree:
    """The processes of one session, looked at again and again."""

    def __init__(self, leader: int) -> None:
        self.leader = leader
        self.over = threading.Event()
        self.pss = 0
        self.high: dict[int, int] = {}
        self._cpu: dict[int, float] = {}

    @property
    def cpu_seconds(self) -> float:
        """CPU of every process as last seen: catches what nobody reaped, misses each one's last moments."""
        return sum(self._cpu.values())

    def watch(self, deadline: float) -> None:
        while not self.over.wait(SAMPLE_SECONDS):
            if _PROC.is_dir():
                self._look()
            if time.monotonic() > deadline:
                os.killpg(self.leader, 9)
                return

    def _look(self) -> None:
        total = 0
        for pid, cpu in session(self.leader):
            self._cpu[pid] = cpu
            total += field(pid, "smaps_rollup", "Pss:")
            self.high[pid] = max(self.high.get(pid, 0), field(pid, "status", "VmHWM:"))
        self.pss = max(self.pss, total)


def session(leader: int) -> list[tuple[int, float]]:
    """Id and CPU seconds of every process of the session that *leader* began."""
    ticks = os.sysconf("SC_CLK_TCK")
    found = []
    for place in _PROC.iterdir():
        if not place.name.isdigit():
            continue
        try:
            fields = (place / "stat").read_text().rpartition(") ")[2].split()
        except (OSError, UnicodeDecodeError):  # it ended between the two looks
            continue
        if int(fields[3]) == leader:
            found.append((int(place.name), (int(fields[11]) + int(fields[12])) / ticks))
    return found


def field(pid: int, file: str, label: str) -> int:
    """Bytes of one line of /proc/PID/FILE; 0 where the process has just ended."""
    try:
        for line in (_PROC / str(pid) / file).read_text().splitlines():
            if line.startswith(label):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0
