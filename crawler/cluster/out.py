"""The crawls that are out: planned by this service or an earlier one, and not closed yet."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from archive.taken import BEGINNING, Place
from crawler.cluster.locks import Locks
from pipelines.errand import Errand


@dataclass(slots=True, kw_only=True, eq=False)
class CrawlOut:
    """A crawl that is out, with what it counts for and what it keeps from others."""

    id: int = 0  # in the queue; 0: that it is there is not known yet
    errand: Errand
    names: Collection[str]  # that it holds in the Locks
    place: Place = BEGINNING  # what is to be taken of it next; as in the archive
    adopted: bool = False  # an earlier service planned it: no run waits for it, and tells what came of it
    late: bool = False  # it was given up: the archive may know better by now
    unwanted: bool = False  # its run is over: once its worker has let go of it, it is not planned again
    leave: Callable[[], None] = lambda: None  # its room
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class CrawlsOut:
    """All of them, by number."""

    def __init__(self) -> None:
        self.locks = Locks()
        self._crawls: dict[int, CrawlOut] = {}
        self._expected: dict[tuple[str, int], CrawlOut] = {}

    def __len__(self) -> int:
        return len(self._crawls)

    def __iter__(self) -> Iterator[CrawlOut]:
        return iter(list(self._crawls.values()))

    def get(self, number: int) -> CrawlOut | None:
        """The crawl with this number, where it is known to be out."""
        return self._crawls.get(number)

    def expect(self, crawl: CrawlOut) -> None:
        """It is being written into the queue. A worker may have it before whoever writes hears that it is there."""
        self._expected[crawl.errand.source.id, crawl.errand.run] = crawl

    def expected(self, source: str, run: int) -> CrawlOut | None:
        """The crawl of *source* for this *run* that is being written into the queue."""
        return self._expected.get((source, run))

    def expect_no_more(self, crawl: CrawlOut) -> None:
        """It is written, or it could not be."""
        del self._expected[crawl.errand.source.id, crawl.errand.run]

    def add(self, crawl: CrawlOut) -> None:
        """It has its number, and holds its names already."""
        self._crawls[crawl.id] = crawl

    def close(self, crawl: CrawlOut) -> None:
        """Nothing more comes of it: whoever waits for it, for its names or for its room, goes on."""
        if self._crawls.pop(crawl.id, None) is not None:
            self.locks.let_go(crawl.names)
            crawl.leave()
            crawl.closed.set()
