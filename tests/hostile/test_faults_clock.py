"""A clock that is set, ahead or back by days: what was planned under it silences no crawl, no retry and no look."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.hosts import Hold
from archive.ways import Way
from crawler.manners.hosts import Host
from crawler.validators import conditions

sys.path.insert(0, str(Path(__file__).parents[1] / "crawl"))
from hostile_site import HostileSite, Reply, hostile_site

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CRAWL = """
import asyncio, sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from crawler.desk import Desk
from crawler.launch import Crawling, on_reactor
from pipelines.workbench import open_workbench

if __name__ == "__main__":
    desk, off = Desk(Path(sys.argv[1])), timedelta(days=float(sys.argv[2]))
    workbench = replace(
        open_workbench(desk.archive, desk.packs, desk.watch), clock=lambda: datetime.now(UTC) + off
    )
    try:
        summary = on_reactor(lambda: Crawling(desk, workbench).run(list(desk.sources.values())))
    finally:
        workbench.close()
    tally = summary.tallies["site"]
    print(summary.outcome, tally.fates["archived"], tally.fates["failed"], tally.fates["revised"])
"""


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


@pytest.mark.parametrize("days", [40, -5], ids=["ahead", "behind"])
def test_a_crawl_under_a_wrong_clock_hides_nothing_from_the_next_one(
    desk: Any, site: HostileSite, tmp_path: Path, days: float
) -> None:
    script = tmp_path / "crawl.py"
    script.write_text(CRAWL)
    desk.write_sources(site.source("site"))

    def crawl(off: float) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-P", str(script), str(desk.root), str(off)], env=desk.environment, capture_output=True,
            text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    site.article("/news/1")
    site.replies["/news/2"] = Reply(status=404)
    site.feed("/news/1", "/news/2")
    outcome = crawl(days)
    assert outcome[:2] == ["done", "1"]
    site.article("/news/2")
    site.article("/news/3")
    site.feed("/news/1", "/news/2", "/news/3")
    crawl(0)
    crawl(0)
    archived = {row["url"].rpartition("/")[2] for row in desk.rows("SELECT url FROM articles")}
    assert archived == {"1", "2", "3"}
    assert {row["outcome"] for row in desk.rows("SELECT outcome FROM runs")} == {"done"}


def test_a_host_is_left_alone_no_longer_than_it_asked_though_the_clock_is_set_back() -> None:
    host = Host(key="a.example")
    host.keep(Hold(until=NOON + timedelta(seconds=60), reason="HTTP 429", holds=1), NOON)
    assert 59 < host.held(NOON) <= 60
    assert host.held(NOON - timedelta(days=1)) <= 60
    assert host.held(NOON + timedelta(seconds=61)) < 0


def test_not_modified_is_not_believed_of_what_was_read_in_the_future() -> None:
    way = Way(url="https://a.example/feed", source="a", health="ok", etag='"1"', last_full=NOON, last_success=NOON)
    assert conditions(way, NOON + HOUR / 2) == {"If-None-Match": '"1"'}
    assert conditions(way, NOON + HOUR) == {}
    assert conditions(way, NOON - HOUR / 2) == {}
