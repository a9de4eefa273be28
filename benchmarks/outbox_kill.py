"""Whether the outbox keeps its promise: nothing lost and every repeat explained, with a bad receiver and kill -9.

Articles of ten sites bring an alert each to a webhook that fails one post in ten and leaves one in twenty without an
answer. Meanwhile the service is killed again and again, each time when a number of posts drawn at random has come,
and started again at once.

A repeat is explained where the sender could not know that its message had arrived: the receiver gave no answer in
time, or the service was killed before it could write the answer down. Which it was stands in the archive's own log of
deliveries, so that no machine is too slow for the verdict.

usage: python -m benchmarks.outbox_kill [--alerts N] [--kills N] [--seed N]
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from alerts.channels import READ_SECONDS
from archive.times import from_text
from benchmarks.live_sites import LiveSites
from benchmarks.service import Service, write_desk
from crawler.newsroom.sink import FAIL, Behave, Received, WebhookSink, by_chance, stall

SITES = 10
FAILS, STALLS = 0.1, 0.05  # shares of all posts
_WITHIN = 900  # seconds for everything
_IDLE = 60
"""Seconds until the next kill at the latest, also where nothing arrives."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try, as the service wrote it down, to the second."""

    begun: datetime
    ended: datetime | None  # None: it was under way when the service was killed
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it all."""

    alerts: int  # that the articles should bring
    delivered: int  # of them, by their distinct refs
    unnamed: int  # messages without a ref
    after_silence: int  # repeats of a message that the receiver took and gave no answer to in time
    after_kill: int  # repeats of one that was under way at a kill
    unexplained: int  # all other repeats
    outbox: dict[str, int]  # how many messages in each state
    kills: int
    orphans: int  # processes that a killed service left behind
    seconds: float

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        whole = self.delivered == self.alerts and self.outbox == {"sent": self.alerts}
        return whole and not self.unexplained and not self.unnamed


def explain(
    received: Sequence[Received], deliveries: Mapping[str, Sequence[Delivery]], *, patience: float
) -> tuple[int, int, int]:
    """How many repeats came after a silence, after a kill, and for no good reason.

    *deliveries* of each ref, oldest first; *patience*: seconds after which the sender gives up.
    """
    silent = killed = unexplained = 0
    last: dict[str, Received] = {}
    for message in received:
        if message.ref is None:
            continue
        if before := last.get(message.ref):
            one = _delivery_of(before, deliveries.get(message.ref, ()))
            if one is None:
                unexplained += 1
            elif one.ended is None:
                killed += 1
            elif one.outcome == "failed" and (
                before.status is None or one.ended - one.begun >= timedelta(seconds=patience)
            ):
                silent += 1
            else:
                unexplained += 1
        last[message.ref] = message
    return silent, killed, unexplained


def _delivery_of(message: Received, deliveries: Sequence[Delivery]) -> Delivery | None:
    """The try that brought *message*: the last that had begun."""
    return next((one for one in reversed(deliveries) if one.begun <= message.at), None)


def deliveries_of(service: Service) -> dict[str, list[Delivery]]:
    """Every try that the archive's own log of deliveries knows, by ref, the oldest first."""
    found: dict[str, list[Delivery]] = {}
    for ref, begun, ended, outcome in service.rows("SELECT ref, begun, ended, outcome FROM deliveries ORDER BY id"):
        found.setdefault(ref, []).append(Delivery(from_text(begun), from_text(ended) if ended else None, outcome))
    return found


def measure(
    root: Path, *, alerts: int, kills: int, behave: Behave, chance: random.Random, patience: float | None = None
) -> Outcome:
    """Runs and kills the service until everything is delivered, or time is up.

    *patience*: seconds that the service waits for an answer of the receiver; its own default where None. Raises
    RuntimeError where the service ends by itself.
    """
    begun = time.monotonic()
    sites = min(SITES, alerts)
    with LiveSites(sites, old=0) as live, WebhookSink(behave) as sink:
        for number in range(alerts):
            live.publish(number)
        jobs = '[[job]]\nid = "all"\nsources = ["site-*"]\nevery = "10s"\n'
        to = sink.url + (f"?rto={patience}" if patience else "")
        write_desk(root, sources=live.sources_toml(delay=0), jobs=jobs, to=to)
        with Service(root) as service:
            for moment in sorted(chance.sample(range(1, alerts), kills)):
                # One more than before the last kill at least, so that the service does something between two.
                posts = min(max(moment, len(sink.posts) + 1), alerts)
                service.wait_until(partial(_arrived, sink, posts), seconds=_IDLE)
                time.sleep(chance.uniform(0, 0.2))
                service.kill()
                print(f"killed with {len(sink.posts)} posts at the sink", file=sys.stderr)
                service.start()
            service.wait_until(
                lambda: service.outbox() == {"sent": alerts}, seconds=_WITHIN - (time.monotonic() - begun)
            )
            seconds = time.monotonic() - begun
            orphans = len(service.left_behind())
            service.stop()
            received, outbox, deliveries = sink.received, service.outbox(), deliveries_of(service)
    silent, after_kill, unexplained = explain(received, deliveries, patience=patience or READ_SECONDS)
    refs = {message.ref for message in received if message.ref}
    unnamed = sum(message.ref is None for message in received)
    return Outcome(
        alerts=alerts, delivered=len(refs), unnamed=unnamed, after_silence=silent, after_kill=after_kill,
        unexplained=unexplained, outbox=outbox, kills=kills, orphans=orphans, seconds=seconds,
    )  # fmt: skip


def _arrived(sink: WebhookSink, posts: int) -> bool:
    return len(sink.posts) >= posts


def table(outcome: Outcome) -> Iterator[str]:
    """The figures, a line each."""
    yield f"alerts             {outcome.alerts}"
    yield f"kill -9            {outcome.kills}"
    yield f"delivered          {outcome.delivered} distinct refs"
    yield f"lost               {outcome.alerts - outcome.delivered}"
    yield f"repeats            {outcome.after_silence} after a silence, {outcome.after_kill} in flight at a kill, " + (
        f"{outcome.unexplained} UNEXPLAINED"
    )
    yield f"without a ref      {outcome.unnamed}"
    yield f"outbox             {', '.join(f'{number} {state}' for state, number in outcome.outbox.items())}"
    yield f"orphaned processes {outcome.orphans}"
    yield f"seconds            {outcome.seconds:.0f}"


def main() -> int:
    """The command line; 1 where the promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outbox_kill", description=__doc__.partition("\n")[0])
    parser.add_argument("--alerts", type=int, default=1000, help="messages to be delivered (default 1000)")
    parser.add_argument("--kills", type=int, default=10, help="how often the service is killed (default 10)")
    parser.add_argument("--seed", type=int, default=1, help="of the receiver's faults and the moments of the kills")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = measure(
            Path(folder) / "desk",
            alerts=arguments.alerts,
            kills=arguments.kills,
            behave=by_chance({FAIL: FAILS, stall(): STALLS}, seed=arguments.seed),
            chance=random.Random(arguments.seed),
        )
    print("\n".join(table(outcome)))
    return 0 if outcome.kept else 1


if __name__ == "__main__":
    sys.exit(main())
