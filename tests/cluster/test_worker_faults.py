"""A worker that is killed, paused or ended, or whose queue is away or full: nothing is lost, nothing asked twice."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from archive.article import Fate
from crawler.cluster.address import read_address
from crawler.cluster.queue import open_queue
from crawler.newsroom import Newsroom
from crawler.newsroom.newsroom import source_toml
from pipelines.saved import RefusedPage, Saved
from seeds.sources import Source
from tests.cluster.small_service import SmallService, until
from tests.cluster.worker_process import WorkerProcess
from tests.crawl.serving import serving
from tests.postgres_server import PostgresServer


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(sites=["kani"]) as room:
        yield room


def slow(service: SmallService, room: Newsroom, *, delay: float = 0.25) -> Source:
    """A source of fourteen articles whose crawl takes four seconds, or as long as *delay* makes it."""
    return service.sources(room.sources_toml(delay=delay))["kani"]


def paths(room: Newsroom) -> list[str]:
    return [request.path for request in room.requests]


def test_a_killed_worker_leaves_what_it_shipped_and_another_goes_on(
    service: SmallService, room: Newsroom, tmp_path: Path
) -> None:
    crawl = service.plan(slow(service, room))
    with WorkerProcess(service.url, tmp_path / "w") as killed:
        until(lambda: service.take() and len(service.articles()) >= 4, told=lambda: killed.log)
        killed.kill()
    assert list((tmp_path / "w").glob("khabar-worker-*"))

    with WorkerProcess(service.url, tmp_path / "w", name="w2") as other:
        service.take_back(crawl)
        until(lambda: service.ends(crawl), told=lambda: other.log)
        assert {one.attempt for one in service.taken} == {1, 2}
        assert set(service.articles()) == {article.url for article in room.articles()}
        assert other.end() == 0
    assert not list((tmp_path / "w").glob("khabar-worker-*")), "nobody took away what the killed one left"


def test_a_worker_that_slept_too_long_gives_its_crawl_up(service: SmallService, room: Newsroom, tmp_path: Path) -> None:
    crawl = service.plan(slow(service, room))
    with WorkerProcess(service.url, tmp_path / "w") as sleeper:
        until(lambda: service.take() and len(service.articles()) >= 3, told=lambda: sleeper.log)
        sleeper.pause()
        service.take_back(crawl)
        before, asked = len(service.articles()), len(room.requests)
        with WorkerProcess(service.url, tmp_path / "w", name="w2") as other:
            until(lambda: len(room.requests) > asked + 3, told=lambda: other.log)
            sleeper.resume()
            until(lambda: "not ours any more" in sleeper.log, told=lambda: sleeper.log)
            until(lambda: service.ends(crawl), told=lambda: other.log)
            state = service.state(crawl)
            assert (state["attempt"], state["state"]) == (2, "working")
        late = [one for one in service.taken if one.attempt == 1 and isinstance(one.record, Saved)]
        assert len(late) == before, "what a worker ships that is fenced must not be taken"
        asked_for = Counter(paths(room))
        again = [path for path in paths(room)[:asked] if asked_for[path] > 1]
        assert len(paths(room)) == len(set(paths(room))) + len(again), "the one that slept asked on"

        service.ask("DELETE FROM crawls")
        more = service.plan(service.sources(room.sources_toml(delay=0))["kani"])
        until(lambda: service.ends(more), told=lambda: sleeper.log)
        assert sleeper.end() == 0


def test_a_worker_that_ends_hands_back_what_it_could_not_finish(
    service: SmallService, room: Newsroom, tmp_path: Path
) -> None:
    crawl = service.plan(slow(service, room, delay=1))
    with WorkerProcess(service.url, tmp_path / "w") as worker:
        until(lambda: service.take() and len(service.articles()) >= 3, told=lambda: worker.log)
        assert worker.end() == 0, worker.log
        (end,) = service.ends(crawl)
        assert end.handed_back and 3 <= len(service.articles()) < len(room.articles())
        assert len(service.articles()) <= end.fetched < len(room.articles())
        assert not service.ask("SELECT * FROM workers")
        assert not service.ask("SELECT * FROM hosts WHERE holder IS NOT NULL")
        assert not service.ask("SELECT * FROM procrastinate_jobs")


def test_the_deadline_of_a_run_ends_its_crawl_and_not_its_worker(
    service: SmallService, room: Newsroom, tmp_path: Path
) -> None:
    crawl = service.plan(slow(service, room, delay=1))
    with WorkerProcess(service.url, tmp_path / "w") as worker:
        until(lambda: service.take() and len(service.articles()) >= 2, told=lambda: worker.log)
        asyncio.run(abort(service.url, service.state(crawl)["job"]))
        (end,) = until(lambda: service.ends(crawl), told=lambda: worker.log)
        assert not end.handed_back and 2 <= len(service.articles()) <= end.fetched < len(room.articles())

        service.ask("DELETE FROM crawls")
        more = service.plan(service.sources(room.sources_toml(delay=0))["kani"])
        until(lambda: service.ends(more), told=lambda: worker.log)


async def abort(url: str, job: int) -> None:
    async with await open_queue(read_address(url, {})) as queue:
        await queue.app.job_manager.cancel_job_by_id_async(job, abort=True)


def test_a_queue_that_restarts_amid_a_crawl_ends_nothing(
    service: SmallService, room: Newsroom, tmp_path: Path, postgres: PostgresServer
) -> None:
    service.ask("UPDATE queue SET stalled = 20")
    crawl = service.plan(slow(service, room))
    with WorkerProcess(service.url, tmp_path / "w") as worker:
        until(lambda: service.take() and len(service.articles()) >= 3, told=lambda: worker.log)
        postgres.kill()
        asked = len(room.requests)
        until(lambda: len(room.requests) > asked + 2, told=lambda: worker.log)
        postgres.start()
        until(lambda: service.ends(crawl), told=lambda: worker.log)
        assert Counter(service.articles()) == Counter(article.url for article in room.articles())
        assert len(set(paths(room))) == len(paths(room)), "nothing is asked for twice"
        assert service.url not in worker.log and "is away" in worker.log
        assert worker.end() == 0


def test_a_queue_that_is_made_anew_knows_its_workers_by_numbers_of_its_own(
    service: SmallService, room: Newsroom, tmp_path: Path
) -> None:
    """What docs/cluster.md says of data that are lost; and a number there may be another worker's by now."""
    numbers = "SELECT id, name FROM workers ORDER BY id"
    with WorkerProcess(service.url, tmp_path / "w") as worker:
        until(lambda: service.ask(numbers) == [{"id": 1, "name": "w1"}], told=lambda: worker.log)
        service.ask("UPDATE queue SET stalled = 9")  # it beats every second
        service.ask("DROP SCHEMA khabar CASCADE")
        until(lambda: "takes no beat" in worker.log, told=lambda: worker.log)
        anew = SmallService(service.url, tmp_path, stalled=9)
        anew.ask(
            "INSERT INTO workers (name, version, parcel_format, record_format, process, places) "
            "VALUES ('other', '1', 1, 1, 7, 2)"
        )
        until(lambda: [row["name"] for row in anew.ask(numbers)] == ["other", "w1"], told=lambda: worker.log)
        crawl = anew.plan(anew.sources(room.sources_toml(delay=0))["kani"])
        until(lambda: anew.ends(crawl), told=lambda: worker.log)
        assert anew.ask("SELECT worker FROM crawls") == [{"worker": 2}]
        assert worker.end() == 0
        assert [row["name"] for row in anew.ask(numbers)] == ["other"]
    assert "Traceback" not in worker.log


