"""What it costs to keep pages: whole crawls with and without, over the same pages, and what both files take on disk.

Rounds are interleaved, and ratios are taken within a round, so that a noisy machine disturbs both alike.

usage: python -m benchmarks.kept_pages [PAGES.jsonl[.gz]] [--limit N] [--sites N] [--rounds N]
"""

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.crawl import write_desk
from benchmarks.measure import environment, run
from benchmarks.pages import newsroom_sites, read_pages, spread
from benchmarks.sites import Sites


def measure(sites: Sites, *, keeps: bool) -> dict[str, float]:
    """One crawl of all pages. Raises RuntimeError where it archived none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_desk(folder, sites.feeds)
        if keeps:
            file = folder / "desk.toml"
            file.write_text(file.read_text() + "keep_pages = true\n")
        sites.counts()
        command = [sys.executable, "-P", "-m", "crawler", "crawl", "--json"]
        taken = run(command, environment=environment() | {"KHABAR_DESK": name})
        counts = sites.counts()
        told = json.loads(taken.output.strip().splitlines()[-1])["sources"].values()
        if not (archived := sum(one["archived"] for one in told)):
            raise RuntimeError(f"nothing was archived:\n{taken.errors[-2000:]}")
        figures = {
            "archived": float(archived),
            "pages/s": counts["pages"] / (taken.ended - counts["first"]),
            "CPU ms/page": 1000 * taken.cpu_seconds / counts["pages"],
            "archive bytes/article": _size(folder / "archive.db") / archived,
        }
        return figures | (_kept(folder / "pages.db") if keeps else {})


def _kept(path: Path) -> dict[str, float]:
    with closing(sqlite3.connect(path)) as db:
        number, sent, refused = db.execute("SELECT count(*), sum(size), sum(refused IS NOT NULL) FROM pages").fetchone()
    return {
        "kept": number, "refused among them": refused, "bytes/page as sent": sent / number,
        "bytes/page in pages.db": _size(path) / number,
    }  # fmt: skip


def _size(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


@contextmanager
def _served(arguments: argparse.Namespace) -> Iterator[Sites]:
    if arguments.pages:
        shares = spread(read_pages(arguments.pages, arguments.limit), arguments.sites)
    else:
        shares = newsroom_sites(arguments.sites, arguments.limit)
    with Sites(shares) as sites:
        yield sites


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kept_pages", description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="?", type=Path, help="JSON Lines with id and html; default: the newsroom's")
    parser.add_argument("--limit", type=int, help="only the first N pages")
    parser.add_argument("--sites", type=int, default=8, help="sites that the pages are spread over (default 8)")
    parser.add_argument("--rounds", type=int, default=3, help="crawls with, and as many without (default 3)")
    arguments = parser.parse_args()
    rounds: list[dict[bool, dict[str, float]]] = []
    with _served(arguments) as sites:
        for number in range(arguments.rounds):
            order = (False, True) if number % 2 else (True, False)
            rounds.append({keeps: measure(sites, keeps=keeps) for keeps in order})
            print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)
    for keeps in (False, True):
        print("with pages kept" if keeps else "without")
        for name in rounds[0][keeps]:
            print(f"  {name:24}{statistics.median(one[keeps][name] for one in rounds):14,.1f}")
    print("with / without, median of the ratios of each round")
    for name in ("pages/s", "CPU ms/page"):
        print(f"  {name:24}{statistics.median(one[True][name] / one[False][name] for one in rounds):14.3f}")


if __name__ == "__main__":
    main()
