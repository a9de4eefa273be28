"""What waits for a backfill: whose an address is, how often it is tried, in which order, and how long it takes."""

import os
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from archive.article import Entry, Fate, Visit
from archive.backfill_figures import figures_of
from archive.backfill_ways import PastWay, add_ways, end_way, is_barren, next_way, way_read, ways_by_state
from archive.backfills import (
    BY_HAND,
    Backfill,
    BackfillBusy,
    BackfillEnding,
    Span,
    backfill,
    end_order,
    give_order,
    leave_order,
    leave_orders,
    open_orders,
    stop_order,
    take_order,
)
from archive.frontier import TakenUp, claim, next_addresses, take_up, waiting
from archive.health_evidence import evidence_of
from archive.ledger import address_of, finish_run, record_visit, see_entries, start_run, unfinished
from archive.processes import this_machine
from seeds import bounds

HOST = "https://news.example"
A, B, C = (f"{HOST}/{path}" for path in ("en/1", "ar/خبر-2", "ckb/هەواڵ-3"))


@pytest.fixture
def order(db: sqlite3.Connection, noon: datetime) -> Backfill:
    """An order for the last year."""
    return give_order(db, "example", Span(since=noon - timedelta(days=365), until=noon), "--since 365d", noon)


@pytest.fixture
def find(db: sqlite3.Connection, order: Backfill, noon: datetime) -> Callable[..., TakenUp]:
    """Lets the backfill find addresses, each a day older than the one before."""

    def found(*urls: str, at: datetime = noon) -> TakenUp:
        days = enumerate(urls)
        return take_up(db, order, [Entry(url=url, published=noon - timedelta(days=day)) for day, url in days], at)

    return found


def fail(db: sqlite3.Connection, url: str, at: datetime, *, run: int = 1, **told: Any) -> None:
    record_visit(db, Visit(url=url, source="example", run=run, at=at, fate=Fate.FAILED, **told))


def urls(db: sqlite3.Connection, order: Backfill, at: datetime, run: int = 9) -> list[str]:
    return [entry.url for entry in next_addresses(db, order, run, at, 10)]


def test_the_newest_come_first_or_the_oldest(db: Any, order: Backfill, find: Any, noon: datetime) -> None:
    find(A, B, C)
    take_up(db, order, [Entry(url=f"{HOST}/undated")], noon)
    assert urls(db, order, noon) == [A, B, C, f"{HOST}/undated"]
    end_order(db, order.id, "stopped", noon)
    other = give_order(db, "example", Span(since=noon, until=noon, oldest_first=True), "--oldest-first", noon)
    assert other.id == order.id
    assert urls(db, other, noon) == [f"{HOST}/undated", C, B, A]


def test_a_live_run_leaves_alone_what_waits_and_it_is_no_evidence(db: Any, find: Any, noon: datetime) -> None:
    find(A, B)
    later = noon + timedelta(days=2)
    assert unfinished(db, "example", later) == []
    assert evidence_of(db, "example", [], later).waiting == 0
    fail(db, A, noon, status=404, reason="HTTP 404")
    assert evidence_of(db, "example", [], later).pages == ()
    assert unfinished(db, "example", later) == []


def test_what_a_way_shows_is_the_live_run_s_but_for_what_is_under_way(
    db: Any, order: Backfill, find: Any, noon: datetime
) -> None:
    find(A, B)
    stint = start_run(db, None, noon, backfill=order.id)
    assert claim(db, order.id, A, stint)
    live = start_run(db, "live", noon)

    seen = see_entries(
        db, source="example", run=live, way=f"{HOST}/feed", entries=[Entry(url=A), Entry(url=B)], at=noon
    )

    assert [entry.url for entry in seen.wanted] == [B]
    assert not claim(db, order.id, B, stint), "the backfill has lost it"
    assert waiting(db, order.id) == 1
    assert backfill(db, order.id).counts["left_out"] == {"left to the live crawls": 1}
    finish_run(db, stint, noon, "interrupted", {})
    seen = see_entries(db, source="example", run=live, way=f"{HOST}/feed", entries=[Entry(url=A)], at=noon)
    assert [entry.url for entry in seen.wanted] == [A], "the stint that asked for it is dead"


def test_four_tries_then_it_has_failed_and_a_feed_opens_it_anew(
    db: Any, order: Backfill, find: Any, noon: datetime
) -> None:
    find(A)
    for number in range(4):
        at = noon + timedelta(hours=number)
        assert urls(db, order, at) == [A]
        fail(db, A, at, run=number, reason="timed out")
        assert urls(db, order, at + timedelta(hours=1), run=number) == [], "not twice in one stint"
    assert waiting(db, order.id) == 0
    assert backfill(db, order.id).counts == {"failed": 1, "reasons": {"timed out": 1}}
    assert find(A, at=at).new == 0, "another page that shows it opens it not"
    entries = [Entry(url=A, title="It is back", mark="1")]
    seen = see_entries(db, source="example", run=None, way=f"{HOST}/feed", entries=entries, at=at)
    assert [entry.url for entry in seen.wanted] == [A]


@pytest.mark.parametrize("told", [{"status": 404}, {"status": 410}])
def test_what_is_gone_is_tried_once(db: Any, order: Backfill, find: Any, noon: datetime, told: dict[str, int]) -> None:
    find(A)
    fail(db, A, noon, reason="gone", **told)
    assert urls(db, order, noon + timedelta(days=1)) == []


def test_what_failed_long_ago_is_tried_anew_and_what_is_tried_by_now_is_not(
    db: Any, order: Backfill, find: Any, noon: datetime
) -> None:
    for url, at in ((A, noon - timedelta(days=8)), (B, noon - timedelta(days=1))):
        see_entries(db, source="example", run=None, way=f"{HOST}/feed", entries=[Entry(url=url)], at=at)
        fail(db, url, at, reason="timed out")
    find(A, B)
    assert urls(db, order, noon) == [A]
    assert backfill(db, order.id).counts["left_out"] == {"left to the live crawls": 1}


