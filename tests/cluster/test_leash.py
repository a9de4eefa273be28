"""A worker asks nothing unless the queue has confirmed lately that its crawls are its own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import psycopg
import pytest

from crawler.cluster.leash import Beaten, Leash, present


class Crawl:
    def __init__(self) -> None:
        self.told: list[str] = []

    def fence(self) -> None:
        self.told.append("fenced")

    def let_go(self) -> None:
        self.told.append("let go")


class Server:
    """What beats are answered with; None: it is away."""

    def __init__(self, *confirmed: int, stalled: float = 40.0) -> None:
        self.answer: Beaten | None = Beaten(frozenset(confirmed), stalled)
        self.during: Callable[[], None] = lambda: None

    async def beat(self) -> Beaten:
        self.during()
        if self.answer is None:
            raise psycopg.OperationalError("connection refused")
        return self.answer


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


async def soon() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_it_may_ask_for_half_the_time_after_which_its_crawls_are_taken_back() -> None:
    async def work() -> None:
        clock = Clock()
        leash = Leash(Server().beat, {}, clock)
        await leash.beat()
        assert leash.stalled == 40.0
        clock.sleep(19.9)
        assert leash.is_sure
        clock.sleep(0.2)
        assert not leash.is_sure

    run(work())


def test_time_counts_from_the_beginning_of_the_beat_that_worked() -> None:
    async def work() -> None:
        clock, server = Clock(), Server()
        leash = Leash(server.beat, {}, clock)
        server.during = lambda: clock.sleep(25)  # it was asleep amid its beat
        await leash.beat()
        assert not leash.is_sure

    run(work())


def test_who_is_about_to_ask_waits_for_the_next_beat_that_works() -> None:
    async def work() -> None:
        clock, server = Clock(), Server()
        leash = Leash(server.beat, {}, clock)
        clock.sleep(30)
        asking = asyncio.create_task(leash.be_sure())
        answer, server.answer = server.answer, None
        await leash.beat()
        await soon()
        assert not asking.done()
        server.answer = answer
        await leash.beat()
        await soon()
        assert asking.done()

    run(work())


def test_a_crawl_that_the_queue_does_not_confirm_is_fenced() -> None:
    async def work() -> None:
        crawls = {1: Crawl(), 2: Crawl()}
        leash = Leash(Server(2).beat, crawls, Clock())
        await leash.beat()
        assert (crawls[1].told, crawls[2].told) == (["fenced"], [])

    run(work())


def test_a_crawl_that_was_claimed_during_the_beat_is_not() -> None:
    async def work() -> None:
        crawls: dict[int, Crawl] = {}
        server = Server()
        server.during = lambda: crawls.update({1: Crawl()})
        leash = Leash(server.beat, crawls, Clock())
        await leash.beat()
        assert crawls[1].told == []

    run(work())


@pytest.mark.parametrize(("seconds", "told"), [(35.0, []), (36.1, ["let go"])])
def test_what_is_under_way_is_given_up_before_it_may_be_taken_back(seconds: float, told: list[str]) -> None:
    async def work() -> None:
        clock, server, crawls = Clock(), Server(1), {1: Crawl()}
        leash = Leash(server.beat, crawls, clock)
        await leash.beat()
        server.answer = None
        clock.sleep(seconds)
        holding = asyncio.create_task(leash.hold())
        await soon()
        holding.cancel()
        assert crawls[1].told[:1] == told

    run(work())


def test_a_beat_that_never_returns_is_given_up_and_beaten_anew() -> None:
    async def work() -> None:
        beats, fourth = 0, asyncio.Event()

        async def beat() -> Beaten:
            nonlocal beats
            beats += 1
            if beats == 4:
                fourth.set()
            if beats == 2:
                await asyncio.Event().wait()
            return Beaten(frozenset(), 0.3)

        leash = Leash(beat, {}, Clock())
        holding = asyncio.create_task(leash.hold())
        await fourth.wait()
        holding.cancel()

    run(work())


def test_its_clock_goes_on() -> None:
    before = present()
    assert present() >= before > 0
