"""Which addresses are one page, and which are not."""

import contextlib
import sqlite3
from urllib.parse import quote

import pytest
from address_pairs import DIFFERENT, LEFT_TWO, SAME
from hypothesis import example, given
from hypothesis import strategies as st

from archive.addresses import clean_url, url_key
from seeds.bounds import LONGEST_URL

STORY = "https://rafidain.example/ar/مجتمع/كل-الاخبار"

TWINS = [
    "http://rafidain.example/ar/مجتمع/كل-الاخبار",
    "https://www.rafidain.example/ar/مجتمع/كل-الاخبار",
    "https://m.rafidain.example/ar/مجتمع/كل-الاخبار",
    "https://www.m.rafidain.example/ar/مجتمع/كل-الاخبار",
    "https://mobile.rafidain.example/ar/مجتمع/كل-الاخبار",
    "https://amp.rafidain.example/ar/مجتمع/كل-الاخبار",
    "https://Rafidain.EXAMPLE:443/ar/مجتمع/كل-الاخبار",
    "http://rafidain.example:80/ar/مجتمع/كل-الاخبار",
    "https://rafidain.example./ar/مجتمع/كل-الاخبار/",
    "//rafidain.example/ar/مجتمع/كل-الاخبار",
    "https://rafidain.example/ar/مجتـمع/كل-الاخبار",
    "https://rafidain.example/ar/" + quote("مجتمع/كل-الاخبار"),
    "https://rafidain.example/ar/" + quote("مجتمع/كل-الاخبار").lower(),
    "https://rafidain.example/ar/" + quote("مجتـمع") + "/كل-الاخبار",
    "https://rafidain.example/%61r//مجتمع/./x/../كل-الاخبار",
    STORY + "/amp",
    STORY + "/amp/",
    STORY + ".amp",
    STORY + "?amp=1",
    STORY + "?amp",
    "https://rafidain.example/amp/ar/مجتمع/كل-الاخبار",
    STORY + "#comments",
    STORY + "?",
    STORY + "?utm_source=telegram&utm_medium=social#top",
    STORY + "?fbclid=IwAR0&gclid=x",
    STORY + "?UTM_Source=rss",
    STORY + "?ref=telegram",
    STORY + "?utm_source=a&amp;utm_campaign=b",
    STORY + ";jsessionid=0A1B2C",
    f"  \n{STORY[:30]}\n{STORY[30:]}\t",
    STORY.replace("الاخبار", "الاخ\u200fبار"),
]


@pytest.mark.parametrize("twin", TWINS)
def test_the_addresses_of_one_page_have_one_key(twin: str) -> None:
    assert url_key(twin) == url_key(STORY) == "rafidain.example/ar/مجتمع/كل-الاخبار"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/story/1", "https://a.example/story/2"),
        ("https://a.example/story", "https://b.example/story"),
        ("https://a.example/story", "https://en.a.example/story"),
        ("https://a.example/Story", "https://a.example/story"),
        ("https://a.example/story?id=1", "https://a.example/story?id=2"),
        ("https://a.example/story?id=1", "https://a.example/story"),
        ("https://a.example/details?key=7", "https://a.example/details?key=8"),
        ("https://a.example/news?cid=7", "https://a.example/news?cid=8"),
        ("https://a.example/news?ref=2026-114", "https://a.example/news?ref=2026-115"),
        ("https://a.example/news?source=ina", "https://a.example/news?source=nina"),
        ("https://a.example/news?sc_lang=ar", "https://a.example/news?sc_lang=en"),
        ("https://a.example/news?session=3", "https://a.example/news"),
        ("https://a.example/en/Security?rss=1", "https://a.example/en/Security"),
        ("http://127.0.0.1:8001/story", "http://127.0.0.1:8002/story"),
        ("http://a.example:8080/story", "http://a.example/story"),
        ("http://a.example:443/story", "http://a.example/story"),
        ("https://user@a.example/story", "https://a.example/story"),
        ("https://m.com.iq/story", "https://com.iq/story"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example/a%3Fb", "https://a.example/a?b"),
        ("https://a.example/?a=1%262", "https://a.example/?a=1&2"),
        ("https://a.example/ar/آب", "https://a.example/ar/اب"),
        ("https://a.example/champ", "https://a.example/ch"),
        ("https://a.example/camp/x", "https://a.example/c/x"),
        ("https://a.example/%C8%D5", "https://a.example/%C8%D6"),  # windows-1256, which some old sites escape
        ("mailto:desk@a.example", "https://desk@a.example"),
    ],
)
def test_different_pages_keep_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    ("url", "twin"),
    [
        ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"),
        ("https://a.example/x?q=a+b", "https://a.example/x?q=a%20b"),
        ("https://a.example/x?q=", "https://a.example/x?q"),
        ("https://a.example/?q=1", "https://a.example?q=1"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example/caf%C3%A9", "https://a.example/cafe\u0301"),
        ("https://a.example/%c8", "https://a.example/%C8"),
        ("https://a.example/x.amp.html", "https://a.example/x.html"),
        ("https://مثال.example/x", "https://xn--mgbh0fb.example/x"),
        ("http://[::1]:80/x", "http://[::1]/x"),
        ("https://m.bbc.co.uk/x", "https://bbc.co.uk/x"),
        ("http://a.example/(S(abcdefghijklmnop12345678))/x", "http://a.example/x"),
    ],
)
def test_one_spelling_is_found_for_each_part(url: str, twin: str) -> None:
    assert url_key(url) == url_key(twin)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_addresses_that_sites_and_readers_give_to_one_page_are_one(one: str, other: str) -> None:
    assert url_key(other) == url_key(one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT + LEFT_TWO)
