"""How often an adaptive job asks a source."""

from datetime import timedelta

import pytest

from schedules.adaptive import is_due, pause

MINUTE = timedelta(minutes=1)
EVERY = 10 * MINUTE


@pytest.mark.parametrize(
    ("quiet", "minutes"),
    [(None, 10), (0, 2.5), (8, 2.5), (20, 5), (40, 10), (120, 30), (160, 40), (10_000, 40)],
)
def test_a_source_is_left_alone_for_a_quarter_of_its_silence_within_the_band(quiet, minutes) -> None:
    assert pause(EVERY, None if quiet is None else quiet * MINUTE) == minutes * MINUTE


def test_a_source_that_this_process_never_asked_is_due() -> None:
    assert is_due(EVERY, asked=None, quiet=10_000 * MINUTE)


def test_a_busy_source_is_asked_at_each_step_and_a_silent_one_at_every_sixteenth() -> None:
    def asked(quiet: timedelta) -> list[int]:
        due, last = [], 0
        for step in range(1, 33):
            if is_due(EVERY, asked=(step - last) * EVERY / 4 - timedelta(seconds=1), quiet=quiet):
                due.append(step)
                last = step
        return due

    assert asked(MINUTE) == list(range(1, 33))
    assert asked(1_000 * MINUTE) == [16, 32]
