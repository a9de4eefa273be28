"""What stands on many articles of one source is left out once it is known, and nobody is told of an edit."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hostile_site import HostileSite, hostile_site
from template_site import ENGLISH, PAGES, TONGUES, Tongue, boilerplate_of, own_lines, publish
from test_kill import is_empty, until

from archive.lines import FEWEST, LATEST
from archive.times import to_text

PACK = """
[lists.things]
en = ["ferry", "millers", "kiosk", "flood"]
[topic.weir]
name = "The weir"
[[topic.weir.rule]]
any = ["things"]
"""
ALERT = """
[[alert]]
id = "all"
when = "each"
per = "article"
to = ["env:NOBODY"]
"""


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


def crawl(desk: Any, site: HostileSite, paths: list[str]) -> dict[str, Any]:
    """Crawls the first source of the desk with a feed that shows *paths*."""
    site.feed(*paths)
    (tally,) = desk.crawl()["sources"].values()
    return dict(tally)


def texts(desk: Any, source: str = "example") -> dict[int, list[str]]:
    """The lines of every article, in the order of their arrival, by the number of the page."""
    rows = desk.rows("SELECT url, text FROM articles WHERE source = ? ORDER BY id", source)
    return {int(row["url"].rpartition("/")[2]): row["text"].split("\n") for row in rows}


def boilerplate_in(lines: list[str], tongue: Tongue) -> list[str]:
    return [known for known in boilerplate_of(tongue) if any(known in line for line in lines)]


def look_again(desk: Any) -> None:
    """Lets every article be due for a look."""
    with sqlite3.connect(desk.root / "archive.db") as db:
        db.execute("UPDATE visits SET look = ?", (to_text(datetime.now(UTC) - timedelta(minutes=1)),))


def index_is_in_step(desk: Any) -> bool:
    with sqlite3.connect(desk.root / "archive.db") as db:
        db.execute("INSERT INTO article_index (article_index) VALUES ('integrity-check')")
    return True


@pytest.mark.parametrize("tongue", TONGUES.values(), ids=TONGUES)
def test_after_ten_articles_of_one_run_the_rest_is_clean_and_no_story_has_lost_a_word(desk, site, tongue) -> None:
    desk.write_sources(site.source("example", language=f'"{tongue.language}"'))

    tally = crawl(desk, site, publish(site, tongue, range(PAGES)))

    archived = texts(desk)
    assert (tally["archived"], len(archived)) == (PAGES, PAGES)
    fixed = {tongue.above, tongue.below, tongue.counter.replace("{}", "").strip()}
    for place, (page, lines) in enumerate(archived.items()):
        assert [line for line in lines if line in own_lines(tongue, page)] == own_lines(tongue, page)
        assert fixed.isdisjoint(boilerplate_in(lines, tongue)) == (place >= FEWEST), (place, page)
        assert place < 20 or lines == own_lines(tongue, page), "the boxes that take turns are known by now"


def test_what_several_runs_have_seen_adds_up(desk, site) -> None:
    tongue = TONGUES["ar"]
    desk.write_sources(site.source("example", language='"ar"'))
    for run in range(3):
        crawl(desk, site, publish(site, tongue, range(run * 6, run * 6 + 6)))

    for page, lines in texts(desk).items():
        assert bool(boilerplate_in(lines, tongue)) == (page < FEWEST), page


def test_two_sources_of_one_template_learn_each_for_itself(desk, site) -> None:
    crawled = publish(site, ENGLISH, range(12))
    other = publish(site, ENGLISH, range(12, 24), path="/other")
    site.feed(*crawled)
    site.replies["/first"] = site.replies["/feed"]
    site.feed(*other)
    desk.write_sources(site.source("one").replace("/feed", "/first") + site.source("two"))

    desk.crawl()

    for source in ("one", "two"):
        dirty = [page for page, lines in texts(desk, source).items() if ENGLISH.below in lines]
        assert len(dirty) == FEWEST
    counted = desk.rows("SELECT source, count(*) AS articles FROM lines GROUP BY source")
    assert counted == [{"source": "one", "articles": 12}, {"source": "two", "articles": 12}]


@pytest.fixture
def learned(desk: Any, site: HostileSite) -> Any:
    """A desk with a topic and an alert that has read fourteen articles, ten of them with their boilerplate."""
    desk.write_sources(site.source("example", language='"en"'))
    (desk.root / "seeds/topics/weir.toml").write_text(PACK, encoding="utf-8")
    (desk.root / "alerts/all.toml").write_text(ALERT, encoding="utf-8")
    crawl(desk, site, publish(site, ENGLISH, range(14)))
    return desk


def evidence(desk: Any) -> list[dict[str, Any]]:
    return desk.rows(  # type: ignore[no-any-return]
        """
        SELECT articles.id, lower(term) AS term,
               lower(substr(CASE field WHEN 'title' THEN title ELSE text END, start + 1, "end" - start)) AS found
        FROM evidence JOIN articles ON articles.id = evidence.article ORDER BY articles.id, number
        """
    )


def test_an_article_that_was_archived_with_boilerplate_loses_it_with_the_next_look_and_nobody_is_told(
    learned, site
) -> None:
    desk = learned
    alerts = desk.rows("SELECT ref FROM alerts")
    before = evidence(desk)
    assert any(row["found"] == "kiosk" for row in before), "the boilerplate brings a topic of its own"
    publish(site, ENGLISH, range(14), turn=1)  # each page shows the other box by now, and another number
    look_again(desk)

    tally = crawl(desk, site, [])

    assert (tally["unchanged"], tally["revised"], tally["archived"]) == (14, 0, 0)
    assert {page: lines for page, lines in texts(desk).items() if lines != own_lines(ENGLISH, page)} == {}
    assert desk.rows("SELECT * FROM revisions") == []
    assert len(alerts) == 14
    assert desk.rows("SELECT ref FROM alerts") == alerts
    after = evidence(desk)
    assert after
    assert all(row["found"] == row["term"] for row in after), "it points into the text as it is now"
    assert not any(row["found"] == "kiosk" for row in after)
    assert desk.khabar("search", "kiosk").stdout == ""
    assert "weir" in desk.khabar("search", "ferry", "--json").stdout
    assert index_is_in_step(desk)


def test_an_edit_that_comes_with_the_cleaning_is_told_and_is_as_large_as_the_edit(learned, site) -> None:
    desk = learned
    edited = [*own_lines(ENGLISH, 0)[:-1], "The ferry is to sail again on the first day of the month."]
    publish(site, ENGLISH, range(1), story=lambda _: edited)
    look_again(desk)

    tally = crawl(desk, site, [])

    assert (tally["unchanged"], tally["revised"]) == (13, 1)
    assert texts(desk)[0] == edited
    (revision,) = desk.rows("SELECT text, change FROM revisions")
    assert ENGLISH.below in revision["text"], "the version before is kept as it was"
    words = sum(len(line.split()) for line in edited)
    assert revision["change"] < 30 / words


def test_lines_that_no_longer_recur_come_back_without_an_edit(learned, site) -> None:
    desk, since = learned, range(100, 170)
    look_again(desk)
    crawl(desk, site, [])
    cleaned = texts(desk)
    crawl(desk, site, publish(site, ENGLISH, since, boilerplate=False))  # the template is another one from now on
    look_again(desk)

    tally = crawl(desk, site, [])

    assert not any(ENGLISH.below in lines for lines in cleaned.values())
    assert (tally["unchanged"], tally["revised"]) == (14 + len(since), 0)
    assert all(ENGLISH.below in lines for page, lines in texts(desk).items() if page not in since)
    assert desk.rows("SELECT count(left_out) AS articles FROM article_text") == [{"articles": 0}]
    assert desk.rows("SELECT * FROM revisions") == []
    assert len(desk.rows("SELECT * FROM alerts")) == 14 + len(since)
    assert index_is_in_step(desk)


def test_kills_lose_no_count(desk, site) -> None:
    desk.write_sources(site.source("example"))
    site.feed(*publish(site, ENGLISH, range(PAGES)))
    for requests in (5, 16):
        crawl_and_kill(desk, site, requests)
        counted = desk.rows("SELECT (SELECT count(*) FROM lines) AS lines, (SELECT count(*) FROM articles) AS articles")
        assert counted[0]["lines"] == counted[0]["articles"]

    desk.crawl()

    assert desk.rows("SELECT count(*) AS n FROM lines") == [{"n": PAGES}]
    assert sum(ENGLISH.below in lines for lines in texts(desk).values()) == FEWEST


def crawl_and_kill(desk: Any, site: HostileSite, requests: int) -> None:
    """Kills a crawl once it has asked for so many more things."""
    wanted = len(site.asked) + requests
    process = subprocess.Popen(
        desk.command("crawl"), env=desk.environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert until(lambda: len(site.asked) >= wanted or process.poll() is not None, 60)
    process.kill()
    process.wait()
    assert until(lambda: is_empty(process.pid), 15)


def test_the_memory_of_a_source_is_bounded(desk, site) -> None:
    desk.write_sources(site.source("example"))
    crawl(
        desk, site, publish(site, ENGLISH, range(LATEST + 6), story=lambda page: [f"{page} is told here, {page}."] * 3)
    )

    assert desk.rows("SELECT count(*) AS n, min(number) AS first FROM lines") == [{"n": LATEST, "first": 7}]


def test_what_is_left_out_is_explained_with_its_count(learned, site) -> None:
    shown = learned.khabar("extract", f"{site.url}/3", "--explain")
    told = json.loads(learned.khabar("extract", f"{site.url}/3", "--explain", "--json").stdout)

    assert f"left out, on 14 of 14 articles: {ENGLISH.below}" in shown.stdout.replace("\n", "")
    assert ["left out, on 14 of 14 articles", ENGLISH.below] in told["explained"]["text"]["said"]
    assert ENGLISH.below not in told["text"]


def test_a_body_that_its_owner_selects_is_taken_as_it_is(desk, site) -> None:
    desk.write_sources(site.source("example") + '[source.selectors]\nbody = ".story"\n')
    crawl(desk, site, publish(site, ENGLISH, range(13)))

    assert all(ENGLISH.below in lines for lines in texts(desk).values())
    assert desk.rows("SELECT * FROM lines") == []
