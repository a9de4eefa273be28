"""What is usual, with figures that were reckoned by hand."""

from datetime import UTC, datetime, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.baseline import WEEKS, baseline, level, weeks_before

BERLIN, KOLKATA, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe")
counts = st.lists(st.integers(0, 500), min_size=3, max_size=24)


def test_of_counts_that_are_all_the_same_chance_alone_is_left() -> None:
    usual = baseline([4] * 24, 8)

    assert (usual.expected, usual.dispersion, usual.variance) == (4, 1, pytest.approx(1 / 24))
    # 2/3 · 3 · √((1 + 1/24) / 4) = 1.020621;  4 · 2.020621^1.5 = 11.4892
    assert usual.upper(3) == pytest.approx(11.4892, abs=1e-4)
    assert usual.lower(3) == 0


def test_of_large_counts_there_is_a_lower_bound_too() -> None:
    usual = baseline([100] * 8, 8)

    # 2/3 · 3 · √((1 + 1/8) / 100) = 0.212132;  100 · 1.212132^1.5 and 100 · 0.787868^1.5
    assert usual.upper(3) == pytest.approx(133.452, abs=1e-3)
    assert usual.lower(3) == pytest.approx(69.9326, abs=1e-3)


def test_what_is_more_uneven_than_chance_has_wider_bounds() -> None:
    usual = baseline([2, 4, 6, 8], 4)

    # all within 2.58 of the median 5, so that each weighs 1: mean 5, (9 + 1 + 1 + 9) / 5 / 3
    assert (usual.expected, usual.dispersion) == (5, pytest.approx(4 / 3))
    assert usual.upper(3) > baseline([5] * 4, 4).upper(3)


def test_an_outbreak_of_the_past_weighs_less() -> None:
    usual = baseline([4] * 7 + [32], 8)

    # its residual is 3/2 · (32^(2/3) - 4^(2/3)) / 4^(1/6) = 9, its weight (2.58 / 9)² = 0.082178
    assert usual.expected == pytest.approx((28 + 0.082178 * 32) / 7.082178, abs=1e-5)
    assert usual.expected < 4.4


def test_a_silence_of_the_past_weighs_less_too() -> None:
    assert baseline([40] * 7 + [0], 8).expected > 39


def test_where_there_was_nothing_half_an_article_is_assumed() -> None:
    usual = baseline([0] * 24, 8)

    assert usual.expected == pytest.approx(0.5 / 24)
    assert 1 < usual.upper(3.69) < 2


def test_a_single_article_among_nothing_is_no_outbreak() -> None:
    assert baseline([0] * 23 + [1], 8).expected == pytest.approx(1 / 24)


@given(counts, st.floats(0, 6))
def test_bounds_are_about_the_expected_number(counted, z) -> None:
    usual = baseline(counted, WEEKS)

    assert 0 <= usual.lower(z) <= usual.expected <= usual.upper(z)
    assert isfinite(usual.upper(z))
    assert usual.lower(z + 1) <= usual.lower(z)
    assert usual.upper(z + 1) > usual.upper(z)
    assert min(counted) <= max(usual.expected, min(counted))
    assert usual.expected <= max(*counted, 0.5)


@given(counts, st.randoms())
def test_the_order_of_the_weeks_does_not_matter(counted, chance) -> None:
    shuffled = chance.sample(counted, len(counted))

    assert baseline(shuffled, WEEKS).upper(3) == pytest.approx(baseline(counted, WEEKS).upper(3))


@given(counts, st.integers(0, 10_000))
def test_one_wild_week_moves_the_expected_number_no_further_than_a_weight_allows(counted, wild) -> None:
    assert baseline([*[10] * 8, wild], 8).expected < 20


def test_a_level_is_that_of_the_last_week_and_never_below_one() -> None:
    assert level([30, 10, 10, 10]) == 3
    assert level([5, 10, 10]) == 1
    assert level([7, 0, 0]) == 14
    assert baseline([4] * 24, 8).raised(2).expected == 8


def test_nine_oclock_stays_nine_oclock_where_the_clocks_change() -> None:
    summer = datetime(2026, 4, 1, 9, tzinfo=BERLIN)

    assert weeks_before(summer, BERLIN, 2) == [
        datetime(2026, 3, 25, 8, tzinfo=UTC),
        datetime(2026, 3, 18, 8, tzinfo=UTC),
    ]
    assert weeks_before(summer, UTC, 1) == [datetime(2026, 3, 25, 7, tzinfo=UTC)]


def test_an_hour_that_the_clocks_leave_out_is_the_one_beside_it() -> None:
    left_out = datetime(2026, 4, 5, 2, 30, tzinfo=BERLIN)  # a week before, it went from two to three

    (week,) = weeks_before(left_out, BERLIN, 1)
    assert week == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", [KOLKATA, LORD_HOWE, BERLIN])
@given(hours=st.integers(0, 24 * 700))
def test_every_span_begins_on_an_hour_of_utc_a_week_or_an_hour_more_apart(zone, hours) -> None:
    instant = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    past = [instant, *weeks_before(instant, zone)]

    assert all(one.minute == one.second == 0 for one in past)
    for week, one in enumerate(past):
        assert abs(instant - one - timedelta(weeks=week)) <= timedelta(hours=1)
