"""What a spike is: on archives of counts, in simulated time."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from counted_archive import HOUR, evenly, publish

from alerts.definitions import Alert
from alerts.spike import FEWEST, REST, Spike
from alerts.unusual import spike_end, spikes, too_young
from archive.database import open_archive
from seeds.sources import Source

BAGHDAD, BERLIN = ZoneInfo("Asia/Baghdad"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 11, 14, 37, tzinfo=UTC)
TWO = NOW.replace(minute=0)
BEGIN = TWO - timedelta(weeks=10)


def source(name: str, *, enabled: bool = True) -> Source:
    return Source(id=name, name=name.title(), feeds=(f"https://{name}.example/feed",), article=".", enabled=enabled)


SOURCES = {name: source(name) for name in ("wire", "paper")}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(tmp_path / "archive.db")) as connection:
        yield connection


def told(db, now=NOW, *, topics=("isis",), sources=SOURCES, zone=BAGHDAD, of=(), known=("isis", "syria")):
    alert = Alert(id="loud", when="spike", topics=topics, sources=of, to=("env:X",))
    return spikes(db, alert, sources=sources, topics=known, zone=zone, now=now)


def end(db, spike, now, **more):
    alert = Alert(id="loud", when="spike", topics=("isis",), to=("env:X",))
    return spike_end(db, alert, spike, **{"sources": SOURCES, "topics": ["isis"], "zone": BAGHDAD, "now": now} | more)


def burst(number, begin=TWO, within=timedelta(minutes=35)):
    """So many times from *begin* on."""
    return [begin + n * within / number for n in range(number)]


@pytest.fixture
def usual(db):
    """Two articles an hour for ten weeks, but in the hour that runs."""
    publish(db, evenly(BEGIN, TWO, 2), topic="isis")


def test_an_hour_with_far_more_than_usual_is_a_spike_while_it_runs(db, usual) -> None:
    publish(db, burst(14), topic="isis")

    # 2/3 · 4.2 · √((1 + 1/24) / 2) = 2.020726;  2 · 3.020726^1.5 = 10.50
    assert told(db) == [Spike(topic="isis", hour=TWO, until=NOW, count=14, expected=2.0, bound=10.5, weeks=8)]
    (spike,) = told(db)
    assert (spike.subject, spike.ratio) == ("topic:isis", 7.0)


def test_its_figures_are_json_and_lead_back(db, usual) -> None:
    publish(db, burst(14), topic="isis")
    (spike,) = told(db)

    assert Spike.of_figures(json.loads(json.dumps(spike.figures))) == spike
    assert spike.figures["hour"] == "2026-03-11T14:00:00Z"


def test_as_many_as_the_bound_allows_are_none(db, usual) -> None:
    publish(db, burst(10), topic="isis")
    assert told(db) == []

    publish(db, [TWO + timedelta(minutes=36)], topic="isis", seen=NOW)
    assert [one.count for one in told(db)] == [11]


def test_few_articles_are_none_however_seldom_the_topic_is(db) -> None:
    publish(db, evenly(BEGIN, TWO, 1))  # of other topics
    publish(db, burst(FEWEST - 1), topic="isis")
    assert told(db) == []

    publish(db, [NOW - timedelta(minutes=3)], topic="isis")
    assert [(one.count, one.expected) for one in told(db)] == [(5, 0.02)]


def test_the_hour_that_ended_counts_whole(db) -> None:
    publish(db, evenly(BEGIN, TWO - HOUR, 2), topic="isis")
    publish(db, burst(14, TWO - HOUR, timedelta(minutes=59)), topic="isis")

    assert [(one.hour, one.until, one.count) for one in told(db)] == [(TWO - HOUR, TWO, 14)]
    assert told(db, NOW + HOUR) == []


def test_of_a_moment_of_the_past_only_what_was_known_then_counts(db, usual) -> None:
    publish(db, burst(14), topic="isis")
    publish(db, evenly(TWO + HOUR, TWO + 5 * HOUR, 30), topic="isis")

    assert told(db, TWO + timedelta(minutes=20)) == []
    assert [one.count for one in told(db, TWO + timedelta(minutes=34))] == [13]  # the last is found two minutes later
    assert [one.count for one in told(db, TWO + timedelta(minutes=40))] == [14]


def test_an_article_that_is_dated_ahead_counts_when_its_time_has_come(db, usual) -> None:
    publish(db, burst(14, TWO + timedelta(minutes=40), timedelta(minutes=15)), topic="isis", seen=TWO)

    assert told(db) == []
    assert len(told(db, TWO + timedelta(minutes=58))) == 1


def test_each_topic_that_is_named_is_looked_at_and_no_other(db, usual) -> None:
    publish(db, burst(14), topic="isis")
    publish(db, burst(14), topic="syria", source="wire")

    assert [one.topic for one in told(db, topics=("*",))] == ["isis", "syria"]
    assert [one.topic for one in told(db, topics=("syr*",))] == ["syria"]
    assert told(db, topics=("oil",), known=("oil",)) == []


def test_without_topics_all_articles_of_its_sources_are_one(db, usual) -> None:
    publish(db, evenly(BEGIN, TWO, 2), source="paper")
    publish(db, burst(9))
    publish(db, burst(9), source="paper")

    assert [(one.subject, one.count, one.expected) for one in told(db, topics=())] == [("", 18, 4.0)]
    assert told(db, topics=(), of=("paper",)) == []


def test_only_the_sources_that_are_asked_for_and_enabled_count(db, usual) -> None:
    publish(db, evenly(BEGIN, TWO, 2), source="paper", topic="isis")
    publish(db, burst(20), topic="isis")

    assert [one.expected for one in told(db)] == [4.0]
    assert [one.expected for one in told(db, of=("w*",))] == [2.0]
    assert told(db, of=("paper",)) == []
    assert [one.expected for one in told(db, sources={**SOURCES, "paper": source("paper", enabled=False)})] == [2.0]
    assert told(db, sources={}) == []


def test_the_wall_clock_of_the_desk_tells_which_hour_is_meant(db) -> None:
    """Ten articles an hour come from nine to twelve in Berlin, where the clock was put forward on 29 March 2026."""
    ten = datetime(2026, 3, 31, 10, tzinfo=BERLIN)
    days = [ten - timedelta(days=n) for n in range(1, 70)]  # wall time
    busy = [day.astimezone(UTC) + shift for day in days for shift in (-HOUR, timedelta(), HOUR)]
    publish(db, [hour + n * timedelta(minutes=6) for hour in busy for n in range(10)], topic="isis")
    publish(db, evenly(busy[-1] - HOUR, ten, 2, hours=range(11, 24)), topic="isis")
    publish(db, burst(60, ten.astimezone(UTC), timedelta(minutes=59)), topic="isis")

    now = ten.astimezone(UTC) + HOUR
    assert [(one.hour.hour, one.expected) for one in told(db, now, zone=BERLIN)] == [(8, 10.0)]
    assert [one.expected != 10.0 for one in told(db, now, zone=UTC)] == [True]


def test_a_young_archive_says_nothing_and_why(db) -> None:
    begin = NOW - timedelta(days=12)
    publish(db, evenly(TWO - timedelta(days=12), TWO, 2), topic="isis")
    publish(db, burst(14), topic="isis")
    alert = Alert(id="loud", when="spike", topics=("isis",), to=("env:X",))
    desk = {"sources": SOURCES, "topics": ["isis"], "zone": BAGHDAD}

    assert told(db) == []
    assert too_young(db, alert, now=NOW, **desk) == "the archive covers 12 of 21 days"
    assert too_young(db, alert, now=begin - timedelta(days=1), **desk) == "the archive covers 0 of 21 days"
    later = NOW + timedelta(days=9, hours=1)
    assert too_young(db, alert, now=later, **desk) is None


def test_with_three_weeks_there_are_three_to_compare(db) -> None:
    publish(db, evenly(TWO - timedelta(days=22), TWO, 2), topic="isis")
    publish(db, burst(14), topic="isis")

    assert [one.weeks for one in told(db)] == [3]


def test_a_new_source_makes_no_spike(db, usual) -> None:
    """It brings with its first crawl what its feed has shown for weeks, and then what nobody counted before."""
    publish(db, evenly(TWO - timedelta(weeks=8), TWO, 1, hours=[9]), source="paper", topic="isis", seen=TWO)
    publish(db, burst(30), source="paper", topic="isis")

    assert told(db) == []
    publish(db, burst(14), topic="isis")
    assert [(one.count, one.expected) for one in told(db)] == [(14, 2.0)]


def test_an_outbreak_of_the_past_hides_no_spike(db, usual) -> None:
    publish(db, burst(60, TWO - timedelta(weeks=3)), topic="isis")
    publish(db, burst(20), topic="isis")

    assert [one.count for one in told(db)] == [20]


def test_what_has_been_in_the_news_all_week_is_measured_by_the_week(db) -> None:
    publish(db, evenly(BEGIN, TWO - timedelta(weeks=1), 2), topic="isis")
    publish(db, evenly(TWO - timedelta(weeks=1), TWO, 10), topic="isis")
    publish(db, burst(20), topic="isis")
    assert told(db) == []

    publish(db, burst(40), topic="isis")
    assert [one.expected > 10 for one in told(db)] == [True]


def test_a_spike_ends_after_as_many_quiet_hours_as_are_a_rest(db, usual) -> None:
    publish(db, burst(14), topic="isis")
    publish(db, burst(2, TWO + HOUR), topic="isis")
    publish(db, burst(15, TWO + 2 * HOUR), topic="isis")
    (spike,) = told(db)

    for hours in range(3 + REST):
        assert end(db, spike, TWO + hours * HOUR + timedelta(minutes=59)) is None
    assert end(db, spike, TWO + (3 + REST) * HOUR) == TWO + 3 * HOUR


def test_a_spike_of_what_nobody_asks_for_any_more_is_over(db, usual) -> None:
    publish(db, burst(14), topic="isis")
    (spike,) = told(db)

    assert end(db, spike, NOW, sources={}) == TWO
    other = Alert(id="loud", when="spike", topics=("syria",), to=("env:X",))
    assert spike_end(db, other, spike, sources=SOURCES, topics=["syria"], zone=BAGHDAD, now=NOW) == TWO


def test_an_empty_archive_has_none(db) -> None:
    assert told(db) == told(db, topics=()) == []
