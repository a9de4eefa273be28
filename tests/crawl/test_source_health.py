"""How a source does after real crawls: what went wrong is named, with its figures, and asks for a person."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.times import to_text

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site

HTML = {"Content-Type": "text/html; charset=utf-8"}
CLIP = "<!doctype html><html lang=ar><head><title>فيديو</title></head><body><div id=app></div>شاهد</body></html>"


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


def publish(site: HostileSite, *numbers: int) -> None:
    """Lets the feed show these articles, and puts those that are new on the site."""
    for number in numbers:
        if f"/news/{number}" not in site.replies:
            site.article(f"/news/{number}")
    site.feed(*(f"/news/{number}" for number in reversed(numbers)))


def told(desk: Any, source: str = "site") -> dict[str, Any]:
    """What `khabar status --source` prints of a source; a person is asked for where its health says so."""
    done = desk.khabar("status", "--source", source, "--json")
    report = json.loads(done.stdout)
    state: dict[str, Any] = report["sources"][source]
    needed = state["health"] in {"dead", "blocked", "empty", "silent", "layout changed"}
    assert done.returncode == (1 if needed else 0)
    assert report["attention"] == ([f"source {source} ({state['health']}): {state['cause']}"] if needed else [])
    return state


def history(desk: Any) -> list[str]:
    return [row["health"] for row in desk.rows("SELECT health FROM health ORDER BY id")]


def test_a_site_that_publishes_is_well(desk: Any, site: HostileSite) -> None:
    publish(site, 1, 2, 3)
    desk.write_sources(site.source("site"))
    assert told(desk)["health"] == "new"
    desk.crawl()
    state = told(desk)
    assert (state["health"], state["cause"], history(desk)) == ("ok", None, ["ok"])
    assert state["since"] == desk.rows("SELECT finished FROM runs")[0]["finished"]
    assert state["fates"] == [{"fate": "archived", "reason": None, "urls": 3}]


def test_an_empty_feed_is_called_so_after_its_first_crawl(desk: Any, site: HostileSite) -> None:
    site.feed()
    desk.write_sources(site.source("site"))
    desk.crawl()
    state = told(desk)
    assert (state["health"], history(desk)) == ("empty", ["empty"])
    assert state["cause"] == f"no feed, sitemap or listing ever showed an article: empty feed ({site.url}/feed)"


def test_sites_that_refuse_are_called_blocked_after_their_first_crawl(desk: Any) -> None:
    with ExitStack() as open_sites:
        sites = {status: open_sites.enter_context(hostile_site()) for status in (403, 429, 451)}
        for status, site in sites.items():
            site.replies["/feed"] = Reply(b"no", status)
        desk.write_sources("".join(site.source(f"site-{status}") for status, site in sites.items()))
        desk.crawl()
    assert history(desk) == ["blocked"] * 3
    for status, site in sites.items():
        state = told(desk, f"site-{status}")
        assert state["health"] == "blocked"
        assert state["cause"] == f"no feed, sitemap or listing could ever be read: HTTP {status} ({site.url}/feed)"


def test_a_site_that_lets_its_feed_be_read_and_no_article_is_called_blocked(desk: Any, site: HostileSite) -> None:
    publish(site, *range(8))
    site.replies |= {path: Reply(b"no", 403) for path in site.replies if path != "/feed"}
    desk.write_sources(site.source("site"))
    desk.crawl()
    state = told(desk)
    assert state["health"] == "blocked"
    assert state["cause"] == "of the last 8 pages 8 gave no article (HTTP 403 8), and no page before did"


def test_a_port_where_nobody_answers_is_called_dead(desk: Any) -> None:
    with hostile_site() as gone:
        source = gone.source("site")
    desk.write_sources(source)
    desk.crawl()
    state = told(desk)
    assert (state["health"], history(desk)) == ("dead", ["dead"])
    assert state["cause"].startswith("no feed, sitemap or listing ever answered: connection refused (")


def test_a_layout_that_changes_between_two_crawls_is_noticed_and_so_is_its_end(desk: Any, site: HostileSite) -> None:
    publish(site, *range(10))
    desk.write_sources(site.source("site"))
    desk.crawl()
    site.replies |= {f"/news/{number}": Reply(CLIP.encode(), headers=HTML) for number in range(10, 18)}
    publish(site, *range(5, 18))
    desk.crawl()

    state = told(desk)
    assert state["health"] == "layout changed"
    (reason,) = state["evidence"]["pages"]["reasons"]
    assert state["cause"] == f"of the last 8 pages 8 gave no article ({reason} 8); before, 0 of 10"
    assert {"fate": "refused", "reason": reason, "urls": 8} in state["fates"]
    shown = desk.khabar("status", "--source", "site").stdout
    assert f"Needs attention: source site (layout changed): {state['cause']}" in shown

    publish(site, *range(10, 23))
    desk.crawl()
    assert told(desk)["health"] == "ok"
    assert history(desk) == ["ok", "layout changed", "ok"]


def test_two_videos_among_many_articles_worry_nobody(desk: Any, site: HostileSite) -> None:
    publish(site, *range(12))
    site.replies |= {f"/news/{number}": Reply(CLIP.encode(), headers=HTML) for number in (3, 8)}
    desk.write_sources(site.source("site"))
    desk.crawl()
    assert (told(desk)["health"], told(desk)["evidence"]["pages"]["without_article"]) == ("ok", 2)


def test_a_site_that_falls_silent_is_noticed_at_the_next_crawl(desk: Any, site: HostileSite) -> None:
    publish(site, *range(20))
    desk.write_sources(site.source("site"))
    desk.crawl()
    _publish_hourly_until(desk.root / "archive.db", datetime.now(UTC) - timedelta(days=5))
    assert told(desk)["health"] == "silent", "it answered just now"
    desk.crawl()
    state = told(desk)
    assert state["cause"].startswith("it answers, but the last article came 5 days ago, ")
    assert state["cause"].endswith("; in the last 28 days the longest pause was 12 h")
    assert (state["evidence"]["rhythm"]["longest_pause"], history(desk)) == (12 * 3600, ["ok", "silent"])


def _publish_hourly_until(archive: Path, end: datetime) -> None:
    """Lets the articles of an archive have come every twelve hours up to *end*."""
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        ids = [number for (number,) in db.execute("SELECT id FROM article_head ORDER BY id DESC").fetchall()]
        for place, number in enumerate(ids):
            moment = end - place * timedelta(hours=12)
            moved = int(moment.timestamp()) * 1_000_000
            at = to_text(moment)
            db.execute("UPDATE article_text SET id = ? WHERE id = ?", (moved, number))
            db.execute(
                "UPDATE article_head SET id = ?, published = ?, first_seen = ? WHERE id = ?", (moved, at, at, number)
            )


def test_a_way_that_fails_beside_one_that_works_is_named_and_wakes_nobody(desk: Any, site: HostileSite) -> None:
    publish(site, 1, 2, 3)
    desk.write_sources(site.source("site").replace('/feed"]', f'/feed", "{site.url}/old"]'))
    desk.crawl()
    state = told(desk)
    assert (state["health"], state["cause"]) == ("ok", f"1 of 2 ways fail: HTTP 404 ({site.url}/old)")
    assert [way["health"] == "ok" for way in state["evidence"]["ways"]] == [True, False]
    shown = desk.khabar("status", "--source", "site").stdout
    assert f"site: 1 of 2 ways fail: HTTP 404 ({site.url}/old)" in shown


def test_a_site_that_fails_once_wakes_nobody_and_one_that_fails_twice_does(desk: Any, site: HostileSite) -> None:
    publish(site, 1, 2, 3)
    desk.write_sources(site.source("site"))
    desk.crawl()
    site.replies["/feed"] = Reply(b"gone", 404)
    desk.crawl()
    first = told(desk)
    assert first["health"] == "ok"
    assert first["cause"].startswith("failed once, ")
    assert first["cause"].endswith(f"and is asked again: HTTP 404 ({site.url}/feed)")
    desk.crawl()
    second = told(desk)
    assert second["health"] == "dead"
    assert second["cause"].endswith(f": HTTP 404 ({site.url}/feed)")
    assert (second["evidence"]["ways"][0]["failures"], history(desk)) == (2, ["ok", "dead"])


def test_an_index_is_well_though_it_has_sitemaps_of_tags_and_empty_where_it_has_no_other(
    desk: Any, site: HostileSite
) -> None:
    def sitemap(*paths: str, part: str = "url") -> Reply:
        rows = "".join(f"<{part}><loc>{site.url}{path}</loc></{part}>" for path in paths)
        root = "urlset" if part == "url" else "sitemapindex"
        return Reply(f"<{root}>{rows}</{root}>".encode(), headers={"Content-Type": "text/xml"})

    site.article("/news/1")
    site.replies |= {"/tags.xml": sitemap("/tags/a"), "/posts.xml": sitemap("/news/1")}
    site.replies["/index.xml"] = sitemap("/tags.xml", part="sitemap")
    source = site.source("site").replace(f'feeds = ["{site.url}/feed"]', f'sitemaps = ["{site.url}/index.xml"]')
    desk.write_sources(source + "article = '/news/'\n")
    desk.crawl()
    state = told(desk)
    assert state["health"] == "empty"
    assert state["cause"] == f"it answers, but nothing that it shows ever was an article: {site.url}/index.xml"

    site.replies["/index.xml"] = sitemap("/tags.xml", "/posts.xml", part="sitemap")
    desk.crawl()
    state = told(desk)
    assert (state["health"], state["fates"]) == ("ok", [{"fate": "archived", "reason": None, "urls": 1}])


def test_a_wall_that_is_taken_for_an_article_at_every_address_is_noticed(desk: Any, site: HostileSite) -> None:
    publish(site, *range(10))
    desk.write_sources(site.source("site"))
    desk.crawl()
    assert told(desk)["health"] == "ok"
    words = "Our partners and we would like to keep some things on this device and to read them again. " * 15
    head = "<!doctype html><html lang=en><head><title>Welcome</title></head>"
    wall = f"{head}<body><h1>Welcome</h1><p>{words}</body></html>"
    site.replies |= {f"/news/{number}": Reply(wall.encode(), headers=HTML) for number in range(10, 18)}
    publish(site, *range(5, 18))
    desk.crawl()
    state = told(desk)
    assert state["health"] == "layout changed"
    assert state["cause"] == "of the last 8 articles 8 have the same text"
