"""Where a feed, a JSON listing and a robots.txt lead a backfill on, and where they do not."""

import pytest

from crawler.backfill.reading import earlier_page, named_sitemaps, next_number

FEED = "https://news.example/feed"


def rss(told: str) -> bytes:
    return (
        f'<rss version="2.0"><channel>{told}<item><link rel="next" href="/not-this"/></item></channel></rss>'.encode()
    )


@pytest.mark.parametrize(
    ("told", "further"),
    [
        ('<atom:link rel="next" href="/feed?page=2"/>', ("https://news.example/feed?page=2",)),
        ("<atom:link href='/old/خبر.xml' rel='prev-archive'/>", ("https://news.example/old/خبر.xml",)),
        ('<link rel="next" href="/b"/><link rel="prev-archive" href="/a"/>', ("https://news.example/a",)),
        ('<link rel="next" href="/b?x=1&amp;y=2"/>', ("https://news.example/b?x=1&y=2",)),
        ('<link rel="next" href="https://other.example/feed"/>', ()),
        ('<link rel="next" href="http://[broken"/>', ()),
        ('<link rel="self" href="/feed"/>', ()),
        ("<generator>https://wordpress.org/?v=6.4</generator>", ("https://news.example/feed?paged=2",)),
        ("", ()),
    ],
)
def test_the_links_of_the_feed_itself_lead_on(told: str, further: tuple[str, ...]) -> None:
    assert earlier_page(rss(told), FEED, "application/rss+xml") == further


def test_wordpress_counts_on() -> None:
    told = rss("<generator>https://wordpress.org/?v=6.4</generator>")
    assert earlier_page(told, f"{FEED}?cat=3&paged=9", "") == (f"{FEED}?cat=3&paged=10",)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"{", b'{"next_url": 3}', b"<rss", b"\x1f\x8b\x00"])
def test_what_is_no_feed_leads_nowhere(body: bytes) -> None:
    assert earlier_page(body, FEED, "") == ()


def test_numbers_in_addresses_count_on() -> None:
    assert next_number("https://a.example/api?rows=10&page=2") == ("https://a.example/api?rows=10&page=3",)
    assert next_number("https://a.example/api?rows=10") == ()


def test_robots_names_sitemaps_in_any_case_and_line_ends() -> None:
    body = "User-agent: *\r\nSITEMAP:/s.xml\r\n  sitemap : https://b.example/ه.xml \nSitemap: javascript:x\n".encode()
    assert named_sitemaps(body, "https://a.example/robots.txt") == (
        "https://a.example/s.xml", "https://b.example/ه.xml",
    )  # fmt: skip
