"""What a crawl remembers: fates, marks, feeds and runs."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from archive import ledger
from archive.article import Entry, Fate, Visit
from archive.ledger import finish_run, forget_visit, record_visit, see_entries, start_run, unfinished
from archive.ways import Way, record_way, ways

FEED = "https://news.example/feed"
OTHER = "https://news.example/sitemap.xml"


@pytest.fixture
def see(db, minutes):
    """Shows entries in a way, and gives the URLs that are to be fetched."""

    def show(*urls, at=0.0, run=1, way=FEED, mark=None, source="example"):
        entries = [Entry(url=url, mark=mark, title="Hint") for url in urls]
        wanted = see_entries(db, source=source, run=run, way=way, entries=entries, at=minutes(at)).wanted
        return [entry.url for entry in wanted]

    return show


@pytest.fixture
def visit(db, minutes):
    """Records the fate of a URL."""

    def record(url, fate, *, at=0.0, run=1, reason=None, status=None):
        record_visit(
            db, Visit(url=url, source="example", run=run, at=minutes(at), fate=fate, reason=reason, status=status)
        )

    return record


A, B = "https://news.example/a", "https://news.example/b"


def test_what_was_never_seen_is_wanted_and_waits(db, see) -> None:
    assert see(A, B) == [A, B]
    assert [tuple(row) for row in db.execute("SELECT url, source, run, fate FROM visits")] == [
        (A, "example", 1, "waiting"),
        (B, "example", 1, "waiting"),
    ]


def test_what_still_waits_is_wanted_again_in_the_next_run(see) -> None:
    see(A)

    assert see(A, at=10, run=2) == [A]


@pytest.mark.parametrize("fate", [Fate.ARCHIVED, Fate.REVISED, Fate.UNCHANGED, Fate.DUPLICATE])
def test_what_is_settled_is_not_wanted(see, visit, fate) -> None:
    see(A)
    visit(A, fate)

    assert see(A, "http://www.news.example/a?utm_source=rss", at=10, run=2) == []


def test_two_entries_of_one_address_count_once(see) -> None:
    assert see(A, A + "#comments") == [A]


def test_a_changed_mark_opens_an_archived_url_until_it_was_visited(see, visit) -> None:
    see(A, mark="v1")
    visit(A, Fate.ARCHIVED)

    assert see(A, mark="v1", run=2) == []
    assert see(A, mark="v2", run=3) == [A]
    assert see(A, mark="v2", run=4) == [A], "run 3 was killed before it could fetch"
    visit(A, Fate.REVISED, run=4)
    assert see(A, mark="v2", run=5) == []


def several(number: int) -> list[str]:
    return [f"https://news.example/{place}" for place in range(number)]


@pytest.mark.parametrize(
    ("shown", "believed"),
    [((5, 4), False), ((5, 5), False), ((50, 45), False), ((4, 4), True), ((5, 3), True), ((50, 30), True)],
)
def test_a_way_by_which_nearly_everything_changed_is_not_believed(db, see, visit, shown, believed) -> None:
    known, changed = shown
    urls = several(known)
    see(*urls, mark="first")
    for url in urls:
        visit(url, Fate.ARCHIVED)

    entries = [Entry(url=url, mark="other" if place < changed else "first") for place, url in enumerate(urls)]
    seen = see_entries(db, source="example", run=2, way=FEED, entries=entries, at=datetime.now(UTC))
    assert [entry.url for entry in seen.wanted] == (urls[:changed] if believed else [])


def test_what_a_way_that_is_not_believed_shows_for_the_first_time_is_wanted_and_its_marks_are_kept(see, visit) -> None:
    urls = several(6)
    see(*urls, mark="six o'clock")
    for url in urls:
        visit(url, Fate.ARCHIVED)

    assert see(*urls, A, at=60, run=2, mark="seven o'clock") == [A]
    visit(A, Fate.ARCHIVED, at=60, run=2)
    assert see(*urls, A, at=120, run=3, mark="seven o'clock") == []
    assert see(urls[0], at=180, run=4, mark="a correction") == [urls[0]]


def test_a_way_that_first_shows_an_archived_url_only_leaves_its_mark(see, visit) -> None:
    see(A, mark="v1")
    visit(A, Fate.ARCHIVED)

    assert see(A, mark="other", way=OTHER, run=2) == []
    assert see(A, mark="v1", run=2) == []
    assert see(A, mark="changed", way=OTHER, run=3) == [A]


def test_a_way_without_marks_tells_no_change(see, visit) -> None:
    see(A, mark="v1")
    visit(A, Fate.ARCHIVED)

    assert see(A, mark=None, run=2) == []
    assert see(A, mark="v1", run=3) == []


def test_a_failed_url_is_tried_at_once_and_then_ever_more_rarely(db, see, visit) -> None:
    see(A)
    at, pauses = 0.0, []
    for run in range(2, 9):
        visit(A, Fate.FAILED, at=at, run=run, reason="HTTP 500", status=500)
        pause = next(minute for minute in (0, 5, 15, 45, 135, 360) if see(A, at=at + minute, run=run + 1))
        pauses.append(pause)
        if pause:
            assert see(A, at=at + pause - 1, run=run + 1) == []
        at += pause

    assert pauses == [0, 5, 15, 45, 135, 360, 360]


def test_of_two_addresses_of_a_page_the_one_shown_last_has_the_next_try(db, see, visit, minutes) -> None:
    plain = A.replace("https://", "http://")
    see(A)
    visit(A, Fate.FAILED, reason="timed out")
    see(plain, at=1, run=2)

    assert [entry.url for entry in unfinished(db, "example", minutes(10))] == [plain]


def test_a_url_that_failed_in_this_run_is_not_wanted_by_it_again(see, visit) -> None:
    see(A, run=1)
    visit(A, Fate.FAILED, run=1, reason="timed out")

    assert see(A, way=OTHER, run=1, at=1) == []
    assert see(A, run=2, at=1) == [A]


def test_a_url_that_cannot_be_had_is_given_up_after_a_week_unless_it_changes(see, visit) -> None:
    see(A, mark="v1")
    for day in range(9):
        visit(A, Fate.REFUSED, at=day * 1440, reason="not HTML (PDF)")
    later = 9 * 1440

    assert see(A, mark="v1", at=later, run=2) == []
    assert see(A, mark="v2", at=later, run=2) == [A]


def test_a_feed_that_shows_anothers_addresses_before_they_are_there_does_not_keep_them_from_being_read(
    db, see, visit, minutes
) -> None:
    """Hostile: numbers of stories to come, shown until nobody would ask for them any more."""
    hostile = {"way": "https://hostile.example/feed", "mark": "x", "source": "hostile"}
    week = [*range(0, 8 * 24 * 60, 12 * 60)]
    for run, at in enumerate(week, 1):
        if see(A, at=at, run=run, **hostile):
            lost = Visit(url=A, source="hostile", run=run, at=minutes(at), fate=Fate.FAILED, reason="HTTP 404")
            record_visit(db, lost)
    run, at = len(week) + 1, week[-1] + 60
    assert see(A, at=at, run=run, **hostile) == []
    assert see(A, at=at, run=run, mark="published") == [A]
    visit(A, Fate.FAILED, at=at, run=run)
    assert see(A, at=at + 1, run=run, mark="published") == [], "opened anew by its first sight alone"


def test_an_archived_url_that_fails_to_be_fetched_again_is_tried_again(see, visit) -> None:
    see(A, mark="v1")
    visit(A, Fate.ARCHIVED)
    see(A, mark="v2", run=2)
    visit(A, Fate.FAILED, run=2, reason="HTTP 503")

    assert see(A, mark="v2", run=3, at=1) == [A]


def test_unfinished_gives_what_no_feed_shows_any_more_with_its_hints(db, visit, minutes, noon) -> None:
    entry = Entry(
        url=A,
        title="عنوان",
        published=noon,
        updated=noon + timedelta(hours=1),
        author="Ana",
        language="ar",
        summary="S",
        mark="m",
    )
    see_entries(db, source="example", run=1, way=FEED, entries=[entry, Entry(url=B)], at=noon)
    visit(B, Fate.ARCHIVED)

    assert unfinished(db, "example", minutes(1)) == [entry]
    assert unfinished(db, "other", minutes(1)) == []


def test_where_more_is_unfinished_than_one_run_takes_the_newest_are_taken(db, noon, monkeypatch) -> None:
    monkeypatch.setattr(ledger, "MAX_UNFINISHED", 2)
    entries = [Entry(url=f"{FEED}/{age}", published=noon - timedelta(days=age)) for age in range(4)]
    see_entries(db, source="example", run=1, way=FEED, entries=entries[:2], at=noon)
    see_entries(db, source="example", run=1, way=FEED, entries=entries[2:], at=noon + timedelta(minutes=1))

    assert unfinished(db, "example", noon + timedelta(minutes=2)) == entries[:2]


def test_unfinished_leaves_out_what_is_not_due_what_was_given_up_and_the_feeds_themselves(
    db, see, visit, minutes
) -> None:
    see(A, B)
    record_way(db, Way(url=FEED, source="example", health="dead", cause="HTTP 500"))
    visit(FEED, Fate.FAILED, reason="HTTP 500")
    visit(A, Fate.FAILED, at=0)
    visit(A, Fate.FAILED, at=1)

    assert [entry.url for entry in unfinished(db, "example", minutes(2))] == [B]
    assert {entry.url for entry in unfinished(db, "example", minutes(6))} == {A, B}
    late = minutes(8 * 1440)  # what was tried for a week is given up, what was never tried is not
    assert [entry.url for entry in unfinished(db, "example", late)] == [B]


def test_the_fate_of_a_feed_can_be_taken_back(db, visit) -> None:
    visit(FEED, Fate.FAILED, reason="HTTP 500")
    forget_visit(db, FEED)
    forget_visit(db, "https://news.example/never-seen")

    assert db.execute("SELECT count(*) FROM visits").fetchone()[0] == 0


def test_a_way_is_remembered_whole(db, noon) -> None:
    way = Way(
        url=FEED,
        source="example",
        etag='"x"',
        last_modified="Sat",
        last_success=noon,
        last_change=noon,
        last_full=noon,
        health="ok",
        cause=None,
    )
    record_way(db, way)
    record_way(db, way)
    record_way(db, Way(url=OTHER, source="example", health="dead", cause="HTTP 404"))

    assert ways(db, "example") == {
        FEED: way,
        OTHER: Way(url=OTHER, source="example", health="dead", cause="HTTP 404"),
    }
    assert ways(db, "other") == {}


def test_marks_survive_what_a_way_is_remembered_as(db, see, visit) -> None:
    see(A, mark="v1")
    visit(A, Fate.ARCHIVED)
    record_way(db, Way(url=FEED, source="example", etag="new"))

    assert see(A, mark="v2", run=2) == [A]


def test_a_run_is_written_down(db, noon, minutes) -> None:
    run = start_run(db, "iraq-wire", noon)
    finish_run(db, run, minutes(2), "done", {"example": {"archived": 3}})

    row = dict(db.execute("SELECT id, job, started, finished, outcome, counts FROM runs").fetchone())
    assert row == {
        "id": run,
        "job": "iraq-wire",
        "started": "2026-03-14T12:00:00Z",
        "finished": "2026-03-14T12:02:00Z",
        "outcome": "done",
        "counts": '{"example": {"archived": 3}}',
    }


def test_a_run_whose_process_died_is_interrupted_and_one_that_goes_on_is_not(db, noon, minutes) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    elsewhere = "another machine"
    for host, process, started in (
        (platform.node(), int(dead.stdout), "2026-03-14T11:59:00Z"),
        (platform.node(), os.getpid(), "2026-03-01T00:00:00Z"),
        (elsewhere, 1, "2026-03-14T11:59:00Z"),
        (elsewhere, 1, "2026-03-12T00:00:00Z"),
    ):
        db.execute("INSERT INTO runs (started, host, process) VALUES (?, ?, ?)", (started, host, process))

    new = start_run(db, None, noon)

    outcomes = [row[0] for row in db.execute("SELECT outcome FROM runs WHERE id < ? ORDER BY id", (new,))]
    assert outcomes == ["interrupted", None, None, "interrupted"]


def test_addresses_that_no_database_could_keep_do_no_harm(see) -> None:
    assert len(see("https://news.example/\ud800", "https://news.example/\0", "not a url", "")) == 4


def test_hints_that_no_database_could_keep_do_no_harm(db, noon) -> None:
    see_entries(db, source="example", run=1, way=FEED, entries=[Entry(url=A, title="a\ud800b")], at=noon)

    assert unfinished(db, "example", noon)[0].title == "a?b"
