"""Trends from the rollup: spans in the desk's zone, and what today is against the days before."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from archive.names import read_names
from archive.trends import MOST_SPANS, bounds, trends
from topics.evidence import Tag

BAGHDAD, KOLKATA, BERLIN = ZoneInfo("Asia/Baghdad"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def publish(keep):
    """Saves an article published at each of these times, of a topic and a source."""

    def publish_all(*times, topic=None, source="example"):
        tags = (Tag(topic=topic, score=1.0, pack_version="p", evidence=()),) if topic else ()
        for number, time in enumerate(times):
            keep(url=f"https://{source}.example/{topic}/{number}", source=source, published=at(time), tags=tags)

    return publish_all


def counted(db, since, by="day", zone=UTC, **more):
    topics = dict(sorted(read_names(db).topics.items()))
    spans = bounds(at(since), NOW, by, zone)
    return {one.topic: one for one in trends(db, spans, topics=topics, now=NOW, zone=zone, **more)}


def test_every_article_and_each_topic_is_counted_by_day(db, publish) -> None:
    publish("2026-03-12T01:00", "2026-03-12T23:59", "2026-03-14T08:00", topic="isis")
    publish("2026-03-13T10:00")
    found = counted(db, "2026-03-12")

    assert (found[None].counts, found["isis"].counts) == ((2, 1, 1), (2, 0, 1))
    assert (found["isis"].total, found["isis"].mean, found["isis"].today, found["isis"].ratio) == (3, 1.0, 1, 1.0)


def test_days_are_those_of_the_zone(db, publish) -> None:
    publish("2026-03-12T20:59", "2026-03-12T21:00")  # midnight in Baghdad

    assert counted(db, "2026-03-12", zone=BAGHDAD)[None].counts == (1, 1, 0)
    assert counted(db, "2026-03-12")[None].counts == (2, 0, 0)


def test_where_a_zone_is_off_by_half_an_hour_an_hour_counts_for_the_day_in_which_it_begins(db, publish) -> None:
    publish("2026-03-12T18:10", "2026-03-12T18:50", "2026-03-12T19:00")  # 23:40, and 00:20 and 00:30 of the next day

    assert counted(db, "2026-03-12", zone=KOLKATA)[None].counts == (2, 1, 0)


def test_weeks_begin_on_monday_and_hours_on_the_hour(db, publish) -> None:
    publish("2026-03-08T23:00", "2026-03-09T00:00", "2026-03-14T11:30")

    assert counted(db, "2026-03-07", by="week")[None].counts == (1, 2)
    assert counted(db, "2026-03-14T10:20", by="hour")[None].counts == (0, 1, 0)


def test_a_day_on_which_the_clock_changes_is_counted_whole() -> None:
    days = bounds(at("2026-03-28T12:00"), at("2026-03-30T12:00"), "day", BERLIN)

    assert [(after - before) / timedelta(hours=1) for before, after in pairwise(days)] == [24, 23, 24]


def test_only_the_sources_that_are_asked_for_are_counted(db, publish) -> None:
    publish("2026-03-13T01:00", source="one")
    publish("2026-03-13T01:00", "2026-03-13T02:00", source="two")

    assert counted(db, "2026-03-13", sources=["two"])[None].counts == (2, 0)
    assert counted(db, "2026-03-13", sources=[])[None].counts == (0, 0)


def test_what_is_dated_in_the_future_does_not_count_for_today(db, publish) -> None:
    publish("2026-03-14T11:00", "2026-03-15T01:00", "2029-01-01T00:00")

    assert counted(db, "2026-03-13")[None].counts == (0, 1)


def test_of_a_week_that_goes_on_what_is_dated_in_its_later_days_does_not_count_for_today(db, publish) -> None:
    publish("2026-03-14T08:00", "2026-03-15T08:00")  # Sunday, the last day of the week

    assert counted(db, "2026-03-10", by="week")[None].today == 1


def test_days_before_the_first_article_do_not_count_for_the_mean(db, publish) -> None:
    publish("2026-03-12T05:00", "2026-03-12T06:00", "2026-03-13T07:00", "2026-03-14T01:00", topic="isis")
    found = counted(db, "2026-02-14")

    assert [(one.mean, one.ratio) for one in found.values()] == [(1.5, 2 / 3)] * 2
    assert counted(db, "2026-02-14", zone=BAGHDAD)["isis"].mean == 1.5


def test_of_today_alone_there_is_no_mean(db, publish) -> None:
    publish("2026-03-14T01:00")
    found = counted(db, "2026-03-14")[None]

    assert (found.today, found.mean, found.ratio) == (1, None, None)


def test_a_series_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="begin later or take longer steps"):
        bounds(at("1970-01-01"), NOW, "hour", UTC)
    assert len(bounds(NOW - timedelta(hours=MOST_SPANS - 1), NOW, "hour", UTC)) == MOST_SPANS + 1


@pytest.mark.parametrize(("sources", "table"), [(["example"], "volume"), (None, "volume_hours")])
def test_each_span_is_a_walk_along_a_part_of_the_key(db, publish, sources, table) -> None:
    publish("2026-03-14T01:00", topic="isis")
    asked = []
    db.set_trace_callback(asked.append)
    counted(db, "2026-03-13", sources=sources)
    db.set_trace_callback(None)
    queries = [one for one in asked if f"FROM {table} " in one]

    assert queries
    for query in queries:
        steps = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {query}")]
        assert any(step.startswith(f"SEARCH {table} USING PRIMARY KEY (topic=? AND hour>?") for step in steps)
