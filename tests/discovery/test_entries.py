"""What links, titles and dates from the network become."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Entry
from crawler.discovery.entries import (
    NoEntries,
    about,
    dated_marks,
    entry_url,
    fitting_language,
    instant,
    mark_of,
    plain,
)
from seeds.bounds import LONGEST_HINT, LONGEST_URL

NINE_IN_THE_EVENING = datetime(2025, 1, 23, 18, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "Thu, 23 Jan 2025 21:04:00 +0300",
        "Thu, 23 Jan 2025 21:04 +0300",
        "Thu, 23 Jan 2025 21:04:00 +03:00",
        "Thu, 23 Jan 2025 21:04:00 GMT+3",
        "Thu, 23 Jan 2025 18:04:00 GMT",
        "Thu, 23 Jan 2025 18:04:00 Z",
        "Thu, 23 Jan 2025 18:04:00 -0000",
        "Thu, 23 Jan 2025 18:04:00 +0000 (UTC)",
        "Thu, 23 Jan 2025 13:04:00 EST",
        "Thursday, 23 January 2025 18:04:00 GMT",
        "23 Jan 25 18:04 UT",
        "23-Jan-2025 18:04:00 UTC",
        "2025-01-23T21:04:00+03:00",
        "2025-01-23T21:04:00+0300",
        "2025-01-23 21:04:00 +0300",
        "2025-01-23T18:04Z",
        "2025-01-23 18:04:00 UTC",
        "2025-01-23T18:04:00.0000000Z",
        "  2025-01-23T18:04:00Z\n",
        "٢٠٢٥-٠١-٢٣T٢١:٠٤:٠٠+٠٣:٠٠",
        "Thu,23 Jan 2025 21:04:00 +0300",
        "Thu, 23 Jan 2025 09:04 PM +0300",
        "الخميس, 23 كانون الثاني 2025 21:04:00 +0300",
        "خميس، 23 يناير 2025 21:04:00 +0300",
        "پێنجشەممە, 23 کانوونی دووەم 2025 21:04:00 +0300",
        "Pêncşem, 23 Rêbendan 2025 21:04:00 +0300",
    ],
)
def test_an_instant_is_read_however_it_is_written(raw: str) -> None:
    assert instant(raw) == NINE_IN_THE_EVENING


@pytest.mark.parametrize(
    "raw",
    [
        "Thu, 23 Jan 2025 21:04:00",
        "2025-01-23T21:04:00",
        "2025-01-23",
        "Thu, 23 Jan 2025 21:04:00 AST",
        "23 Jan 25 9:04 PM",
        "23 كانون 2025 21:04:00",
        "Thu, 32 Jan 2025 21:04:00 GMT",
        "Thu, 23 Foo 2025 21:04:00 GMT",
        "Thu, 23 Jan 2025 25:04:00 GMT",
        "2026-13-45T00:00:00Z",
        "0001-01-01T00:00:00+05:00",
        "-001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "16 آب 2025",
        "three minutes ago",
        "",
    ],
)
def test_a_time_without_zone_or_sense_is_left_out(raw: str) -> None:
    assert instant(raw) is None


@pytest.mark.parametrize("raw", ["Thu, 23 Jan 2025 21:04:00", "2025-01-23 21:04", "23 كانون الثاني 2025 21:04:00"])
def test_a_time_without_zone_is_read_in_the_zone_that_is_given(raw: str) -> None:
    assert instant(raw, "Asia/Baghdad") == NINE_IN_THE_EVENING


@pytest.mark.parametrize("raw", ["2025-01-23", "1970-01-01 03:00:00", "yesterday", "Thu, 23 Jan 2025 21:04:00 AST"])
def test_a_day_or_what_makes_no_sense_is_no_instant_in_any_zone(raw: str) -> None:
    assert instant(raw, "Asia/Baghdad") is None


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("www.rafidain.example/en/Iraq/1", "https://www.rafidain.example/en/Iraq/1"),
        ("www.html", "https://rafidain.example/rss/www.html"),
        ("/www.rafidain.example/1", "https://rafidain.example/www.rafidain.example/1"),
    ],
)
def test_a_link_that_forgets_its_scheme_leads_to_the_host_that_it_names(link: str, url: str) -> None:
    assert entry_url(link, "https://rafidain.example/rss/en") == url


def test_a_day_is_good_enough_to_order_by() -> None:
    assert about("2025-01-23") == datetime(2025, 1, 23, tzinfo=UTC)
    assert about("2025-01-23 18:04:00") == NINE_IN_THE_EVENING
    assert about("yesterday") is None


@given(st.text())
def test_no_text_makes_a_date_raise(raw: str) -> None:
    for moment in (instant(raw), about(raw)):
        assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Baghdad &amp; Erbil", "Baghdad & Erbil"),
        ("Baghdad &amp;amp; Erbil &amp;quot;agree&amp;quot;", 'Baghdad & Erbil "agree"'),
        ("<p>One</p><p>two<br/>three</p>", "One two three"),
        ("&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;", "One two"),
        ('<?xml version="1.0" encoding="utf-8"?><p>Rafidain Wire/ onWednesday</p>', "Rafidain Wire/ onWednesday"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("<b>ئابووری</b>ی هەرێم", "ئابووریی هەرێم"),
        ("فصائل \u202eتقلب\u202c السطر\u200f\x00\x1b[31m", "فصائل تقلب السطر[31m"),
        ("می\u200cخواهد", "می\u200cخواهد"),  # a joiner that belongs to the spelling
        ("one\ud800two", "onetwo"),
        ("a\n\t b", "a b"),
    ],
)
def test_markup_becomes_plain_text_in_one_line(markup: str, text: str) -> None:
    assert plain(markup, 500) == text


def test_markup_without_text_is_no_text() -> None:
    assert plain("<img src='x'><br>", 500) is None


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert plain("word " * 1_000, 20) == "word word word word…"
    assert len(plain("x" * LONGEST_HINT * 2, LONGEST_HINT * 2) or "") == LONGEST_HINT


@pytest.mark.parametrize("bad", ["<", "<a", "&", "<!--", " ", "&lt;", "&amp;lt;a", "منذ ", "http://"])
def test_repetition_costs_no_more_than_its_length(bad: str) -> None:
    plain(bad * (LONGEST_HINT // len(bad)), 500)
    mark_of(bad * (LONGEST_HINT // len(bad)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Updated 3 minutes ago: talks", "Updated 2 hours ago: talks"),
        ("an hour ago talks", "5 days ago talks"),
        ("محادثات منذ 3 دقائق", "محادثات منذ ساعتين"),
        ("گفتوگۆ پێش ٢ کاتژمێر", "گفتوگۆ پێش ٣٠ خولەک"),
        ("گفتوگۆ 5 خولەک لەمەوبەر", "گفتوگۆ 2 کاتژمێر لەمەوبەر"),
        ("Hevdîtin berî 5 deqeyan", "Hevdîtin berî 2 saetan"),
        ("see https://a.example/x?utm_source=rss", "see https://a.example/x?utm_source=web"),
        ("two  words", "two words"),
        ("cafe\u0301", "café"),
    ],
)
def test_the_passing_of_time_and_tracking_do_not_change_a_mark(before: str, after: str) -> None:
    assert mark_of(before) == mark_of(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["Three killed"], ["Five killed"]),
        (["3 killed"], ["5 killed"]),
        (["one", "two"], ["onetwo", None]),
        (["one", None], [None, "one"]),
        (["talks", "2025-01-23T18:04:00Z"], ["talks", "2025-01-23T18:05:00Z"]),
    ],
)
def test_an_edit_changes_the_mark(before: list[str | None], after: list[str | None]) -> None:
    assert mark_of(*before) != mark_of(*after)


def test_without_anything_to_compare_there_is_no_mark() -> None:
    assert mark_of(None, "", None) is None


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/en/Iraq/talks?utm_source=rss#top", "https://a.example/en/Iraq/talks"),
        (" https://a.example/x \n", "https://a.example/x"),
        ("//b.example/x", "https://b.example/x"),
        ("x?id=1&amp;b=2", "https://a.example/section/x?id=1&b=2"),
        ("/ar/مجتـمع/خبر", "https://a.example/ar/مجتـمع/خبر"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:desk@a.example", None),
        ("ftp://a.example/x", None),
        ("file:///etc/passwd", None),
        ("https://[::1/", None),
    ],
)
def test_a_link_becomes_an_absolute_address_of_the_web_or_nothing(link: str, url: str | None) -> None:
    assert entry_url(link, "https://a.example/section/") == url


def test_a_link_that_is_too_long_stays_recognisable_as_such() -> None:
    assert len(entry_url("/" + "x" * 100_000, "https://a.example/") or "") == LONGEST_URL + 1


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("ar", "Baghdad seeks balance", None),
        ("en-US", "بغداد تبحث عن التوازن", None),
        ("en_US", "Baghdad seeks balance", "en-US"),
        ("ckb", "بەغدا", "ckb"),
        ("kmr", "Bexda", "kmr"),
        ("ku", "Bexda", "ku"),
        ("ar", "", "ar"),
        ("<b>", "x", None),
        (None, "x", None),
    ],
)
def test_a_declared_language_counts_unless_the_letters_contradict_it(
    declared: str | None, text: str, language: str | None
) -> None:
    assert fitting_language(declared, text) == language


def test_the_refusal_survives_the_way_out_of_a_worker() -> None:
    error = pickle.loads(pickle.dumps(NoEntries("not a feed", "no element found")))
    assert (error.name, str(error)) == ("not a feed", "not a feed: no element found")


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def marks(*minutes: float) -> list[str | None]:
    """Of entries that were dated so many minutes ago."""
    entries = [
        Entry(url=f"https://a.example/{number}", mark="m", updated=NOW - timedelta(minutes=ago))
        for number, ago in enumerate(minutes)
    ]
    return [entry.mark for entry in dated_marks(entries)]


def test_an_entry_with_another_date_has_another_mark() -> None:
    before, after = marks(5, 60, 600, 900), marks(5, 60, 3, 900)
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, True, False, True]


def test_the_time_of_day_on_most_entries_marks_none_of_them() -> None:
    at_one, at_another = marks(0, 0, 0.5, 0.2), marks(30, 30.5, 30, 30.1)
    assert at_one == at_another
    assert at_one == ["m"] * 4


def test_one_edit_among_entries_of_one_date_marks_that_one_alone() -> None:
    assert [mark == "m" for mark in marks(5, *[900] * 9)] == [False, *[True] * 9]


def test_the_update_of_two_entries_in_one_minute_counts() -> None:
    assert "m" not in marks(0, 0)


def test_a_user_name_in_a_link_is_refused_later_and_not_kept() -> None:
    assert entry_url("http://rana:secret@a.example/1?by=a@b", "https://a.example/") == "http://@a.example/1?by=a@b"
