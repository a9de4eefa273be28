"""Whether an archive stays true whatever is killed: kill -9 at random moments of everything that writes to one.

A desk of the newsroom's sites and a thousand older articles. Again and again something new is published, and then a
process at work is killed: a crawl, the tagging of the archive anew, the delivery of alerts, the service, a backup, the
bringing up to date of an older archive. It is killed alone, or with all of its worker processes at once; or one of its
workers is killed, and it goes on. Meanwhile another connection reads what is committed.

After each: the archive is whole, nothing that was acknowledged is lost (what the other connection had read, what the
process had said, what the webhook had taken), nothing is archived twice, no process is left behind, and no copy that is
half made looks like a whole one. Now and then, and at the end, the same command is run once more, and has to finish
everything.

usage: python -m benchmarks.kills [--kills N] [--articles N] [--seed N]
"""

import argparse
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from alerts.channels import READ_SECONDS
from benchmarks import stories
from benchmarks.made_archive import arrivals, build
from benchmarks.measure import environment, session
from benchmarks.old_archive import OLD_SCHEMA, contents, make_older, schema_of
from benchmarks.outbox_kill import deliveries_of, explain
from benchmarks.service import Service, reading, write_desk
from benchmarks.whole import faults, tag_faults
from crawler.desk import Desk
from crawler.newsroom import Newsroom
from crawler.newsroom.sink import WebhookSink, by_chance, stall
from crawler.newsroom.styles import STYLES
from topics.packs import Packs

SHARES = {"crawl": 28, "worker": 10, "tag": 18, "deliver": 12, "run": 12, "backup": 12, "migrate": 8}
"""Of a hundred kills, how many are of what."""
WRITTEN_FOR = ("rafidain", "sidra", "baran")  # the sites whose languages the made-up articles have
_WITHIN_THE_WORK = 0.85
"""Share of the kills that come after the first sign of work; the others come while it starts."""
_STARTS = 1.5  # seconds that a process takes until then, or a little less
_SPAN, _LONGEST_SPAN = 1.0, 6.0
"""Seconds after the first sign within which a process is killed: at first, and at most. It grows with each kill and
shrinks with each process that was done before, so that kills come until the very end, on any machine."""
_IN_TIME, _TOO_LATE = 1.2, 0.6
_FINISHED = 0.5  # share of the kills after which the next run finishes
_LOOK = 0.03  # seconds between two looks of the other connection
_ORPHANS_END = 15.0
"""Seconds in which the workers of a killed process notice that it is gone."""
_LONGEST = 180.0  # seconds of any command
_NEW = (2, 4)  # articles published before a kill
_NEW_TO_TELL = (8, 12)  # where they are to be told of
_ANSWER = 0.3  # seconds that the webhook takes to answer every other post
_FATE = re.compile(r"INFO news: (refused|failed): .*: (http://\S+)$", re.MULTILINE)


@dataclass
class Outcome:
    """What came of it."""

    kills: Counter[str] = field(default_factory=Counter)  # of what
    whom: Counter[str] = field(default_factory=Counter)  # the process alone, all at once, a worker
    began: int = 0  # kills before the first sign of work
    articles: int = 0
    messages: int = 0
    repeats: int = 0  # of messages that were under way at a kill
    half_made: int = 0  # copies that a kill left unfinished, under a name that says so
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Read:
    """What another connection has read while a process was at work."""

    articles: dict[int, tuple[str, str | None, str]] = field(default_factory=dict)  # of the newsroom: url, title, text
    packs: dict[int, str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)


