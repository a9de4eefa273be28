"""A queue: the database behind it, with Procrastinate's application and our own statements."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import psycopg
from procrastinate import App
from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from crawler.cluster.address import Address
from crawler.cluster.faults import QueueError
from crawler.cluster.patience import PatientConnector, in_a_line, patiently
from crawler.cluster.tables import SCHEMA, check_tables, make_tables
from seeds.bounds import QUEUE_CONNECTIONS, QUEUE_SECONDS

TASK = "khabar.crawl"
"""The task of Procrastinate that a worker has a function for."""
NEWS = "khabar_batches"
"""The channel on which a worker tells that it has shipped something."""

_RECONNECTS = 2.0
"""Seconds in which the pool tries to connect before it waits to be asked again: its pauses double, and after an hour
without a server it would be the last to notice that there is one."""
Rows = list[DictRow]
_KEPT_ALIVE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""So that the server notices within half a minute that a machine is gone, and lets go of what that had locked."""
Values = Sequence[Any] | Mapping[str, Any]


class Queue:
    """An open queue. `async with await open_queue(…)` closes it."""

    def __init__(self, address: Address, pool: AsyncConnectionPool[AsyncConnection[DictRow]]) -> None:
        self.name = str(address)
        self._address, self._pool = address, pool
        self.connector = PatientConnector(self.name)
        self.app = App(connector=self.connector)
        self.line = asyncio.Lock()
        """Held by the one of this process that tries whether there is room again: to count what waits is work."""

    async def __aenter__(self) -> Self:
        await self.app.connector.open_async(self._pool)
        return self

    async def __aexit__(self, *fault: object) -> None:
        await self._pool.close(timeout=QUEUE_SECONDS)

    async def ask(self, statement: str, values: Values = (), *, binary: bool = False) -> Rows:
        """The rows that *statement* gives, in a transaction of its own; *binary*: large values are not written as text
        on their way. Waits for a server that is away; then it may run twice, the first time with its effect but without
        its answer: it must bear that."""
        return await patiently(self.name, lambda: self.ask_now(statement, values, binary=binary))

    async def ask_now(self, statement: str, values: Values = (), *, binary: bool = False) -> Rows:
        """As `ask`, but raises what psycopg does, a server that is away too."""
        async with self._pool.connection() as db:
            cursor = await db.execute(statement.encode(), values, binary=binary)
            return await cursor.fetchall() if cursor.description else []

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection[DictRow]]:
        """A connection within a transaction, which ends with the block. Raises what psycopg does."""
        async with self._pool.connection() as db, db.transaction():
            yield db

    async def listen(self, hear: Callable[[], None]) -> None:
        """Calls *hear* whenever a batch is told of, until it is cancelled; once more after the server was away."""

        async def listen() -> None:
            async with await _connect(self._address) as db:
                await db.set_autocommit(True)
                await db.execute(f"LISTEN {NEWS}".encode())
                hear()
                async for _ in db.notifies():
                    hear()
            raise psycopg.OperationalError("the connection that listens was closed")

        await patiently(self.name, listen)

    async def apart(self) -> AsyncConnection[DictRow]:
        """A connection that nobody else uses, whose statements are transactions of their own. Raises what psycopg
        does."""
        db = await _connect(self._address)
        await db.set_autocommit(True)
        return db

    async def locked(self, number: int) -> AsyncConnection[DictRow] | None:
        """A connection that holds the advisory lock *number* for as long as it lives; None where another one has it."""
        db = await self.apart()
        cursor = await db.execute("SELECT pg_try_advisory_lock(%s) AS got", [number])
        row = await cursor.fetchone()
        if row and row["got"]:
            return db
        await db.close()
        return None


async def open_queue(address: Address, *, make: bool = False) -> Queue:
    """The queue at *address*; *make*: its tables are made where there are none. Raises QueueError where it is away, may
    not be used, or is of another version."""
    try:
        async with asyncio.timeout(QUEUE_SECONDS), await _connect(address) as db:
            if make:
                await make_tables(db, SchemaManager.get_schema())
            else:
                await check_tables(db)
    except QueueError as error:
        raise QueueError(f"{address}: {error}") from None
    except (psycopg.Error, OSError, TimeoutError) as error:
        said = in_a_line(error) if str(error) else f"no answer in {QUEUE_SECONDS:g} seconds"
        raise QueueError(f"{address}: cannot be used: {_safe(address, said)}") from None
    pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
        address.url, kwargs=_arguments(), min_size=1, max_size=QUEUE_CONNECTIONS, timeout=QUEUE_SECONDS,
        reconnect_timeout=_RECONNECTS, open=False, configure=_by_itself, check=_is_there, name="khabar queue",
    )  # fmt: skip
    await pool.open()
    return Queue(address, pool)


async def _by_itself(db: AsyncConnection[DictRow]) -> None:
    """Lets each statement be a transaction of its own: around a single one, BEGIN and COMMIT are two more on their
    way."""
    await db.set_autocommit(True)


async def _is_there(db: AsyncConnection[DictRow]) -> None:
    """Raises OperationalError where the server is known to have closed *db*, as a restart does. Asks it nothing: what
    it says by itself has come already, and whoever asks bears that it goes away meanwhile."""
    db.pgconn.consume_input()  # its last words
    db.pgconn.consume_input()  # and the end behind them


async def _connect(address: Address) -> AsyncConnection[DictRow]:
    return await AsyncConnection.connect(address.url, **_arguments())


def _arguments() -> dict[str, Any]:
    return {
        "row_factory": dict_row,
        "options": f"-c search_path={SCHEMA} -c statement_timeout={int(QUEUE_SECONDS * 1000)} {_KEPT_ALIVE}",
        "application_name": "khabar",
        "connect_timeout": int(QUEUE_SECONDS),
        "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,  # a link that was cut is noticed
        "tcp_user_timeout": int(QUEUE_SECONDS * 1000),
    }  # fmt: skip


def _safe(address: Address, said: str) -> str:
    for secret in address.secrets:
        said = said.replace(secret, "(hidden)")
    return said
