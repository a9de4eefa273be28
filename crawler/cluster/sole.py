"""One service for a queue, and one archive: a lock of PostgreSQL that dies with its holder, and the archive's token."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow

from archive.database import storable
from crawler.cluster.faults import QueueError
from crawler.cluster.patience import in_a_line, is_away
from crawler.cluster.queue import Queue
from crawler.cluster.tables import SERVING
from seeds.bounds import QUEUE_SECONDS, SERVICE_BEAT_SECONDS

logger = logging.getLogger(__name__)

_SOON = 0.5  # seconds until the next try, after one that failed
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Sole:
    """Holds a queue for one service. `held` is set for as long as it does; it is clear where the server is away."""

    def __init__(self, queue: Queue, *, token: str, desk: str, clock: Callable[[], datetime], stalled: float) -> None:
        self._queue, self._token, self._desk = queue, token, storable(desk)  # PostgreSQL keeps no NUL either
        self._clock, self._stalled = clock, stalled
        self._db: AsyncConnection[DictRow] | None = None
        self._told = ""
        self.held = asyncio.Event()

    async def take(self) -> str:
        """The id of the queue, which is ours from now on. Raises QueueError where it is another desk's, or has another
        service."""
        try:
            self._db = await self._queue.locked(SERVING)
        except (psycopg.Error, OSError) as error:
            raise QueueError(f"{self._queue.name}: cannot be used: {in_a_line(error)}") from None
        row = (await self._queue.ask("SELECT id::text, desk, desk_name, desk_version, desk_seen FROM queue"))[0]
        if row["desk"] not in (None, self._token):
            await self.leave()
            raise QueueError(
                f'{self._queue.name}: is the queue of another archive, of the desk "{row["desk_name"]}"; give each a '
                "database of its own, or take this queue away: DROP SCHEMA khabar CASCADE"
            )
        if self._db is None:
            seen = f", last here {row['desk_seen']:%Y-%m-%d %H:%M:%S} by its clock" if row["desk_seen"] else ""
            raise QueueError(f"{self._queue.name}: another service of this desk takes from it{seen}; a queue has one")
        try:
            await self._queue.ask(
                "UPDATE queue SET desk = %s, desk_name = %s, desk_version = %s, stalled = %s",
                [self._token, self._desk, version("khabar"), self._stalled],
            )
        except psycopg.errors.InsufficientPrivilege as error:
            await self.leave()
            reason = f"{in_a_line(error)}; a service needs the role that made its tables"
            raise QueueError(f"{self._queue.name}: cannot be used: {reason}") from None
        await self._beat(self._db)
        self.held.set()
        return str(row["id"])

    async def keep(self) -> None:
        """Says every few seconds that the service is here, until it is cancelled. Where the server was away, the lock
        is taken again."""
        while True:
            try:
                if self._db is None:
                    self._db = await self._again()
                await self._beat(self._db)
                self.held.set()
                self._told = ""
            except (psycopg.Error, OSError) as error:  # a timeout is an OSError
                if isinstance(error, psycopg.Error) and not is_away(error):
                    self._tell_of(error)
                await self.leave()
            await asyncio.sleep(SERVICE_BEAT_SECONDS if self.held.is_set() else _SOON)

    def _tell_of(self, error: psycopg.Error) -> None:
        """Once for as long as it is the same: it is tried twice a second."""
        told = in_a_line(error)
        if isinstance(error, psycopg.errors.UndefinedTable):
            told = "its tables are gone; restart the service, which makes them anew"
        if told != self._told:
            logger.error("%s: %s", self._queue.name, told)
        self._told = told

    async def _again(self) -> AsyncConnection[DictRow]:
        told = False
        while (db := await self._queue.locked(SERVING)) is None:
            if not told:
                logger.error("%s: another service holds it now; this one waits until it is gone", self._queue.name)
                told = True
            await asyncio.sleep(SERVICE_BEAT_SECONDS)
        return db

    async def _beat(self, db: AsyncConnection[DictRow]) -> None:
        """Raises what psycopg does, or TimeoutError."""
        async with asyncio.timeout(QUEUE_SECONDS):
            before = self._clock()
            cursor = await db.execute("SELECT extract(epoch FROM clock_timestamp())::float8 AS there")
            row = await cursor.fetchone()
            here = before + (self._clock() - before) / 2
            there = _EPOCH + timedelta(seconds=row["there"] if row else 0.0)
            await db.execute("UPDATE queue SET desk_seen = now(), desk_ahead = %s", [(here - there).total_seconds()])

    async def leave(self) -> None:
        """Another service may have it."""
        self.held.clear()
        if self._db is not None:
            db, self._db = self._db, None
            await db.close()
