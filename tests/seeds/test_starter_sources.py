"""The sources that come with the checkout: they load, and their patterns fit what is known of each site."""

import json
import re
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from crawler.discovery.json_listings import read_json_listing
from seeds.sources import JsonListing, Source, load_sources

FOLDER = Path(__file__).parents[2] / "seeds/sources"
SOURCES = load_sources(FOLDER)

EXAMPLES = {
    "shafaq-en": ("https://shafaq.com/en/Iraq/Talks-in-Baghdad", "https://www.shafaq.com/en/tags/oil"),
    "shafaq-ar": ("https://shafaq.com/ar/مجتـمع/خبر-من-البصرة", "https://shafaq.com/ar/bbc-arabic/تقرير"),
    "shafaq-ku": ("https://shafaq.com/ku/کوردستان/هەواڵ", "https://shafaq.com/ku/کوردستان"),
    "ina-ar": ("https://ina.iq/political/71-talks", "https://ina.iq/eng/71-talks"),
    "ina-en": ("https://ina.iq/en/politics/40071-talks.html", "https://ina.iq/en/latest/"),
    "nina-ar": ("https://ninanews.com/Website/News/Details?key=71", "https://ninanews.com/Website/News/List?key=4"),
    "alsumaria-ar": ("https://alsumaria.tv/news/أمن/71/خبر", "https://alsumaria.tv/iraq-latest-news"),
    "baghdadtoday-ar": ("https://baghdadtoday.news/71-خبر.html", "https://baghdadtoday.news/lastnews"),
    "mawazin-ar": ("https://mawazin.net/71", "https://mawazin.net/tag/النفط"),
    "nasnews-ar": ("https://nasnews.com/view.php?cat=71", "https://nasnews.com/tags/oil"),
    "non14-ar": ("https://non14.net/public/71", "https://non14.net/tag/oil"),
    "964media-ar": ("https://964media.com/71/", "https://en.964media.com/71/"),
    "964media-en": ("https://en.964media.com/71", "https://en.964media.com/category/sports"),
    "iraqinews-en": ("https://www.iraqinews.com/iraq/talks-in-baghdad/", "https://www.iraqinews.com/world/talks/"),
    "almada-ar": ("https://almadapaper.net/71/", "https://almadapaper.net/tag/النفط/"),
    "azzaman-ar": ("https://azzaman.com/خبر-من-البصرة/", "https://azzaman.com/category/رياضة/"),
    "kitabat-ar": ("https://kitabat.com/2026/03/04/مقال/", "https://kitabat.com/author/كاتب/"),
    "sotaliraq-ar": ("https://sotaliraq.com/2026/03/04/خبر/", "https://sotaliraq.com/tag/خبر/"),
    "rudaw-en": ("https://www.rudaw.net/english/middleeast/iraq/040320261", "https://www.rudaw.net/english/middleeast/iraq"),
    "rudaw-ckb": ("https://www.rudaw.net/sorani/kurdistan/0403202612", "https://www.rudaw.net/english/kurdistan/040320261"),
    "rudaw-kmr": ("https://www.rudaw.net/kurmanci/kurdistan/040320261", "https://www.rudaw.net/kurmanci/kurdistan"),
    "rudaw-ar": ("https://rudawarabia.net/arabic/kurdistan/040320261", "https://rudawarabia.net/tags/نفط"),
    "kurdistan24-en": ("https://www.kurdistan24.net/en/story/71-Talks-in-Erbil", "https://www.kurdistan24.net/en/tag/71"),
    "kurdistan24-ar": ("https://www.kurdistan24.net/ar/story/71/محادثات", "https://www.kurdistan24.net/en/story/71"),
    "kurdistan24-ckb": ("https://www.kurdistan24.net/ckb/story/71-هەواڵ", "https://www.kurdistan24.net/ckb/story"),
    "kurdistan24-kmr": ("https://kurdistan24.net/kmr/story/71-nûçe", "https://kurdistan24.net/ckb/story/71-nûçe"),
    "basnews-en": ("https://www.basnews.com/en/babat/71", "https://www.basnews.com/so/babat/71"),
    "basnews-ckb": ("https://www.basnews.com/so/babat/71", "https://www.basnews.com/so/babat"),
    "esta-ckb": ("https://esta.krd/هەواڵ/", "https://esta.krd/tag/هەواڵ/"),
    "newregion-en": ("https://thenewregion.com/posts/71/talks", "https://thenewregion.com/categories/iraq"),
    "iraqbusinessnews-en": ("https://www.iraq-businessnews.com/2026/03/04/talks/", "https://www.iraq-businessnews.com/tag/oil/"),
}  # fmt: skip


def test_every_starter_source_has_examples() -> None:
    assert sorted(EXAMPLES) == sorted(SOURCES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_starter_source_takes_its_articles_and_leaves_sections_tags_and_other_editions(name: str) -> None:
    article, other = EXAMPLES[name]
    for address in (str, lambda url: quote(url, safe=":/?=&.%")):
        assert SOURCES[name].is_article(address(article))
        assert not SOURCES[name].is_article(address(other))


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.id)
def test_a_starter_source_has_a_way_a_polite_delay_and_says_what_it_is(source: Source) -> None:
    assert source.ways
    assert source.delay >= 2
    assert (source.country, source.timezone) == ("IQ", "Asia/Baghdad")
    assert source.language in ("en", "ar", "ckb", "kmr")
    assert source.id.endswith(f"-{source.language}") or source.id == "shafaq-ku"
    assert all(urlsplit(url).scheme == "https" for _, url in source.ways)


def test_only_the_archetype_is_switched_on() -> None:
    assert {source.id for source in SOURCES.values() if source.enabled} == {"shafaq-en", "shafaq-ar", "shafaq-ku"}


def test_every_language_of_the_region_is_among_them() -> None:
    assert {source.language for source in SOURCES.values()} == {"en", "ar", "ckb", "kmr"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_starter_file_says_that_nobody_tried_it_and_how_to(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    start = text.partition("[[source]]")[0]
    assert re.search(r"not tested|none was tested", start, re.IGNORECASE)
    assert "khabar sources check" in start
    if path.stem != "shafaq":
        assert "khabar sources enable" in start
        assert text.count("NOT tested") == text.count("\n[[source]]")


def test_the_json_that_a_comment_proposes_reads_what_such_a_service_answers() -> None:
    text = (FOLDER / "iraq-agencies.toml").read_text(encoding="utf-8")
    proposed = re.search(r"# \[\[source\.json\]\]\n((?:# .+\n)+)", text)
    assert proposed
    keys = dict(re.findall(r'# (\w+) = "(.*)"', proposed[1]))
    listing = JsonListing(**keys)
    body = json.dumps([{"id": 71, "title": "خبر عاجل", "date": "2026-03-04T21:04:00+03:00"}]).encode()
    (entry,) = read_json_listing(body, listing.url, listing)
    assert (entry.url, entry.title) == ("https://ninanews.com/Website/News/Details?key=71", "خبر عاجل")
    assert SOURCES["nina-ar"].is_article(entry.url)


def test_a_pattern_in_letters_fits_an_encoded_address() -> None:
    source = Source(id="x", name="X", article="/خبر/", exclude=("/وسوم/",))
    assert source.is_article(f"https://a.example/{quote('خبر')}/71")
    assert not source.is_article(f"https://a.example/{quote('خبر')}/{quote('وسوم')}/71")
