"""A host that asks to be left alone is, by every source, in this crawl and in the next ones."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        for number in range(6):
            site.article(f"/news/{number}")
        site.feed(*(f"/news/{number}" for number in range(6)))
        yield site


def busy(status: int, retry_after: str | None = None, then: Reply | None = None) -> Reply:
    return Reply(b"busy", status, headers={"Retry-After": retry_after} if retry_after else {}, then=then)


def counts(desk: Any) -> dict[str, int]:
    rows = desk.rows("SELECT fate, count(*) AS number, max(tries) AS tries FROM visits GROUP BY fate")
    assert all(row["tries"] == (row["fate"] == "failed") for row in rows)
    return {row["fate"]: row["number"] for row in rows}


@pytest.mark.parametrize(("status", "retry_after"), [(429, None), (503, "3600")])
def test_a_host_that_asks_for_a_long_pause_is_asked_nothing_more_by_any_source_or_crawl(
    desk: Any, site: HostileSite, status: int, retry_after: str | None
) -> None:
    for number in range(6):
        site.replies[f"/news/{number}"] = busy(status, retry_after)
    desk.write_sources(site.source("one"))

    result = desk.crawl()

    assert site.asked[:2] == ["/robots.txt", "/feed"]
    assert len(site.asked) == 3
    assert counts(desk) == {
        "failed": 1,
        "waiting": 5,
    }  # the one that was answered so, and those that were not asked for
    assert result["sources"]["one"]["reasons"] == {f"HTTP {status}": 1}
    row = desk.rows("SELECT held_for, holds FROM hosts")[0]
    assert row == {"held_for": f"HTTP {status}", "holds": 1}

    site.asked.clear()
    desk.write_sources(site.source("one") + site.source("two"))
    result = desk.crawl()
    assert site.asked == []
    assert [source["reasons"] for source in result["sources"].values()] == [{"asked to wait": 1}] * 2
    assert {row["cause"] for row in desk.rows("SELECT cause FROM feeds")} == {"asked to wait"}


def test_what_waited_is_fetched_when_the_pause_is_over_and_the_hold_is_forgotten(desk: Any, site: HostileSite) -> None:
    page = site.replies["/news/0"]
    site.replies["/news/0"] = busy(429, "3600")
    site.feed("/news/0")
    desk.write_sources(site.source("site"))
    desk.crawl()
    assert counts(desk) == {"failed": 1}
    site.replies["/news/0"] = page
    script = (
        "import sqlite3; db = sqlite3.connect('archive.db'); "
        "db.execute(\"UPDATE hosts SET held_until = '2026-01-01T00:00:00Z'\"); db.commit()"
    )
    subprocess.run([sys.executable, "-c", script], cwd=desk.root, check=True)

    desk.crawl()

    assert counts(desk) == {"archived": 1}
    assert desk.rows("SELECT held_until, held_for, holds FROM hosts") == [
        {"held_until": None, "held_for": None, "holds": 0}
    ]


def test_a_short_pause_is_waited_for_within_the_crawl(desk: Any, site: HostileSite) -> None:
    site.replies["/news/0"] = busy(429, "1", then=site.replies["/news/0"])
    site.replies["/feed"].then = site.replies["/feed"]
    site.replies["/feed"] = busy(503, "1", then=site.replies["/feed"])
    desk.write_sources(site.source("site"))

    assert desk.crawl()["sources"]["site"]["archived"] == 6

    log = [seen for seen in site.log if seen.path in ("/feed", "/news/0")]
    assert [seen.path for seen in log] == ["/feed", "/feed", "/news/0", "/news/0"]
    assert log[1].at - log[0].at > 0.95
    assert log[3].at - log[2].at > 0.95


def test_a_host_that_asks_for_one_second_for_ever_is_left_alone_soon(desk: Any, site: HostileSite) -> None:
    for number in range(6):
        site.replies[f"/news/{number}"] = busy(429, "1")
    desk.write_sources(site.source("site"))
    desk.crawl()
    assert sum(path.startswith("/news/") for path in site.asked) == 3
    assert counts(desk) == {"failed": 1, "waiting": 5}


def test_a_503_that_does_not_say_how_long_is_an_error_like_others(desk: Any, site: HostileSite) -> None:
    site.replies["/news/0"] = busy(503)
    desk.write_sources(site.source("site"))
    assert desk.crawl()["sources"]["site"]["reasons"] == {"HTTP 503": 1}
    assert len(desk.rows("SELECT 1 FROM articles")) == 5


def test_a_crawl_that_is_stopped_does_not_wait_for_its_turn(desk: Any, site: HostileSite) -> None:
    """A request that slept through this delay would hold the crawl open until it is given up, after six seconds."""
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 500\n", headers={"Content-Type": "text/plain"})
    desk.write_sources(site.source("site"))
    running = subprocess.Popen(
        desk.command("crawl", "--json", "--verbose"), env=desk.environment, text=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    while not site.asked:
        assert running.poll() is None
        time.sleep(0.01)
    while not desk.rows("SELECT 1 FROM hosts WHERE held_until IS NOT NULL"):
        time.sleep(0.01)
    running.send_signal(signal.SIGTERM)
    assert "given up" not in running.communicate(timeout=60)[1]
    assert site.asked == ["/robots.txt"]


def test_a_crawl_whose_megabytes_are_used_up_does_not_wait_for_its_turn(desk: Any, site: HostileSite) -> None:
    """The second feed is on a host whose Crawl-delay is longer than this test may take."""
    with hostile_site() as slow:
        slow.replies["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 500\n")
        source = site.source("site", budget="{ megabytes = 0.0001, minutes = 60 }")
        source = source.replace('/feed"]', f'/feed", "{slow.url}/feed"]').replace(
            f"[{site.port}]", f"[{site.port}, {slow.port}]"
        )
        desk.write_sources(source)
        desk.crawl()
        assert slow.asked == ["/robots.txt"]
    assert site.asked == ["/robots.txt", "/feed"]


def test_no_cookie_is_sent_back_and_every_request_says_who_asks(desk: Any, site: HostileSite) -> None:
    for path, reply in site.replies.items():
        site.replies[path] = Reply(reply.body, headers={**reply.headers, "Set-Cookie": "visit=1; Path=/; Max-Age=9999"})
    desk.write_sources(site.source("site"))
    desk.crawl()
    assert len(site.log) == 8
    assert not [seen.path for seen in site.log if "cookie" in seen.headers]
    assert {seen.headers["user-agent"].partition("/")[0] for seen in site.log} == {"Khabar"}
    assert all(seen.headers["user-agent"].endswith("(+desk@example.org)") for seen in site.log)
