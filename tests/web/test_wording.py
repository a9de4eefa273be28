"""Numbers and times as an interface language writes them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from archive.web.wording import words_of

BAGHDAD = ZoneInfo("Asia/Baghdad")
NOW = datetime(2026, 3, 14, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(("language", "shown"), [("en", "12,345"), ("ar", "١٢٬٣٤٥"), ("ckb", "١٢٬٣٤٥")])
def test_a_number_has_the_digits_of_its_language(language: str, shown: str) -> None:
    assert words_of(language, BAGHDAD).number(12345) == shown


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "15 Mar 2026 00:30"), ("ar", "١٥ آذار ٢٠٢٦ ٠٠:٣٠"), ("ckb", "٠٠:٣٠")]
)
def test_a_moment_is_told_in_the_zone_of_the_desk(language: str, shown: str) -> None:
    assert words_of(language, BAGHDAD).moment(NOW).endswith(shown)


def test_a_moment_may_be_told_in_another_zone_and_a_day_without_its_time() -> None:
    words = words_of("en", BAGHDAD)
    assert words.moment("2026-03-14T21:30:00Z", UTC) == "14 Mar 2026 21:30"
    assert words.moment(NOW, precision="day") == "15 Mar 2026"
    assert words.moment(None) == "–"


@pytest.mark.parametrize(
    ("ago", "english", "arabic", "sorani"),
    [
        (timedelta(seconds=10), "just now", "الآن", "هەر ئێستا"),
        (timedelta(minutes=1), "1 minute ago", "قبل دقيقة واحدة", "١ خولەک لەمەوبەر"),
        (timedelta(minutes=2), "2 minutes ago", "قبل دقيقتين", "٢ خولەک لەمەوبەر"),
        (timedelta(hours=5), "5 hours ago", "قبل ٥ ساعات", "٥ کاتژمێر لەمەوبەر"),
        (timedelta(hours=11), "11 hours ago", "قبل ١١ ساعة", "١١ کاتژمێر لەمەوبەر"),
        (timedelta(days=3), "3 days ago", "قبل ٣ أيام", "٣ ڕۆژ لەمەوبەر"),
    ],
)
def test_how_long_ago_has_the_plural_of_its_language(ago: timedelta, english: str, arabic: str, sorani: str) -> None:
    told = [words_of(language, BAGHDAD).ago(NOW - ago, NOW) for language in ("en", "ar", "ckb")]
    assert told == [english, arabic, sorani]


def test_a_value_with_a_percent_sign_or_a_place_in_it_is_taken_as_it_is() -> None:
    assert words_of("en", BAGHDAD).gettext("Times are of %(zone)s.", zone="100%(n)s") == "Times are of 100%(n)s."


def test_the_name_of_a_language_is_told_in_another() -> None:
    assert words_of("ar", BAGHDAD).language_name("ckb") == "الكردية السورانية"
    assert words_of("en", BAGHDAD).language_name("kmr-Latn") == "Kurmanji"
    assert words_of("en", BAGHDAD).language_name("x<y>") == "x<y>"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, "يوم واحد"), (2, "يومان"), (3, "٣ أيام"), (10, "١٠ أيام"), (11, "١١ يومًا"), (50, "٥٠ يومًا"),
        (99, "٩٩ يومًا"), (100, "١٠٠ يوم"), (102, "١٠٢ يوم"), (103, "١٠٣ أيام"), (111, "١١١ يومًا"),
    ],
)  # fmt: skip
def test_what_is_counted_stands_in_the_form_that_arabic_has_for_the_number(number: int, shown: str) -> None:
    assert words_of("ar", BAGHDAD).ngettext("%(n)s day", "%(n)s days", number) == shown


@pytest.mark.parametrize(
    ("language", "full", "dated"),
    [
        ("en", "Sunday, 15 March 2026", "15 Mar 2026 00:30"),
        ("ar", "الأحد، ١٥ آذار ٢٠٢٦", "١٥ آذار ٢٠٢٦ ٠٠:٣٠"),
        ("ckb", "یەکشەممە، ١٥ی ئازاری ٢٠٢٦", "١٥ی ئازاری ٢٠٢٦ ٠٠:٣٠"),
    ],
)
def test_a_date_is_written_in_the_order_of_its_language(language: str, full: str, dated: str) -> None:
    words = words_of(language, BAGHDAD)
    assert (words.day(NOW, "full"), words.moment(NOW)) == (full, dated)


@pytest.mark.parametrize(("language", "shown"), [("en", "12%"), ("ar", "١٢٪"), ("ckb", "١٢٪")])
def test_a_share_has_the_sign_that_goes_with_its_digits(language: str, shown: str) -> None:
    assert words_of(language, BAGHDAD).percent(0.124) == shown
