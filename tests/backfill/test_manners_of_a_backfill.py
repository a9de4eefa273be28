"""How a backfill behaves towards its site, and towards live crawls: it gives way, waits when it is asked to, and does
not blame pages for a site that is down."""

import json
import os
import signal
import subprocess
import time
from typing import Any

from backfill_desk import PastDesk

from benchmarks.past_site import PastSite
from crawler.spiders.backfill import _AHEAD as IN_FLIGHT


def test_one_request_at_a_time_with_the_source_s_delay(past: Any) -> None:
    past.watch('sitemaps = ["URL/sitemap.xml"]', delay=0.15)
    past.backfill(since="30h")
    moments = [asked.at for asked in past.site.log]
    assert len(moments) > 10
    assert moments[-1] - moments[0] >= 0.15 * (len(moments) - 1) - 0.1


def test_retry_after_is_waited_for(past: Any) -> None:
    article, answers = past.site.articles[4], [(429, {"Retry-After": "11"}, b"later")]
    past.site.replies[article.path] = lambda: answers.pop() if answers else None
    process = past.start()
    past.until(lambda: not answers)
    refused = time.time()
    past.until(lambda: past.desk.rows("SELECT waits_until FROM backfills")[0]["waits_until"])
    told = json.loads(past.desk.khabar("status", "--json").stdout)["backfills"][0]
    assert "asked to be left alone" in told["cause"]

    out, _ = process.communicate(timeout=60)

    assert json.loads(out)["backfills"][0]["counts"]["archived"] == 40
    after = [asked.at for asked in past.site.log if asked.at > refused]
    assert min(after) - refused >= 10
    assert past.site.asked_for(article) == 2


def test_a_site_that_is_down_is_waited_for_and_its_pages_are_not_blamed(past: Any) -> None:
    down = {"is": False}
    for article in past.site.articles[10:]:
        past.site.replies[article.path] = lambda: (500, {}, b"down") if down["is"] else None
    past.site.replies[past.site.articles[9].path] = lambda: down.update({"is": True})
    process = past.start()
    past.until(lambda: past.state() and past.desk.rows("SELECT waits_until FROM backfills")[0]["waits_until"])
    told = json.loads(past.desk.khabar("status", "--json").stdout)["backfills"][0]
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=30)

    assert "does not answer (HTTP 500)" in told["cause"]
    assert told["counts"]["failed"] == 0
    assert told["waiting"] == 30
    asked = len(past.pages_asked())
    assert asked <= 10 + 3 * (3 + IN_FLIGHT), "three pages and those under way, each tried three times"
    down["is"] = False
    past.site.replies.clear()
    assert past.backfill()["counts"]["archived"] == 40


def test_a_site_that_is_down_from_the_beginning_does_not_lose_its_only_sitemap(past: Any) -> None:
    past.site.replies["/sitemap.xml"] = 503, {}, b"down"
    process = past.start()
    past.until(lambda: past.state() and past.desk.rows("SELECT waits_until FROM backfills")[0]["waits_until"])
    told = json.loads(past.desk.khabar("status", "--json").stdout)["backfills"][0]
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=30)

    assert "does not answer (HTTP 503)" in told["cause"]
    assert past.desk.rows("SELECT tries, state FROM backfill_ways") == [{"tries": 0, "state": "waiting"}]
    past.site.replies.clear()
    assert past.backfill()["counts"]["archived"] == 40


def test_a_backfill_asks_nothing_while_a_live_crawl_goes_on(desk: Any) -> None:
    """In one process, as in a service: the live crawl's requests come without one of the backfill between them."""
    with PastSite(36, feed=6) as site:
        past = PastDesk(desk, site)
        past.watch('feeds = ["URL/feed.xml"]\nsitemaps = []', delay=0.1)
        (desk.root / "schedules/job.toml").write_text('[[job]]\nid = "live"\nsources = ["*"]\nevery = "10s"\n')
        service = subprocess.Popen(
            desk.command("run"), env=desk.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            past.until(lambda: len(past.pages_asked()) >= 6)
            order = past.start("--oldest-first")
            past.until(lambda: len(past.pages_asked()) >= 10)
            new = [site.publish(1_000 + number).path for number in range(4)]
            past.until(lambda: set(new) <= set(past.pages_asked()))
            out, err = order.communicate(timeout=60)
        finally:
            service.terminate()
            service.wait(20)
    told = json.loads(out)["backfills"][0]
    assert (told["state"], order.returncode) == ("done", 0), err
    paths = [asked.path for asked in site.log]
    first = next(place for place, path in enumerate(paths) if path in new)
    assert set(paths[first : first + 4]) == set(new), "the backfill waited until the live crawl was over"
    assert len(past.archived()) == 40
    assert max(paths.count(path) for path in set(past.pages_asked())) == 1
