"""Dates as machines and people write them, in the languages and calendars of the region."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extraction.instants import EARLIEST, SKEW, Clock, read_instant, read_instants

FETCHED = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)
BAGHDAD = Clock(fetched=FETCHED, zone="Asia/Baghdad")

EXACT = [
    ("2025-01-23T21:04:31+03:00", "2025-01-23T21:04:31+03:00", "+03:00", "second"),
    ("2025-01-23T18:04:31Z", "2025-01-23T18:04:31+00:00", "+00:00", "second"),
    ("2025-01-23T18:04:31.123456789Z", "2025-01-23T18:04:31+00:00", "+00:00", "second"),
    ("2025-01-23T21:04+0300", "2025-01-23T21:04:00+03:00", "+03:00", "minute"),
    ("2025-01-23T21:04:31+03", "2025-01-23T21:04:31+03:00", "+03:00", "second"),
    ("2025-01-23T21:04:31-05:00[America/New_York]", "2025-01-23T21:04:31-05:00", "-05:00", "second"),
    ("2025-01-23 21:04", "2025-01-23T21:04:00+03:00", "Asia/Baghdad", "minute"),
    ("2025-01-23", "2025-01-23T00:00:00+03:00", "Asia/Baghdad", "day"),
    ("20250123T180431Z", "2025-01-23T18:04:31+00:00", "+00:00", "second"),
    ("1737655471", "2025-01-23T18:04:31+00:00", "+00:00", "second"),
    ("1737655471000", "2025-01-23T18:04:31+00:00", "+00:00", "second"),
    ("Thu, 23 Jan 2025 18:04:31 GMT", "2025-01-23T18:04:31+00:00", "+00:00", "second"),
    ("23 كانون الثاني 2025 18:04:31 بتوقيت غرينتش", "2025-01-23T18:04:31+00:00", "+00:00", "second"),
    ("23 يناير 2025 21:04:31 (غرينتش+3)", "2025-01-23T21:04:31+03:00", "+03:00", "second"),
    ("23 يناير 2025 21:04:31 بتوقيت بغداد", "2025-01-23T21:04:31+03:00", "+03:00", "second"),
    ("Thu, 23 Jan 2025 21:04:31 +0300", "2025-01-23T21:04:31+03:00", "+03:00", "second"),
    ("Thu Jan 23 21:04:31 EST 2025", "2025-01-23T21:04:31-05:00", "-05:00", "second"),
    ("Thu Jan 23 2025 21:04:31 GMT+0300 (Arabian Standard Time)", "2025-01-23T21:04:31+03:00", "+03:00", "second"),
]
LOCAL = [  # all of them in the zone of the source
    ("23 January 2025, 9:04 PM", "2025-01-23T21:04"),
    ("Published:2025-01-23 21:04", "2025-01-23T21:04"),
    ("2025年1月23日 21:04", "2025-01-23T21:04"),
    ("Thursday, January 23, 2025 21:04", "2025-01-23T21:04"),
    ("Jan 23rd, 2025 at 9:04 p.m.", "2025-01-23T21:04"),
    ("12:30 AM, Jan 3, 2026", "2026-01-03T00:30"),
    ("21:04 2025-01-23", "2025-01-23T21:04"),
    ("23/01/2025 - 21:04", "2025-01-23T21:04"),
    ("23/01/2025 à 21 h 04", "2025-01-23T21:04"),
    ("23.01.25 | 21:04", "2025-01-23T21:04"),
    ("23 de enero de 2025, 9:04 p. m.", "2025-01-23T21:04"),
    ("2025年1月23日 21時04分", "2025-01-23T21:04"),
    ("23.01.2025 21:04", "2025-01-23T21:04"),
    ("2025/01/23 | 09:04", "2025-01-23T09:04"),
    ("Published: 23 Jan 2025 21:04 (updated 24 Jan 2025 10:00)", "2025-01-23T21:04"),
    # Arabic: Iraqi and Levantine, Egyptian, Maghrebi months, both kinds of digits, halves of the day
    ("16 آب 2025 10:33 م", "2025-08-16T22:33"),
    ("12 يوليو، 2025 10:33 م", "2025-07-12T22:33"),
    ("٢٣ تشرين الثاني ٢٠٢٥، ٠٢:٠٥ ص", "2025-11-23T02:05"),
    ("الخميس 20 تشرين الثاني 2026 | 10:00 صباحاً", "2026-11-20T10:00"),
    ("23 كانون الثاني/يناير 2025 الساعة 21:04", "2025-01-23T21:04"),
    ("23 كانون 2 2025 21:04", "2025-01-23T21:04"),
    ("5 جانفي 2025 14:00", "2025-01-05T14:00"),
    ("5 غشت 2025 14:00", "2025-08-05T14:00"),
    ("5 دجنبر 2025 14:00", "2025-12-05T14:00"),
    ("2025/01/23 09:04 مساءً", "2025-01-23T21:04"),
    ("23 نوفمبر/تشرين الثاني 2025 - 14:05", "2025-11-23T14:05"),
    ("23 تشرين الثاني (نوفمبر) 2025، 14:05", "2025-11-23T14:05"),
    ("23 \u200fنوفمبر \u200f2025، \u200f2:05 \u200fم", "2025-11-23T14:05"),
    ("14:05 - 23 ت2 2025", "2025-11-23T14:05"),
    ("23 تشرين2 2025 14:05", "2025-11-23T14:05"),
    # Sorani and Feyli
    ("3ی 11ی 2026 - 14:05", "2026-11-03T14:05"),
    ("3ی نۆڤەمبەری 2026 - 14:05", "2026-11-03T14:05"),
    ("2:05 پاشنیوەڕۆ، 3ی تشرینی دووەمی 2026", "2026-11-03T14:05"),
    ("3 تشرین دووم 2026 14:05", "2026-11-03T14:05"),
    ("چوارشەممە 28ـی کانوونی دووەمی 2026 - 14:05", "2026-01-28T14:05"),
    ("هەینی، ٢٠ی تشرینی دووەمی ٢٠٢٦ - ١٠:٠٠ پ.ن", "2026-11-20T10:00"),
    ("28 ئایار 2026 09:15", "2026-05-28T09:15"),
    ("١ی ئابی ٢٠٢٦ ٠٩:١٥ د.ن", "2026-08-01T21:15"),
    ("16 کانوون دوەم 2026 11:20", "2026-01-16T11:20"),
    ("٢٣ی ڕێبەندانی ٢٧٢٤ - 12:00", "2025-02-11T12:00"),
    ("چوارشەممە ٣ی حوزەیران ٢٠٢٦ - کاتژمێر ٨:٤٠ شەو", "2026-06-03T20:40"),
    ("هەینی ٢١ی ئابی ٢٠٢٦، ٧:٣٠ی ئێوارە", "2026-08-21T19:30"),
    ("21ی ئابی 2026 12:20ی شەو", "2026-08-21T00:20"),
    ("21ی ئابی 2026 1:20ی شەو", "2026-08-21T01:20"),
    ("گولان 2, 2026 1:30 د.ن", "2026-05-02T13:30"),
    ("2ێ گولانا 2026 13:30", "2026-05-02T13:30"),
    ("٥ی گوڵانی ٢٧٢٦ ١٣:٣٠", "2026-04-25T13:30"),
    # Kurmanji
    ("23 Mijdar 2026, 11:05 şevê", "2026-11-23T23:05"),
    ("23 Mijdar 2026, 14:05", "2026-11-23T14:05"),
    ("23'ê Mijdarê 2026, 14:05", "2026-11-23T14:05"),
    ("Sêşem, 3'yê Mijdara 2026'an, 14:05", "2026-11-03T14:05"),
    ("3 Çiriya Duyemîn 2026 - 14:05", "2026-11-03T14:05"),
    ("3yê Teşrîna Duyem 2026 14:05", "2026-11-03T14:05"),
    ("28ê Çileya Paşîn 2026 08:30", "2026-01-28T08:30"),
    ("5ê Gulana 2026an 08:30", "2026-05-05T08:30"),
    ("Duşem, 7 Kanûn 2025 - 19:40", "2025-12-07T19:40"),
    # Persian, of both calendars, and Turkish
    ("پنجشنبه ۴ بهمن ۱۴۰۳ - ۱۷:۰۵", "2025-01-23T17:05"),
    ("یکشنبه ۲۷ ثور ۱۴۰۵ ساعت ۱۶:۴۰", "2026-05-17T16:40"),
    ("۱۴۰۳/۱۱/۰۴ ۱۷:۰۵", "2025-01-23T17:05"),
    ("۲۳ ژانویه ۲۰۲۵ ساعت ۱۷:۰۵", "2025-01-23T17:05"),
    ("20 Kasım 2026 10:00", "2026-11-20T10:00"),
    ("5 Ağustos 2026, 23:59", "2026-08-05T23:59"),
]
RELATIVE = [  # fetched at 21:00:30 in Baghdad
    ("28 minutes ago", "2026-11-23T20:32"),
    ("an hour ago", "2026-11-23T20:00"),
    ("2 hours ago", "2026-11-23T19:00"),
    ("منذ 5 دقائق", "2026-11-23T20:55"),
    ("قبل ساعتين", "2026-11-23T19:00"),
    ("پێش 28 خولەک", "2026-11-23T20:32"),
    ("پێش ٢ کاتژمێر", "2026-11-23T19:00"),
    ("berî 5 saetan", "2026-11-23T16:00"),
    ("2 deqe berê", "2026-11-23T20:58"),
    ("۵ دقیقه پیش", "2026-11-23T20:55"),
    ("20 dakika önce", "2026-11-23T20:40"),
    ("half an hour ago", "2026-11-23T20:30"),
    ("three hours ago", "2026-11-23T18:00"),
    ("منذ ثلاث ساعات", "2026-11-23T18:00"),
    ("کاتژمێرێک لەمەوپێش", "2026-11-23T20:00"),
    ("پێش دوو کاتژمێر", "2026-11-23T19:00"),
    ("پێنج ساعت وەرجە ئێرنگە", "2026-11-23T16:00"),
    ("Berî saetekê", "2026-11-23T20:00"),
    ("du saet berê", "2026-11-23T19:00"),
    ("یک ساعت پیش", "2026-11-23T20:00"),
    ("yesterday, 14:05", "2026-11-22T14:05"),
    ("أمس 14:05", "2026-11-22T14:05"),
    ("ئەمڕۆ 14:05", "2026-11-23T14:05"),
    ("دوهی 9:06 شەڤ", "2026-11-22T21:06"),
    ("Bu gün, 14:05", "2026-11-23T14:05"),
    ("Dünən, 14:05", "2026-11-22T14:05"),
]
NO_DATE = [
    "", "now", "today", "Thursday", "May", "23 January", "January 2025", "2025", "12:30", "-1", "2026-13-45",
    "0000-00-00", "1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "2026-11-25T18:00:00Z", "31 February 2025",
    "الآن", "ئێستا", "niha",
    "Call 2025-555 now", "99999999999999999999", "{{ date }}", "null",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "zone", "precision"), EXACT)
def test_a_declared_instant_keeps_its_zone_and_precision(text: str, value: str, zone: str, precision: str) -> None:
    instant = read_instant(text, BAGHDAD)

    assert instant is not None
    assert (instant.value.isoformat(), instant.zone, instant.precision, instant.raw) == (value, zone, precision, text)


@pytest.mark.parametrize(("text", "value"), LOCAL)
def test_a_date_in_words_is_read_in_the_zone_of_the_source(text: str, value: str) -> None:
    instant = read_instant(text, BAGHDAD)

    assert instant is not None
    assert instant.value.isoformat() == f"{value}:00+03:00"
    assert (instant.zone, instant.precision) == ("Asia/Baghdad", "minute")


@pytest.mark.parametrize(("text", "value"), RELATIVE)
def test_a_relative_time_counts_back_from_the_moment_of_fetching(text: str, value: str) -> None:
    instant = read_instant(text, BAGHDAD)

    assert instant is not None
    assert instant.value.isoformat() == f"{value}:00+03:00"


@pytest.mark.parametrize("text", NO_DATE)
def test_what_is_no_full_date_or_out_of_range_is_never_now(text: str) -> None:
    assert read_instant(text, BAGHDAD) is None


def test_a_day_alone_is_midnight_in_the_zone_and_says_so() -> None:
    instant = read_instant("(16 آب 2025)", BAGHDAD)

    assert instant is not None
    assert (instant.value.isoformat(), instant.precision) == ("2025-08-16T00:00:00+03:00", "day")
    assert instant.coarse


@pytest.mark.parametrize("text", ["2 days ago", "قبل يومين", "دوو ڕۆژ پێش ئێستا", "berî du rojan", "۲ روز قبل"])
def test_two_days_ago_is_a_day(text: str) -> None:
    instant = read_instant(text, BAGHDAD)

    assert instant is not None
    assert (instant.value.date().isoformat(), instant.precision) == ("2026-11-21", "day")
    assert read_instant("Yesterday", BAGHDAD).value.date().isoformat() == "2026-11-22"  # type: ignore[union-attr]


def test_the_date_of_an_edit_is_told_from_that_of_publication() -> None:
    found = list(read_instants("Published 23 Jan 2025 21:04 - Updated 24 Jan 2025 10:00", BAGHDAD))

    assert [(instant.value.day, instant.updated) for instant in found] == [(23, False), (24, True)]
    assert [instant.updated for instant in read_instants("آخر تحديث: 2025-01-24 10:00", BAGHDAD)] == [True]
    assert [instant.updated for instant in read_instants("نوێکرایەوە: 24/01/2025 10:00", BAGHDAD)] == [True]
    assert [instant.updated for instant in read_instants("دوا نوێکردنەوە: 24/01/2025 10:00", BAGHDAD)] == [True]


@pytest.mark.parametrize(
    ("language", "text"),
    [("sv", "23 jan 2025 kl 21.04"), ("pt", "23 de janeiro de 2025, 21:04"), ("nl", "23 januari 2025 21:04"),
     ("id", "23 Januari 2025, 21:04"),
     ("de", "23. Januar 2025, 21:04 Uhr"), ("fr", "23 janvier 2025 21:04"), ("es", "23 de enero de 2025 21:04"),
     ("az", "23 yanvar 2025, 21:04"), ("ru", "23 января 2025 21:04"), ("it", "23 gennaio 2025 21:04")],
)  # fmt: skip
def test_the_larger_languages_of_europe_are_read_with_the_tables(language: str, text: str) -> None:
    instant = read_instant(text, Clock(fetched=FETCHED, zone="Asia/Baghdad", language=language))

    assert instant is not None
    assert instant.value.isoformat() == "2025-01-23T21:04:00+03:00"


@pytest.mark.parametrize(
    ("language", "text"),
    [("pl", "23 stycznia 2025, 21:04"), ("cs", "23. ledna 2025 21:04"), ("uk", "23 січня 2025, 21:04"),
     ("fi", "23. tammikuuta 2025 21:04")],
)  # fmt: skip
def test_other_languages_are_read_by_dateparser(language: str, text: str) -> None:
    instant = read_instant(text, Clock(fetched=FETCHED, zone="Asia/Baghdad", language=language))

    assert instant is not None
    assert (instant.value.isoformat(), instant.precision) == ("2025-01-23T21:04:00+03:00", "minute")
    assert read_instant(text, BAGHDAD) is None


@pytest.mark.parametrize("text", ["Ferry 14: 40 boats of 2018", "Melons 2024: the 10 best of Zurbatiya"])
def test_a_headline_with_a_year_is_no_date_in_any_language(text: str) -> None:
    for language in ("en", "ar", "ckb", "kmr", "pl", None):
        assert read_instant(text, Clock(fetched=FETCHED, language=language)) is None


def test_a_source_that_writes_the_month_first_is_read_so() -> None:
    american = Clock(fetched=FETCHED, zone="America/New_York", month_first=True)

    assert [read_instant("01/02/2025", clock).value.month for clock in (BAGHDAD, american)] == [2, 1]  # type: ignore[union-attr]
    assert read_instant("23/01/2025", american).value.day == 23  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["2/9/2026 4:40:00 PM", "2/9/2026, 4:40:00 PM"])
def test_what_software_writes_by_itself_has_the_month_first_on_any_site(text: str) -> None:
    instant = read_instant(text, BAGHDAD)

    assert instant is not None
    assert (instant.value.isoformat(), instant.either) == ("2026-02-09T16:40:00+03:00", None)


@given(st.text(max_size=200) | st.from_regex(r"[\d٠-٩:./ -]{1,40}", fullmatch=True))
def test_no_text_makes_a_date_outside_the_range(text: str) -> None:
    for instant in read_instants(text, BAGHDAD):
        assert EARLIEST <= instant.value <= FETCHED + SKEW
        assert instant.value.tzinfo is not None


@given(st.integers(700_000_000, 1_795_000_000), st.integers(-11, 12))
def test_every_iso_instant_comes_back_as_it_was(epoch: int, hours: int) -> None:
    declared = datetime.fromtimestamp(epoch, timezone(timedelta(hours=hours)))

    instant = read_instant(declared.isoformat(), BAGHDAD)

    assert instant is not None
    assert instant.value == declared
