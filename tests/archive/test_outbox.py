"""What is owed is kept until it was delivered or given up, and each try to deliver it is written down."""

import os
import platform
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.database import open_archive, transaction
from archive.outbox import (
    AFTER_SUCCESS,
    JITTER,
    LEASE,
    MOST_TRIES,
    PAUSES,
    Owed,
    claim,
    deliveries,
    dismiss,
    is_due,
    mark_failed,
    mark_sent,
    messages,
    readdress,
    release_leases,
    revive,
)
from archive.overview import outbox_counts
from archive.owing import of_article, owe
from archive.times import from_text, to_text

Owing = Callable[..., int]
HOOK, MAIL = "json://127.0.0.1/hook", "env:KHABAR_MAIL"


@pytest.fixture
def owing(db: sqlite3.Connection, noon: datetime) -> Owing:
    """Owes in a transaction of its own: `owing(article=2, channels=[…], at=…)`; how many rows were born."""

    def put(**fields: Any) -> int:
        given: dict[str, Any] = {"article": 1, "story": 1} | fields
        channels, at = given.pop("channels", [HOOK]), given.pop("at", noon)
        with transaction(db):
            return owe(db, of_article(given.pop("alert", "desk"), **given), channels, at=at)

    return put


@pytest.fixture
def take(db: sqlite3.Connection, noon: datetime) -> Callable[..., list[Owed]]:
    """Claims for a channel: `take(at=…, number=…)`."""

    def claim_some(at: datetime = noon, number: int = 10, channel: str = HOOK, **options: Any) -> list[Owed]:
        with transaction(db):
            return claim(db, channel, at, number, **options)

    return claim_some


def row(db: sqlite3.Connection, ref: str) -> dict[str, Any]:
    return dict(db.execute("SELECT * FROM alerts WHERE ref = ?", (ref,)).fetchone())


def test_a_message_is_born_waiting_and_due_at_once(db, owing, noon) -> None:
    assert owing() == 1

    [message] = messages(db)
    assert {name: message[name] for name in ("alert", "kind", "article", "story", "channel", "state", "attempts")} == {
        "alert": "desk", "kind": "each", "article": 1, "story": 1, "channel": HOOK, "state": "waiting", "attempts": 0
    }  # fmt: skip
    assert (message["born"], message["due"], message["sent"], message["error"]) == (to_text(noon),) * 2 + (None, None)
    assert message["ref"].isalnum()
    assert len(message["ref"]) == 12
    assert outbox_counts(db) == {"held": 0, "waiting": 1, "sent": 0, "dead": 0}


@pytest.mark.parametrize(
    ("per_story", "more", "born"),
    [
        (True, {}, 0),  # the same once more
        (True, {"article": 2}, 0),  # a copy
        (True, {"article": 2, "story": 2}, 1),
        (True, {"article": 1, "alert": "other"}, 1),
        (True, {"channels": [HOOK, MAIL]}, 1),  # of two channels one is new
        (False, {}, 0),
        (False, {"article": 2}, 1),
        (False, {"article": 2, "channels": [HOOK, MAIL]}, 2),
    ],
)
def test_one_row_for_an_alert_a_story_or_article_and_a_channel(
    owing: Owing, per_story: bool, more: dict[str, Any], born: int
) -> None:
    assert owing(per_story=per_story) == 1
    assert owing(per_story=per_story, **more) == born


def test_two_processes_that_owe_the_same_leave_one_row(archive_path: Path, db, owing, noon) -> None:
    with closing(open_archive(archive_path)) as other:
        owing(article=1)
        with transaction(other):
            assert owe(other, of_article("desk", article=2, story=1), [HOOK], at=noon) == 0
    assert [message["article"] for message in messages(db)] == [1]


def test_what_is_rolled_back_is_owed_by_nobody(db, noon) -> None:
    with pytest.raises(ZeroDivisionError), transaction(db):
        owe(db, of_article("desk", article=1, story=1), [HOOK, MAIL], at=noon)
        _ = 1 / 0
    assert messages(db) == []
    assert not is_due(db, HOOK, noon)


def test_a_claim_takes_the_oldest_first_and_no_more_than_it_may(owing, take, minutes) -> None:
    for number in (3, 1, 2, 4):
        owing(article=number, story=number, at=minutes(number))
    owing(article=5, story=5, at=minutes(0), channels=[MAIL])

    assert [owed.article for owed in take(minutes(9), 3)] == [1, 2, 3]
    assert [owed.article for owed in take(minutes(9), 3)] == [4]
    assert take(minutes(9)) == []


def test_what_is_not_due_yet_is_not_claimed(db, owing, take, minutes) -> None:
    owing(at=minutes(5))
    assert not is_due(db, HOOK, minutes(4))
    assert take(minutes(4)) == []
    assert is_due(db, HOOK, minutes(5))
    assert len(take(minutes(5))) == 1


