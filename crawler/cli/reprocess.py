"""`khabar reprocess`: kept pages, read with today's code."""

import asyncio
import gc
import os
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.database import explained, open_archive
from archive.extractions import articles_with_pages
from archive.pages import open_pages, pages_beside, refused_hashes
from archive.plain import plain, plain_json
from archive.times import to_text
from crawler.cli import pass_desk
from crawler.cli.logs import log_to_terminal
from crawler.cli.named_article import number_of
from crawler.cli.times import TIME_HELP, read_since, read_until
from crawler.desk import Desk
from pipelines.extraction.version import code_name, code_of
from seeds.definitions import DefinitionError, matches_one, nearest
from seeds.sources import Source

if TYPE_CHECKING:
    from crawler.cli.reprocess_view import ReprocessProgress
    from pipelines.reclaiming import Found, Reclaiming
    from pipelines.reprocessing import Reprocessing, Told
    from pipelines.workbench import Workbench

_NICE = 5
"""Behind a service that runs beside it; its workers are so as well."""
_OBJECTS = 20_000
"""Made and not yet gone, before cycles are looked for: with Python's 700 that takes a tenth of a page's time."""
_PATIENCE = 20.0
"""Seconds that it has to end by, whatever it waits for: a page may take eight of them."""
_MOST_TROUBLES = 20


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--article", metavar="ID", help="This article only, by its number or any of its addresses.")
@click.option("--since", metavar="WHEN", help=f"Published (else first seen) since {TIME_HELP}.")
@click.option("--until", metavar="WHEN", help="… and until then; a date is meant with the whole day.")
@click.option("--again", is_flag=True, help="Also what today's code has read already.")
@click.option("--dry-run", "dry", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines: one for each change, and the summary last.")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens, on standard error.")
@pass_desk
def reprocess(
    desk: Desk, *, sources: tuple[str, ...], article: str | None, since: str | None, until: str | None, again: bool,
    dry: bool, as_json: bool, verbose: bool,
) -> int:  # fmt: skip
    """Read kept pages with today's code: of every source, or of those named (shell patterns are allowed).

    What an article says by it takes the place of what stood there, with index and topics; earlier versions likewise. It
    is written down as another reading, not as an edit, and nobody is alerted. A kept page on which no article had been
    found, and now is one, is archived; alerts tell of it while it is news.

    Nothing is fetched. It may run beside "khabar run", and be stopped or killed at any moment: the same command goes on
    with what is left. Exit code 1 where a page gives nothing by today's code, or could not be read; its article stays
    as it is.

    \b
    Example: khabar reprocess 'shafaq-*' --since 30d --dry-run
    """
    from crawler.cli.reprocess_view import ReprocessProgress, Shown, print_summary  # noqa: PLC0415 -- rich

    desk.check()
    chosen = _chosen(desk, sources)
    begin, end = read_since(since, desk.zone), read_until(until, desk.zone)
    with explained(desk.archive), closing(open_archive(desk.archive, read_only=True)) as db:
        number = number_of(db, article, "--article") if article is not None else None
        named, span = None if chosen is None else chosen.keys(), (begin, end)
        ids = array("q", articles_with_pages(db, sources=named, article=number, since=begin, until=end))
    watched = desk.sources if chosen is None else chosen
    refused = _refused(desk, watched, span, again=again)
    if article is not None:
        refused = []
    log_to_terminal(verbose)
    os.nice(_NICE)
    job = Job(desk, articles=ids, refused=refused, watched=watched, again=again, dry=dry)
    with ReprocessProgress(len(ids) + len(refused), hidden=as_json or verbose) as progress:
        shown = Shown(dry=dry, as_json=as_json)
        summary = job.run(shown.article, shown.found, progress)
    if as_json:
        click.echo(plain_json({"summary": summary.as_dict()}))
    else:
        print_summary(summary, dry=dry)
    for trouble in summary.troubles[:_MOST_TROUBLES]:
        click.echo(plain(trouble), err=True)
    return 1 if summary.troubles or summary.outcome != "done" else 0


@dataclass(kw_only=True)
class Summary:
    """What came of it."""

    outcome: str  # "done", or "stopped" early
    code: str
    articles: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    versions: int = 0
    edits_gone: int = 0
    refused: int = 0  # pages without an article that were read
    found: int = 0  # articles on them
    troubles: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """As the contract prints it."""
        return {
            "outcome": self.outcome, "code": self.code, "pages": self.pages, "articles": dict(self.articles),
            "fields": dict(self.fields), "versions": self.versions, "edits_gone": self.edits_gone,
            "refused": self.refused, "found": self.found, "troubles": self.troubles,
        }  # fmt: skip


