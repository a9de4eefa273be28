"""What must not hold the service up, and what must never be seen of it."""

import os
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from crawler.newsroom import Newsroom
from crawler.newsroom.sink import FAIL, WebhookSink

sys.path.insert(0, str(Path(__file__).parent.parent / "crawl"))
from hostile_site import HostileSite, Reply, hostile_site


@pytest.fixture
def hanging() -> Iterator[HostileSite]:
    """A site whose articles never answer."""
    gone = Event()
    with hostile_site() as site:
        site.feed("/news/1", "/news/2")
        for number in (1, 2):
            site.replies[f"/news/{number}"] = Reply(write=lambda socket: gone.wait(30))
        yield site
        gone.set()


def test_sigterm_ends_it_within_ten_seconds_while_a_site_hangs(
    desk: Any, hanging: HostileSite, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    desk.write_sources(hanging.source("hanging"))
    write()
    service = run()
    service.until(lambda: "/news/1" in hanging.asked or "/news/2" in hanging.asked)
    assert service.stop() < 10
    assert service.process.returncode == 0, service.log
    assert service.runs()[0]["outcome"] == "stopped"
    assert {row["fate"] for row in desk.rows("SELECT fate FROM visits WHERE url LIKE '%/news/%'")} == {"waiting"}


def test_a_source_is_not_to_blame_for_a_run_that_was_stopped_but_for_one_that_came_to_its_deadline(
    desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    gone = Event()
    with hostile_site() as site:
        site.feed("/news/1")
        site.article("/news/1")
        desk.write_sources(site.source("slow"))
        write(job='every = "10s"')
        first = run()
        first.until_runs(1)
        site.replies["/feed"] = Reply(write=lambda socket: gone.wait(30))
        asked = site.asked.count("/feed")
        first.until(lambda: site.asked.count("/feed") > asked)
        first.stop()
        assert first.runs()[-1]["outcome"] == "stopped"
        assert desk.khabar("status").returncode == 0

        write(job='every = "10s"\ndeadline = "2s"')
        second = run()
        second.until(lambda: [one for one in second.runs() if one["outcome"] == "deadline"])
        assert "not read before the deadline" in desk.khabar("status").stdout
        gone.set()
        second.stop()


def test_a_run_that_hangs_is_cut_off_at_its_deadline_and_recorded(
    desk: Any, hanging: HostileSite, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    desk.write_sources(hanging.source("hanging"))
    write(job='every = "1h"\ndeadline = "2s"')
    service = run()
    (ended,) = service.until_runs(1, seconds=15)
    assert ended["outcome"] == "deadline"
    service.until_logged("job all cut off at its deadline")
    done = desk.khabar("status")
    assert done.returncode == 1
    assert "the last run of job all was cut off at its deadline" in done.stdout
    assert service.stop() < 10


def test_sigterm_does_not_wait_for_a_channel_that_hangs(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    gone = Event()

    def hang(post: Any) -> Any:
        gone.wait(30)
        return FAIL

    with WebhookSink(behave=hang) as sink:
        write(to=[sink.url], topics=["isis"])
        service = run()
        service.until_runs(1)
        took = service.stop()
        gone.set()
    assert took < 10
    assert newsroom_desk.rows("SELECT DISTINCT state FROM alerts") == [{"state": "waiting"}]


class _Watchdog:
    """Counts the calls of a heartbeat URL."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        watchdog = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                watchdog.calls.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()


@pytest.fixture
def watchdog() -> Iterator[_Watchdog]:
    watchdog = _Watchdog()
    yield watchdog
    watchdog.server.shutdown()
    watchdog.thread.join()
    watchdog.server.server_close()


def test_the_heartbeat_is_called_after_good_runs_only(
    newsroom_desk: Any, newsroom: Newsroom, watchdog: _Watchdog, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    write(job='every = "10s"')
    desk_file = newsroom_desk.root / "desk.toml"
    desk_file.write_text(desk_file.read_text() + 'heartbeat = "env:BEAT"\n')
    service = run(BEAT=f"http://127.0.0.1:{watchdog.server.server_port}/ping/4f1c-secret")
    service.until_runs(1)
    service.until(lambda: watchdog.calls == ["/ping/4f1c-secret"])
    newsroom.__exit__(None, None, None)  # every source is gone from now on
    service.until_runs(2)
    service.stop()
    newsroom.__enter__()
    assert len(watchdog.calls) == 1
    assert "4f1c-secret" not in service.log


def test_a_secret_is_seen_nowhere(newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]) -> None:
    with WebhookSink(behave=lambda post: FAIL) as sink:
        host = sink.url.removeprefix("json://").removesuffix("/hook")
        secrets = {
            "POST": f"json://desk:Pa55w0rd%21x@{host}/services/T0PSECRET/K3Y12345?+X-Token=abcd1234efgh",
            "BOT": "tgram://123456789:AAFakeTokenOfABot_x1/987654321",
            "MAIL": "mailto://desk:S3cretMail@127.0.0.1:9?from=a@example.org&to=b@example.org",
        }
        write(to=["env:POST", "env:MAIL"], topics=["isis"])
        service = run("-v", **secrets)
        service.until(lambda: len(sink.posts) >= 3)
        service.until(lambda: newsroom_desk.rows("SELECT 1 FROM alerts WHERE channel = 'env:MAIL' AND error <> ''"))
        told = [newsroom_desk.khabar(*words).stdout for words in (("status",), ("alerts", "list", "--json"))]
        service.stop()
    errors = {row["error"] for row in newsroom_desk.rows("SELECT error FROM alerts WHERE error IS NOT NULL")}
    assert errors, "something is said of what failed"
    kept = b"".join(path.read_bytes() for path in newsroom_desk.root.glob("archive.db*"))
    for secret in ("Pa55w0rd", "T0PSECRET", "K3Y12345", "abcd1234efgh", "S3cretMail"):
        assert secret not in service.log
        assert secret.encode() not in kept
        assert not any(secret in text for text in told)


def test_a_storm_of_reloads_holds_up_neither_the_crawl_nor_the_end(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    write()
    service = run()
    service.until_logged("opening")
    for _ in range(200):
        service.reload()
    service.until_runs(1)
    for _ in range(200):
        service.reload()
    assert service.stop() < 10
    assert service.process.returncode == 0, service.log
    assert service.log.count("reloaded; watching") < 20


def test_a_pipe_among_the_files_is_refused_and_not_waited_for(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    write()
    service = run()
    service.until_runs(1)
    os.mkfifo(newsroom_desk.root / "alerts/pipe.toml")
    service.reload()
    service.until_logged("pipe.toml: is not a file")
    assert service.stop() < 10


def test_what_a_run_that_was_cut_off_still_asked_for_is_asked_for_once_by_the_next(
    desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    with hostile_site() as site:
        paths = [f"/news/{number}" for number in range(6)]
        site.feed(*paths)
        gone = Event()
        for path in paths:
            site.replies[path] = Reply(write=lambda socket: gone.wait(30))
        desk.write_sources(site.source("hanging"))
        write(job='every = "10s"\ndeadline = "2s"')
        service = run()
        (cut, *_) = service.until_runs(1)
        assert cut["outcome"] == "deadline"
        hung = [path for path in site.asked if path.startswith("/news")]
        for path in paths:
            site.article(path)
        gone.set()
        service.until(lambda: len(desk.rows("SELECT 1 FROM articles")) == 6)
        service.stop()
    asked = Counter(path for path in site.asked if path.startswith("/news"))
    assert asked == Counter(paths) + Counter(hung)
    assert len(hung) <= 2, "one at a time"


def test_a_crawl_whose_archive_cannot_be_written_any_more_ends_and_says_so(newsroom_desk: Any) -> None:
    """The kernel refuses to let any file of the process grow beyond a megabyte, as a full disk does."""
    done = newsroom_desk.khabar(
        "crawl", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    )
    assert done.returncode == 2
    assert "archive.db" in done.stderr.splitlines()[-1]
    assert newsroom_desk.khabar("crawl").returncode == 0, "and the next one goes on"
