"""`khabar sources discover` turns an address into a definition that works, whatever a site has to offer."""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site
from small_sites import HTML, STORIES, headline, page, robots, rss, sitemap, wordpress

from crawler.desk_lock import hold_desk
from crawler.scouting.drafting import source_id, zone_of
from seeds.bounds import SCOUT_REQUESTS
from seeds.definitions import convert
from seeds.sources import Source, SourceFile

HERE = ("--private", "--delay", "0")


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


def discovered(desk: Any, url: str, *options: str) -> tuple[Source, str]:
    """The source that is printed, as a desk would load it, and the text of it."""
    done = desk.khabar("sources", "discover", url, *HERE, *options)
    assert done.returncode == 0, done.stderr
    (source,) = convert("printed", tomllib.loads(done.stdout), SourceFile).source
    return source, done.stdout


def paths(site: HostileSite, urls: tuple[str, ...]) -> list[str]:
    return [url.removeprefix(site.url) for url in urls]


@pytest.mark.parametrize(
    ("name", "kind", "way", "language"),
    [
        ("rafidain", "feed", "/rss/en", "en"),
        ("sidra", "feed", "/rss/ar", "ar"),
        ("baran", "feed", "/so/atom.xml", "ckb"),
        ("kani", "sitemap", "/news-sitemap.xml", "kmr"),
        ("meridian", "listing", "", "en"),
    ],
)
def test_each_site_of_the_newsroom_is_found_with_its_way_its_language_and_its_articles(
    desk: Any, newsroom: Any, *, name: str, kind: str, way: str, language: str
) -> None:
    place = newsroom.sites[name]
    source, text = discovered(desk, place.url)
    assert (kind, place.url + way) in source.ways
    assert source.language == language
    assert source.name == place.style.name
    articles = [one.url for one in newsroom.articles() if one.site == name]
    assert [url for url in articles if not source.is_article(url)] == []
    assert not source.is_article(f"{place.url}/about")
    assert not source.is_article(f"{place.url}/latest")
    asked = [seen.path for seen in newsroom.requests]
    assert len(asked) <= SCOUT_REQUESTS
    assert not [path for path in asked if path.startswith(place.style.disallowed)]
    assert not {place.url + path for path in asked} & set(articles), "no article is fetched"
    assert "entries" in text


def test_what_is_found_can_be_added_and_crawled(desk: Any, newsroom: Any) -> None:
    url = newsroom.sites["sidra"].url
    done = desk.khabar("sources", "discover", url, *HERE, "--add")
    assert done.returncode == 0, done.stderr
    written = desk.root / "seeds/sources/site-ar.toml"
    assert written.read_text(encoding="utf-8") == done.stdout
    counts = desk.crawl("site-ar")["sources"]["site-ar"]
    assert counts["archived"] == len([one for one in newsroom.articles() if one.site == "sidra" and one.allowed])


def test_a_site_of_wordpress_gives_one_feed_one_sitemap_and_no_pages(desk: Any, site: HostileSite) -> None:
    wordpress(site)
    source, text = discovered(desk, f"{site.url}/")
    assert paths(site, source.feeds) == ["/feed/"]
    assert paths(site, source.sitemaps) == ["/wp-sitemap.xml"]
    assert (source.name, source.id, source.ports) == ("Zab Times", "zab-times-en", (site.port,))
    assert all(source.is_article(f"{site.url}/{slug}/") for slug in (*STORIES, "a-story-that-nobody-has-seen-yet"))
    for other in ("/about-us/", "/contact/", "/sport/", "/category/iraq/"):
        assert not source.is_article(site.url + other), other
    assert f"{site.url}/feed/: 6 entries, the newest of 20" in text
    assert not {"/comments/feed/", "/feed"} & set(site.asked), "a feed of comments, and a twin, are not asked for"


