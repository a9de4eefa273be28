"""What one stint of a backfill asks for next, and what becomes of it: everything is in the archive before and after.

Sitemaps and feeds are read first, all of them: one request shows thousands of addresses. Archive pages and listings are
read page by page, whenever no address waits any more: what was archived of one page tells whether the next is needed.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from archive.article import Entry
from archive.backfill_ways import (
    AT_ONCE,
    LATER,
    PastKind,
    PastWay,
    add_ways,
    end_way,
    has_room,
    is_barren,
    next_way,
    way_failed,
    way_read,
)
from archive.backfills import Backfill, count_left_out
from archive.frontier import NOT_ARTICLE, OUTSIDE, SITEMAPS_OUTSIDE, TakenUp, claim, let_go, next_addresses, take_up
from archive.ledger import key_of
from crawler.backfill.reading import PastReading
from crawler.discovery.entries import EARLIEST
from crawler.fates import Loss
from pipelines.errand import Errand
from seeds.bounds import MAX_BACKFILL_DEPTH, MAX_BACKFILL_PAGES, MAX_BARREN_PAGES
from seeds.dated_addresses import dated_addresses
from seeds.sources import Source

End = Literal["nothing left", "enough", "down", "asked to wait"]
"""Why a stint is over: nothing waits that is due; its budget is used up; its site does not answer, or asked to wait."""
_BATCH = 50  # addresses that are held in memory ahead of their turn
_PAGED: tuple[PastKind, ...] = ("listing", "archive", "json", "feed")


class Walk:
    """The way of one stint through what its order has still to do."""

    def __init__(self, errand: Errand, order: Backfill) -> None:
        self._errand, self.order = errand, order
        self.end: End = "enough"
        self.fault = ""  # of its site, in words
        self._taken: set[str] = set()  # the keys of what this stint has asked for
        self._ways: list[int] = []  # likewise, by number
        self._next: deque[Entry] = deque()

    @property
    def pages(self) -> int:
        """How many articles it has asked for."""
        return len(self._taken)

    async def begin(self) -> None:
        """Writes down where the walk begins, and what the source's definition has gained since."""
        source, order = self._errand.source, self.order

        def write(db: sqlite3.Connection) -> None:
            if has_room(db, order.id):  # else what has none would be counted with every stint
                add_ways(db, order, first_ways(source, order))

        await self._errand.workbench.archive(write)

    async def first(self) -> PastWay | None:
        """A sitemap or feed to be read before all articles; None where none is left."""
        return await self._way(AT_ONCE)

    async def page(self) -> PastWay | None:
        """The next archive page, or page of a listing; None where none is left. Only while no address waits."""
        return await self._way(LATER)

    async def _way(self, kinds: tuple[PastKind, ...]) -> PastWay | None:
        order, at = self.order, self._errand.workbench.clock()
        way = await self._errand.workbench.archive(lambda db: next_way(db, order, kinds, at, self._ways))
        if way:
            self._ways.append(way.id)
        return way

    async def article(self) -> Entry | None:
        """The next article to be fetched; None where none waits that is due."""
        while not self._next and await self._look_ahead():
            pass
        if not self._next:
            return None
        entry = self._next.popleft()
        self._taken.add(key_of(entry.url))
        return entry

    async def _look_ahead(self) -> bool:
        """Looks which articles come next; whether there may be others behind them: some were not wanted any more."""
        order, run, archive = self.order, self._errand.run, self._errand.workbench.archive
        at, limit = self._errand.workbench.clock(), _BATCH + min(len(self._taken), _BATCH)
        unwanted: dict[str, str] = {}
        for entry in await archive(lambda db: next_addresses(db, order, run, at, limit)):
            if not order.span.holds(entry.published, entry.updated):
                unwanted[entry.url] = OUTSIDE
            elif not self._errand.source.is_article(entry.url):
                unwanted[entry.url] = NOT_ARTICLE
            elif key_of(entry.url) not in self._taken:
                self._next.append(entry)
        return bool(unwanted) and await archive(lambda db: let_go(db, order, unwanted)) > 0

    async def claim(self, url: str) -> bool:
        """Whether the address at *url* is still this backfill's to fetch: a live crawl may have it by now."""
        order, run = self.order.id, self._errand.run
        return await self._errand.workbench.archive(lambda db: claim(db, order, url, run))

    async def shown(self, way: PastWay, reading: PastReading) -> None:
        """Writes down what *way* shows, some hundreds at a time, and with the last of them that it is read.

        Killed in between, it is read once more.
        """
        archive, order, at = self._errand.workbench.archive, self.order, self._errand.workbench.clock()
        addresses: list[int] = []
        chunks = reading.chunks()
        last = next(chunks)
        for chunk in chunks:
            taken = await archive(partial(take_up, order=order, entries=last, at=at))
            addresses += taken.addresses if way.kind in _PAGED else []
            last = chunk

        def finish(db: sqlite3.Connection) -> None:
            taken = take_up(db, order, last, at)
            shown = TakenUp(addresses=[*addresses, *taken.addresses], new=taken.new)
            count_left_out(db, order.id, {OUTSIDE: reading.outside, SITEMAPS_OUTSIDE: reading.skipped})
            barren = way.barren + 1 if way.listing and is_barren(db, way, shown.addresses) else 0
            ended = PastWay(id=way.id, url=way.url, kind=way.kind, barren=barren)
            further = [] if barren >= MAX_BARREN_PAGES else list(further_ways(way, reading, barren))
            way_read(db, order, ended, shown if way.kind in _PAGED else None, further)

        await archive(finish)

    async def ended(self, way: PastWay, reason: str) -> None:
        """*way* showed nothing: a later page of a listing is behind its end, a day of an archive had no news."""
        state: Literal["read", "lost"] = "read" if way.depth or way.kind == "archive" else "lost"
        await self._errand.workbench.archive(lambda db: end_way(db, way.id, state, reason))

    async def lost(self, way: PastWay, loss: Loss) -> None:
        """*way* could not be had. What is not there is not asked for again, other faults are tried anew."""
        at = self._errand.workbench.clock()
        is_gone = loss.status is not None and 400 <= loss.status < 500 and loss.status != 429
        if way.kind == "robots" and is_gone:  # as good as one that names no sitemap
            await self.shown(way, PastReading())
        elif is_gone and (way.kind == "archive" or way.depth):
            await self.ended(way, loss.reason)
        elif is_gone or loss.fate == "refused":
            await self._errand.workbench.archive(lambda db: end_way(db, way.id, "lost", loss.reason))
        else:
            await self._errand.workbench.archive(lambda db: way_failed(db, way.id, loss.reason, at))


