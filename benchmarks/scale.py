"""How an archive answers as it grows: at ten thousand articles, a hundred thousand, a million, while a crawl writes.

    python -m benchmarks.scale [--sizes 10000 100000 1000000] [--archive FILE] [--questions 200] [--into FILE]

One archive grows from size to size: four languages, 960 articles a day, one in twelve a copy of another source's, each
with signature, story, tags and evidence. At each size the questions are asked, each time about other words, while
another process saves 25 articles a second, which is what a crawl of two cores brings. Times are of a clock on the wall.

What is saved is timed by the processor's clock, in transactions of fifty: with index, tags and evidence; then with
signatures and stories too; and either with the folding of the text, which the stage of tags has done already.

FILE is JSON, of which `docs/scale.py` draws the chart. An archive that is given is used as it is, and grows.
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median

from archive.database import archive_bytes, open_archive, transaction
from archive.likeness import Met
from archive.overview import article_count
from archive.search import Filters, count, search
from archive.stories import find_story
from archive.storing import Arrival, save
from archive.trends import bounds, trends
from archive.writer import Writer
from benchmarks.made_archive import BEGIN, TOPICS, VOCABULARIES, arrivals
from benchmarks.measure import environment, share
from topics.fold import fold

SIZES = (10_000, 100_000, 1_000_000)
BETWEEN = timedelta(seconds=90)
COPIED = 0.08
RATE = 25  # articles a second that the crawl beside it brings
BATCH = 50
WRITTEN = 3_000  # articles of which the writing is timed
_GROWN_AT_ONCE = 500
_TERM_RANKS = {"rare": (8_000, 20_000), "middling": (300, 2_000), "common": (0, 20)}

Ask = Callable[[sqlite3.Connection, random.Random], Callable[[], object]]
"""Chooses a question; what it gives asks it."""


def _term(chance: random.Random, kind: str) -> str:
    while not (folded := fold(chance.choice(chance.choice(VOCABULARIES).words[slice(*_TERM_RANKS[kind])])).string):
        pass  # a dash, which stands among the words
    return folded


def _of_term(kind: str) -> Ask:
    return lambda db, chance: _asked(db, f'"{_term(chance, kind)}"')


def _asked(db: sqlite3.Connection, query: str, **more: object) -> Callable[[], object]:
    return lambda: search(db, query, **more)  # type: ignore[arg-type]


def _words(db: sqlite3.Connection, chance: random.Random) -> list[str]:
    """The words of some article."""
    last: int = db.execute("SELECT max(id) FROM article_head").fetchone()[0]
    place = chance.randrange(int(BEGIN.timestamp()) * 1_000_000, last)
    row = db.execute("SELECT text FROM article_text WHERE id >= ? ORDER BY id LIMIT 1", (place,)).fetchone()
    return [token for token in fold(row[0]).tokens if len(token) > 1]


def _phrase(db: sqlite3.Connection, chance: random.Random) -> Callable[[], object]:
    words = _words(db, chance)
    start = chance.randrange(len(words) - 1)
    return _asked(db, f'"{words[start]} {words[start + 1]}"')


def _three(db: sqlite3.Connection, chance: random.Random) -> Callable[[], object]:
    return _asked(db, " ".join(f'"{word}"' for word in chance.sample(_words(db, chance), 3)))


def _topic_week_term(db: sqlite3.Connection, chance: random.Random) -> Callable[[], object]:
    last = datetime.fromtimestamp(db.execute("SELECT max(id) FROM article_head").fetchone()[0] / 1e6, UTC)
    since = BEGIN + chance.random() * max(last - BEGIN - timedelta(days=7), timedelta())
    filters = Filters(topics=[chance.choice(TOPICS)], since=since, until=since + timedelta(days=7))
    return _asked(db, f'"{_term(chance, chance.choice(["middling", "common"]))}"', filters=filters)


def _relevance(db: sqlite3.Connection, chance: random.Random) -> Callable[[], object]:
    return _asked(db, f'"{_term(chance, chance.choice(["middling", "common"]))}"', sort="relevance")


def _count(db: sqlite3.Connection, chance: random.Random) -> Callable[[], object]:
    query = f'"{_term(chance, "common")}"'
    return lambda: count(db, query)


def _trend(db: sqlite3.Connection, chance: random.Random) -> Callable[[], object]:
    number, topic = chance.choice(db.execute("SELECT id, name FROM topic_names ORDER BY name").fetchall())
    last = datetime.fromtimestamp(db.execute("SELECT max(id) FROM article_head").fetchone()[0] / 1e6, UTC)
    spans = bounds(last - timedelta(days=30), last, "day", UTC)
    return lambda: trends(db, spans, topics={topic: number}, now=last, zone=UTC)


def _near_duplicate(db: sqlite3.Connection, chance: random.Random) -> Callable[[], object]:
    newest: int = db.execute("SELECT max(number) FROM signatures").fetchone()[0]
    row = db.execute(
        "SELECT signature, seen FROM signatures WHERE number <= ? ORDER BY number DESC LIMIT 1",
        (newest - chance.randrange(min(newest, 5_000)),),
    ).fetchone()
    seen = datetime.fromisoformat(row["seen"])
    return lambda: find_story(db, Met(row["signature"], "arriving", seen), seen)


QUESTIONS: dict[str, tuple[Ask, float, float]] = {
    "a rare term": (_of_term("rare"), 15, 50),
    "a middling term": (_of_term("middling"), 15, 50),
    "a common term": (_of_term("common"), 15, 50),
    "a phrase": (_phrase, 15, 50),
    "three words": (_three, 15, 50),
    "topic, week and term": (_topic_week_term, 15, 50),
    "a count": (_count, 15, 50),
    "by relevance": (_relevance, 60, 100),
    "the trend of a topic": (_trend, 1, 1),
    "copies of an arrival": (_near_duplicate, 2, 2),
}
"""Each with the milliseconds that half of them, and 95 in 100, may take, as `docs/scale.py` has them too."""


def grow(path: Path, size: int) -> None:
    """Lets the archive have so many articles, as `arrivals` gives them."""
    with closing(open_archive(path)) as db:
        db.execute("PRAGMA synchronous = OFF")  # a machine that loses power makes another one
        first = article_count(db)
        save_many(db, _arrivals(first, signed=True), first, size)


def save_many(db: sqlite3.Connection, articles: Iterator[Arrival], first: int, size: int) -> None:
    """Saves *articles*, of which the first makes the archive one larger than *first*, until it has *size*."""
    for done in range(first, size, _GROWN_AT_ONCE):
        with transaction(db):
            for arrival in islice(articles, min(_GROWN_AT_ONCE, size - done)):
                save(db, arrival)
        if sys.stderr.isatty():
            print(f"\r{done:,} of {size:,} articles", end="", file=sys.stderr)


def _arrivals(first: int, *, signed: bool) -> Iterator[Arrival]:
    return arrivals(first=first, between=BETWEEN, copied=COPIED, signed=signed)


def written(path: Path, *, signed: bool, folded: bool) -> float:
    """Articles that are saved in a second of a processor, in transactions of BATCH; *folded*: their words are known, as
    they are when the stage of tags has had them."""
    with closing(open_archive(path)) as db:
        articles, taken = _arrivals(article_count(db), signed=signed), 0.0
        for _ in range(WRITTEN // BATCH):
            batch = list(islice(articles, BATCH))
            for arrival in batch:
                for text in (arrival.article.title or "", arrival.article.text) if folded else ():
                    fold(text)
            if not folded:  # what `signed` has folded must not count as known
                for number in range(2 * BATCH + 100):
                    fold(f"another text {number}")
            begun = time.process_time()
            with transaction(db):
                for arrival in batch:
                    save(db, arrival)
            taken += time.process_time() - begun
    return WRITTEN / taken


def write_on(path: Path, articles: Iterator[Arrival]) -> None:
    """What the process beside the questions does, until it is ended: it saves RATE *articles* a second."""
    writer, begun = Writer(path), time.monotonic()
    for number, arrival in enumerate(articles):
        time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
        writer.submit(lambda db, arrival=arrival: save(db, arrival)).result()  # type: ignore[misc]


@contextmanager
def crawl_beside(module: str, *arguments: str) -> Iterator[None]:
    """While this lasts, *module* writes what a crawl would bring, in a process of its own."""
    command = [sys.executable, "-m", module, "--write", *arguments]
    with subprocess.Popen(command, env=environment()) as process:
        try:
            time.sleep(3)  # it fills its bands
            yield
            if process.poll() is not None:
                raise RuntimeError("the process that writes has ended")
        finally:
            process.kill()


def ask(path: Path, number: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each kind of question: `p50`, `p95`, `most`."""
    found = {}
    with (
        closing(open_archive(path)) as db,
        crawl_beside("benchmarks.scale", str(path), str(article_count(db))),
    ):
        for name, (choose, *_) in QUESTIONS.items():
            chance, seconds = random.Random(name), []
            choose(db, chance)()
            for _ in range(number):
                question = choose(db, chance)
                begun = time.perf_counter()
                question()
                seconds.append(time.perf_counter() - begun)
            found[name] = {label: share(seconds, part) for label, part in PARTS.items()}
    return found