def test_a_worker_waits_while_the_queue_is_full(service: SmallService, room: Newsroom, tmp_path: Path) -> None:
    service.fill()
    crawl = service.plan(service.sources(room.sources_toml(delay=0))["kani"])
    with WorkerProcess(service.url, tmp_path / "w") as worker:
        until(lambda: [row["waits"] for row in service.ask("SELECT waits FROM workers")] == [True])
        until(lambda: len(room.requests) == len(room.articles()) + 2)  # what it holds of one crawl is bounded
        assert not service.ask("SELECT * FROM batches WHERE crawl = %s", crawl)
        service.ask("DELETE FROM batches")
        until(lambda: service.ends(crawl), told=lambda: worker.log)
        assert sorted(service.articles()) == sorted(article.url for article in room.articles())
        until(lambda: [row["waits"] for row in service.ask("SELECT waits FROM workers")] == [False])


def test_two_crawls_of_one_worker_ask_a_host_one_after_the_other(
    service: SmallService, room: Newsroom, tmp_path: Path
) -> None:
    (site,) = room.sites.values()
    port = int(site.url.rpartition(":")[2])
    toml = "\n".join(source_toml(site, port, 0, name=name) for name in ("a", "b"))
    crawls = [service.plan(source) for source in service.sources(toml).values()]
    with WorkerProcess(service.url, tmp_path / "w") as worker:
        until(lambda: all(service.ends(crawl) for crawl in crawls), told=lambda: worker.log)
    asked = paths(room)
    feed = [place for place, path in enumerate(asked) if path == "/news-sitemap.xml"]
    assert len(feed) == 2
    first, second = asked[feed[0] : feed[1]], asked[feed[1] :]
    assert len(first) == len(second) == 1 + len(room.articles()), "their requests are mixed"


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>
<item><title>Here</title><link>http://127.0.0.1:{a}/here</link></item>
<item><title>There</title><link>http://127.0.0.1:{a}/there</link></item>
<item><title>Nothing</title><link>http://127.0.0.1:{a}/nothing/here</link></item></channel></rss>"""
STORY = "<p>" + "The council said on Tuesday that the bridge will open again in spring, after a year of work. " * 8


