"""One request at a time per host, and none sooner than the delay after the one before began."""

import asyncio
from itertools import pairwise
from time import monotonic

from crawler.manners import Turns


def test_requests_to_one_host_begin_at_least_the_delay_apart() -> None:
    async def work() -> list[float]:
        turns, begun = Turns(), []

        async def ask() -> None:
            async with turns.turn("a.example", 0.05):
                begun.append(monotonic())

        await asyncio.gather(*(ask() for _ in range(4)))
        return begun

    begun = asyncio.run(work())
    assert all(later - earlier >= 0.049 for earlier, later in pairwise(begun))


def test_a_slow_answer_is_waited_for_before_the_host_is_asked_again() -> None:
    async def work() -> list[str]:
        turns, events, release = Turns(), [], asyncio.Event()

        async def slow() -> None:
            async with turns.turn("a.example", 0):
                events.append("slow begins")
                await release.wait()
                events.append("slow ends")

        async def next_one() -> None:
            async with turns.turn("a.example", 0):
                events.append("next begins")

        async def elsewhere() -> None:
            async with turns.turn("b.example", 0):
                events.append("elsewhere begins")
            release.set()

        await asyncio.gather(slow(), next_one(), elsewhere())
        return events

    assert asyncio.run(work()) == ["slow begins", "elsewhere begins", "slow ends", "next begins"]


def test_a_turn_that_fails_frees_the_host() -> None:
    async def work() -> str:
        turns = Turns()
        try:
            async with turns.turn("a.example", 0):
                raise OSError("connection lost")
        except OSError:
            pass
        async with turns.turn("a.example", 0):
            return "free"

    assert asyncio.run(work()) == "free"
