"""When a job is due: counted from its last run, inside its window, never at the wrong end of a delay."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from simulated import NOON, at, made, runs, wall

from schedules.timing import Due, Last, begun, next_due, window_of

BAGHDAD = ZoneInfo("Asia/Baghdad")
HOUR = timedelta(hours=1)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_every_runs_at_once_where_it_never_ran() -> None:
    assert next_due(made(every="10m", jitter="5m"), UTC, None, NOON, share=0.9) == Due(NOON, NOON)


def test_every_is_counted_from_the_start_of_the_run_before() -> None:
    assert next_due(made(every="10m"), UTC, Last(NOON - minutes(4)), NOON).at == NOON + minutes(6)


def test_cron_waits_for_its_first_time() -> None:
    assert next_due(made(cron="0 15 * * *"), BAGHDAD, None, NOON).at == at("2026-05-11T15:00", BAGHDAD)


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 6 * * 0", "03, 10, 17"),
        ("0 6 * * 7", "03, 10, 17"),
        ("0 6 * * sun", "03, 10, 17"),
        ("0 6 * * 1", "04, 11, 18"),
        ("0 6 * * Mon-Tue", "04, 05, 11, 12, 18, 19"),
        ("0 6 13 * 5", "01, 08, 13, 15"),  # the 13th or a Friday
        ("0 6 */9 * 5", "01"),  # the 1st, 10th, 19th if a Friday
        ("0 6 L 4-5 *", ""),
        ("0 6 1 may *", "01"),
        ("0 6 * * 1#2", "11"),
    ],
)
def test_cron_means_what_cron_means(cron: str, days: str) -> None:
    found = runs(made(cron=cron), UTC, at("2026-05-01T00:00Z"), at("2026-05-20T00:00Z"))
    assert ", ".join(f"{instant:%d}" for instant in found) == days
    assert {instant.hour for instant in found} <= {6}


@pytest.mark.parametrize("active", [None, "06:00-23:00"])
@pytest.mark.parametrize(("keys", "then"), [({"every": "10m"}, 11), ({"cron": "*/10 * * * *"}, 10)], ids=str)
@pytest.mark.parametrize("away", [minutes(11), timedelta(hours=9), timedelta(days=40)])
def test_after_downtime_there_is_one_run_at_once(
    keys: dict[str, str], then: int, away: timedelta, active: str | None
) -> None:
    job, now = made(**keys, jitter="5m", active=active), NOON + minutes(1)
    due = next_due(job, UTC, Last(now - away), now, share=0.5)
    assert due == Due(now, now)
    assert next_due(job, UTC, begun(job, due, now), now).at == NOON + minutes(then)


def test_downtime_without_a_time_of_cron_in_it_makes_no_run() -> None:
    job = made(cron="0 6 * * *")
    assert next_due(job, UTC, Last(NOON - 5 * HOUR), NOON).at == at("2026-05-11T06:00Z")
    assert next_due(job, UTC, Last(NOON - 7 * HOUR), NOON).at == NOON


def test_what_was_missed_is_made_up_for_when_active_opens() -> None:
    late = at("2026-05-10T23:30", BAGHDAD)
    for keys in ({"every": "10m"}, {"cron": "*/10 * * * *"}):
        due = next_due(made(**keys, active="06:00-23:00"), BAGHDAD, Last(late - 2 * HOUR), late)
        assert due.at == at("2026-05-11T06:00", BAGHDAD)


def test_a_time_of_cron_outside_active_was_not_missed() -> None:
    job, now = made(cron="0 * * * *", active="06:00-08:00"), at("2026-05-10T12:00Z")
    assert next_due(job, UTC, Last(at("2026-05-10T07:00:01Z")), now).at == at("2026-05-11T06:00Z")


@pytest.mark.parametrize("keys", [{"every": "6h"}, {"cron": "0 6 * * *"}], ids=str)
def test_a_run_that_was_interrupted_is_made_up_for(keys: dict[str, str]) -> None:
    interrupted = Last(NOON - minutes(3), finished_well=False)
    assert next_due(made(**keys), UTC, interrupted, NOON).at == NOON
    night = made(**keys, active="04:00-11:00")
    assert next_due(night, UTC, interrupted, NOON).at == at("2026-05-11T04:00Z")


def test_delays_do_not_add_up() -> None:
    job = made(every="10m", jitter="4m")
    late = [next_due(job, UTC, Last(NOON), NOON, share).at for share in (0.0, 0.25, 1.0)]
    assert late == [NOON + minutes(10), NOON + minutes(11), NOON + minutes(14)]

    found = runs(job, UTC, NOON, NOON + HOUR, share=0.5)

    assert found == [NOON, *(NOON + minutes(12 + 10 * step) for step in range(5))]


def test_a_delay_of_cron_is_not_counted_as_a_time_missed() -> None:
    found = runs(made(cron="*/10 * * * *", jitter="4m"), UTC, NOON, NOON + HOUR, share=0.5)
    assert found == [NOON + minutes(2 + 10 * step) for step in range(6)]


def test_times_of_cron_that_pass_during_a_delay_are_left_out() -> None:
    found = runs(made(cron="*/10 * * * *", jitter="1h"), UTC, NOON, NOON + 2 * HOUR, share=0.5)
    assert found == [NOON + minutes(30), NOON + minutes(70), NOON + minutes(110)]


def test_a_delay_ends_before_active_does() -> None:
    job = made(every="10m", jitter="10m", active="06:00-12:05")
    due = next_due(job, UTC, Last(NOON - minutes(10) + timedelta(seconds=1)), NOON, share=1.0)
    assert due == Due(NOON + timedelta(seconds=1), at("2026-05-10T12:04:59Z"))


def test_a_run_that_waited_for_active_is_delayed_too() -> None:
    job = made(every="10m", jitter="10m", active="06:00-12:00")
    assert next_due(job, UTC, Last(NOON), NOON, share=0.5).at == at("2026-05-11T06:05Z")


def test_a_window_over_midnight_is_one_window() -> None:
    job = made(every="3h", active="22:00-04:00")
    found = runs(job, BAGHDAD, at("2026-05-10T12:00", BAGHDAD), at("2026-05-12T12:00", BAGHDAD))
    assert wall(found, BAGHDAD) == "10 22:00, 11 01:00, 11 22:00, 12 01:00"


@pytest.mark.parametrize("keys", [{"every": "10m"}, {"cron": "*/10 * * * *"}], ids=str)
def test_a_last_run_in_the_future_does_not_make_a_job_pause(keys: dict[str, str]) -> None:
    assert next_due(made(**keys), UTC, Last(NOON + timedelta(days=2)), NOON).at == NOON + minutes(10)


@pytest.mark.parametrize("keys", [{"every": "10m"}, {"cron": "*/10 * * * *"}], ids=str)
def test_a_clock_that_is_put_right_by_a_little_repeats_no_run(keys: dict[str, str]) -> None:
    assert next_due(made(**keys), UTC, Last(NOON), NOON - minutes(0.1)).at == NOON + minutes(10)


ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Berlin", "America/New_York", "Asia/Baghdad", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe",
        "Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns", "UTC",
    )
]  # fmt: skip
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
SPANS = st.tuples(CLOCKS, CLOCKS).filter(lambda span: span[0] != span[1]).map("-".join)
CRONS = st.sampled_from(
    ["* * * * *", "*/30 * * * *", "30 2 * * *", "0 0 * * *", "*/7 */5 * * *", "15,45 0-3 * * *", "0 12 * * sun"]
)
RHYTHMS = st.one_of(
    st.builds(lambda count: {"every": f"{count}m"}, st.integers(60, 3000)),
    st.builds(lambda cron: {"cron": cron}, CRONS),
)


@settings(deadline=None)  # the machine may be busy
@given(
    keys=RHYTHMS,
    span=st.none() | SPANS,
    jitter=st.integers(0, 60),
    zone=st.sampled_from(ZONES),
    now=INSTANTS,
    ago=st.none() | st.timedeltas(timedelta(days=-1), timedelta(days=30)),
    share=st.floats(0, 1),
)
def test_the_next_run_comes_after_now_inside_active_and_within_bounds(
    *, keys: dict[str, str], span: str | None, jitter: int, zone: ZoneInfo, now: datetime, ago: timedelta | None,
    share: float,
) -> None:  # fmt: skip
    try:
        job = made(**keys, active=span, jitter=f"{jitter}m")
    except ValueError:  # no time of cron lies in active
        assume(False)
    due = next_due(job, zone, None if ago is None else Last(now - ago), now, share)

    assert now <= due.base <= due.at <= due.base + minutes(jitter)
    if window := window_of(job):
        assert window.is_open(due.base, zone)
        assert window.is_open(due.at, zone)
        assert window.closing(due.base, zone) > due.at
    period = timedelta(minutes=int(job.every[:-1])) if job.every else timedelta(days=7)
    # a day for the opening, and another where a clock change leaves out the whole of active, less a slip of the clock
    assert due.base <= now + period + timedelta(days=2 if job.every else 8)


@settings(deadline=None)  # the machine may be busy
@given(span=SPANS, zone=st.sampled_from(ZONES), instant=INSTANTS)
def test_active_is_shut_until_it_opens_and_open_until_it_closes(span: str, zone: ZoneInfo, instant: datetime) -> None:
    window = window_of(made(every="1h", active=span))
    assert window
    for first, holds in ((window.opening, True), (window.closing, False)):
        found = first(instant, zone)
        assert found >= instant
        assert window.is_open(found, zone) is holds
        if found > instant:
            step = (found - instant) / 40
            assert all(window.is_open(instant + count * step, zone) is not holds for count in range(40))
            assert window.is_open(found - timedelta(microseconds=1), zone) is not holds