def test_a_redirect_leads_to_no_host_that_another_worker_asks(service: SmallService, tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []
    ports: dict[str, int] = {}

    def site(name: str) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((name, self.path))
                moved = (name, self.path) == ("a", "/there")
                missing = self.path == "/robots.txt"
                self.send_response(404 if missing else 302 if moved else 200)
                if moved:
                    self.send_header("Location", f"http://127.0.0.1:{ports['b']}/there")
                self.end_headers()
                page = f"<html><title>Bridge {self.path} opens</title><body><h1>Bridge opens</h1>{STORY}</body></html>"
                page = page.replace(STORY, "") if "nothing" in self.path else page
                body = FEED.format(a=ports["a"]) if self.path == "/feed" else "" if moved or missing else page
                self.wfile.write(body.encode())

            def log_message(self, *args: object) -> None:
                """Nothing."""

        return Handler

    with serving(site("a")) as ports["a"], serving(site("b")) as ports["b"]:
        toml = (
            f'[[source]]\nid = "a"\nname = "A"\nlanguage = "en"\nfeeds = ["http://127.0.0.1:{ports["a"]}/feed"]\n'
            f'article = "here"\ndelay = 0\nprivate = true\nports = [{ports["a"]}, {ports["b"]}]\n'
        )
        other = f"127.0.0.1:{ports['b']}"
        service.ask("INSERT INTO hosts VALUES (%s, 'crawl:99:1', now() + interval '1 hour')", other)
        crawl = service.plan(service.sources(toml)["a"], keep_pages=True)
        with WorkerProcess(service.url, tmp_path / "w") as worker:
            until(lambda: ("a", "/there") in asked and service.take() and service.articles(), told=lambda: worker.log)
            assert not [name for name, _ in asked if name == "b"] and not service.ends(crawl)
            service.ask("UPDATE hosts SET holder = NULL WHERE host = %s", other)
            (end,) = until(lambda: service.ends(crawl), told=lambda: worker.log)
        assert ("b", "/there") in asked and not end.fates.get(Fate.FAILED) and end.fetched == 3
        (refused,) = [one.record.page for one in service.taken if isinstance(one.record, RefusedPage)]
        assert refused.url.endswith("/nothing/here") and refused.refused, "what shows no article is kept for a while"
    (row,) = service.ask("SELECT * FROM hosts WHERE host = %s", other)
    assert row["holder"] is None, "it is free for others again"
