"""Two processes write as fast as they can, a third tags anew, and people read: is anybody refused, or anything lost?

For a while, on one archive: two processes with a Writer each, `khabar topics retag` again and again, a search every few
milliseconds, a reader that keeps one moment open for half of the time, and `khabar search`, `show`, `status` and
`trends` as processes of their own. Each writer notes what is acknowledged, which in the end is looked for.
Exit code 1 where a command failed, "locked" reached anybody, something acknowledged is missing, or the archive is not
whole.

usage: python -m benchmarks.writers [--seconds N]
"""

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path

from archive.article import Article
from archive.database import open_archive
from archive.search import search
from archive.stories import signature
from archive.storing import Arrival, Stored, save
from archive.writer import Writer
from benchmarks.measure import environment
from topics.evidence import Evidence, Tag
from topics.fold import fold

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
WRITERS = ("one", "two")
AT_ONCE = 10
SEARCH_PAUSE = 0.005
QUERIES = (
    "convoy",
    "الفصائل",
    "kehrebe OR کارەبا",
    "topic:convoys",
    '"the northern base"',
    "site:one.example since:2026-01-01",
)
WORDS = (
    "convoy", "base", "north", "الفصائل", "الانسحاب", "کارەبا", "هەولێر", "kehrebe", "Dihok", "oil", "river", "bridge",
    "talks", "week", "road",
)  # fmt: skip
PACK = '[topic.convoys]\nname = "Convoys"\n[[topic.convoys.rule]]\nany = ["words"]\n[lists.words]\nen = ["bridge"]\n'
EVIDENCE = Evidence(rule="rule[0]", term="convoy", field="text", start=0, end=1, score=1.0)
TAG = Tag(topic="convoys", score=1.0, pack_version="of the writers", evidence=(EVIDENCE,))


@dataclass
class Seen:
    """What went on meanwhile."""

    errors: list[str] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)
    slowest: Counter[str] = field(default_factory=Counter)  # milliseconds
    wal: int = 0  # bytes, at most

    def took(self, what: str, since: float) -> None:
        """Counts one *what* that was begun at *since*."""
        self.times[what] += 1
        self.slowest[what] = max(self.slowest[what], round(1000 * (time.monotonic() - since)))


def arrival(name: str, number: int) -> Arrival:
    """An article of process *name*; every third is an edit of the one before."""
    slug = number - number % 3 // 2
    chance = random.Random(f"{name} {slug}")
    text = f"{name} {number} the northern base " + " ".join(chance.choices(WORDS, k=150))
    moment = BEGIN + timedelta(minutes=slug)
    article = Article(
        url=f"https://{name}.example/{slug}", source=name, title=f"{name} {number}", text=text, published=moment,
        language="en",
    )  # fmt: skip
    return Arrival(
        article=article, tags=(TAG,), pack_version="of the writers", signature=signature(fold(text)),
        seen=moment + timedelta(seconds=number),
    )  # fmt: skip


def write(path: Path, name: str, seconds: float) -> None:
    """What a writing process does: saves for so long, and prints the number of each article that is acknowledged."""
    writer, over = Writer(path), time.monotonic() + seconds
    numbers = count()
    while time.monotonic() < over:
        queued: list[tuple[int, Future[Stored]]] = []
        for number in (next(numbers) for _ in range(AT_ONCE)):
            entry = arrival(name, number)
            queued.append((number, writer.submit(lambda db, entry=entry: save(db, entry))))  # type: ignore[misc]
        for number, future in queued:
            future.result()
            print(number, flush=True)
    writer.close()


def search_on(path: Path, seen: Seen, over: threading.Event) -> None:
    """Searches again and again, a new connection each time, as many readers do."""
    for query in cycle(QUERIES):
        begun = time.monotonic()
        with closing(open_archive(path, read_only=True)) as db:
            search(db, query)
        seen.took("search", begun)
        if over.wait(SEARCH_PAUSE):
            return


def keep_open(path: Path, seen: Seen, over: threading.Event, seconds: float) -> None:
    """Looks at one moment for half of the time, and sees the same as at its beginning."""
    with closing(open_archive(path, read_only=True)) as db:
        db.execute("BEGIN")
        first = db.execute("SELECT count(*) FROM articles").fetchone()[0]
        over.wait(seconds / 2)
        if db.execute("SELECT count(*) FROM articles").fetchone()[0] != first:
            seen.errors.append("a reader's moment changed")
        db.execute("COMMIT")


def command_on(root: Path, seen: Seen, over: threading.Event, commands: Callable[[], Iterator[list[str]]]) -> None:
    """Runs `khabar` again and again, one process after the other."""
    for words in commands():
        begun = time.monotonic()
        done = khabar(root, words)
        seen.took(f"khabar {' '.join(words[:2]) if words[0] == 'topics' else words[0]}", begun)
        if done.returncode not in ((0, 1) if words[0] == "status" else (0,)) or "locked" in done.stderr:
            seen.errors.append(f"khabar {' '.join(words)}: exit code {done.returncode}: {done.stderr.strip()[-300:]}")
        if over.is_set():
            return


def khabar(root: Path, words: list[str]) -> "subprocess.CompletedProcess[str]":
    """One call of the command line."""
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(root), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment())