def test_what_may_be_two_articles_stays_two(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize("url", [url for pair in SAME + DIFFERENT + LEFT_TWO for url in pair])
def test_every_usual_address_survives_cleaning_and_its_key_is_its_own_key(url: str) -> None:
    assert url_key(url_key(url)) == url_key(clean_url(url)) == url_key(url)


def test_no_user_name_or_password_is_kept_in_a_key() -> None:
    assert url_key("https://desk:secret@a.example/x") == "@a.example/x"


def test_a_key_is_bounded_and_two_long_addresses_stay_two() -> None:
    long = "https://a.example/" + "x" * 1_000_000
    assert len(url_key(long)) <= LONGEST_URL
    assert url_key(long) != url_key(long + "y")


@pytest.mark.parametrize(
    ("given_url", "cleaned"),
    [
        ("https://a.example/x?utm_source=rss&id=7#top", "https://a.example/x?id=7"),
        ("https://a.example/x?utm_source=rss", "https://a.example/x"),
        ("https://www.a.example/X/?b=2&a=%D8%A7", "https://www.a.example/X/?b=2&a=%D8%A7"),
        ("http://m.a.example/مجتـمع/", "http://m.a.example/مجتـمع/"),
        ("  https://a.example/x y\n", "https://a.example/x%20y"),
        ("https://a.example/x?a=1&amp;b=2", "https://a.example/x?a=1&b=2"),
        ("https://a.example/x\x1b[31m", "https://a.example/x%1B[31m"),
    ],
)
def test_a_cleaned_address_differs_only_by_what_no_page_needs(given_url: str, cleaned: str) -> None:
    assert clean_url(given_url) == cleaned


@given(st.text())
def test_any_text_has_a_key_and_a_clean_form_that_a_database_can_hold(text: str) -> None:
    key, cleaned = url_key(text), clean_url(text)
    assert len(key) <= LONGEST_URL
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        assert database.execute("select ?, ?", (key, cleaned)).fetchone() == (key, cleaned)


PART = st.text(st.sampled_from("abمجـ%25F8dDmé ./?#&=+;:@~\u0301\u200f\ud800\x00-"), max_size=20)
START = st.sampled_from(["", "amp/", "m/", "M/a/", "//", "../", "/google.com/amp/s/", "index.html"])
ENDS = st.sampled_from(["", "/amp", "/index.html", "/amp/index.html", ".amp", "/index.html/amp"])
HOSTS = st.sampled_from(["a.example", "google.com/amp/s/a.example", "cdn.ampproject.org/c/s/a.example", "m.a.example"])


@example("https://a.example/?%Dـ2")
@example("https://a.example/%D%D9%802")
@given(st.builds("https://{}/{}{}{}?{}".format, HOSTS, START, PART, ENDS, PART))
def test_the_key_of_a_key_is_itself(url: str) -> None:
    assert url_key("https://" + url_key(url)) == url_key(url)


@given(st.builds("https://{}/{}{}{}?{}".format, HOSTS, START, PART, ENDS, PART))
def test_cleaning_changes_no_key_and_is_done_once(url: str) -> None:
    assert url_key(clean_url(url)) == url_key(url)
    assert clean_url(clean_url(url)) == clean_url(url)
