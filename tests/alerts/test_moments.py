"""When an article was published and first seen, as a message says it."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from alerts.messages.moments import moments_of

BAGHDAD = ZoneInfo("Asia/Baghdad")


def said(published: str | None, seen: str, zone: tzinfo, *, precision: str = "minute", own: str | None = None):
    article = {
        "published": published, "published_precision": precision, "published_zone": own, "first_seen": seen,
    }  # fmt: skip
    moments = moments_of(article, zone)
    return moments.published, moments.seen


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "within a minute of publication"),
        (59, "within a minute of publication"),
        (-59, "within a minute of publication"),
        (60, "1 min after publication"),
        (4 * 60 + 59, "4 min after publication"),
        (3600, "1 h after publication"),
        (3 * 3600 + 20 * 60, "3 h 20 min after publication"),
        (51 * 3600 + 59 * 60, "2 d 3 h after publication"),
        (48 * 3600 + 59 * 60, "2 d after publication"),
        (-180, "3 min before the time that the page gives for its publication"),
    ],
)
def test_the_distance_is_told_in_its_two_greatest_units(seconds, words) -> None:
    seen = datetime(2026, 3, 14, 12, tzinfo=UTC) + timedelta(seconds=seconds)
    text = f"{seen:%Y-%m-%dT%H:%M:%S}Z"

    assert said("2026-03-14T12:00:00Z", text, UTC)[1] == f"first seen {words}"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (BAGHDAD, "2026-03-15 00:30 Asia/Baghdad = 2026-03-14 21:30 UTC"),
        (ZoneInfo("Europe/London"), "2026-03-14 21:30 Europe/London = 2026-03-14 21:30 UTC"),
        (timezone(timedelta(hours=3, minutes=30)), "2026-03-15 01:00 UTC+03:30 = 2026-03-14 21:30 UTC"),
        (timezone(-timedelta(hours=5), "EST"), "2026-03-14 16:30 UTC-05:00 = 2026-03-14 21:30 UTC"),
        (ZoneInfo("UTC"), "2026-03-14 21:30 UTC"),
        (UTC, "2026-03-14 21:30 UTC"),
    ],
)
def test_a_time_is_told_in_the_zone_of_the_source_and_in_utc(zone, words) -> None:
    assert said("2026-03-14T21:30:00Z", "2026-03-14T21:30:00Z", zone)[0] == words


@pytest.mark.parametrize(
    ("midnight", "own", "day"),
    [
        ("2026-03-13T21:00:00Z", "+03:00", "2026-03-14"),
        ("2026-03-13T21:00:00Z", "Asia/Baghdad", "2026-03-14"),
        ("2026-03-14T05:00:00Z", "-05:00", "2026-03-14"),
        ("2026-03-13T21:00:00Z", None, "2026-03-14"),  # the source's zone stands in
        ("2026-03-13T21:00:00Z", "../nowhere", "2026-03-14"),
        ("2026-03-13T21:00:00Z", "Mars/Base", "2026-03-14"),
        ("2026-03-13T21:00:00Z", "+99", "2026-03-14"),
    ],
)
def test_a_day_is_the_one_that_the_page_named(midnight, own, day) -> None:
    assert said(midnight, midnight, BAGHDAD, precision="day", own=own)[0] == f"{day}, no time given"


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ("2026-03-14T20:59:00Z", "23:59 Asia/Baghdad = 2026-03-14 20:59 UTC, on the day of publication"),
        ("2026-03-14T21:00:00Z", "00:00 Asia/Baghdad = 2026-03-14 21:00 UTC, 1 day after the day of publication"),
        ("2026-03-12T21:00:00Z", "00:00 Asia/Baghdad = 2026-03-12 21:00 UTC, 1 day before the day of publication"),
        ("2026-03-18T09:00:00Z", "12:00 Asia/Baghdad = 2026-03-18 09:00 UTC, 4 days after the day of publication"),
    ],
)
def test_from_a_day_on_only_days_are_counted(seen, words) -> None:
    assert said("2026-03-13T21:00:00Z", seen, BAGHDAD, precision="day", own="+03:00")[1].endswith(f" {words}")


def test_without_a_date_the_time_of_first_sight_is_told() -> None:
    published, seen = said(None, "2026-03-14T12:00:00Z", BAGHDAD)

    assert published == "no date given"
    assert seen == "first seen 2026-03-14 15:00 Asia/Baghdad = 2026-03-14 12:00 UTC"


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_rims_of_the_calendar_are_told_too(instant) -> None:
    for zone in (timezone(timedelta(hours=14)), timezone(-timedelta(hours=12))):
        assert " UTC" in said(instant, instant, zone)[0]