def test_an_order_is_worked_on_by_one_and_by_another_once_that_is_dead(
    db: Any, order: Backfill, noon: datetime
) -> None:
    assert take_order(db, order.id)
    alive, dead = 1, 2**22 + 1  # beyond what a Linux gives
    db.execute("UPDATE backfills SET process = ?, host = ?", (alive, this_machine()))
    assert not take_order(db, order.id)
    with pytest.raises(BackfillBusy, match="under way already"):
        give_order(db, "example", order.span, order.asked, noon)
    with pytest.raises(BackfillBusy, match="--stop"):
        give_order(db, "example", order.span, "--since 3d", noon)
    db.execute("UPDATE backfills SET process = ?", (dead,))
    assert give_order(db, "example", order.span, order.asked, noon).id == order.id
    assert take_order(db, order.id)
    db.execute("UPDATE backfills SET process = ?", (alive,))
    leave_orders(db)  # a service knows that nobody else is there
    assert take_order(db, order.id)
    end_order(db, order.id, "done", noon)
    assert open_orders(db) == []
    assert give_order(db, "example", order.span, order.asked, noon).id == order.id + 1


def test_the_estimate_says_at_least_while_pages_are_to_be_read_and_nothing_where_nothing_is_known(
    db: Any, order: Backfill, find: Any, noon: datetime
) -> None:
    add_ways(db, order, [PastWay(url=f"{HOST}/sitemap.xml", kind="sitemap")])
    find(*(f"{HOST}/{number}" for number in range(100)))
    figures = figures_of(db, backfill(db, order.id), noon)
    assert (figures.rate, figures.seconds_left, figures.at_least) == (None, None, True)
    run = start_run(db, None, noon, backfill=order.id)
    for number in range(20):  # one each three seconds
        at = noon + timedelta(seconds=3 * number)
        claim(db, order.id, f"{HOST}/{number}", run)
        record_visit(db, Visit(url=f"{HOST}/{number}", source="example", run=run, at=at, fate=Fate.ARCHIVED))
    end_way(db, 1, "read", None)

    figures = figures_of(db, backfill(db, order.id), noon + timedelta(seconds=60))

    assert (figures.waiting, figures.settled, figures.at_least) == (80, 20, False)
    assert figures.rate == pytest.approx(20)
    assert figures.seconds_left == pytest.approx(240)
    later = figures_of(db, backfill(db, order.id), noon + timedelta(hours=1))
    assert later.seconds_left is None, "nothing came of it in the last minutes"


def test_addresses_and_ways_are_bounded_and_the_rest_is_counted(
    db: Any, order: Backfill, find: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.frontier.MAX_BACKFILL_ADDRESSES", 2)
    monkeypatch.setattr("archive.backfill_ways.MAX_BACKFILL_WAYS", 3)
    assert find(A, B, C).new == 2
    for _ in range(2):
        add_ways(db, order, [PastWay(url=f"{HOST}/{number}.xml", kind="sitemap") for number in range(5)])
    assert ways_by_state(db, order.id)["waiting"] == 3
    told = backfill(db, order.id).counts["left_out"]
    assert told == {"too many addresses": 1, "too many sitemaps and pages": 4}
    assert bounds.MAX_BACKFILL_WAYS > 3


def test_a_listing_is_left_where_what_it_shows_first_is_older(
    db: Any, order: Backfill, keep: Any, noon: datetime
) -> None:
    def archived(age: timedelta) -> int:
        url = f"{HOST}/of-{age.days}"
        keep(url=url, published=noon - age, published_precision="second")
        return address_of(db, url)

    add_ways(db, order, [PastWay(url=f"{HOST}/news", kind="listing")])
    first = next_way(db, order, ["listing"], noon)
    assert first is not None
    fresh = archived(timedelta(days=1))
    second = PastWay(url=f"{HOST}/news?page=2", kind="listing", depth=1, listing=first.id)
    way_read(db, order, first, TakenUp(addresses=[fresh], new=1), [second])
    second = next_way(db, order, ["listing"], noon)
    assert second is not None
    assert is_barren(db, second, [fresh])
    old = archived(timedelta(days=800))
    third = PastWay(url=f"{HOST}/news?page=3", kind="listing", depth=2, listing=first.id)
    way_read(db, order, second, TakenUp(addresses=[fresh, old], new=1), [third])

    assert next_way(db, order, ["listing"], noon) is None, "what stands on every page says nothing"
    assert ways_by_state(db, order.id) == {"waiting": 0, "read": 3, "lost": 0}


def test_what_is_just_being_stopped_is_given_anew_only_when_nobody_is_at_work_on_it(
    db: Any, order: Backfill, noon: datetime
) -> None:
    """Else two processes would fetch the same pages: whoever is at work looks every two seconds."""
    db.execute("UPDATE backfills SET host = ?, process = ?", (this_machine(), os.getppid()))
    stop_order(db, order.id, noon)
    assert open_orders(db) == []
    with pytest.raises(BackfillEnding, match="just being stopped"):
        give_order(db, "example", order.span, "--since 365d", noon)
    leave_order(db, order.id)  # of another process
    with pytest.raises(BackfillBusy):
        give_order(db, "example", order.span, "--since 365d", noon)
    db.execute("UPDATE backfills SET process = ?", (os.getpid(),))
    leave_order(db, order.id)
    assert backfill(db, order.id).cause == BY_HAND
    assert give_order(db, "example", order.span, "--since 365d", noon).state == "open"