def test_a_site_without_feeds_is_watched_by_its_sections(desk: Any, site: HostileSite) -> None:
    nav = ("/about", "/latest", "/iraq", "/sport")
    page(site, "/", [(f"/iraq/{n}-{slug}", headline(slug)) for n, slug in enumerate(STORIES[:4])], nav=nav)
    page(site, "/latest", [(f"/iraq/{n}-{slug}", headline(slug)) for n, slug in enumerate(STORIES)], nav=nav)
    page(site, "/iraq", [(f"/iraq/{n}-{slug}", headline(slug)) for n, slug in enumerate(STORIES[:3])], nav=nav)
    page(site, "/sport", [(f"/sport/{n}-{slug}", headline(slug)) for n, slug in enumerate(STORIES[3:], 7)], nav=nav)
    source, _ = discovered(desk, site.url)
    assert (source.feeds, source.sitemaps) == ((), ())
    assert set(paths(site, source.listings)) == {"/latest", "/sport"}, "the others show nothing of their own"
    assert source.article.endswith(r"/[^/]+/\d+-[^/?]+/?$")


def test_a_site_with_nothing_but_an_index_of_sitemaps_is_watched_by_it(desk: Any, site: HostileSite) -> None:
    stories = [f"/ckb/{80 + n}/{slug}" for n, slug in enumerate(STORIES)]
    page(site, "/", [("/ckb/about", "About")])
    robots(site, f"Sitemap: {site.url}/maps/index.xml")
    sitemap(
        site, "/maps/index.xml", ["/maps/categories.xml", "/maps/articles-2.xml", "/maps/articles-1.xml"], index=True
    )
    sitemap(site, "/maps/articles-2.xml", stories[3:])
    sitemap(site, "/maps/articles-1.xml", stories[:3])
    source, text = discovered(desk, site.url)
    assert paths(site, source.sitemaps) == ["/maps/index.xml"]
    assert all(source.is_article(site.url + story) for story in stories)
    assert "an index of 3 sitemaps" in text
    assert "/sitemap.xml" not in site.asked, "what robots.txt names is believed"


def test_a_page_where_a_feed_is_looked_for_is_no_feed(desk: Any, site: HostileSite) -> None:
    links = [(f"/en/iraq/{slug}", headline(slug)) for slug in STORIES]
    page(site, "/", links)
    for path in ("/feed", "/rss", "/en/feed", "/en/rss", "/sitemap.xml", "/news-sitemap.xml"):
        page(site, path, links)
    rss(site, "/en/rss.xml", [link for link, _ in links])
    source, text = discovered(desk, site.url)
    assert paths(site, source.feeds) == ["/en/rss.xml"]
    assert source.sitemaps == ()
    assert "Tried in vain (not a feed): " in text


def test_a_feed_in_another_language_is_left_to_a_source_of_its_own(desk: Any, site: HostileSite) -> None:
    head = "".join(f'<link rel="alternate" type="application/rss+xml" href="/rss/{tag}">' for tag in ("en", "ar"))
    page(site, "/en", [(f"/en/iraq/{slug}", headline(slug)) for slug in STORIES], head=head)
    rss(site, "/rss/en", [f"/en/iraq/{slug}" for slug in STORIES], titles=[headline(slug) for slug in STORIES])
    titles = [f"وزارة الزراعة تعلن انتهاء موسم الحصاد في المحافظة رقم {n} من الجنوب" for n in range(6)]
    rss(site, "/rss/ar", [f"/ar/{n}/خبر" for n in range(6)], titles=titles)
    source, text = discovered(desk, f"{site.url}/en")
    assert paths(site, source.feeds) == ["/rss/en"]
    assert f"# {site.url}/rss/ar is in ar: a source of its own." in text
    assert not source.is_article(f"{site.url}/ar/1/خبر")


def test_a_news_sitemap_of_all_languages_gives_a_pattern_for_the_one_that_is_meant(
    desk: Any, site: HostileSite
) -> None:
    page(
        site, "/kmr", [(f"/kmr/abori/{n}", f"Dirûna genim li başûrê welêt zû bi dawî dibe, roja {n}") for n in range(4)]
    )
    rows = "".join(
        f"<url><loc>{site.url}/{tag}/{section}/{n}</loc><n:news><n:title>{title} {n}</n:title></n:news></url>"
        for n in range(6)
        for tag, section, title in (("kmr", "abori", "Dirûna genim li başûr"), ("ar", "اقتصاد", "انتهاء حصاد القمح"))
    )
    site.replies["/news-sitemap.xml"] = Reply(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>'.encode()
    )
    source, _ = discovered(desk, f"{site.url}/kmr")
    assert paths(site, source.sitemaps) == ["/news-sitemap.xml"]
    assert source.language == "kmr"
    assert source.is_article(f"{site.url}/kmr/abori/9")
    assert not source.is_article(f"{site.url}/ar/اقتصاد/9")