class Job:
    """What is to be read, on one desk."""

    def __init__(
        self, desk: Desk, *, articles: Sequence[int], refused: Sequence[bytes], watched: Mapping[str, Source],
        again: bool, dry: bool,
    ) -> None:  # fmt: skip
        self._desk, self._articles, self._refused = desk, articles, refused
        self._watched, self._again, self._dry = watched, again, dry
        self._stopped = False
        self._at_work: "Reprocessing | Reclaiming | None" = None  # noqa: UP037 -- imported where it begins

    def run(
        self, article: "Callable[[Told], None]", found: "Callable[[Found], None]", progress: "ReprocessProgress"
    ) -> Summary:
        """Raises ArchiveError. Ctrl-C and SIGTERM end it cleanly; twice, at once."""
        from crawler.signs import Signs  # noqa: PLC0415
        from pipelines.workbench import open_workbench  # noqa: PLC0415

        desk, signs = self._desk, Signs(patience=_PATIENCE)
        workbench = open_workbench(desk.archive, desk.packs, desk.watch, keep_pages=desk.config.keep_pages)
        gc.freeze()  # what was loaded stays
        gc.set_threshold(_OBJECTS, 20, 20)

        async def main() -> Summary:
            signs.listen(end=self._stop)
            return await self._do(workbench, article, found, progress.step)

        try:
            return asyncio.run(main())
        finally:
            workbench.close()

    def _stop(self) -> None:
        self._stopped = True
        if self._at_work:
            self._at_work.stop()

    async def _do(
        self, workbench: "Workbench", article: "Callable[[Told], None]", found: "Callable[[Found], None]",
        step: Callable[[], None],
    ) -> Summary:  # fmt: skip
        from pipelines.reprocessing import Reprocessing  # noqa: PLC0415

        summary = Summary(outcome="done", code=code_name())
        if self._articles and pages_beside(self._desk.archive).exists():
            work = self._at_work = Reprocessing(
                workbench, self._desk.archive, self._desk.sources, again=self._again, dry=self._dry, tell=article
            )
            await work.run(self._articles, step)
            done = work.done
            summary.articles.update({str(came): number for came, number in done.articles.items()})
            summary.fields = done.fields
            summary.pages, summary.versions, summary.edits_gone = done.pages, done.versions, done.edits
            summary.troubles += done.troubles
        if self._refused and not self._stopped:
            await self._reclaim(workbench, summary, found, step)
        summary.outcome = "stopped" if self._stopped else "done"
        return summary

    async def _reclaim(
        self, workbench: "Workbench", summary: Summary, found: "Callable[[Found], None]", step: Callable[[], None]
    ) -> None:
        from archive.ledger import finish_run, start_run  # noqa: PLC0415
        from pipelines.reclaiming import Reclaiming  # noqa: PLC0415

        begun = workbench.clock()
        run = 0 if self._dry else await workbench.archive(lambda db: start_run(db, None, begun), at_once=True)
        work = self._at_work = Reclaiming(workbench, self._desk.archive, self._watched, run, dry=self._dry, tell=found)
        try:
            await work.run(self._refused, step)
        finally:
            outcome, finished = "stopped" if self._stopped else "done", workbench.clock()
            counts = {name: tally.as_dict() for name, tally in work.done.tallies.items()}
            if not self._dry:
                await workbench.archive(lambda db: finish_run(db, run, finished, outcome, counts), at_once=True)
        summary.refused, summary.found = work.done.pages, work.done.found
        summary.troubles += work.done.troubles


def _chosen(desk: Desk, patterns: Sequence[str]) -> dict[str, Source] | None:
    """The sources that *patterns* name; None: all, and whatever else is archived. Raises DefinitionError."""
    if not patterns:
        return None
    for pattern in patterns:
        if not any(matches_one(name, [pattern]) for name in desk.sources):
            reason, hint = "no source of this desk matches it", nearest(pattern, desk.sources)
            raise DefinitionError(desk.root / "seeds" / "sources", "SOURCE", reason, value=pattern, nearest=hint)
    return {name: source for name, source in desk.sources.items() if matches_one(name, patterns)}


def _refused(
    desk: Desk, sources: Mapping[str, Source], span: tuple[datetime | None, datetime | None], *, again: bool
) -> list[bytes]:
    """The pages without an article of *sources*, fetched in *span*, that today's code has not read. Raises
    ArchiveError, also where no page is kept at all."""
    begin, end = (to_text(one) if one else None for one in span)
    path: Path = pages_beside(desk.archive)
    with explained(path), closing(open_pages(path, read_only=True)) as pages:
        return [
            hashed
            for hashed, source, code, fetched in refused_hashes(pages)
            if source in sources and (again or code != code_of(sources[source]))
            if (begin is None or fetched >= begin) and (end is None or fetched < end)
        ]
