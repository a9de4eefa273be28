"""How long the pages of the web face take, over HTTP, while a crawl writes.

    python -m benchmarks.web [--articles 100000] [--archive FILE] [--rounds 60] [--sources 20]

The archive is that of `benchmarks.scale`, four languages, 960 articles a day, and its newest article is of this
minute; one that is given is filled up to now. Beside the questions another process saves 25 articles a second,
published as they are saved. Each page is asked for again and again, one request at a time, over a connection that
stays open, other articles and words each time. Times are of a clock on the wall, from the request to the last byte of
the answer; beside them stands how much longer that is than a row of Datasette's own, asked for in the same run.
"""

import argparse
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import quote

from httpx import Client

from archive.database import open_archive
from archive.overview import article_count, source_ids
from archive.storing import Arrival
from benchmarks.made_archive import BEGIN, TOPICS, VOCABULARIES, arrivals
from benchmarks.measure import environment, share
from benchmarks.scale import BETWEEN, COPIED, RATE, crawl_beside, save_many, write_on
from topics.fold import fold

_BESIDE = 50_000_000  # the number from which the articles are counted that are saved beside the questions

Page = Callable[[random.Random, sqlite3.Connection], str]
"""Chooses an address."""


def fill(path: Path, articles: int) -> None:
    """Lets the archive end now: a new one with so many articles, one that is there from its end on."""
    now = datetime.now(UTC)
    with closing(open_archive(path)) as db:
        db.execute("PRAGMA synchronous = OFF")  # a machine that loses power makes another one
        there = article_count(db)
        begin = BEGIN if there else now - articles * BETWEEN
        size = int((now - begin) / BETWEEN)
        more = arrivals(first=there, between=BETWEEN, copied=COPIED, signed=True, begin=begin)
        save_many(db, more, there, size)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _published_now() -> Iterator[Arrival]:
    """What is saved beside the questions."""
    between = timedelta(seconds=1) / RATE
    begin = datetime.now(UTC) - _BESIDE * between
    return arrivals(first=_BESIDE, between=between, copied=COPIED, signed=True, begin=begin)


def make_desk(root: Path, archive: Path, sources: int) -> None:
    """A desk around the *archive*, which watches so many of its sources."""
    (root / "desk.toml").write_text('name = "Benchmark"\ntimezone = "Asia/Baghdad"\n', encoding="utf-8")
    (root / "archive.db").symlink_to(archive.resolve())
    folder = root / "seeds" / "sources"
    folder.mkdir(parents=True)
    with closing(open_archive(archive, read_only=True)) as db:
        names = source_ids(db)
    tables = [
        f'[[source]]\nid = "{name}"\nname = "Site {name}"\nlanguage = "{name.rpartition("-")[2]}"\n'
        f'feeds = ["https://{name}.example/feed"]\n'
        for name in sorted(names, key=lambda name: int(name[4:].partition("-")[0]))[:sources]
    ]
    (folder / "all.toml").write_text("\n".join(tables), encoding="utf-8")


@contextmanager
def _served(root: Path) -> Iterator[str]:
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(root), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            if process.stderr is None or not (found := re.search(r"http://\S+", process.stderr.readline())):
                raise RuntimeError("the web face does not begin")
            yield found[0].rstrip("/")
        finally:
            process.terminate()


def _word(chance: random.Random, ranks: slice) -> str:
    while not (folded := fold(chance.choice(chance.choice(VOCABULARIES).words[ranks])).string):
        pass  # a dash, which stands among the words
    return folded


def _searching(*ranks: slice) -> Page:
    return lambda chance, _db: f"/search?q={quote(' '.join(_word(chance, one) for one in ranks))}"


def _article(chance: random.Random, db: sqlite3.Connection) -> str:
    first, last = db.execute("SELECT min(id), max(id) FROM article_head").fetchone()
    found = db.execute("SELECT id FROM article_head WHERE id >= ? LIMIT 1", (chance.randrange(first, last),)).fetchone()
    return f"/articles/{found[0]}"


