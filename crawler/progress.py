"""A crawl as a person sees it: live progress on a terminal, and a table of what each source gave."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from archive.article import Fate
from archive.database import open_archive
from archive.overview import outbox_counts
from archive.plain import plain
from crawler.cli.terminal import err, out
from crawler.desk import Desk
from crawler.launch import CrawlSummary
from pipelines.tally import COUNTED, Tally

_COLOURS = {Fate.ARCHIVED: "green", Fate.REVISED: "cyan", Fate.REFUSED: "yellow", Fate.FAILED: "red"}


class CrawlProgress:
    """A bar a source, on standard error, where that is a terminal; in a pipe it shows nothing."""

    def __init__(self, *, hidden: bool = False) -> None:
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[fates]}", markup=False),
            TimeElapsedColumn(),
            console=err(),
            transient=True,
            disable=hidden or not err().is_terminal,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._bars.stop()

    def watch(self, tallies: dict[str, Tally]) -> None:
        """Shows *tallies* for as long as they change."""
        if self._bars.disable:
            return
        for source, tally in tallies.items():
            bar = self._bars.add_task(source, total=None, fates="")
            tally.watch = lambda tally=tally, bar=bar: self._show(bar, tally)

    def _show(self, bar: TaskID, tally: Tally) -> None:
        settled = sum(tally.fates[fate] for fate in COUNTED)
        named = "  ".join(f"{tally.fates[fate]} {fate}" for fate in COUNTED if tally.fates[fate])
        total = max(settled, tally.found + tally.fates[Fate.UNCHANGED])
        self._bars.update(bar, completed=settled, total=total, fates=named)


def print_summary(desk: Desk, summary: CrawlSummary) -> None:
    """Prints what each source gave, and why what was refused or failed was."""
    out().print(summary_table(summary))
    for line in reason_lines(summary):
        out().print(line, soft_wrap=not out().is_terminal)
    if summary.outcome != "done":
        out().print("Stopped early; what was not fetched is remembered, and the next crawl goes on with it.")
    with closing(open_archive(desk.archive, read_only=True)) as db:
        waiting = outbox_counts(db)["waiting"]
    if waiting:
        out().print(f'Alerts: {waiting} wait to be sent; "khabar alerts deliver" sends them, "khabar run" by itself.')
    out().print(f"Archive: {desk.archive}", soft_wrap=True)


def summary_table(summary: CrawlSummary) -> Table:
    """A row a source: requests, pages and fates."""
    seconds = (summary.finished - summary.started).total_seconds()
    return tally_table(summary.tallies, f"Run {summary.run}, {seconds:.1f} s")


def tally_table(tallies: Mapping[str, Tally], title: str, *, requests: bool = True) -> Table:
    """A row a source. Fates that no URL had are left out, so that it fits a terminal."""
    shown = [fate for fate in COUNTED if any(tally.fates[fate] for tally in tallies.values())]
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("source", overflow="fold")
    for heading in (*(("requests",) if requests else ()), "fetched", *(fate.value for fate in shown)):
        table.add_column(heading, justify="right")
    for source, tally in tallies.items():
        counts = [
            Text(str(tally.fates[fate] or "·"), style=_COLOURS.get(fate, "") if tally.fates[fate] else "dim")
            for fate in shown
        ]
        asked = (str(tally.requests),) if requests else ()
        table.add_row(plain(source), *asked, str(tally.fetched), *counts)
    return table


def reason_lines(summary: CrawlSummary) -> Iterator[Text]:
    """Source by source, why URLs were refused or failed, and how often."""
    return reasons_of(summary.tallies)


def reasons_of(tallies: Mapping[str, Tally]) -> Iterator[Text]:
    """The same."""
    for source, tally in tallies.items():
        if tally.reasons:
            reasons = ", ".join(f"{plain(name)} ({count})" for name, count in sorted(tally.reasons.items()))
            yield Text.assemble((f"{plain(source)}: ", "dim"), reasons)
