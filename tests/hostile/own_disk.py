"""A disk of a test's own: a file system in memory, in a namespace that ends with it. Linux, where it is allowed.

Real faults of a disk need one that can be full or closed; no limit of a process is quite the same.
"""

import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


def _is_allowed() -> bool:
    try:
        done = subprocess.run(
            [*_NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


needs_own_disk = pytest.mark.skipif(not _is_allowed(), reason="the system lets nobody mount a file system of his own")


def run_on(disk: str, desk: Any, *commands: str) -> list["subprocess.CompletedProcess[str]"]:
    """Copies the desk to a file system of its own, does what the shell words *disk* say, and runs *commands* there.

    In all of them `$D` is the desk. Beside the last command's output, a line tells the exit code of each.
    """
    home = desk.root.parent / "own-disk"
    home.mkdir()
    results = desk.root.parent / "results"
    results.mkdir()
    lines = [f"D={shlex.quote(str(home))}", disk.replace("{desk}", shlex.quote(str(desk.root)))]
    for number, command in enumerate(commands):
        words = command if command.startswith("!") else f"{_khabar(desk)} {command}"
        lines.append(f"{words.removeprefix('!')} >{results}/{number}.out 2>{results}/{number}.err; echo $?")
    done = subprocess.run(
        [*_NAMESPACE, "sh", "-c", "\n".join(lines)], env=desk.environment, capture_output=True, text=True, timeout=110,
        check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    codes = [int(line) for line in done.stdout.split()]
    assert len(codes) == len(commands), done.stderr
    return [
        subprocess.CompletedProcess(
            command, code, (results / f"{number}.out").read_text(), (results / f"{number}.err").read_text()
        )
        for number, (command, code) in enumerate(zip(commands, codes, strict=True))
    ]


def _khabar(desk: Any) -> str:
    words = desk.command()
    return shlex.join(words[: words.index("--desk")]) + ' --desk "$D"'
