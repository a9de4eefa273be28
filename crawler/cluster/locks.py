"""Names that one crawl holds at a time, for as long as it is out: those of its source and its hosts."""

import asyncio
from collections import Counter
from collections.abc import Collection


class Locks:
    """Taken in the order of their names, so that nobody waits for somebody who waits for them."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._holders: Counter[str] = Counter()

    async def take(self, names: Collection[str]) -> None:
        """Waits until nobody holds any of *names*, and holds them. `let_go` must be called once for it."""
        taken: list[str] = []
        try:
            for name in sorted(names):
                await self._locks.setdefault(name, asyncio.Lock()).acquire()
                self._holders[name] += 1
                taken.append(name)
        except BaseException:
            self.let_go(taken)
            raise

    async def share(self, names: Collection[str]) -> None:
        """Holds *names* beside whoever holds them already: for what is out however that came, before anybody waits."""
        for name in sorted(names):
            lock = self._locks.setdefault(name, asyncio.Lock())
            if not lock.locked():
                await lock.acquire()  # at once
            self._holders[name] += 1

    def let_go(self, names: Collection[str]) -> None:
        """The next one may have them."""
        for name in names:
            self._holders[name] -= 1
            if self._holders[name] <= 0:
                del self._holders[name]
                self._locks[name].release()
