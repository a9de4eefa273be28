"""Whoever crawls, the archive is the same: the process of a command, or workers that ship what they find."""

import json
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

from archive.pages import pages_beside
from benchmarks.past_site import PastSite
from crawler.newsroom import Newsroom
from crawler.newsroom.sink import WebhookSink
from tests.cluster.desk_of_a_queue import QueueDesk, contents, until
from tests.cluster.worker_process import WorkerProcess
from tests.conftest import make_desk


def pages_of(root: Path) -> list[tuple[str, int]]:
    """Address and length of the pages that the desk at *root* keeps."""
    with closing(sqlite3.connect(pages_beside(root / "archive.db"))) as db:
        return sorted(db.execute("SELECT url, size FROM pages"))


def test_a_crawl_by_workers_leaves_what_a_crawl_by_hand_does_and_the_desk_comes_home(
    queue_desk: QueueDesk, newsroom: Newsroom, tmp_path
) -> None:
    desk, plain = queue_desk.desk, make_desk(tmp_path / "plain")
    for one in (desk, plain):
        one.write_sources(newsroom.sources_toml(delay=0))
        with (one.root / "desk.toml").open("a") as config:
            config.write("keep_pages = true\n")
    by_hand = plain.crawl()

    service = queue_desk.run()
    with WorkerProcess(queue_desk.url, tmp_path / "w") as worker:
        [run] = service.until_runs(1, 90)
        counts = desk.rows("SELECT counts, outcome FROM runs")[0]
        service.stop()
        assert worker.end() == 0
    assert (run["outcome"], service.process.returncode) == ("done", 0)
    assert {row["state"] for row in queue_desk.crawls().values()} == set()
    assert not queue_desk.ask("SELECT * FROM batches") and not queue_desk.ask("SELECT * FROM procrastinate_jobs")
    assert queue_desk.url not in service.log + worker.log

    theirs, ours = contents(desk.root / "archive.db"), contents(plain.root / "archive.db")
    for name in ours:
        assert theirs[name] == ours[name], name
    assert pages_of(desk.root) == pages_of(plain.root) and len(pages_of(desk.root)) > 70
    told = {source: {**one} for source, one in json.loads(counts["counts"]).items()}
    assert told == by_hand["sources"]

    seen = len(newsroom.requests)
    again = desk.crawl()  # home again: nothing is fetched twice
    assert {one["fetched"] for one in again["sources"].values()} == {0}
    assert not [request for request in newsroom.requests[seen:] if "/article" in request.path]


def test_what_an_alert_tells_goes_out_once_though_the_service_is_killed_meanwhile(
    queue_desk: QueueDesk, newsroom: Newsroom, tmp_path
) -> None:
    desk = queue_desk.desk
    desk.write_sources(newsroom.sources_toml(delay=0.15))
    with WebhookSink() as sink, ExitStack() as ended:
        (desk.root / "alerts/alert.toml").write_text(f'[[alert]]\nid = "d"\ntopics = ["isis"]\nto = ["{sink.url}"]\n')
        first = queue_desk.run()
        worker = ended.enter_context(WorkerProcess(queue_desk.url, tmp_path / "w"))
        first.until(lambda: queue_desk.articles() >= 5, 90)
        first.kill()
        out = queue_desk.crawls()
        sent = {row["ref"] for row in desk.rows("SELECT ref FROM alerts WHERE state = 'sent'")}
        second = queue_desk.run()
        second.until_runs(2, 120)
        due = {row["ref"] for row in desk.rows("SELECT ref FROM alerts")}
        until(lambda: {message.ref for message in sink.received} >= due, [second, worker])
        second.stop()
    assert out, "it was killed while crawls were out"
    told = Counter(message.ref for message in sink.received)
    assert due and set(told) == due
    repeated = {ref for ref, times in told.items() if times > 1}
    assert not repeated & sent, "only what was being sent when it was killed may come again"
    assert len(repeated) <= 1
    assert queue_desk.articles() == len([one for one in newsroom.articles() if "/Partners/" not in one.url])
    assert not desk.rows("SELECT 1 FROM revisions")


def test_the_service_fetches_the_past_itself_and_takes_the_hosts_for_it_in_the_queue(queue_desk: QueueDesk) -> None:
    desk = queue_desk.desk
    queue_desk.schedule('cron = "0 3 1 1 *"')
    with PastSite(12) as site, ExitStack() as ended:
        desk.write_sources(site.source_toml("past", delay=0.0, ways='sitemaps = ["URL/sitemap.xml"]'))
        service = queue_desk.run()
        host = site.url.partition("://")[2]
        queue_desk.ask("INSERT INTO hosts VALUES (%s, 'crawl:1:1', now() + interval '1 hour')", host)
        command = desk.command("crawl", "past", "--backfill", "--since", "3650d", "--json")
        begun = subprocess.Popen(command, env=desk.environment, stdout=subprocess.PIPE, text=True)
        ended.callback(begun.kill)
        service.until(lambda: desk.rows("SELECT 1 FROM backfills WHERE process IS NOT NULL"), 60)
        time.sleep(1)
        asked = len(site.log)
        queue_desk.ask("UPDATE hosts SET holder = NULL")
        out, _ = begun.communicate(timeout=90)
        service.stop()
    assert asked == 0, "a worker had the host"
    assert json.loads(out)["backfills"][0]["counts"]["archived"] == 12, service.log
    assert queue_desk.ask("SELECT holder FROM hosts WHERE host = %s", host) == [{"holder": None}]
