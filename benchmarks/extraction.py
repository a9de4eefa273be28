"""What it costs to clean a page, beside trafilatura's default, which gives text, title, author and day.

    python -m benchmarks.extraction [PAGES.jsonl[.gz]] [--limit N]

Both are timed page by page in turn, on the processor's clock, in one process; of ROUNDS rounds the best counts, so
that the ratio holds on a noisy machine. Pages come whole from memory: what a crawl adds is in `benchmarks.crawl`.
"""

import argparse
import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from trafilatura import bare_extraction

from benchmarks.pages import ServedPage, newsroom_sites, read_pages
from pipelines.extraction.article import Unusable, extract_article
from pipelines.page import Page
from seeds.sources import Source

ROUNDS = 3
SITE = "https://site.example"
SOURCE = Source(id="benchmark", name="benchmark")


def khabar(page: ServedPage) -> None:
    """One page as a worker of the crawl cleans it."""
    url = SITE + page.path
    fetched = Page(
        url=url, requested=url, source=SOURCE.id, status=200, headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=page.html, fetched=datetime.now(UTC),
    )  # fmt: skip
    with contextlib.suppress(Unusable):
        extract_article(fetched, SOURCE)


def trafilatura(page: ServedPage) -> None:
    """One page as trafilatura cleans it when nothing else is asked for."""
    bare_extraction(page.html, url=SITE + page.path, with_metadata=True)


def cpu_seconds(work: Callable[[ServedPage], None], page: ServedPage) -> float:
    """What *work* on *page* takes of the processor's time."""
    begun = time.process_time()
    work(page)
    return time.process_time() - begun


def share(values: list[float], quantile: float) -> float:
    """The value below which *quantile* of *values* lie."""
    return sorted(values)[min(len(values) - 1, int(quantile * len(values)))]


def main() -> None:
    """Prints CPU milliseconds a page of both, and their ratio."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("pages", nargs="?", type=Path, help="JSON Lines with id and html; else the newsroom's pages")
    options.add_argument("--limit", type=int, help="so many pages")
    given = options.parse_args()
    pages = read_pages(given.pages, given.limit) if given.pages else newsroom_sites(1, given.limit)[0]
    for work in (khabar, trafilatura):
        work(pages[0])  # what is loaded once is no page's
    taken = {work: [float("inf")] * len(pages) for work in (khabar, trafilatura)}
    for _ in range(ROUNDS):
        for number, page in enumerate(pages):
            for work, best in taken.items():
                best[number] = min(best[number], cpu_seconds(work, page))
    size = sum(len(page.html) for page in pages) / len(pages) / 1000
    print(f"{len(pages)} pages, {size:.0f} kB each on average, {ROUNDS} rounds")
    for work, seconds in taken.items():
        mean, high, worst = (
            1000 * value for value in (sum(seconds) / len(seconds), share(seconds, 0.95), max(seconds))
        )
        print(f"{work.__name__:<12} CPU {mean:5.1f} ms a page, 95 % below {high:.0f}, worst {worst:.0f}")
    print(f"ratio        {sum(taken[khabar]) / sum(taken[trafilatura]):.2f}")


if __name__ == "__main__":
    main()
