"""An archive given away in every form: articles a second, peak memory and size.

Each form is one `khabar export --output`, a process of its own, after another one that puts the archive into the
system's cache. Without --archive an archive is made, whose articles have a page each that is kept; of a given one the
raw pages are exported where there is a pages.db beside it. Memory that does not grow with --articles is the promise.

usage: python -m benchmarks.exporting [--articles N] [--archive FILE] [--forms FORM …]
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from html import escape
from pathlib import Path

from archive.arrival import Arrival
from archive.database import open_archive
from archive.packed_page import PackedPage
from archive.pages import keep_page, open_pages, packed
from benchmarks.made_archive import arrivals, build
from benchmarks.measure import Taken, environment, run
from crawler.exporting.forms import FORMS

_MIB = 2**20
_FURNITURE = "".join(
    f'<li><a href="/section/{number}">Section {number} of this site</a></li>\n' for number in range(300)
)
"""What a page has besides its story, some twenty kilobytes of it."""


def main() -> None:
    """Prints a line for each form."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.exporting", description=__doc__)
    options.add_argument("--articles", type=int, default=20_000)
    options.add_argument("--archive", type=Path)
    options.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="khabar-export-") as place:
        desk = _desk(Path(place), asked.archive, asked.articles)
        with closing(open_archive(desk / "archive.db", read_only=True)) as db:
            articles: int = db.execute("SELECT count(*) FROM article_head").fetchone()[0]
        print(f"{articles:,} articles\n")
        print(f"{'form':<20}{'articles/s':>12}{'of CPU':>10}{'peak MiB':>10}{'MB':>10}")
        _export(desk, "jsonl", Path("/dev/null"))
        for form in asked.forms:
            _tell(desk, form, articles)


def _tell(desk: Path, form: str, articles: int) -> None:
    if form == "warc" and not (desk / "pages.db").exists():
        print(f"{form:<20}no pages are kept beside this archive")
        return
    target = desk / "out"
    taken = _export(desk, form, target)
    size = sum(path.stat().st_size for path in target.rglob("*")) if target.is_dir() else target.stat().st_size
    wall = taken.ended - taken.started
    print(
        f"{form:<20}{articles / wall:>12,.0f}{articles / taken.cpu_seconds:>10,.0f}"
        f"{(taken.high_water or 0) / _MIB:>10,.0f}{size / 1e6:>10,.0f}",
        flush=True,
    )
    shutil.rmtree(target) if target.is_dir() else target.unlink()


def _export(desk: Path, form: str, target: Path) -> Taken:
    where = [] if target == Path("/dev/null") else ["--output", str(target)]
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(desk), "export", "--format", form, *where]
    taken = run(command, environment=environment(), seconds=4 * 3600)
    if taken.code:
        sys.exit(f"{form}: exit code {taken.code}: {taken.errors}")
    return taken


def _desk(root: Path, archive: Path | None, articles: int) -> Path:
    (root / "desk.toml").write_text('name = "Benchmark"\ntimezone = "UTC"\n', encoding="utf-8")
    for folder in ("seeds/sources", "seeds/topics", "schedules", "alerts"):
        (root / folder).mkdir(parents=True)
    if archive is None:
        _build(root, articles)
        return root
    for name, file in (("archive.db", archive), ("pages.db", archive.with_name("pages.db"))):
        if file.exists():
            (root / name).symlink_to(file.absolute())
    return root


def _build(root: Path, articles: int) -> None:
    print("making the archive and its pages …", file=sys.stderr)
    with closing(open_pages(root / "pages.db")) as pages:
        pages.execute("PRAGMA synchronous = OFF")
        pages.execute("BEGIN")

        def with_pages() -> Iterator[Arrival]:
            for arrival in arrivals():
                page = _page(arrival)
                keep_page(pages, page)
                yield replace(arrival, page_hash=page.hash)

        build(root / "archive.db", with_pages(), articles)
        pages.execute("COMMIT")


def _page(arrival: Arrival) -> PackedPage:
    article = arrival.article
    paragraphs = "".join(f"<p>{escape(line)}</p>\n" for line in article.text.split("\n"))
    body = f"<!doctype html><title>{escape(article.title or '')}</title><ul>{_FURNITURE}</ul>{paragraphs}".encode()
    return PackedPage(
        hash=sha256(body).digest(), url=article.url, requested=article.url, source=article.source, fetched=arrival.seen,
        status=200, headers=(("Content-Type", "text/html; charset=utf-8"),), size=len(body), packed=packed(body),
    )  # fmt: skip


if __name__ == "__main__":
    main()