def test_the_address_of_a_feed_will_do(desk: Any, site: HostileSite) -> None:
    wordpress(site)
    source, _ = discovered(desk, f"{site.url}/feed/")
    assert paths(site, source.feeds) == ["/feed/"]
    assert source.name == "Zab Times"


def test_the_zone_of_its_dates_is_taken_where_the_language_makes_it_plausible(desk: Any, site: HostileSite) -> None:
    titles = [f"هێزە ئەمنییەکان لە گەرمیان ڕێگای ژمارە {n} یان کردەوە بۆ هاتوچۆ" for n in range(6)]
    page(site, "/", [(f"/so/babat/{n}", titles[n]) for n in range(6)])
    rss(site, "/so/rss", [f"/so/babat/{n}" for n in range(6)], titles=titles, zone="+0300")
    source, _ = discovered(desk, site.url)
    assert (source.language, source.timezone) == ("ckb", "Asia/Baghdad")


NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offsets", "host", "language", "zone"),
    [
        ({"+03:00"}, "wire.iq", "ar", "Asia/Baghdad"),
        ({"+03:00"}, "haber.com.tr", "tr", "Europe/Istanbul"),
        ({"+03:00"}, "wire.example", "ckb", "Asia/Baghdad"),
        ({"+03:00"}, "wire.example", "ar", ""),  # of half a dozen countries
        ({"+02:00"}, "wire.iq", "ar", ""),
        ({"+03:00", "+00:00"}, "wire.iq", "ar", ""),
        (set(), "wire.iq", "ar", ""),
    ],
)
def test_a_zone_is_suggested_only_where_host_and_dates_agree(
    offsets: set[str], host: str, language: str, zone: str
) -> None:
    assert zone_of(frozenset(offsets), host, language, NOW) == zone


@pytest.mark.parametrize(
    ("host", "name", "language", "taken", "expected"),
    [
        ("www.shafaq.com", "Shafaq News", "en", [], "shafaq-en"),
        ("en.964media.com", "", "en", [], "964media-en"),
        ("wire.com.iq", "", "ar", ["wire-ar", "wire-ar-2"], "wire-ar-3"),
        ("127.0.0.1", "Ajansa Kanî", "kmr", [], "ajansa-kani-kmr"),
        ("127.0.0.1", "شفق", "ar", [], "site-ar"),
        ("[::1]", "../../etc", "", [], "etc"),
    ],
)
def test_an_id_is_made_of_host_and_language(
    host: str, name: str, language: str, taken: list[str], expected: str
) -> None:
    assert source_id(host, name, language, taken) == expected


def test_json_holds_the_definition_and_what_was_tried(desk: Any, site: HostileSite) -> None:
    wordpress(site)
    done = desk.khabar("sources", "discover", site.url, *HERE, "--json")
    told = json.loads(done.stdout)
    assert tomllib.loads(told["toml"])["source"][0]["article"] == told["article"]
    assert [way["kind"] for way in told["ways"]] == ["feed", "sitemap", "listing"]
    assert {"url": f"{site.url}/news-sitemap.xml", "reason": "HTTP 404"} in told["tried"]


def test_where_nothing_shows_articles_nothing_is_printed_and_the_exit_code_is_1(desk: Any, site: HostileSite) -> None:
    page(site, "/", [("/about", "About")])
    done = desk.khabar("sources", "discover", site.url, *HERE, "--add")
    assert (done.returncode, done.stdout) == (1, "")
    assert "shows articles. Tried:" in done.stderr
    assert f"{site.url}/feed: HTTP 404" in done.stderr
    assert list((desk.root / "seeds/sources").iterdir()) == []


def test_a_private_address_is_asked_only_where_that_is_said(desk: Any, site: HostileSite) -> None:
    wordpress(site)
    done = desk.khabar("sources", "discover", site.url)
    assert (done.returncode, done.stdout, site.asked) == (2, "", [])
    assert "private address; --private allows it" in done.stderr


