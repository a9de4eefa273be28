"""What a page says of its site, where feeds and sitemaps are looked for, and which of them are worth asking."""

import gzip

import pytest

from crawler.discovery.candidates import adding_most, feed_addresses, read_candidate, sitemap_addresses
from crawler.discovery.entries import NoEntries
from crawler.discovery.front_page import first_step, likely_articles, others, read_front_page, section_links

HEADLINE = "ڕێگای نێوان هەولێر و کۆیە دوای سێ مانگ کرایەوە"
PAGE = f"""<!doctype html><html lang="ckb"><head><title>سەرەتا | زاب پرێس</title>
<link rel="alternate" type="application/rss+xml" href="/so/rss.xml">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="//zab.example/so/atom">
<link rel="alternate" type="application/rss+xml" href="/so/comments/feed/">
<link rel="alternate" hreflang="ar" href="/ar"><link rel="alternate" type="application/json+oembed" href="/oembed">
</head><body><header><a href="/">زاب پرێس</a><a href="/so/babat/9">{HEADLINE} نوێ</a></header>
<nav><a href="/so/iraq">عێراق</a><a href="/so/hemu">هەموو</a><a href="/about">دەربارە</a>
<a href="/so/babat/7">کورت</a></nav>
<main><article><header><h2><a href="/so/babat/1">{HEADLINE}</a></h2></header></article>
<a href="/so/babat/2">{HEADLINE} بەیانی</a><a href="/so/babat/2">زیاتر</a><a href="/so/tag/x">{HEADLINE}</a>
<a href="https://www.zab.example/so/babat/3?utm_source=front">{HEADLINE} ئێوارە</a>
<a href="https://other.example/1">{HEADLINE}</a><a href="javascript:void(0)">x</a><a href="/rss/so">RSS</a>
<a href="/so/iraq?page=2">دواتر</a></main></body></html>"""
BASE = "https://zab.example/so"


def test_a_page_tells_the_name_the_language_and_the_feeds_of_its_site() -> None:
    page = read_front_page(PAGE.encode(), BASE)
    assert (page.name, page.language) == ("زاب پرێس", "ckb")
    assert page.feeds == (
        "https://zab.example/so/rss.xml", "https://zab.example/so/atom", "https://zab.example/rss/so",
    )  # fmt: skip
    assert first_step(page) == "so"


def test_headlines_of_the_site_are_likely_articles_and_its_furniture_is_not() -> None:
    page = read_front_page(PAGE.encode(), BASE)
    assert likely_articles(page) == [
        "https://zab.example/so/babat/9", "https://zab.example/so/babat/1", "https://zab.example/so/babat/2",
        "https://www.zab.example/so/babat/3",
    ]  # fmt: skip
    assert "https://zab.example/so/iraq" in others(page)
    assert "https://zab.example/so/tag/x" in others(page)
    assert "https://zab.example/so/babat/1" not in others(page), "an article may have a header of its own"


def test_sections_are_looked_at_beginning_with_those_that_show_everything() -> None:
    links = section_links(read_front_page(PAGE.encode(), BASE))
    assert links[:2] == [BASE, "https://zab.example/so/hemu"]
    assert "https://zab.example/about" not in links
    assert "https://zab.example/so/tag/x" not in links


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta property="og:site_name" content="Zab &amp; Tigris"><title>x</title>', "Zab & Tigris"),
        ("<title>Zab Times - News of the valley and beyond</title>", "Zab Times"),
        ("<title>Home | Zab Times</title>", "Zab Times"),
        ("<title>Zab Times</title>", "Zab Times"),
        ("", None),
    ],
)
def test_the_name_of_a_site_is_not_the_title_of_its_page(head: str, name: str | None) -> None:
    body = f'<html><head>{head}</head><body><a href="/">Zab Times</a></body></html>'
    assert read_front_page(body.encode(), "https://zab.example/").name == name


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"<" * 10_000, b"<a href='[['>x</a>" * 100])
def test_what_is_no_page_is_said_to_be_none_or_shows_nothing(body: bytes) -> None:
    try:
        page = read_front_page(body, "https://zab.example/")
    except NoEntries as error:
        assert error.name == "not a page"
    else:
        assert (page.feeds, likely_articles(page)) == ((), [])


def test_feeds_are_looked_for_by_language_below_the_edition_and_at_the_root_each_once() -> None:
    found = feed_addresses("https://zab.example/so/", "so", "ckb")
    assert found[:3] == ["https://zab.example/rss/so", "https://zab.example/rss/ckb", "https://zab.example/so/feed"]
    assert "https://zab.example/rss.xml" in found
    assert len(found) == len(set(found)) == 16
    assert len(feed_addresses("https://zab.example/", "", "")) == 7


def test_sitemaps_that_robots_txt_names_are_believed_and_those_for_news_come_first() -> None:
    robots = "User-agent: *\r\nsitemap : /map.xml \r\n# Sitemap: https://zab.example/old.xml\nSitemap: https://zab.example/news.xml"
    assert sitemap_addresses("https://zab.example/so", robots) == [
        "https://zab.example/news.xml", "https://zab.example/map.xml",
    ]  # fmt: skip
    assert "https://zab.example/sitemap.xml" in sitemap_addresses("https://zab.example/so", "User-agent: *")
    assert len(sitemap_addresses("https://zab.example/", "Sitemap: /x\n" * 10_000)) < 10


def test_of_ways_that_show_the_same_one_is_kept() -> None:
    pages = [frozenset(map(str, range(begin, end))) for begin, end in ((0, 3), (0, 9), (5, 12), (0, 9))]
    kept, same = adding_most(list(zip("abcd", pages, strict=True)))
    assert kept == ["b", "c"]
    assert same == {"a": "b", "d": "b"}


def test_the_zones_of_dates_are_read_as_they_are_written() -> None:
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><item><link>https://zab.example/1</link>'
        "<pubDate>Sat, 28 Nov 2026 10:00:00 +0300</pubDate></item><item><link>https://zab.example/2</link>"
        "<pubDate>2026-11-28T09:00:00+03:00</pubDate></item></channel></rss>"
    )
    assert read_candidate("feed", feed.encode(), "https://zab.example/rss", "").offsets == {"+03:00"}


def test_a_page_is_no_feed_and_a_packed_index_names_first_what_is_likely_to_hold_articles() -> None:
    with pytest.raises(NoEntries, match="not a feed"):
        read_candidate("feed", PAGE.encode(), BASE, "text/html")
    names = ("page-sitemap.xml", "map.xml", "post-sitemap.xml")
    rows = "".join(f"<sitemap><loc>https://zab.example/{name}</loc></sitemap>" for name in names)
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'
    found = read_candidate("sitemap", gzip.compress(index.encode()), "https://zab.example/index.xml.gz", "")
    assert [url.rpartition("/")[2] for url in found.children] == ["post-sitemap.xml", "map.xml", "page-sitemap.xml"]


def test_links_of_a_page_are_relative_to_its_base_as_in_a_crawl() -> None:
    head = '<base href="https://wire.example/ar/"><link rel="alternate" type="application/rss+xml" href="feed">'
    body = f'<html><head>{head}</head><body><a href="news/1">طريق ممر حلبجة يبقى مغلقاً</a></body></html>'
    page = read_front_page(body.encode(), "https://wire.example/")
    assert page.feeds == ("https://wire.example/ar/feed",)
    assert [link.url for link in page.links] == ["https://wire.example/ar/news/1"]
