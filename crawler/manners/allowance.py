"""What a crawl may still ask for: pages, time, and whether it goes on at all."""

import asyncio
from collections.abc import Coroutine
from time import monotonic
from typing import Any, TypeVar

from scrapy.exceptions import IgnoreRequest

from seeds.bounds import TIMEOUTS_IN_A_ROW
from seeds.sources import Budget

T = TypeVar("T")
OWN_WAY = "named by the source's definition"
"""The key that marks the request for such a feed, sitemap or listing. There are as many as the desk's owner wants."""


class OverBudget(IgnoreRequest):
    """A request that the source's budget, or a run's deadline, leaves to the next run. A page's fate is to wait."""


class AskedToWait(OverBudget):
    """A request that its host wants later than this run can wait: by Retry-After, or by a Crawl-delay."""


class Allowance:
    """Of one crawl. Its time runs from now on."""

    def __init__(self, budget: Budget) -> None:
        self._most_pages = budget.pages
        self._ends = monotonic() + budget.minutes * 60
        self._pages: set[str] = set()
        self._timeouts = 0
        self._way_answers = False
        self.stalls = False
        """Whether it ends because its source's answers do not come in time."""
        self.closing = asyncio.Event()
        """Set where nothing more is to be asked for, while what is under way may end."""

    def count_timeout(self, *, of_way: bool = False) -> None:
        """An answer did not come in time. After several in a row nothing more is asked for.

        Where one way of the source answers, those that do not are leftovers: they must not keep its articles out.
        """
        if of_way and self._way_answers:
            return
        self._timeouts += 1
        if self._timeouts >= TIMEOUTS_IN_A_ROW and not self.closing.is_set():
            self.stalls = True
            self.closing.set()

    def count_answer(self, *, of_way: bool = False) -> None:
        """An answer came."""
        self._timeouts = 0
        self._way_answers |= of_way

    @property
    def left(self) -> float:
        """Seconds that a request of this crawl may still wait."""
        return self._ends - monotonic()

    def take_page(self, url: str) -> None:
        """Counts a page that is about to be asked for; once, however often. Raises OverBudget."""
        if url not in self._pages and len(self._pages) >= self._most_pages:
            raise OverBudget
        self._pages.add(url)


async def unless_given_up(
    work: Coroutine[Any, Any, T], begun: asyncio.Event, *, given_up: asyncio.Event, closing: asyncio.Event
) -> T:  # fmt: skip
    """What *work* returns. Raises OverBudget where its crawl is *closing* before it has *begun*, and where it is *given
    up* meanwhile; then it is cancelled.
    """
    working = asyncio.ensure_future(work)
    gone, ends = (asyncio.ensure_future(event.wait()) for event in (given_up, closing))
    try:
        await asyncio.wait({working, gone, ends}, return_when=asyncio.FIRST_COMPLETED)
        if ends.done() and begun.is_set():
            await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise OverBudget
        return working.result()
    finally:
        for task in (working, gone, ends):
            task.cancel()