def test_a_site_whose_robots_txt_forbids_it_is_not_explored(desk: Any, site: HostileSite) -> None:
    wordpress(site)
    robots(site, "Disallow: /")
    done = desk.khabar("sources", "discover", site.url, *HERE)
    assert done.returncode == 2
    assert f"{site.url}: robots.txt" in done.stderr
    assert set(site.asked) == {"/robots.txt"}


@pytest.mark.parametrize("url", ["nowhere", "ftp://wire.example/", "http://", "http://[::1", "http://127.0.0.1:1/"])
def test_what_cannot_be_asked_is_one_clear_line(desk: Any, url: str) -> None:
    done = desk.khabar("sources", "discover", url, *HERE)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"khabar: .{3,40}: .+\n", done.stderr)


def test_a_page_of_traps_costs_no_more_than_the_bounds(desk: Any, site: HostileSite) -> None:
    feeds = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}/feed">' for n in range(300))
    links = [(f"/x/{n}/feed.xml", "feed") for n in range(3000)]
    page(site, "/", [*links, *((f"/en/iraq/{slug}", headline(slug)) for slug in STORIES)], head=feeds)
    robots(site, *(f"Sitemap: {site.url}/{n}.xml" for n in range(1000)))
    for n in range(1000):
        sitemap(site, f"/{n}.xml", [f"/{n + m}.xml" for m in range(1, 9)], index=True)
    desk.khabar("sources", "discover", site.url, *HERE)
    assert 20 < len(site.asked) <= SCOUT_REQUESTS + 1


def test_a_feed_of_attacks_leaves_no_escape_and_no_broken_line_in_the_definition(desk: Any, site: HostileSite) -> None:
    head = '<meta property="og:site_name" content="Za&#27;[31mb&#10;[[source]]&#8238; &quot;&#39;">'
    stories = [(f"/en/iraq/{slug}", headline(slug)) for slug in STORIES]
    page(site, "/", stories, head=head)
    rss(site, "/feed", [link for link, _ in stories])
    site.replies["/rss/en"] = Reply(b'<!DOCTYPE x [<!ENTITY a "b">]>' + b"<a>" * 5_000, headers=HTML)
    source, text = discovered(desk, site.url)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert source.name.startswith("Za")
    assert paths(site, source.feeds) == ["/feed"]


def test_a_site_that_the_service_watches_is_not_disturbed_beside_it(desk: Any, site: HostileSite) -> None:
    wordpress(site)
    desk.write_sources(site.source("zab"))
    with hold_desk(desk.root, alone=True):
        done = desk.khabar("sources", "discover", f"{site.url}/", *HERE)
    assert done.returncode == 2
    assert "holds this desk" in done.stderr
    assert site.asked == []


def test_a_url_is_added_with_what_a_person_knows_better(desk: Any, site: HostileSite) -> None:
    wordpress(site)
    known = ("--id", "zab", "--name", "زاب", "--country", "IQ", "--timezone", "Asia/Baghdad", "--file", "iraq")
    done = desk.khabar("sources", "add", site.url, *HERE, *known)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    (source,) = convert(
        "", tomllib.loads((desk.root / "seeds/sources/iraq.toml").read_text("utf-8")), SourceFile
    ).source
    assert (source.id, source.name, source.country, source.timezone) == ("zab", "زاب", "IQ", "Asia/Baghdad")
    assert paths(site, source.feeds) == ["/feed/"]


def test_what_is_watched_already_is_not_added_twice(desk: Any, site: HostileSite) -> None:
    wordpress(site)
    assert desk.khabar("sources", "add", site.url, *HERE).returncode == 0
    done = desk.khabar("sources", "add", f"{site.url}/feed/", *HERE, "--id", "again")
    assert done.returncode == 2
    assert '"zab-times-en" watches it already' in done.stderr
    assert [file.name for file in (desk.root / "seeds/sources").iterdir()] == ["zab-times-en.toml"]


def test_the_definition_that_the_documentation_shows_loads() -> None:
    shown = (Path(__file__).resolve().parents[2] / "docs/sources.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```text\n(# Found by khabar.*?)```", shown, re.DOTALL)
    (source,) = convert("docs/sources.md", tomllib.loads(block), SourceFile).source
    assert source.is_article("https://www.zab.example/so/iraq/41")
