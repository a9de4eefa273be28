"""The desk's clock, as a worker knows it: an article's times are the desk's, whatever its worker's clock says."""

from datetime import datetime, timedelta

from pipelines.workbench import now

_NOT_WORTH = 0.5
"""Seconds: a smaller difference may be the network's. Times must not jump with every beat."""


class DeskClock:
    """A worker's own clock, set right by what the queue's server says."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """The present instant by the desk's clock."""
        return now() + self._ahead

    def learn(self, *, server_ahead: float, desk_ahead: float) -> None:
        """The server's clock is so many seconds ahead of this machine's, and the desk's ahead of the server's."""
        ahead = timedelta(seconds=server_ahead + desk_ahead)
        if abs((ahead - self._ahead).total_seconds()) > _NOT_WORTH:
            self._ahead = ahead