class Kills:
    """The desk, and everything that is done to it."""

    def __init__(
        self, root: Path, newsroom: Newsroom, sink: WebhookSink, *, articles: int, seed: int, finished: float
    ) -> None:
        self._finished = finished
        self.root, self._newsroom, self._sink = root, newsroom, sink
        self._archive, self._older = root / "archive.db", root.parent / "older.db"
        self._chance, self._published, self._packs_written = random.Random(seed), 0, 0
        self._packs: list[Packs] = []
        self._spans: dict[str, float] = {}  # seconds of its work in which a process is killed
        self._all: list[int] = []  # every process that was started
        self.outcome = Outcome()
        jobs = '[[job]]\nid = "all"\nsources = ["*"]\nevery = "10s"\n'
        write_desk(root, sources=newsroom.sources_toml(delay=0), jobs=jobs, to=sink.url)
        self._write_packs()
        build(self._archive, arrivals(), articles)
        make_older(self._archive, self._older)
        self._crawl_to_the_end()

    def kill_once(self, what: str) -> None:
        """One kill of *what*, and the questions after it."""
        self._prepare(what)
        print(f"{sum(self.outcome.kills.values()) + 1:4} {what}", file=sys.stderr, flush=True)
        before = len(self.outcome.faults)
        while not self._killed(what):
            self._prepare(what)
        if self._chance.random() < self._finished:
            self._finishing(what)()
        for fault in self.outcome.faults[before:]:
            print(f"     {fault}", file=sys.stderr)

    def finish(self) -> None:
        """What the next runs make of what the last kills left, and the last questions."""
        for finish in dict.fromkeys(self._finishing(what) for what in ("deliver", *self.outcome.kills)):
            finish()
        self._is_true(_Read())
        found = self.outcome
        found.articles = self._rows("SELECT count(*) FROM articles")[0][0]
        refs = Counter(message.ref for message in self._sink.received)
        found.messages = len(refs)
        log = deliveries_of(Service(self.root))
        silent, found.repeats, unexplained = explain(self._sink.received, log, patience=READ_SECONDS)
        if silent or unexplained:
            self._wrong(f"{silent + unexplained} messages came again for no reason")
        owed = {ref for (ref,) in self._rows("SELECT ref FROM alerts WHERE state = 'sent'")}
        if owed != set(refs):
            self._wrong(f"{len(owed ^ set(refs))} messages are sent and did not come, or the other way round")
        if left := [pid for leader in self._all for pid, _ in session(leader)]:
            self._wrong(f"processes are left behind: {left}")

    # What is done

    def _prepare(self, what: str) -> None:
        """Makes work for *what*."""
        if what in ("crawl", "worker", "run", "deliver"):
            for _ in range(self._chance.randint(*(_NEW_TO_TELL if what in ("run", "deliver") else _NEW))):
                self._publish()
        if what == "deliver":
            self._khabar("crawl", "--json")
        if what == "tag":
            self._write_packs()
        if what == "migrate":
            self._archive_of_before().write_bytes(self._older.read_bytes())

    def _words(self, what: str) -> list[str]:
        root = str(self._archive_of_before().parent if what == "migrate" else self.root)
        words = {
            "crawl": ["crawl", "-v"], "worker": ["crawl", "-v"], "tag": ["topics", "retag", "--json"],
            "deliver": ["alerts", "deliver", "--json"], "run": ["run"], "backup": ["backup", str(self._backup)],
            "migrate": ["search", "--count", "bridge"],
        }  # fmt: skip
        return [sys.executable, "-P", "-m", "crawler", "--desk", root, *words[what]]

    def _killed(self, what: str) -> bool:
        """Whether *what* could be killed before it was done; then the questions are asked as well."""
        span, within = self._spans.setdefault(what, _SPAN), self._chance.random() < _WITHIN_THE_WORK
        moment = self._chance.uniform(0, span if within else _STARTS)
        whom = "worker" if what == "worker" else self._chance.choice(["alone", "alone", "all at once"])
        read, over = _Read(), Event()
        watching = Thread(target=self._read, args=(read, over))
        before = self._committed()
        has_begun = self._sign(what)
        process, leader = self._start(what)
        watching.start()
        try:
            if within:
                _wait_for(has_begun, process)
            _sleep_until(process, moment)
            if process.poll() is not None:
                self._spans[what] = span * _TOO_LATE
                return False
            began = has_begun()
            if whom == "worker" and not self._kill_a_worker(leader):
                return False
            if whom == "alone":
                process.kill()
            elif whom == "all at once":
                os.killpg(leader, signal.SIGKILL)
        finally:
            over.set()
            watching.join()
            try:
                process.wait(_LONGEST)
            except subprocess.TimeoutExpired:
                self._wrong(f"{what} is still there {_LONGEST:.0f} s after a worker of it was killed")
                os.killpg(leader, signal.SIGKILL)
        self._spans[what] = min(span * _IN_TIME, _LONGEST_SPAN) if within else span
        self.outcome.kills[what] += 1
        self.outcome.whom[whom] += 1
        self.outcome.began += not began
        if whom == "worker" and process.returncode not in (0, 1):
            self._wrong(f"a crawl whose worker was killed ended with {process.returncode}")
        self._ask(what, leader, read, before)
        return True

    def _start(self, what: str) -> "tuple[subprocess.Popen[bytes], int]":
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                self._words(what), env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._all.append(process.pid)
        return process, process.pid

    def _sign(self, what: str) -> Callable[[], bool]:
        """What tells that *what*, which is about to be started, has begun its work."""
        requests, posts = len(self._newsroom.requests), len(self._sink.posts)
        if what in ("crawl", "worker"):
            return lambda: len(self._newsroom.requests) > requests
        if what in ("deliver", "run"):
            return lambda: len(self._sink.posts) > posts
        if what == "tag":
            version = self._packs[-1].version
            read = "SELECT count(*) FROM article_head JOIN pack_versions ON pack_versions.id = pack WHERE name = ?"
            return lambda: self._rows(read, version)[0][0] > 0
        folder = (self._archive_of_before() if what == "migrate" else self._backup).parent
        known = set(_names(folder))
        return lambda: not known.issuperset(_names(folder))

    def _kill_a_worker(self, leader: int) -> bool:
        """Kills a worker, or the process that they are forked from."""
        workers = [pid for pid, _ in session(leader) if pid != leader and "forkserver" in _command(pid)]
        if workers:
            os.kill(self._chance.choice(workers), signal.SIGKILL)
        return bool(workers)

    def _publish(self) -> None:
        site = self._chance.choice(WRITTEN_FOR)
        piece = stories.write(self._published, STYLES[site], published=datetime.now(UTC), topic=True)
        body = "\n\n".join(line.text for line in piece.body)
        self._newsroom.publish(site, piece.name, title=piece.title, body=body)
        self._published += 1

    def _write_packs(self) -> None:
        """Other packs than before: a topic for words that stand in nearly every article, or in half of them."""
        self._packs_written += 1
        word = ("bridge", "road", "council")[self._packs_written % 3]
        common = '[topic.common]\nname = "Common"\n[[topic.common.rule]]\nany = ["common_words"]\n'
        lists = f'[lists.common_words]\nen = ["{word}", "version{self._packs_written}"]\nar = ["في"]\nckb = ["لە"]\n\n'
        (self.root / "seeds/topics/common.toml").write_text(lists + common, encoding="utf-8")
        self._packs.append(Desk(self.root).packs)

    # What is asked

    def _ask(self, what: str, leader: int, read: _Read, before: "set[int]") -> None:
        deadline = time.monotonic() + _ORPHANS_END
        while (left := session(leader)) and time.monotonic() < deadline:
            time.sleep(0.02)
        if left:
            self._wrong(f"a killed {what} left processes behind: {[_command(pid) for pid, _ in left]}")
        if what == "migrate":
            self._ask_of_migration()
        elif what == "backup":
            self._ask_of_backup(before)
        else:
            self._is_true(read)
        if what in ("crawl", "worker"):
            said = {url: fate for fate, url in _FATE.findall(self._log.read_text(errors="replace"))}
            kept = dict(self._rows("SELECT url, fate FROM visits"))
            if lost := [url for url, fate in said.items() if kept.get(url) != fate]:
                self._wrong(f"fates that were told are lost: {lost[:3]}")

    def _is_true(self, read: _Read) -> None:
        """The archive is whole, and has what was read of it."""
        for fault in (*faults(self._archive), *tag_faults(self._archive, self._packs)):
            self._wrong(fault)
        now = self._look()
        edited = set(self._rows("SELECT article, title, text FROM revisions"))
        for article, (url, title, text) in read.articles.items():
            stands = now.articles.get(article, ("", None, ""))
            if stands[0] != url or (stands[1:] != (title, text) and (article, title, text) not in edited):
                self._wrong(f"was read, and is lost: {url}")
        if lost := read.sent - now.sent:
            self._wrong(f"were sent, and are to be sent again: {lost}")
        newest = self._packs[-1].version
        if lost_tags := [one for one, name in read.packs.items() if name == newest != now.packs.get(one)]:
            self._wrong(f"{len(lost_tags)} articles lost the tags that they had got")

    def _ask_of_backup(self, before: "set[int]") -> None:
        """The backup is whole or not there, and what is half made says so in its name."""
        for name in _names(self._backup.parent):
            place = self._backup.parent / name
            if "unfinished" in name:
                self.outcome.half_made += 1
            elif place != self._backup:
                self._wrong(f"a backup left {name} beside it")
            else:
                for fault in faults(place):
                    self._wrong(f"backup: {fault}")
                with closing(reading(place)) as db:
                    lost = before - {row[0] for row in db.execute("SELECT id FROM articles")}
                if lost:
                    self._wrong(f"a backup lacks {len(lost)} articles")
                place.unlink()

    def _ask_of_migration(self) -> None:
        place = self._archive_of_before()
        whole = contents(self._older)
        if schema_of(place) == OLD_SCHEMA:
            if contents(place) != whole:
                self._wrong("an older archive is no longer what it was")
        else:
            for fault in faults(place):
                self._wrong(f"brought up to date: {fault}")
        for name in _names(place.parent):
            if name.startswith(f"archive.db.schema-{OLD_SCHEMA}.") and contents(place.parent / name) != whole:
                self._wrong(f"{name} is no whole copy")
            if "unfinished" in name:
                self.outcome.half_made += 1

    # What the next run finishes

    def _finishing(self, what: str) -> Callable[[], None]:
        """The next run of *what*, and what it has to have done."""
        ways = {
            "tag": self._tag_to_the_end, "deliver": self._deliver_to_the_end, "run": self._deliver_to_the_end,
            "backup": self._back_up_to_the_end, "migrate": self._migrate_to_the_end,
        }  # fmt: skip
        return ways.get(what, self._crawl_to_the_end)

    def _tag_to_the_end(self) -> None:
        if left := json.loads(self._khabar("topics", "retag", "--json"))["left"]:
            self._wrong(f"{left} articles are still tagged with other packs")

    def _deliver_to_the_end(self) -> None:
        self._crawl_to_the_end()
        self._khabar("alerts", "deliver")
        if left := self._rows("SELECT ref FROM alerts WHERE state <> 'sent'"):
            self._wrong(f"{len(left)} messages were not sent by the next delivery")
        if (born := self._rows("SELECT count(*) FROM alerts")[0][0]) != self._published:
            self._wrong(f"{self._published} articles brought {born} messages")

    def _back_up_to_the_end(self) -> None:
        self._khabar("backup", str(self._backup))
        self._ask_of_backup(self._committed())
        if left := _names(self._backup.parent):
            self._wrong(f"the next backup left {left}")

    def _migrate_to_the_end(self) -> None:
        place = self._archive_of_before()
        self._khabar("search", "--count", "bridge", root=place.parent)
        self._ask_of_migration()
        names = _names(place.parent)
        if schema_of(place) == OLD_SCHEMA or any("unfinished" in name for name in names):
            self._wrong(f"the next command did not bring the archive up to date, or left {names}")
        for name in names:
            if name != "desk.toml":
                (place.parent / name).unlink()

    def _crawl_to_the_end(self) -> None:
        self._khabar("crawl", "--json")
        wanted = {article.url: article.text for article in self._newsroom.articles() if article.allowed}
        kept = dict(self._rows("SELECT url, text FROM articles WHERE source NOT LIKE 'wire%'"))
        if kept != wanted:
            missing, more = wanted.keys() - kept.keys(), kept.keys() - wanted.keys()
            self._wrong(f"the next crawl left {len(missing)} articles, and archived {len(more)} that are none")
        if open_runs := self._rows("SELECT id FROM runs WHERE outcome IS NULL"):
            self._wrong(f"runs that nobody ended: {open_runs}")

    def _khabar(self, *words: str, root: Path | None = None) -> str:
        command = [sys.executable, "-P", "-m", "crawler", "--desk", str(root or self.root), *words]
        done = subprocess.run(
            command, env=environment(), capture_output=True, text=True, timeout=_LONGEST, check=False
        )  # fmt: skip
        if done.returncode != 0:
            self._wrong(f"khabar {' '.join(words)} ended with {done.returncode}: {done.stderr[-500:]}")
        return done.stdout

    # What is looked at

    @property
    def _log(self) -> Path:
        return self.root.parent / "killed.log"

    @property
    def _backup(self) -> Path:
        place = self.root.parent / "backups"
        place.mkdir(exist_ok=True)
        return place / "backup.db"

    def _archive_of_before(self) -> Path:
        place = self.root.parent / "older-desk"
        if not place.exists():
            place.mkdir()
            (place / "desk.toml").write_text('name = "Older"\ntimezone = "UTC"\ncontact = "bench@example.org"\n')
        return place / "archive.db"

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return Service(self.root).rows(query, *values)

    def _committed(self) -> "set[int]":
        return {row[0] for row in self._rows("SELECT id FROM articles")}

    def _look(self) -> _Read:
        with closing(reading(self._archive)) as db:
            return _read_all(db, _Read())

    def _read(self, read: _Read, over: Event) -> None:
        """Reads on one connection what is committed, whenever something is."""
        with closing(reading(self._archive)) as db:
            seen = None
            while not over.wait(_LOOK):
                if (version := db.execute("PRAGMA data_version").fetchone()[0]) != seen:
                    seen = version
                    _read_all(db, read)

    def _wrong(self, fault: str) -> None:
        self.outcome.faults.append(fault)


