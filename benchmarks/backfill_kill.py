"""A backfill of 5,000 articles beside live jobs, killed ten times: is an article fetched twice, or a live one late?

A service crawls two sites on schedule: one of its own, and the feed of the very site whose past is fetched. First
alone, then with the backfill, which is killed with the service at random moments and goes on with the next one. Beyond
the pages that were in flight at a kill, no article may be asked for twice, and all must be archived.
"""

import argparse
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from benchmarks.past_site import PastArticle, PastSite

EVERY = 10  # seconds between two runs of the live job, the shortest that a job may have
PUBLISH = 4.0  # seconds between two new articles of each live feed
IN_FLIGHT = 3  # requests of one backfill: crawler.spiders.backfill
_ALONE = 60.0  # seconds of the live job by itself


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="khabar-backfill-"))
    try:
        with PastSite(chosen.articles) as past, PastSite(5) as live:
            return 0 if _measure(root / "desk", past, live, chosen) else 1
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _measure(desk: Path, past: PastSite, live: PastSite, chosen: argparse.Namespace) -> bool:
    _make_desk(desk, past, live)
    old = list(past.articles)
    service = _Service(desk)
    with _publishing(past, 1_000_000), _publishing(live, 2_000_000):
        begun = datetime.now(UTC)
        service.start()
        time.sleep(_ALONE)
        _print_rhythm("alone", desk, begun, datetime.now(UTC), [])
        begun, kills = datetime.now(UTC), []
        clock = time.monotonic()
        order = _khabar(desk, "crawl", "past", "--backfill", "--since", "3650d")
        for share in sorted(random.Random(chosen.seed).uniform(0.02, 0.97) for _ in range(chosen.kills)):
            _until(lambda share=share: _settled(past, old) >= share * len(old))
            kills.append(time.time())
            service.kill()
            service.start()
        _until(lambda: _state(desk) == "done")
        took = time.monotonic() - clock
        ended = datetime.now(UTC)
        order.terminate()
        order.wait()
        _print_rhythm("beside", desk, begun, ended, kills)
        time.sleep(EVERY + 3)  # so that the last live articles are archived
        service.stop()
    return _judge(desk, past, old, kills, took)


def _judge(desk: Path, past: PastSite, old: Sequence[PastArticle], kills: Sequence[float], took: float) -> bool:
    asked = Counter(one.path for one in past.log)
    again = {article.path: asked[article.path] - 1 for article in old if asked[article.path] > 1}
    moments = {path: [one.at for one in past.log if one.path == path] for path in again}
    unexplained = [path for path, at in moments.items() if not any(0 <= kill - at[0] < 5 for kill in kills)]
    with closing(sqlite3.connect(desk / "archive.db")) as db:
        urls = {url for (url,) in db.execute("SELECT url FROM articles")}
        whole = db.execute("PRAGMA integrity_check").fetchone()[0]
        (counts,) = db.execute("SELECT counts FROM backfills").fetchone()
    paths = {url.partition("127.0.0.1:")[2].partition("/")[2] for url in urls}
    missing = [article.path for article in old if article.path.lstrip("/") not in paths]
    print(f"{len(old):,} articles in {took:.0f} s, {len(kills)} kills; counts {counts}; integrity {whole}")
    print(f"missing: {len(missing)}; asked for again: {sum(again.values())}, in flight at a kill at most "
          f"{IN_FLIGHT * len(kills)}; not explained by a kill: {len(unexplained)}")  # fmt: skip
    return not missing and not unexplained and sum(again.values()) <= IN_FLIGHT * len(kills) and whole == "ok"


def _print_rhythm(name: str, desk: Path, begun: datetime, ended: datetime, kills: Sequence[float]) -> None:
    """How far apart the live runs began, how long they took, and how late their articles came; between kills."""
    with closing(sqlite3.connect(desk / "archive.db")) as db:
        runs = [
            (_seconds(started), _seconds(finished) if finished else None)
            for started, finished in db.execute(
                "SELECT started, finished FROM runs WHERE job = 'live' AND started >= ? ORDER BY id", (_text(begun),)
            )
        ]
        late = [
            _seconds(seen) - _seconds(published)
            for published, seen in db.execute(
                "SELECT published, first_seen FROM articles WHERE published >= ? AND published < ?",
                (_text(begun), _text(ended)),
            )
            if not any(_seconds(published) - 1 <= kill <= _seconds(seen) + 1 for kill in kills)
        ]
    apart = [
        later[0] - earlier[0]
        for earlier, later in pairwise(runs)
        if not any(earlier[0] - 1 <= kill <= later[0] + 1 for kill in kills)
    ]
    lengths = [finished - started for started, finished in runs if finished is not None]
    print(f"{name}: {len(runs)} live runs; apart {_spread(apart)}, planned {EVERY}; length {_spread(lengths)}; "
          f"from publication to the archive {_spread(late)} ({len(late)} articles)")  # fmt: skip


def _spread(numbers: Sequence[float]) -> str:
    if not numbers:
        return "–"
    ordered = sorted(numbers)
    most = ordered[int(0.95 * (len(ordered) - 1))]
    return f"median {statistics.median(ordered):.1f} s, 95 % {most:.1f}, most {ordered[-1]:.1f}"


class _Service:
    def __init__(self, desk: Path) -> None:
        self._desk = desk

    def start(self) -> None:
        self._process = _khabar(self._desk, "run")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)


@contextmanager
def _publishing(site: PastSite, first: int) -> Iterator[None]:
    """New articles on *site*, one every few seconds, while the block lasts."""
    ended = threading.Event()

    def publish() -> None:
        number = first
        while not ended.wait(PUBLISH):
            site.publish(number, ("en", "ar", "ckb", "kmr")[number % 4])
            number += 1

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _make_desk(desk: Path, past: PastSite, live: PastSite) -> None:
    for folder in ("seeds/sources", "seeds/topics", "schedules", "alerts"):
        (desk / folder).mkdir(parents=True)
    (desk / "desk.toml").write_text('name = "Backfill"\n')
    sources = past.source_toml("past", ways='feeds = ["URL/feed.xml"]\nsitemaps = []') + live.source_toml(
        "live", ways='feeds = ["URL/feed.xml"]'
    )
    (desk / "seeds/sources/sites.toml").write_text(sources)
    (desk / "schedules/jobs.toml").write_text(f'[[job]]\nid = "live"\nsources = ["*"]\nevery = "{EVERY}s"\n')


def _khabar(desk: Path, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(desk), *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _settled(past: PastSite, old: Sequence[PastArticle]) -> int:
    return len({article.path for article in old} & {one.path for one in past.log})


def _state(desk: Path) -> str:
    with closing(sqlite3.connect(desk / "archive.db", timeout=10)) as db:
        row = db.execute("SELECT state FROM backfills").fetchone()
    return str(row[0]) if row else ""


def _until(true: Callable[[], bool], seconds: float = 1_800) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the backfill does not come to its end")
        time.sleep(0.2)


def _text(instant: datetime) -> str:
    return instant.replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


if __name__ == "__main__":
    sys.exit(main())
