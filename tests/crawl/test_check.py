"""`khabar sources check` tells what a crawl would meet, keeps nothing, and is as polite as a crawl."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site
from small_sites import STORIES, page, robots, rss, sitemap

from archive.database import open_archive, transaction
from archive.hosts import host_rows, put_hosts
from archive.trial import TriedPage
from crawler.desk import Desk
from crawler.desk_lock import hold_desk
from crawler.scouting.throwaway import throwaway_workbench
from crawler.scouting.trial import BUDGET, SourceReport, WayReport
from crawler.scouting.verdict import verdict
from pipelines.workers import Workers
from seeds.sources import Source


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        for slug in STORIES:
            site.article(f"/en/iraq/{slug}")
        rss(site, "/feed", [f"/en/iraq/{slug}" for slug in STORIES])
        yield site


def checked(desk: Any, *args: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """What `--json` prints, by source."""
    done = desk.khabar("sources", "check", "--json", *args)
    assert done.returncode == code, done.stderr
    return {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}


def test_every_site_of_the_newsroom_is_ready_and_nothing_is_kept(newsroom_desk: Any, newsroom: Any) -> None:
    told = checked(newsroom_desk)
    expected = {one.url: one for one in newsroom.articles()}
    assert set(told) == set(newsroom.sites)
    for name, line in told.items():
        assert (line["usable"], line["verdict"].split(";")[0]) == (True, "ready"), line
        (way,) = line["ways"]
        assert way["answers"], way
        assert way["entries"] >= way["articles"] >= len(line["samples"]) == BUDGET.pages
        for sample in line["samples"]:
            article = expected[sample["url"]]
            assert article.site == name
            assert sample["title"] == article.title
            assert sample["language"] == article.language
            assert sample["authors"] == list(article.authors)
            assert set(sample["topics"]) == set(article.topics)
            assert sample["words"] == len(article.text.split())
            assert datetime.fromisoformat(sample["published"]) == article.published.replace(microsecond=0)
            assert sample["published_precision"] in ("minute", "second")
    assert not (newsroom_desk.root / "archive.db").exists()
    pages = [seen.path for seen in newsroom.requests if seen.path in {url.split("/", 3)[3] for url in expected}]
    assert len(pages) <= BUDGET.pages * len(newsroom.sites)


def test_the_report_reads_in_every_script_on_a_narrow_terminal(newsroom_desk: Any, newsroom: Any) -> None:
    done = newsroom_desk.khabar("sources", "check", "sidra", "baran", environ={"COLUMNS": "80"})
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    for name in ("sidra", "baran"):
        assert f"{name}: ready" in lines
        newest = next(one for one in newsroom.articles() if one.site == name)
        assert f"     {newest.title}" in lines, "a title has a line of its own"
    told = [line for line in lines if line.startswith("  1. ")]
    assert " +03:00, to the second; ar; " in told[0]
    assert " Asia/Baghdad, to the minute; ckb; " in told[1]


def test_a_pattern_that_no_link_matches_is_shown_beside_three_links_that_do_not(desk: Any, site: HostileSite) -> None:
    desk.write_sources(site.source("zab", article="'^https://zab[.]example/'"))
    line = checked(desk, code=1)["zab"]
    assert line["ways"][0] | {"newest": None} == {
        "kind": "feed", "url": f"{site.url}/feed", "answers": True, "cause": "none of its links is an article",
        "entries": 6, "articles": 0, "newest": None, "seconds": line["ways"][0]["seconds"],
        "no_articles": [f"{site.url}/en/iraq/{slug}" for slug in STORIES[:3]],
    }  # fmt: skip
    assert line["verdict"] == (
        "answers, but no link matches article = '^https://zab[.]example/', e.g.: "
        + " ".join(f"{site.url}/en/iraq/{slug}" for slug in STORIES[:3])
    )
    assert set(site.asked) == {"/robots.txt", "/feed"}


def test_the_links_of_a_listing_are_shown_too_where_none_matches(desk: Any, site: HostileSite) -> None:
    page(site, "/latest", [(f"/en/iraq/{slug}", "A headline of several words in the valley") for slug in STORIES])
    text = site.source("zab", article="'/nowhere/'").replace("feeds", "listings").replace("/feed", "/latest")
    desk.write_sources(text)
    line = checked(desk, code=1)["zab"]
    assert line["ways"][0]["no_articles"] == [f"{site.url}/en/iraq/{slug}" for slug in STORIES[:3]]
    assert "no link matches article" in line["verdict"]


def test_a_source_of_which_nothing_answers_says_why(desk: Any, site: HostileSite) -> None:
    site.replies["/feed"] = Reply(b"gone", 410)
    desk.write_sources(site.source("zab"))
    line = checked(desk, code=1)["zab"]
    assert line["verdict"] == f"nothing answers: {site.url}/feed (HTTP 410)"
    assert (line["usable"], line["samples"]) == (False, [])


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"<rss version='2.0'><channel><title>Zab</title></channel></rss>", "empty feed"),
        (b"<!doctype html><html><body>No such page</body></html>", "HTML instead of a feed"),
        (b"out of order", "not a feed"),
    ],
)
def test_a_feed_that_answers_and_shows_nothing_is_not_told_not_to_answer(
    desk: Any, site: HostileSite, body: bytes, cause: str
) -> None:
    site.replies["/feed"] = Reply(body)
    sitemap(site, "/map.xml", [f"/en/iraq/{slug}" for slug in STORIES])
    desk.write_sources(site.source("zab") + site.source("zab-too", sitemaps=f'["{site.url}/map.xml"]'))
    lines = checked(desk, code=1)
    assert lines["zab"]["verdict"] == f"nothing that answers shows a link: {site.url}/feed ({cause})"
    assert f"but the feed {site.url}/feed shows nothing ({cause})" in lines["zab-too"]["verdict"]


def test_one_dead_way_of_two_is_told_and_the_source_is_ready_all_the_same(desk: Any, site: HostileSite) -> None:
    sitemap(site, "/map.xml", [f"/en/iraq/{slug}" for slug in STORIES])
    desk.write_sources(site.source("zab", sitemaps=f'["{site.url}/gone.xml", "{site.url}/map.xml"]'))
    line = checked(desk)["zab"]
    assert line["verdict"].startswith(f"ready; but the sitemap {site.url}/gone.xml does not answer (HTTP 404)")
    assert [way["articles"] for way in line["ways"]] == [6, 0, 6]


def test_an_index_counts_what_its_newest_sitemap_shows(desk: Any, site: HostileSite) -> None:
    sitemap(site, "/index.xml", [f"/map-{n}.xml" for n in range(9)], index=True)
    for n in range(9):
        sitemap(site, f"/map-{n}.xml", [f"/en/iraq/{slug}" for slug in STORIES])
    desk.write_sources(site.source("zab").replace("feeds", "sitemaps").replace("/feed", "/index.xml"))
    assert checked(desk)["zab"]["ways"][0]["articles"] == 6
    assert [path for path in site.asked if "map-" in path] == ["/map-8.xml"]


def test_a_feed_that_showed_nothing_for_a_week_is_stale(desk: Any, site: HostileSite) -> None:
    newest = datetime.now(UTC) - timedelta(days=30)
    rss(site, "/feed", [f"/en/iraq/{slug}" for slug in STORIES], newest=newest)
    desk.write_sources(site.source("zab"))
    assert checked(desk, code=1)["zab"]["verdict"] == f"every way is stale: nothing newer than {newest:%Y-%m-%d}"
    assert checked(desk, "--stale", "40")["zab"]["usable"]


def test_pages_without_an_article_say_why(desk: Any, site: HostileSite) -> None:
    for slug in STORIES:
        site.replies[f"/en/iraq/{slug}"] = Reply(b"", 403)
    desk.write_sources(site.source("zab"))
    line = checked(desk, code=1)["zab"]
    assert line["verdict"] == "shows articles, but none could be read: HTTP 403 (3)"
    assert {sample["reason"] for sample in line["samples"]} == {"HTTP 403"}


def test_what_robots_txt_forbids_is_not_tried(desk: Any, site: HostileSite) -> None:
    robots(site, "Disallow: /en/")
    desk.write_sources(site.source("zab"))
    line = checked(desk, code=1)["zab"]
    assert line["verdict"].startswith("shows articles, but none could be read: robots.txt (")
    assert set(site.asked) == {"/robots.txt", "/feed"}


def test_a_disabled_source_is_tried_where_it_is_named(desk: Any, site: HostileSite) -> None:
    desk.write_sources(site.source("zab", enabled="false") + site.source("tigris"))
    assert set(checked(desk)) == {"tigris"}
    assert set(checked(desk, "z*")) == {"zab"}


def test_two_sources_that_show_the_same_pages_both_have_their_samples(desk: Any, site: HostileSite) -> None:
    desk.write_sources(site.source("zab") + site.source("tigris"))
    assert [len(line["samples"]) for line in checked(desk).values()] == [BUDGET.pages] * 2


def test_a_title_cannot_steer_the_terminal(desk: Any, site: HostileSite) -> None:
    site.article("/en/iraq/escape")
    body = site.replies["/en/iraq/escape"].body.replace(b"Story /en", "\x1b]0;x\x07&#27;[2J\u202eStory /en".encode())
    site.replies["/en/iraq/escape"] = Reply(body, headers={"Content-Type": "text/html; charset=utf-8"})
    rss(site, "/feed", ["/en/iraq/escape"])
    desk.write_sources(site.source("zab", language='"ckb"'))
    done = desk.khabar("sources", "check")
    assert not set("\x1b\x07\u202e") & set(done.stdout)
    assert "; en (language = ckb); " in done.stdout
    assert 'but it is written in en, and language = "ckb"' in done.stdout


def test_a_check_is_refused_while_the_service_holds_the_desk(desk: Any, site: HostileSite) -> None:
    desk.write_sources(site.source("zab"))
    with hold_desk(desk.root, alone=True):
        done = desk.khabar("sources", "check")
    assert (done.returncode, done.stdout, site.asked) == (2, "", [])
    assert "holds this desk" in done.stderr


def test_a_source_that_is_not_there_is_one_line(desk: Any, site: HostileSite) -> None:
    desk.write_sources(site.source("zab"))
    done = desk.khabar("sources", "check", "zba")
    assert done.returncode == 2
    assert 'did you mean "zab"' in done.stderr


def held(host: str, until: str | None) -> dict[str, Any]:
    return {"host": host, "held_until": until, "held_for": until and "HTTP 429", "holds": 1 if until else 0}


def test_what_is_known_of_servers_goes_along_and_comes_back(desk: Any) -> None:
    path = desk.root / "archive.db"
    with closing(open_archive(path)) as db, transaction(db):
        put_hosts(db, [held("zab.example", "2026-11-28T12:00:00Z"), held("tigris.example", None)])
    with throwaway_workbench(Desk(desk.root), lambda: Workers(1)) as (workbench, archive):
        with closing(open_archive(archive, read_only=True)) as db:
            assert host_rows(db)["zab.example"]["held_until"] == "2026-11-28T12:00:00Z"
        new = [held("tigris.example", "2026-11-29T12:00:00Z"), held("khabur.example", "2026-11-30T12:00:00Z")]
        workbench.writer.submit(lambda db: put_hosts(db, new)).result()
        with closing(open_archive(path)) as db, transaction(db):  # another crawl learns something meanwhile
            put_hosts(db, [held("zab.example", "2026-12-01T12:00:00Z")])
    assert not archive.parent.exists()
    kept = {row["host"]: row["held_until"] for row in desk.rows("SELECT host, held_until FROM hosts")}
    assert kept == {
        "zab.example": "2026-12-01T12:00:00Z",
        "tigris.example": "2026-11-29T12:00:00Z",
        "khabur.example": "2026-11-30T12:00:00Z",
    }


@pytest.mark.parametrize(("until", "made"), [("2026-11-29T12:00:00Z", True), (None, False)])
def test_an_archive_is_made_only_where_a_server_asked_to_be_left_alone(
    desk: Any, until: str | None, made: bool
) -> None:
    with throwaway_workbench(Desk(desk.root), lambda: Workers(1)) as (workbench, _):
        workbench.writer.submit(lambda db: put_hosts(db, [held("zab.example", until)])).result()
    assert (desk.root / "archive.db").exists() is made


def test_what_went_wrong_in_the_trial_takes_the_archive_away_all_the_same(desk: Any) -> None:
    with pytest.raises(sqlite3.ProgrammingError), throwaway_workbench(Desk(desk.root), Workers) as (_, archive):
        raise sqlite3.ProgrammingError
    assert not archive.parent.exists()


NOW = datetime(2026, 11, 28, tzinfo=UTC)
WEEK = timedelta(days=7)


def way(**keys: Any) -> WayReport:
    known: dict[str, Any] = {
        "kind": "feed", "url": "https://zab.example/feed", "answered": True, "cause": None, "entries": 5, "articles": 5,
        "newest": NOW - timedelta(hours=1), "seconds": None, "strangers": (),
    }  # fmt: skip
    return WayReport(**known | keys)


def sample(**keys: Any) -> TriedPage:
    known: dict[str, Any] = {
        "url": "https://zab.example/1", "fate": "archived", "reason": None, "text": "Text.", "language": "ar",
        "published": "2026-11-27T12:00:00Z",
    }  # fmt: skip
    return TriedPage(**known | keys)


OLD = way(newest=NOW - timedelta(days=8), url="https://zab.example/old")


@pytest.mark.parametrize(
    ("ways", "samples", "usable", "words"),
    [
        ([way()], [sample()], True, "ready"),
        ([way(newest=None)], [sample()], True, "ready"),
        ([way(), OLD], [sample()], True, "ready; but the feed https://zab.example/old is stale since 2026-11-20"),
        ([OLD], [sample()], False, "every way is stale: nothing newer than 2026-11-20"),
        ([OLD, way(newest=None)], [sample()], True, "ready; but the feed https://zab.example/old is stale"),
        ([way()], [], False, "none could be read: none was fetched"),
        ([way()], [sample(text=None, fate="refused", reason="wall")], False, "none could be read: wall (1)"),
        ([way()], [sample(), sample(text=None, reason="wall")], True, "but of 2 pages 1 could not be read: wall (1)"),
        ([way()], [sample(), sample(published=None)], True, "but 1 of 2 articles have no date"),
        ([way()], [sample(language="ckb")], True, 'but it is written in ckb, and language = "ar"'),
        ([way(answered=False, entries=0, articles=0)], [], False, "nothing answers: https://zab.example/feed"),
    ],
)
def test_a_verdict_is_a_line_that_a_person_can_act_upon(
    ways: list[WayReport], samples: list[TriedPage], usable: bool, words: str
) -> None:
    report = SourceReport(source=Source(id="zab", name="Zab", language="ar"), ways=tuple(ways), samples=tuple(samples))
    said = verdict(report, now=NOW, stale_after=WEEK)
    assert said.usable is usable
    assert words in said.words