def first_ways(source: Source, order: Backfill) -> Iterator[PastWay]:
    """Where the walk of *source* begins."""
    for url in source.sitemaps:
        yield PastWay(url=url, kind="sitemap")
    if not source.sitemaps and source.article:
        addresses = [*(url for _, url in source.ways), *source.archives]
        for root in dict.fromkeys(_root(url) for url in addresses):
            yield PastWay(url=f"{root}/robots.txt", kind="robots")
    for url in source.feeds:
        yield PastWay(url=url, kind="feed")
    yield from archive_pages(source, order)
    for listing in source.json:
        yield PastWay(url=listing.url, kind="json")
    for url in source.listings:
        yield PastWay(url=url, kind="listing")


def archive_pages(source: Source, order: Backfill) -> Iterator[PastWay]:
    """The archive pages of the days of *order*, in the zone of *source*; its end first where that is asked for."""
    zone, span = ZoneInfo(source.timezone), order.span
    first, last = span.since.astimezone(zone).date(), (span.until - timedelta(seconds=1)).astimezone(zone).date()
    first = max(first, date(EARLIEST, 1, 1))
    for pattern in source.archives:
        pages = list(dated_addresses(pattern, first, last))
        for day, url in pages if span.oldest_first else reversed(pages):
            yield PastWay(url=url, kind="archive", date=datetime(day.year, day.month, day.day, tzinfo=zone))


def further_ways(way: PastWay, reading: PastReading, barren: int) -> Iterator[PastWay]:
    """Where *way* leads on: the sitemaps of an index, or the next page."""
    depth = way.depth + 1
    if way.kind == "robots":
        for url in reading.further or (f"{_root(way.url)}/sitemap.xml",):
            yield PastWay(url=url, kind="sitemap", depth=depth)  # nobody promised that one is there
    elif way.kind == "sitemap":
        for url in reading.further if depth < MAX_BACKFILL_DEPTH else ():
            yield PastWay(url=url, kind="sitemap", depth=depth)
    elif reading.further and depth < MAX_BACKFILL_PAGES and not reading.older:
        listing = way.listing or way.id
        yield PastWay(url=reading.further[0], kind=way.kind, depth=depth, listing=listing, date=way.date, barren=barren)


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