def test_a_bound_leaves_out_what_became_due_since(owing, take, minutes) -> None:
    owing(article=1, story=1, at=minutes(0))
    owing(article=2, story=2, at=minutes(2))
    assert [owed.article for owed in take(minutes(3), due_by=minutes(1))] == [1]


def test_what_is_on_a_lease_nobody_else_takes_until_it_expires(db, owing, take, noon) -> None:
    owing()
    [first] = take(noon)
    almost = noon + LEASE - timedelta(seconds=1)
    assert not is_due(db, HOOK, almost)
    assert take(almost) == []

    assert is_due(db, HOOK, noon + LEASE)
    [second] = take(noon + LEASE)
    assert (second.ref, first.attempts, second.attempts) == (first.ref, 1, 2)


def test_leases_are_given_back_at_once_by_the_next_service(db, owing, take, noon) -> None:
    owing()
    take(noon)
    with transaction(db):
        assert release_leases(db) == 1
    assert [owed.attempts for owed in take(noon)] == [2]


def test_a_message_that_was_sent_is_never_due_again(db, owing, take, noon, minutes) -> None:
    owing()
    [owed] = take(noon)
    mark_sent(db, owed, minutes(1))

    message = row(db, owed.ref)
    assert (message["state"], message["sent"], message["due"], message["lease"]) == (
        "sent", to_text(minutes(1)), None, None
    )  # fmt: skip
    assert take(minutes(100_000)) == []
    assert release_leases(db) == 0
    assert owing() == 0


def test_pauses_grow_and_no_try_comes_before_them(db, owing, take, noon) -> None:
    owing()
    now, waits = noon, []
    for tries in range(1, MOST_TRIES):
        [owed] = take(now)
        assert owed.attempts == tries
        assert mark_failed(db, owed, now, "HTTP 500") == "waiting"
        due = from_text(row(db, owed.ref)["due"])
        assert take(due - timedelta(seconds=1)) == []
        waits.append(due - now)
        now = due
    assert tuple(waits[: len(PAUSES)]) == PAUSES
    assert set(waits[len(PAUSES) :]) == {PAUSES[-1]}, "the last one repeats"
    assert timedelta(hours=15) < now - noon < timedelta(hours=17), "as long as a night and a morning"


def test_a_pause_is_lengthened_by_the_share_that_it_is_told(db, owing, take, noon) -> None:
    owing()
    [owed] = take(noon)
    mark_failed(db, owed, noon, "HTTP 500", lengthened=JITTER)
    assert from_text(row(db, owed.ref)["due"]) == noon + PAUSES[0] * (1 + JITTER)


def test_after_its_last_try_a_message_is_dead_with_the_last_error(db, owing, take, noon) -> None:
    owing()
    now = noon
    for tries in range(1, MOST_TRIES + 1):
        [owed] = take(now)
        state = mark_failed(db, owed, now, f"refused {tries}")
        now += timedelta(days=1)
    assert state == "dead"

    message = row(db, owed.ref)
    assert (message["state"], message["attempts"], message["due"], message["lease"], message["error"]) == (
        "dead", MOST_TRIES, None, None, f"refused {MOST_TRIES}"
    )  # fmt: skip
    assert take(now) == []
    assert len(deliveries(db, owed.ref)) == MOST_TRIES


def test_what_can_never_be_sent_is_dead_at_its_first_try(db, owing, take, noon) -> None:
    owing()
    [owed] = take(noon)
    assert mark_failed(db, owed, noon, "the article is gone", final=True) == "dead"
    assert outbox_counts(db)["dead"] == 1


def test_an_error_is_kept_short_and_as_sqlite_can_keep_it(db, owing, take, noon) -> None:
    owing()
    [owed] = take(noon)
    mark_failed(db, owed, noon, "رفض\0 \ud800" + "x" * 5_000)
    error = row(db, owed.ref)["error"]
    assert len(error) == 300
    assert error.startswith("رفض  ")
    error.encode()


def test_a_success_shortens_the_wait_of_others_for_its_channel_and_of_no_other(db, owing, take, noon) -> None:
    for article in (1, 2, 3):
        owing(article=article, story=article, channels=[HOOK, MAIL])
    hook, mail = take(noon), take(noon, channel=MAIL)
    db.execute("UPDATE alerts SET attempts = 5, failures = 4")  # a long pause is next
    for owed in (*hook[:2], *mail):
        mark_failed(db, replace(owed, attempts=5), noon, "HTTP 500")
    long = to_text(noon + PAUSES[4])

    mark_sent(db, hook[2], noon)

    soon = to_text(noon + AFTER_SUCCESS)
    assert [row(db, owed.ref)["due"] for owed in hook] == [soon, soon, None]
    assert [row(db, owed.ref)["due"] for owed in mail] == [long] * 3