def reading(path: Path) -> Iterator[list[str]]:
    """What people ask, without end."""
    while True:
        yield ["search", "convoy OR الفصائل", "--json"]
        yield ["status", "--json"]
        with closing(open_archive(path, read_only=True)) as db:
            yield ["show", str(db.execute("SELECT max(id) FROM articles").fetchone()[0])]
        yield ["trends", "--since", "2025-12-01", "--by", "week"]


def watch_log(path: Path, seen: Seen, over: threading.Event) -> None:
    """Notes how large the write-ahead log becomes."""
    while not over.wait(0.1):
        seen.wal = max(seen.wal, log_bytes(path))


def log_bytes(path: Path) -> int:
    """The size of the write-ahead log now."""
    log = path.with_name(f"{path.name}-wal")
    return log.stat().st_size if log.exists() else 0


def missing(path: Path, acknowledged: dict[str, list[int]]) -> Iterator[str]:
    """What is not as it was acknowledged, or not whole."""
    with closing(open_archive(path)) as db:
        titles = dict(map(tuple, db.execute("SELECT url, title FROM articles")))
        for name, numbers in acknowledged.items():
            latest = {number - number % 3 // 2: number for number in numbers}
            for slug, number in latest.items():
                kept = titles.get(f"https://{name}.example/{slug}", " -1")
                if int(kept.split()[1]) < number:
                    yield f"{name} {number} was acknowledged, and is not there"
        edits = db.execute("SELECT count(*) FROM revisions").fetchone()[0]
        wanted = sum(number % 3 == 2 for numbers in acknowledged.values() for number in numbers)
        if edits < wanted:
            yield f"of {wanted} edits {edits} are there"
        for check in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
            if (rows := [tuple(row) for row in db.execute(check)]) not in ([], [("ok",)]):
                yield f"{check}: {rows[:3]}"
        db.execute("INSERT INTO article_index (article_index) VALUES ('integrity-check')")
        counted = db.execute("SELECT sum(articles) FROM volume WHERE topic = 0").fetchone()[0]
        if counted != len(titles):
            yield f"the rollup counts {counted} of {len(titles)} articles"


def measure(root: Path, seconds: float) -> int:
    """Writes, reads, looks and prints; 1 where something is wrong."""
    (root / "seeds/topics").mkdir(parents=True)
    (root / "desk.toml").write_text('name = "Benchmark"\ntimezone = "UTC"\n', encoding="utf-8")
    (root / "seeds/topics/convoys.toml").write_text(PACK, encoding="utf-8")
    path, seen, over = root / "archive.db", Seen(), threading.Event()
    open_archive(path).close()
    writing = {
        name: subprocess.Popen(
            [sys.executable, "-m", "benchmarks.writers", "--write", str(path), name, str(seconds)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
        )
        for name in WRITERS
    }  # fmt: skip
    while not has_articles(path):  # the writers make the archive's first
        time.sleep(0.05)
    said: dict[str, tuple[str, str]] = {}
    listening = [
        threading.Thread(target=lambda name=name, one=one: said.update({name: one.communicate()}))
        for name, one in writing.items()
    ]
    others = [
        threading.Thread(target=search_on, args=(path, seen, over)),
        threading.Thread(target=keep_open, args=(path, seen, over, seconds)),
        threading.Thread(target=watch_log, args=(path, seen, over)),
        threading.Thread(target=command_on, args=(root, seen, over, lambda: reading(path))),
        threading.Thread(target=command_on, args=(root, seen, over, lambda: cycle([["topics", "retag", "--json"]]))),
    ]
    for thread in (*listening, *others):
        thread.start()
    for thread in listening:
        thread.join()
    over.set()
    for thread in others:
        thread.join()
    seen.errors += [f"writer {name}: {text.strip()[-300:]}" for name, (_, text) in said.items() if text.strip()]
    seen.errors += [f"writer {name} ended with {one.returncode}" for name, one in writing.items() if one.returncode]
    acknowledged = {name: [int(line) for line in text.split()] for name, (text, _) in said.items()}
    wrong = [*seen.errors, *missing(path, acknowledged)]
    print("\n".join(table(path, seen, acknowledged, seconds)))
    print("\n".join(f"WRONG: {line}" for line in wrong[:20]))
    return 1 if wrong else 0


def has_articles(path: Path) -> bool:
    """Whether something was written."""
    with closing(open_archive(path, read_only=True)) as db:
        return db.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is not None


def table(path: Path, seen: Seen, acknowledged: dict[str, list[int]], seconds: float) -> Iterator[str]:
    """The figures, a line each."""
    total = sum(map(len, acknowledged.values()))
    each = ", ".join(f"{name} {len(numbers):,}" for name, numbers in sorted(acknowledged.items()))
    yield f"acknowledged  {total:,} in {seconds:.0f} s: {each}"
    yield f"errors        {len(seen.errors)}"
    for what, times in sorted(seen.times.items()):
        yield f"{what:22}{times:7,} times, the slowest {seen.slowest[what]:,} ms"
    yield f"log           {seen.wal / 2**20:.0f} MiB at most, {log_bytes(path) / 2**20:.1f} MiB at the end"
    yield f"archive       {path.stat().st_size / 2**20:.0f} MiB"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writers", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (default 60)")
    parser.add_argument("--write", nargs=3, metavar=("PATH", "NAME", "SECONDS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        path, name, seconds = given.write
        write(Path(path), name, float(seconds))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), given.seconds)


if __name__ == "__main__":
    sys.exit(main())
