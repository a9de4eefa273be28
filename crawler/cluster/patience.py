"""Waiting for a server that is away: a restart of PostgreSQL must end no crawl and no service."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException, UniqueViolation

T = TypeVar("T")
logger = logging.getLogger(__name__)

_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between tries; the last repeats. A restart takes some seconds."""
_away: set[str] = set()
"""The queues of which it was said that they are away."""
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)
"""Among them is what took too long, as behind a table that is locked, a disk that is full, and a server that does not
write while it comes up."""


def is_away(error: BaseException) -> bool:
    """Whether *error* says that the server cannot be reached now, not that what it was asked is wrong."""
    if isinstance(error, ConnectorException) and not isinstance(error, UniqueViolation):
        return error.__cause__ is not None and is_away(error.__cause__)
    return isinstance(error, _AWAY)


async def patiently(name: str, work: Callable[[], Awaitable[T]]) -> T:
    """What *work* returns, once the server of the queue *name* is there. It may run twice, the first time with its
    effect but without its answer: it must bear that."""
    tries = 0
    while True:
        try:
            result = await work()
        except Exception as error:
            if not is_away(error):
                raise
            if (
                isinstance(error, psycopg.errors.QueryCanceled)
                and (task := asyncio.current_task())
                and task.cancelling()
            ):
                raise asyncio.CancelledError from error  # the server was told so, since who waits for it was
            if name not in _away:  # of many that wait, one says so
                _away.add(name)
                logger.warning("%s is away (%s); waiting for it", name, in_a_line(error))
            await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1
        else:
            if name in _away:
                _away.discard(name)
                logger.info("%s is back", name)
            return result


def in_a_line(error: BaseException) -> str:
    """The first line of what is wrong, without what a driver adds."""
    cause = error.__cause__ if isinstance(error, ConnectorException) and error.__cause__ else error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__


class PatientConnector(PsycopgConnector):
    """Procrastinate's, which waits for the server instead of ending its worker."""

    def __init__(self, name: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._name = name
        self.cut_off = 0
        """How often it was asked for one row and no answer came: what was to be answered may have had its effect."""

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """As Procrastinate's."""
        await patiently(self._name, lambda: PsycopgConnector.execute_query_async(self, query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """As Procrastinate's."""

        async def ask() -> dict[str, Any]:
            try:
                row: dict[str, Any] = await PsycopgConnector.execute_query_one_async(self, query, **arguments)
                return row
            except ConnectorException:
                self.cut_off += 1
                raise

        return await patiently(self._name, ask)

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """As Procrastinate's."""
        return await patiently(self._name, lambda: PsycopgConnector.execute_query_all_async(self, query, **arguments))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """As Procrastinate's."""
        await patiently(self._name, lambda: PsycopgConnector.listen_notify(self, on_notification, channels))
