"""What an edit changed is told, in every language, and nothing is told that no reader sees."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.article import Fate

RAW = "2026-03-14 12:00"


@pytest.fixture
def revisions(db):
    return lambda: [dict(row) for row in db.execute("SELECT * FROM revisions ORDER BY id")]


@pytest.fixture
def changed(revisions):
    return lambda: [json.loads(row["changed"]) for row in revisions()]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Four killed in Kirkuk.", "Seven killed in Kirkuk."),
        ("مقتل أربعة في كركوك.", "مقتل سبعة في كركوك."),
        ("چوار کەس لە کەرکووک کوژران.", "حەوت کەس لە کەرکووک کوژران."),
        ("Li Kerkûkê çar kes hatin kuştin.", "Li Kerkûkê heft kes hatin kuştin."),
    ],
)
def test_an_edit_tells_whether_title_or_text_changed(keep, changed, before, after) -> None:
    keep(title=before, text=before)
    keep(title=after, text=before)
    keep(title=after, text=after)
    keep(title=before, text=before)

    assert changed() == [["title"], ["text"], ["title", "text"]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The minister said so.", "The mini\u00adster said\u200b so.\ufeff"),
        ("Café in Sûriye", "Cafe\u0301 in Su\u0302riye"),
        ("قالت الحكومة أمس", "\u200fقالت الحكومة\u200f أ\u0645س".replace("أ", "ا\u0654")),
        ("هەرێمی کوردستان", "هەرێمی\u00a0 کوردستان\u2069"),
    ],
)
def test_what_no_reader_sees_is_no_edit(keep, changed, before, after) -> None:
    keep(title=before, text=before)

    assert keep(title=after, text=after).fate is Fate.UNCHANGED
    assert changed() == []


def test_a_joiner_is_seen(keep) -> None:
    keep(text="می\u200cخواهد")

    assert keep(text="میخواهد").fate is Fate.REVISED


def test_a_date_that_was_edited_is_a_revision_that_keeps_the_date_before(db, keep, revisions, noon, minutes) -> None:
    keep(published=noon, published_raw=RAW, published_precision="minute")
    later = {
        "published": noon + timedelta(hours=5),
        "published_raw": "2026-03-14 17:00",
        "published_precision": "minute",
    }
    stored = keep(**later, seen=minutes(400))

    assert stored.fate is Fate.REVISED
    (row,) = revisions()
    assert (row["published"], row["published_precision"], row["changed"], row["change"]) == (
        "2026-03-14T12:00:00Z", "minute", '["published"]', 0.0,
    )  # fmt: skip
    assert (row["title"], row["text"], row["back_to"]) == ("A title", "A text.", None)
    assert db.execute("SELECT published FROM articles").fetchone()[0] == "2026-03-14T17:00:00Z"
    assert keep(**later, seen=minutes(500)).fate is Fate.UNCHANGED


NO_EDITS = {
    "in the same words": ((0, RAW, "minute"), (3, RAW, "minute")),
    "the same minute": ((0, RAW, "minute"), (0.01, "2026-03-14 12:00:36", "second")),
    "finer": ((-12, "14 آذار 2026", "day"), (3, "2026-03-14 15:00", "minute")),
    "finer, in a zone of its own": ((-12, "14.03.2026", "day"), (-14, "2026-03-14 02:00 +04:00", "minute")),
    "coarser": ((0, RAW, "minute"), (-12, "14 March 2026", "day")),
    "counted from the look": ((0, "2 hours ago", "minute"), (0.9, "3 hours ago", "minute")),
    "counted from the look, in Arabic": ((0, "قبل ساعتين", "minute"), (1, "منذ ٣ ساعات", "minute")),
    "counted from the look, in Sorani": ((0, "پێش ٢ کاتژمێر", "minute"), (1, "پێش ٣ کاتژمێر", "minute")),
    "a count after a date": ((0, RAW, "minute"), (1, "vor 3 Stunden", "minute")),
    "a date after a count": ((0, "vor 3 Stunden", "minute"), (1, "2026-03-14 13:00", "minute")),
}


@pytest.mark.parametrize(("before", "after"), NO_EDITS.values(), ids=NO_EDITS)
def test_a_date_that_nobody_edited_makes_no_revision(keep, changed, noon, before, after) -> None:
    for hours, raw, precision in (before, after):
        stored = keep(published=noon + timedelta(hours=hours), published_raw=raw, published_precision=precision)

    assert stored.fate is Fate.UNCHANGED
    assert changed() == []


@pytest.mark.parametrize(
    ("raw", "next_raw"),
    [
        ("14 March 2026", "15 March 2026"),
        ("١٤ آذار ٢٠٢٦", "١٥ آذار ٢٠٢٦"),
        ("14ی ئازاری 2026", "15ی ئازاری 2026"),
        ("14 Adar 2026", "15 Adar 2026"),
        ("14/3/26", "15/3/26"),
    ],
)
def test_another_day_is_an_edit_however_it_is_written(keep, changed, noon, raw, next_raw) -> None:
    keep(published=noon, published_raw=raw, published_precision="day")

    assert (
        keep(published=noon + timedelta(days=1), published_raw=next_raw, published_precision="day").fate is Fate.REVISED
    )
    assert changed() == [["published"]]


def test_a_date_that_counts_from_the_look_stays_what_the_first_look_made_of_it(db, keep, noon) -> None:
    keep(published=noon, published_raw="28 minutes ago", published_precision="minute")
    keep(published=noon - timedelta(minutes=31), published_raw="an hour ago", published_precision="minute")

    assert tuple(db.execute("SELECT published, published_raw FROM articles").fetchone()) == (
        "2026-03-14T12:00:00Z", "28 minutes ago",
    )  # fmt: skip


def test_a_surmised_date_replaces_none_but_in_the_same_words_that_are_read_anew(db, keep, noon) -> None:
    def dates() -> str:
        return db.execute("SELECT published FROM articles").fetchone()[0]

    keep(published=noon, published_raw=RAW, published_precision="minute")
    other = {"published_raw": "2026-03-14 17:00", "published_precision": "minute"}

    assert keep(published=noon + timedelta(hours=5), **other, surmised=True).fate is Fate.UNCHANGED
    assert dates() == "2026-03-14T12:00:00Z"
    assert keep(published=noon - timedelta(hours=3), published_raw=RAW, surmised=True).fate is Fate.UNCHANGED
    assert dates() == "2026-03-14T09:00:00Z"
    assert keep(published=noon + timedelta(hours=5), **other).fate is Fate.REVISED


def test_a_change_of_the_date_back_is_seen_as_one(keep, revisions, noon) -> None:
    for hour in (0, 5, 0, 7):
        at = noon + timedelta(hours=hour)
        keep(published=at, published_raw=f"{at:%Y-%m-%d %H:%M}", published_precision="minute")

    one, two, three = revisions()
    assert [one["back_to"], two["back_to"], three["back_to"]] == [None, one["id"], None]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.sampled_from(["One.", "اثنان.", "سێ.", "Çar."]), min_size=2, max_size=9))
def test_any_history_can_be_read_again_and_tells_where_it_went_back(db, keep, history) -> None:
    """The latest earlier version of the same words is the one that an edit went back to."""
    db.execute("DELETE FROM revisions")
    url = f"https://news.example/{db.execute('SELECT count(*) FROM article_head').fetchone()[0]}"
    for text in history:
        article = keep(url=url, title=text, text=text).article

    versions = [text for place, text in enumerate(history) if place == 0 or history[place - 1] != text]
    edits = db.execute("SELECT * FROM edits WHERE article = ? ORDER BY id", (article,)).fetchall()
    assert [(row["text_before"], row["text_after"]) for row in edits] == list(pairwise(versions))
    numbers = [row["id"] for row in edits]
    for place, row in enumerate(edits):
        earlier = [number for number, text in zip(numbers[:place], versions, strict=False) if text == row["text_after"]]
        assert row["back_to"] == max(earlier, default=None)
