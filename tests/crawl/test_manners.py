"""One request at a time per host, and none sooner than it may be asked, whoever asks and however often it restarts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import pytest

from archive.hosts import Hold, keep_hold
from archive.writer import Writer
from crawler.manners import hosts as host_memory
from crawler.manners.allowance import Allowance, AskedToWait, OverBudget
from crawler.manners.hosts import Host, Hosts, host_key, paced
from pipelines.workbench import Workbench
from seeds.sources import Budget
from topics.compiling import compile_packs

T = TypeVar("T")
A, B = "https://a.example/1", "https://b.example/1"


@dataclass
class Process:
    """What one process knows of hosts, at a time that a test sets."""

    writer: Writer
    at: datetime = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)
    hosts: Hosts = field(default_factory=Hosts)

    @property
    def workbench(self) -> Workbench:
        workers: Any = None  # nobody reads a page here
        return Workbench(workers=workers, writer=self.writer, packs=compile_packs(()), clock=lambda: self.at)

    @asynccontextmanager
    async def turn(self, url: str = A, delay: float = 0.0, minutes: float = 10) -> AsyncIterator[Host]:
        allowance = Allowance(Budget(minutes=minutes))
        async with self.hosts.turn(url, delay, allowance, self.workbench) as host:
            yield host

    async def ask(self, status: int = 200, retry_after: str | None = None, **turn: Any) -> float:
        """When a request began that was answered so."""
        async with self.turn(**turn) as host:
            begun = monotonic()
            await self.hosts.heed(host, status, retry_after, self.workbench)
            return begun

    def restarted(self) -> "Process":
        return Process(self.writer, self.at)


async def some_steps() -> None:
    """Lets every task go on until it waits for something real."""
    for _ in range(20):
        await asyncio.sleep(0)


def in_a_process(tmp_path: Path, work: Callable[[Process], Awaitable[T]]) -> T:
    writer = Writer(tmp_path / "archive.db")
    try:
        return asyncio.run(asyncio.wait_for(work(Process(writer)), 60))  # type: ignore[arg-type]
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://Example.com/1", "example.com"),
        ("https://example.com:443/", "example.com"),
        ("http://example.com:80/", "example.com"),
        ("http://example.com./", "example.com"),
        ("http://example.com:8080/", "example.com:8080"),
        ("https://example.com:80/", "example.com:80"),
        ("http://[2001:DB8::1]:81/", "[2001:db8::1]:81"),
    ],
)
def test_a_host_has_one_key_however_it_is_written(url: str, key: str) -> None:
    assert host_key(url) == key


def test_requests_to_one_host_begin_at_least_the_delay_apart(tmp_path: Path) -> None:
    async def work(process: Process) -> list[float]:
        urls = ["https://a.example/", "http://A.example/", "https://a.example:443/x", "http://a.example:80/"]
        return await asyncio.gather(*(process.ask(url=url, delay=0.05) for url in urls))

    begun = in_a_process(tmp_path, work)
    assert all(later - earlier >= 0.049 for earlier, later in pairwise(sorted(begun)))


def test_of_two_sources_on_one_host_the_one_with_the_longer_delay_keeps_its_distance_on_both_sides(
    tmp_path: Path,
) -> None:
    async def work(process: Process) -> list[float]:
        return [await process.ask(delay=delay) for delay in (0, 0.1, 0)]

    begun = in_a_process(tmp_path, work)
    assert all(later - earlier >= 0.099 for earlier, later in pairwise(begun))


def test_a_slow_answer_is_waited_for_before_the_host_is_asked_again(tmp_path: Path) -> None:
    async def work(process: Process) -> list[str]:
        events, release, begun = [], asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            async with process.turn():
                events.append("slow begins")
                begun.set()
                await release.wait()
                events.append("slow ends")

        async def next_one() -> None:
            async with process.turn():
                events.append("next begins")

        async def elsewhere() -> None:
            async with process.turn(B):
                events.append("elsewhere begins")
            release.set()

        first = asyncio.create_task(slow())
        await begun.wait()
        await asyncio.gather(first, next_one(), elsewhere())
        return events

    assert in_a_process(tmp_path, work) == ["slow begins", "elsewhere begins", "slow ends", "next begins"]


def test_a_turn_that_fails_or_is_given_up_frees_the_host(tmp_path: Path) -> None:
    async def work(process: Process) -> Host:
        with pytest.raises(OSError, match="lost"):
            async with process.turn():
                raise OSError("connection lost")
        async with process.turn() as host:
            waiting = asyncio.create_task(process.ask())
            await some_steps()
            assert host.users == 2
            waiting.cancel()
        host.delay = 60  # the next one sleeps, and is given up in its sleep
        asleep = asyncio.create_task(process.ask())
        await some_steps()
        assert host.turn.locked()
        asleep.cancel()
        await asyncio.wait([asleep])
        host.delay = 0
        async with process.turn() as host:
            return host

    assert in_a_process(tmp_path, work).users == 0


def test_who_cannot_wait_so_long_is_told_at_once(tmp_path: Path) -> None:
    async def work(process: Process) -> None:
        await process.ask()
        with pytest.raises(OverBudget) as told:
            await process.ask(delay=3600, minutes=10)
        assert not isinstance(told.value, AskedToWait)  # it is the desk's own delay
        await process.hosts.learn_crawl_delay(A, 86_400, process.workbench)
        with pytest.raises(AskedToWait):
            await process.ask(minutes=10)
        await process.ask(url=B, minutes=10)

    in_a_process(tmp_path, work)


def test_who_waits_behind_others_waits_no_longer_than_its_crawl(tmp_path: Path) -> None:
    async def work(process: Process) -> None:
        async with process.turn():
            with pytest.raises(OverBudget):
                await process.ask(minutes=0.001)

    in_a_process(tmp_path, work)


def test_a_long_pause_that_a_host_asked_for_holds_for_every_source_and_over_a_restart(tmp_path: Path) -> None:
    async def work(process: Process) -> None:
        await process.ask(429, "3600")
        next_one = process.restarted()
        for one in (process, next_one):
            one.at += timedelta(minutes=59)
            with pytest.raises(AskedToWait):
                await one.ask(url="http://a.example/other", minutes=600)
        for one in (next_one, process):
            one.at += timedelta(minutes=2)
            await one.ask()

    in_a_process(tmp_path, work)


def test_pauses_in_a_row_are_counted_over_restarts_until_a_good_answer(tmp_path: Path) -> None:
    async def work(process: Process) -> list[int]:
        holds = []
        for status in (429, 429, 500, 429, 404, 429):
            process = process.restarted()
            process.at += timedelta(hours=5)
            async with process.turn() as host:
                await process.hosts.heed(host, status, None, process.workbench)
                holds.append(host.hold.holds if host.hold else -1)
        return holds

    assert in_a_process(tmp_path, work) == [1, 2, 2, 3, 0, 1]


def test_a_short_pause_is_waited_for(tmp_path: Path) -> None:
    async def work(process: Process) -> float:
        first = await process.ask(429, "1")
        return await process.ask() - first

    assert in_a_process(tmp_path, work) >= 0.99


def test_a_long_distance_is_kept_over_a_restart(tmp_path: Path) -> None:
    async def work(process: Process) -> None:
        await process.ask(delay=300)
        next_one = process.restarted()
        next_one.at += timedelta(seconds=10)
        with pytest.raises(OverBudget):
            await next_one.ask(delay=300, minutes=1)
        next_one.at += timedelta(seconds=291)
        await next_one.ask(delay=300, minutes=1)

    in_a_process(tmp_path, work)


def test_a_good_answer_after_a_pause_ends_the_hold_and_keeps_the_distance(tmp_path: Path) -> None:
    async def work(process: Process) -> None:
        await process.ask(429, "60", delay=300)
        process.at += timedelta(seconds=301)
        process = process.restarted()
        await process.ask(delay=300)
        with pytest.raises(OverBudget):
            await process.restarted().ask(minutes=1)

    in_a_process(tmp_path, work)


def test_a_crawl_delay_counts_from_the_request_for_robots_txt_over_a_restart_too(tmp_path: Path) -> None:
    async def work(process: Process) -> None:
        await process.ask(url="http://a.example/robots.txt")
        await process.hosts.learn_crawl_delay(A, 300, process.workbench)
        next_one = process.restarted()
        await next_one.hosts.learn_crawl_delay(A, 300, next_one.workbench)
        with pytest.raises(AskedToWait):
            await next_one.ask(minutes=1)

    in_a_process(tmp_path, work)


def test_a_hold_by_a_clock_that_was_years_ahead_is_not_believed(tmp_path: Path) -> None:
    async def work(process: Process) -> None:
        hold = Hold(until=process.at + timedelta(days=3650), reason="HTTP 429", holds=1)
        await process.workbench.archive(lambda db: keep_hold(db, host_key(A), hold))
        await process.ask()

    in_a_process(tmp_path, work)


def test_hosts_that_nobody_asks_any_more_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_memory, "IDLE", 0.0)

    async def work(process: Process) -> tuple[int, bool, bool]:
        held = process.hosts.of("https://busy.example/")
        async with process.turn("https://busy.example/"):
            await process.ask(url="https://slow.example/", delay=3600)
            slow = process.hosts.of("https://slow.example/")
            for number in range(5_000):
                process.hosts.of(f"https://{number}.example/")
            kept = len(process.hosts)
            same = process.hosts.of("https://busy.example/") is held, process.hosts.of("https://slow.example/") is slow
        return kept, *same

    kept, busy, slow = in_a_process(tmp_path, work)
    assert kept < 600
    assert busy
    assert slow


def test_the_pace_follows_slow_answers_at_once_and_quick_ones_by_halves_as_autothrottle_does() -> None:
    assert paced(0, 2.0, 200) == 2.0
    assert paced(2.0, 0.0, 200) == 1.0
    assert paced(2.0, 0.0, 404) == 2.0  # an error page is quick, and tells nothing
    assert paced(2.0, 3.0, 500) == 3.0
    assert paced(0, 300, 200) == 20
