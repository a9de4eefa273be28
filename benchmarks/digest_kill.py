"""Whether a digest is told once, whole, whatever kills the service around its time.

A process archives articles, makes rounds and delivers to a webhook on loopback, with a clock that runs six hundred
times as fast: a digest comes every second, and a cool-down gathers what comes in between. It is killed again and again
within some tenths of a second around a digest, and started again at once.

usage: python -m benchmarks.digest_kill [--kills N] [--seed N]
"""

import argparse
import asyncio
import itertools
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.channels import open_channel
from alerts.definitions import Alert
from alerts.delivery import Delivery, Outbox
from alerts.keeping import Keeper
from alerts.messages.composing import Composer
from alerts.rounds import Rounds
from alerts.watching import Watch
from archive.article import Article
from archive.database import open_archive
from archive.outbox import message_counts, release_leases
from archive.rehearsing import still_waiting
from archive.storing import Arrival, save
from archive.writer import Writer
from crawler.newsroom.sink import WebhookSink

FASTER = 600
"""Ten minutes of the clock in a second."""
_BEGIN = datetime(2026, 3, 14, tzinfo=UTC)
_EVERY = timedelta(minutes=10)
_AROUND = (-0.15, 0.45)  # seconds around a digest in which it is killed: before, while it is written, while it is sent
_PAUSE = 0.02  # seconds between two articles
_ENOUGH = 120  # seconds for what is left at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it."""

    kills: int
    articles: int
    windows: int  # of the digest, with something to tell
    repeats: int  # messages that came again, under the same ref
    faults: tuple[str, ...]


class _Clock:
    def __init__(self, started: float) -> None:
        self._started = started

    def __call__(self) -> datetime:
        return _BEGIN + timedelta(seconds=FASTER * (time.time() - self._started))


def _alerts(url: str) -> dict[str, Alert]:
    digest = Alert(id="digest", when="digest", cron="*/10 * * * *", to=(url,))
    return {"digest": digest, "each": Alert(id="each", cooldown="25m", to=(url,))}


async def _serve(path: Path, url: str, clock: _Clock, *, last: bool) -> None:
    """What the service does, and articles on top: until it is killed, or with *last* until nothing is left to tell."""
    watch = Watch(alerts=_alerts(url))
    with closing(Writer(path)) as writer, closing(open_archive(path, read_only=True)) as reader:
        await writer.written(release_leases)
        outbox = Outbox(reader, writer)
        channel, composer = open_channel("to", url, {}), Composer(alerts=watch.alerts, sources={}, topics={})
        delivery = Delivery(outbox, composer.message_for, {url: channel}, clock=clock)
        keeper = Keeper(Rounds(watch=watch), outbox, clock=clock)
        delivering = asyncio.create_task(delivery.run())
        number = await writer.written(lambda db: db.execute("SELECT count(*) FROM article_head").fetchone()[0])
        while not (last and await writer.written(_is_done)):
            await keeper.look()
            if not last:
                number += 1
                await writer.written(lambda db, number=number: _archive(db, watch, number, clock()))  # type: ignore[misc]
                print(number, flush=True)
            await asyncio.sleep(_PAUSE)
        await delivery.stop(1)
        delivering.cancel()


def _archive(db: sqlite3.Connection, watch: Watch, number: int, at: datetime) -> None:
    text = f"Report number {number} of the day tells of the road, the river and the bridge."
    article = Article(url=f"https://news.example/{number}", source="wire", title=f"Report {number}", text=text)
    arrival = Arrival(article=article, seen=at)
    watch.tell(db, arrival, save(db, arrival))


def _is_done(db: sqlite3.Connection) -> bool:
    return not still_waiting(db) and not message_counts(db, states=["waiting"])


def measure(folder: Path, *, kills: int, chance: random.Random) -> Outcome:
    """Runs it in *folder*, with so many *kills*."""
    path, started = folder / "archive.db", time.time()
    with WebhookSink() as sink:
        acknowledged = 0
        for number in range(kills + 1):
            last = ["--last"] if number == kills else []
            process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.digest_kill", "--serve", str(path), sink.url, str(started), *last],
                stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            assert process.stdout
            with process, process.stdout as said:
                if last:
                    process.wait(_ENOUGH)
                    break
                acknowledged = int(said.readline())
                _sleep_until_around_a_digest(started, chance)
                process.send_signal(signal.SIGKILL)
                acknowledged = max([acknowledged, *(int(line) for line in said if line.endswith("\n"))])
        with closing(open_archive(path, read_only=True)) as db:
            faults = tuple(_faults(db, sink, acknowledged))
            windows = db.execute("SELECT count(*) FROM alerts WHERE kind = 'digest'").fetchone()[0]
        refs = Counter(post.ref for post in sink.received)
        return Outcome(
            kills=kills, articles=acknowledged, windows=windows, repeats=refs.total() - len(refs), faults=faults
        )


def _sleep_until_around_a_digest(started: float, chance: random.Random) -> None:
    every = _EVERY.total_seconds() / FASTER
    passed = time.time() - started
    digest = (passed // every + chance.randint(2, 3)) * every
    time.sleep(digest + chance.uniform(*_AROUND) - passed)


def _faults(db: sqlite3.Connection, sink: WebhookSink, acknowledged: int) -> Iterator[str]:
    """Whatever was lost, split or told otherwise the second time."""
    articles = [row[0] for row in db.execute("SELECT id FROM article_head")]
    if len(articles) < acknowledged:
        yield f"{acknowledged - len(articles)} acknowledged articles are lost"
    windows = db.execute("SELECT * FROM windows WHERE kind = 'digest' ORDER BY id").fetchall()
    yield from (
        f"window {after['id']} does not begin where {before['id']} ends"
        for before, after in itertools.pairwise(windows)
        if after["begin"] != before["end"]
    )
    told = Counter(row[0] for row in db.execute("SELECT article FROM window_articles WHERE window IS NOT NULL"))
    if sorted(told) != sorted(articles) or max(told.values()) > 1:
        yield f"digests told of {told.total()} articles, of {len(articles)}"
    rows = db.execute("SELECT window, count(*), min(ref) FROM alerts WHERE kind = 'digest' GROUP BY window").fetchall()
    with_articles = {row[0] for row in db.execute("SELECT DISTINCT window FROM window_articles")}
    if {row[0] for row in rows} != with_articles or any(row[1] != 1 for row in rows):
        yield "a window has no message, or several"
    texts = defaultdict(set)
    for post in sink.received:
        texts[post.ref].add((post.title, post.message))
    owed = {row[0] for row in db.execute("SELECT ref FROM alerts WHERE state <> 'gathered'")}
    if texts.keys() != owed:
        yield f"{len(owed - texts.keys())} messages never came, {len(texts.keys() - owed)} were nobody's"
    yield from (f"{ref} came with several texts" for ref, several in texts.items() if len(several) > 1)
    alone = Counter(row[0] for row in db.execute("SELECT article FROM alerts WHERE kind = 'each'"))
    if sorted(alone) != sorted(articles) or max(alone.values()) > 1:
        yield "an article was told by no message of its own nor with others, or twice"


def main() -> int:
    """Prints the outcome; 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--last", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        path, url, started = options.serve
        asyncio.run(_serve(Path(path), url, _Clock(float(started)), last=options.last))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        outcome = measure(Path(folder), kills=options.kills, chance=random.Random(options.seed))
    print(
        f"{outcome.kills} kills, {outcome.articles} articles, {outcome.windows} digests, {outcome.repeats} messages "
        f"came again under their ref, {len(outcome.faults)} faults"
    )
    print(*outcome.faults, sep="\n")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
