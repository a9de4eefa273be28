"""What a second crawl asks for: nothing that it need not."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hostile_site import HostileSite, Reply, hostile_site

from alerts.watching import Watch
from archive.article import Entry
from archive.times import to_text
from crawler.memory import Memory
from crawler.newsroom import Newsroom
from crawler.remembering import Answer
from pipelines.errand import Errand
from pipelines.workbench import open_workbench
from seeds.sources import Source
from topics.compiling import compile_packs


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


@pytest.fixture
def crawl(desk, site):
    """Crawls the site and gives what was asked of it, robots.txt apart, and what became of it."""
    desk.write_sources(site.source("example", language='"en"'))

    def once():
        site.asked.clear()
        tally = desk.crawl()["sources"]["example"]
        return [path for path in site.asked if path != "/robots.txt"], tally

    return once


def put_back(desk, column: str, table: str, **ago: float) -> None:
    """Lets an instant of the archive lie in the past, as if so long had passed."""
    with sqlite3.connect(desk.root / "archive.db") as db:
        db.execute(f"UPDATE {table} SET {column} = ?", (to_text(datetime.now(UTC) - timedelta(**ago)),))


def with_etag(reply: Reply, etag: str = '"v1"') -> Reply:
    return Reply(reply.body, reply.status, {**reply.headers, "ETag": etag})


def test_unchanged_sites_are_asked_for_their_ways_only_and_answer_304(newsroom_desk, newsroom: Newsroom) -> None:
    newsroom_desk.crawl()
    before = len(newsroom.requests)

    tallies = newsroom_desk.crawl()["sources"]

    asked = [request for request in newsroom.requests[before:] if request.path != "/robots.txt"]
    sources = map(json.loads, newsroom_desk.khabar("sources", "list", "--json").stdout.splitlines())
    assert len(asked) == sum(len(source["ways"]) for source in sources)
    assert {request.status for request in asked} == {304}
    assert all(tally["fetched"] == 0 for tally in tallies.values())


def test_a_sitemap_that_has_the_time_of_day_for_every_lastmod_fetches_nothing_again(desk, site) -> None:
    def at(hour: int, *numbers: int) -> Reply:
        urls = "".join(
            f"<url><loc>{site.url}/{number}</loc><lastmod>2026-01-05T{hour:02}:00:{number:02}Z</lastmod></url>"
            for number in numbers
        )
        return Reply(f"<urlset>{urls}</urlset>".encode(), headers={"Content-Type": "application/xml"})

    desk.write_sources(
        site.source("example", sitemaps=f'["{site.url}/map.xml"]').replace(f'feeds = ["{site.url}/feed"]\n', "")
    )
    for number in range(1, 8):
        site.article(f"/{number}")
    site.replies["/map.xml"] = at(9, *range(1, 7))
    desk.crawl()
    site.asked.clear()

    site.replies["/map.xml"] = at(10, *range(1, 8))
    desk.crawl()

    assert site.asked == ["/map.xml", "/7"]


def test_a_sitemap_that_writes_the_time_of_day_on_all_its_articles_has_none_fetched_again(desk, site) -> None:
    def at(time: str) -> Reply:
        rows = "".join(f"<url><loc>{site.url}/{number}</loc><lastmod>{time}</lastmod></url>" for number in range(3))
        return Reply(f"<urlset>{rows}</urlset>".encode(), headers={"Content-Type": "application/xml"})

    for number in range(3):
        site.article(f"/{number}")
    desk.write_sources(site.source("example").replace("feeds", "sitemaps"))
    site.replies["/feed"] = at("2026-03-01T12:00:00Z")
    desk.crawl()
    site.replies["/feed"] = at("2026-03-01T12:10:00Z")
    site.asked.clear()

    desk.crawl()

    assert site.asked == ["/feed"]


def test_an_article_is_looked_at_again_with_its_etag_once_it_is_old_enough(desk, site, crawl) -> None:
    site.feed("/a")
    site.article("/a")
    site.replies["/a"] = with_etag(site.replies["/a"])
    crawl()
    assert crawl()[0] == ["/feed"]

    put_back(desk, "look", "visits", minutes=1)
    asked, tally = crawl()

    assert asked == ["/feed", "/a"]
    assert (tally["fetched"], tally["unchanged"], tally["failed"]) == (0, 2, 0)
    assert desk.rows("SELECT fate, status, look > at AS later FROM visits") == [
        {"fate": "unchanged", "status": 304, "later": 1}
    ]


def test_an_edit_that_no_way_tells_of_is_found_by_a_look(desk, site, crawl) -> None:
    site.feed("/a")
    site.article("/a")
    site.replies["/a"] = with_etag(site.replies["/a"])
    crawl()
    site.article("/a", words="drought")
    site.replies["/a"] = with_etag(site.replies["/a"], '"v2"')
    put_back(desk, "look", "visits", minutes=1)

    _, tally = crawl()

    assert tally["revised"] == 1
    assert "drought" in desk.rows("SELECT text FROM articles")[0]["text"]


def test_an_edit_that_a_way_tells_of_is_fetched_whatever_the_pages_server_says(desk, site, crawl) -> None:
    site.feed("/a")
    site.article("/a")
    site.replies["/a"] = with_etag(site.replies["/a"])
    crawl()
    site.feed("/a", note=", updated")
    site.article("/a", words="drought")
    site.replies["/a"] = with_etag(site.replies["/a"])  # under the old ETag
    put_back(desk, "look", "visits", minutes=1)

    _, tally = crawl()

    assert tally["revised"] == 1


def test_an_article_that_its_site_took_away_stays_archived_and_is_let_go(desk, site, crawl) -> None:
    site.feed("/a")
    site.article("/a")
    crawl()
    del site.replies["/a"]
    put_back(desk, "look", "visits", minutes=1)

    _, tally = crawl()

    assert tally["reasons"] == {"withdrawn": 1}
    assert desk.rows("SELECT fate, reason, status, look, open_since FROM visits") == [
        {"fate": "failed", "reason": "withdrawn", "status": 404, "look": None, "open_since": None}
    ]
    assert len(desk.rows("SELECT id FROM articles")) == 1
    assert crawl()[0] == ["/feed"]


def test_a_feed_that_changes_under_its_old_etag_is_noticed_within_the_hour_and_counted(desk, site, crawl) -> None:
    site.feed("/a")
    site.replies["/feed"] = with_etag(site.replies["/feed"])
    site.article("/a")
    site.article("/b")
    crawl()
    site.feed("/b", "/a")
    site.replies["/feed"] = with_etag(site.replies["/feed"])
    assert crawl()[1]["archived"] == 0  # its server says that nothing changed

    put_back(desk, "last_full", "feeds", hours=1)

    assert crawl()[1]["archived"] == 1
    assert desk.rows("SELECT told, untold FROM feeds") == [{"told": 0, "untold": 1}]


def test_a_304_that_nobody_asked_for_is_no_answer(desk, site, crawl) -> None:
    site.replies["/feed"] = Reply(status=304)

    _, tally = crawl()

    assert tally["reasons"] == {"HTTP 304": 1}
    assert desk.rows("SELECT health, cause FROM feeds") == [{"health": "dead", "cause": "HTTP 304"}]


def test_a_page_that_answers_304_although_nobody_has_it_has_failed(desk, site, crawl) -> None:
    site.feed("/a")
    site.replies["/a"] = Reply(status=304)

    _, tally = crawl()

    assert (tally["failed"], tally["refused"], tally["reasons"]) == (1, 0, {"HTTP 304": 1})


def test_the_way_that_shows_an_article_first_has_the_credit(desk, site, crawl) -> None:
    site.feed("/a")
    site.article("/a")
    crawl()

    assert desk.rows("SELECT feeds.url FROM visits JOIN feeds ON feeds.id = visits.shown_by") == [
        {"url": f"{site.url}/feed"}
    ]


def test_what_one_way_does_not_tell_of_an_article_another_one_does(tmp_path) -> None:
    at = datetime(2026, 3, 14, 9, tzinfo=UTC)
    poor = Entry(url="https://news.example/a", title="Sernav")
    rich = Entry(url="http://www.news.example/a/", title="Another", published=at, author="ڕێبوار کەریم", mark="1")
    workbench = open_workbench(tmp_path / "archive.db", compile_packs(()), Watch())
    memory = Memory(Errand(source=Source(id="example", name="Example"), run=1, workbench=workbench))

    async def read_both() -> None:
        await memory.begin()
        for way, entry in (("map", poor), ("feed", rich)):
            await memory.see(way, Answer(entries=[entry], validators=(None, None), seconds=0.1))

    try:
        asyncio.run(read_both())
    finally:
        workbench.close()

    assert memory.hinted(poor) == replace(poor, published=at, author="ڕێبوار کەریم")
