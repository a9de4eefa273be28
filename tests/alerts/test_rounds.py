"""Messages are held back, let go and gathered, and digests come, exactly when docs/alerts.md says."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulated_desk import HOOK, SimulatedDesk

from alerts.rounds import Rounds
from archive.article import Fate
from archive.database import transaction
from archive.owing import Telling, owe
from archive.regrouping import merge, split
from archive.windows import articles_of, last_window

BAGHDAD, BERLIN = ZoneInfo("Asia/Baghdad"), ZoneInfo("Europe/Berlin")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SimulatedDesk]:
    made = SimulatedDesk(tmp_path / "archive.db", datetime(2026, 3, 14, 12, tzinfo=BAGHDAD), BAGHDAD)
    with closing(made.db):
        yield made


def told_by_digests(desk: SimulatedDesk) -> list[list[int]]:
    windows = [row["window"] for row in desk.rows("kind = 'digest'")]
    return [sorted(articles_of(desk.db, window)) for window in windows]


def test_an_alert_without_hygiene_speaks_at_once(desk: SimulatedDesk) -> None:
    desk.has()
    desk.arrives()
    desk.arrives()
    assert desk.sent() == [("14 12:00", "desk", "each")] * 2


def test_quiet_hours_hold_messages_back_and_send_them_as_one(desk: SimulatedDesk) -> None:
    desk.has(quiet="23:00-06:00")
    desk.goes_to("2026-03-14 22:59")
    early = desk.arrives().article
    desk.goes_to("2026-03-14 23:00")
    night = [desk.arrives().article]
    desk.goes_to("2026-03-15 03:30")
    night.append(desk.arrives(title="خبر عاجل", language="ar").article)
    assert [row["due"] for row in desk.rows("state = 'held'")] == ["2026-03-15T03:00:00Z"] * 2

    desk.goes_to("2026-03-15 05:59")
    assert desk.sent() == [("14 22:59", "desk", "each")]
    desk.goes_to("2026-03-15 08:00")
    assert desk.sent() == [("14 22:59", "desk", "each"), ("15 06:00", "desk", "summary")]
    assert list(desk.gathered()) == [night]
    assert early not in night
    assert {row["reason"] for row in desk.rows("state = 'gathered'")} == {"quiet"}


def test_a_single_message_that_was_held_back_is_sent_as_itself(desk: SimulatedDesk) -> None:
    desk.has(quiet="23:00-06:00")
    desk.goes_to("2026-03-15 02:00")
    desk.arrives()
    desk.goes_to("2026-03-15 07:00")
    assert desk.sent() == [("15 06:00", "desk", "each")]


def test_a_cooldown_tells_the_first_at_once_and_the_rest_as_one_behind_it(desk: SimulatedDesk) -> None:
    desk.has(cooldown="1h")
    desk.arrives()
    desk.goes_to("2026-03-14 12:10")
    held = [desk.arrives().article]
    desk.goes_to("2026-03-14 12:50")
    held.append(desk.arrives().article)
    desk.goes_to("2026-03-14 13:30")
    last = desk.arrives().article  # the summary began another hour of silence
    desk.goes_to("2026-03-14 16:00")

    assert desk.sent() == [
        ("14 12:00", "desk", "each"), ("14 13:00", "desk", "summary"), ("14 14:00", "desk", "each")
    ]  # fmt: skip
    assert list(desk.gathered()) == [held]
    assert desk.rows("state = 'waiting'")[-1]["article"] == last or desk.rows("kind = 'each'")[-1]["article"] == last


def test_a_cap_lets_so_many_go_within_an_hour_and_sums_up_the_rest(desk: SimulatedDesk) -> None:
    desk.has(max_per_hour=3)
    for minute in range(40):
        desk.goes_to(f"2026-03-14 12:{minute:02}")
        desk.arrives()
    desk.goes_to("2026-03-14 15:00")

    assert desk.sent() == [
        ("14 12:00", "desk", "each"), ("14 12:01", "desk", "each"), ("14 12:02", "desk", "each"),
        ("14 13:00", "desk", "summary"),
    ]  # fmt: skip
    [gathered] = desk.gathered()
    assert len(gathered) == 37


def test_a_message_to_two_channels_counts_once(desk: SimulatedDesk) -> None:
    desk.has(max_per_hour=2, to=(HOOK, "json://127.0.0.1/other"))
    for _ in range(4):
        desk.arrives()
    assert len(desk.rows("state = 'waiting'")) == 4
    assert len(desk.rows("state = 'held'")) == 4

    desk.goes_to("2026-03-14 13:00")
    assert [row["channel"] for row in desk.rows("kind = 'summary'")] == [HOOK, "json://127.0.0.1/other"]
    desk.arrives()  # the summary is the first of this hour, to however many channels
    assert len(desk.rows("state = 'held'")) == 0


def test_of_several_reasons_the_last_to_end_decides(desk: SimulatedDesk) -> None:
    desk.has(cooldown="2h", quiet="13:00-13:30")
    desk.goes_to("2026-03-14 12:55")
    desk.arrives()
    desk.goes_to("2026-03-14 13:10")
    desk.arrives()
    desk.goes_to("2026-03-14 16:00")
    assert desk.sent() == [("14 12:55", "desk", "each"), ("14 14:55", "desk", "each")]


def test_what_comes_in_the_moment_of_release_goes_with_the_rest(desk: SimulatedDesk) -> None:
    desk.has(quiet="23:00-06:00")
    desk.goes_to("2026-03-15 05:00")
    desk.arrives()
    desk.sleeps_until("2026-03-15 06:00")
    desk.arrives()  # before the round that lets the other go
    desk.round()
    assert desk.sent() == [("15 06:00", "desk", "summary")]


def test_an_hour_that_is_taken_off_an_alert_lets_go_at_once(desk: SimulatedDesk) -> None:
    desk.has(quiet="11:00-20:00")
    desk.arrives()
    desk.has()
    desk.goes_to("2026-03-14 12:01")
    assert desk.sent() == [("14 12:01", "desk", "each")]


@pytest.mark.parametrize(
    ("begin", "arrives", "sent"),
    [
        ("2026-03-28 12:00", "2026-03-29 01:30", "29 03:00"),  # 02:00 to 03:00 is left out
        ("2026-10-24 12:00", "2026-10-25 01:30", "25 03:00"),  # 02:00 to 03:00 comes twice
    ],
)
def test_quiet_hours_end_by_the_wall_clock_when_the_clocks_change(
    tmp_path: Path, begin: str, arrives: str, sent: str
) -> None:
    desk = SimulatedDesk(tmp_path / "archive.db", datetime.fromisoformat(begin).replace(tzinfo=BERLIN), BERLIN)
    with closing(desk.db):
        desk.has(quiet="22:00-03:00")
        desk.sleeps_until(arrives)
        desk.arrives()
        desk.step = timedelta(minutes=5)
        desk.now = desk.now.astimezone(UTC)
        desk.goes_to(f"{arrives[:10]} 09:00")
        assert desk.sent() == [(sent, "desk", "each")]


def test_a_copy_of_a_told_story_is_on_record_and_its_edits_are_no_copies(desk: SimulatedDesk) -> None:
    desk.has(topics=("isis",))
    text = "ISIS gunmen attacked a checkpoint near the river before dawn and two soldiers were wounded there " * 3
    first = desk.arrives(text=text, tags={"isis": 1.0}, source="a", url="https://a.example/1")
    copy = desk.arrives(text=text, tags={"isis": 1.0}, source="b", url="https://b.example/1")
    assert copy.story == first.story
    edited = desk.arrives(text=text + " More soon.", tags={"isis": 1.0}, source="a", url="https://a.example/1")
    assert edited.fate is Fate.REVISED

    assert len(desk.sent()) == 1
    assert desk.suppressed() == [("desk", "copy")]


def test_what_is_too_weak_is_on_record_once(desk: SimulatedDesk) -> None:
    desk.has(topics=("isis",), min_score=2, query="checkpoint")
    for text in ("A checkpoint was hit.", "A checkpoint was hit, two hurt.", "A bridge was hit."):
        desk.arrives(text=text, tags={"isis": 1.0}, url="https://a.example/1")
    desk.arrives(text="Another checkpoint.", tags={"syria": 1.0})
    assert desk.sent() == []
    assert desk.suppressed() == [("desk", "min_score")]


def test_a_digest_tells_at_its_time_of_all_since_the_one_before(desk: SimulatedDesk) -> None:
    desk.has("morning", when="digest", cron="0 6 * * *", topics=("isis",))
    desk.round()
    desk.goes_to("2026-03-14 18:00")
    first = [desk.arrives(tags={"isis": 1.0}).article]
    desk.arrives(tags={"syria": 1.0})
    desk.goes_to("2026-03-15 05:59")
    first.append(desk.arrives(tags={"isis": 1.0}, title="داعش", language="ar").article)
    assert desk.sent() == []
    desk.goes_to("2026-03-15 06:30")
    second = desk.arrives(tags={"isis": 1.0}, title="داعش", language="ckb").article
    desk.goes_to("2026-03-17 07:00")

    assert desk.sent() == [("15 06:00", "morning", "digest"), ("16 06:00", "morning", "digest")]
    assert told_by_digests(desk) == [first, [second]]
    assert desk.suppressed() == [("morning", "empty")]


def test_an_empty_digest_is_sent_where_it_is_asked_for(desk: SimulatedDesk) -> None:
    desk.has("morning", when="digest", cron="0 6 * * *", empty=True)
    desk.round()
    desk.goes_to("2026-03-16 07:00")
    assert [at for at, _, _ in desk.sent()] == ["15 06:00", "16 06:00"]


def test_after_downtime_one_digest_tells_of_all_of_it(desk: SimulatedDesk) -> None:
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.round()
    desk.goes_to("2026-03-14 13:30")
    before = desk.arrives().article
    desk.sleeps_until("2026-03-14 19:40")  # six hours, and six times that are missed
    desk.round()
    after = desk.arrives().article
    desk.goes_to("2026-03-14 21:00")

    assert [at for at, _, _ in desk.sent()] == ["14 19:40", "14 20:00"]
    assert told_by_digests(desk) == [[before], [after]]
    ends = [row[0] for row in desk.db.execute('SELECT "end" FROM windows ORDER BY id')]
    assert ends[2] == "2026-03-14T16:00:00Z"  # 19:00, the last one that was missed; 13:00 had nothing to tell


def test_an_article_that_is_archived_behind_the_time_is_told_by_the_next_digest(desk: SimulatedDesk) -> None:
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.round()
    desk.sleeps_until("2026-03-14 13:02")
    late = desk.arrives().article
    desk.round()
    assert desk.sent() == []
    desk.goes_to("2026-03-14 14:00")
    assert told_by_digests(desk) == [[late]]


def test_a_story_that_a_digest_told_of_is_not_told_again(desk: SimulatedDesk) -> None:
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.has("each", when="digest", cron="0 * * * *", per="article")
    desk.round()
    text = "The convoy left the northern base before dawn and drivers at the crossing saw forty lorries go south " * 3
    for source in ("a", "b", "c"):
        desk.arrives(text=text, source=source, url=f"https://{source}.example/1")
        desk.goes_to(f"2026-03-14 {desk.now.hour + 1}:01")
    assert [alert for _, alert, _ in desk.sent()] == ["hourly", "each", "each", "each"]
    assert desk.suppressed()[:2] == [("hourly", "copy"), ("hourly", "empty")]


def test_a_digest_within_quiet_hours_is_sent_behind_them_and_by_itself(desk: SimulatedDesk) -> None:
    desk.has("early", when="digest", cron="0 4 * * *", quiet="23:00-06:00")
    desk.round()
    desk.arrives()
    desk.goes_to("2026-03-15 07:00")
    assert desk.sent() == [("15 06:00", "early", "digest")]


@pytest.mark.parametrize(
    ("begin", "end", "sent"),
    [
        ("2026-03-27 12:00", "2026-03-31 12:00", ["28 02:30", "29 03:00", "30 02:30", "31 02:30"]),
        ("2026-10-23 12:00", "2026-10-27 12:00", ["24 02:30", "25 02:30", "26 02:30", "27 02:30"]),
    ],
)
def test_a_digest_comes_once_a_day_when_the_clocks_change(
    tmp_path: Path, begin: str, end: str, sent: list[str]
) -> None:
    desk = SimulatedDesk(tmp_path / "archive.db", datetime.fromisoformat(begin).replace(tzinfo=BERLIN), BERLIN)
    with closing(desk.db):
        desk.has("night", when="digest", cron="30 2 * * *", empty=True)
        desk.step, desk.now = timedelta(minutes=10), desk.now.astimezone(UTC)
        desk.round()
        desk.goes_to(end)
        assert [at for at, _, _ in desk.sent()] == sent


def test_a_clock_that_was_years_ahead_keeps_no_digest_from_coming(desk: SimulatedDesk) -> None:
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.sleeps_until("2031-01-01 00:00")
    desk.round()
    desk.sleeps_until("2026-03-14 12:10")
    desk.round()
    article = desk.arrives().article
    desk.goes_to("2026-03-14 13:00")
    assert told_by_digests(desk) == [[article]]


def test_what_waits_for_a_digest_is_told_when_its_alert_becomes_another_kind(desk: SimulatedDesk) -> None:
    desk.has(when="digest", cron="0 6 * * *")
    desk.round()
    waiting = [desk.arrives().article, desk.arrives().article]
    desk.has(quiet="12:00-12:30")
    desk.reloads()
    desk.reloads()
    desk.goes_to("2026-03-15 12:00")
    assert desk.sent() == [("14 12:30", "desk", "digest")]
    assert told_by_digests(desk) == [waiting]


@pytest.mark.parametrize("meanwhile", [True, False], ids=["another kind", "gone"])
def test_a_digest_that_was_none_for_a_while_claims_nothing_of_that_time(desk: SimulatedDesk, meanwhile: bool) -> None:
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.round()
    first = desk.arrives().article
    del desk.alerts["hourly"]
    if meanwhile:
        desk.has("hourly", quiet="00:00-23:59")
    desk.reloads()
    desk.sleeps_until("2026-04-14 12:10")
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.reloads()
    desk.round()
    second = desk.arrives().article
    desk.goes_to("2026-04-14 13:00")
    *_, last = [row["window"] for row in desk.rows("kind = 'digest'")]
    begin = desk.db.execute("SELECT begin FROM windows WHERE id = ?", (last,)).fetchone()[0]
    assert desk.shown(begin) == "14 12:10"
    assert told_by_digests(desk) == ([[first], [second]] if meanwhile else [[first, second]])


def test_a_reload_leaves_a_digest_that_goes_on_alone(desk: SimulatedDesk) -> None:
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.round()
    desk.arrives()
    desk.has("hourly", when="digest", cron="30 * * * *")
    desk.reloads()
    desk.goes_to("2026-03-14 13:00")
    assert desk.sent() == [("14 12:30", "hourly", "digest")]


def test_what_was_archived_under_a_clock_that_was_years_ahead_is_told_by_the_next_digest(desk: SimulatedDesk) -> None:
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.round()
    desk.sleeps_until("2031-01-01 00:00")
    ahead = desk.arrives().article
    desk.sleeps_until("2026-03-14 12:10")
    desk.round()
    article = desk.arrives().article
    desk.goes_to("2026-03-14 15:00")
    assert told_by_digests(desk) == [sorted([ahead, article])]


def test_a_cooldown_holds_although_a_message_was_sent_under_a_clock_that_was_years_ahead(desk: SimulatedDesk) -> None:
    desk.has(cooldown="1h")
    desk.sleeps_until("2031-01-01 00:00")
    desk.arrives()
    desk.sleeps_until("2026-03-14 12:00")
    for minute in (10, 20, 30):
        desk.goes_to(f"2026-03-14 12:{minute}")
        desk.arrives()
    desk.goes_to("2026-03-14 14:00")
    assert desk.sent()[:-1] == [("14 12:10", "desk", "each"), ("14 13:10", "desk", "summary")]


def test_no_round_and_no_message_reads_all_that_was_ever_sent(desk: SimulatedDesk) -> None:
    desk.has(max_per_hour=2, quiet="02:00-03:00")
    desk.has("other", max_per_hour=2)
    for _ in range(4):
        desk.arrives()
    article = desk.rows()[0]["article"]

    def steps() -> int:
        """A thousand of SQLite's instructions each."""
        taken = 0

        def count() -> None:
            nonlocal taken
            taken += 1

        desk.db.set_progress_handler(count, 1_000)
        rounds = Rounds(watch=desk.watch)
        for _ in range(5):
            rounds.is_due(desk.db, desk.now)
            desk.arrives()
            with transaction(desk.db):
                rounds.go(desk.db, desk.now)
        desk.db.set_progress_handler(None, 0)
        return taken

    few = steps()
    for number in range(20_000):
        telling = Telling(alert="desk", kind="each", subject=f"article:{number}", article=article)
        owe(desk.db, telling, [HOOK], at=desk.now - timedelta(days=1))
    assert steps() < 2 * few + 10


