"""What a backfill finds: sitemaps with their children, archive pages by date, paginated listings, feeds and their
earlier pages; what it leaves out, in which order it fetches, and that nothing keeps it going for ever."""

from datetime import timedelta
from typing import Any

import pytest
from past_desk import PastDesk

from benchmarks.past_site import LANGUAGES, PastSite


def test_a_sitemap_index_is_fetched_whole_newest_first_in_four_languages(past: Any) -> None:
    told = past.backfill()

    assert told["state"] == "done"
    assert told["known"] == told["counts"]["archived"] == 40
    assert past.archived() == {article.path for article in past.site.articles}
    rows = past.desk.rows("SELECT title, text, language, published FROM articles ORDER BY published DESC")
    by_title = {article.title: article for article in past.site.articles}
    assert {row["title"] for row in rows} == set(by_title)
    for row in rows:
        assert row["text"].split("\n")[-1] == by_title[row["title"]].paragraphs[-1]
        assert row["language"] == by_title[row["title"]].language
    assert {row["language"] for row in rows} == set(LANGUAGES)
    assert past.pages_asked() == [article.path for article in past.site.articles], "the newest first"


def test_the_oldest_come_first_where_that_is_asked_for(past: Any) -> None:
    past.backfill("--oldest-first")
    assert past.pages_asked() == [article.path for article in reversed(past.site.articles)]


def test_dates_outside_the_span_are_counted_and_not_written_down(past: Any) -> None:
    newest = past.site.articles[0].published
    told = past.backfill("--until", f"{newest - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
                         since=f"{newest - timedelta(days=3, hours=1):%Y-%m-%dT%H:%M:%SZ}")  # fmt: skip

    # A sitemap's date is that of the last change, which says nothing of articles that changed after the end.
    assert told["known"] == 32
    assert told["counts"]["left_out"] == {"outside the dates": 8}
    assert len(past.pages_asked()) == 32


def test_archive_pages_are_walked_day_by_day_with_their_pagination(desk: Any) -> None:
    with PastSite(36, per_day=12) as site:  # two pages a day
        past = PastDesk(desk, site)
        past.watch('archives = ["URL/archive/%Y/%m/%d"]\nexclude = []')
        site.replies["/robots.txt"] = 404, {}, b""

        told = past.backfill(since=f"{site.articles[-1].published:%Y-%m-%d}")

        assert told["state"] == "done"
        assert past.archived() == {article.path for article in site.articles}
        days = [asked.path for asked in site.log if asked.path.startswith("/archive/")]
        dates = [day.partition("?")[0] for day in days]
        assert dates == sorted(dates, reverse=True), "the newest day first, and each with its second page at once"
        assert sum("?page=2" in day for day in days) == 3


def test_a_listing_is_read_no_further_than_its_articles_belong_to_the_span(desk: Any) -> None:
    with PastSite(120, per_day=10) as site:  # a page a day, of which the listing shows no date
        past = PastDesk(desk, site)
        past.watch('listings = ["URL/news"]')
        site.replies["/robots.txt"] = site.replies["/sitemap.xml"] = 404, {}, b""

        told = past.backfill(since="60h")

        pages = [asked.path for asked in site.log if asked.path.startswith("/news")]
        assert told["state"] == "done"
        assert pages == ["/news", "/news?page=2", "/news?page=3", "/news?page=4"], "the fourth is older, the fifth moot"
        wanted = {article.path for article in site.articles[:30]}
        assert wanted <= past.archived()
        assert len(past.pages_asked()) == 40


def test_what_stands_on_every_page_does_not_keep_a_listing_going(desk: Any) -> None:
    with PastSite(10) as site:
        past = PastDesk(desk, site)
        past.watch('listings = ["URL/news"]')
        site.replies["/robots.txt"] = site.replies["/sitemap.xml"] = 404, {}, b""
        links = "".join(f'<a href="{article.path}">{article.title}</a>' for article in site.articles)
        for page in range(1, 60):  # the last page for ever, under ever new addresses
            more = f'<a rel="next" href="/news?page={page + 1}">next</a>'
            address = f"/news?page={page}" if page > 1 else "/news"
            site.replies[address] = (
                200,
                {"Content-Type": "text/html"},
                f"<html><body>{links}{more}</body></html>".encode(),
            )

        assert past.backfill()["state"] == "done"
        assert len([asked for asked in site.log if asked.path.startswith("/news")]) == 3


