"""`khabar search`: what is in the archive on something."""

from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal

import click

from archive.database import open_archive
from archive.plain import plain_json
from archive.search import COUNTED_TO, Hit, count
from archive.search import search as search_archive
from crawler.cli import pass_desk
from crawler.cli.filters import filter_options, read_filters, read_query, saved_option
from crawler.desk import Desk


@click.command()
@click.argument("query", nargs=-1)
@saved_option
@filter_options
@click.option(
    "--sort",
    type=click.Choice(["newest", "relevance"]),
    default="newest",
    help="relevance: the best of the newest 1,000.",
)
@click.option("--group", type=click.Choice(["story"]), help="story: of the copies of one story only the first found.")
@click.option("--count", "only_count", is_flag=True, help=f"Only how many there are, counted up to {COUNTED_TO:,}.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output.")
@pass_desk
def search(
    desk: Desk,
    *,
    query: tuple[str, ...],
    saved: tuple[str, ...],
    chosen: dict[str, Any],
    sort: Literal["newest", "relevance"],
    group: Literal["story"] | None,
    only_count: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Search the archive, newest first.

    QUERY is words (all must occur), "a phrase", prefix*, -without, OR and brackets, and the filters title:, author:,
    topic:, source:, lang:, site:, since:, until: and saved:. Spelling variants of letters count as one, and an Arabic
    word is found with what is written onto it. Without QUERY, everything that the options let through.

    \b
    Example: khabar search 'drone OR "rocket attack" -football' --topic factions --since 7d
    """
    words = read_query(desk, query, saved)
    zone, now = desk.zone, datetime.now(UTC)
    with closing(open_archive(desk.archive, read_only=True)) as db:
        filters = read_filters(desk, db, chosen, query=words)
        if only_count:
            _print_count(count(db, words, filters=filters, group=group, zone=zone, now=now), as_json)
            return
        hits = search_archive(db, words, filters=filters, sort=sort, group=group, limit=limit, zone=zone, now=now)
    if as_json:
        for hit in hits:
            click.echo(plain_json(as_dict(hit)))
    else:
        _print_hits(hits, zone, limit)


def as_dict(hit: Hit) -> dict[str, Any]:
    """As the contract prints it."""
    line = asdict(hit)
    del line["title_marks"], line["articles"], line["precision"]
    return line


def _print_count(number: int, as_json: bool) -> None:
    more = number > COUNTED_TO
    if as_json:
        click.echo(plain_json({"count": min(number, COUNTED_TO), "more": more}))
    else:
        click.echo(f"more than {COUNTED_TO:,}" if more else f"{number:,}")


def _print_hits(hits: list[Hit], zone: tzinfo, limit: int) -> None:
    from crawler.cli.articles import hit_lines  # noqa: PLC0415 -- rich, which --json does without
    from crawler.cli.terminal import err, out  # noqa: PLC0415

    for hit in hits:
        out().print(*hit_lines(hit, zone), "", sep="\n", soft_wrap=not out().is_terminal)
    if not hits:
        err().print("No article matches.")
    elif len(hits) == limit:
        err().print(f"The first {limit} are shown; --limit shows more, --count tells how many there are.")
