"""A month of a scripted newsroom in simulated time: is every digest, summary, revision, spike and silence told exactly
when docs/alerts.md says, with what it says, through six hours of downtime and twelve of a broken channel?

Real are the archive, the rounds, the delivery and its webhooks on loopback; simulated are the clock and the crawls.
What is to come is reckoned here from the script alone. `make bench-month` runs it.
"""

import argparse
import asyncio
import itertools
import logging
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from alerts.channels import Channel, open_channel
from alerts.definitions import Alert
from alerts.delivery import Delivery, Outbox
from alerts.messages.composing import Composer
from alerts.rounds import Rounds
from alerts.watching import Watch
from archive.article import Article, Fate
from archive.database import open_archive
from archive.likeness import signature
from archive.runs import finish_run, start_run
from archive.storing import Arrival, save
from archive.times import from_text
from archive.windows import articles_of
from archive.writer import Writer
from benchmarks.month_script import CRAWL, DAY, HOUR, SOURCES, TOPICS, WARM_UP, ZONE, Event, Month, Planned, write
from crawler.newsroom.sink import ACCEPT, FAIL, WebhookSink
from seeds.sources import Source
from topics.evidence import Tag
from topics.fold import fold

STEP = timedelta(minutes=5)
_LATE = 4 * HOUR  # after an event's end, what is told then is still of it
_LETTERS = {
    "en": "abcdefghilmnoprstu", "ar": "ابتثجحخدرزسشصضطعفقكلمنهوي", "ckb": "ئابپتجچحخدرڕزژسشفڤقکگلڵمنهۆێی",
    "kmr": "abcçdeêfghiîjklmnopqrsştuûvwxyz",
}  # fmt: skip