def test_an_index_that_names_itself_and_others_without_end_comes_to_an_end(past: Any) -> None:
    def index(*links: str) -> tuple[int, dict[str, str], bytes]:
        rows = "".join(f"<sitemap><loc>{past.site.url}{link}</loc></sitemap>" for link in links)
        xml = f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'
        return 200, {"Content-Type": "application/xml"}, xml.encode()

    past.site.replies["/sitemap.xml"] = index("/sitemap.xml", "/deep-0.xml", "/gone.xml")
    for depth in range(20):
        past.site.replies[f"/deep-{depth}.xml"] = index("/sitemap.xml", f"/deep-{depth + 1}.xml")

    told = past.backfill(codes=(1, 0))

    assert told["state"] == "done"
    assert [asked.path for asked in past.site.log if "deep" in asked.path] == [
        f"/deep-{depth}.xml" for depth in range(4)
    ]


@pytest.mark.parametrize("standard", ["prev-archive", "wordpress", "next_url"])
def test_earlier_pages_of_a_feed_are_read(past: Any, standard: str) -> None:
    site = past.site
    past.watch('feeds = ["URL/pages.xml"]')
    site.replies["/robots.txt"] = site.replies["/sitemap.xml"] = 404, {}, b""
    for page in range(1, 5):
        chosen = site.articles[(page - 1) * 10 : page * 10]
        address = {"prev-archive": f"/pages-{page}.xml", "next_url": f"/pages-{page}.json"}.get(
            standard, f"/pages.xml?paged={page}"
        )
        following = address.replace(f"-{page}.", f"-{page + 1}.") if page < 4 else ""
        body = _feed(site, chosen, standard, following)
        site.replies[address] = 200, {"Content-Type": "application/xml"}, body
        if page == 1:
            site.replies["/pages.xml"] = 200, {"Content-Type": "application/xml"}, body

    assert past.backfill()["counts"]["archived"] == 40


def _feed(site: PastSite, articles: Any, standard: str, following: str) -> bytes:
    if standard == "next_url":
        items = ",".join(f'{{"url": "{site.url}{one.path}", "title": "{one.title}"}}' for one in articles)
        more = f', "next_url": "{site.url}{following}"' if following else ""
        return f'{{"version": "https://jsonfeed.org/version/1.1"{more}, "items": [{items}]}}'.encode()
    entries = "".join(f"<item><title>{one.title}</title><link>{site.url}{one.path}</link></item>" for one in articles)
    told = f'<atom:link rel="prev-archive" href="{following}"/>' if standard == "prev-archive" and following else ""
    if standard == "wordpress":
        told = "<generator>https://wordpress.org/?v=6.4</generator>"
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Past</title>'
        f"{told}{entries}</channel></rss>"
    ).encode()


def test_a_sitemap_that_only_robots_names_is_found_and_robots_obeyed(past: Any) -> None:
    forbidden = "/ckb/"
    past.watch('feeds = ["URL/feed.xml"]')
    past.site.replies["/robots.txt"] = (
        200, {"Content-Type": "text/plain"},
        f"User-agent: *\nDisallow: {forbidden}\nSitemap: {past.site.url}/sitemap.xml\n".encode(),
    )  # fmt: skip

    told = past.backfill()

    assert told["counts"]["archived"] == 30
    assert told["counts"]["reasons"] == {"robots.txt": 10}
    assert not [path for path in past.pages_asked() if path.startswith(forbidden)]


def test_gone_pages_are_asked_for_once_and_told(past: Any) -> None:
    gone, broken = past.site.articles[3], past.site.articles[5]
    past.site.replies[gone.path] = 410, {}, b"gone"
    past.site.replies[broken.path] = 200, {"Content-Type": "text/html"}, b"<html><body><p>nothing</p></body></html>"

    told = past.backfill(codes=(1,))

    assert told["state"] == "done"
    assert told["counts"]["archived"] == 38
    assert told["counts"]["failed"] == told["counts"]["refused"] == 1
    assert told["counts"]["reasons"]["HTTP 410"] == 1
    assert past.site.asked_for(gone) == past.site.asked_for(broken) == 1


def test_what_is_archived_or_forgotten_is_not_fetched(past: Any) -> None:
    past.watch('feeds = ["URL/feed.xml"]')
    past.desk.crawl("past")  # the five newest
    past.desk.khabar("forget", past.site.url + past.site.articles[0].path, "--yes")
    past.watch('sitemaps = ["URL/sitemap.xml"]')

    told = past.backfill()

    assert told["counts"]["archived"] == 35
    assert told["counts"]["left_out"] == {"archived already": 4, "forgotten": 1}
    assert {past.site.asked_for(article) for article in past.site.articles} == {1}