def test_a_round_that_is_rolled_back_leaves_window_articles_and_messages_as_they_were(desk: SimulatedDesk) -> None:
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.round()
    article = desk.arrives().article
    desk.sleeps_until("2026-03-14 13:00")
    last = last_window(desk.db, "hourly", "digest")
    with pytest.raises(sqlite3.IntegrityError), transaction(desk.db):
        Rounds(watch=desk.watch).go(desk.db, desk.now)
        raise sqlite3.IntegrityError
    assert (desk.rows(), last_window(desk.db, "hourly", "digest")) == ([], last)
    desk.round()
    assert told_by_digests(desk) == [[article]]


def test_stories_that_are_merged_or_split_by_hand_are_told_once(desk: SimulatedDesk) -> None:
    desk.has("hourly", when="digest", cron="0 * * * *")
    desk.round()
    told, other = desk.arrives().article, desk.arrives().article
    desk.goes_to("2026-03-14 13:00")
    later = desk.arrives().article
    with transaction(desk.db):
        merge(desk.db, [told, later], desk.now)
        split(desk.db, [other], desk.now)
    desk.goes_to("2026-03-14 14:00")
    subjects = [row[0] for row in desk.db.execute("SELECT subject FROM window_articles WHERE article = ?", (later,))]
    assert subjects == [f"story:{told}/{later}"]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.fixed_dictionaries(
        {},
        optional={
            "quiet": st.sampled_from(["23:00-06:00", "11:00-13:00", "00:00-23:59"]),
            "cooldown": st.sampled_from(["10m", "1h", "3h"]),
            "max_per_hour": st.integers(1, 3),
        },
    ),
    pauses=st.lists(st.integers(0, 200), min_size=1, max_size=12),
    seed=st.integers(0, 10**6),
)
def test_nothing_that_is_held_back_is_lost_or_told_twice(
    tmp_path_factory: Any, keys: dict[str, Any], pauses: list[int], seed: int
) -> None:
    begin = datetime(2026, 3, 14, 12, tzinfo=UTC)
    desk = SimulatedDesk(tmp_path_factory.mktemp("desk") / "archive.db", begin, step=timedelta(minutes=7))
    with closing(desk.db):
        desk.has(**keys)
        articles = set()
        for pause in pauses:
            desk.goes_to(f"{desk.now + timedelta(minutes=pause):%Y-%m-%d %H:%M}")
            articles.add(desk.arrives().article)
        desk.has(**{name: value for name, value in keys.items() if name != "quiet"})
        desk.goes_to(f"{desk.now + timedelta(hours=12):%Y-%m-%d %H:%M}")

        told = [row["article"] for row in desk.rows("kind = 'each'")]
        assert sorted(told) == sorted(articles)
        assert not desk.rows("state = 'held'")
        summaries = {row["ref"] for row in desk.rows("kind = 'summary'")}
        assert {row["within"] for row in desk.rows("state = 'gathered'")} == summaries
        let_go = sorted(row["released"] for row in desk.rows("state = 'waiting'"))
        _check_pauses([datetime.fromisoformat(text) for text in let_go], keys)


def _check_pauses(let_go: list[datetime], keys: dict[str, Any]) -> None:
    if "cooldown" in keys:
        least = {"10m": 10, "1h": 60, "3h": 180}[keys["cooldown"]]
        assert all(later - sooner >= timedelta(minutes=least) for sooner, later in itertools.pairwise(let_go))
    if most := keys.get("max_per_hour"):
        pairs = zip(let_go, let_go[most:], strict=False)
        assert all(later - sooner >= timedelta(hours=1) for sooner, later in pairs)
