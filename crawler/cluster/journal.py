"""The journal of one crawl: what it notes, in order, on its way through the queue to the archive that counts.

Notes go in batches. Where nothing is under way a note goes at once, alone: an alert may depend on it. What comes
meanwhile is the next batch. A batch may be shipped twice, when its first answer was lost; the intake, which knows how
far it has come, takes it once.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from archive.keeper import Keeper, Kept, Wanted
from archive.notes import Note
from archive.packed_page import PackedPage
from archive.travelling import Keys, recall
from crawler.cluster.queue import NEWS, Queue
from crawler.cluster.records import RECORD_FORMAT, Record, encode, pack
from crawler.shown import Shown, Written
from pipelines.ended import Ended
from pipelines.saved import RefusedPage, Saved
from seeds.bounds import (
    MAX_BATCH_BYTES,
    MAX_BATCH_NOTES,
    MAX_BYTES_UNSHIPPED,
    MAX_BYTES_WAITING,
    MAX_NOTES_UNSHIPPED,
    MAX_NOTES_WAITING,
)

T = TypeVar("T")
logger = logging.getLogger(__name__)

_PAUSES = (0.1, 0.2, 0.5, 1.0)
"""Seconds between two tries to ship while there is no room; the last repeats."""
_SHIP = """
    WITH mine AS (
        SELECT id FROM crawls WHERE id = %(crawl)s AND attempt = %(attempt)s AND state = 'working' FOR SHARE
    ), room AS (
        SELECT 1 FROM (SELECT coalesce(sum(notes), 0) AS notes, coalesce(sum(size), 0) AS size FROM batches) AS waiting
        WHERE waiting.notes < %(most_notes)s AND waiting.size < %(most_bytes)s
    ), shipped AS (
        INSERT INTO batches (crawl, attempt, sequence, format, notes, articles, size, body)
        SELECT id, %(attempt)s, %(sequence)s, %(format)s, %(notes)s, %(articles)s, %(size)s, %(body)s
        FROM mine CROSS JOIN room
        ON CONFLICT DO NOTHING RETURNING pg_notify(%(news)s, '')
    )
    SELECT EXISTS (SELECT FROM mine) AS is_ours, EXISTS (SELECT FROM room) AS has_room, (SELECT count(*) FROM shipped)
