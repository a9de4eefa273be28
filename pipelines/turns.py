"""Whose page is read next where many sources share few worker processes. Pure asyncio: it knows no process.

There are quick places and slow ones. Everybody begins in a quick place; who holds one for longer than a moment while
others wait loses it, and goes on in a slow place, of which there are few. A source whose pages were slow lately does
not get into the quick places at all. Among those that wait, the source that took the least of late is next: thirty
sources of hostile pages so take no more from a healthy one than thirty healthy ones would.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from seeds.bounds import PAGE_MOMENT

_TAKEN_HALVES = 60.0
"""Seconds in which what a source took counts half: about what a busy run takes."""
_SLOWNESS_HALVES = 300.0
"""Seconds in which a source's slowness counts half: a hostile one tries a quick place again after ten minutes."""
_WEIGHT_OF_LAST = 0.2
"""Of the last page in a source's mean: among quick pages one slow one is forgiven, two in a row are not."""
_MOST_COUNTED = 4 * PAGE_MOMENT
"""Seconds of one page in that mean, so that a handful of quick ones can make up for it."""
_UNKNOWN = 0.3
"""Of a moment for a source whose pages nobody has read yet: 97 in 100 real ones are read by then."""
_MANY = 1_000  # sources, among which some may be forgotten
_LONG_AGO = 1_200.0  # seconds after which nothing is left of what a source took


@dataclass(slots=True)
class _Account:
    """What is known of a source, as of the instant `at`. Of work that nobody knows the worst is expected."""

    at: float
    taken: float = 0.0  # seconds in places, decaying
    held: int = 0  # places
    means: dict[str, float] = field(default_factory=dict)  # seconds, by kind of work, decaying

    def age(self, at: float) -> None:
        """Moves it on to *at*."""
        passed = max(at - self.at, 0.0)
        self.taken *= 0.5 ** (passed / _TAKEN_HALVES)
        self.means = {kind: mean * 0.5 ** (passed / _SLOWNESS_HALVES) for kind, mean in self.means.items()}
        self.at = at

    def is_slow(self, kind: str) -> bool:
        return self.means.get(kind, 0.0) > PAGE_MOMENT

    def rank(self, kind: str) -> float:
        """What it took, and will have taken after what it has under way and what is next: the lowest is first."""
        return self.taken + (self.held + 1) * self.means.get(kind, PAGE_MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a place is wanted for: which kind of work, and for which source. None: for nobody in particular."""

    kind: str
    source: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A job's turn in a place."""

    job: Job
    slow: bool  # in which kind of place
    moment: float  # seconds that it may stay while others wait, in a quick one


@dataclass(slots=True, eq=False)
class _Waiting:
    job: Job
    slow: bool  # it was too slow for a quick place already
    since: int
    called: "asyncio.Future[Turn]" = field(repr=False)


class Turns:
    """The places, and who waits for them. Everything happens on one event loop."""

    def __init__(self, quick: int, slow: int = 1, clock: Callable[[], float] = monotonic) -> None:
        self._free = {False: quick, True: slow}
        self._clock = clock
        self._accounts: dict[str, _Account] = {}
        self._queues: dict[object, deque[_Waiting]] = {}  # by source; what has none is a queue of its own
        self._count = 0

    async def take(self, job: Job, *, slow: bool = False) -> Turn:
        """Waits for the turn of *job*; *slow*: in a slow place, since a quick one was not for it."""
        self._count += 1
        waiting = _Waiting(job, slow, self._count, asyncio.get_running_loop().create_future())
        self._queues.setdefault(_queue_of(waiting), deque()).append(waiting)
        self._call()
        try:
            return await waiting.called
        except asyncio.CancelledError:
            if waiting.called.done() and not waiting.called.cancelled():
                self.end(waiting.called.result())
            else:
                self._leave(waiting)
            raise

    def end(self, turn: Turn, seconds: float = 0.0) -> None:
        """Gives the place of *turn* to the next one, after *seconds* of work in it."""
        self._free[turn.slow] += 1
        if account := self._account(turn.job):
            account.held -= 1
            account.taken += seconds
        self._call()

    def judge(self, job: Job, seconds: float) -> None:
        """Takes note that *job* took *seconds* of work."""
        if account := self._account(job):
            counted, known = min(seconds, _MOST_COUNTED), account.means.get(job.kind)
            account.means[job.kind] = counted if known is None else known + _WEIGHT_OF_LAST * (counted - known)

    def displaced(self, turn: Turn) -> None:
        """Takes note that the job of *turn* took more than its moment. Who had a part of one is not judged by that."""
        self.judge(turn.job, PAGE_MOMENT if turn.moment < PAGE_MOMENT else _MOST_COUNTED)

    @property
    def somebody_waits(self) -> bool:
        """Whether a job waits for a quick place."""
        return any(self._first(queue, slow=False) for queue in self._queues.values())

    def _call(self) -> None:
        """Gives every free place to whom it is due."""
        for slow in (False, True):
            while self._free[slow] and (waiting := self._next(slow=slow)):
                self._leave(waiting)
                self._free[slow] -= 1
                account, moment = self._account(waiting.job), PAGE_MOMENT
                if account:
                    account.held += 1
                    moment *= 1.0 if waiting.job.kind in account.means else _UNKNOWN
                waiting.called.set_result(Turn(waiting.job, slow, moment))

    def _next(self, *, slow: bool) -> _Waiting | None:
        firsts = (self._first(queue, slow=slow) for queue in self._queues.values())
        return min(filter(None, firsts), key=self._rank, default=None)

    def _first(self, queue: deque[_Waiting], *, slow: bool) -> _Waiting | None:
        """Who of one source's *queue* is next for a place of this kind."""
        account = self._account(queue[0].job)
        belongs = (one for one in queue if (one.slow or bool(account and account.is_slow(one.job.kind))) is slow)
        # Who was cancelled stands here until its task hears of it; what it were given, nobody would give back.
        return next((one for one in belongs if not one.called.done()), None)

    def _rank(self, waiting: _Waiting) -> tuple[float, int]:
        account = self._account(waiting.job)
        return account.rank(waiting.job.kind) if account else PAGE_MOMENT, waiting.since

    def _leave(self, waiting: _Waiting) -> None:
        queue = self._queues[_queue_of(waiting)]
        queue.remove(waiting)
        if not queue:
            del self._queues[_queue_of(waiting)]

    def _account(self, job: Job) -> _Account | None:
        if job.source is None:
            return None
        at, account = self._clock(), self._accounts.get(job.source)
        if account is None:
            if len(self._accounts) >= _MANY:
                self._accounts = {
                    key: one for key, one in self._accounts.items() if one.held or one.at + _LONG_AGO > at
                }
            account = self._accounts[job.source] = _Account(at)
        account.age(at)
        return account


def _queue_of(waiting: _Waiting) -> object:
    return waiting if waiting.job.source is None else waiting.job.source
