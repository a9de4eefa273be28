"""A worker crawls for a desk that is elsewhere, and ships what a crawl there would have archived."""

from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version

from crawler.newsroom import Newsroom
from pipelines.saved import Saved
from seeds.sources import Source
from tests.cluster.small_service import SmallService, until
from tests.cluster.worker_process import WorkerProcess

A_DAY = 86_400.0
"""Seconds, by which the desk's clock is ahead of everybody else's."""


def test_what_a_worker_ships_is_what_stands_on_the_sites(service: SmallService, newsroom: Newsroom, tmp_path) -> None:
    sources = service.sources(newsroom.sources_toml(delay=0))
    bad = service.plan(sources.pop("meridian"), parcel=b"\x93no parcel")
    drawn = service.plan(Source(id="drawn", name="Drawn", render=True), queue="crawls-1-render")
    crawls = [service.plan(source, keep_pages=source.id == "kani") for source in sources.values()]
    service.ask("UPDATE queue SET desk_ahead = %s", A_DAY)

    with WorkerProcess(service.url, tmp_path / "w", KHABAR_CHROMIUM="/nowhere") as worker:
        until(lambda: all(service.ends(crawl) for crawl in (bad, *crawls)), told=lambda: worker.log)

        assert [end.reasons for end in service.ends(bad)] == [{"fault in Khabar": 1}]
        arrivals = [one.record.arrival for one in service.taken if isinstance(one.record, Saved)]
        expected = [one for one in newsroom.articles() if one.site != "meridian" and "/Partners/" not in one.url]
        assert sorted(arrival.article.url for arrival in arrivals) == sorted(article.url for article in expected)
        assert {arrival.article.language for arrival in arrivals} == {"en", "ar", "ckb", "kmr"}
        titles = {article.url: article.title for article in expected}
        assert all(arrival.article.title == titles[arrival.article.url] for arrival in arrivals)
        topics = Counter(tag.topic for arrival in arrivals for tag in arrival.tags)
        assert len(topics) >= 4 and all(arrival.signature for arrival in arrivals)
        assert {arrival.article.source for arrival in arrivals if arrival.page} == {"kani"}, "pages are kept of one"
        present = datetime.now(UTC)
        ahead = [(arrival.seen - present).total_seconds() for arrival in arrivals]
        assert all(A_DAY - 120 < seconds < A_DAY + 60 for seconds in ahead), "times are the desk's"
        for crawl in crawls:
            (end,) = service.ends(crawl)
            assert not end.handed_back and end.fetched == len(service.articles(crawl)) and not end.lost_ways
        assert service.state(drawn)["state"] == "waiting", "who has no browser takes nothing that needs one"
        requests = sum(service.ends(crawl)[0].requests for crawl in crawls)
        until(lambda: service.ask("SELECT 1 FROM workers WHERE articles = %s AND crawls = 0", len(arrivals)))
        (row,) = service.ask("SELECT * FROM workers")
        assert (row["name"], row["draining"], row["waits"], row["requests"]) == ("w1", False, False, requests)
        assert row["articles_per_second"] > 0 and row["version"] == version("khabar")
        assert not service.ask("SELECT * FROM hosts WHERE holder IS NOT NULL")
        until(lambda: len(service.ask("SELECT * FROM procrastinate_jobs")) == 1)

        assert worker.end() == 0
    assert not service.ask("SELECT * FROM workers") and not list(worker.root.glob("khabar-worker-*"))
    assert "crawl 1 of meridian ended by a fault: cannot be read" in worker.log and "Traceback" not in worker.log
    assert service.url not in worker.log and "destroyed" not in worker.log
