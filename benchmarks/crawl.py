"""How fast a whole crawl is and what it takes, beside bare Scrapy and beside the plain way, over the same pages.

Every contender is a process of its own, a fresh interpreter with nothing warm, against the same sites on loopback;
rounds are interleaved, and ratios are taken within a round, so that a noisy machine disturbs all alike.

usage: python -m benchmarks.crawl [PAGES.jsonl[.gz]] [--limit N] [--sites N] [--rounds N] [--json]
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import Taken, environment, run
from benchmarks.pages import ServedPage, newsroom_sites, read_pages, spread
from benchmarks.sites import Sites

BARE, PLAIN, KHABAR = "bare Scrapy", "plain way", "khabar crawl"
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One contender's crawl of `pages` pages, of which it kept `kept`: extracted or archived (bare Scrapy: fetched)."""

    pages: int
    kept: int
    whole_seconds: float  # from the start of the interpreter to the exit of the process
    crawl_seconds: float  # from the first request that reached a site to the exit: without start-up
    cpu_seconds: float
    pss: int | None
    high_water: int | None

    @property
    def figures(self) -> dict[str, float | None]:
        """What the table shows, by column."""
        return {
            "kept": self.kept,
            "pages/s": self.pages / self.crawl_seconds,
            "pages/s whole": self.pages / self.whole_seconds,
            "CPU ms/page": 1000 * self.cpu_seconds / self.pages,
            "PSS MiB": None if self.pss is None else self.pss / _MIB,
            "high water MiB": None if self.high_water is None else self.high_water / _MIB,
        }


Contender = Callable[[Sites, Path], tuple[list[str], dict[str, str]]]
"""Given the sites and an empty folder: the command, and what it adds to the environment."""


def bare(sites: Sites, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Fetches, nothing else."""
    return [sys.executable, "-m", "benchmarks.bare", *sites.feeds], {}


def plain(sites: Sites, folder: Path) -> tuple[list[str], dict[str, str]]:
    """trafilatura inline, one commit a page."""
    return [sys.executable, "-m", "benchmarks.plain", str(folder / "plain.db"), *sites.feeds], {}


def khabar(sites: Sites, folder: Path) -> tuple[list[str], dict[str, str]]:
    """The real thing, on a desk of its own."""
    write_desk(folder, sites.feeds)
    return [sys.executable, "-P", "-m", "crawler", "crawl", "--json"], {"KHABAR_DESK": str(folder)}


CONTENDERS: dict[str, Contender] = {BARE: bare, PLAIN: plain, KHABAR: khabar}


def write_desk(folder: Path, feeds: list[str]) -> None:
    """A desk whose sources are the benchmark's sites: private hosts, no delay, a budget that binds nothing."""
    sources = folder / "seeds" / "sources"
    sources.mkdir(parents=True)
    (folder / "desk.toml").write_text('name = "Benchmark"\ntimezone = "UTC"\ncontact = "bench@example.org"\n')
    for number, feed in enumerate(feeds):
        (sources / f"site-{number}.toml").write_text(
            f'[[source]]\nid = "site-{number}"\nname = "Site {number}"\nfeeds = ["{feed}"]\n'
            f"private = true\nports = [{urlsplit(feed).port}]\ndelay = 0\n"
            "budget = { pages = 1000000, minutes = 600, megabytes = 100000 }\n"
        )


def measure(name: str, sites: Sites, pages: int) -> Round:
    """One crawl of all *pages* by one contender. Raises RuntimeError, with what it wrote, where it had fewer."""
    with tempfile.TemporaryDirectory() as folder:
        command, extra = CONTENDERS[name](sites, Path(folder))
        sites.counts()
        taken = run(command, environment=environment() | extra)
        counts = sites.counts()
        if not taken.output.strip() or counts["pages"] < pages:
            had = f"{name} had {counts['pages']:.0f} of {pages} pages and ended with exit code {taken.code}"
            raise RuntimeError(f"{had}:\n{taken.errors[-2000:]}")
        return Round(
            pages=pages,
            kept=_kept(taken),
            whole_seconds=taken.ended - taken.started,
            crawl_seconds=taken.ended - counts["first"],
            cpu_seconds=taken.cpu_seconds,
            pss=taken.pss,
            high_water=taken.high_water,
        )


def compare(rounds: dict[str, list[Round]]) -> dict[str, dict[str, float | None]]:
    """For every contender the median of each figure, and Khabar's ratios to the other two."""
    result = {
        name: {column: _median([row.figures[column] for row in rows]) for column in rows[0].figures}
        for name, rows in rounds.items()
    }
    for other in (BARE, PLAIN):
        result[f"khabar / {other}"] = {
            column: _median([_ratio(a.figures[column], b.figures[column]) for a, b in zip(ours, theirs, strict=True)])
            for ours, theirs in [(rounds[KHABAR], rounds[other])]
            for column in ours[0].figures
        }
    return result


def _kept(taken: Taken) -> int:
    answer = json.loads(taken.output.strip().splitlines()[-1])
    if "kept" in answer:
        return int(answer["kept"])
    return sum(int(source["archived"]) for source in answer["sources"].values())


def _median(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _ratio(ours: float | None, theirs: float | None) -> float | None:
    return ours / theirs if ours is not None and theirs else None


def _table(result: dict[str, dict[str, float | None]]) -> Iterator[str]:
    columns = list(next(iter(result.values())))
    yield "".ljust(22) + "".join(column.rjust(16) for column in columns)
    for name, figures in result.items():
        form = "{:.2f} x" if "/" in name else "{:,.1f}"
        cells = (("-" if (value := figures[column]) is None else form.format(value)).rjust(16) for column in columns)
        yield name.ljust(22) + "".join(cells)


@contextmanager
def _served(arguments: argparse.Namespace) -> Iterator[tuple[Sites, int]]:
    shares: list[list[ServedPage]]
    if arguments.pages:
        shares = spread(read_pages(arguments.pages, arguments.limit), arguments.sites)
    else:
        shares = newsroom_sites(arguments.sites, arguments.limit)
    with Sites(shares) as sites:
        yield sites, sum(map(len, shares))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "pages", nargs="?", type=Path, help="JSON Lines with id and html; default: the newsroom's pages"
    )
    parser.add_argument("--limit", type=int, help="only the first N pages")
    parser.add_argument("--sites", type=int, default=8, help="sites that the pages are spread over (default 8)")
    parser.add_argument("--rounds", type=int, default=3, help="crawls by each contender (default 3)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    arguments = parser.parse_args()
    rounds: dict[str, list[Round]] = {name: [] for name in CONTENDERS}
    with _served(arguments) as (sites, pages):
        for number in range(arguments.rounds):
            names = list(CONTENDERS)
            for name in names[number % 3 :] + names[: number % 3]:
                print(f"round {number + 1} of {arguments.rounds}: {name} over {pages} pages", file=sys.stderr)
                rounds[name].append(measure(name, sites, pages))
    result = compare(rounds)
    if arguments.json:
        machine = {"python": platform.python_version(), "system": platform.system(), "processors": os.cpu_count()}
        every = {name: [asdict(row) for row in rows] for name, rows in rounds.items()}
        print(json.dumps({"machine": machine, "served": pages, "medians": result, "rounds": every}))
        return
    print("\n".join(_table(result)))
    print("\npages/s: from the first request to the exit of the process; whole: with the interpreter's start-up.")
    print("CPU and memory are of the whole process tree; medians; ratios are medians of the ratios of each round.")


if __name__ == "__main__":
    main()
