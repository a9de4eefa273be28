"""How long an answer asks to be left alone, whatever a server writes there."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.manners.retry_after import LONGEST, LONGEST_UNSAID, SHORTEST, pause_asked

AT = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)
HOUR_LATER = format_datetime(AT + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (200, "120", None),
        (503, None, None),
        (503, "soon", None),
        (500, "120", None),
        (503, "120", 120),
        (429, "120", 120),
        (429, " 120 ", 120),
        (429, HOUR_LATER, 3600),
        (503, HOUR_LATER, 3600),
        (429, "Sat, 31 Jan 2026 15:00:00", 3600),
        (429, "Sat, 31 Jan 2026 16:00:00 +0100", 3600),
        (429, None, 60),
        (429, "", 60),
        (429, "soon", 60),
        (429, "-5", 60),
        (429, "1e9", 60),
        (429, "٣", 60),
        (429, "0", 1),
        (429, "Sat, 01 Jan 2000 00:00:00 GMT", 1),
        (429, "9" * 5000, LONGEST.total_seconds()),
        (429, "31536000", LONGEST.total_seconds()),
        (429, "Fri, 31 Dec 9999 23:59:59 GMT", LONGEST.total_seconds()),
    ],
)
def test_a_pause_is_what_the_answer_says_within_bounds(
    status: int, retry_after: str | None, seconds: float | None
) -> None:
    pause = pause_asked(status, retry_after, 0, AT)
    assert (None if pause is None else pause.total_seconds()) == seconds


def test_without_a_word_the_pause_doubles_with_each_in_a_row_up_to_hours() -> None:
    pauses = [pause_asked(429, None, holds, AT) for holds in (0, 1, 2, 3, 7, 8, 10_000)]
    minutes = [pause.total_seconds() / 60 for pause in pauses if pause]
    assert minutes == [1, 2, 4, 8, 128, 240, 240]


def test_a_host_that_says_one_second_again_and_again_is_not_asked_every_second() -> None:
    pauses = [pause_asked(429, "1", holds, AT) for holds in range(5)]
    assert [pause.total_seconds() for pause in pauses if pause] == [1, 1, 60, 120, 240]


@given(st.sampled_from([429, 503]), st.text(max_size=60), st.integers(0, 10**6))
def test_whatever_is_written_there_the_pause_is_bounded(status: int, retry_after: str, holds: int) -> None:
    pause = pause_asked(status, retry_after, holds, AT)
    assert pause is None or SHORTEST <= pause <= max(LONGEST, LONGEST_UNSAID)
