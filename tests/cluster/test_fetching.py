"""Procrastinate hands out each job once, whatever the server forgets and whichever answers are lost."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from crawler.cluster import fetching as module
from crawler.cluster.address import read_address
from crawler.cluster.fetching import Fetching
from crawler.cluster.queue import Queue, open_queue
from seeds.sources import Source
from tests.cluster.small_service import SmallService

Work = Callable[[Queue, "Doing"], Awaitable[None]]


class Doing:
    """What is done for each job."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.cancelled: list[int] = []
        self.may_end = asyncio.Event()

    async def __call__(self, crawl: int, job: int) -> None:
        assert job
        self.begun.append(crawl)
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled.append(crawl)
            raise


async def until(true: Callable[[], object]) -> None:
    while not true():  # noqa: ASYNC110 -- of a database there is nothing else to wait for
        await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_LOOK", "_LOST_LOOK", "_AGAIN"):
        monkeypatch.setattr(module, name, 0.1)


def fetching(swift: SmallService, work: Work) -> None:
    async def main() -> None:
        async with await open_queue(read_address(swift.url, {})) as queue:
            doing = Doing()
            fetches = Fetching(queue, ["crawls-1"], 4, doing)
            running = asyncio.create_task(fetches.run())
            await asyncio.wait_for(work(queue, doing), 60)
            doing.may_end.set()
            fetches.stop()
            await asyncio.wait_for(running, 60)

    asyncio.run(main())


def jobs(swift: SmallService, status: str) -> int:
    return len(swift.ask("SELECT 1 FROM procrastinate_jobs WHERE status = %s", status))


def planned(swift: SmallService, name: str = "a", hosts: str = "") -> int:
    return swift.plan(Source(id=name, name=name), hosts=hosts)


def test_a_job_that_is_done_is_gone_and_then_its_lock_is_free(swift: SmallService) -> None:
    async def work(queue: Queue, doing: Doing) -> None:
        first, second = planned(swift, "a", "x"), planned(swift, "b", "x")
        await until(lambda: doing.begun == [first])
        await asyncio.sleep(0.3)
        assert doing.begun == [first]
        doing.may_end.set()
        await until(lambda: doing.begun == [first, second] and not jobs(swift, "doing"))

    fetching(swift, work)
    assert not swift.ask("SELECT * FROM procrastinate_jobs") and not swift.ask("SELECT * FROM procrastinate_workers")


def test_a_job_whose_fetch_was_answered_into_the_void_is_done_all_the_same(swift: SmallService) -> None:
    async def work(queue: Queue, doing: Doing) -> None:
        under_way = planned(swift, "a")
        await until(lambda: doing.begun == [under_way])
        swift.ask(
            "UPDATE procrastinate_jobs SET queue_name = 'elsewhere'"
        )  # not fetched before it is given, as if in vain
        lost = planned_elsewhere(swift)
        swift.ask(
            "UPDATE procrastinate_jobs SET status = 'doing', queue_name = 'crawls-1', "
            "worker_id = (SELECT id FROM procrastinate_workers) WHERE status = 'todo'"
        )
        await until(lambda: doing.begun == [under_way, lost])
        assert jobs(swift, "doing") == 2

    fetching(swift, work)


def planned_elsewhere(swift: SmallService) -> int:
    """A crawl whose job nobody fetches."""
    crawl = swift.ask(
        "INSERT INTO crawls (source, run, hosts, parcel, packs) SELECT 'b', 7, 'b', '', version FROM packs RETURNING id"
    )[0]["id"]
    swift.ask(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args) "
        "VALUES ('elsewhere', 'khabar.crawl', 'hosts:b', 'source:b', jsonb_build_object('crawl', %s::int))", crawl,
    )  # fmt: skip
    return int(crawl)


def test_a_worker_that_the_server_has_forgotten_begins_anew(swift: SmallService) -> None:
    async def work(queue: Queue, doing: Doing) -> None:
        await until(lambda: swift.ask("SELECT 1 FROM procrastinate_workers"))
        swift.ask("DELETE FROM procrastinate_workers")
        crawl = planned(swift)
        await until(lambda: doing.begun == [crawl])

    fetching(swift, work)


def test_a_job_that_was_taken_back_meanwhile_ends_quietly(
    swift: SmallService, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(queue: Queue, doing: Doing) -> None:
        planned(swift)
        await until(lambda: doing.begun)
        swift.ask("DELETE FROM procrastinate_jobs")
        doing.may_end.set()
        again = planned(swift, "b")
        await until(lambda: again in doing.begun)

    fetching(swift, work)
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "WARNING")]


def test_a_job_that_is_to_be_aborted_is_cancelled(swift: SmallService) -> None:
    async def work(queue: Queue, doing: Doing) -> None:
        crawl = planned(swift)
        await until(lambda: doing.begun)
        (job,) = swift.ask("SELECT id FROM procrastinate_jobs")
        await queue.app.job_manager.cancel_job_by_id_async(job["id"], abort=True)
        await until(lambda: doing.cancelled == [crawl] and not jobs(swift, "doing"))

    fetching(swift, work)
