"""A pattern for articles is inferred from addresses: of sites as they are, with slugs of our own making."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.article_pattern import infer_pattern, looks_like_list

SITES: dict[str, tuple[Sequence[str], Sequence[str], str]] = {
    "a section and a slug, behind a language": (
        [
            "https://shafaq.com/en/Iraq/Harvest-ends-early-in-the-south",
            "https://shafaq.com/en/Security/Road-to-the-dam-reopened",
            "https://www.shafaq.com/en/Economy/Dates-cheaper-than-last-year",
        ],
        ["https://shafaq.com/en/Iraq", "https://shafaq.com/en/All-News", "https://shafaq.com/en/tags/harvest"],
        r"^https?://(www\.)?shafaq\.com/en/[^/]+/[^/?]+/?$",
    ),
    "Arabic words, encoded and not, with a tatweel": (
        [
            "https://shafaq.com/ar/مجتـمع/انتهاء-الحصاد-في-الجنوب",
            "https://shafaq.com/ar/%D8%A3%D9%85%D9%86/%D9%81%D8%AA%D8%AD-%D8%A7%D9%84%D8%B7%D8%B1%D9%8A%D9%82",
            "https://shafaq.com/ar/اقتصـاد/التمور-ارخص",
        ],
        ["https://shafaq.com/ar/مجتـمع", "https://shafaq.com/ar/وسم/الحصاد", "https://shafaq.com/ar/tags/x"],
        r"^https?://(www\.)?shafaq\.com/ar/[^/]+/[^/?]+/?$",
    ),
    "a date with a serial number, at two depths": (
        [
            "https://www.rudaw.net/english/kurdistan/280220171",
            "https://www.rudaw.net/english/kurdistan/280220172",
            "https://www.rudaw.net/english/middleeast/iraq/010320173",
        ],
        ["https://www.rudaw.net/english/kurdistan", "https://www.rudaw.net/english/middleeast/iraq"],
        r"^https?://(www\.)?rudaw\.net/english/[^/]+/(\d+/?|[^/]+/\d+/?)$",
    ),
    "a number, and a slug behind a dash or a slash": (
        [
            "https://www.kurdistan24.net/ckb/story/812345-باران-دەبارێت",
            "https://www.kurdistan24.net/ckb/story/812346/گەنم",
            "https://www.kurdistan24.net/ckb/story/812347/ڕێگا",
        ],
        ["https://www.kurdistan24.net/ckb/category/5", "https://www.kurdistan24.net/ckb"],
        r"^https?://(www\.)?kurdistan24\.net/ckb/story/(\d+/[^/?]+/?|\d+-[^/?]+/?)$",
    ),
    "a number at the root": (
        ["https://964media.com/41234/", "https://964media.com/41235/", "https://964media.com/41236/"],
        ["https://964media.com/about/", "https://964media.com/category/sport/"],
        r"^https?://(www\.)?964media\.com/\d+/?$",
    ),
    "a number with a slug or without": (
        ["https://thenewregion.com/posts/12", "https://thenewregion.com/posts/13/the-dam", "https://thenewregion.com/posts/14/x"],
        ["https://thenewregion.com/posts"],
        r"^https?://(www\.)?thenewregion\.com/posts/\d+(/[^/?]+)?/?$",
    ),
    "a parameter": (
        [f"https://ninanews.com/Website/News/Details?key={number}" for number in (1161, 1162, 1163)],
        ["https://ninanews.com/Website/News/List?key=4"],
        r"^https?://(www\.)?ninanews\.com/Website/News/Details\?(.*&)?key=[^&]+$",
    ),
    "a date before the slug": (
        ["https://kitabat.com/2026/11/28/sugar/", "https://kitabat.com/2026/11/27/tea/", "https://kitabat.com/2026/9/1/salt/"],
        ["https://kitabat.com/2026/11/", "https://kitabat.com/author/somebody/"],
        r"^https?://(www\.)?kitabat\.com/\d{4}/\d+/\d+/[^/?]+/?$",
    ),
    "slugs at the root, beside other pages": (
        ["https://esta.krd/rain-comes-to-the-valley/", "https://esta.krd/new-bridge-over-the-zab-opened/"],
        ["https://esta.krd/about/", "https://esta.krd/contact-us/", "https://esta.krd/sport/"],
        r"^https?://(www\.)?esta\.krd/[^/?]+/?$",
    ),
    "slugs at the root, beside more pages than can be named": (
        ["https://esta.krd/rain-comes-to-the-valley/", "https://esta.krd/new-bridge-over-the-zab-opened/"],
        ["https://esta.krd/contact-us/", *(f"https://esta.krd/section{number}/" for number in range(20))],
        r"^https?://(www\.)?esta\.krd/([^/?-]+-){2,}[^/?]+/?$",
    ),
    "an ending": (
        ["https://wire.example/news/a-dam-123456.html", "https://wire.example/news/wheat-123457.html"],
        ["https://wire.example/news/index.html"],
        r"^https?://(www\.)?wire\.example/news/[^/?]+-\d+\.html$",
    ),
    "a port": (
        [f"http://127.0.0.1:8080/kmr/aborî/genim-{word}" for word in ("erzan", "buha", "hat")],
        ["http://127.0.0.1:8080/kmr/aborî"],
        r"^https?://(www\.)?127\.0\.0\.1:8080/kmr/[^/]+/[^/?]+/?$",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("articles", "others", "pattern"), SITES.values(), ids=SITES)
def test_the_pattern_is_what_a_person_would_write(articles: Sequence[str], others: Sequence[str], pattern: str) -> None:
    found = infer_pattern(articles, others)
    assert found is not None
    assert found.article == pattern
    assert [url for url in articles if not found.matches(url)] == []
    assert [url for url in others if found.matches(url)] == []


def test_the_host_with_www_and_either_scheme_are_the_same_site() -> None:
    found = infer_pattern(["https://www.wire.example/en/iraq/the-dam"] * 3)
    assert found is not None
    assert found.matches("http://wire.example/en/iraq/the-bridge")
    assert not found.matches("http://evil.example/en/iraq/the-bridge")
    assert not found.matches("http://wire.example.evil.example/en/iraq/the-bridge")


def test_a_page_of_the_site_that_looks_like_an_article_is_excluded_by_name() -> None:
    articles = [f"https://wire.example/{word}" for word in ("wheat", "dam-reopens", "bridge")]
    found = infer_pattern(articles, ["https://wire.example/imprint", "https://wire.example/jobs/"])
    assert found is not None
    assert all(map(found.matches, articles))
    assert not found.matches("https://wire.example/imprint")
    assert not found.matches("https://wire.example/jobs")


def test_one_section_seen_twice_does_not_make_the_pattern_of_that_section() -> None:
    found = infer_pattern(["https://wire.example/sport/one", "https://wire.example/sport/two"])
    assert found is not None
    assert found.matches("https://wire.example/iraq/three")


def test_an_accident_among_many_addresses_is_left_out() -> None:
    articles = [f"https://wire.example/en/story/{number}" for number in range(30)]
    found = infer_pattern([*articles, "https://wire.example/video", "https://videos.example/watch/1"])
    assert found is not None
    assert found.article == r"^https?://(www\.)?wire\.example/en/story/\d+/?$"


def test_a_site_of_two_hosts_has_both_in_its_pattern() -> None:
    found = infer_pattern([f"https://{host}.wire.example/story/{n}" for n in range(3) for host in ("en", "sport")])
    assert found is not None
    assert found.matches("https://sport.wire.example/story/9")
    assert found.matches("https://en.wire.example/story/9")


@pytest.mark.parametrize("articles", [[], ["https://wire.example/"], ["https://["]])
def test_of_nothing_nothing_is_inferred(articles: list[str]) -> None:
    assert infer_pattern(articles) is None


def test_an_address_with_nothing_but_a_query_is_no_reason_to_stop() -> None:
    found = infer_pattern(["https://wire.example/?p=7", "https://wire.example/a"], ["https://wire.example/?/9"])
    assert found is not None
    assert found.matches("https://wire.example/a")


def test_lists_are_told_by_their_words_in_every_script() -> None:
    assert looks_like_list("https://wire.example/author/x")
    assert looks_like_list("https://wire.example/%D9%88%D8%B3%D9%85/x")
    assert not looks_like_list("https://wire.example/iraq/x")


STEPS = st.text(st.sampled_from("aZ9&=-._~()+*|$^[]{}?%عەê"), min_size=1, max_size=12)
URLS = st.lists(STEPS, min_size=1, max_size=4).map(lambda steps: "https://wire.example/" + "/".join(steps))


@given(st.lists(URLS, min_size=1, max_size=6), st.lists(URLS, max_size=6))
def test_whatever_the_addresses_the_pattern_is_one(articles: list[str], others: list[str]) -> None:
    found = infer_pattern(articles, others)
    if found is not None:
        for pattern in (found.article, *found.exclude):
            re.compile(pattern)


def test_an_article_that_several_pages_show_is_told_by_its_parameter_all_the_same() -> None:
    """A site without a feed, two sections of which show the same articles."""
    articles = [f"https://wire.example/details.aspx?jimare={number}" for number in range(20)]
    found = infer_pattern([*articles, *articles[:9]], ["https://wire.example/all-news.aspx?corner=1"])
    assert found is not None
    assert found.matches("https://wire.example/details.aspx?jimare=99")
    assert not found.matches("https://wire.example/all-news.aspx?corner=2")
    assert not found.exclude


def test_a_page_whose_query_varies_is_excluded_with_any() -> None:
    articles = [f"https://wire.example/{word}.aspx?from=rss" for word in ("wheat", "dam", "bridge")]
    found = infer_pattern(articles, ["https://wire.example/all.aspx?corner=1", "https://wire.example/dam.aspx?print=1"])
    assert found is not None
    assert all(map(found.matches, articles))
    assert not found.matches("https://wire.example/all.aspx?corner=2")


def test_an_article_of_two_words_is_not_lost_to_a_few_pages_that_can_be_named() -> None:
    articles = [f"https://wire.example/rain-in-valley-{number}/" for number in range(20)]
    found = infer_pattern(articles, ["https://wire.example/imprint/", "https://wire.example/house-rules/"])
    assert found is not None
    assert found.matches("https://wire.example/oil-prices/")
    assert not found.matches("https://wire.example/house-rules/")
