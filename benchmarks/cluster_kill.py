"""Whether a cluster stays true whatever dies: 200 sources of 25 articles, a service, and four workers, one of which is
killed (kill -9) and one paused past its heartbeat and resumed; PostgreSQL is restarted, and the service killed.

Each worker has an address of its own, by which the sites tell who asks. Afterwards: every article is archived exactly
once, with its fate; no site was asked by two workers at a time; nothing was fetched twice but what was in flight at the
kill or the pause; every alert came once; the queue is empty, and no process, host or crawl is left behind.

usage: python -m benchmarks.cluster_kill [--sources N] [--articles N] [--workers N] [--stalled SECONDS] [--into DIR]
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cluster_rig import Cluster, Worker
from benchmarks.outbox_kill import deliveries_of, explain
from benchmarks.service import Service
from benchmarks.watched_sites import again, changes, together
from benchmarks.whole import faults
from seeds.bounds import CRAWLS_AT_ONCE

STALLED = 15.0
"""Seconds without a beat after which a crawl is taken back: a third of what the service takes by itself."""
_WITHIN = 1800.0  # seconds for all of it
_ORPHANS_END = 30.0  # seconds in which the processes of a killed worker notice that it is gone
_NOTED = 0.5  # seconds in which a site comes to note what was sent to it before
_PATIENCE = 10.0  # seconds that the sender of a message waits for an answer


@dataclass
class Outcome:
    """What came of it."""

    articles: int = 0
    archived: int = 0
    seconds: float = 0.0
    events: list[str] = field(default_factory=list)  # what was done, and when
    in_flight: dict[str, int] = field(default_factory=dict)  # by the worker that died or slept: what it had not shipped
    again: Counter[str] = field(default_factory=Counter)  # pages asked for twice, by the worker that asked first
    messages: int = 0
    repeats: int = 0  # of messages that were under way when the service was killed
    handed_on: int = 0  # sites that another worker went on with
    faults: list[str] = field(default_factory=list)


class Ordeal:
    """The cluster, what is done to it, and the questions after it."""

    def __init__(self, cluster: Cluster, *, stalled: float) -> None:
        self._cluster, self._stalled = cluster, stalled
        self._all = len(cluster.sites.articles)
        self._begun = time.monotonic()
        self.outcome = Outcome(articles=self._all)
        self._harmed: dict[str, float] = {}  # addresses of workers, and the moment at which they were killed or paused

    def run(self) -> Outcome:
        """All of it."""
        cluster = self._cluster
        cluster.start()
        killed, paused = cluster.workers[0], cluster.workers[1]
        self._at(0.15, "a worker is killed")
        killed.kill()
        self._harm(killed)
        self._at(0.30, "another one is paused")
        paused.pause()
        self._harm(paused)
        self._at(0.50, "PostgreSQL is restarted")
        cluster.postgres.restart()
        self._at(0.65, "the service is killed")
        cluster.service.kill()
        time.sleep(1)  # workers go on meanwhile
        cluster.service.start()
        self._taken_back(paused)
        paused.resume()
        self._tell("the paused one goes on")
        cluster.wait_until(self._is_done, seconds=_WITHIN, what=f"all {self._all} articles archived, the queue empty")
        self.outcome.seconds = time.monotonic() - self._begun
        self._ask()
        return self.outcome

    @property
    def _names(self) -> dict[str, str]:
        """Of the workers, by their addresses."""
        return {worker.machine.inside: worker.name for worker in self._cluster.workers if worker.machine}

    def _at(self, share: float, what: str) -> None:
        """Waits until *share* of the articles were asked for, or are archived."""
        wanted = share * self._all
        self._cluster.wait_until(
            lambda: self._cluster.sites.served() >= wanted, seconds=_WITHIN, what=f"{wanted:.0f} articles asked for"
        )
        self._tell(what)

    def _tell(self, what: str) -> None:
        asked, archived = self._cluster.sites.served(), self._cluster.archived()
        line = f"{time.monotonic() - self._begun:6.1f} s  {asked:5} asked for, {archived:5} archived: {what}"
        self.outcome.events.append(line)
        print(line, file=sys.stderr, flush=True)

    def _harm(self, worker: Worker) -> None:
        assert worker.machine
        self._harmed[worker.machine.inside] = time.monotonic()
        self.outcome.in_flight[worker.name] = self._cluster.in_flight(worker)

    def _taken_back(self, worker: Worker) -> None:
        """Waits until the service has taken everything back from *worker*, which sleeps."""
        held = (
            "SELECT count(*) FROM khabar.crawls JOIN khabar.workers ON workers.id = crawls.worker "
            "WHERE workers.name = %s AND crawls.state = 'working'"
        )
        self._cluster.wait_until(
            lambda: self._cluster.rows(held, worker.name) == [(0,)], seconds=self._stalled * 4 + 60,
            what=f"the crawls of {worker.name}, which sleeps, taken back",
        )  # fmt: skip

    def _is_done(self) -> bool:
        """All is archived, and the run that makes up for the one that was cut short has ended as well."""
        count = "SELECT (SELECT count(*) FROM khabar.crawls), (SELECT count(*) FROM khabar.batches)"
        last = self._cluster.service.rows("SELECT outcome FROM runs ORDER BY id DESC LIMIT 1")
        done = self._cluster.archived() >= self._all and last == [("done",)]
        return done and self._cluster.rows(count) == [(0, 0)]

    # What is asked

    def _ask(self) -> None:
        self._ask_archive()
        self._ask_sites()
        self._ask_alerts()
        self._ask_what_is_left()

    def _ask_archive(self) -> None:
        service = self._cluster.service
        archived = Counter(url for (url,) in service.rows("SELECT url FROM articles"))
        self.outcome.archived = archived.total()
        wanted = set(self._cluster.sites.articles)
        if archived.keys() != wanted:
            self._wrong(
                f"{len(wanted - archived.keys())} articles are missing, {len(archived.keys() - wanted)} are none"
            )
        if twice := [url for url, times in archived.items() if times > 1]:
            self._wrong(f"{len(twice)} articles are archived twice")
        fates = dict(service.rows("SELECT url, fate FROM visits"))
        if without := [url for url in wanted if fates.get(url) not in ("archived", "unchanged")]:
            self._wrong(
                f"{len(without)} articles have no fate or another one: {[fates.get(url) for url in without[:3]]}"
            )
        if revised := service.rows("SELECT count(*) FROM revisions")[0][0]:
            self._wrong(f"{revised} articles were revised, though none was changed")
        for fault in faults(service.root / "archive.db"):
            self._wrong(fault)
        if open_runs := service.rows("SELECT id FROM runs WHERE outcome IS NULL"):
            self._wrong(f"runs that nobody ended: {open_runs}")

    def _ask_sites(self) -> None:
        asked, names = list(self._cluster.sites.asked), self._names
        if at_once := together(asked):
            first, other = at_once[0]
            self._wrong(f"{len(at_once)} times two workers asked one site at a time: {first.path} and {other.path}")
        turns = changes([one for one in asked if one.article])  # a later run asks for the feeds once more
        self.outcome.handed_on = sum(len(clients) > 1 for clients in turns.values())
        if back := [host for host, clients in turns.items() if len(clients) > len(set(clients))]:
            self._wrong(f"{len(back)} sites were asked by a worker that another one had gone on for:")
            self.outcome.faults += [self._story_of(host) for host in back[:3]]
        for first, _ in again(asked):
            self.outcome.again[names[first.client]] += 1
            harmed = self._harmed.get(first.client)
            if harmed is None or first.begun > harmed + _NOTED:
                self._wrong(f"fetched twice, though {names[first.client]} had it and lived: {first.path}:")
                self.outcome.faults.append(self._story_of(first.host))
        for name, times in self.outcome.again.items():
            if times > self.outcome.in_flight.get(name, 0):
                self._wrong(f"{times} pages of {name} were fetched again, {self.outcome.in_flight.get(name)} in flight")

    def _story_of(self, host: str) -> str:
        """Who asked *host* for what, and when."""
        names = self._names
        told = (
            f"{names[one.client]} {one.begun - self._begun:.2f}-{one.ended - self._begun:.2f} {one.path}"
            for one in self._cluster.sites.asked
            if one.host == host
        )
        return f"  {host}: {', '.join(told)}"

    def _ask_alerts(self) -> None:
        sink, service = self._cluster.sink, self._cluster.service
        owed = self._cluster.sites.with_topic
        self._cluster.wait_until(
            lambda: service.outbox().get("sent", 0) >= owed, seconds=120, what=f"{owed} messages sent"
        )
        refs = Counter(message.ref for message in sink.received)
        self.outcome.messages = len(refs)
        if service.outbox() != {"sent": owed} or len(refs) != owed:
            self._wrong(f"{owed} articles brought {len(refs)} messages; the outbox: {service.outbox()}")
        silent, self.outcome.repeats, unexplained = explain(
            sink.received, deliveries_of(service), patience=_PATIENCE
        )  # fmt: skip
        if silent or unexplained:
            self._wrong(f"{silent + unexplained} messages came again for no reason")

    def _ask_what_is_left(self) -> None:
        cluster = self._cluster
        held = "SELECT host FROM khabar.hosts WHERE holder IS NOT NULL AND until > now()"
        if hosts := cluster.rows(held):
            self._wrong(f"{len(hosts)} hosts are still held: {hosts[:3]}")
        for worker in cluster.workers[1:]:
            code, seconds = worker.stop()
            if code:
                self._wrong(f"{worker.name} ended with exit code {code} after {seconds:.1f} s:\n{worker.tail()}")
        cluster.service.stop()
        everybody: list[Worker | Service] = [*cluster.workers, cluster.service]
        deadline = time.monotonic() + _ORPHANS_END
        while (left := [pid for one in everybody for pid in one.left_behind()]) and time.monotonic() < deadline:
            time.sleep(0.1)
        if left:
            self._wrong(f"processes are left behind: {left}")
        for name, text in cluster.logs().items():
            if cluster.postgres.password in text:
                self._wrong(f"the log of {name} tells the password")
            if "Traceback" in text:
                self._wrong(f"the log of {name} has a traceback:\n{text[text.index('Traceback') - 300 :][:2000]}")

    def _wrong(self, fault: str) -> None:
        self.outcome.faults.append(fault)


def measure(
    root: Path, *, sources: int, articles: int, workers: int, stalled: float, crawls: int = CRAWLS_AT_ONCE,
    delay: float = 0.0, durable: bool = True,
) -> Outcome:  # fmt: skip
    """All of it, on a desk in *root*; each worker crawls so many sources at a time, with so many seconds between two
    requests to one. Raises NotAllowed, PostgresMissing; RuntimeError where it does not come to its end."""
    with Cluster(
        root, workers=workers, sites=sources, articles=articles, stalled=stalled, durable=durable, delay=delay,
        more=["--crawls", str(crawls)],
    ) as cluster:  # fmt: skip
        return Ordeal(cluster, stalled=stalled).run()


def table(outcome: Outcome) -> Iterator[str]:
    """The figures, a line each."""
    yield f"articles      {outcome.archived} archived of {outcome.articles}"
    yield f"seconds       {outcome.seconds:.0f}"
    yield f"handed on     {outcome.handed_on} sites, which another worker went on with"
    for name, number in outcome.in_flight.items():
        yield f"in flight     {number} articles of {name} when it was harmed; {outcome.again[name]} were fetched again"
    yield f"messages      {outcome.messages}; {outcome.repeats} came again, under way when the service was killed"
    yield f"faults        {len(outcome.faults)}"
    yield from (f"  {fault}" for fault in outcome.faults)


def main() -> int:
    """The command line; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster_kill", description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=int, default=200, help="sites (default 200)")
    parser.add_argument("--articles", type=int, default=25, help="of each (default 25)")
    parser.add_argument("--workers", type=int, default=4, help="two at least (default 4)")
    parser.add_argument("--stalled", type=float, default=STALLED, help=f"seconds (default {STALLED:g})")
    parser.add_argument("--into", type=Path, help="a new directory, which stays: desk and logs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = measure(
            arguments.into or Path(folder), sources=arguments.sources, articles=arguments.articles,
            workers=arguments.workers, stalled=arguments.stalled,
        )  # fmt: skip
    print("\n".join(table(outcome)))
    return int(bool(outcome.faults))


if __name__ == "__main__":
    sys.exit(main())
