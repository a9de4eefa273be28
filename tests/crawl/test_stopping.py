"""Ctrl-C and SIGTERM end a crawl cleanly at any moment: what is under way is kept, the rest waits."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, hostile_site


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        for number in range(40):
            site.article(f"/news/{number}")
        site.feed(*(f"/news/{number}" for number in range(40)))
        yield site


def start(desk: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        desk.command("crawl", "--json"), env=desk.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_crawl_keeps_what_it_has_and_the_next_goes_on_with_the_rest(
    desk: Any, site: HostileSite, number: signal.Signals
) -> None:
    desk.write_sources(site.source("slow").replace("delay = 0", "delay = 0.1"))
    running = start(desk)
    while sum(path.startswith("/news") for path in site.asked) < 5:
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(number)
    out, err = running.communicate(timeout=30)

    assert '"outcome": "stopped"' in out, err
    archived = len(desk.rows("SELECT 1 FROM articles"))
    waiting = len(desk.rows("SELECT 1 FROM visits WHERE fate = 'waiting'"))
    assert 0 < archived < 40
    assert archived + waiting == 40
    desk.crawl()
    assert len(desk.rows("SELECT 1 FROM articles")) == 40
    assert sorted(path for path in site.asked if path.startswith("/news")) == sorted(f"/news/{n}" for n in range(40))


def test_a_crawl_that_is_stopped_while_it_opens_ends(desk: Any, site: HostileSite, tmp_path: Path) -> None:
    desk.write_sources(site.source("site"))
    script = tmp_path / "stop_at_once.py"
    script.write_text(
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from crawler.desk import Desk\n"
        "from crawler.launch import crawl_once\n"
        "if __name__ == '__main__':\n"
        "    desk = Desk(Path(sys.argv[1]))\n"
        "    stop = lambda tallies: os.kill(os.getpid(), signal.SIGINT)\n"
        "    print(crawl_once(desk, list(desk.sources.values()), stop).outcome)\n"
    )
    done = subprocess.run(
        [sys.executable, script, desk.root],
        env=desk.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.strip() == "stopped", done.stderr
