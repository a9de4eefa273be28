"""Another reading of kept pages as a person sees it: a bar while it goes on, what changed, and a summary."""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from archive.plain import plain, plain_json
from crawler.cli.edits_view import compared
from crawler.cli.terminal import err, out

if TYPE_CHECKING:
    from archive.rereading import Changed
    from crawler.cli.reprocess import Summary
    from pipelines.reclaiming import Found
    from pipelines.reprocessing import Told

_MOST_SHOWN = 20
"""Articles whose changes a dry run shows whole; --json has all."""
_CAME = {
    "changed": "are read otherwise", "same": "are read as they were",
    "up to date": "had been read by today's code", "no page": "have no page that is kept",
    "of no source": "are of sources that the desk does not know any more",
    "nothing": "have a page that gives nothing by today's code, and stay as they are",
    "failed": "have a page that could not be read",
    "new meanwhile": "got another version meanwhile; the same command goes on with them",
}  # fmt: skip


class ReprocessProgress:
    """A bar on standard error, where that is a terminal; in a pipe it shows nothing."""

    def __init__(self, total: int, *, hidden: bool = False) -> None:
        self._bars = Progress(
            SpinnerColumn(), TextColumn("Reading kept pages"), BarColumn(bar_width=24), MofNCompleteColumn(),
            TimeRemainingColumn(), console=err(), transient=True, disable=hidden or not err().is_terminal,
        )  # fmt: skip
        self._bar = self._bars.add_task("", total=total)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._bars.stop()

    def step(self) -> None:
        """One more is done."""
        self._bars.advance(self._bar)


class Shown:
    """Shows each change as it comes: as a line of JSON, or of a *dry* run in words."""

    def __init__(self, *, dry: bool, as_json: bool) -> None:
        self._dry, self._as_json, self._shown = dry, as_json, 0

    def article(self, told: "Told") -> None:
        """An article that is read otherwise."""
        if self._as_json:
            click.echo(plain_json(_as_dict(told, whole=self._dry)))
        elif self._dry:
            self._shown += 1
            if self._shown <= _MOST_SHOWN:
                _print_changes(told)

    def found(self, found: "Found") -> None:
        """An article on a page that had been refused."""
        if self._as_json:
            click.echo(
                plain_json({"found": found.url, "source": found.source, "title": found.title, "refused": found.refused})
            )
        elif self._dry:
            out().print(Text(plain(f"{found.source}: an article where there was none ({found.refused})"), style="dim"))
            out().print(Text(plain(found.title or "(no title)"), style="bold"))
            out().print(Text(plain(found.url)), soft_wrap=True)


def print_summary(summary: "Summary", *, dry: bool) -> None:
    """Prints what came of it."""
    for came, words in _CAME.items():
        if number := summary.articles[came]:
            out().print(f"{number:,} {'article' if number == 1 else 'articles'}: {words}")
    if summary.fields:
        changed = ", ".join(f"{name} ({number:,})" for name, number in summary.fields.most_common())
        out().print(f"Fields that {'would change' if dry else 'changed'}: {changed}", soft_wrap=not out().is_terminal)
    if summary.versions:
        out().print(f"Earlier versions likewise: {summary.versions:,}; edits that were none: {summary.edits_gone:,}")
    if summary.refused:
        out().print(f"Pages without an article: {summary.refused:,} read, {summary.found:,} have one by today's code.")
    if not summary.articles and not summary.refused:
        out().print("There is no kept page to read.")
    if dry:
        out().print("Nothing was written.")
    elif summary.outcome != "done":
        out().print("Stopped early; the same command goes on with the rest.")


def _print_changes(told: "Told") -> None:
    out().print(Text(plain(f"{told.article}  {told.source}  {told.url}"), style="dim"), soft_wrap=True)
    for change in told.changes:
        if change.revision is not None:
            out().print(Text("  an earlier version", style="dim"))
        for name in change.names:
            before, after = (_in_words(one.get(name)) for one in (change.before, change.after))
            out().print(Text(f"  {name}", style="bold cyan"))
            for line in compared(before, after, told.language):
                out().print(line, soft_wrap=not out().is_terminal)


def _in_words(value: Any) -> str:
    return "" if value is None else str(value)


def _as_dict(told: "Told", *, whole: bool) -> dict[str, Any]:
    return {
        "article": told.article, "url": told.url, "source": told.source, "edits_gone": told.edits_gone,
        "versions": [_version(change, whole=whole) for change in told.changes],
    }  # fmt: skip


def _version(change: "Changed", *, whole: bool) -> dict[str, Any]:
    known = {"revision": change.revision, "changed": change.names, "change": change.change}
    return known | ({"before": change.before, "after": change.after} if whole else {})
