"""Stopping a long work between two of its steps: with Ctrl-C, or with the SIGTERM of whoever started it."""

import signal
from types import FrameType
from typing import Any, Self

_ENDS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Notes the first sign to end that comes while it lasts; the second one ends the process as it always would."""

    def __init__(self) -> None:
        self.sign: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._note) for number in _ENDS}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def code(self) -> int:
        """The exit code for it, as shells have it; 0 where no sign came."""
        return 0 if self.sign is None else 128 + self.sign

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.sign = number
        self.__exit__()
