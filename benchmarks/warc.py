"""How fast a WARC file comes in, beside what extraction alone allows on the same cores; and what memory it takes.

    python -m benchmarks.warc [PAGES.jsonl[.gz]] [--records N] [--rounds N] [--json]

Rounds are interleaved, each contender a process of its own: `khabar import --any` of a file with the pages under so
many addresses of four sites, and the bare extraction of the same pages by the same worker pool with as many under way
and nothing else. Rates count from the first page that a worker is handed, so that neither pays for its start. Beside
that, what processors were busy with it, which others on the machine disturb less; the memory of imports of a quarter,
of all and of four times the records; and the rate at which a file is read of which one record in a hundred is of a
source of the desk.
"""

import argparse
import asyncio
import contextlib
import gc
import gzip
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Taken, environment, run
from benchmarks.pages import ServedPage, newsroom_sites, read_pages

if TYPE_CHECKING:
    from pipelines.workers import Workers

NEEDED = 0.95
"""Of the rate that extraction alone allows."""
SITES = 4
_OTHERS = 30_000
"""Records of the file of which few are picked, as of CC-NEWS."""
_FIRST = datetime(2026, 3, 1, tzinfo=UTC)
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Pages of a round, and the seconds from the first that a worker was handed to the last that was done with."""

    pages: int
    seconds: float
    cpu_seconds: float  # of all its processes, their start included
    pss: int | None

    @property
    def per_second(self) -> float:
        """Pages."""
        return self.pages / self.seconds


def records(pages: Sequence[ServedPage], number: int, *, of_sources: int = 1) -> Iterator[bytes]:
    """So many records, one in *of_sources* of a site that is asked for."""
    for place in range(number):
        page = pages[place % len(pages)]
        site = f"site{place % SITES}" if place % of_sources == 0 else f"other{place % 997}"
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.html
        date = (_FIRST + timedelta(seconds=place)).strftime("%Y-%m-%dT%H:%M:%SZ")
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{place}>\r\nWARC-Date: {date}\r\n"
            f"WARC-Target-URI: https://{site}.example/{place}\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        )
        yield head.encode() + block + b"\r\n\r\n"


def write(path: Path, pages: Sequence[ServedPage], number: int, *, of_sources: int = 1) -> Path:
    """A file of them, a gzip member each."""
    with path.open("wb") as file:
        for one in records(pages, number, of_sources=of_sources):
            file.write(gzip.compress(one, 6, mtime=0))
    return path


def desk(folder: Path) -> Path:
    """A desk with a source for each of the sites."""
    sources = folder / "seeds" / "sources"
    sources.mkdir(parents=True)
    (folder / "desk.toml").write_text('name = "Benchmark"\ntimezone = "UTC"\n')
    for number in range(SITES):
        (sources / f"site-{number}.toml").write_text(
            f'[[source]]\nid = "site-{number}"\nname = "Site {number}"\nfeeds = ["https://site{number}.example/feed"]\n'
            f"article = '^https://site{number}\\.example/[0-9]+$'\n"
        )
    return folder


def imported(path: Path, number: int) -> Rate:
    """The import of the file at *path* into a new desk."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-P", "-m", "benchmarks.warc", "--import", str(path)]
        taken = run(command, environment=environment() | {"KHABAR_DESK": str(desk(Path(folder) / "desk"))})
        told = _told(taken)
        if told["settled"] != number:
            raise RuntimeError(f"{told['settled']} of {number} pages came in:\n{taken.errors[-2000:]}")
        return Rate(pages=number, seconds=told["seconds"], cpu_seconds=taken.cpu_seconds, pss=taken.pss)


def extracted(path: Path, number: int) -> Rate:
    """The extraction of the same pages, and nothing else."""
    command = [sys.executable, "-P", "-m", "benchmarks.warc", "--extract", str(path), "--records", str(number)]
    taken = run(command, environment=environment())
    return Rate(pages=number, seconds=_told(taken)["seconds"], cpu_seconds=taken.cpu_seconds, pss=taken.pss)


def _told(taken: Taken) -> dict[str, float]:
    if taken.code or not taken.output.strip():
        raise RuntimeError(f"exit code {taken.code}:\n{taken.errors[-2000:]}")
    told: dict[str, float] = json.loads(taken.output.strip().splitlines()[-1])
    return told


def run_import(path: Path) -> None:
    """In a process of its own: what `khabar import` does, with the time from its first page on."""
    from crawler.desk import find_desk  # noqa: PLC0415
    from crawler.warc.equipment import import_workbench  # noqa: PLC0415
    from crawler.warc.files import check_files  # noqa: PLC0415
    from crawler.warc.importing import Importing, Order  # noqa: PLC0415
    from crawler.warc.picking import Picker  # noqa: PLC0415

    os.nice(5)
    here = find_desk(None)
    workbench = import_workbench(here)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

    async def main() -> tuple[int, float]:
        await _warm(workbench.workers)
        order = Order(files=check_files([path]), picker=Picker(here.sources.values()), picked="bench")
        begun = time.monotonic()
        summary = await Importing(workbench, order).run()
        settled = sum(tally.fates.total() for tally in summary.tallies.values())
        return settled, time.monotonic() - begun

    settled, seconds = asyncio.run(main())
    workbench.close()
    print(json.dumps({"settled": settled, "seconds": seconds}))