def test_a_try_whose_process_died_does_not_lengthen_the_pause(db, owing, take, noon) -> None:
    owing()
    take(noon)
    assert release_leases(db) == 1
    [again] = take(noon)
    assert again.attempts == 2
    mark_failed(db, again, noon, "HTTP 500")
    assert from_text(row(db, again.ref)["due"]) == noon + PAUSES[0]


def test_a_success_makes_nobody_wait_longer(db, owing, take, noon) -> None:
    for article in (1, 2):
        owing(article=article, story=article)
    first, second = take(noon)
    mark_failed(db, first, noon, "HTTP 500")
    mark_sent(db, second, noon)
    assert from_text(row(db, first.ref)["due"]) == noon + PAUSES[0]


def test_a_failure_that_is_recorded_late_does_not_undo_a_success(db, owing, take, noon) -> None:
    owing()
    [slow] = take(noon)
    [quick] = take(noon + LEASE)
    mark_sent(db, quick, noon + LEASE)

    assert mark_failed(db, slow, noon + LEASE, "no answer") == "sent"
    message = row(db, slow.ref)
    assert (message["state"], message["due"], message["error"]) == ("sent", None, None)
    assert [try_["outcome"] for try_ in deliveries(db, slow.ref)] == ["failed", "sent"]


def test_a_failure_that_is_recorded_late_does_not_disturb_the_try_that_is_under_way(db, owing, take, noon) -> None:
    owing()
    [slow] = take(noon)
    now = noon + LEASE
    [quick] = take(now)
    assert mark_failed(db, slow, now, "no answer") == "waiting"
    assert take(now + PAUSES[0]) == []

    mark_failed(db, quick, now, "HTTP 500")
    assert from_text(row(db, quick.ref)["due"]) == now + PAUSES[0]


def test_a_success_that_is_recorded_late_counts(db, owing, take, noon) -> None:
    owing()
    [slow] = take(noon)
    [quick] = take(noon + LEASE)
    mark_failed(db, quick, noon + LEASE, "HTTP 500")
    mark_sent(db, slow, noon + LEASE)
    assert row(db, slow.ref)["state"] == "sent"
    assert [try_["outcome"] for try_ in deliveries(db, slow.ref)] == ["sent", "failed"]


def test_the_log_tells_every_try_also_one_that_never_ended(db, owing, take, noon) -> None:
    owing()
    [first] = take(noon)
    mark_failed(db, first, noon + timedelta(seconds=2), "HTTP 500")
    again = noon + timedelta(minutes=1)
    take(again)  # and its process dies
    [last] = take(again + LEASE)
    mark_sent(db, last, again + LEASE)

    assert row(db, first.ref)["error"] is None, "of a message that arrived, the log alone tells what went wrong before"
    assert deliveries(db, first.ref) == [
        {"begun": to_text(noon), "ended": to_text(noon + timedelta(seconds=2)), "outcome": "failed",
         "error": "HTTP 500"},
        {"begun": to_text(again), "ended": None, "outcome": None, "error": None},
        {"begun": to_text(again + LEASE), "ended": to_text(again + LEASE), "outcome": "sent", "error": None},
    ]  # fmt: skip


def test_what_no_alert_wants_any_more_is_given_up_and_nothing_else(db, owing, take, noon) -> None:
    owing(channels=[HOOK, MAIL])  # both are owed the first story, so that what waits for one cannot go to the other
    owing(alert="other", channels=[HOOK])
    owing(alert="gone", channels=[HOOK])

    with transaction(db):
        assert readdress(db, {"desk": [HOOK], "other": [MAIL]}, noon) == (1, 2)

    states = {(message["alert"], message["channel"]): message["state"] for message in messages(db)}
    assert states == {
        ("desk", HOOK): "waiting", ("desk", MAIL): "dead", ("other", MAIL): "waiting", ("gone", HOOK): "dead"
    }  # fmt: skip
    assert all("no alert" in message["error"] for message in messages(db, states=["dead"]))


def test_a_sent_message_is_not_sent_to_a_channel_that_is_new(db, owing, take, noon) -> None:
    owing()
    mark_sent(db, take(noon)[0], noon)
    assert readdress(db, {"desk": [MAIL]}, noon) == (0, 0)


def test_times_of_a_clock_that_went_wrong_are_not_waited_for(db, owing, take, noon) -> None:
    ahead = noon + timedelta(days=300)
    owing(at=ahead)
    [owed] = take(ahead)
    mark_failed(db, owed, ahead, "HTTP 500")
    owing(article=2, story=2, at=ahead)
    take(ahead, number=1)  # on a lease that ends in 300 days
    assert len(take(noon)) == 2


