"""Instants as they are stored, and the spans that people ask for."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.times import begin_of, end_of, epoch_seconds, from_text, to_text

BAGHDAD = ZoneInfo("Asia/Baghdad")
NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def test_stored_instants_are_utc_to_the_second_and_of_one_width() -> None:
    text = to_text(datetime(2026, 3, 14, 2, 0, 59, 999_999, tzinfo=timezone(timedelta(hours=3))))

    assert text == "2026-03-13T23:00:59Z"
    assert len(to_text(datetime(1, 1, 1, tzinfo=UTC))) == len(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_is_read_as_it_was_written(instant) -> None:
    read = from_text(to_text(instant))

    assert read == instant.replace(microsecond=0)
    assert epoch_seconds(to_text(instant)) == int(read.timestamp())


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=2))
def test_stored_instants_sort_as_they_are(instants) -> None:
    one, other = (instant.replace(microsecond=0) for instant in instants)

    assert (to_text(one) < to_text(other)) == (one < other)


@pytest.mark.parametrize(
    ("words", "begin", "end"),
    [
        ("24h", "2026-03-13T12:00:00Z", "2026-03-13T12:00:00Z"),
        ("90m", "2026-03-14T10:30:00Z", "2026-03-14T10:30:00Z"),
        ("7D", "2026-03-07T12:00:00Z", "2026-03-07T12:00:00Z"),
        ("2w", "2026-02-28T12:00:00Z", "2026-02-28T12:00:00Z"),
        ("٧d", "2026-03-07T12:00:00Z", "2026-03-07T12:00:00Z"),
        ("2026-03-10", "2026-03-09T21:00:00Z", "2026-03-10T21:00:00Z"),
        (" 2026-3-1 ", "2026-02-28T21:00:00Z", "2026-03-01T21:00:00Z"),
        ("2026-12", "2026-11-30T21:00:00Z", "2026-12-31T21:00:00Z"),
        ("2026", "2025-12-31T21:00:00Z", "2026-12-31T21:00:00Z"),
        ("2026-03-10T14:00Z", "2026-03-10T14:00:00Z", "2026-03-10T14:00:00Z"),
        ("2026-03-10t14:00:30+01:00", "2026-03-10T13:00:30Z", "2026-03-10T13:00:30Z"),
        ("2026-03-10 14:00", "2026-03-10T11:00:00Z", "2026-03-10T11:00:00Z"),
    ],
)
def test_a_span_a_date_and_an_instant_are_understood(words, begin, end) -> None:
    assert to_text(begin_of(words, now=NOW, zone=BAGHDAD)) == begin
    assert to_text(end_of(words, now=NOW, zone=BAGHDAD)) == end


def test_a_day_ends_at_the_next_midnight_also_where_the_clock_changes() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begin, end = (read("2026-03-29", now=NOW, zone=berlin) for read in (begin_of, end_of))

    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=23)


@pytest.mark.parametrize(
    "words",
    ["", "yesterday", "h", "24", "2026-13-01", "2026-02-30", "2026-1-1-1", "0000", "9999", "-5h", "5h5m", "٢٠"],
)
def test_anything_else_is_refused_with_what_may_stand_there(words) -> None:
    with pytest.raises(ValueError, match="must be a span such as 24h"):
        end_of(words, now=NOW, zone=BAGHDAD)
