"""Worker processes that can be killed: what reads hostile pages runs there, bounded in time and memory.

No timeout inside a process stops lxml, so the process is what is stopped. A worker that dies takes its one page
with it and is replaced; the others do not notice. Nothing queues before the processes but in `pipelines.turns`, which
shares them out fairly among the sources.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pipelines.lanes import Died, Lanes, Late, Order
from pipelines.turns import Job, Turn, Turns
from pipelines.worker_process import EXIT_MEMORY, Done
from seeds.bounds import PAGE_MEMORY, PAGE_MOMENT, PAGE_SECONDS, SLOW_PAGE_MEMORY

T = TypeVar("T")

_NICE, _NICER = 2, 5  # of the quick and the slow ones: behind the crawl, and behind those
_LOOK = 0.05  # seconds between two looks at a page that is being read


class WorkerFault(Exception):
    """A page that its worker did not survive. `name` is the reason that its fate records."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(f"{name}: {detail}" if detail else name)
        self.name = name


class _Displaced(Exception):
    """A page that is to be read once more, in a slow place."""


class Workers:
    """Quick places and a slow one, as many quick ones as there are processors to use: with one of them busy in the
    crawl itself, the system shares out fairly. Their processes are begun on first use, with the modules named in
    *preload*, and kept warm until `close`; there is one quick process more, so that nobody waits while one is replaced.
    """

    def __init__(self, count: int | None = None, preload: Sequence[str] = ()) -> None:
        self.count = count or processors()
        self._lanes = {
            False: Lanes(self.count + 1, memory=PAGE_MEMORY, niceness=_NICE, preload=preload),
            True: Lanes(1, memory=SLOW_PAGE_MEMORY, niceness=_NICER, preload=preload),
        }
        self._turns = Turns(self.count)

    async def run(
        self, function: Callable[..., T], *args: Any, timeout: float = PAGE_SECONDS, source: str | None = None  # noqa: ASYNC109 -- it kills the worker; asyncio's own could not
    ) -> T:  # fmt: skip
        """What *function*, a module's own, returns for *args*, on behalf of *source*; its exceptions come through.

        Raises WorkerFault when it took over *timeout* seconds, ran out of memory, or its process died. Waiting for a
        place does not count.
        """
        job, slow = Job(kind=function.__name__, source=source), False
        while True:
            turn = await self._turns.take(job, slow=slow)
            watch = _Watch(self._turns, turn)
            try:
                done: Done[T] = await self._read(turn, watch, function, *args, timeout=timeout)
            except _Displaced:
                self._turns.displaced(turn)
                slow = True
            except Late as error:
                if not slow:
                    self._turns.judge(job, timeout)
                raise WorkerFault("took too long", f"over {timeout:g} s") from error
            except Exception:
                self._turns.judge(job, watch.seconds)
                raise
            else:
                if not slow or done.busy < PAGE_MOMENT:  # else it was judged when it was displaced
                    self._turns.judge(job, done.busy)
                watch.seconds = done.busy
                return done.result
            finally:
                self._turns.end(turn, watch.seconds)

    async def _read(
        self, turn: Turn, watch: "_Watch", function: Callable[..., T], *args: Any, timeout: float  # noqa: ASYNC109 -- as above
    ) -> Done[T]:  # fmt: skip
        """In the place of *turn*. Raises _Displaced, Late, WorkerFault and what *function* raises."""
        order = Order(function, args, timeout)
        self._lanes[turn.slow].hand(order)
        try:
            done: Done[T] = await watch.over(order)
        except Died as died:
            if died.code is None:
                raise WorkerFault("worker died", "as it started") from died
            if died.code != EXIT_MEMORY:
                raise WorkerFault("worker died", f"exit code {died.code}") from died
            if not turn.slow:
                raise _Displaced from died
            raise WorkerFault("took too much memory", f"over {SLOW_PAGE_MEMORY >> 20} MiB") from died
        return done

    def close(self) -> None:
        """Stops the workers at once, whatever they are doing."""
        for lanes in self._lanes.values():
            lanes.close()


def processors() -> int:
    """That this process may use: a service may be bound to some of them, and then the others are no help."""
    if hasattr(os, "sched_getaffinity"):  # macOS has none
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 2


class _Watch:
    """Looks at a page that is being read: how long a processor was busy with it, and whether that is too long."""

    def __init__(self, turns: Turns, turn: Turn) -> None:
        self._turns, self._turn = turns, turn
        self.seconds = 0.0
        """What it took of a processor, as far as is known."""

    async def over(self, order: Order) -> Any:
        """What comes of *order*. Raises _Displaced where it took over a moment in a quick place that others want."""
        result = asyncio.wrap_future(order.future)
        try:
            while not result.done():
                await asyncio.wait({result}, timeout=_LOOK)
                if result.done():
                    break
                self.seconds = order.busy(self.seconds)
                if self._is_too_long:
                    raise _Displaced
            return result.result()
        finally:
            order.give_up()  # which ends its worker, where it is not done

    @property
    def _is_too_long(self) -> bool:
        return not self._turn.slow and self.seconds > self._turn.moment and self._turns.somebody_waits
