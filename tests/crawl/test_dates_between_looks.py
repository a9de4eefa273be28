"""What a look without its feed makes of a date: it neither loses the feed's nor takes a change for the publication."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hostile_site import HostileSite, Reply, hostile_site
from small_sites import HTML, XML

from archive.times import to_text

FEED = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=10)
TOLD = {
    "a meta element": '<meta property="article:modified_time" content="{change:%Y-%m-%dT%H:%M:%S+00:00}">',
    "JSON-LD": '<script type="application/ld+json">'
    '{{"@type": "NewsArticle", "dateModified": "{change:%Y-%m-%dT%H:%M:%S+00:00}"}}</script>',
    "a stamp": '<time class="date">Updated: {change:%d %B %Y %H:%M}</time>',
    "a stamp in Arabic": '<time class="date">آخر تحديث: {change:%Y-%m-%d %H:%M}</time>',
}


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


def publish(site: HostileSite, change: datetime, *, dated: bool) -> None:
    """A feed and its pages, each of which was changed at *change* and tells it in its own way."""
    date = f"<pubDate>{format_datetime(FEED)}</pubDate>" if dated else ""
    items = ""
    for number, told in enumerate(TOLD.values()):
        text = "".join(
            f"<p>Ferry number {number} carries {place} more carts of {number}0 loads across the river before noon, "
            f"its owner said at market {number}.</p>"
            for place in range(4)
        )
        items += f"<item><title>Ferry {number}</title><link>{site.url}/news/{number}</link>{date}</item>"
        stamp = told.format(change=change)
        html = f"<!doctype html><html lang=en><head><title>Ferry {number} is here</title></head><body><article>"
        site.replies[f"/news/{number}"] = Reply(
            f"{html}<h1>Ferry {number} is here</h1>{stamp}{text}</article></body></html>".encode(), headers=HTML
        )
    rss = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Zab</title>{items}</channel></rss>'
    site.replies["/feed"] = Reply(rss.encode(), headers=XML)


@pytest.mark.parametrize("dated", [True, False], ids=["the feed has a date", "the feed has none"])
def test_a_page_that_tells_only_its_latest_change_is_not_published_anew_with_each(
    desk: Any, site: HostileSite, dated: bool
) -> None:
    desk.write_sources(site.source("one"))
    changes = [FEED + timedelta(hours=hours) for hours in (1, 4, 7)]
    for change in changes:
        publish(site, change, dated=dated)
        desk.crawl()
        with sqlite3.connect(desk.root / "archive.db") as db:
            db.execute("UPDATE visits SET look = ?", (to_text(datetime.now(UTC) - timedelta(minutes=1)),))

    rows = desk.rows("SELECT published, modified FROM articles")
    first = FEED if dated else changes[0]
    assert [row["published"][:16] for row in rows] == [to_text(first)[:16]] * len(TOLD)
    assert {row["modified"][:16] for row in rows} == {to_text(changes[-1])[:16]}, "each page was looked at again"
    assert desk.rows("SELECT * FROM revisions") == []
