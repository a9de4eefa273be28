"""How long `khabar topics retag` takes on a large archive, and whether search and a second writer feel it.

An archive of articles of 3,000 characters in English, Arabic, Sorani and Kurmanji, tagged with the starter packs and
one of the desk; then the desk's is changed, and everything is tagged anew by the command, in a process of its own.
Meanwhile this one searches, and saves articles as a service does, and takes the time of both; before it begins it does
the same for a while alone. Exit code 1 where an article kept old tags, or evidence does not stand in its text.

usage: python -m benchmarks.retag [--articles N]
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path

from archive.article import Article
from archive.database import open_archive, transaction
from archive.search import search
from archive.storing import Arrival, save
from archive.texts import archived_texts
from benchmarks.made_archive import build
from benchmarks.measure import Taken, environment, run, share
from benchmarks.topics import SITES, TEXT_LENGTH, read_texts
from crawler.desk import Desk
from topics.evidence import Tag
from topics.matching import match
from topics.packs import Packs

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
QUERIES = ("iraq", "العراق", "هەرێم", "topic:isis", '"security forces"', "kurdistan OR baghdad", "topic:after ministry")
ALONE_SECONDS = 10.0
SAMPLE = 500
PAUSE = 0.05  # between two searches, and between two savings
_PACK = """
[lists.bench]
en = ["{en}"]
ar = ["{ar}"]
ckb = ["{ckb}"]
kmr = ["{kmr}"]
[topic.{topic}]
name = "Benchmark"
[[topic.{topic}.rule]]
any = ["bench"]
"""
BEFORE = {"topic": "before", "en": "govern*", "ar": "حكوم*", "ckb": "حکومەت*", "kmr": "hikûmet*"}
AFTER = {"topic": "after", "en": "minist*", "ar": "وزار*", "ckb": "وەزار*", "kmr": "wezaret*"}


@dataclass
class Waits:
    """Seconds that one kind of work took, each time that it was done."""

    searches: list[float] = field(default_factory=list)
    savings: list[float] = field(default_factory=list)


def write_pack(root: Path, words: dict[str, str]) -> None:
    """Puts the desk's own pack in place."""
    (root / "seeds/topics/bench.toml").write_text(_PACK.format(**words), encoding="utf-8")


def arrivals(packs: Packs) -> Iterator[Arrival]:
    """Articles without end, a language after the other; what is matched is a text of the newsroom's."""
    texts = [
        (language, text)
        for group in zip(*map(read_texts, SITES), strict=True)
        for language, text in zip(SITES, group, strict=True)
    ]
    known: dict[tuple[str, str], tuple[Tag, ...]] = {}
    for number, (language, text) in zip(count(), cycle(texts)):  # neither has an end
        if (language, text) not in known:
            known[language, text] = match(packs, title=text[:80], text=text, language=language)
        instant = BEGIN + timedelta(minutes=number)
        article = Article(
            url=f"https://{language}.example/{number}", source=language, title=text[:80], text=f"{text}\n{number}",
            language=language, published=instant,
        )  # fmt: skip
        yield Arrival(article=article, tags=known[language, text], pack_version=packs.version, seen=instant)


def search_until(over: threading.Event, path: Path, waits: Waits) -> None:
    """Searches again and again, each time as a process that has the archive open."""
    with closing(open_archive(path, read_only=True)) as db:
        for query in cycle(QUERIES):
            begun = time.perf_counter()
            search(db, query)
            waits.searches.append(time.perf_counter() - begun)
            if over.wait(PAUSE):
                return


def save_until(over: threading.Event, path: Path, articles: Iterator[Arrival], waits: Waits) -> None:
    """Saves one article after the other, as a service does."""
    with closing(open_archive(path)) as db:
        while not over.wait(PAUSE):
            arrival = next(articles)
            begun = time.perf_counter()
            with transaction(db):
                save(db, arrival)
            waits.savings.append(time.perf_counter() - begun)


