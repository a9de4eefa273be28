"""Work that blocks, in a thread that nothing waits for: not the event loop, and not the end of the process."""

import asyncio
import contextlib
from collections.abc import Callable
from threading import Thread
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """*work* in a thread of its own, begun at once. `done` has its result, or what it raised."""

    def __init__(self, work: Callable[[], T], name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._work = work
        self.done: asyncio.Future[T] = self._loop.create_future()
        self.thread = Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        error: BaseException | None = None
        result: T | None = None
        try:
            result = self._work()
        except BaseException as raised:  # whatever it is, the one who waits is told
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._tell, result, error)

    def _tell(self, result: Any, error: BaseException | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(result)
        else:
            self.done.set_exception(error)
