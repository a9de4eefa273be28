"""What a crawl may still ask for: pages, time, and whether it goes on at all."""

import asyncio
from time import monotonic

from scrapy.exceptions import IgnoreRequest

from seeds.bounds import TIMEOUTS_IN_A_ROW
from seeds.sources import Budget

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
