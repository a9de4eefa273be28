"""How much memory a process and all that it started take, from Linux's /proc. Elsewhere it is not known."""

from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_OWN = ("RssAnon:", "RssShmem:")
"""What is a process's own, unlike the program's file that all of them share; in KiB."""


def weight(*roots: int) -> int:
    """Bytes of memory of the processes *roots* and their descendants; 0 where it is not known."""
    seen: set[int] = set()
    waiting, total = list(roots), 0
    while waiting:
        process = waiting.pop()
        if process in seen:
            continue
        seen.add(process)
        with suppress(OSError):  # it has ended meanwhile
            total += _of(process)
            waiting += _children(process)
    return total


def _of(process: int) -> int:
    lines = (_PROC / str(process) / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(_OWN))


def _children(process: int) -> list[int]:
    """The processes that any of its threads has started."""
    children: list[int] = []
    for task in (_PROC / str(process) / "task").iterdir():
        with suppress(OSError):
            children += map(int, (task / "children").read_text(encoding="ascii").split())
    return children
