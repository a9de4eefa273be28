"""What it takes to ask a queue one thing: one statement, and a connection that the server has not closed meanwhile."""

import asyncio

import psycopg
from psycopg.errors import DivisionByZero

from crawler.cli.worker import _told
from crawler.cluster.address import read_address
from crawler.cluster.queue import Queue, open_queue
from crawler.cluster.sole import Sole
from pipelines.workbench import now
from tests.cluster.small_service import SmallService


def test_a_statement_is_its_own_transaction_and_its_fault_leaves_the_connection_usable(swift: SmallService) -> None:
    async def main() -> tuple[list[object], int]:
        async with await open_queue(read_address(swift.url, {})) as queue:
            alone = [row["alone"] for row in await queue.ask("SELECT now() = statement_timestamp() AS alone")]
            try:
                async with queue.transaction() as db:
                    await db.execute("INSERT INTO hosts (host, until) VALUES ('one.example', now())")
                    await db.execute("SELECT 1 / 0")
            except DivisionByZero:
                pass
            return alone, len(await queue.ask("SELECT FROM hosts"))

    assert asyncio.run(main()) == ([True], 0), "a transaction is whole or not at all"


def test_connections_that_the_server_closed_meanwhile_are_not_asked(swift: SmallService) -> None:
    async def ask_all(queue: Queue) -> list[int]:
        """By all connections of the pool."""
        answers = await asyncio.gather(
            *(queue.ask_now("SELECT pg_backend_pid() AS pid FROM pg_sleep(0.05)") for _ in range(4))
        )
        return sorted({rows[0]["pid"] for rows in answers})

    async def main() -> tuple[list[int], list[int]]:
        async with await open_queue(read_address(swift.url, {})) as queue:
            before = await ask_all(queue)
            with psycopg.connect(swift.url, autocommit=True) as db:
                for pid in before:
                    db.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            return before, await ask_all(queue)

    before, after = asyncio.run(main())
    assert after and not set(before) & set(after)


def test_names_of_any_characters_are_kept(swift: SmallService) -> None:
    """A name in desk.toml may have a NUL, and one on a command line may be no UTF-8; PostgreSQL takes neither."""

    async def main() -> list[str]:
        async with await open_queue(read_address(swift.url, {})) as queue:
            sole = Sole(queue, token="t", desk="Desk\0 ئا", clock=now, stalled=45.0)
            await sole.take()
            await sole.leave()
            rows = await queue.ask("SELECT desk_name, %s AS name FROM queue", [_told("w\udcff" + "x" * 100)])
            return [*rows[0].values()]

    assert asyncio.run(main()) == ["Desk  ئا", "w?" + "x" * 62]
