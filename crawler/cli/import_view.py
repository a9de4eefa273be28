"""An import as a person sees it: live progress on a terminal, and tables of what came of files and sources."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column, Table

from archive.plain import plain
from archive.times import for_reading
from crawler.cli.terminal import err, out
from crawler.desk import Desk
from crawler.progress import reasons_of, tally_table

if TYPE_CHECKING:
    from crawler.warc.importing import FileSummary, ImportSummary

_MOST_ROWS = 50  # sources and sites in the table; the rest is told as a number


class ImportProgress:
    """A bar for the file in hand, on standard error, where that is a terminal; in a pipe it shows nothing."""

    def __init__(self, *, hidden: bool = False) -> None:
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            DownloadColumn(binary_units=False, table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[records]}", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=err(),
            transient=True,
            disable=hidden or not err().is_terminal,
        )
        self._of: dict[int, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._bars.stop()

    def watch(self, summary: "FileSummary", at: int) -> None:
        """Shows how far a file is read."""
        if self._bars.disable:
            return
        if id(summary) not in self._of:
            for done in self._of.values():  # of a month's files only the one in hand fits on a screen
                self._bars.remove_task(done)
            self._of.clear()
            name = plain(summary.file.path.name)
            self._of[id(summary)] = self._bars.add_task(name, total=summary.file.size, records="")
        bar = self._of[id(summary)]
        seconds = next(task.elapsed for task in self._bars.tasks if task.id == bar) or 0.0
        rate = f", {summary.counts.records / seconds:.0f}/s" if seconds > 1 else ""
        self._bars.update(bar, completed=at, records=f"{summary.counts.records} records{rate}")


def print_import(desk: Desk, summary: "ImportSummary") -> None:
    """Prints what came of each file, what each source gave, and why what was refused or failed was."""
    seconds = (summary.finished - summary.started).total_seconds()
    shown = dict(sorted(summary.tallies.items(), key=lambda one: -one[1].fates.total())[:_MOST_ROWS])
    if shown:
        out().print(tally_table(shown, f"Run {summary.run}, {seconds:.1f} s", requests=False))
    if len(summary.tallies) > len(shown):
        out().print(f"and {len(summary.tallies) - len(shown)} more")
    told = [line for one in summary.files for line in _told_of(one)]
    for line in reasons_of(shown):
        out().print(line, soft_wrap=not out().is_terminal)
    out().print(_files(summary.files))
    for reason in told:
        out().print(reason, soft_wrap=not out().is_terminal)
    if summary.outcome != "done":
        out().print("Stopped early; the same command goes on with the rest.")
    out().print(f"Archive: {desk.archive}", soft_wrap=True)


def _files(files: "list[FileSummary]") -> Table:
    table = Table(title="Files", title_justify="left", title_style="bold")
    table.add_column("file", overflow="fold")
    for heading in ("records", "passed over", "bad"):
        table.add_column(heading, justify="right")
    for one in files:
        counts = one.counts
        numbers = (counts.records, counts.skipped.total(), counts.faults.total())
        table.add_row(plain(one.file.path.name), *(str(number or "·") for number in numbers))
    return table


def _told_of(one: "FileSummary") -> list[str]:
    name, told = plain(one.file.path.name), []
    if one.known:
        told.append(f"{name}: was imported whole on {for_reading(one.known)}; --again reads it anew")
    for what, counter in (("passed over", one.counts.skipped), ("bad", one.counts.faults)):
        if counter:
            told.append(
                f"{name}: {what}: " + ", ".join(f"{plain(why)} ({number})" for why, number in sorted(counter.items()))
            )
    return told
