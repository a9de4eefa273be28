"""Where the queue was away, nobody could beat: who lives is heard before anything is taken back."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from crawler.cluster import crawls
from crawler.cluster.address import read_address
from crawler.cluster.judging import Judging
from crawler.cluster.out import CrawlsOut
from crawler.cluster.packing import Packing
from crawler.cluster.queue import open_queue
from crawler.cluster.reader import Reader
from crawler.cluster.reclaiming import Reclaiming
from crawler.desk import Desk
from crawler.newsroom import Newsroom
from seeds.sources import Source
from tests.cluster.small_service import SmallService, until
from tests.cluster.worker_process import WorkerProcess
from tests.conftest import DeskAt
from tests.postgres_server import PostgresServer


def stalled(service: SmallService, seconds: float) -> list[int]:
    """The crawls that are taken back now, where so many seconds without a beat are too many."""

    async def main() -> list[int]:
        async with await open_queue(read_address(service.url, {})) as queue:
            return [row["id"] for row in await crawls.fence_stalled(queue, seconds, seconds)]

    return asyncio.run(main())


def test_a_crawl_is_taken_back_only_once_its_worker_could_have_beaten(
    service: SmallService, postgres: PostgresServer
) -> None:
    crawl = service.plan(Source(id="a", name="A"))
    service.ask("UPDATE crawls SET state = 'working', attempt = 1, beat = now() - interval '1 hour'")
    postgres.restart()
    assert stalled(service, 60) == []
    until(lambda: stalled(service, 1) == [crawl])


def test_a_worker_whose_queue_was_away_for_too_long_hands_back_what_it_found(
    service: SmallService, postgres: PostgresServer, tmp_path: Path
) -> None:
    with Newsroom(sites=["kani"]) as room:
        crawl = service.plan(service.sources(room.sources_toml(delay=0.5))["kani"])
        with WorkerProcess(service.url, tmp_path / "w") as worker:
            until(lambda: service.take() and len(service.articles()) >= 2, told=lambda: worker.log)
            postgres.stop()
            until(lambda: "they are let go" in worker.log, told=lambda: worker.log)
            quiet = len(room.requests)
            postgres.start()
            (end,) = until(lambda: service.ends(crawl), told=lambda: worker.log)
            assert end.handed_back and 2 <= len(service.articles()) <= end.fetched < len(room.articles())
            assert len(room.requests) <= quiet + 1  # one may have been on its way


def test_a_service_whose_queue_did_not_answer_for_long_takes_nothing_back_yet(
    service: SmallService, postgres: PostgresServer, desk: DeskAt
) -> None:
    service.plan(Source(id="a", name="A"))
    service.ask("UPDATE crawls SET state = 'working', attempt = 1, beat = now() - interval '1 hour'")

    async def main() -> None:
        async with await open_queue(read_address(service.url, {})) as queue:
            packing = Packing(Desk(desk.root), Reader(desk.root / "archive.db"))
            reclaiming = Reclaiming(
                queue, "x", CrawlsOut(), workbench=lambda: pytest.fail("nothing is archived"), packing=lambda: packing,
                stalled=1.0,
            )  # fmt: skip
            await queue.ask("SELECT 1")
            frozen = postgres.processes()
            try:
                for process in frozen:
                    os.kill(process, signal.SIGSTOP)
                looking = asyncio.create_task(reclaiming.look())
                await asyncio.sleep(1)
            finally:
                for process in frozen:
                    os.kill(process, signal.SIGCONT)
            await looking

    asyncio.run(main())
    (row,) = service.ask("SELECT state FROM crawls")
    assert row["state"] == "working"
    assert stalled(service, 1), "else it would have been taken back"


def test_a_service_judges_nobody_while_a_clock_has_just_leapt() -> None:
    judging, server = Judging(40), 1_000_000.0
    assert judging.may(asked=10, answered=10, there=server)
    assert judging.may(asked=15, answered=16, there=server + 6)
    assert not judging.may(asked=20, answered=20, there=server + 3610), "the server's clock was set"
    assert not judging.may(asked=59, answered=59, there=server + 3649)
    assert judging.may(asked=60, answered=60, there=server + 3650)
    assert not judging.may(asked=65, answered=65, there=server + 55), "it was set back"
    assert not judging.may(asked=100, answered=121, there=server + 111), "it was away"
    assert judging.may(asked=161, answered=161, there=server + 151)
