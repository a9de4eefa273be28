"""Whose a page is, by its URL alone."""

import pytest

from crawler.warc.picking import Picker, page_url
from seeds.sources import Source


def source(name: str, **told) -> Source:
    return Source(id=name, name=name, **told)


SOURCES = [
    source("all", feeds=("https://www.zab.example/feed",), exclude=("/tags/",)),
    source("en", feeds=("https://zab.example/en/feed",), article=r"^https?://(www\.)?zab\.example/en/\d+$"),
    source("ku", listings=("https://zab.example/ku",), article=r"^https?://(www\.)?zab\.example/ku/هەواڵ/[^/]+$"),
    source("far", feeds=("https://feeds.elsewhere.example/x",), article=r"^https://tigris\.example/\d+"),
    source("loose", feeds=("https://loose.example/feed",), article=r"/story/\d+"),
    source("strict", feeds=("https://ava.example/",), article=r"^https://ava\.example/\d", exclude=(r"://m\.", "/1")),
    source("port", feeds=("http://127.0.0.1:8099/feed",), ports=(8099,)),
]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://zab.example/en/1", "en"),
        ("http://www.zab.example/en/1", "en"),
        ("https://m.zab.example/news/1", "all"),
        ("https://zab.example/ku/هەواڵ/زێ", "ku"),
        ("https://zab.example/ku/%D9%87%DB%95%D9%88%D8%A7%DA%B5/%D8%B2%DB%8E", "ku"),
        ("https://zab.example/tags/water", "no article's address"),
        ("https://zab.example/", "no article's address"),
        ("https://www.zab.example/feed", "no article's address"),
        ("https://tigris.example/7", "far"),
        ("https://feeds.elsewhere.example/7", "no article's address"),
        ("https://loose.example/story/7", "loose"),
        ("https://other.example/story/7", "of no source"),
        ("https://ava.example/7", "strict"),
        ("http://ava.example/7", "strict"),
        ("http://www.ava.example:80/7?a=/b", "strict"),
        ("https://m.ava.example/7", "no article's address"),
        ("http://ava.example/1", "no article's address"),
        ("http://ava.example", "no article's address"),
        ("http://127.0.0.1:8099/a", "port"),
        ("http://127.0.0.1:1/a", "port"),
        ("dns:zab.example", "no address of the web"),
        ("urn:uuid:0", "no address of the web"),
        ("javascript:alert(1)", "no address of the web"),
        ("https://", "no address of the web"),
        ("https://[::1", "of no source"),
        ("https://desk:secret@zab.example/en/1", "user name in the address"),
        ("https://zab.example/" + "a" * 5_000, "address too long"),
    ],
)
def test_a_page_belongs_to_the_source_that_claims_it_most(url: str, told: str) -> None:
    picked = Picker(SOURCES).pick(page_url(url))
    assert (picked.source.id if picked.source else picked.reason) == told


def test_any_takes_what_no_source_claims_under_its_site() -> None:
    picker = Picker(SOURCES, any_site=True)
    picked = picker.pick("https://www.other.example:8080/story/7").source

    assert picked == Source(id="other.example", name="other.example", revisit=())
    assert picker.pick("https://m.other.example/a").source is picked
    assert picker.pick("https://zab.example/en/1").source.id == "en"
    assert picker.pick("ftp://other.example/a").source is None


def test_of_many_sites_few_are_kept() -> None:
    picker = Picker([], any_site=True)
    for number in range(3_000):
        assert picker.pick(f"https://s{number}.example/a").source is not None
    assert len(picker._sites) == 1_000


def test_patterns_that_cannot_be_one_are_tried_one_by_one() -> None:
    same = r"^https://(?P<site>{})\.example/\d+$"
    picker = Picker([source(name, feeds=("https://f.example/",), article=same.format(name)) for name in ("a", "b")])
    assert picker.pick("https://b.example/1").source.id == "b"