def _read_all(db: sqlite3.Connection, read: _Read) -> _Read:
    rows = db.execute("SELECT id, url, title, text FROM articles WHERE source NOT LIKE 'wire%'")
    read.articles.update((article, (url, title, text)) for article, url, title, text in rows)
    read.packs.update(
        db.execute("SELECT article_head.id, name FROM article_head JOIN pack_versions ON pack_versions.id = pack")
    )
    read.sent.update(ref for (ref,) in db.execute("SELECT ref FROM alerts WHERE state = 'sent'"))
    return read


def _wait_for(has_begun: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _LONGEST
    while not has_begun() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)


def _sleep_until(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _names(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.iterdir()) if folder.exists() else []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def measure(
    root: Path, kinds: Sequence[str], *, articles: int, seed: int, finished: float = _FINISHED,
    sites: Sequence[str] | None = None,
) -> Outcome:  # fmt: skip
    """Kills what *kinds* name, one after the other, on a desk that is made at *root* and its neighbours.

    *finished*: the share of the kills after which the next run finishes; at the end it does in any case. *sites*: those
    of the newsroom, all by default.
    """
    with Newsroom(sites=sites) as newsroom, WebhookSink(by_chance({stall(_ANSWER): 0.5}, seed=seed)) as sink:
        kills = Kills(root, newsroom, sink, articles=articles, seed=seed, finished=finished)
        for what in kinds:
            kills.kill_once(what)
        kills.finish()
        return kills.outcome


def in_turn(number: int, seed: int) -> list[str]:
    """What is killed *number* times: each in its share, in an order that chance gives."""
    kinds = [what for what, share in SHARES.items() for _ in range(max(1, round(number * share / 100)))]
    chance = random.Random(seed)
    chance.shuffle(kinds)
    return kinds


def table(outcome: Outcome) -> Iterator[str]:
    """The figures, a line each."""
    yield f"kill -9     {outcome.kills.total()}: " + ", ".join(f"{n} {what}" for what, n in outcome.kills.most_common())
    yield f"of whom     {', '.join(f'{n} {whom}' for whom, n in outcome.whom.most_common())}"
    yield f"starting    {outcome.began} before the first sign of work"
    yield f"articles    {outcome.articles:,}"
    yield f"messages    {outcome.messages}, {outcome.repeats} of them came again: in flight at a kill"
    yield f"half made   {outcome.half_made} copies, each with a name that says so"
    yield f"faults      {len(outcome.faults)}"
    yield from (f"  {fault}" for fault in outcome.faults)


def main() -> int:
    """The command line; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100, help="how many (default 100)")
    parser.add_argument("--articles", type=int, default=1000, help="older articles in the archive (default 1000)")
    parser.add_argument("--only", choices=SHARES, action="append", help="kill only this; may be given again")
    parser.add_argument("--seed", type=int, default=1, help="of what is killed, when, and whom it hits")
    given = parser.parse_args()
    kinds = in_turn(given.kills, given.seed)
    if given.only:
        kinds = [given.only[place % len(given.only)] for place in range(given.kills)]
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        outcome = measure(Path(folder) / "desk", kinds, articles=given.articles, seed=given.seed)
    print("\n".join([*table(outcome), f"seconds     {time.monotonic() - begun:.0f}"]))
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
