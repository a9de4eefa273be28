"""How much may be under way to one channel at a time: all its lanes while it works, one probe now and then if not.

As in TCP's congestion avoidance, a failure leaves one lane and each success adds one. A channel that is down, or that
refuses more than so many messages a minute, is then not asked with every message that waits for it.
"""

import asyncio
from dataclasses import dataclass, field
from threading import Thread

from alerts.channels import Channel

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds after one, two … failures in a row before the next probe; the last one repeats."""
MOST_LEFT_BEHIND = 20
"""Threads of a channel that did not come back in time. With so many it gets no more until some end."""


@dataclass(slots=True)
class Lanes:
    """What is under way to one channel, and how it went lately. *now* is the loop's time, in seconds."""

    tries: set[asyncio.Task[None]] = field(default_factory=set)
    left_behind: set[Thread] = field(default_factory=set)
    failures: int = 0  # in a row
    _width: int | None = None  # None: as many as the channel has
    _resumes: float = 0.0

    def free(self, channel: Channel, now: float | None) -> int:
        """How many tries may begin; with None for *now*, however the channel does."""
        if self.is_blocked or (now is not None and now < self._resumes):
            return 0
        if now is None:
            return channel.lanes - len(self.tries)
        width = channel.lanes if self._width is None else min(self._width, channel.lanes)
        return max(0, width - len(self.tries))

    @property
    def is_blocked(self) -> bool:
        """Whether so many threads hang that no more may begin."""
        self.left_behind = {thread for thread in self.left_behind if thread.is_alive()}
        return len(self.left_behind) >= MOST_LEFT_BEHIND

    def succeeded(self) -> None:
        """A message arrived."""
        self.failures, self._resumes = 0, 0.0
        if self._width is not None:
            self._width += 1

    def failed(self, now: float) -> None:
        """The channel did not take a message."""
        self._resumes = now + PAUSES[min(self.failures, len(PAUSES) - 1)]
        self.failures += 1
        self._width = 1
