"""What a backfill finds: sitemaps with their children, archive pages by date, paginated listings, feeds and their
earlier pages; what it leaves out, in which order it fetches, and that nothing keeps it going for ever.

Ten sources are walked by one command, each of the checks below looks at one of them.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from backfill_desk import PastDesk

from benchmarks.past_site import LANGUAGES, PastArticle, PastSite, Reply

XML, HTML = {"Content-Type": "application/xml"}, {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Walked:
    """One source after its backfill."""

    site: PastSite
    told: dict[str, Any]
    rows: list[dict[str, Any]]
    owed: set[int]  # the articles of which alerts are to be told

    @property
    def archived(self) -> set[str]:
        """The paths of what is archived."""
        return {row["url"].removeprefix(self.site.url) for row in self.rows}

    @property
    def pages(self) -> list[str]:
        """The paths of the articles asked for, in their order."""
        paths = {article.path for article in self.site.articles}
        return [asked.path for asked in self.site.log if asked.path in paths]


def _sitemaps(site: PastSite) -> str:
    return 'sitemaps = ["URL/sitemap.xml"]'


def _archive_pages(site: PastSite) -> str:
    """Of days with sixteen articles, ten a page; no sitemap."""
    site.replies["/robots.txt"] = site.replies["/sitemap.xml"] = 404, {}, b""
    return 'archives = ["URL/archive/%Y/%m/%d"]'


def _same_page_for_ever(site: PastSite) -> str:
    site.replies["/robots.txt"] = site.replies["/sitemap.xml"] = 404, {}, b""
    links = "".join(f'<a href="{article.path}">{article.title}</a>' for article in site.articles)
    for page in range(1, 60):
        body = f'<html><body>{links}<a rel="next" href="/news?page={page + 1}">next</a></body></html>'
        site.replies[f"/news?page={page}" if page > 1 else "/news"] = 200, HTML, body.encode()
    return 'listings = ["URL/news"]'


def _index_bomb(site: PastSite) -> str:
    """Indexes that name themselves, the first one, and ever others."""

    def index(*links: str) -> Reply:
        rows = "".join(f"<sitemap><loc>{site.url}{link}</loc></sitemap>" for link in links)
        return (
            200,
            XML,
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'.encode(),
        )

    site.replies["/sitemap.xml"] = index("/sitemap.xml", "/deep-0.xml", "/gone.xml")
    for depth in range(20):
        site.replies[f"/deep-{depth}.xml"] = index("/sitemap.xml", f"/deep-{depth + 1}.xml")
    return 'sitemaps = ["URL/sitemap.xml"]'


def _feed_pages(address: str, render: Callable[[PastSite, list[PastArticle], str], bytes]) -> Callable[[PastSite], str]:
    """A feed of four pages, at *address* with the number of each."""

    def prepare(site: PastSite) -> str:
        site.replies["/robots.txt"] = site.replies["/sitemap.xml"] = 404, {}, b""
        for page in range(1, 5):
            following = address.format(page + 1) if page < 4 else ""
            body = render(site, site.articles[(page - 1) * 10 : page * 10], following)
            site.replies[address.format(page)] = 200, XML, body
            if page == 1:
                site.replies["/pages"] = 200, XML, body
        return 'feeds = ["URL/pages"]'

    return prepare


def _rss(site: PastSite, articles: list[PastArticle], told: str) -> bytes:
    items = "".join(f"<item><title>{one.title}</title><link>{site.url}{one.path}</link></item>" for one in articles)
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Past</title>'
        f"{told}{items}</channel></rss>"
    ).encode()


def _rfc5005(site: PastSite, articles: list[PastArticle], following: str) -> bytes:
    return _rss(site, articles, f'<atom:link rel="prev-archive" href="{following}"/>' if following else "")


def _wordpress(site: PastSite, articles: list[PastArticle], following: str) -> bytes:
    return _rss(site, articles, "<generator>https://wordpress.org/?v=6.4</generator>")


def _json_feed(site: PastSite, articles: list[PastArticle], following: str) -> bytes:
    items = [{"url": site.url + one.path, "title": one.title} for one in articles]
    more = {"next_url": site.url + following} if following else {}
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", **more, "items": items}).encode()


def _json_listing(site: PastSite) -> str:
    """Four pages, by their numbers, and the last of them for ever."""
    site.replies["/robots.txt"] = site.replies["/sitemap.xml"] = 404, {}, b""
    for page in range(1, 20):
        first = (min(page, 4) - 1) * 10
        items = [{"link": one.path, "title": one.title} for one in site.articles[first : first + 10]]
        site.replies[f"/api?page={page}"] = 200, {}, json.dumps({"items": items}).encode()
    return 'json = [{ url = "URL/api?page=1", items = "items", link = "link", title = "title" }]'


def _named_by_robots(site: PastSite) -> str:
    rules = f"User-agent: *\nDisallow: /ckb/\nSitemap: {site.url}/sitemap.xml\n"
    site.replies["/robots.txt"] = 200, {"Content-Type": "text/plain"}, rules.encode()
    return 'feeds = ["URL/feed.xml"]'


def _gone_pages(site: PastSite) -> str:
    site.replies[site.articles[3].path] = 410, {}, b"gone"
    site.replies[site.articles[5].path] = 200, HTML, b"<html><body><p>nothing</p></body></html>"
    return 'sitemaps = ["URL/sitemap.xml"]'


SOURCES = {
    "sitemaps": _sitemaps,
    "archive-pages": _archive_pages,
    "same-page": _same_page_for_ever,
    "index-bomb": _index_bomb,
    "rfc-5005": _feed_pages("/pages-{}", _rfc5005),
    "wordpress": _feed_pages("/pages?paged={}", _wordpress),
    "json-feed": _feed_pages("/pages-{}", _json_feed),
    "json-listing": _json_listing,
    "robots": _named_by_robots,
    "gone-pages": _gone_pages,
}


@pytest.fixture
def walked(desk: Any) -> Iterator[dict[str, Walked]]:
    """Every source of SOURCES after one command."""
    with ExitStack() as stack:
        sites, sources = {}, ""
        for name, prepare in SOURCES.items():
            site = sites[name] = stack.enter_context(PastSite(40, per_day=16 if name == "archive-pages" else 8))
            sources += site.source_toml(name, ways=prepare(site))
        desk.write_sources(sources)
        (desk.root / "alerts/alert.toml").write_text(
            '[[alert]]\nid = "all"\nsources = ["sitemaps"]\nquery = "language:en OR language:ar"\n'
            'to = ["json://127.0.0.1:9/hook"]\n'
        )
        done = desk.khabar("crawl", "*", "--backfill", "--since", "9d", "--json")
        assert done.returncode == 1 and done.stdout, done.stderr
        told = {one["source"]: one for one in json.loads(done.stdout)["backfills"]}
        assert {one["state"] for one in told.values()} == {"done"}
        query = "SELECT id, url, title, text, language, published FROM articles WHERE source = ?"
        owed = {row["article"] for row in desk.rows("SELECT article FROM alerts")}
        yield {name: Walked(site, told[name], desk.rows(query, name), owed) for name, site in sites.items()}


def a_sitemap_index_is_fetched_whole_newest_first_in_four_languages(walked: dict[str, Walked]) -> None:
    one = walked["sitemaps"]
    assert one.told["known"] == one.told["counts"]["archived"] == 40
    assert one.told["counts"]["failed"] == one.told["waiting"] == 0
    assert one.archived == {article.path for article in one.site.articles}
    by_title = {article.title: article for article in one.site.articles}
    assert {row["title"] for row in one.rows} == set(by_title)
    for row in one.rows:
        assert row["text"].split("\n")[-1] == by_title[row["title"]].paragraphs[-1]
        assert row["language"] == by_title[row["title"]].language
    assert {row["language"] for row in one.rows} == set(LANGUAGES)
    assert one.pages == [article.path for article in one.site.articles], "the newest first"


def alerts_hear_of_what_is_still_news_and_of_nothing_older(walked: dict[str, Walked]) -> None:
    one = walked["sitemaps"]
    fresh = {article.title for article in one.site.articles[:16] if article.language in ("en", "ar")}
    assert {row["title"] for row in one.rows if row["id"] in one.owed} == fresh


def archive_pages_are_walked_day_by_day_with_their_later_pages(walked: dict[str, Walked]) -> None:
    one = walked["archive-pages"]
    assert one.archived == {article.path for article in one.site.articles}
    days = [asked.path for asked in one.site.log if asked.path.startswith("/archive/")]
    dates = [day.partition("?")[0] for day in days]
    assert dates == sorted(dates, reverse=True), "the newest day first, and each with its second page at once"
    assert sum("?page=2" in day for day in days) >= 2
    assert one.told["ways"]["lost"] == 0, "a day without news is no fault"


def a_listing_that_shows_the_same_for_ever_comes_to_its_end(walked: dict[str, Walked]) -> None:
    one = walked["same-page"]
    assert len(one.archived) == 40
    assert len([asked for asked in one.site.log if asked.path.startswith("/news")]) == 3


def an_index_that_names_itself_and_others_without_end_comes_to_an_end(walked: dict[str, Walked]) -> None:
    paths = [asked.path for asked in walked["index-bomb"].site.log if asked.path != "/robots.txt"]
    assert sorted(paths) == ["/deep-0.xml", "/deep-1.xml", "/deep-2.xml", "/deep-3.xml", "/gone.xml", "/sitemap.xml"]


def a_listing_in_json_is_read_page_by_page(walked: dict[str, Walked]) -> None:
    one = walked["json-listing"]
    assert len(one.archived) == 40
    assert len([asked for asked in one.site.log if asked.path.startswith("/api")]) == 6, "two that show nothing new"


def earlier_pages_of_a_feed_are_read(walked: dict[str, Walked]) -> None:
    for standard in ("rfc-5005", "wordpress", "json-feed"):
        assert len(walked[standard].archived) == 40, standard


def a_sitemap_that_only_robots_names_is_found_and_robots_obeyed(walked: dict[str, Walked]) -> None:
    one = walked["robots"]
    assert one.told["counts"]["archived"] == 30
    assert one.told["counts"]["reasons"] == {"robots.txt": 10}
    assert not [path for path in one.pages if path.startswith("/ckb/")]


def gone_pages_are_asked_for_once_and_told(walked: dict[str, Walked]) -> None:
    one = walked["gone-pages"]
    assert one.told["counts"]["archived"] == 38
    assert one.told["counts"]["failed"] == one.told["counts"]["refused"] == 1
    assert one.told["counts"]["reasons"]["HTTP 410"] == 1
    assert len(one.pages) == 40


CHECKS = (
    a_sitemap_index_is_fetched_whole_newest_first_in_four_languages,
    alerts_hear_of_what_is_still_news_and_of_nothing_older,
    archive_pages_are_walked_day_by_day_with_their_later_pages,
    a_listing_that_shows_the_same_for_ever_comes_to_its_end,
    an_index_that_names_itself_and_others_without_end_comes_to_an_end,
    a_listing_in_json_is_read_page_by_page,
    earlier_pages_of_a_feed_are_read,
    a_sitemap_that_only_robots_names_is_found_and_robots_obeyed,
    gone_pages_are_asked_for_once_and_told,
)


def test_every_way_of_the_past_is_walked(walked: dict[str, Walked]) -> None:
    """One test, so that one process walks them all: each of CHECKS says what must hold."""
    for check in CHECKS:
        check(walked)


def test_a_listing_is_read_no_further_than_its_articles_belong_to_the_span(desk: Any) -> None:
    with PastSite(120, per_day=10) as site:  # a page a day, of which the listing shows no date
        past = PastDesk(desk, site)
        past.watch('listings = ["URL/news"]')
        site.replies["/robots.txt"] = site.replies["/sitemap.xml"] = 404, {}, b""

        past.backfill(since="60h")

        pages = [asked.path for asked in site.log if asked.path.startswith("/news")]
        assert pages == ["/news", "/news?page=2", "/news?page=3", "/news?page=4"], "the fourth is older, the fifth moot"
        assert {article.path for article in site.articles[:30]} <= past.archived()
        assert len(past.pages_asked()) == 40


def test_dates_outside_the_span_are_counted_and_the_oldest_may_come_first(past: Any) -> None:
    newest = past.site.articles[0].published
    since, until = newest - timedelta(days=2, hours=1), newest - timedelta(days=1)
    words = ("--until", f"{until:%Y-%m-%dT%H:%M:%SZ}", "--oldest-first")

    told = past.backfill(*words, since=f"{since:%Y-%m-%dT%H:%M:%SZ}")

    # A sitemap's date is that of the last change, which says nothing of articles that changed after the end.
    wanted = [article.path for article in past.site.articles if article.published >= since]
    assert past.pages_asked() == wanted[::-1]
    assert told["counts"]["left_out"] == {"outside the dates": 40 - len(wanted)}


def test_what_is_archived_or_forgotten_is_not_fetched(past: Any) -> None:
    past.watch('feeds = ["URL/feed.xml"]')
    past.desk.crawl("past")  # the five newest
    past.desk.khabar("forget", past.site.url + past.site.articles[0].path, "--yes")
    past.watch('sitemaps = ["URL/sitemap.xml"]')

    told = past.backfill()

    assert told["counts"]["archived"] == 35
    assert told["counts"]["left_out"] == {"archived already": 4, "forgotten": 1}
    assert {past.site.asked_for(article) for article in past.site.articles} == {1}
