"""Beside `khabar run` the service does it: it takes the order up, tells how far it is, and after a kill -9 the next one
goes on by itself."""

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from backfill_desk import PastDesk

from crawler.backfill.work import NOT_HERE
from crawler.spiders.backfill import _AHEAD as IN_FLIGHT


class _Services:
    def __init__(self, desk: Any, log: Path) -> None:
        self.desk, self.log = desk, log
        self.process: Any = None

    def start(self) -> None:
        with self.log.open("a") as out:
            self.process = subprocess.Popen(self.desk.command("run"), env=self.desk.environment, stdout=out, stderr=out)

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.wait(20)


@pytest.fixture
def service(past: PastDesk, tmp_path: Path) -> Iterator[_Services]:
    """Starts and ends services of the test's desk."""
    (past.desk.root / "schedules/job.toml").write_text('[[job]]\nid = "live"\nsources = ["*"]\ncron = "0 3 1 1 *"\n')
    services = _Services(past.desk, tmp_path / "service.log")
    yield services
    if services.process.poll() is None:
        services.end(signal.SIGKILL)


def _is_up(service: _Services) -> bool:
    return "watching" in service.log.read_text()


def test_the_service_takes_it_up_and_the_next_one_goes_on(past: Any, service: _Services) -> None:
    past.watch('archives = ["URL/archive/%Y/%m/%d"]\nlistings = ["URL/about"]', delay=0.05)
    past.site.replies["/about"] = 200, {"Content-Type": "text/html"}, b"<html><a href='/'>no news here</a></html>"
    past.site.replies["/robots.txt"] = past.site.replies["/sitemap.xml"] = 404, {}, b""
    service.start()
    past.until(lambda: _is_up(service))
    order = past.start(since="9d")
    past.until(lambda: len(past.pages_asked()) >= 4)
    service.end(signal.SIGKILL)
    _, err = order.communicate(timeout=30)
    assert order.returncode == 2
    assert "the service has ended" in err

    service.start()
    past.until(lambda: past.state() == "done", 60)

    assert past.archived() == {article.path for article in past.site.articles}
    again = sum(number - 1 for number in Counter(past.pages_asked()).values())
    assert again <= IN_FLIGHT
    told = json.loads(past.desk.khabar("status", "--json").stdout)["backfills"][0]
    assert (told["state"], told["waiting"]) == ("done", 0)


def test_leaving_it_to_the_service_and_stopping_it(past: Any, service: _Services) -> None:
    past.watch('sitemaps = ["URL/sitemap.xml"]', delay=0.3)
    service.start()
    past.until(lambda: _is_up(service))
    order = past.start("--oldest-first")
    past.until(lambda: past.state() == "open")
    past.until(lambda: past.desk.rows("SELECT process FROM backfills")[0]["process"] == service.process.pid)
    os.kill(order.pid, signal.SIGINT)
    out, err = order.communicate(timeout=30)
    assert order.returncode == 128 + signal.SIGINT
    assert "The service goes on with it" in err
    assert json.loads(out)["backfills"][0]["state"] == "open"

    stopped = past.desk.khabar("crawl", "past", "--backfill", "--stop", "--json")

    assert json.loads(stopped.stdout)["backfills"][0]["state"] == "stopped"
    past.until(lambda: past.desk.rows("SELECT count(*) AS n FROM runs WHERE outcome IS NULL")[0]["n"] == 0)
    asked = len(past.site.log)
    service.end(signal.SIGTERM)
    assert len(past.site.log) <= asked + 1


def test_a_source_that_vanished_ends_its_backfill(past: Any, service: _Services) -> None:
    past.watch('sitemaps = ["URL/sitemap.xml"]', delay=0.2, more="budget = { pages = 3 }")
    past.desk.write_sources(
        past.site.source_toml("past", delay=0.2, ways='sitemaps = ["URL/sitemap.xml"]', more="budget = { pages = 3 }")
        + past.site.source_toml("other", ways='feeds = ["URL/feed.xml"]')
    )
    service.start()
    past.until(lambda: _is_up(service))
    order = past.start("--oldest-first")
    past.until(lambda: past.state() == "open")
    past.desk.write_sources(past.site.source_toml("other", ways='feeds = ["URL/feed.xml"]'))
    service.process.send_signal(signal.SIGHUP)

    out, _ = order.communicate(timeout=60)

    told = json.loads(out)["backfills"][0]
    assert (told["state"], told["cause"]) == ("stopped", NOT_HERE)
