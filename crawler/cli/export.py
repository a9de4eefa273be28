"""`khabar export`: many articles, for other programs."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import click

from archive.database import open_archive
from archive.reading import read_records
from archive.search import matching_ids
from crawler.cli import pass_desk
from crawler.cli.exported import csv_rows, json_lines
from crawler.cli.filters import filter_options, read_filters, read_query, saved_option
from crawler.desk import Desk

_FORMS = {"jsonl": json_lines, "csv": csv_rows}


@click.command()
@click.argument("query", nargs=-1)
@saved_option
@filter_options
@click.option(
    "--format", "form", type=click.Choice([*_FORMS]), default="jsonl", show_default=True, help="In which form."
)
@pass_desk
def export(desk: Desk, query: tuple[str, ...], saved: tuple[str, ...], chosen: dict[str, Any], form: str) -> None:
    """Write many articles to standard output, newest first: as JSON Lines each is what `khabar show --json`
    prints, as CSV a row of a table, in which an apostrophe stands before what a spreadsheet would run as a formula.

    QUERY is as for `khabar search`. The archive may grow meanwhile; what is written is as it was at the beginning.

    \b
    Example: khabar export --topic isis --since 30d --format jsonl > isis.jsonl
    """
    with closing(open_archive(desk.archive, read_only=True)) as db:
        words = read_query(desk, query, saved)
        filters = read_filters(desk, db, chosen, query=words)
        db.execute("BEGIN")  # one view of the archive for all that follows
        ids = matching_ids(db, words, filters=filters, zone=desk.zone, now=datetime.now(UTC))
        for line in _FORMS[form](read_records(db, ids)):
            click.echo(line)