"""


@dataclass(frozen=True, slots=True)
class _Waiting:
    encoded: bytes
    is_article: bool


@dataclass(frozen=True, slots=True)
class _Recalling:
    """What a way showed, in an archive that knows older addresses by some bytes only."""

    shown: Shown
    keys: Keys

    def __call__(self, db: sqlite3.Connection) -> Written:
        """Writes it."""
        shown = self.shown
        recall(db, self.keys, shown.way.source, shown.answer.entries, shown.at)
        return shown(db)


class CrawlJournal:
    """Of one attempt at one crawl. *fence* is called when nothing of it can be shipped any more."""

    def __init__(self, queue: Queue, *, crawl: int, attempt: int, fence: Callable[[], None]) -> None:
        self._queue, self._crawl, self._attempt, self._fence = queue, crawl, attempt, fence
        self.keys: Keys | None = None
        """Older addresses of its source, once its memory is unpacked."""
        self._waiting: deque[_Waiting] = deque()
        self._size = 0  # of those, and of what is under way
        self._under_way = 0  # notes
        self._sequence = 0
        self._changed = asyncio.Condition()
        self._shipping: asyncio.Task[None] | None = None
        self._is_over = False
        self.is_fenced = False
        self.waits = False
        """Whether the queue has no room."""
        self.articles = 0
        """Articles that were shipped."""

    def here(self, note: Note[T]) -> Note[T]:
        """*note* as it is written into the scratch archive, which knows older addresses by their keys only."""
        if isinstance(note, Shown) and self.keys is not None:
            return cast(Note[T], _Recalling(note, self.keys))
        return note

    async def add(self, note: object) -> None:
        """Takes *note* and ships it as soon as may be. Waits while too many wait; where the crawl is fenced, or has
        ended, it is dropped."""
        waiting = _Waiting(encode(cast(Record, note)), isinstance(note, Saved))
        async with self._changed:
            await self._changed.wait_for(self._has_room)
            if self.is_fenced or self._is_over:
                return
            self._is_over = isinstance(note, Ended)
            self._waiting.append(waiting)
            self._size += len(waiting.encoded)
        if self._shipping is None or self._shipping.done():
            self._shipping = asyncio.create_task(self._ship_all())

    async def end(self, ended: Ended) -> bool:
        """Takes the last note, and waits until everything is shipped; whether it was, and not fenced."""
        await self.add(ended)
        while self._shipping is not None and not self._shipping.done():
            await asyncio.wait({self._shipping})
        return not self.is_fenced

    @property
    def is_ending(self) -> bool:
        """Whether its last note is on its way, or shipped: its crawl may be taken out of the queue at any moment."""
        return self._is_over and not self._waiting

    def fence(self) -> None:
        """Nothing more is shipped, and nobody waits for room."""
        self.is_fenced, self.waits = True, False
        self._waiting.clear()
        if self._shipping is not None and self._shipping is not asyncio.current_task():
            self._shipping.cancel()
        self._telling = asyncio.ensure_future(self._tell())

    def _has_room(self) -> bool:
        notes = len(self._waiting) + self._under_way
        return self.is_fenced or not notes or (notes < MAX_NOTES_UNSHIPPED and self._size < MAX_BYTES_UNSHIPPED)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _ship_all(self) -> None:
        try:
            while self._waiting:
                batch = self._next()
                articles = sum(one.is_article for one in batch)
                body = await asyncio.to_thread(pack, [one.encoded for one in batch])
                if not await self._ship(body, len(batch), articles):
                    self._fence()
                    return
                self._sequence += 1
                self.articles += articles
                self._size -= sum(len(one.encoded) for one in batch)
                self._under_way = 0
                await self._tell()
        except Exception:  # what was to be shipped is lost: the crawl must not go on as if it had been
            logger.exception("crawl %d cannot be shipped; it is given up", self._crawl)
            self._fence()

    def _next(self) -> list[_Waiting]:
        batch = [self._waiting.popleft()]
        size = len(batch[0].encoded)
        while self._waiting and len(batch) < MAX_BATCH_NOTES:
            size += len(self._waiting[0].encoded)
            if size > MAX_BATCH_BYTES:
                break
            batch.append(self._waiting.popleft())
        self._under_way = len(batch)
        return batch

    async def _ship(self, body: bytes, notes: int, articles: int) -> bool:
        """Ships one batch, waiting for room; whether it was taken, or this attempt is fenced."""
        values = {
            "crawl": self._crawl, "attempt": self._attempt, "sequence": self._sequence, "format": RECORD_FORMAT,
            "notes": notes, "articles": articles, "size": len(body), "body": body,
            "most_notes": MAX_NOTES_WAITING, "most_bytes": MAX_BYTES_WAITING, "news": NEWS,
        }  # fmt: skip
        if (taken := await self._try(values)) is None:
            if not self.waits:
                logger.info("the queue is full; crawl %d waits", self._crawl)
            self.waits = True
            async with self._queue.line:
                tries = 0
                while (taken := await self._try(values)) is None:
                    await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
                    tries += 1
        self.waits = False
        return taken

    async def _try(self, values: dict[str, Any]) -> bool | None:
        """Whether a batch was taken; None: there is no room for it."""
        row = (await self._queue.ask(_SHIP, values))[0]
        if not row["is_ours"]:
            return False
        return True if row["has_room"] else None


class ShippingKeeper(Keeper):
    """Keeps pages by putting them into a journal: their articles bring their own, so these are those without one."""

    def __init__(self, journal: CrawlJournal) -> None:
        self._journal, self._loop = journal, asyncio.get_running_loop()

    def keep(self, page: PackedPage, is_wanted: Wanted | None = None) -> "Future[Kept]":
        """Done when it is in the journal."""
        return asyncio.run_coroutine_threadsafe(self._keep(page), self._loop)

    async def _keep(self, page: PackedPage) -> Kept:
        await self._journal.add(RefusedPage(page=page))
        return "new"

    def close(self) -> None:
        """There is nothing to close."""
