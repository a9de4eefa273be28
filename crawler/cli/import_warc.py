"""`khabar import`: pages that others captured, from WARC files."""

import asyncio
import gc
import json
import os
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.plain import plain_json
from archive.times import to_text
from crawler.cli import pass_desk
from crawler.cli.logs import log_to_terminal
from crawler.desk import Desk
from seeds.definitions import DefinitionError, matches_one, nearest
from seeds.sources import Source

if TYPE_CHECKING:
    from crawler.warc.importing import ImportSummary, Order, Watch

_NICE = 5
"""Behind a service that runs beside it; its workers are so as well."""
_OBJECTS = 20_000
"""Made and not yet gone, before cycles are looked for: with Python's 700 that takes a tenth of a page's time."""
_PATIENCE = 15.0
"""Seconds that it has to end by, whatever it waits for."""


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--source", "patterns", multiple=True, metavar="PATTERN", help="Pages of these sources only.")
@click.option("--any", "any_site", is_flag=True, help="Every HTML page: what no source claims, under its site's name.")
@click.option("--alerts", is_flag=True, help="Let alerts tell of what is imported; without it they stay silent.")
@click.option("--again", is_flag=True, help="Read a file anew that was imported whole.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to every page, on standard error.")
@pass_desk
def import_warc(
    desk: Desk, *, files: tuple[Path, ...], patterns: tuple[str, ...], any_site: bool, alerts: bool, again: bool,
    as_json: bool, verbose: bool,
) -> int:  # fmt: skip
    """Archive pages that others captured, from WARC files: plain, gzip or zstd, CC-NEWS among them.

    A page belongs to the source that it would be an article of; the enabled ones, or those that --source names. It is
    archived as if it had been crawled when it was captured. Nothing is fetched. What is broken off goes on where it
    was, and it may run beside "khabar run". Exit code 1 where a record was bad or a page failed.

    \b
    Example: khabar import CC-NEWS-20260301*.warc.gz
    """
    from crawler.cli.import_view import ImportProgress, print_import  # noqa: PLC0415 -- rich takes its time
    from crawler.warc.files import check_files  # noqa: PLC0415
    from crawler.warc.importing import Order  # noqa: PLC0415 -- and so does Scrapy
    from crawler.warc.picking import Picker  # noqa: PLC0415

    desk.check()
    sources = _choose(desk, patterns, any_site=any_site)
    checked = check_files(files)
    log_to_terminal(verbose)
    order = Order(
        files=checked, picker=Picker(sources, any_site=any_site), picked=_in_words(sources, any_site=any_site),
        tells="all" if alerts else "nothing", again=again,
    )  # fmt: skip
    os.nice(_NICE)
    with ImportProgress(hidden=as_json or verbose) as progress:
        summary = _run(desk, order, progress.watch)
    if as_json:
        click.echo(plain_json(as_dict(summary)))
    else:
        print_import(desk, summary)
    return 0 if summary.outcome == "done" and not summary.troubled else 1


def _run(desk: Desk, order: "Order", watch: "Watch") -> "ImportSummary":
    """Raises ArchiveError. Ctrl-C and SIGTERM end it cleanly; twice, at once."""
    from crawler.signs import Signs  # noqa: PLC0415
    from crawler.warc.equipment import import_workbench  # noqa: PLC0415
    from crawler.warc.importing import Importing  # noqa: PLC0415

    signs = Signs(patience=_PATIENCE)
    workbench = import_workbench(desk)
    gc.freeze()  # what was loaded stays
    gc.set_threshold(_OBJECTS, 20, 20)

    async def main() -> "ImportSummary":
        importing = Importing(workbench, order, watch)
        signs.listen(end=importing.stop)
        return await importing.run()

    try:
        return asyncio.run(main())
    finally:
        workbench.close()


def _choose(desk: Desk, patterns: Sequence[str], *, any_site: bool) -> list[Source]:
    """The enabled sources, or those that *patterns* name. Raises DefinitionError where one names none."""
    folder = desk.root / "seeds" / "sources"
    for pattern in patterns:
        if not any(matches_one(name, [pattern]) for name in desk.sources):
            reason, hint = "no source of this desk matches it", nearest(pattern, desk.sources)
            raise DefinitionError(folder, "--source", reason, value=pattern, nearest=hint)
    chosen = [
        source for name, source in desk.sources.items() if (matches_one(name, patterns) if patterns else source.enabled)
    ]
    if not chosen and not any_site:
        reason = "no source of this desk is enabled; enable one, name one with --source, or take every page with --any"
        raise DefinitionError(folder, "", reason)
    return chosen


def _in_words(sources: Sequence[Source], *, any_site: bool) -> str:
    """By what pages are picked: of a definition that has changed, others may be."""
    told = sorted((one.id, sorted(one.hosts), one.article, one.exclude) for one in sources)
    digest = blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()
    return f"{'any, ' if any_site else ''}{len(sources)} sources {digest}"


def as_dict(summary: "ImportSummary") -> dict[str, object]:
    """The summary as the contract prints it."""
    return {
        "run": summary.run,
        "started": to_text(summary.started),
        "finished": to_text(summary.finished),
        "outcome": summary.outcome,
        "files": [
            {
                "file": str(one.file.path), **one.counts.as_dict(), "finished": one.finished,
                "imported": to_text(one.known) if one.known else None,
            }
            for one in summary.files
        ],
        "sources": {source: tally.as_dict() for source, tally in summary.tallies.items()},
    }  # fmt: skip
