"""Sitemaps of every kind, and what is none."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Entry
from crawler.discovery.entries import NoEntries
from crawler.discovery.sitemaps import Child, read_sitemap
from seeds.bounds import MAX_INDEX_CHILDREN, MAX_SITEMAP_FRUITLESS

MAP = "https://rafidain.example/sitemap.xml"
SITE = "https://rafidain.example"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="/main.xsl"?><!-- made today -->'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)
NEWS = """<url><loc>https://rafidain.example/{language}/{slug}</loc>
<image:image><image:loc>https://rafidain.example/i.jpg</image:loc><image:title>A photograph</image:title></image:image>
<news:news><news:publication><news:name>Rafidain</news:name><news:language>{language}</news:language></news:publication>
<news:publication_date>{date}</news:publication_date><news:title><![CDATA[{title}]]></news:title></news:news></url>"""


def urlset(*parts: str) -> bytes:
    return (HEAD + "".join(parts) + "</urlset>").encode()


def plain_url(slug: str, lastmod: str = "") -> str:
    return f"<url><loc>{SITE}/{slug}</loc>" + (f"<lastmod>{lastmod}</lastmod>" if lastmod else "") + "</url>"


def index(*children: tuple[str, str]) -> bytes:
    listed = "".join(
        f"<sitemap><loc>{SITE}/{name}</loc>" + (f"<lastmod>{lastmod}</lastmod>" if lastmod else "") + "</sitemap>"
        for name, lastmod in children
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'.encode()


def test_a_news_sitemap_tells_title_instant_and_language() -> None:
    shown = [("en", "Talks & trade"), ("ar", "فصائل"), ("ckb", "گرووپەکان"), ("kmr", "Komên çekdar")]
    parts = [
        NEWS.format(slug=number, language=language, title=title, date=f"2025-01-23T21:0{9 - number}:00+03:00")
        for number, (language, title) in enumerate(shown)
    ]
    entries = read_sitemap(urlset(*parts), MAP).entries
    assert [(entry.language, entry.title) for entry in entries] == shown
    assert entries[0].url == f"{SITE}/en/0"
    assert entries[0].published == datetime(2025, 1, 23, 18, 9, tzinfo=UTC)


def test_entries_come_newest_first_and_undated_ones_before_them() -> None:
    body = urlset(
        plain_url("old", "2025-01-01"), plain_url("new", "2025-01-23T21:04:00+03:00"),
        plain_url("undated"), plain_url("newer", "2025-01-23T18:05Z"),
    )  # fmt: skip
    entries = read_sitemap(body, MAP).entries
    assert [entry.url.rpartition("/")[2] for entry in entries] == ["undated", "newer", "new", "old"]
    assert entries[0] == Entry(url=f"{SITE}/undated")
    assert entries[3].updated == datetime(2025, 1, 1, tzinfo=UTC)
    assert entries[3].published is None


def test_a_new_lastmod_or_title_changes_the_mark() -> None:
    def mark(body: bytes) -> str | None:
        return read_sitemap(body, MAP).entries[0].mark

    assert mark(urlset(plain_url("a"))) is None
    assert mark(urlset(plain_url("a", "2025-01-01"))) != mark(urlset(plain_url("a", "2025-01-02")))
    news = NEWS.format(slug="a", language="en", title="{}", date="2025-01-23T21:04:00+03:00")
    assert mark(urlset(news.format("Three killed"))) != mark(urlset(news.format("Five killed")))


def test_a_wrong_language_is_left_out() -> None:
    news = NEWS.format(slug="a", language="ar", title="Talks in Baghdad", date="2025-01-23")
    assert read_sitemap(urlset(news), MAP).entries[0].language is None


def test_an_index_gives_its_sitemaps_newest_first_with_undated_news_before_them() -> None:
    body = index(
        ("posts-2024-12.xml", ""), ("posts-2025-02.xml", ""), ("pages.xml", "2024-01-01"),
        ("posts.xml", "2025-01-23T18:04:00Z"), ("news.xml", ""),
    )  # fmt: skip
    sitemap = read_sitemap(body, MAP)
    assert sitemap.entries == ()
    assert [child.url.rpartition("/")[2] for child in sitemap.children] == [
        "news.xml", "posts.xml", "pages.xml", "posts-2025-02.xml", "posts-2024-12.xml",
    ]  # fmt: skip
    assert sitemap.children[1] == Child(url=f"{SITE}/posts.xml", lastmod=datetime(2025, 1, 23, 18, 4, tzinfo=UTC))


@pytest.mark.parametrize("lastmod", ["", "2025-01-23T18:04:00Z"])
def test_of_sitemaps_that_no_date_tells_apart_each_series_has_its_turn(lastmod: str) -> None:
    posts, tags = (
        [f"wp-sitemap-{kind}-{number}.xml" for number in range(1, last + 1)]
        for kind, last in (("post", 14), ("tag", 39))
    )
    children = read_sitemap(index(*((name, lastmod) for name in [*tags, *posts, "pages.xml"])), MAP).children
    assert [child.url.rpartition("/")[2] for child in children][:8] == [
        "wp-sitemap-tag-39.xml", "wp-sitemap-post-14.xml", "pages.xml", "wp-sitemap-tag-1.xml", "wp-sitemap-post-1.xml",
        "wp-sitemap-tag-38.xml", "wp-sitemap-post-13.xml", "wp-sitemap-tag-37.xml",
    ]  # fmt: skip
    assert len(children) == len(posts) + len(tags) + 1


@pytest.mark.parametrize(
    ("lastmod", "read"),
    [
        ("2025-01-23T21:04:00+03:00", datetime(2025, 1, 23, 18, 4, tzinfo=UTC)),
        ("2025-01-23T21:04:00.123+0300", datetime(2025, 1, 23, 18, 4, 0, 123000, tzinfo=UTC)),
        ("2025-01-23T21:04:00", datetime(2025, 1, 23, 21, 4, tzinfo=UTC)),
        ("2025-01-23 21:04", datetime(2025, 1, 23, 21, 4, tzinfo=UTC)),
        ("2025-01-23", datetime(2025, 1, 23, tzinfo=UTC)),
        ("2025-01", None),
        ("٢٠٢٥-٠١-٢٣", datetime(2025, 1, 23, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_lastmod_of_an_index_orders_its_sitemaps_though_it_has_no_zone(lastmod: str, read: datetime | None) -> None:
    assert read_sitemap(index(("posts.xml", lastmod)), MAP).children == (Child(url=f"{SITE}/posts.xml", lastmod=read),)


def test_an_index_may_name_packed_sitemaps_and_other_indexes_with_namespaces_that_nobody_declared() -> None:
    body = index(("posts.xml.gz", "2025-01-23"), ("index-2.xml", "2025-01-22")).replace(
        b"<sitemapindex", b"<sitemapindex a:b='c'"
    )
    for sent in (body, gzip.compress(body), b"OK\n" + body, gzip.compress(b"\n" + body)):
        assert [child.url for child in read_sitemap(sent, MAP).children] == [
            f"{SITE}/posts.xml.gz",
            f"{SITE}/index-2.xml",
        ]


def test_a_gzipped_sitemap_is_read_whatever_its_name() -> None:
    body = urlset(plain_url("a"), plain_url("b"))
    packed = gzip.compress(body[:100]) + gzip.compress(body[100:])  # several members, as log-like writers make
    assert read_sitemap(packed, MAP) == read_sitemap(body, MAP)


def test_of_a_gzip_cut_short_the_beginning_counts() -> None:
    packed = gzip.compress(urlset(*(plain_url(f"{number:x}") for number in range(20_000))))
    assert len(read_sitemap(packed[: len(packed) // 2], MAP).entries) > 1_000


def test_a_broken_sitemap_gives_what_can_be_read() -> None:
    body = urlset(
        plain_url("a"), "<url><loc>https://rafidain.example/x?a=1&b=2</loc></url><url><loc>/b</loc></url>", "<<"
    )
    assert {entry.url for entry in read_sitemap(body, MAP).entries} >= {f"{SITE}/a", f"{SITE}/b"}


@pytest.mark.parametrize("name", ["urlset", "UrlSet", "ns:urlset"])
def test_namespaces_and_case_do_not_matter(name: str) -> None:
    body = f"\n<{name}><url><loc>\n {SITE}/a </loc></url></{name}>".encode()
    assert [entry.url for entry in read_sitemap(body, MAP).entries] == [f"{SITE}/a"]


def test_a_list_of_addresses_is_a_sitemap() -> None:
    body = f"\ufeff{SITE}/a\r\n\nnot an address\n{SITE}/ar/فصائل\n".encode()
    assert [entry.url for entry in read_sitemap(body, MAP).entries] == [f"{SITE}/a", f"{SITE}/ar/فصائل"]


def test_a_feed_may_serve_as_a_sitemap() -> None:
    body = (
        b"<?xml version='1.0'?><rss version='2.0'><channel><item><link>/a</link><title>x</title></item></channel></rss>"
    )
    assert read_sitemap(body, MAP).entries[0].title == "x"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "ftp://rafidain.example/a", ""])
def test_what_leads_nowhere_on_the_web_is_left_out(link: str) -> None:
    body = urlset(f"<url><loc>{link}</loc></url>", plain_url("a"))
    assert [entry.url for entry in read_sitemap(body, MAP).entries] == [f"{SITE}/a"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "empty answer"),
        (b"<html><body>Not found</body></html>", "HTML instead of a sitemap"),
        (b"Not found", "not a sitemap"),
        (b"\x1f\x8b\x08garbage", "empty answer"),
        (gzip.compress(b"", mtime=0), "empty answer"),
        (b"<urlset/>", "empty sitemap"),
        (b"<sitemapindex></sitemapindex>", "empty sitemap"),
        (urlset("<url><loc>mailto:a@b.example</loc></url>"), "empty sitemap"),
    ],
)
def test_what_yields_nothing_is_reported_by_name(body: bytes, name: str) -> None:
    with pytest.raises(NoEntries) as caught:
        read_sitemap(body, MAP)
    assert caught.value.name == name


def test_no_more_than_the_allowed_number_of_addresses_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.discovery.sitemaps.MAX_SITEMAP_URLS", 1_000)
    body = b"".join([HEAD.encode(), *(b"<url><loc>/%d</loc></url>" % number for number in range(20_000))])
    for answer in (body, gzip.compress(body)):
        entries = read_sitemap(answer, MAP).entries
        assert [entry.url for entry in entries] == [f"{SITE}/{number}" for number in range(1_000)]


def test_of_a_huge_index_the_newest_children_are_kept() -> None:
    body = index(*((f"{number}.xml", "") for number in range(MAX_INDEX_CHILDREN + 100)))
    children = read_sitemap(body, MAP).children
    assert len(children) == MAX_INDEX_CHILDREN
    assert children[0].url == f"{SITE}/{MAX_INDEX_CHILDREN + 99}.xml"


def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    flood = gzip.compress(urlset(plain_url("a"), "<x/>" * (2 * MAX_SITEMAP_FRUITLESS // 4), plain_url("never-reached")))
    assert [entry.url for entry in read_sitemap(flood, MAP).entries] == [f"{SITE}/a"]


def test_an_external_entity_is_not_read() -> None:
    doctype = '<!DOCTYPE urlset SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    body = f"{doctype}<urlset><url><loc>/a&secret;</loc></url>{plain_url('b')}</urlset>".encode()
    assert [entry.url for entry in read_sitemap(body, MAP).entries] == [f"{SITE}/a&secret", f"{SITE}/b"]


def test_an_entity_bomb_is_not_unpacked() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE urlset [<!ENTITY e0 "boom">{entities}]><urlset><url><loc>/&e9;</loc></url></urlset>'
    assert [entry.url for entry in read_sitemap(bomb.encode(), MAP).entries] == [f"{SITE}/&e9"]


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_no_entries(body: bytes) -> None:
    for candidate in (
        body,
        HEAD.encode() + b"<url><loc>/a" + body,
        gzip.compress(body),
        gzip.compress(HEAD.encode()) + body,
    ):
        try:
            assert read_sitemap(candidate, MAP)
        except NoEntries:
            continue
