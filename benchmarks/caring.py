"""What caring for a large archive takes, and for how long it makes a writer wait.

On a copy of an archive (or one that is made): the doctor, quick and whole; half of the articles expire; the index is
overwritten; the room is given back. All the while another process saves an article every few milliseconds, and notes
how long each had to wait for its transaction. In the end the doctor must find nothing.

usage: python -m benchmarks.caring [--articles N] [--archive FILE]
"""

import argparse
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from archive.checks.examining import examine
from archive.database import archive_bytes, open_archive, transaction
from archive.forgetting import scrub
from archive.identity import IDS_PER_SECOND
from archive.pacing import paced
from archive.retention import Retention, expire_all
from archive.storing import save
from archive.vacuuming import compact, give_back, room_of
from benchmarks.made_archive import arrivals, build

PAUSE = 0.02


def write(path: Path, ended: Event, waits: Any) -> None:
    """Saves articles of today until it is told to end; how long each transaction had to be waited for."""
    articles = arrivals(signed=True)
    now = datetime.now(UTC).replace(microsecond=0)
    with closing(open_archive(path)) as db:
        found: list[float] = []
        for number, arrival in enumerate(articles):
            if ended.is_set():
                break
            url = f"https://live.example/{now.timestamp():.0f}/{number}"
            fresh = replace(arrival, article=replace(arrival.article, url=url, published=now), seen=now)
            begun = time.monotonic()
            with transaction(db):
                found.append(time.monotonic() - begun)
                save(db, fresh)
            time.sleep(PAUSE)
        waits.put(found)


@contextmanager
def beside_a_writer(path: Path, what: str) -> Iterator[None]:
    """Tells what the block took, and how long a writer beside it waited."""
    context = multiprocessing.get_context("spawn")
    ended, waits = context.Event(), context.Queue()
    process = context.Process(target=write, args=(path, ended, waits))
    process.start()
    time.sleep(2)  # until it writes
    begun, cpu = time.monotonic(), time.process_time()
    yield
    took, cpu = time.monotonic() - begun, time.process_time() - cpu
    ended.set()
    found = sorted(waits.get(timeout=120))
    process.join()
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    waited = f"{found[len(found) // 2] * 1000:.1f} ms at the median, {found[-1] * 1000:.0f} at most"
    print(
        f"{what:28} {took:7.1f} s, {cpu:6.1f} of CPU; the writer wrote {len(found):,}, waited {waited}; "
        f"log {size / 1e6:.0f} MB",
        flush=True,
    )


def main() -> int:
    """Exit code 1 where the doctor finds anything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--archive", type=Path, help="a copy of it is worked on")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        if given.archive:
            shutil.copy(given.archive, path)
        else:
            build(path, arrivals(), given.articles)
        return _care(path)


def _care(path: Path) -> int:
    with closing(open_archive(path)) as db:
        (number,) = db.execute("SELECT count(*) FROM article_head").fetchone()
        if not room_of(db).gives_back:
            _timed("written anew as a whole", lambda: compact(db, path))
        print(f"{number:,} articles, {archive_bytes(path) / 1e6:,.0f} MB", flush=True)
        for quick in (True, False):
            with beside_a_writer(path, f"doctor{' --quick' if quick else ''}"):
                found = _examined(path, quick)
            _tell(found)
        (middle,) = db.execute("SELECT id FROM article_head ORDER BY id LIMIT 1 OFFSET ?", (number // 2,)).fetchone()
        half = datetime.fromtimestamp(middle // IDS_PER_SECOND, UTC)
        now = datetime.now(UTC) + timedelta(seconds=1)
        with beside_a_writer(path, "half of them expire"):
            print(f"{sum(paced(expire_all(db, Retention(days=(now - half).days), now))):,} expired")
        with beside_a_writer(path, "the index is overwritten"):
            scrub(db)
        with beside_a_writer(path, "room is given back"):
            given = sum(paced(give_back(db)))
        print(f"{given / 1e6:,.0f} MB were given back; {archive_bytes(path) / 1e6:,.0f} MB are left")
    found = _examined(path, quick=False)
    _tell(found)
    print(f"highest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 1 if found else 0


def _timed(what: str, work: Callable[[], object]) -> None:
    begun = time.monotonic()
    work()
    print(f"{what:28} {time.monotonic() - begun:7.1f} s", flush=True)


def _examined(path: Path, quick: bool) -> list[str]:
    with closing(open_archive(path, read_only=True)) as db:
        found = examine(db, path, datetime.now(UTC), quick=quick)
        return [f"{one.name}: {one.count} {one.wrong} {one.examples}" for one in found if one.is_wrong]


def _tell(found: list[str]) -> None:
    for line in found:
        print(f"  FOUND {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