PARTS = {"p50": 0.5, "p95": 0.95, "most": 1.0}


def starts(path: Path, *, cold: bool, rounds: int = 9) -> float:
    """Seconds until the first line of `khabar search`; *cold*: nothing of the archive is in memory."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "desk.toml").write_text('name = "Benchmark"\ntimezone = "UTC"\n', encoding="utf-8")
        (root / "archive.db").symlink_to(path.resolve())
        chance = random.Random(cold)
        for _ in range(rounds):
            if cold:
                _forget_pages(path)
            words = [_term(chance, "middling"), "--limit", "5"]
            command = [sys.executable, "-P", "-m", "crawler", "--desk", folder, "search", *words]
            begun = time.perf_counter()
            with subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
            ) as process:
                if process.stdout is None or not process.stdout.readline():
                    raise RuntimeError("it found nothing")
                seconds.append(time.perf_counter() - begun)
    return median(seconds)


def _forget_pages(path: Path) -> None:
    """Lets the system keep nothing of the archive in memory, where it may be told so."""
    for file in path.parent.glob(f"{path.name}*"):
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def _read_whole(path: Path) -> None:
    """Lets the system have the archive in memory, where there is room."""
    with path.open("rb") as file:
        while file.read(2**20):
            pass


def measure(path: Path, size: int, questions: int) -> dict[str, object]:
    """All figures at one size."""
    grow(path, size)
    with closing(open_archive(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found: dict[str, object] = {"articles": size, "bytes": archive_bytes(path)}
    _read_whole(path)
    found["questions"] = ask(path, questions)
    found["written"] = {
        f"{'with' if signed else 'without'} stories, {'folded before' if folded else 'folding'}": written(
            path, signed=signed, folded=folded
        )
        for signed in (False, True)
        for folded in (True, False)
    }
    found["start"] = {"warm": starts(path, cold=False)} | (
        {"cold": starts(path, cold=True)} if hasattr(os, "posix_fadvise") else {}
    )
    return found


def print_figures(found: dict[str, object]) -> None:
    """The figures of one size."""
    print(f"\n{found['articles']:,} articles, {found['bytes'] / 1e6:,.0f} MB")  # type: ignore[operator]
    for name, taken in found["questions"].items():  # type: ignore[attr-defined]
        most_median, most_p95 = QUESTIONS[name][1:]
        verdict = "" if taken["p50"] <= most_median and taken["p95"] <= most_p95 else "  TOO SLOW"
        print(f"  {name:24}p50 {taken['p50']:8.2f}  p95 {taken['p95']:8.2f}  most {taken['most']:8.2f} ms{verdict}")
    for name, rate in found["written"].items():  # type: ignore[attr-defined]
        print(f"  written {name:34}{rate:7,.0f} a second of a processor")
    for name, seconds in found["start"].items():  # type: ignore[attr-defined]
        print(f"  first line of khabar search, {name:10}{seconds:7.2f} s")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--archive", type=Path, help="one made before, or to be kept there")
    parser.add_argument("--questions", type=int, default=200, help="of each kind (default 200)")
    parser.add_argument("--into", type=Path, help="a file for the figures, JSON")
    parser.add_argument("--write", nargs=2, metavar=("PATH", "FIRST"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        write_on(Path(given.write[0]), _arrivals(int(given.write[1]), signed=True))
        return 0
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        path = given.archive or Path(folder) / "archive.db"
        for size in sorted(given.sizes):
            figures.append(measure(path, size, given.questions))
            print_figures(figures[-1])
            if given.into:
                given.into.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
