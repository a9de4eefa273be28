"""What a source's budget leaves over is not lost, and never comes before what is newer."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site
from small_sites import sitemap

NOON = datetime.now(UTC) - timedelta(hours=12)
STORIES = [f"/story/{number}" for number in range(20)]  # the higher its number, the newer it is


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        for story in STORIES:
            site.article(story)
        yield site


def show(site: HostileSite, stories: Sequence[str]) -> None:
    """Lets the feed show *stories*, with their dates."""
    items = "".join(
        f"<item><title>{story}</title><link>{site.url}{story}</link>"
        f"<pubDate>{format_datetime(NOON + timedelta(minutes=STORIES.index(story)))}</pubDate></item>"
        for story in reversed(stories)
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Zab</title>{items}</channel></rss>'
    site.replies["/feed"] = Reply(body.encode(), headers={"Content-Type": "application/rss+xml"})


def stories_asked(site: HostileSite) -> set[str]:
    asked = {path for path in site.asked if path.startswith("/story/")}
    site.asked.clear()
    return asked


def test_each_crawl_spends_its_budget_on_the_newest_and_goes_on_with_the_rest(desk: Any, site: HostileSite) -> None:
    desk.write_sources(site.source("zab", budget="{ pages = 3 }"))

    show(site, STORIES[:8])
    desk.crawl()
    assert stories_asked(site) == set(STORIES[5:8])

    show(site, STORIES[8:13])  # five newer ones, beside which the feed shows the five that are left over no more
    desk.crawl()
    assert stories_asked(site) == set(STORIES[10:13])

    desk.crawl()
    assert stories_asked(site) == {*STORIES[8:10], STORIES[4]}

    desk.crawl()
    assert stories_asked(site) == set(STORIES[1:4])


def test_a_feed_that_stalls_does_not_keep_back_for_long_what_is_left_over(
    desk: Any, site: HostileSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write_sources(site.source("zab", budget="{ pages = 3 }"))
    show(site, STORIES[:5])
    desk.crawl()
    stories_asked(site)

    site.replies["/feed"] = Reply(b"broken", 500)
    desk.crawl()
    assert stories_asked(site) == set(STORIES[:2])


def test_of_an_index_the_newest_sitemap_is_asked_for_first(desk: Any, site: HostileSite) -> None:
    names = [f"/sitemap-{number}.xml" for number in range(4)]
    rows = ""
    for age, name in enumerate(names):
        sitemap(site, name, [STORIES[age]])
        changed = datetime.now(UTC) - timedelta(hours=age)
        rows += f"<sitemap><loc>{site.url}{name}</loc><lastmod>{changed.isoformat()}</lastmod></sitemap>"
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'
    site.replies["/sitemap.xml"] = Reply(index.encode(), headers={"Content-Type": "application/xml"})
    desk.write_sources(site.source("zab").replace("feeds", "sitemaps").replace("/feed", "/sitemap.xml"))

    desk.crawl()

    assert [path for path in site.asked if path.startswith("/sitemap-")] == names