def _topic(more: str = "", suffix: str = "") -> Page:
    return lambda chance, _db: f"/topics/{chance.choice(TOPICS[:7])}{suffix}{more}"


def _source(chance: random.Random, _db: sqlite3.Connection) -> str:
    return f"/sources/wire{chance.randrange(4)}-{chance.choice(VOCABULARIES).language}"


_RARE, _MIDDLING, _COMMON = slice(8_000, 20_000), slice(300, 2_000), slice(0, 20)
PAGES: dict[str, Page] = {
    "Datasette's row": lambda chance, db: _article(chance, db).replace("/articles/", "/archive/article_text/"),
    "home": lambda _chance, _db: "/",
    "topic, 30 days": _topic(),
    "topic, a year": _topic("?days=365"),
    "topic, hours of a day": lambda chance, db: (
        f"{_topic()(chance, db)}?day={datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    ),
    "topic's Atom feed": _topic(suffix=".atom"),
    "article": _article,
    "search, nothing asked": lambda _chance, _db: "/search",
    "search, a rare word": _searching(_RARE),
    "search, a middling word": _searching(_MIDDLING),
    "search, a common word": _searching(_COMMON),
    "search, three words": _searching(_MIDDLING, _COMMON, _COMMON),
    "search, by relevance": lambda chance, db: f"{_searching(_COMMON)(chance, db)}&sort=relevance",
    "search, a topic": lambda chance, _db: f"/search?topic={chance.choice(TOPICS[:7])}",
    "search's Atom feed": lambda chance, db: _searching(_MIDDLING)(chance, db).replace("/search", "/search.atom"),
    "sources": lambda _chance, _db: "/sources",
    "a source": _source,
    "alerts": lambda _chance, _db: "/alerts",
    "live": lambda _chance, _db: "/live",
}


def measure(archive: Path, rounds: int, sources: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each page: `p50`, `p95`, `most`, and its `kilobytes`."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        make_desk(Path(folder), archive, sources)
        with (
            closing(open_archive(archive, read_only=True)) as db,
            crawl_beside("benchmarks.web", str(archive)),
            _served(Path(folder)) as address,
            Client(base_url=address, timeout=60) as client,
        ):
            for name, choose in PAGES.items():
                chance, seconds, sizes = random.Random(name), [], []
                for number in range(rounds + 2):
                    asked = choose(chance, db)
                    begun = time.perf_counter()
                    answer = client.get(asked)
                    taken = time.perf_counter() - begun
                    if answer.status_code != 200:
                        raise RuntimeError(f"{asked}: {answer.status_code}\n{answer.text[:500]}")
                    if number >= 2:  # the first ones load what is loaded once
                        seconds.append(taken)
                        sizes.append(len(answer.content) / 1e3)
                found[name] = {
                    "p50": share(seconds, 0.5), "p95": share(seconds, 0.95), "most": share(seconds, 1.0),
                    "kilobytes": median(sizes),
                }  # fmt: skip
    return found


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web", description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=100_000, help="of an archive that is made (default 100,000)")
    parser.add_argument("--archive", type=Path, help="one of benchmarks.scale, or to be kept there")
    parser.add_argument("--rounds", type=int, default=60, help="requests of each page (default 60)")
    parser.add_argument("--sources", type=int, default=20, help="that the desk watches (default 20)")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        write_on(given.write, _published_now())
        return 0
    with tempfile.TemporaryDirectory() as folder:
        archive = given.archive or Path(folder) / "archive.db"
        fill(archive, given.articles)
        with closing(open_archive(archive, read_only=True)) as db:
            print(f"{article_count(db):,} articles")
        found = measure(archive, given.rounds, given.sources)
    row = found["Datasette's row"]["p50"]
    for name, taken in found.items():
        print(
            f"{name:26}p50 {taken['p50']:7.1f}  p95 {taken['p95']:7.1f}  most {taken['most']:7.1f} ms"
            f"  {taken['p50'] / row:5.1f} rows of Datasette's  {taken['kilobytes']:6.0f} kB"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
