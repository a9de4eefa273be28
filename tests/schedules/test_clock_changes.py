"""Two days around each clock change, with a simulated clock: jobs run exactly when docs/running.md says."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from simulated import at, made, runs, wall

from schedules.timing import Last, next_due
from seeds.window import Window

PAGE = Path(__file__).parents[2] / "docs" / "running.md"
BERLIN, NEW_YORK, BAGHDAD = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Baghdad")
CHANGES = [  # the zone, the day before the change, the hours of the two days
    (BERLIN, "2026-03-28", 47),
    (BERLIN, "2026-10-24", 49),
    (NEW_YORK, "2026-03-07", 47),
    (NEW_YORK, "2026-10-31", 49),
    (BAGHDAD, "2026-03-28", 48),
    (BAGHDAD, "2026-10-24", 48),
]


def two_days(zone: ZoneInfo, day: str) -> tuple[datetime, datetime]:
    begin = datetime.fromisoformat(day).replace(tzinfo=zone)
    return begin.astimezone(UTC), (begin + timedelta(days=2)).astimezone(UTC)


def documented() -> list[tuple[dict[str, str], str, str]]:
    rows = re.findall(r"^\| (`.*?) \|(.*)\|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [(dict(re.findall(r'(\w+) = "(.*?)"', job)), spring.strip(), autumn.strip()) for job, spring, autumn in rows]


@pytest.mark.parametrize(("keys", "spring", "autumn"), documented(), ids=str)
def test_the_table_of_the_page_is_what_happens(keys: dict[str, str], spring: str, autumn: str) -> None:
    for day, expected in (("2026-03-29", spring), ("2026-10-25", autumn)):
        found = runs(made(**keys), BERLIN, at(f"{day}T01:00", BERLIN), at(f"{day}T04:00", BERLIN))
        assert " ".join(f"{instant.astimezone(BERLIN):%H:%M}" for instant in found) == expected


def test_the_table_of_the_page_is_found() -> None:
    assert len(documented()) >= 7


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
@pytest.mark.parametrize(
    ("keys", "minutes"), [({"every": "20m"}, 20), ({"every": "6h"}, 360), ({"cron": "*/30 * * * *"}, 30)]
)
def test_every_and_a_starred_cron_know_no_gap_and_no_repeat(
    zone: ZoneInfo, day: str, hours: int, keys: dict[str, str], minutes: int
) -> None:
    begin, end = two_days(zone, day)
    assert end - begin == timedelta(hours=hours)

    expected = [begin + timedelta(minutes=step) for step in range(0, hours * 60, minutes)]

    assert runs(made(**keys), zone, begin, end) == expected


@pytest.mark.parametrize(
    ("zone", "day", "cron", "expected"),
    [
        (BERLIN, "2026-03-28", "30 2 * * *", ["2026-03-28T01:30Z", "2026-03-29T01:00Z"]),
        (BERLIN, "2026-10-24", "30 2 * * *", ["2026-10-24T00:30Z", "2026-10-25T00:30Z"]),
        (BERLIN, "2026-03-28", "0 6 * * *", ["2026-03-28T05:00Z", "2026-03-29T04:00Z"]),
        (BERLIN, "2026-10-24", "0 6 * * *", ["2026-10-24T04:00Z", "2026-10-25T05:00Z"]),
        (BERLIN, "2026-03-28", "0,30 2,3 * * sun", ["2026-03-29T01:00Z", "2026-03-29T01:30Z"]),
        (BERLIN, "2026-10-24", "0 2-3 * * 7", ["2026-10-25T00:00Z", "2026-10-25T02:00Z"]),
        (NEW_YORK, "2026-03-07", "30 2 * * *", ["2026-03-07T07:30Z", "2026-03-08T07:00Z"]),
        (NEW_YORK, "2026-10-31", "30 1 * * *", ["2026-10-31T05:30Z", "2026-11-01T05:30Z"]),
        (NEW_YORK, "2026-03-07", "0 6 * * *", ["2026-03-07T11:00Z", "2026-03-08T10:00Z"]),
        (NEW_YORK, "2026-10-31", "0 6 * * *", ["2026-10-31T10:00Z", "2026-11-01T11:00Z"]),
        (BAGHDAD, "2026-03-28", "30 2 * * *", ["2026-03-27T23:30Z", "2026-03-28T23:30Z"]),
        (BAGHDAD, "2026-10-24", "30 2 * * *", ["2026-10-23T23:30Z", "2026-10-24T23:30Z"]),
    ],
)
def test_a_named_hour_runs_once_a_day(zone: ZoneInfo, day: str, cron: str, expected: list[str]) -> None:
    assert runs(made(cron=cron), zone, *two_days(zone, day)) == [at(text) for text in expected]


@pytest.mark.parametrize(
    ("zone", "day", "keys", "expected"),
    [
        (  # the night is an hour shorter: 22:00 to 04:00 are five hours
            BERLIN, "2026-03-28", {"every": "2h", "active": "22:00-04:00"},
            "28 00:00, 28 02:00, 28 22:00, 29 00:00, 29 03:00, 29 22:00",
        ),
        (
            BERLIN, "2026-10-24", {"every": "2h", "active": "22:00-04:00"},
            "24 00:00, 24 02:00, 24 22:00, 25 00:00, 25 02:00, 25 03:00, 25 22:00",
        ),
        (
            NEW_YORK, "2026-03-07", {"cron": "0 */3 * * *", "active": "06:00-23:00"},
            "07 06:00, 07 09:00, 07 12:00, 07 15:00, 07 18:00, 07 21:00, "
            "08 06:00, 08 09:00, 08 12:00, 08 15:00, 08 18:00, 08 21:00",
        ),
        (
            NEW_YORK, "2026-10-31", {"every": "5h", "active": "06:00-23:00"},
            "31 06:00, 31 11:00, 31 16:00, 31 21:00, 01 06:00, 01 11:00, 01 16:00, 01 21:00",
        ),
        (NEW_YORK, "2026-10-31", {"every": "1h", "active": "01:30-02:00"}, "31 01:30, 01 01:30, 01 01:30"),
        (BERLIN, "2026-03-28", {"every": "1h", "active": "02:15-02:45"}, "28 02:15"),
        (BERLIN, "2026-10-24", {"every": "1h", "active": "01:30-02:30"}, "24 01:30, 25 01:30, 25 02:00"),
        (
            BAGHDAD, "2026-03-28", {"cron": "*/30 * * * *", "active": "23:00-00:30"},
            "28 00:00, 28 23:00, 28 23:30, 29 00:00, 29 23:00, 29 23:30",
        ),
    ],
)  # fmt: skip
def test_active_goes_by_the_wall_clock(zone: ZoneInfo, day: str, keys: dict[str, str], expected: str) -> None:
    assert wall(runs(made(**keys), zone, *two_days(zone, day)), zone) == expected


def test_the_second_of_two_equal_hours_repeats_no_named_time() -> None:
    second = at("2026-10-25T01:10Z")  # 02:10 on the wall, for the second time

    assert next_due(made(cron="30 2 * * *"), BERLIN, Last(second), second).at == at("2026-10-26T02:30", BERLIN)


def test_a_midnight_that_is_left_out_opens_at_the_change() -> None:
    cairo, night = ZoneInfo("Africa/Cairo"), Window.read("00:00-05:00")

    assert night.opening(at("2026-04-23T20:00Z"), cairo) == at("2026-04-24T01:00", cairo)


def test_a_line_of_a_day_whose_midnight_is_left_out_begins_after_it() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    begin, end = at("2026-04-23T12:00", cairo), at("2026-04-24T02:00", cairo)

    assert wall(runs(made(cron="*/30 * 24 * *"), cairo, begin, end), cairo) == "24 01:00, 24 01:30"
    assert runs(made(cron="*/30 0 24 * *"), cairo, begin, end) == []


def test_the_jobs_own_zone_goes_before_the_desks() -> None:
    job = made(cron="0 6 * * *", timezone="Asia/Baghdad")

    assert runs(job, NEW_YORK, at("2026-07-01T00:00Z"), at("2026-07-02T00:00Z")) == [at("2026-07-01T03:00Z")]
