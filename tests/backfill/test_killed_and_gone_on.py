"""kill -9, Ctrl-C, SIGTERM and --stop at any moment: nothing is lost, and nothing is fetched twice but what was in
flight; the same command, or a service, goes on."""

import json
import os
import signal
from collections import Counter
from typing import Any

import pytest
from backfill_desk import PastDesk

from benchmarks.past_site import PastSite
from crawler.spiders.backfill import _AHEAD as IN_FLIGHT

KILLED_AFTER = (1, 14, 30)
"""Articles asked for, at which the backfill is killed: among the sitemaps, at the first pages, and amid them."""


def _end(process: Any, number: int) -> None:
    os.kill(process.pid, number)
    process.communicate(timeout=30)


def test_kills_lose_nothing_and_repeat_only_what_was_in_flight(past: Any) -> None:
    for asked in KILLED_AFTER:
        process = past.start()
        past.until(lambda asked=asked: len(set(past.pages_asked())) >= asked)
        _end(process, signal.SIGKILL)
        assert past.state() in ("open", None)
        assert past.desk.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]

    told = past.backfill()

    assert told["state"] == "done"
    assert past.archived() == {article.path for article in past.site.articles}
    again = {path: number - 1 for path, number in Counter(past.pages_asked()).items() if number > 1}
    assert sum(again.values()) <= IN_FLIGHT * len(KILLED_AFTER)
    assert set(again.values()) <= {1, 2}
    assert told["counts"]["archived"] + told["counts"]["unchanged"] == told["known"] == 40, "no kill loses a count"


@pytest.mark.parametrize(("sign", "then"), [(signal.SIGINT, "3650d"), (signal.SIGTERM, "900d")])
def test_a_sign_to_end_stops_it_and_the_same_command_or_one_with_another_date_goes_on(
    past: Any, sign: int, then: str
) -> None:
    past.watch('sitemaps = ["URL/sitemap.xml"]', delay=0.1)
    process = past.start()
    past.until(lambda: len(past.pages_asked()) >= 5)
    os.kill(process.pid, sign)
    out, err = process.communicate(timeout=30)

    assert process.returncode == 1, err
    stopped = json.loads(out)["backfills"][0]
    assert stopped["state"] == "stopped"
    assert stopped["waiting"] == 40 - stopped["counts"]["archived"]
    past.watch('sitemaps = ["URL/sitemap.xml"]')
    told = past.backfill(since=then)
    assert (told["backfill"], told["state"], told["counts"]["archived"]) == (stopped["backfill"], "done", 40)
    assert max(Counter(past.pages_asked()).values()) == 1, "what was in flight was finished"


def test_another_command_stops_it_and_a_second_one_is_refused(past: Any) -> None:
    past.watch('sitemaps = ["URL/sitemap.xml"]', delay=0.8)
    process = past.start()
    past.until(lambda: len(past.pages_asked()) >= 2)

    second = past.desk.khabar("crawl", "past", "--backfill", "--since", "3650d")
    other = past.desk.khabar("crawl", "past", "--backfill", "--since", "10d")
    past.desk.khabar_at_home("crawl", "past", "--backfill", "--stop")
    anew = past.start(since="10d")  # at once: it is waited for that the first one has ended
    process.communicate(timeout=30)
    asked = len(past.pages_asked())
    past.until(lambda: len(past.pages_asked()) >= asked + 2)
    os.kill(anew.pid, signal.SIGINT)
    told = json.loads(anew.communicate(timeout=30)[0])["backfills"][0]

    assert second.returncode == other.returncode == 2
    assert "under way already" in second.stderr
    assert second.stderr.count("\n") == 1
    assert "--since 3650d is under way" in other.stderr
    assert "--stop" in other.stderr
    assert process.returncode in (0, 1)
    assert (told["backfill"], told["state"]) == (1, "stopped")
    assert max(Counter(past.pages_asked()).values()) == 1
    again = past.desk.khabar("crawl", "past", "--backfill", "--stop")
    assert again.returncode == 2
    assert again.stderr == "khabar: no backfill of past is open\n"


def test_live_runs_leave_alone_what_waits_and_a_feed_takes_what_it_shows(desk: Any) -> None:
    with PastSite(40) as site:
        past = PastDesk(desk, site)
        past.watch('sitemaps = ["URL/sitemap.xml"]', delay=0.1)
        process = past.start("--oldest-first")
        past.until(lambda: len(past.pages_asked()) >= 3)
        _end(process, signal.SIGINT)
        past.watch('feeds = ["URL/feed.xml"]')
        before = len(past.pages_asked())

        desk.crawl("past")

        assert past.pages_asked()[before:] == [article.path for article in site.articles[:5]], "the feed's alone"
        status = json.loads(desk.khabar("status", "--json").stdout)
        assert status["backfills"][0]["state"] == "stopped"
        assert status["sources"]["past"]["health"] == "ok"
        told = past.backfill("--oldest-first")
        assert told["state"] == "done"
        assert told["counts"]["left_out"]["left to the live crawls"] == 5
        assert max(Counter(past.pages_asked()).values()) == 1


def test_what_waits_is_let_go_at_once_where_the_dates_or_the_definition_were_changed(desk: Any) -> None:
    with PastSite(260, per_day=20) as site:
        past = PastDesk(desk, site)
        past.watch('sitemaps = ["URL/sitemap.xml"]', delay=0.1)
        process = past.start()
        past.until(lambda: len(past.pages_asked()) >= 3)
        _end(process, signal.SIGINT)
        toml = (desk.root / "seeds/sources/test.toml").read_text().replace("delay = 0.1", "delay = 0.0")
        desk.write_sources(toml.replace("(en|ar|ckb|kmr)", "(ar|ckb|kmr)"))

        told = past.backfill(since="30h")

        assert told["state"] == "done"
        assert told["known"] == 260
        left_out = told["counts"]["left_out"]
        assert left_out["outside the dates"] >= 200
        assert left_out["no article by the definition"] >= 5
        assert len([path for path in past.pages_asked() if path.startswith("/en/")]) <= 2
