"""What stands on many articles of a source, as it becomes known while the source is crawled.

The archive counts an article's lines in the article's own transaction; this is the copy that one crawl works with. The
first articles of a source are its lesson: until so many are counted that lines may recur, no more of them are under
way at a time than are still wanting, so that from the next one on every page is cleaned, however fast they come.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from archive.lines import FEWEST, NO_LINES, Counted, Lines, Recurring

PATIENCE = 60.0
"""Seconds without a page that is done with: many sources may share the workers. Then a page that waits for the
lesson goes on without it."""


class LineMemory:
    """Of one source in one run. Every `begin` of a page is answered by one `end`, whatever became of it."""

    def __init__(self) -> None:
        self._latest: Counted | None = None  # None: not read yet
        self._under_way = 0
        self._changed = asyncio.Condition()

    async def begin(self, recall: Callable[[], Awaitable[Sequence[Lines]]]) -> Recurring:
        """What recurs by now; *recall* reads what earlier runs left in the archive. Waits its turn among the first."""
        async with self._changed:
            if self._latest is None:
                self._latest = Counted(await recall())
            with suppress(TimeoutError):
                while not self._has_turn():
                    await asyncio.wait_for(self._changed.wait(), PATIENCE)
            self._under_way += 1
            return self._latest.recurring

    async def end(self, lines: Lines = NO_LINES) -> None:
        """A page is done with: *lines* are those of the article that was archived of it, if one was."""
        async with self._changed:
            self._under_way -= 1
            if lines and self._latest is not None:
                self._latest.add(lines)
            self._changed.notify_all()

    def _has_turn(self) -> bool:
        known = len(self._latest) if self._latest else 0
        return known >= FEWEST or known + self._under_way < FEWEST
