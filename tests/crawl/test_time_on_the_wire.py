"""No address takes more than its time, whatever it makes of redirects and retries; nor does a source that drips."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site

SHORT = """
import sys
import crawler.manners.handler as handler
import crawler.spiders.news as news
handler.ADDRESS_SECONDS, handler.RESPONSE_SECONDS = 2.5, 1.0
from crawler.cli import main
main()
"""
"""The same with bounds of seconds, so that nobody waits for minutes."""


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


def stalling(seconds: float, reply: Reply) -> Reply:
    """The same answer, after a while."""

    def write(wire) -> None:
        time.sleep(seconds)
        lines = [f"HTTP/1.1 {reply.status} Late", *(f"{name}: {text}" for name, text in reply.headers.items())]
        wire.write("\r\n".join([*lines, f"Content-Length: {len(reply.body)}", "", ""]).encode() + reply.body)

    return Reply(write=write)


def crawl(desk) -> None:

    command = [sys.executable, "-P", "-c", SHORT, "--desk", str(desk.root), "crawl", "--json"]
    subprocess.run(command, env=desk.environment, check=False, timeout=60, capture_output=True)


def reasons(desk) -> dict[str, str]:
    rows = desk.rows("SELECT url, fate, reason FROM visits")
    return {"/" + row["url"].split("/", 3)[3]: row["reason"] or row["fate"] for row in rows}


def test_redirects_and_retries_of_one_address_have_one_time_together(desk, site) -> None:
    for step in range(4):
        site.replies[f"/hop/{step}"] = stalling(0.8, Reply(status=302, headers={"Location": f"/hop/{step + 1}"}))
    site.article("/hop/4")
    site.replies["/busy"] = stalling(0.9, Reply(status=503))
    site.article("/fine")
    site.feed("/hop/0", "/busy", "/fine")
    desk.write_sources(site.source("slow"))

    crawl(desk)

    assert reasons(desk) == {"/hop/0": "timed out", "/busy": "timed out", "/fine": "archived"}
    assert "/hop/4" not in site.asked


def test_a_source_whose_answers_do_not_come_is_left_to_the_next_run(desk, site) -> None:
    paths = [f"/drip/{number}" for number in range(6)]
    site.replies |= {path: stalling(3, Reply(b"late")) for path in paths}
    site.feed(*paths)
    desk.write_sources(site.source("drips"))

    crawl(desk)

    told = sorted(reasons(desk).values())
    assert told == ["timed out"] * 3 + ["waiting"] * 3
    assert "given up for this run: answers time out" in desk.khabar("status", "--source", "drips").stdout


def test_feeds_that_do_not_answer_keep_the_articles_of_one_that_does_for_one_run_only(desk, site) -> None:
    paths = [f"/news/{number}" for number in range(3)]
    for path in paths:
        site.article(path)
    site.feed(*paths)
    leftovers = [f"/leftover/{number}" for number in range(3)]
    site.replies |= {path: stalling(3, Reply(b"late")) for path in leftovers}
    feeds = ", ".join(f'"{site.url}{path}"' for path in [*leftovers, "/feed"])
    desk.write_sources(re.sub(r"feeds = .*", f"feeds = [{feeds}]", site.source("half")))

    crawl(desk)
    assert set(reasons(desk).values()) == {"timed out"}
    crawl(desk)

    told = reasons(desk)
    assert [told[path] for path in paths] == ["archived"] * 3, told
    assert {told[path] for path in leftovers} == {"timed out"}
