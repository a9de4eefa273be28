"""What hostile pages do to a crawl: nothing but a fate of their own, beside a healthy source that is archived whole."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, cut_gzip, gzip_bomb, hostile_site, many_attributes

MEGABYTE = 1024 * 1024


@pytest.fixture
def attacker() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


@pytest.fixture
def healthy() -> Iterator[HostileSite]:
    with hostile_site() as site:
        for number in range(12):
            site.article(f"/news/{number}")
        site.feed(*(f"/news/{number}" for number in range(12)))
        yield site


@pytest.fixture
def secret() -> Iterator[HostileSite]:
    with hostile_site() as site:
        site.article("/secret", words="hidden treasure")
        yield site


def fates(desk, source: str) -> dict[str, str]:
    rows = desk.rows("SELECT url, fate, reason FROM visits WHERE source = ?", source)
    return {"/" + row["url"].split("/", 3)[3]: f"{row['fate']}: {row['reason']}" for row in rows}


class Peak(threading.Thread):
    """The largest memory of a process and its descendants together, shared pages counted once (Linux)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.megabytes, self.done, self.root = 0.0, threading.Event(), 0

    def run(self) -> None:
        while not self.done.wait(0.1):
            self.megabytes = max(self.megabytes, sum(map(_proportional, _tree(self.root))) / MEGABYTE)


def _tree(root: int) -> list[int]:
    found = [root]
    for process in found:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue
    return found


def _proportional(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def test_attacks_beside_a_healthy_source_each_get_a_fate(desk, attacker, healthy, secret) -> None:
    attacker.replies |= {
        "/redirect": Reply(status=302, headers={"Location": secret.url + "/secret"}),
        "/decimal": Reply(status=302, headers={"Location": f"http://2130706433:{secret.port}/secret"}),
        "/bomb": gzip_bomb(900),
        "/attributes": many_attributes(100_000),
        "/loop": Reply(status=302, headers={"Location": "/loop"}),
        "/pdf": Reply(b"%PDF-1.7\n" + b"\0\xff" * 4000, headers={"Content-Type": "text/html"}),
        "/short": Reply(b"<p>cut", headers={"Content-Type": "text/html", "Content-Length": "5000"}),
        "/cut": cut_gzip("".join(f"<p>Paragraph {number} of a page that ends too soon.</p>" for number in range(500))),
        "/part": Reply(b"<p>Only a part of the page.", 206, headers={"Content-Type": "text/html"}),
        "/file": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
    }
    attacker.feed(*attacker.replies, "http://127.0.0.1:9/elsewhere", "http://169.254.169.254/latest/meta-data/")
    desk.write_sources(attacker.source("attacker") + healthy.source("healthy"))
    peak = Peak()

    running = subprocess.Popen(desk.command("crawl", "--json"), env=desk.environment, stdout=subprocess.DEVNULL)
    peak.root = running.pid
    peak.start()
    begun = time.monotonic()
    assert running.wait(90) in (0, 1)
    peak.done.set()
    peak.join()

    assert len(desk.rows("SELECT 1 FROM articles WHERE source = 'healthy'")) == 12
    assert not desk.rows("SELECT 1 FROM articles WHERE source = 'attacker'")
    assert "/secret" not in secret.asked, "a secret of another loopback server was read"
    assert fates(desk, "attacker") == {
        "/redirect": "refused: port not allowed",
        "/decimal": "refused: port not allowed",
        "/bomb": "refused: too large",
        "/attributes": "failed: took too long",
        "/loop": "refused: too many redirects",
        "/pdf": "refused: not HTML (PDF)",
        "/short": "failed: cut short",
        "/cut": "failed: cut short",
        "/part": "failed: HTTP 206",
        "/file": "refused: redirect not followed",
        "/elsewhere": "refused: port not allowed",
        "/latest/meta-data/": "refused: port not allowed",
    }
    assert peak.megabytes < 700
    assert time.monotonic() - begun < 60
