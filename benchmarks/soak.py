"""Whether the service stays as it is: hundreds of scheduled runs against the newsroom, with articles and edits.

One job a site, every 10 s. Memory is the median of what was seen since the row before, descriptors and threads are
the least: what is open only while a crawl or a delivery is under way is no leak.

usage: python -m benchmarks.soak [--runs N]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import stories
from benchmarks.service import Service, Usage, write_desk
from crawler.newsroom import Newsroom
from crawler.newsroom.sink import WebhookSink
from crawler.newsroom.styles import STYLES

EVERY = 10  # seconds: the least that a job may have
ROW = 10  # runs
WARM = 60
"""Runs after which everything that is loaded or opened once is there."""
GROWTH = 0.10
"""Share by which the service's memory may grow after that."""
_NEWS = 4.0  # seconds between two changes at the sites
_WRITTEN_FOR = ("rafidain", "sidra", "baran")  # whose languages the made-up articles have
_LOOK = 0.25  # seconds
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the service took between two rows. Bytes, and numbers."""

    runs: int  # ended so far
    service: float
    workers: tuple[float, ...]  # one for each worker process
    descriptors: int
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Soak:
    """All that was seen."""

    rows: list[Row]
    outcomes: list[str]  # of the runs that had ended before the service was told to, in the order of their start
    published: int
    delivered: int

    @property
    def growth(self) -> float:
        """By what share the service's memory grew from the first to the last of the warm rows."""
        memory = [row.service for row in self._warm]
        ends = max(1, len(memory) // 5)
        return statistics.median(memory[-ends:]) / statistics.median(memory[:ends]) - 1

    @property
    def slope(self) -> float:
        """Bytes a run, by least squares over the warm rows."""
        if len(self._warm) < 2:
            return 0.0
        return statistics.linear_regression([row.runs for row in self._warm], [row.service for row in self._warm]).slope

    @property
    def leaks(self) -> bool:
        """Whether descriptors or threads are more at the end than when it was warm."""
        first, last = self._warm[0], self._warm[-1]
        return last.descriptors > first.descriptors or last.threads > first.threads

    @property
    def flat(self) -> bool:
        """Whether everything is as it should be."""
        return self.growth < GROWTH and not self.leaks

    @property
    def _warm(self) -> list[Row]:
        warm = [row for row in self.rows if row.runs >= WARM]
        return warm if len(warm) > 1 else self.rows[len(self.rows) // 2 :]


class _News:
    """What happens at the sites: an article that an alert is for, then an edit of it, and so on."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom, self._turn, self._next = newsroom, 0, time.monotonic()
        self.published = 0

    def happen(self) -> None:
        """The next change, where one is due."""
        if time.monotonic() < self._next:
            return
        self._next += _NEWS
        site = _WRITTEN_FOR[self._turn // 2 % len(_WRITTEN_FOR)]
        piece = stories.write(self._turn // 2, STYLES[site], published=datetime.now(UTC), topic=True)
        body = [line.text for line in piece.body]
        if self._turn % 2 == 0:
            self._newsroom.publish(site, piece.name, title=piece.title, body="\n\n".join(body))
            self.published += 1
        else:
            self._newsroom.edit(site, piece.name, body="\n\n".join(reversed(body)))
        self._turn += 1


def soak(root: Path, *, runs: int, jobs_per_site: int = 1, row: int = ROW) -> Soak:
    """At least so many *runs*, a row of figures each *row*. Raises RuntimeError where the service fails or hangs."""
    rows: list[Row] = []
    with Newsroom() as newsroom, WebhookSink() as sink:
        jobs = "\n".join(
            f'[[job]]\nid = "{site}-{number}"\nsources = ["{site}"]\nevery = "{EVERY}s"\n'
            for site in newsroom.sites
            for number in range(jobs_per_site)
        )
        write_desk(root, sources=newsroom.sources_toml(), jobs=jobs, to=sink.url)
        news = _News(newsroom)
        with Service(root) as service:
            while (ended := rows[-1].runs if rows else 0) < runs:
                seen: list[list[Usage]] = []

                def passed(seen: list[list[Usage]] = seen, until: int = ended + row) -> bool:
                    news.happen()
                    time.sleep(_LOOK)
                    seen.append(service.usage())
                    return _ended(service) >= until

                if not service.wait_until(passed, seconds=60 + 3 * EVERY * row):
                    raise RuntimeError(f"{_ended(service)} of {runs} runs, then no more:\n{service.tail()}")
                rows.append(_row(_ended(service), seen))
                print(_line(rows[-1]), file=sys.stderr)
            service.wait_until(lambda: _told(sink) >= news.published, seconds=3 * EVERY)
            outcomes = [outcome for _, outcome, _ in service.runs() if outcome is not None]
            service.stop()
            return Soak(rows=rows, outcomes=outcomes, published=news.published, delivered=_told(sink))


def _told(sink: WebhookSink) -> int:
    return len({message.ref for message in sink.received})


def _ended(service: Service) -> int:
    return sum(outcome is not None for _, outcome, _ in service.runs())


def _row(runs: int, seen: Sequence[Sequence[Usage]]) -> Row:
    workers = min(len(look) for look in seen) - 1
    return Row(
        runs=runs,
        service=statistics.median(look[0].resident for look in seen),
        workers=tuple(statistics.median(look[1 + number].resident for look in seen) for number in range(workers)),
        descriptors=min(look[0].descriptors for look in seen),
        threads=min(look[0].threads for look in seen),
    )


def _line(row: Row) -> str:
    each = " + ".join(f"{worker / _MIB:.1f}" for worker in row.workers)
    workers = f"{sum(row.workers) / _MIB:9.1f} = {each}"
    return f"{row.runs:5}{row.service / _MIB:13.1f}{row.descriptors:13}{row.threads:9}{workers}"


def table(result: Soak) -> Iterator[str]:
    """The rows and the verdict."""
    yield f"{'runs':>5}{'service MiB':>13}{'descriptors':>13}{'threads':>9}{'workers MiB':>12}"
    yield from map(_line, result.rows)
    yield f"\nruns        {', '.join(f'{number} {outcome}' for outcome, number in Counter(result.outcomes).items())}"
    yield f"alerts      {result.delivered} delivered of {result.published} articles"
    yield f"memory      {result.growth:+.1%} and {result.slope / 1024:+.1f} KiB a run since it was warm"
    yield f"the rest    {'MORE' if result.leaks else 'no more'} descriptors or threads than when it was warm"
    yield f"verdict     {'flat' if result.flat else 'NOT flat'}"


def main() -> int:
    """The command line; 1 where something grew or a run was not done."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=300, help="runs of all jobs together (default 300)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = soak(Path(folder) / "desk", runs=arguments.runs)
    print("\n".join(table(result)))
    return 0 if result.flat and set(result.outcomes) == {"done"} else 1


if __name__ == "__main__":
    sys.exit(main())