def test_only_the_leases_of_dead_processes_are_given_back(db, owing, take, noon) -> None:
    for article in (1, 2, 3):
        owing(article=article, story=article)
    mine, living, far = take(noon)
    db.execute("UPDATE alerts SET holder = ? WHERE ref = ?", (f"{platform.node()}:{os.getppid()}", living.ref))
    db.execute("UPDATE alerts SET holder = 'elsewhere:1' WHERE ref = ?", (far.ref,))
    assert release_leases(db) == 1
    assert [owed.ref for owed in take(noon)] == [mine.ref]


def test_what_is_excepted_is_not_taken(db, owing, noon) -> None:
    for article in (1, 2):
        owing(article=article, story=article)
    [first] = claim(db, HOOK, noon, 1)
    later = noon + LEASE
    assert [owed.ref for owed in claim(db, HOOK, later, 2, but_for=[first.ref])] != [first.ref]
    assert len(claim(db, HOOK, later + LEASE, 2)) == 2


def test_what_waits_for_a_channel_whose_name_is_corrected_goes_to_the_new_one(db, owing, take, noon) -> None:
    owing(channels=["json://wrong/hook", MAIL])
    assert readdress(db, {"desk": [MAIL, HOOK]}, noon) == (1, 0)
    assert [owed.attempts for owed in take(noon)] == [1]
    assert readdress(db, {"desk": [MAIL, HOOK]}, noon) == (0, 0)


def test_the_end_of_a_try_does_not_bring_back_what_was_given_up(db, owing, take, noon) -> None:
    owing()
    [owed] = take(noon)
    readdress(db, {}, noon)
    assert mark_failed(db, owed, noon, "HTTP 500") == "dead"
    assert "no alert" in row(db, owed.ref)["error"]


@pytest.fixture
def three_dead(db, owing, take, noon) -> list[str]:
    """The refs of three messages that are dead, beside one that waits and one that was sent."""
    for article in (1, 2, 3):
        owing(article=article, story=article)
    dead = take(noon)
    for owed in dead:
        mark_failed(db, owed, noon, "refused", final=True)
    owing(article=4, story=4)
    mark_sent(db, take(noon)[0], noon)
    owing(article=5, story=5)
    return [owed.ref for owed in dead]


def test_the_dead_are_revived_all_at_once_with_all_their_tries(db, take, three_dead, minutes) -> None:
    assert sorted(revive(db, minutes(5))) == sorted(three_dead)
    assert {owed.ref: owed.attempts for owed in take(minutes(5)) if owed.ref in three_dead} == dict.fromkeys(
        three_dead, 1
    )


def test_only_those_named_are_revived_and_only_if_they_are_dead(db, three_dead, minutes) -> None:
    waiting = messages(db, states=["waiting"])[0]["ref"]
    assert revive(db, minutes(5), [three_dead[1], waiting, "nothing"]) == [three_dead[1]]
    assert outbox_counts(db) == {"held": 0, "waiting": 2, "sent": 1, "dead": 2}
    assert row(db, waiting)["due"] != to_text(minutes(5))


def test_only_the_dead_are_dismissed_and_what_is_dismissed_is_kept_and_never_sent(
    db, take, three_dead, minutes
) -> None:
    waiting = messages(db, states=["waiting"])[0]["ref"]
    assert dismiss(db, [three_dead[0], waiting]) == [three_dead[0]]
    assert sorted(dismiss(db)) == sorted(three_dead[1:])
    assert revive(db, minutes(5)) == []
    assert [owed.ref for owed in take(minutes(5))] == [waiting]
    assert {message["ref"] for message in messages(db, states=["dismissed"])} == set(three_dead)
    assert outbox_counts(db) == {"held": 0, "waiting": 1, "sent": 1, "dead": 0}


def test_messages_are_listed_newest_first_and_as_asked(db, keep, owing, minutes) -> None:
    told = keep(url="https://news.example/7", title="خبر عاجل")
    for number in (1, 3, 2):
        owing(article=number, story=number, at=minutes(number))
    owing(alert="other", article=told.article, story=told.story, at=minutes(4))

    listed = messages(db)
    assert [message["article"] for message in listed] == [told.article, 3, 2, 1]
    assert [(message["title"], message["source"], message["url"]) for message in listed[:2]] == [
        ("خبر عاجل", "example", "https://news.example/7"),
        (None, None, None),  # its article is gone
    ]
    assert [message["article"] for message in messages(db, limit=2)] == [told.article, 3]
    assert [message["article"] for message in messages(db, alert="other")] == [told.article]
    assert [message["article"] for message in messages(db, refs=[listed[2]["ref"]])] == [2]
    assert messages(db, states=["dead"]) == []
