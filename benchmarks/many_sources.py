"""What sources that never answer cost those that do: 180 sites of 25 articles, without and with twenty bad ones.

Of the bad ones half stall and half are dead. Each crawl is the service's: all sources in one run, and three runs in
one process, so that the memory after the first can be held against the third's. With and without take turns, in
alternating order. A site that works is done when the last of its articles is counted; what matters is when the last
of them all is.

usage: python -m benchmarks.many_sources [--sources N] [--stalling N] [--dead N] [--articles N] [--delay S] [--rounds N]
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.bad_sites import BadSites
from benchmarks.measure import environment, run
from benchmarks.pages import ServedPage
from benchmarks.sites import Sites
from benchmarks.stories import write
from crawler.newsroom.site import Site
from crawler.newsroom.styles import STYLES
from crawler.settings import DOWNLOAD_TIMEOUT

CRAWLS = 3
DEARER = 0.10
"""Share by which the bad ones may make the others' time longer."""
_LOOKS = ("rafidain", "sidra", "baran")  # English, Arabic, Sorani
_LATEST = datetime(2026, 6, 1, 12, tzinfo=UTC)
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The crawls of one process. Seconds and bytes; a tuple has an item a crawl."""

    bad: bool  # whether the bad sites were among the sources
    failed: tuple[int, ...]  # feeds and pages, those of the bad ones
    missed: int  # articles of the good ones that were not archived
    done: tuple[float, ...]  # until the last good source was done
    whole: tuple[float, ...]  # until the run ended
    resident: tuple[int, ...]  # the crawling process afterwards
    peak: int | None  # the whole process tree; None off Linux


def shares(sites: int, articles: int) -> list[list[ServedPage]]:
    """The pages of *sites* sites, *articles* each, no two alike."""
    return [
        [_page(place * articles + number, _LOOKS[place % len(_LOOKS)], number) for number in range(articles)]
        for place in range(sites)
    ]


def _page(number: int, look: str, age: int) -> ServedPage:
    style = replace(STYLES[look], way="rss", declared=STYLES[look].language)
    piece = write(number, style, published=_LATEST - timedelta(minutes=age), topic=False)
    site = Site(style, {piece.name: piece}, lambda: _LATEST)
    path = site.address(piece)
    return ServedPage(path=path, title=piece.title, published=piece.published, html=site.answer(path).body)


def write_desk(root: Path, good: Sequence[str], bad: Sequence[str], *, delay: float) -> None:
    """A desk of these feeds, the bad ones spread among the good ones."""
    (root / "seeds/sources").mkdir(parents=True)
    (root / "desk.toml").write_text('name = "Benchmark"\ntimezone = "UTC"\ncontact = "bench@example.org"\n')
    named = [(f"good-{number:03}", feed) for number, feed in enumerate(good)]
    for number, feed in enumerate(bad):
        named.insert(number * (len(good) // max(1, len(bad)) + 1), (f"bad-{number:03}", feed))
    tables = [
        f'[[source]]\nid = "{name}"\nname = "{name}"\nfeeds = ["{feed}"]\nprivate = true\n'
        f"ports = [{urlsplit(feed).port or 80}]\ndelay = {delay}\n"
        for name, feed in named
    ]
    (root / "seeds/sources/sites.toml").write_text("\n".join(tables))


def crawl(
    good: Sequence[str], bad: Sequence[str], *, articles: int, delay: float, times: int = CRAWLS,
    timeout: int = DOWNLOAD_TIMEOUT,
) -> Round:  # fmt: skip
    """One process that crawls them all *times* times; a response may take *timeout* seconds.

    Raises RuntimeError, with what it wrote, where it failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        write_desk(Path(folder), good, bad, delay=delay)
        command = [sys.executable, "-m", "benchmarks.crawl_again", folder, str(times), str(timeout)]
        taken = run(command, environment=environment())
    lines = [json.loads(line) for line in taken.output.splitlines()]
    if taken.code or len(lines) != times:
        raise RuntimeError(f"the crawls ended with exit code {taken.code}:\n{taken.errors[-3000:]}")
    archived = sum(number for line in lines for name, number in line["archived"].items() if name.startswith("good-"))
    return Round(
        bad=bool(bad),
        failed=tuple(sum(line["failed"].values()) for line in lines),
        missed=len(good) * articles - archived,
        done=tuple(max(at for name, at in line["done"].items() if name.startswith("good-")) for line in lines),
        whole=tuple(line["seconds"] for line in lines),
        resident=tuple(line["resident"] for line in lines),
        peak=taken.pss,
    )


def measure(*, good: int, stalling: int, dead: int, articles: int, delay: float, rounds: int) -> list[Round]:
    """*rounds* pairs of rounds, with the bad sites and without. Raises RuntimeError."""
    done = []
    with Sites(shares(good, articles)) as sites, BadSites(stalling=stalling, dead=dead) as bad:
        for number in range(rounds):
            for feeds in [[], bad.feeds] if number % 2 == 0 else [bad.feeds, []]:
                done.append(crawl(sites.feeds, feeds, articles=articles, delay=delay))
                print(_row(done[-1]), file=sys.stderr)
    return done


def cost(rounds: Sequence[Round]) -> tuple[float, ...]:
    """For each crawl, by what share the good ones' time is longer with the bad ones: of the medians."""
    medians = [
        [statistics.median(taken.done[place] for taken in rounds if taken.bad is bad) for place in range(CRAWLS)]
        for bad in (True, False)
    ]
    return tuple(with_bad / without - 1 for with_bad, without in zip(*medians, strict=True))


def table(rounds: Sequence[Round]) -> Iterator[str]:
    """The rows and what the bad ones cost."""
    yield _HEAD
    yield from map(_row, rounds)
    yield "\nthe bad ones cost the others  " + ", ".join(f"{share:+.0%}" for share in cost(rounds))


_HEAD = (
    f"{'bad ones':>9}{'missed':>8}{'good ones done after s':>25}{'runs took s':>25}"
    f"{'memory after each MiB':>25}{'peak MiB':>10}"
)


def _row(taken: Round) -> str:
    done, whole = (" ".join(f"{seconds:.1f}" for seconds in each) for each in (taken.done, taken.whole))
    resident = " ".join(f"{size / _MIB:.0f}" for size in taken.resident)
    peak = "-" if taken.peak is None else f"{taken.peak / _MIB:.0f}"
    return f"{'with' if taken.bad else 'without':>9}{taken.missed:8}{done:>25}{whole:>25}{resident:>25}{peak:>10}"


def main() -> int:
    """The command line; 1 where an article was missed or the bad ones cost too much."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_sources", description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=int, default=180, help="sites that answer (default 180)")
    parser.add_argument("--stalling", type=int, default=10, help="that never answer or drip (default 10)")
    parser.add_argument("--dead", type=int, default=10, help="whose port is closed or whose name is unknown")
    parser.add_argument("--articles", type=int, default=25, help="of each site (default 25)")
    parser.add_argument("--delay", type=float, default=0.2, help="seconds between two requests to a site")
    parser.add_argument("--rounds", type=int, default=2, help="pairs of with and without (default 2)")
    arguments = parser.parse_args()
    rounds = measure(
        good=arguments.sources, stalling=arguments.stalling, dead=arguments.dead, articles=arguments.articles,
        delay=arguments.delay, rounds=arguments.rounds,
    )  # fmt: skip
    print("\n".join(table(rounds)))
    return int(any(taken.missed for taken in rounds) or cost(rounds)[0] > DEARER)


if __name__ == "__main__":
    sys.exit(main())
