"""A story knows which of its articles appeared first, and how long after it each copy did."""

import random
from datetime import UTC

import pytest

from archive import stories
from archive.copies import MOST_READ, read_copies, read_stories
from archive.reading import read_record
from archive.search import Filters
from crawler.cli.articles import record_lines


@pytest.fixture
def copy(keep, prose, minutes):
    """A copy of one text by *source*; dated so many minutes after noon, and seen then, or later."""
    text = prose(120, 1)

    def put(source, dated, seen=None, **fields):
        given = {"published": minutes(dated), "published_precision": "minute"} if dated is not None else {}
        return keep(
            url=f"https://{source}.example/1", source=source, text=text,
            seen=minutes(dated if seen is None else seen), **(given | fields),
        ).article  # fmt: skip

    return put


@pytest.fixture
def first(db):
    def of(article):
        row = db.execute(
            "SELECT first_article FROM stories WHERE id = (SELECT story FROM article_head WHERE id = ?)", (article,)
        ).fetchone()
        return row[0]

    return of


def test_the_first_to_appear_is_not_the_first_to_arrive(db, copy, first) -> None:
    late, original, third = copy("late", 30), copy("original", 0, 40), copy("third", 50)

    assert first(late) == original
    copies = read_copies(db, late)
    assert [(one["id"], one["delay"], one["first"]) for one in copies] == [
        (original, 0, True), (late, 1800, False), (third, 3000, False),
    ]  # fmt: skip
    view = db.execute("SELECT article, delay, is_first FROM copies WHERE story = ? ORDER BY delay", (late,))
    assert [tuple(row) for row in view] == [(one["id"], one["delay"], int(one["first"])) for one in copies]


def test_of_two_at_the_same_moment_the_first_to_arrive_was_first(copy, first) -> None:
    arrived = copy("a", 0, 5)

    assert copy("b", 0, 6) != first(arrived) == arrived


def test_an_article_without_a_date_appeared_when_it_was_seen(copy, first) -> None:
    dated = copy("dated", 10, 20)

    assert first(copy("undated", None, 15)) == dated
    assert first(copy("earlier", None, 5)) != dated


def test_a_bare_day_is_no_claim_to_have_been_first(copy, first, noon) -> None:
    by_minute = copy("a", -60, 0)
    midnight = noon.replace(hour=0)

    assert first(copy("b", None, 30, published=midnight, published_precision="day")) == by_minute


def test_a_date_in_the_future_is_cut_to_when_the_page_was_seen(copy, first, minutes) -> None:
    early = copy("a", None, 0, published=minutes(600), published_precision="minute")

    assert first(copy("b", 10)) == early


def test_a_date_that_is_corrected_later_names_another_first(copy, first) -> None:
    a, b = copy("a", 0, 60), copy("b", 30, 61)
    assert first(a) == a

    copy("a", 45, 120)
    assert first(a) == b

    copy("b", 50, 130)
    assert first(a) == a


def test_any_order_of_arrivals_and_corrections_names_the_one_that_appeared_first(db, copy) -> None:
    chance = random.Random(4)
    for step in range(60):
        copy(f"s{chance.randrange(8)}", chance.randrange(100), 200 + step)
        [row] = db.execute("SELECT first_article, articles FROM stories").fetchall()
        expected = db.execute("SELECT id FROM article_head ORDER BY appeared, first_seen, id").fetchall()
        assert tuple(row) == (expected[0][0], len(expected))


def test_a_show_of_an_article_has_appearances_and_delays(db, copy) -> None:
    a, b = copy("a", 0), copy("b", 12)
    record = read_record(db, b)

    assert record is not None
    assert [(one["id"], one["appeared"], one["delay"], one["first"]) for one in record.story["articles"]] == [
        (a, "2026-03-14T12:00:00Z", 0, True), (b, "2026-03-14T12:12:00Z", 720, False),
    ]  # fmt: skip


def test_stories_are_listed_by_their_newest_article_and_only_those_with_copies(db, copy, keep, prose, minutes) -> None:
    old = copy("a", 0)
    copy("b", 12)
    for source, at in (("c", 60), ("a", 90), ("c", 95)):
        other = keep(
            url=f"https://{source}.example/{at}", source=source, text=prose(100, 9), published=minutes(at),
            seen=minutes(at), language="ckb",
        )  # fmt: skip
    keep(url="https://alone.example/1", source="alone", text=prose(100, 5), published=minutes(99), seen=minutes(99))

    listed = read_stories(db)

    assert [(story["id"], story["count"], story["sources"]) for story in listed] == [
        (other.story, 3, ["a", "c"]), (old, 2, ["a", "b"]),
    ]  # fmt: skip
    assert [story["id"] for story in read_stories(db, Filters(languages=["ckb"]))] == [other.story]
    assert [story["id"] for story in read_stories(db, Filters(sources=["b"]))] == [old]
    assert [story["id"] for story in read_stories(db, limit=1)] == [other.story]
    assert read_stories(db, Filters(sources=["alone"])) == []


def test_an_article_is_told_of_however_many_copies_appeared_before_it(db, keep, prose, minutes) -> None:
    text, number = prose(60, 1), MOST_READ + 3
    for place in range(number):
        last = keep(url=f"https://a.example/{place}", source=f"s{place % 3}", text=text, seen=minutes(place / 60))

    record = read_record(db, last.article)

    assert record is not None
    assert (record.story["count"], record.story["sources"]) == (number, ["s0", "s1", "s2"])
    assert len(record.story["articles"]) == MOST_READ + 1
    assert record.story["articles"][-1]["id"] == last.article
    told = [line.plain for line in record_lines(record, UTC)]
    begin = told.index(f"\nThe same story  {number:,} articles of 3 sources")
    assert told[begin + 1].startswith("     first  ")
    assert told[-3].endswith("(this article)")
    assert told[-1] == f"  and {number - 51:,} more"


def test_a_flood_of_one_text_costs_an_arrival_no_more_than_a_few_copies_do(db, keep, prose, minutes) -> None:
    """Counted in steps of SQLite's machine, which no other process can change."""
    text, steps = prose(60, 1), []
    for number in range(1_200):
        taken = [0]
        db.set_progress_handler(lambda taken=taken: taken.__setitem__(0, taken[0] + 1), 100)
        keep(url=f"https://a.example/{number}", text=text, published=minutes(-number), seen=minutes(number / 60))
        steps.append(taken[0])
    db.set_progress_handler(None, 0)
    [row] = db.execute("SELECT articles FROM stories").fetchall()

    assert row[0] == 1_200 > MOST_READ
    [story] = db.execute("SELECT id FROM stories").fetchone()
    assert len(read_copies(db, story)) == MOST_READ
    assert sum(steps[-100:]) < 1.5 * sum(steps[100:200])
    assert stories._MOST_IN_BAND < 100