@dataclass
class Newsroom:
    """Plays a month, and keeps what became of it."""

    month: Month
    folder: Path
    sinks: dict[str, WebhookSink]
    now: datetime = field(init=False)
    sent: dict[str, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    stored: dict[str, int] = field(default_factory=dict)
    revised: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.now = self.month.begin - WARM_UP
        hook, other = (self.sinks[name].url for name in ("hook", "other"))
        common: dict[str, Any] = {"topics": TOPICS, "to": (hook,)}
        self.alerts = {
            alert.id: alert
            for alert in (
                Alert(id="each", quiet="23:00-06:00", cooldown="20m", max_per_hour=2, topics=TOPICS, to=(hook, other)),
                Alert(id="digest", when="digest", cron="30 2 * * *", **common),
                Alert(id="weekdays", when="digest", cron="0 6 * * mon-fri", empty=True, **common),
                Alert(id="revision", when="revision", min_change=0.1, **common),
                Alert(id="spike", when="spike", **common),
                Alert(id="silence", when="silence", to=(hook,)),
            )
        }
        self.sources = {
            name: Source(id=name, name=name, language=language, feeds=(f"https://{name}.example/feed",))
            for name, (language, _) in SOURCES.items()
        }
        self.rounds = Rounds(watch=Watch(alerts=self.alerts, zone=ZONE), sources=self.sources, topics=TOPICS)

    async def play(self) -> None:
        """From the warm-up to the end of the month, step by step."""
        path = self.folder / "archive.db"
        left = list(reversed(self.month.plan))
        with closing(Writer(path)) as writer, closing(open_archive(path, read_only=True)) as reader:
            channels = {sink.url: open_channel("to", sink.url, {}) for sink in self.sinks.values()}
            names = {topic: topic for topic in TOPICS}
            composer = Composer(alerts=self.alerts, sources=self.sources, topics=names)
            outbox = Outbox(reader, writer)
            while self.now < self.month.end + DAY:
                if not self.month.down[0] <= self.now < self.month.down[1]:
                    await self._step(outbox, composer, channels, left)
                self.now += STEP

    async def _step(
        self, outbox: Outbox, composer: Composer, channels: dict[str, Channel], left: list[Planned]
    ) -> None:
        begun = self.now >= self.month.begin
        if begun and self.rounds.is_due(outbox.reader, self.now):
            await outbox.writer.written(lambda db: self.rounds.go(db, self.now))
        if self._crawls():
            await outbox.writer.written(lambda db: self._crawl(db, left, begun))
        if not begun:
            return
        await outbox.writer.written(lambda db: self.rounds.look(db, self.now))
        is_broken = self.month.broken[0] <= self.now < self.month.broken[1]
        self.sinks["other"].behave = (lambda post: FAIL) if is_broken else (lambda post: ACCEPT)
        delivery = Delivery(outbox, composer.message_for, channels, clock=lambda: self.now)
        before = {name: len(sink.received) for name, sink in self.sinks.items()}
        await delivery.run_once()
        for name, sink in self.sinks.items():
            self.sent[name] += [(self.now, post.ref or "") for post in sink.received[before[name] :]]

    def _crawls(self) -> bool:
        return (self.now - self.month.begin) % CRAWL == timedelta()

    def _crawl(self, db: Any, left: list[Planned], begun: bool) -> None:
        run = start_run(db, "all", self.now)
        while left and left[-1].at <= self.now:
            self._look(db, left.pop(), run, begun)
        finish_run(db, run, self.now, "done", {name: {} for name in SOURCES})

    def _look(self, db: Any, planned: Planned, run: int, begun: bool) -> None:
        language = SOURCES[planned.source][0]
        title, text = _words(planned, language)
        article = Article(
            url=f"https://{planned.source}.example/{planned.name}", source=planned.source, title=title, text=text,
            language=language, published=planned.at if not planned.edit else None, published_precision="minute",
        )  # fmt: skip
        tags = tuple(Tag(topic=topic, score=1.0, pack_version="p", evidence=()) for topic in planned.topics)
        arrival = Arrival(article=article, tags=tags, signature=signature(fold(text)), seen=self.now, run=run)
        stored = save(db, arrival)
        if begun:
            self.rounds.watch.tell(db, arrival, stored)
        assert (stored.fate is Fate.REVISED) == bool(planned.edit), planned
        self.stored.setdefault(f"{planned.source} {planned.name}", stored.article)


def _words(planned: Planned, language: str) -> tuple[str, str]:
    """The words of a page. A large edit writes a third anew, one of a number changes it, a small one a single word."""
    chance = random.Random(f"{planned.seed}")
    letters = _LETTERS[language if not planned.name.startswith("copied") else "en"]
    words = ["".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(90)]
    title, toll = " ".join(words[:7]), chance.randint(20, 40)
    words[30] = str(toll + ("number" in planned.edit))
    if planned.edit == "large":
        words[40:70] = ["".join(chance.choices(letters, k=6)) for _ in range(30)]
    if "small" in planned.edit:
        words[50] = "edited"
    return title, " ".join(words) + "."


def main() -> int:
    """Plays months and prints what was right and what was not; 1 where something was told otherwise than it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the number of the first month")
    logging.disable(logging.ERROR)  # a broken channel is told of by every try
    parser.add_argument("--months", type=int, default=1, help="how many, of each season")
    parser.add_argument("--wrong", action="store_true", help="name the spikes and silences that the script knows not")
    options = parser.parse_args()
    faults: list[str] = []
    sums: Counter[str] = Counter()
    for number in range(options.seed, options.seed + options.months):
        for season in ("autumn", "spring"):
            with tempfile.TemporaryDirectory() as folder, WebhookSink() as hook, WebhookSink() as other:
                played = Newsroom(write(season, number), Path(folder), {"hook": hook, "other": other})
                asyncio.run(played.play())
                with closing(open_archive(played.folder / "archive.db", read_only=True)) as db:
                    found = [f"{season} {number}: {fault}" for fault in _faults(db, played, sums)]
            faults += found
            print(f"{season} {number}: {len(hook.received)} + {len(other.received)} messages, {len(found)} faults")
    print(*faults[:50], *(one for one in sums if options.wrong and one.startswith("wrong")), sep="\n")
    for kind in ("spike", "silence"):
        told, right, there, seen = (sums[f"{kind} {word}"] for word in ("told", "right", "there", "found"))
        delay = sums[f"{kind} delay"] // max(seen, 1)
        print(f"{kind}: precision {right}/{told}, recall {seen}/{there}, told {delay} min behind its begin in the mean")
    return 1 if faults else 0


def _faults(db: Any, played: Newsroom, sums: Counter[str]) -> Iterator[str]:
    yield from _of_digest(db, played, "digest", _daily_times(played.month, time(2, 30), range(7)), empty=False)
    yield from _of_digest(db, played, "weekdays", _daily_times(played.month, time(6), range(5)), empty=True)
    yield from _of_each(db, played)
    yield from _of_revisions(db, played)
    yield from _of_channels(db, played)
    for kind, events in (("spike", played.month.spikes), ("silence", played.month.silences)):
        _judge(db, kind, events, sums)


def _daily_times(month: Month, at: time, days: range) -> list[datetime]:
    """That time on the wall of each such day. 02:30 is left out in spring, and comes at 03:00; in autumn it comes
    twice, and counts once."""
    found = []
    day = month.begin.astimezone(ZONE).date()
    while True:
        wall = datetime.combine(day, at, ZONE)
        instant = wall.astimezone(UTC)
        if instant.astimezone(ZONE).replace(tzinfo=None) != wall.replace(tzinfo=None):
            instant = datetime.combine(day, time(3), ZONE).astimezone(UTC)
        if instant >= month.end + DAY:
            return found
        if instant > month.begin and day.weekday() in days:
            found.append(instant)
        day += DAY


def _up(month: Month, instant: datetime) -> datetime:
    return month.down[1] if month.down[0] <= instant < month.down[1] else instant


def _of_digest(db: Any, played: Newsroom, name: str, times: list[datetime], *, empty: bool) -> Iterator[str]:
    """Each at its time, or when Khabar runs again, with the stories since the one before."""
    arrivals = [
        (from_text(row[0]), row[1], row[2])
        for row in db.execute(
            "SELECT first_seen, id, story FROM article_head WHERE id IN (SELECT article FROM tags) ORDER BY 1, 2"
        )
    ]
    begin, seen = played.month.begin, {story for at, _, story in arrivals if at < played.month.begin}
    rows = db.execute("SELECT * FROM alerts WHERE alert = ? ORDER BY born", (name,)).fetchall()
    expected: dict[datetime, set[int]] = {}
    for at in times:
        # What is archived in the same step comes behind the round, and into the next window though it is not later.
        new = {story for seen_at, _, story in arrivals if begin <= seen_at < at and story not in seen}
        seen |= new
        begin = at
        if new or empty:
            expected[_up(played.month, at)] = new
    told = {
        from_text(row["born"]): {
            db.execute("SELECT story FROM article_head WHERE id = ?", (article,)).fetchone()[0]
            for article in articles_of(db, row["window"])
        }
        for row in rows
    }
    if told.keys() != expected.keys():
        early, missed = (sorted(map(str, times)) for times in (told.keys() - expected, expected.keys() - told))
        yield f"{name}: came at {early}, not at {missed}"
    for at in told.keys() & expected.keys():
        if told[at] != expected[at]:
            yield f"{name} of {at}: {len(told[at] - expected[at])} too many, {len(expected[at] - told[at])} missing"


def _of_each(db: Any, played: Newsroom) -> Iterator[str]:
    """Each story once to each channel; none in quiet hours, none too soon, not too many."""
    begin = played.month.begin
    stories = {
        row[0]
        for row in db.execute(
            "SELECT DISTINCT story FROM article_head WHERE id IN (SELECT article FROM tags) AND first_seen >= ?",
            (f"{begin:%Y-%m-%dT%H:%M:%SZ}",),
        )
    }
    for sink in played.sinks.values():
        rows = db.execute("SELECT * FROM alerts WHERE alert = 'each' AND channel = ?", (sink.url,)).fetchall()
        told = Counter(row["story"] for row in rows if row["kind"] == "each")
        if told.keys() != stories or max(told.values()) > 1:
            yield f"each: {len(stories - told.keys())} stories untold, {sum(told.values()) - len(told)} told again"
        let_go = sorted(from_text(row["released"]) for row in rows if row["state"] != "gathered")
        for at in let_go:
            if not 6 <= at.astimezone(ZONE).hour < 23:
                yield f"each: let go at {at}, in quiet hours"
        for sooner, later in itertools.pairwise(let_go):
            if later - sooner < timedelta(minutes=20):
                yield f"each: {later} is too soon after {sooner}"
        for sooner, later in zip(let_go, let_go[2:], strict=False):
            if later - sooner < HOUR:
                yield f"each: three within an hour of {sooner}"
        gathered = Counter(row["within"] for row in rows if row["state"] == "gathered")
        if gathered.keys() != {row["ref"] for row in rows if row["kind"] == "summary"}:
            yield "each: a summary without what it tells, or the reverse"


def _of_revisions(db: Any, played: Newsroom) -> Iterator[str]:
    """One for each large edit and each number, when the next crawl sees it; none for a small one."""
    expected = Counter(
        (one.name, _up(played.month, _crawled(one.at, played.month)))
        for one in played.month.plan
        if one.edit in ("large", "number")
    )
    rows = db.execute(
        "SELECT url, alerts.born FROM alerts JOIN article_head ON article_head.id = article WHERE alert = 'revision'"
    )
    told = Counter((row[0].rpartition("/")[2], from_text(row[1])) for row in rows)
    if told != expected:
        yield f"revision: {told - expected} too many, {expected - told} missing"


def _crawled(at: datetime, month: Month) -> datetime:
    return month.begin - (month.begin - at) // CRAWL * CRAWL


def _of_channels(db: Any, played: Newsroom) -> Iterator[str]:
    """Every message arrived once; while a channel is broken the other gets its messages in the step of their birth."""
    for name, sink in played.sinks.items():
        rows = db.execute(
            "SELECT ref, released, state FROM alerts WHERE channel = ? AND state <> 'gathered'", (sink.url,)
        ).fetchall()
        arrived = Counter(ref for _, ref in played.sent[name])
        at = {ref: when for when, ref in played.sent[name]}
        if arrived.keys() != {row["ref"] for row in rows} or max(arrived.values()) > 1:
            yield f"{name}: {len(rows)} owed, {len(arrived)} arrived, {sum(arrived.values()) - len(arrived)} again"
        for row in rows:
            let_go = from_text(row["released"])
            late = at.get(row["ref"], played.now) - let_go
            broken = name == "other" and played.month.broken[0] <= let_go < played.month.broken[1]
            if late > (played.month.broken[1] - let_go + 2 * STEP if broken else timedelta()):
                yield f"{name}: {row['ref']}, let go {let_go}, arrived {late} later"
    texts = [post.message for post in played.sinks["hook"].received]
    if not all(re.search(r"\nref: \w+$", text) for text in texts):
        yield "a message without its ref"


def _judge(db: Any, kind: str, events: list[Event], sums: Counter[str]) -> None:
    """Counts what was told, what of it the script made happen, and how much of that was told."""
    windows = [
        (row["subject"], from_text(row["born"]), row["figures"])
        for row in db.execute("SELECT subject, born, figures FROM windows WHERE kind = ?", (kind,))
    ]
    for subject, at, figures in windows:
        sums[f"{kind} told"] += 1
        is_right = any(event.subject == subject and event.begin <= at < event.end + _LATE for event in events)
        sums[f"{kind} right"] += is_right
        if not is_right:
            sums[f"wrong: {kind} of {subject} at {at:%Y-%m-%d %H:%M}Z, {figures}"] += 1
    for event in events:
        sums[f"{kind} there"] += 1
        until = event.end + _LATE
        delays = [
            at - event.begin for subject, at, _ in windows if subject == event.subject and event.begin <= at < until
        ]
        if delays:
            sums[f"{kind} found"] += 1
            sums[f"{kind} delay"] += int(min(delays).total_seconds() // 60)


if __name__ == "__main__":
    sys.exit(main())
