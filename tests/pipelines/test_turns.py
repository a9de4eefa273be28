"""Places are shared out among sources by what each took of late, whoever has more to ask for."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from pipelines.turns import Job, Turn, Turns
from seeds.bounds import PAGE_MOMENT

QUICK, SLOW = 0.05, 5.0


class Clock:
    """Instants that a test sets."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def page(source: str | None) -> Job:
    return Job(kind="page", source=source)


def know(turns: Turns, **seconds: float) -> None:
    """Sources of which a page was read, and how long that took."""
    for source, took in seconds.items():
        turns.judge(page(source), took)


async def order_of(turns: Turns, waiting: list[str], seconds: dict[str, float]) -> list[str]:
    """In which order the pages of *waiting* get a place, where each takes what is said of its source."""
    order: list[str] = []

    async def read(source: str) -> None:
        turn = await turns.take(page(source))
        order.append(source)
        await asyncio.sleep(0)
        turns.end(turn, seconds[source])

    await asyncio.gather(*(read(source) for source in waiting))
    return order


def test_sources_take_turns_however_many_pages_one_has() -> None:
    turns = Turns(1)
    know(turns, a=QUICK, b=QUICK)
    order = asyncio.run(order_of(turns, ["a"] * 6 + ["b"] * 3, {"a": QUICK, "b": QUICK}))
    assert order[:6] in (list("ababab"), list("aababb"), list("abaabb"), list("aabbab"))
    assert order[6:] == list("aaa")


def test_a_source_with_light_pages_gets_more_of_them_in_than_one_with_heavy_pages() -> None:
    turns = Turns(1)
    know(turns, heavy=0.5, light=QUICK)
    order = asyncio.run(order_of(turns, ["heavy"] * 3 + ["light"] * 12, {"heavy": 0.5, "light": QUICK}))
    assert order.index("light") <= 1
    assert order[: order.index("heavy", 1)].count("light") >= 8


def test_a_source_that_is_known_to_be_quick_goes_before_those_that_nobody_knows() -> None:
    turns = Turns(1)
    know(turns, known=QUICK)
    strangers = [f"stranger {number}" for number in range(5)]
    order = asyncio.run(
        order_of(turns, [*strangers, *["known"] * 3], dict.fromkeys(strangers, SLOW) | {"known": QUICK})
    )
    assert order == [strangers[0], *["known"] * 3, *strangers[1:]]


def test_a_source_of_slow_pages_waits_for_a_slow_place_though_a_quick_one_is_free() -> None:
    async def places() -> tuple[bool, bool, bool]:
        turns = Turns(2)
        know(turns, slow=SLOW, quick=QUICK)
        first = await turns.take(page("slow"))
        second = asyncio.create_task(turns.take(page("slow")))
        other = await turns.take(page("quick"))
        await asyncio.sleep(0)
        waits = not second.done()
        turns.end(first, SLOW)
        return first.slow, other.slow, waits and (await second).slow

    assert asyncio.run(places()) == (True, False, True)


@pytest.mark.parametrize(("slow_pages", "is_slow"), [(1, False), (2, True)], ids=["one", "two"])
def test_one_slow_page_among_quick_ones_is_forgiven_and_two_in_a_row_are_not(slow_pages: int, is_slow: bool) -> None:
    turns = Turns(1)
    for seconds in [QUICK] * 10 + [SLOW] * slow_pages:
        turns.judge(page("a"), seconds)
    assert asyncio.run(turns.take(page("a"))).slow is is_slow


def test_quick_pages_bring_a_slow_source_back_and_so_does_time() -> None:
    clock = Clock()
    turns = Turns(5, 5, clock)
    know(turns, read=SLOW, waits=SLOW)
    for _ in range(7):
        turns.judge(page("read"), QUICK)
    assert not asyncio.run(turns.take(page("read"))).slow
    assert asyncio.run(turns.take(page("waits"))).slow
    clock.at += 700
    assert not asyncio.run(turns.take(page("waits"))).slow


def test_a_slow_feed_does_not_make_the_pages_of_its_source_slow() -> None:
    turns = Turns(1)
    turns.judge(Job(kind="feed", source="a"), SLOW)
    assert not asyncio.run(turns.take(page("a"))).slow


def test_who_is_not_known_has_a_part_of_a_moment_and_nobody_in_particular_a_whole_one() -> None:
    async def moments() -> list[float]:
        turns = Turns(5)
        know(turns, known=QUICK)
        return [(await turns.take(page(source))).moment for source in ("known", "stranger", None)]

    assert asyncio.run(moments()) == [PAGE_MOMENT, 0.3 * PAGE_MOMENT, PAGE_MOMENT]


def test_who_was_displaced_after_a_part_of_a_moment_gets_a_whole_one_and_is_slow_after_that() -> None:
    async def turns_of_it() -> list[tuple[bool, float]]:
        turns, seen = Turns(2, 2), []
        for _ in range(3):
            turn = await turns.take(page("a"))
            turns.displaced(turn)
            turns.end(turn, turn.moment)
            seen.append((turn.slow, turn.moment))
        return seen

    assert asyncio.run(turns_of_it()) == [(False, 0.3 * PAGE_MOMENT), (False, PAGE_MOMENT), (True, PAGE_MOMENT)]


def test_what_nobody_in_particular_wants_is_done_in_its_order() -> None:
    async def order() -> list[int]:
        turns, done = Turns(1), []

        async def read(number: int) -> None:
            turn = await turns.take(page(None))
            done.append(number)
            await asyncio.sleep(0)
            turns.end(turn, SLOW)

        await asyncio.gather(*map(read, range(5)))
        return done

    assert asyncio.run(order()) == [0, 1, 2, 3, 4]


async def cancelled(waiting: "asyncio.Task[Turn]") -> None:
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def while_it_waits(turns: Turns) -> None:
    first = await turns.take(page("a"))
    waiting = asyncio.create_task(turns.take(page("b")))
    await asyncio.sleep(0)
    await cancelled(waiting)
    turns.end(first)


async def as_it_is_called(turns: Turns) -> None:
    first = await turns.take(page("a"))
    waiting = asyncio.create_task(turns.take(page("b")))
    await asyncio.sleep(0)
    turns.end(first)
    await cancelled(waiting)


@pytest.mark.parametrize("moment", [while_it_waits, as_it_is_called])
def test_a_place_is_not_lost_where_who_waits_for_it_is_cancelled(moment: Callable[[Turns], Awaitable[None]]) -> None:
    async def afterwards() -> Turn:
        turns = Turns(1)
        await moment(turns)
        assert not turns.somebody_waits
        return await asyncio.wait_for(turns.take(page("c")), 5)

    assert asyncio.run(afterwards()).job == page("c")


def test_a_place_goes_past_who_was_cancelled_at_the_same_moment() -> None:
    async def play() -> list[str]:
        turns, order = Turns(1), []
        holding = await turns.take(page("holder"))

        async def read(source: str) -> None:
            turn = await turns.take(page(source))
            order.append(source)
            turns.end(turn)

        cancelled, next_one = (asyncio.create_task(read(source)) for source in ("cancelled", "next"))
        await asyncio.sleep(0)
        cancelled.cancel()
        turns.end(holding)  # before the cancelled task has heard of it
        await asyncio.wait_for(next_one, 5)
        await asyncio.gather(cancelled, return_exceptions=True)
        assert (await asyncio.wait_for(turns.take(page("last")), 5)).job.source == "last"
        return order

    assert asyncio.run(play()) == ["next"]
