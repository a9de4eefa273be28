"""What `make fuzz` found, each as small as it could be made. All of it is mended."""

from datetime import UTC, datetime

import pytest

from archive.addresses import url_key
from crawler.address_policy import AddressPolicy
from crawler.discovery.entries import NoEntries
from crawler.discovery.sitemaps import read_sitemap
from pipelines.extraction.article import extract_article
from pipelines.page import Page
from seeds.sources import Source

SOURCE = Source(id="fuzzed", name="Fuzzed", feeds=("https://news.example/feed",))
STORY = " ".join(f"The harbour office repaired crane number {number} within the week." for number in range(9))


def page(body: str) -> Page:
    return Page(
        url="https://news.example/1", requested="https://news.example/1", source="fuzzed", status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),), body=body.encode(),
        fetched=datetime(2026, 3, 14, 12, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize("holder", ["ding:", "a:b:", "x&y", 'div a:="1"', 'div "="1"', "ding: class=story"])
def test_an_element_that_lxml_would_not_write_may_hold_the_story(holder: str) -> None:
    """ValueError: Invalid tag name 'ding:', where the story's part of the page was copied."""
    article = extract_article(page(f"<body><{holder}><article><p>{STORY}</p><p>{STORY}</p></article>"), SOURCE)
    assert STORY in article.text


@pytest.mark.parametrize("host", ["news]le", "[news", "a]b[", "[::1"])
def test_a_host_with_half_a_bracket_is_no_entry(host: str) -> None:
    """It was taken for one, and nothing that was handed it could parse it."""
    with pytest.raises(NoEntries):
        read_sitemap(f"https://{host}/1\n".encode(), "https://news.example/sitemap.txt")
    assert AddressPolicy().url_fault(f"https://{host}/1") is not None


@pytest.mark.parametrize("url", ["https://newss.empps:://n//news", "http://a.example:::/x", "https://a.example::80"])
def test_the_key_of_a_host_with_too_many_colons_is_its_own(url: str) -> None:
    key = url_key(url)
    assert url_key(url.partition("//")[0] + "//" + key) == key
