"""Keeps a long work that writes from crowding others out: between two of its transactions it waits."""

from collections.abc import Iterable, Iterator
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")

LEAST_PAUSE = 0.1
"""Seconds, at least: as long as SQLite lets one who waits sleep before he looks again."""


def paced(steps: Iterable[T]) -> Iterator[T]:
    """*steps*, each of which is a transaction of its own; before the next as much time passes as it took."""
    begun = monotonic()
    for step in steps:
        took = monotonic() - begun
        yield step
        sleep(max(took, LEAST_PAUSE))
        begun = monotonic()
