"""`khabar export`: many articles, for other programs, other people, and other archives."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from archive.database import explained, one_moment, open_archive
from archive.exporting import chosen_ids, read_many
from archive.pages import open_pages, pages_beside
from archive.plain import plain
from archive.reading import Record
from archive.search import NO_FILTERS, Filters
from archive.times import to_text
from crawler.cli import pass_desk
from crawler.cli.export_target import check_target, opened
from crawler.cli.export_view import print_export, shown_progress, tell, tell_export
from crawler.cli.filters import filter_options, read_filters, read_query, saved_option
from crawler.cli.named_article import number_of
from crawler.desk import Desk
from crawler.exporting.forms import FORMS
from crawler.exporting.order import Order, Tally
from crawler.exporting.versions import KeptPages


@click.command()
@click.argument("query", nargs=-1)
@saved_option
@filter_options
@click.option(
    "--article", "named", multiple=True, metavar="ID",
    help="This article alone, by its number or its address; repeatable.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice([*FORMS]), default="jsonl", show_default=True, help="In which form."
)
@click.option(
    "--output", metavar="PATH", type=click.Path(path_type=Path),
    help="Write it there, and not to standard output. Of markdown and evidence it is a directory; FILE.md is a file.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace a file at PATH, or a directory that an export has made.")
@pass_desk
def export(
    desk: Desk, *, query: tuple[str, ...], saved: tuple[str, ...], chosen: dict[str, Any], named: tuple[str, ...],
    form: str, output: Path | None, force: bool,
) -> int:  # fmt: skip
    """Give articles away, newest first: as JSON Lines, each what `khabar show --json` prints; as a table for programs
    (csv) or for Excel (csv-excel), in which nothing runs as a formula; as Markdown; as Parquet; as a bundle of evidence
    that verifies with sha256sum; or as a WARC file of the raw pages that were kept.

    QUERY is as for `khabar search`. What matches at the beginning is written, each article as it is when its turn
    comes. PATH has its name once it is whole. Exit code 1 where a kept page is damaged, or evidence lies beyond its
    text. See docs/export.md.

    \b
    Examples: khabar export --topic isis --since 30d --format jsonl > isis.jsonl
              khabar export --article 1795475407000003 --format evidence --output case-7
    """
    how, tally = FORMS[form], Tally(tell=tell)
    output = None if output == Path("-") else output
    check_target(form, how, output)
    words = read_query(desk, query, saved)
    with ExitStack() as stack:
        db = stack.enter_context(closing(open_archive(desk.archive, read_only=True)))
        ids, filters = _chosen(desk, db, words, chosen, named)
        more: list[Order | KeptPages] = []
        if how.tells:  # the others do without the desk's definitions
            more.append(_order(desk, _asked(words, chosen, filters, named), len(ids)))
        if how.with_pages:
            more.append(KeptPages(_kept_pages(desk, form, stack), db, pages_beside(desk.archive), tally))
        with shown_progress(len(ids), on_stdout=output is None) as progress, opened(how, output, force=force) as target:
            how.write(progress(_read(desk, db, ids)), target, tally, *more)
    if output is not None:
        print_export(output, tally, len(ids), with_pages=how.with_pages)
    else:
        tell_export(tally, len(ids), with_pages=how.with_pages)
    return 1 if tally.damaged or tally.unsound else 0


def _chosen(
    desk: Desk, db: sqlite3.Connection, words: str, chosen: dict[str, Any], named: Sequence[str]
) -> tuple[Sequence[int], Filters]:
    """The ids of what is asked for, newest first; and what *chosen* means."""
    if named:
        if words or any(chosen.values()):
            raise click.UsageError("--article names what is exported: give no query and no filter beside it")
        return sorted({number_of(db, one, "--article") for one in named}, reverse=True), NO_FILTERS
    with one_moment(db):
        filters = read_filters(desk, db, chosen, query=words)
        return chosen_ids(db, words, filters=filters, zone=desk.zone, now=datetime.now(UTC)), filters


def _read(desk: Desk, db: sqlite3.Connection, ids: Sequence[int]) -> Iterator[Record]:
    """As `read_many`. Raises ArchiveError where the archive turns out to be damaged."""
    with explained(desk.archive):
        yield from read_many(db, ids)


def _kept_pages(desk: Desk, form: str, stack: ExitStack) -> sqlite3.Connection | None:
    """The file of kept pages. Raises ArchiveError where there is none, and the form is of nothing else."""
    path = pages_beside(desk.archive)
    if form != "warc" and not path.exists():
        return None
    return stack.enter_context(closing(open_pages(path, read_only=True)))


def _order(desk: Desk, asked: tuple[str, ...], articles: int) -> Order:
    return Order(
        desk=plain(desk.config.name), contact=plain(desk.config.contact), version=version("khabar"),
        packs=desk.packs.version, made=datetime.now(UTC), asked=asked, articles=articles,
        names={name: source.name for name, source in desk.sources.items()},
    )  # fmt: skip


def _asked(words: str, chosen: dict[str, Any], filters: Filters, named: Sequence[str]) -> tuple[str, ...]:
    """What the export is narrowed to, a line each; a day with its instant, since who reads it knows not the zone."""
    since, until = _meant(chosen["since"], filters.since), _meant(chosen["until"], filters.until)
    told: Iterator[tuple[str, Sequence[str]]] = iter(
        (
            ("search", [words] if words else []), ("topics", chosen["topics"]), ("sources", chosen["sources"]),
            ("languages", chosen["languages"]), ("since", since), ("until", until), ("articles", named),
        )
    )  # fmt: skip
    return tuple(f"{what}: {plain(', '.join(values))}" for what, values in told if values)


def _meant(words: str | None, instant: datetime | None) -> Sequence[str]:
    return [f"{words} ({to_text(instant)})"] if words and instant else []
