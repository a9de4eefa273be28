"""Bodies find room, or wait for it; nobody waits for ever, and small ones not at all."""

import asyncio
import gc

import pytest

from crawler.manners.room import Charge, Room

SHARED, EACH = 1_000, 100


class Body:
    """A body that comes in pieces, and is left alone where there is no room."""

    def __init__(self, room: Room, source: str) -> None:
        self.charge: Charge | None = room.charge(source)
        self.flows = True

    def come(self, number: int) -> bool:
        assert self.charge
        self.flows = self.charge.add(number, self._go_on)
        return self.flows

    def _go_on(self) -> None:
        self.flows = True


async def settled() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.fixture
def room() -> Room:
    return Room(SHARED, EACH)


def full(room: Room) -> list[Body]:
    """Two sources that hold it all, and the one body that may go on regardless."""
    bodies = [Body(room, source) for source in ("a", "b", "let on")]
    assert bodies[0].come(600)
    assert bodies[1].come(600)
    assert bodies[2].come(300), "one may go on"
    return bodies


def run(scene) -> None:
    asyncio.run(scene)


def test_small_bodies_flow_where_large_ones_wait(room: Room) -> None:
    async def scene() -> None:
        bodies = full(room)
        large, small = Body(room, "large"), Body(room, "small")
        assert not large.come(101)
        assert small.come(100)
        assert bodies and room.held == 600 + 600 + 300 + 101 + 100

    run(scene())


def test_who_waits_goes_on_once_there_is_room(room: Room) -> None:
    async def scene() -> None:
        first, *rest = full(room)
        waiting = Body(room, "waiting")
        assert not waiting.come(200)
        first.charge = None  # it was dealt with
        await settled()
        assert waiting.flows and rest

    run(scene())


def test_one_goes_on_though_there_is_no_room_and_the_next_when_it_is_done(room: Room) -> None:
    async def scene() -> None:
        bodies = full(room)
        assert bodies[2].come(5_000), "it goes on to its end"
        second, third = Body(room, "second"), Body(room, "third")
        assert not second.come(200)
        assert not third.come(200)
        bodies[2].charge = None
        await settled()
        assert second.flows and not third.flows

    run(scene())


def test_the_source_that_holds_least_goes_first(room: Room) -> None:
    async def scene() -> None:
        bodies = full(room)
        more, less = Body(room, "more"), Body(room, "less")
        assert not more.come(400)
        assert not less.come(150)
        bodies[2].charge = None
        await settled()
        assert less.flows and not more.flows

    run(scene())


def test_what_is_given_back_while_it_waits_waits_no_more(room: Room) -> None:
    async def scene() -> None:
        bodies, waiting = full(room), Body(room, "waiting")
        assert not waiting.come(200)
        assert waiting.charge
        waiting.charge.give_back()
        bodies.clear()
        await settled()
        assert (waiting.flows, room.held) == (False, 0)

    run(scene())


def test_a_body_in_a_cycle_of_references_does_not_hold_its_room_for_ever(room: Room) -> None:
    async def scene() -> None:
        bodies = full(room)
        for body in bodies:
            body.itself = body  # type: ignore[attr-defined]
        del body
        bodies.clear()
        coming = room.charge("waiting")
        await asyncio.wait_for(coming.wait_for(200), 20)
        assert room.held == 200

    gc.disable()
    try:
        run(scene())
    finally:
        gc.enable()
