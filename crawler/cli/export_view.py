"""An export as a person sees it: how far it is, on a terminal, and what came of it."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from archive.plain import plain
from crawler.exporting.order import Tally

T = TypeVar("T")


@contextmanager
def shown_progress(total: int, *, on_stdout: bool) -> Iterator[Callable[[Iterable[T]], Iterable[T]]]:
    """A function that hands articles through and counts them, on standard error where that is a terminal; in a pipe,
    and where articles run through the same terminal (*on_stdout*), it shows nothing.
    """
    if not sys.stderr.isatty() or (on_stdout and sys.stdout.isatty()):
        yield lambda items: items
        return
    from rich.progress import (  # noqa: PLC0415 -- a pipe does without
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from crawler.cli.terminal import err  # noqa: PLC0415

    columns = (
        TextColumn("exporting"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err(), transient=True, redirect_stdout=False) as bars:  # that has the articles
        task = bars.add_task("", total=total, rate="")

        def through(items: Iterable[T]) -> Iterator[T]:
            for number, item in enumerate(items, start=1):
                yield item
                if number % 50 == 0 or number == total:
                    speed = bars.tasks[0].speed
                    bars.update(task, completed=number, rate=f"{speed:,.0f}/s" if speed else "")

        yield through


def tell(line: str) -> None:
    """Says what went wrong, on standard error."""
    click.echo(f"khabar: {plain(line)}", err=True)


def print_export(output: Path, tally: Tally, chosen: int, *, with_pages: bool) -> None:
    """Prints what was written where."""
    size = f", {output.stat().st_size / 1e6:,.1f} MB" if output.is_file() else ""
    pages = f", {tally.pages:,} raw pages" if with_pages else ""
    click.echo(f"{plain(str(output))}: {_articles(tally.articles)}{pages}{size}")
    if with_pages and tally.unkept:
        click.echo(f"Of {_articles(tally.unkept)} not every version's page is kept.")
    if gone := chosen - tally.articles:
        click.echo(f"Taken out of the archive meanwhile: {_articles(gone)}.")


def tell_export(tally: Tally, chosen: int, *, with_pages: bool) -> None:
    """Says, on standard error, what is missing from what went to standard output."""
    if with_pages and tally.unkept:
        tell(f"{tally.unkept:,} of {tally.articles:,} articles: not every version's page is kept")
    if gone := chosen - tally.articles:
        tell(f"taken out of the archive meanwhile: {_articles(gone)}")


def _articles(number: int) -> str:
    return "1 article" if number == 1 else f"{number:,} articles"
