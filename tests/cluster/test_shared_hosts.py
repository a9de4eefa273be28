"""Whatever leads a worker to a host, nobody else asks it meanwhile, nor sooner afterwards than it may be asked."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from archive.writer import Writer
from crawler.cluster import shared_hosts as module
from crawler.cluster.address import read_address
from crawler.cluster.leash import Beaten, Leash
from crawler.cluster.queue import Queue, open_queue
from crawler.cluster.shared_hosts import DESK, CrawlHosts, DeskHosts
from crawler.manners.allowance import Allowance, OverBudget
from crawler.manners.hosts import Hosts
from crawler.manners.room import Room
from pipelines.workbench import Workbench
from pipelines.workers import Workers
from seeds.sources import Budget, Source
from tests.cluster.small_service import SmallService
from topics.compiling import compile_packs

URL = "https://news.example/1"
Make = Callable[[int], CrawlHosts]


class Rig:
    """A queue and a workbench, for hosts of several holders."""

    def __init__(self, service: SmallService, queue: Queue, workbench: Workbench) -> None:
        self.service, self.queue, self.workbench = service, queue, workbench
        self.allowance = Allowance(Budget())

    def of(self, crawl: int, attempt: int = 1, leash: Leash | None = None) -> CrawlHosts:
        return CrawlHosts(self.queue, leash or Leash(confirmed, {}), Room(), crawl=crawl, attempt=attempt)

    async def ask(self, hosts: Hosts, url: str = URL, delay: float = 0.0, meanwhile: float = 0.0) -> None:
        async with hosts.turn(url, delay, self.allowance, self.workbench):
            await asyncio.sleep(meanwhile)

    def holder(self, host: str = "news.example") -> str | None:
        (row,) = self.service.ask("SELECT holder FROM hosts WHERE host = %s", host)
        found: str | None = row["holder"]
        return found


async def confirmed() -> Beaten:
    return Beaten(frozenset(), 45.0)


@pytest.fixture
def crawls(swift: SmallService) -> list[int]:
    made = [swift.plan(Source(id=name, name=name)) for name in ("a", "b")]
    swift.ask("UPDATE crawls SET state = 'working', attempt = 1, beat = now()")
    return made


def rigged(swift: SmallService, root: Path, work: Callable[[Rig], Awaitable[None]]) -> None:
    async def main() -> None:
        workbench = Workbench(workers=Workers(1), writer=Writer(root / "scratch.db"), packs=compile_packs(()))
        try:
            async with await open_queue(read_address(swift.url, {})) as queue:
                await asyncio.wait_for(work(Rig(swift, queue, workbench)), 60)
        finally:
            workbench.close()

    asyncio.run(main())


def test_a_host_is_one_crawls_until_it_gives_it_back(swift: SmallService, crawls: list[int], tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        first, second = map(rig.of, crawls)
        await rig.ask(first)
        asking = asyncio.create_task(rig.ask(second))
        await rig.ask(first)
        await asyncio.sleep(0.7)
        assert not asking.done() and rig.holder() == first.holder
        await first.give_back(rig.workbench)
        await asking
        assert rig.holder() == second.holder and not first.held

    rigged(swift, tmp_path, work)


def test_its_delay_holds_from_one_worker_to_the_next(swift: SmallService, crawls: list[int], tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        first, second = map(rig.of, crawls)
        await rig.ask(first, delay=2.0)
        await first.give_back(rig.workbench)
        begun = swift.ask("SELECT free_at FROM hosts")[0]["free_at"]
        await rig.ask(second)
        (row,) = swift.ask("SELECT now() >= %s AS is_later", begun)
        assert row["is_later"]
        assert swift.ask("SELECT free_at - now() < interval '2.1 s' AS is_soon FROM hosts")[0]["is_soon"]

    rigged(swift, tmp_path, work)


def test_a_host_that_is_asked_by_others_for_too_long_is_left_to_the_next_run(
    swift: SmallService, crawls: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HOST_BUSY_SECONDS", 0.2)

    async def work(rig: Rig) -> None:
        first, second = map(rig.of, crawls)
        await rig.ask(first)
        with pytest.raises(OverBudget):
            await rig.ask(second)
        await rig.ask(second, "https://other.example/1")
        await first.give_back(rig.workbench)
        await asyncio.sleep(0.3)
        await rig.ask(second)

    rigged(swift, tmp_path, work)


def test_two_crawls_that_wait_for_a_host_of_each_other_both_go_on(
    swift: SmallService, crawls: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HOST_BUSY_SECONDS", 0.2)

    async def work(rig: Rig) -> None:
        first, second = map(rig.of, crawls)
        await rig.ask(first, "https://a.example/")
        await rig.ask(second, "https://b.example/")
        both = rig.ask(first, "https://b.example/"), rig.ask(second, "https://a.example/")
        assert [type(end) for end in await asyncio.gather(*both, return_exceptions=True)] == [OverBudget, OverBudget]

    rigged(swift, tmp_path, work)


def test_a_crawl_that_was_taken_back_takes_no_host(swift: SmallService, crawls: list[int], tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        swift.ask("UPDATE crawls SET state = 'waiting'")
        asking = asyncio.create_task(rig.ask(rig.of(crawls[0])))
        await asyncio.sleep(0.3)
        assert not asking.done() and not swift.ask("SELECT * FROM hosts")
        asking.cancel()

    rigged(swift, tmp_path, work)


def test_a_host_of_a_worker_that_died_is_free_once_its_time_is_over(
    swift: SmallService, crawls: list[int], tmp_path: Path
) -> None:
    async def work(rig: Rig) -> None:
        await rig.ask(rig.of(crawls[0]))
        swift.ask("UPDATE hosts SET until = now() - interval '1 s'")
        await rig.ask(second := rig.of(crawls[1]))
        assert rig.holder() == second.holder

    rigged(swift, tmp_path, work)


def test_who_lost_a_host_asks_it_no_more_without_taking_it(
    swift: SmallService, crawls: list[int], tmp_path: Path
) -> None:
    async def work(rig: Rig) -> None:
        away = [100.0]
        leash = Leash(confirmed, {}, lambda: away[0])
        hosts = rig.of(crawls[0], leash=leash)
        await rig.ask(hosts)
        away[0] += 30
        asking = asyncio.create_task(rig.ask(hosts))  # it sees the host as its own, and waits for a beat
        await asyncio.sleep(0.2)
        assert not asking.done()
        hosts.lose({"news.example"})
        await leash.beat()
        with pytest.raises(OverBudget):
            await asking

    rigged(swift, tmp_path, work)


def test_the_service_takes_a_host_for_one_request(swift: SmallService, crawls: list[int], tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        desk, crawl = DeskHosts(rig.queue), rig.of(crawls[0])
        asking = asyncio.create_task(rig.ask(desk, delay=0.5, meanwhile=0.6))
        await asyncio.sleep(0.2)
        assert rig.holder() == DESK
        await rig.ask(crawl)
        assert asking.done() and rig.holder() == crawl.holder
        waiting = asyncio.create_task(rig.ask(desk))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await crawl.give_back(rig.workbench)
        await waiting
        assert rig.holder() is None
        async with desk.quiet_turn(URL, 0.0, rig.allowance, rig.workbench):
            assert rig.holder() == DESK
        assert rig.holder() is None

    rigged(swift, tmp_path, work)


def test_the_service_gives_a_host_back_where_its_request_fails(
    swift: SmallService, crawls: list[int], tmp_path: Path
) -> None:
    async def work(rig: Rig) -> None:
        desk = DeskHosts(rig.queue)
        with pytest.raises(ZeroDivisionError):
            async with desk.turn(URL, 0.0, rig.allowance, rig.workbench):
                raise ZeroDivisionError
        assert rig.holder() is None

    rigged(swift, tmp_path, work)