def run_extraction(path: Path, number: int) -> None:
    """In a process of its own: the pages of *path* through the workers, as many under way as in an import."""
    from archive.lines import Counted  # noqa: PLC0415
    from crawler.warc.importing import A_WORKER  # noqa: PLC0415
    from pipelines.extraction.unusable import Unusable  # noqa: PLC0415
    from pipelines.page import Page  # noqa: PLC0415
    from pipelines.reading import Reading, read_in_worker  # noqa: PLC0415
    from pipelines.workers import WorkerFault, Workers  # noqa: PLC0415
    from seeds.sources import Source  # noqa: PLC0415

    os.nice(5)
    pages, places = read_pages(path), iter(range(number))
    lines = {f"site-{site}": Counted() for site in range(SITES)}  # what recurs is left out: that is extraction too
    workers = Workers(preload=["pipelines.extraction.article"])
    headers = (("Content-Type", "text/html; charset=utf-8"),)

    async def read_all() -> None:
        for place in places:
            url, name = f"https://site{place % SITES}.example/{place}", f"site-{place % SITES}"
            page = Page(
                url=url, requested=url, source=name, status=200, headers=headers, body=pages[place % len(pages)].html,
                fetched=_FIRST + timedelta(seconds=place),
            )  # fmt: skip
            source, recurring = Source(id=name, name=name), lines[name].recurring
            with contextlib.suppress(Unusable, WorkerFault):
                reading: Reading = await workers.run(read_in_worker, page, source, recurring, source=name)
                lines[name].add(reading.lines)

    async def main() -> float:
        await _warm(workers)
        begun = time.monotonic()
        await asyncio.gather(*(read_all() for _ in range(A_WORKER * workers.count)))
        return time.monotonic() - begun

    seconds = asyncio.run(main())
    workers.close()
    print(json.dumps({"seconds": seconds}))


async def _warm(workers: "Workers") -> None:
    """Begins its processes: their start is no page's."""
    await asyncio.gather(*(workers.run(time.sleep, 0.5) for _ in range(workers.count)))


def measure(pages: Sequence[ServedPage], number: int, rounds: int, folder: Path) -> dict[str, float]:
    """The figures, by what they are."""
    served = folder / "pages.jsonl"
    with served.open("w", encoding="utf-8") as file:
        for page in pages:
            file.write(json.dumps({"html": page.html.decode("utf-8", "replace")}) + "\n")
    path = write(folder / "all.warc.gz", pages, number)
    ours, alone = [], []
    for _ in range(rounds):
        alone.append(extracted(served, number))
        ours.append(imported(path, number))
    figures = {
        "extraction alone, pages/s": statistics.median(one.per_second for one in alone),
        "import, pages/s": statistics.median(one.per_second for one in ours),
        "ratio": statistics.median(a.per_second / b.per_second for a, b in zip(ours, alone, strict=True)),
        "extraction alone, CPU ms a page": min(1000 * one.cpu_seconds / number for one in alone),
        "import, CPU ms a page": min(1000 * one.cpu_seconds / number for one in ours),
    }
    part, more = (imported(write(folder / "other.warc.gz", pages, many), many) for many in (number // 4, 4 * number))
    for one in (part, ours[-1], more):
        figures[f"memory of {one.pages} records, MiB"] = (one.pss or 0) / _MIB
    picked = len(range(0, _OTHERS, 100))
    few = imported(write(folder / "few.warc.gz", pages[:100], _OTHERS, of_sources=100), picked)
    figures[f"{_OTHERS} records with {picked} of sources, records/s"] = _OTHERS / few.seconds
    return figures


def main() -> None:
    """Prints the figures; exit code 1 where the import is slower than it needs to be."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("pages", nargs="?", type=Path, help="JSON Lines with id and html; else the newsroom's pages")
    options.add_argument("--records", type=int, default=2000, help="addresses under which the pages are written")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true")
    options.add_argument("--import", dest="imported", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--extract", dest="extracted", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.imported:
        return run_import(given.imported)
    if given.extracted:
        return run_extraction(given.extracted, given.records)
    pages = read_pages(given.pages) if given.pages else newsroom_sites(1)[0]
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(pages, given.records, given.rounds, Path(folder))
    if given.json:
        print(json.dumps(figures))
    else:
        size = sum(len(page.html) for page in pages) / len(pages) / 1000
        print(f"{len(pages)} pages, {size:.0f} kB each on average, {given.rounds} rounds, {os.cpu_count()} processors")
        for name, value in figures.items():
            print(f"{name:<50} {value:10.3f}" if name == "ratio" else f"{name:<50} {value:10.1f}")
    sys.exit(figures["ratio"] < NEEDED)


if __name__ == "__main__":
    main()