def beside(work: threading.Thread, path: Path, articles: Iterator[Arrival]) -> Waits:
    """Searches and saves while *work* goes on."""
    waits, over = Waits(), threading.Event()
    others = [
        threading.Thread(target=search_until, args=(over, path, waits)),
        threading.Thread(target=save_until, args=(over, path, articles, waits)),
    ]
    for thread in (work, *others):
        thread.start()
    work.join()
    over.set()
    for thread in others:
        thread.join()
    return waits


def faults(db: sqlite3.Connection, packs: Packs, articles: int) -> list[str]:
    """What is not as it should be: any tag of other packs among the first *articles*, or, of a share of them, evidence
    that is not what these packs find."""
    ids = [number for (number,) in db.execute("SELECT id FROM articles ORDER BY id LIMIT ?", (articles,))]
    found = [f"{old} tags are of other packs" for old in _old_tags(db, packs.version, ids[-1]) if old]
    for text in archived_texts(db, ids[:: max(1, articles // SAMPLE)]):
        tags = match(packs, title=text.title, text=text.text, language=text.language)
        wanted = [(tag.topic, place.field, place.start, place.end) for tag in tags for place in tag.evidence]
        kept = db.execute(
            'SELECT topic, field, start, "end" FROM evidence WHERE article = ? ORDER BY number', (text.id,)
        )
        if [tuple(row) for row in kept] != wanted:
            found.append(f"the evidence of article {text.id} is another")
    return found


def _old_tags(db: sqlite3.Connection, version: str, last: int) -> list[int]:
    rows = db.execute("SELECT count(*) FROM tags WHERE pack_version <> ? AND article <= ?", (version, last))
    return [number for (number,) in rows]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retag", description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=100_000, help="how many (default 100000)")
    articles = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), articles)


def measure(root: Path, articles: int) -> int:
    """Builds, measures and prints; 1 where something is wrong."""
    (root / "seeds/topics").mkdir(parents=True)
    (root / "desk.toml").write_text('name = "Benchmark"\n', encoding="utf-8")
    write_pack(root, BEFORE)
    path, stock = root / "archive.db", arrivals(Desk(root).packs)
    begun = time.monotonic()
    build(path, stock, articles)
    print(f"{articles:,} articles of {TEXT_LENGTH:,} characters, built in {time.monotonic() - begun:.0f} s", flush=True)
    alone = beside(threading.Thread(target=time.sleep, args=(ALONE_SECONDS,)), path, stock)
    write_pack(root, AFTER)
    taken: list[Taken] = []
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(root), "topics", "retag", "--json"]
    work = threading.Thread(target=lambda: taken.append(run(command, environment=environment())))
    waits = beside(work, path, stock)
    print("\n".join(table(taken[0], alone, waits)))
    with closing(open_archive(path, read_only=True)) as db:
        wrong = faults(db, Desk(root).packs, articles)
    told = json.loads(taken[0].output) if taken[0].code == 0 else {"read": 0}
    if told["read"] < articles:
        wrong.append(f"{told['read']:,} articles were read; {taken[0].errors}")
    print("\n".join(f"WRONG: {line}" for line in wrong))
    return 1 if wrong else 0


def table(taken: Taken, alone: Waits, waits: Waits) -> Iterator[str]:
    """The figures, a line each."""
    yield taken.output.strip()
    yield f"seconds       {taken.ended - taken.started:.1f}, {taken.cpu_seconds:.1f} of a processor"
    yield f"peak memory   {(taken.pss or 0) / 2**20:.0f} MiB"
    for name, before, meanwhile in (
        ("search", alone.searches, waits.searches),
        ("saving", alone.savings, waits.savings),
    ):
        for when, seconds in (("alone", before), ("beside", meanwhile)):
            yield (
                f"{name} {when:7}{len(seconds):6} times, ms: median {share(seconds, 0.5):.1f}, "
                f"p95 {share(seconds, 0.95):.1f}, p99 {share(seconds, 0.99):.1f}, most {share(seconds, 1):.0f}"
            )


if __name__ == "__main__":
    sys.exit(main())
