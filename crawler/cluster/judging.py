"""Whether who is silent is dead: not where nobody could be heard, or time was reckoned otherwise. Pure."""


class Judging:
    """Of a service that takes crawls back whose workers were silent for *stalled* seconds."""

    def __init__(self, stalled: float) -> None:
        self._stalled = stalled
        self._patient_until = float("-inf")
        self._ahead: float | None = None

    def may(self, *, asked: float, answered: float, there: float) -> bool:
        """Whether it may judge, *answered* by the queue's server, which it *asked* what time it is *there*. Not where
        the server was away for long, nor where one of the two clocks leapt since the last time (it was set, or a
        machine slept): then workers are given the time to be heard of. All in seconds; only the last is that of a clock
        that can be set."""
        ahead = there - answered
        was_away = answered - asked > self._stalled / 2
        leapt = self._ahead is not None and abs(ahead - self._ahead) > self._stalled / 2
        self._ahead = ahead
        if was_away or leapt:
            self._patient_until = answered + self._stalled
        return answered >= self._patient_until
