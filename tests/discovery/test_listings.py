"""Section pages: which links are articles, what they are called, and where the section goes on."""

import gzip
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Entry
from crawler.discovery.entries import NoEntries
from crawler.discovery.listings import read_listing
from seeds.bounds import MAX_LISTING_ENTRIES
from seeds.sources import Source

SITE = "https://rafidain.example"
NEWS = f"{SITE}/en/All-News"
ENGLISH = Source(
    id="rafidain-en",
    name="Rafidain",
    article=r"^https://(www\.)?rafidain\.example/en/[^/]+/[^/]+$",
    exclude=("/tags/",),
)
ARABIC = Source(id="rafidain-ar", name="رافدين", article=r"/ar/[^/]+/[^/]+$")
SLUGS = Source(id="slugs", name="Slugs", article=r"/en/[^/]+/[A-Z][a-z]+-[^/]+$")
NUMBERED = Source(id="numbers", name="Numbers", article=r"/\d{3,}$")

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>All news</title></head><body>
<nav><a href="/en">Home</a> <a href="/en/All-News">All news</a> <a href="/en/tags/Iraq">Iraq</a></nav>
<article><a href="/en/Iraq/Talks-in-Baghdad?utm_source=home"><img src="i.jpg" alt=""></a>
<h2><a href="/en/Iraq/Talks-in-Baghdad">Talks in <em>Baghdad</em> &amp; Erbil</a></h2>
<a href="https://www.rafidain.example/en/Iraq/Talks-in-Baghdad#more">Read more</a></article>
<article><a href="/en/Economy/Gas-imports"><img src="g.jpg"><h3>Gas imports fall again</h3>
<p>Imports fell for a third month, the ministry says.</p><time>3 minutes ago</time></a></article>
<a href="/en/tags/Oil">Oil</a> <a href="https://other.example/en/Iraq/Elsewhere">Elsewhere, far away</a>
<a href="javascript:void(0)">Share</a> <a href="/ar/سياسة/خبر">عربي</a> <a>nowhere</a>
{pagination}</body></html>"""


def read(body: str, url: str = NEWS, source: Source = ENGLISH) -> list[Entry]:
    return list(read_listing(body.encode(), url, source).entries)


def next_page(pagination: str, url: str = NEWS, source: Source = SLUGS) -> str | None:
    return read_listing(PAGE.format(pagination=pagination).encode(), url, source).next_page


def test_the_articles_come_once_each_in_page_order_with_their_headlines() -> None:
    entries = read(PAGE)
    assert [(entry.url, entry.title) for entry in entries] == [
        (f"{SITE}/en/Iraq/Talks-in-Baghdad", "Talks in Baghdad & Erbil"),
        (f"{SITE}/en/Economy/Gas-imports", "Gas imports fall again"),
    ]


@pytest.mark.parametrize(
    ("slug", "headline"),
    [
        ("ar/سياسة/خبر", "فصائل مسلّحة في بغداد"),
        ("ar/ckb/x", "گرووپە چەکدارەکان"),
        ("ar/kmr/y", "Komên çekdar li Bexdayê"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_headlines_of_every_language_are_read(slug: str, headline: str, encoding: str) -> None:
    body = f'<a href="/{slug}">{headline}</a>'.encode(encoding)
    (entry,) = read_listing(body, f"{SITE}/ar", ARABIC).entries
    assert entry.title == headline


def test_a_page_in_windows_1256_is_read_as_it_declares() -> None:
    body = '<meta charset="windows-1256"><a href="/ar/a/b">فصائل مسلحة في بغداد</a>'.encode("windows-1256")
    assert read_listing(body, f"{SITE}/ar", ARABIC).entries[0].title == "فصائل مسلحة في بغداد"


def test_encoded_and_raw_addresses_are_one_article() -> None:
    body = f'<a href="/ar/سياسة/خبر">خبر عاجل من بغداد</a><a href="/ar/{quote("سياسة/خبر")}">x</a>'
    assert [entry.url for entry in read(body, f"{SITE}/ar", ARABIC)] == [f"{SITE}/ar/سياسة/خبر"]


def test_a_new_headline_changes_the_mark_and_a_short_label_gives_none() -> None:
    link = '<a href="/en/Iraq/x">{}</a>'
    (before,), (after,) = read(link.format("Three killed in Basra")), read(link.format("Five killed in Basra"))
    assert before.mark != after.mark
    assert read(link.format("Read more"))[0] == Entry(url=f"{SITE}/en/Iraq/x")


def test_a_label_serves_where_a_link_shows_only_a_picture() -> None:
    (entry,) = read('<a href="/en/Iraq/x" title="Talks in Baghdad"><img src="i.jpg"></a>')
    assert entry.title == "Talks in Baghdad"


def test_links_are_relative_to_the_base_that_the_page_declares() -> None:
    assert read('<base href="/en/Iraq/"><a href="x">Talks in Baghdad</a>')[0].url == f"{SITE}/en/Iraq/x"
    assert read('<base href="javascript:x"><a href="/en/Iraq/x">Talks</a>')[0].url == f"{SITE}/en/Iraq/x"


def test_without_a_pattern_only_links_into_the_pages_own_host_count() -> None:
    anything = Source(id="any", name="Any")
    body = '<a href="/a">A</a><a href="https://other.example/b">B</a><a href="/en/All-News">self</a>'
    assert [entry.url for entry in read(body, NEWS, anything)] == [f"{SITE}/a"]


@pytest.mark.parametrize(
    ("pagination", "following"),
    [
        ('<link rel="next" href="/en/All-News?page=2">', f"{NEWS}?page=2"),
        ('<a rel="nofollow next" href="?start=20">20</a>', f"{NEWS}?start=20"),
        ('<a href="?page=1">1</a><a href="?page=2">2</a><a href="?page=3">3</a>', f"{NEWS}?page=2"),
        ('<a href="/en/All-News/page/3">3</a><a href="/en/All-News/page/2/">2</a>', f"{NEWS}/page/2/"),
        ('<a href="/en/All-News/2">2</a>', f"{NEWS}/2"),
        ('<a class="page-link next" href="/en/All-News/older?cursor=8f">…</a>', f"{NEWS}/older?cursor=8f"),
        ('<a href="/en/All-News?before=9">Next »</a>', f"{NEWS}?before=9"),
        ('<a href="/en/All-News?before=9">التالي</a>', f"{NEWS}?before=9"),
        ('<a href="/en/All-News?before=9">پەڕەی دواتر</a>', f"{NEWS}?before=9"),
        ('<a href="/en/All-News?before=9">Rûpela din</a>', f"{NEWS}?before=9"),
        ('<a href="/en/All-News?before=9">›</a>', f"{NEWS}?before=9"),
        ('<a href="/en/Sports?page=2">2</a>', None),
        ('<a href="/en/Sports">More</a>', None),
        ('<a rel="next" href="https://other.example/en/All-News?page=2">Next</a>', None),
        ('<a rel="next" href="#">Next</a>', None),
        ('<a href="/en/Iraq/Next-talks">Next</a>', None),
        ("", None),
    ],
)
def test_the_next_page_is_found_where_it_is_obvious(pagination: str, following: str | None) -> None:
    assert next_page(pagination) == following


ALL_ARABIC = f"{SITE}/ar/كل-الاخبار"
ALL_CODED = f"{SITE}/ar/{quote('كل-الاخبار')}"


@pytest.mark.parametrize("asked", [ALL_ARABIC, ALL_CODED])
@pytest.mark.parametrize(
    ("pagination", "following"),
    [
        (f'<a href="{ALL_ARABIC}?page=2">2</a>', f"{ALL_ARABIC}?page=2"),
        (f'<a href="{ALL_CODED}?page=2">2</a>', f"{ALL_CODED}?page=2"),
        (f'<a href="{ALL_CODED}/page/2">2</a>', f"{ALL_CODED}/page/2"),
        ('<a href="?page=٣">٣</a><a href="?page=٢">٢</a>', "?page=٢"),
        (f'<a href="?page={quote("٢")}">٢</a>', f"?page={quote('٢')}"),
        (f'<a href="{ALL_ARABIC}/صفحة/٢">٢</a>', f"{ALL_ARABIC}/صفحة/٢"),
        (f'<a href="{ALL_CODED}?before=9">الصفحة التالية »</a>', f"{ALL_CODED}?before=9"),
        (f'<a href="{ALL_ARABIC}?before=9">تحميل المزيد</a>', f"{ALL_ARABIC}?before=9"),
        (f'<a href="{ALL_ARABIC}?before=9">عرض المزيد…</a>', f"{ALL_ARABIC}?before=9"),
        (f'<a href="{ALL_ARABIC}?before=9">زیاتر ببینە</a>', f"{ALL_ARABIC}?before=9"),
        (f'<a href="{ALL_ARABIC}?before=9">هەواڵی زیاتر</a>', f"{ALL_ARABIC}?before=9"),
        (f'<a href="{ALL_ARABIC}?before=9">Zêdetir bibîne</a>', f"{ALL_ARABIC}?before=9"),
        (f'<a class="btn load-more" href="{ALL_ARABIC}?before=9"><i></i></a>', f"{ALL_ARABIC}?before=9"),
        (f'<button data-url="{ALL_ARABIC}?before=9">المزيد</button>', f"{ALL_ARABIC}?before=9"),
        ('<a href="/ar/رياضة?page=2">2</a>', None),
        ('<a href="/ar/رياضة">المزيد</a>', None),
    ],
)
def test_a_section_in_arabic_goes_on_however_its_address_is_written(
    asked: str, pagination: str, following: str | None
) -> None:
    body = '<a href="/ar/أمن/خبر">خبر عاجل من بغداد</a>' + pagination
    found = read_listing(body.encode(), asked, ARABIC).next_page
    assert found == (asked + following if following and following.startswith("?") else following)


def test_a_site_that_calls_itself_with_and_without_www_goes_on_and_is_one() -> None:
    body = b'<a href="https://www.rafidain.example/x">Talks</a><a href="https://www.rafidain.example/?page=2">2</a>'
    listing = read_listing(body, f"{SITE}/", Source(id="any", name="Any", exclude=("page=",)))
    assert [entry.url for entry in listing.entries] == ["https://www.rafidain.example/x"]
    assert listing.next_page == "https://www.rafidain.example/?page=2"


@pytest.mark.parametrize("url", [f"{NEWS}?page=2", f"{NEWS}/page/2", f"{NEWS}/2"])
def test_from_the_second_page_the_third_is_next(url: str) -> None:
    links = "".join(f'<a href="{url[:-1]}{number}">{number}</a>' for number in (1, 2, 3, 4))
    following = next_page(links, url)
    assert following is not None
    assert following == f"{url[:-1]}3"


def test_an_article_with_a_number_is_no_page_of_the_pagination() -> None:
    body = b'<a href="/964">First story of the day</a><a href="/2">2</a>'
    listing = read_listing(body, f"{SITE}/", NUMBERED)
    assert (listing.entries[0].url, listing.next_page) == (f"{SITE}/964", f"{SITE}/2")


def test_a_declared_next_page_is_no_article_though_it_fits_the_pattern() -> None:
    body = PAGE.format(pagination='<a rel="next" href="/en/All-News/2">2</a>').encode()
    listing = read_listing(body, NEWS, ENGLISH)
    assert listing.next_page == f"{NEWS}/2"
    assert f"{NEWS}/2" not in [entry.url for entry in listing.entries]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("", "empty answer"),
        ("   ", "empty answer"),
        ("<p>Nothing here</p>", "no article links"),
        ("\x00\x01", "not a page"),
        ("<a href='/en'>Home</a>", "no article links"),
        ("{}", "no article links"),
    ],
)
def test_a_page_without_article_links_is_reported_by_name(body: str, name: str) -> None:
    with pytest.raises(NoEntries) as caught:
        read(body)
    assert caught.value.name == name


def test_a_page_packed_without_a_word_is_unpacked() -> None:
    assert read_listing(gzip.compress(PAGE.encode()), NEWS, ENGLISH) == read_listing(PAGE.encode(), NEWS, ENGLISH)


def test_of_a_page_of_links_a_bounded_number_is_taken() -> None:
    body = "".join(f'<a href="/en/Iraq/{number}">Talks number {number}</a>' for number in range(20_000))
    assert len(read(body)) == MAX_LISTING_ENTRIES


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_bytes_raise_anything_but_no_entries(body: bytes, link: str) -> None:
    for candidate in (
        body,
        b"<html><a href='/en/Iraq/x'>" + body,
        f'<base href="{link}"><a href="{link}">x'.encode("utf-8", "replace"),
    ):
        try:
            assert read_listing(candidate, NEWS, ENGLISH).entries
        except NoEntries:
            continue


@pytest.mark.parametrize(
    ("here", "pagination", "following"),
    [
        ("", '<a href="?page=0">1</a><a href="?page=1">2</a><a href="?page=2">3</a>', "?page=1"),
        ("?page=0", '<a href="?page=0">1</a><a href="?page=1">2</a><a href="?page=2">3</a>', "?page=1"),
        ("?page=1", '<a href="?page=0">1</a><a href="?page=2">3</a><a href="?page=3">4</a>', "?page=2"),
        ("", '<a href="?start=10">2</a><a href="?start=20">3</a><a href="?start=90">10</a>', "?start=10"),
        ("?start=10", '<a href="?start=0">1</a><a href="?start=90">10</a><a href="?start=20">3</a>', "?start=20"),
        ("?offset=20", '<a href="?offset=0">١</a><a href="?offset=60">٤</a><a href="?offset=40">٣</a>', "?offset=40"),
        ("?pageIndex=7", '<a href="?pageIndex=6">6</a><a href="?pageIndex=8">8</a>', "?pageIndex=8"),
        ("?cat=3", '<a href="?cat=3&limitstart=15">2</a><a href="?cat=4&limitstart=15">x</a>', "?cat=3&limitstart=15"),
        ("?page=4", '<a href="?page=1">1</a><a href="?page=3">3</a>', None),
        ("", '<a href="?date=20261102">2</a><a href="?year=2026">2026</a>', None),
    ],
)
def test_the_number_that_a_link_shows_tells_its_page_where_addresses_count_otherwise(
    here: str, pagination: str, following: str | None
) -> None:
    assert next_page(pagination, NEWS + here) == (following and NEWS + following)


@pytest.mark.parametrize(
    "more",
    [
        '<div class="stream" data-next-url="/en/All-News?offset=20"></div>',
        '<button data-href="/en/All-News?offset=20">Load more</button>',
        '<a href="#" data-href="/en/All-News?offset=20">هەواڵی زۆرتر</a>',
        '<a href="javascript:;" class="load-more" data-url="?offset=20"><i></i></a>',
        '<span data-next="?offset=20">…</span>',
    ],
)
def test_a_page_that_scrolls_without_end_goes_on_where_its_script_would(more: str) -> None:
    assert next_page(more) == f"{NEWS}?offset=20"


@pytest.mark.parametrize(
    "other",
    [
        '<div class="share" data-url="/en/Iraq/Something-else" data-href="/en/All-News?share=1"></div>',
        '<span data-next="2">2</span>',
        '<button data-url="/en/All-News?view=map">Map</button>',
        '<div data-next-url="https://other.example/en/All-News?offset=20"></div>',
    ],
)
def test_what_a_script_knows_besides_is_no_page_and_no_article(other: str) -> None:
    page = read_listing(PAGE.format(pagination=other).encode(), NEWS, ENGLISH)
    assert (len(page.entries), page.next_page) == (2, None)
