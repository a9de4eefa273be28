"""A site that makes up addresses without end fills no archive: a run writes down so many new ones, the newest."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site

FEW = """
import crawler.memory as memory
memory.MAX_NEW_ADDRESSES = 6
from crawler.cli import main
main()
"""


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


def crawl(desk) -> None:
    command = [sys.executable, "-P", "-c", FEW, "--desk", str(desk.root), "crawl", "--json"]
    subprocess.run(command, env=desk.environment, check=False, timeout=60, capture_output=True)


def feed_of(site: HostileSite, numbers: range) -> Reply:
    items = "".join(
        f"<item><title>Story {number}</title><link>{site.url}/story?session={number}</link>"
        f"<pubDate>Mon, 02 Mar 2026 10:{number:02}:00 GMT</pubDate></item>"
        for number in numbers
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title>{items}</channel></rss>'
    return Reply(body.encode(), headers={"Content-Type": "application/rss+xml", "ETag": '"same"'})


def test_the_newest_of_new_addresses_are_written_down_and_the_others_counted(desk, site) -> None:
    site.replies["/feed"] = feed_of(site, range(40))
    for number in range(40):
        site.article(f"/story?session={number}", words=f"harvest {number}")
    desk.write_sources(site.source("endless", budget="{ pages = 4 }"))

    crawl(desk)

    seen = {int(row["url"].rpartition("=")[2]) for row in desk.rows("SELECT url FROM visits")}
    assert seen == {34, 35, 36, 37, 38, 39}
    assert "too many new addresses" in desk.khabar("status", "--source", "endless").stdout


def test_what_was_not_written_down_is_seen_by_the_next_run_though_the_feed_says_that_it_is_unchanged(
    desk, site
) -> None:
    site.replies["/feed"] = feed_of(site, range(9))
    for number in range(9):
        site.article(f"/story?session={number}", words=f"harvest {number}")
    desk.write_sources(site.source("some", budget="{ pages = 6 }"))

    crawl(desk)
    first = len(desk.rows("SELECT 1 FROM articles"))
    crawl(desk)

    assert (first, len(desk.rows("SELECT 1 FROM articles"))) == (6, 9)
