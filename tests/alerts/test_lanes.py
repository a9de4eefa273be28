"""How much is under way to a channel that works, that is down, and that takes only so much."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from alerts.channels import Channel
from alerts.lanes import PAUSES, Lanes

CHANNEL = cast(Channel, SimpleNamespace(lanes=4))


def test_a_channel_that_works_has_all_its_lanes() -> None:
    lanes = Lanes()
    assert lanes.free(CHANNEL, 0) == 4
    lanes.tries = cast(set[asyncio.Task[None]], {"one", "two"})
    assert lanes.free(CHANNEL, 0) == 2


def test_a_channel_that_is_down_is_asked_with_one_message_after_pauses_that_grow() -> None:
    lanes, now = Lanes(), 0.0
    for number in range(2 * len(PAUSES)):
        lanes.failed(now)
        pause = PAUSES[min(number, len(PAUSES) - 1)]
        assert lanes.free(CHANNEL, now + pause - 0.01) == 0
        now += pause
        assert lanes.free(CHANNEL, now) == 1
    assert PAUSES[-1] <= 60, "a channel that works again is found within a minute"


def test_each_success_after_a_failure_gives_one_lane_back() -> None:
    lanes = Lanes()
    lanes.failed(0)
    widths = []
    for _ in range(6):
        lanes.succeeded()
        widths.append(lanes.free(CHANNEL, 0))
    assert widths == [2, 3, 4, 4, 4, 4]


@pytest.mark.parametrize("per_minute", [20, 30, 60])
def test_a_channel_that_takes_only_so_many_a_minute_costs_few_tries_for_each_message(per_minute: int) -> None:
    """A simulated receiver that answers 429 beyond its limit; every answer takes a tenth of a second."""
    lanes, now, sent, refused, minute = Lanes(), 0.0, 0, 0, (-1, 0)
    while sent < 300:
        if not lanes.free(CHANNEL, now):
            now += 0.1
            continue
        if minute[0] != int(now // 60):
            minute = (int(now // 60), 0)
        if minute[1] < per_minute:
            minute = (minute[0], minute[1] + 1)
            lanes.succeeded()
            sent += 1
        else:
            lanes.failed(now)
            refused += 1
        now += 0.1
    assert refused < 300, "less than one in vain for each that arrived, where a message has a hundred"
    assert now < 1.6 * 60 * 300 / per_minute + 60


def test_by_hand_everything_is_tried_however_the_channel_does() -> None:
    lanes: Any = Lanes()
    for _ in range(9):
        lanes.failed(0)
    assert lanes.free(CHANNEL, None) == 4
