"""Sources that do not answer keep none of the others waiting: a crawl that waits gives its place away."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site

TWO_PLACES = """
import json, sys
from pathlib import Path
from crawler import launch, settings
from seeds import bounds
from crawler.desk import Desk

if __name__ == "__main__":
    bounds.CRAWLS_AT_ONCE, settings.DOWNLOAD_TIMEOUT = 2, 90
    desk = Desk(Path(sys.argv[1]))
    tallies = launch.crawl_once(desk, list(desk.sources.values())).tallies
    print(json.dumps({source: tally.as_dict() for source, tally in tallies.items()}))
"""


class Silence:
    """A server's, which lasts until *pages* pages have been served elsewhere."""

    def __init__(self, pages: int) -> None:
        self._left = pages
        self._broken = Event()

    def keep(self, wire: Any) -> None:
        """Answers nothing, as long as it lasts, and then hangs up."""
        self._broken.wait(100)

    def break_after(self, reply: Reply) -> Reply:
        """*reply*, counted as it is served."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(reply.body)}\r\n\r\n".encode()

        def write(wire: Any) -> None:
            wire.write(head + reply.body)
            self._left -= 1
            if self._left <= 0:
                self._broken.set()

        return Reply(write=write)


@pytest.fixture
def sites() -> Iterator[list[HostileSite]]:
    with ExitStack() as stack:
        yield [stack.enter_context(hostile_site()) for _ in range(6)]


@pytest.mark.timeout(400)
def test_sources_that_never_answer_leave_their_places_to_those_that_wait(
    desk: Any, sites: list[HostileSite], tmp_path: Path
) -> None:
    silent, healthy = sites[:2], sites[2:]
    silence = Silence(pages=len(healthy))
    for site in silent:
        site.replies["/robots.txt"] = site.replies["/feed"] = Reply(write=silence.keep)
    for number, site in enumerate(healthy):
        site.article("/news/1", words=f"harvest {number}")
        site.feed("/news/1")
        site.replies["/news/1"] = silence.break_after(site.replies["/news/1"])
    desk.write_sources("\n".join(site.source(f"site-{number}") for number, site in enumerate(sites)))
    script = tmp_path / "two_places.py"
    script.write_text(TWO_PLACES)

    done = subprocess.run(
        [sys.executable, "-P", str(script), str(desk.root)], capture_output=True, text=True, env=desk.environment,
        timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert [counts[f"site-{number}"]["archived"] for number in range(6)] == [0, 0, 1, 1, 1, 1]
    assert all("timed out" not in source["reasons"] for source in counts.values())
