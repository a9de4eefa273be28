"""The later pages of a listing and the sitemaps of an index: none is lost to a fault, and none is asked for in vain."""

import gzip
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site

from seeds.bounds import MAX_SITEMAP_CHILDREN

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        for number in range(1, 8):
            site.article(f"/news/{number}")
        yield site


def listing(*numbers: int, following: str = "", **headers: str) -> Reply:
    """A section page that links to the articles of these *numbers*."""
    links = "".join(f'<h3><a href="/news/{number}">Story of the harvest {number}</a></h3>' for number in numbers)
    more = f'<a rel="next" href="{following}">next</a>' if following else ""
    return Reply(f"<html><body>{links}{more}</body></html>".encode(), headers={**HTML, **headers})


def watch_section(desk: Any, site: HostileSite) -> None:
    section, article = f'listings = ["{site.url}/section"]', f"article = '^{site.url}/news/'"
    desk.write_sources(site.source("site").replace(f'feeds = ["{site.url}/feed"]', f"{section}\n{article}"))


def archived(desk: Any) -> set[int]:
    return {int(row["url"].rpartition("/")[2]) for row in desk.rows("SELECT url FROM articles")}


def asked_in_a_crawl(desk: Any, site: HostileSite) -> list[str]:
    site.asked.clear()
    desk.crawl()
    return [path for path in site.asked if path != "/robots.txt"]


def test_a_page_of_a_listing_that_failed_is_asked_for_again_although_the_first_shows_nothing_new(
    desk: Any, site: HostileSite
) -> None:
    site.replies["/section"] = listing(1, 2, following="/section?page=2", ETag='"one"')
    site.replies["/section?page=2"] = listing(3, 4, following="/section?page=3", ETag='"two"')
    site.replies["/section?page=3"] = Reply(b"busy", 404)
    watch_section(desk, site)
    whole = site.replies["/section?page=2"]
    site.replies["/section?page=2"] = Reply(b"out of order", 500)
    desk.crawl()
    assert archived(desk) == {1, 2}

    site.replies["/section?page=2"] = whole
    again = asked_in_a_crawl(desk, site)

    assert archived(desk) == {1, 2, 3, 4}
    assert again[:3] == ["/section", "/section?page=2", "/section?page=3"]  # which the server says there is not
    assert asked_in_a_crawl(desk, site) == ["/section"]


def test_a_listing_is_read_on_only_while_it_shows_what_no_run_has_seen(desk: Any, site: HostileSite) -> None:
    site.replies["/section"] = listing(3, 4, following="/section?page=2")
    site.replies["/section?page=2"] = listing(1, 2, following="/section?page=3")
    site.replies["/section?page=3"] = listing(1)
    watch_section(desk, site)
    desk.crawl()
    assert archived(desk) == {1, 2, 3, 4}
    assert asked_in_a_crawl(desk, site) == ["/section"]

    site.replies["/section"] = listing(5, 4, following="/section?page=2")
    assert asked_in_a_crawl(desk, site) == ["/section", "/section?page=2", "/news/5"]


def test_what_a_feed_showed_first_in_the_same_run_does_not_end_a_listing(desk: Any, site: HostileSite) -> None:
    site.replies["/section"] = listing(1, 2, following="/section?page=2")
    site.replies["/section?page=2"] = listing(3)
    site.feed("/news/1", "/news/2")
    article = f"article = '^{site.url}/news/'\n"
    desk.write_sources(site.source("site", listings=f'["{site.url}/section"]') + article)

    desk.crawl()

    assert archived(desk) == {1, 2, 3}


def test_the_sitemaps_of_an_index_are_asked_for_although_the_index_keeps_its_etag(desk: Any, site: HostileSite) -> None:
    def sitemap(*numbers: int) -> Reply:
        urls = "".join(f"<url><loc>{site.url}/news/{number}</loc></url>" for number in numbers)
        return Reply(f"<urlset>{urls}</urlset>".encode(), headers={"Content-Type": "text/xml"})

    index = f"<sitemapindex><sitemap><loc>{site.url}/latest.xml</loc></sitemap></sitemapindex>"
    site.replies["/index.xml"] = Reply(index.encode(), headers={"Content-Type": "text/xml", "ETag": '"same"'})
    site.replies["/latest.xml"] = sitemap(1, 2)
    ways = f'sitemaps = ["{site.url}/index.xml"]'
    desk.write_sources(site.source("site").replace(f'feeds = ["{site.url}/feed"]', ways))
    desk.crawl()

    site.replies["/latest.xml"] = sitemap(1, 2, 3)
    desk.crawl()

    assert archived(desk) == {1, 2, 3}


def test_the_packed_and_nested_sitemaps_of_an_index_are_read_to_their_articles(desk: Any, site: HostileSite) -> None:
    def index(*names: str) -> bytes:
        listed = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in names)
        return f"<sitemapindex>{listed}</sitemapindex>".encode()

    def urls(*numbers: int) -> bytes:
        listed = "".join(f"<url><loc>{site.url}/news/{number}</loc></url>" for number in numbers)
        return f"<urlset>{listed}</urlset>".encode()

    packed = {"Content-Type": "application/gzip"}
    site.replies["/index.xml.gz"] = Reply(gzip.compress(index("years.xml", "news.xml.gz", "old.xml")), headers=packed)
    site.replies["/years.xml"] = Reply(index("2026.xml.gz"), headers={"Content-Type": "text/html"})
    site.replies["/2026.xml.gz"] = Reply(gzip.compress(urls(1, 2)), headers=packed)
    site.replies["/news.xml.gz"] = Reply(gzip.compress(urls(2, 3)), headers={"Content-Type": "text/xml"})
    site.replies["/old.xml"] = Reply(b"OK\n" + urls(4))
    ways = f'sitemaps = ["{site.url}/index.xml.gz"]'
    desk.write_sources(site.source("site").replace(f'feeds = ["{site.url}/feed"]', ways))
    desk.crawl()
    assert archived(desk) == {1, 2, 3, 4}


def test_sitemaps_that_are_dated_years_ahead_do_not_take_the_places_of_the_fresh_one(
    desk: Any, site: HostileSite
) -> None:
    def listed(name: str, lastmod: datetime) -> str:
        return f"<sitemap><loc>{site.url}/{name}.xml</loc><lastmod>{lastmod.isoformat()}</lastmod></sitemap>"

    now = datetime.now(UTC)
    ahead = "".join(
        listed(f"section-{number}", now + timedelta(days=900)) for number in range(MAX_SITEMAP_CHILDREN + 2)
    )
    site.replies["/index.xml"] = Reply(
        f"<sitemapindex>{ahead}{listed('latest', now + timedelta(hours=3))}</sitemapindex>".encode()
    )
    site.replies["/latest.xml"] = Reply(f"<urlset><url><loc>{site.url}/story</loc></url></urlset>".encode())
    site.article("/story")
    desk.write_sources(
        site.source("example", sitemaps=f'["{site.url}/index.xml"]').replace(f'feeds = ["{site.url}/feed"]\n', "")
    )

    desk.crawl()

    assert desk.rows("SELECT url FROM articles") == [{"url": f"{site.url}/story"}]
