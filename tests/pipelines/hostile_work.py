"""What a worker process is asked to do in test_workers.py. A module of its own, since workers import it by name."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def answer(number: int) -> int:
    """Behaves."""
    return number * 2


def refuse() -> None:
    """Raises what the caller is to see."""
    raise KeyError("no such thing")


def hang() -> None:
    """Never returns, as lxml on a hostile page: no exception can be raised into it."""
    while True:
        time.sleep(3600)


def gorge() -> int:
    """Takes more memory than any page may."""
    return len(bytearray(2 * 1024**3))


def parse(number: int) -> int:
    """Parses a page of *number* rows as a page is parsed, and gives how many it found."""
    from pipelines.extraction.parsing import parse as parse_page  # noqa: PLC0415 -- in the worker that needs it

    rows = "<tr><td>1</td><td>two</td><td>3.0</td></tr>" * number
    return sum(1 for _ in parse_page(f"<html><body><table>{rows}</table></body></html>").iter("tr"))


_kept: list[bytearray] = []


def hoard() -> int:
    """Ends well, and keeps most of the memory that a worker may have."""
    _kept.append(bytearray(120 * 1024 * 1024))
    return os.getpid()


def corrupt() -> None:
    """Raises what a C library does that lost its way."""
    raise SystemError("error return without exception set")


def puzzle() -> None:
    """Raises what no pickle can carry."""
    raise ValueError(lambda: None)


def die() -> None:
    """Ends its process, as a fault in a C library would."""
    os._exit(11)


def take(megabytes: int) -> int:
    """Takes memory, and gives it back."""
    return len(bytearray(megabytes * 1024 * 1024))


def rest(seconds: float) -> int:
    """Takes its time, and nothing of the processor's; how nice its process is."""
    time.sleep(seconds)
    return os.nice(0)


def spin(seconds: float) -> str:
    """Keeps its processor busy for so many seconds of it."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return "done"


def own_id() -> int:
    """This process."""
    return os.getpid()


def answer_at_length() -> bytes:
    """Answers with more than any pipe holds, so that its process is most of the time in the midst of its answer."""
    return bytes(20 * 1024 * 1024)


def after_telling(file: Path, work: Callable[[], object]) -> object:
    """Does *work*, after writing into *file* which process does."""
    with file.open("a") as told:
        told.write(f"{os.getpid()}\n")
    return work()
