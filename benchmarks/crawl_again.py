"""Crawls all sources of a desk several times in one process, as the service does, and tells when each was done.

Prints one JSON object a crawl. `done` has for every source the seconds from the start of the crawl to the last thing
that was counted for it; `resident` is this process's memory afterwards, in bytes (Linux).

usage: python -m benchmarks.crawl_again DESK TIMES SECONDS, which a response may take
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from archive.article import Fate
from benchmarks.measure import field
from crawler import settings
from crawler.desk import Desk
from crawler.launch import Crawling, CrawlSummary, Traffic, on_reactor
from pipelines.tally import Tally
from pipelines.workbench import open_workbench


class _Watch:
    """Notes when each source's tally last changed."""

    def __init__(self) -> None:
        self._begun = monotonic()
        self.done: dict[str, float] = {}

    def over(self, tallies: dict[str, Tally]) -> None:
        for source, tally in tallies.items():
            tally.watch = self._noting(source)

    def _noting(self, source: str) -> Callable[[], None]:
        def note() -> None:
            self.done[source] = monotonic() - self._begun

        return note


def crawl_again(root: Path, times: int) -> None:
    """Crawls the desk at *root* and prints its lines."""
    desk = Desk(root)
    workbench = open_workbench(desk.archive, desk.packs, desk.watch)

    async def main() -> None:
        traffic = Traffic()
        for _ in range(times):
            watch = _Watch()
            begun = monotonic()
            summary = await Crawling(desk, workbench, traffic).run(list(desk.sources.values()), started=watch.over)
            print(json.dumps(_line(summary, watch, monotonic() - begun)), flush=True)

    try:
        on_reactor(main)
    finally:
        workbench.close()


def _line(summary: CrawlSummary, watch: _Watch, seconds: float) -> dict[str, object]:
    return {
        "seconds": seconds,
        "done": watch.done,
        "archived": {source: tally.fates[Fate.ARCHIVED] for source, tally in summary.tallies.items()},
        "failed": {source: tally.fates[Fate.FAILED] for source, tally in summary.tallies.items()},
        "resident": field(os.getpid(), "status", "VmRSS:"),
    }


if __name__ == "__main__":
    settings.DOWNLOAD_TIMEOUT = int(sys.argv[3])
    crawl_again(Path(sys.argv[1]), int(sys.argv[2]))
