"""How long an alert takes: from an article's appearance in a feed to the message at a webhook. 100 sites, one job.

Every site is crawled each 30 s with 0.1 s between two requests to it; one article a second appears, on one site
after another. The interval itself is most of the time: what appears just after a look waits for the next one.

usage: python -m benchmarks.latency [--seconds N] [--sites N] [--every N]
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.live_sites import LiveSites, Published
from benchmarks.service import Service, Usage, write_desk
from crawler.newsroom.sink import Received, WebhookSink

DELAY = 0.1  # seconds between two requests to a site
OVERHEAD = 5  # seconds beyond the interval that the slowest of twenty may take
_SETTLES_WITHIN = 300  # seconds for the first run, which has every site's old articles to fetch
_URL = re.compile(r"http://127\.0\.0\.1:\d+/[^\s\"'<>)]+")
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of the articles. Latencies in seconds, of each article's first message, shortest first."""

    articles: int
    latencies: tuple[float, ...]
    repeated: int  # messages beyond the first of an article

    @property
    def missed(self) -> int:
        """Articles without a message."""
        return self.articles - len(self.latencies)

    def at(self, share: float) -> float:
        """The latency that so large a share of the messages did not exceed (nearest rank)."""
        return self.latencies[max(0, -(-len(self.latencies) * round(100 * share) // 100) - 1)]


def compare(published: Sequence[Published], received: Sequence[Received]) -> Measured:
    """Ties the messages to the articles by the link that each carries."""
    appeared = {article.url: article.instant for article in published}
    latencies: dict[str, float] = {}
    repeated = 0
    for message in received:
        for url in set(_URL.findall(message.message)) & appeared.keys():
            repeated += url in latencies
            latencies.setdefault(url, message.instant - appeared[url])
    return Measured(articles=len(appeared), latencies=tuple(sorted(latencies.values())), repeated=repeated)


def measure(root: Path, *, sites: int, seconds: int, every: int) -> tuple[Measured, Service, list[Usage]]:
    """Publishes for *seconds*, then waits for what is still due. Raises RuntimeError where the service fails."""
    job = f'[[job]]\nid = "all"\nsources = ["site-*"]\nevery = "{every}s"\n'
    with LiveSites(sites) as live, WebhookSink() as sink:
        write_desk(root, sources=live.sources_toml(delay=DELAY), jobs=job, to=sink.url)
        with Service(root) as service:
            print("the first run fetches what the sites already have …", file=sys.stderr)
            if not service.wait_until(lambda: any(run[2] for run in service.runs()), seconds=_SETTLES_WITHIN):
                raise RuntimeError(f"the first run had not ended after {_SETTLES_WITHIN} s:\n{service.tail()}")
            print(f"publishing one article a second for {seconds} s …", file=sys.stderr)
            begun = time.monotonic()
            for number in range(seconds):
                time.sleep(max(0.0, begun + number - time.monotonic()))
                live.publish(number)
            service.wait_until(
                lambda: not compare(live.published, sink.received).missed, seconds=2 * every + 4 * OVERHEAD
            )
            usage = service.usage()
            service.stop()
            return compare(live.published, sink.received), service, usage


def table(measured: Measured, service: Service, usage: Sequence[Usage], *, every: int) -> Iterator[str]:
    """The figures, a line each."""
    yield f"articles      {measured.articles}"
    yield f"delivered     {len(measured.latencies)}"
    yield f"missed        {measured.missed}"
    yield f"repeated      {measured.repeated}"
    if measured.latencies:
        median, p95, most = (measured.at(share) for share in (0.5, 0.95, 1))
        yield f"latency       median {median:.1f} s, p95 {p95:.1f} s, most {most:.1f} s"
        within = "within" if p95 <= every + OVERHEAD else "NOT within"
        yield f"promise       p95 {within} the interval of {every} s plus {OVERHEAD} s"
    took = [run[2] for run in service.runs() if run[2] is not None]
    rest = took[1:]
    yield f"runs          {len(took)}, the first {took[0]:.1f} s" + (
        f", then median {statistics.median(rest):.1f} s, most {max(rest):.1f} s" if rest else ""
    )
    workers = ", ".join(f"{one.highest / _MIB:.0f}" for one in usage[1:])
    yield f"peak memory   {usage[0].highest / _MIB:.0f} MiB resident, and {workers} MiB of the worker processes"
    yield f"CPU           {sum(one.cpu_seconds for one in usage):.0f} s of all processes"


def main() -> int:
    """The command line; 1 where an article brought no message."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=180, help="how long one article a second appears (default 180)")
    parser.add_argument("--sites", type=int, default=100, help="sites that are watched (default 100)")
    parser.add_argument("--every", type=int, default=30, help="the job's interval in seconds (default 30)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured, service, usage = measure(
            Path(folder) / "desk", sites=arguments.sites, seconds=arguments.seconds, every=arguments.every
        )
        print("\n".join(table(measured, service, usage, every=arguments.every)))
        if measured.missed:
            print(f"\n{service.tail()}", file=sys.stderr)
    return 1 if measured.missed else 0


if __name__ == "__main__":
    sys.exit(main())
