"""`khabar brief`: what happened, as a document to forward."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.database import one_moment, open_archive
from archive.names import topic_numbers
from archive.search import Filters, matching_ids
from crawler.cli import pass_desk
from crawler.cli.filters import filter_options, read_filters, read_query, saved_option
from crawler.desk import Desk
from seeds.definitions import in_order, matches_one

if TYPE_CHECKING:
    from alerts.messages.brief import Brief, Format

_USUAL = timedelta(hours=24)


@click.command()
@click.argument("query", nargs=-1)
@saved_option
@filter_options
@click.option(
    "--format", "form", type=click.Choice(["md", "html", "text"]), default="text", show_default=True,
    help="In which form.",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write it there, in place of what is there.",
)  # fmt: skip
@pass_desk
def brief(
    desk: Desk, *, query: tuple[str, ...], saved: tuple[str, ...], chosen: dict[str, Any], form: "Format",
    output: Path | None,
) -> None:  # fmt: skip
    """Write a briefing: what happened by topic and story, who had it first, the sentence that mattered, the volume, and
    the sources that were not heard from.

    QUERY is as for `khabar search`. Without --since it tells of the last 24 hours. How it looks is up to the templates
    of the desk, where it has its own: see docs/brief.md.

    \b
    Example: khabar brief --since 24h --topic isis --format html --output brief.html
    """
    from alerts.messages.brief import write_brief  # noqa: PLC0415 -- Jinja takes a tenth of a second
    from alerts.messages.templating import TemplateFailed  # noqa: PLC0415

    words, now = read_query(desk, query, saved), datetime.now(UTC)
    with closing(open_archive(desk.archive, read_only=True)) as db, one_moment(db):
        filters = read_filters(desk, db, chosen, query=words)
        made = _made(desk, db, query=words, filters=filters, chosen=chosen, now=now)
    try:
        document = write_brief(made, form, desk.templates)
    except TemplateFailed as error:
        raise click.ClickException(str(error)) from error
    if output is None:
        click.echo(document, nl=False)
    else:
        output.write_text(document, encoding="utf-8")


def _made(
    desk: Desk, db: sqlite3.Connection, *, query: str, filters: Filters, chosen: dict[str, Any], now: datetime
) -> "Brief":
    from alerts.messages.brief import brief_of, quiet_sources, spans_of  # noqa: PLC0415
    from alerts.messages.found import found_by  # noqa: PLC0415
    from alerts.messages.reporting import Names, report_of  # noqa: PLC0415

    end = filters.until or now
    begin = filters.since or end - _USUAL
    if begin >= end:
        raise click.BadParameter("the brief would end before it begins", param_hint="--since")
    try:
        step, spans = spans_of(begin, end, desk.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from error
    names = Names(
        sources={name: source.name for name, source in desk.sources.items()},
        topics={name: topic.name for name, topic in desk.packs.topics.items()},
    )
    span = Filters(topics=filters.topics, sources=filters.sources, languages=filters.languages, since=begin, until=end)
    report = report_of(
        db, list(matching_ids(db, query, filters=span, zone=desk.zone, now=now)), names=names, zone=desk.zone,
        begin=begin, end=end, topics=_topics(db, filters), found=partial(found_by, query), untagged="counted",
        spans=spans,
    )  # fmt: skip
    ways = {
        source.id: [url for _, url in source.ways]
        for source in desk.sources.values()
        if source.enabled and (not filters.sources or matches_one(source.id, filters.sources))
    }
    return brief_of(
        report, desk=desk.config.name, made=now, asked=_asked(query, chosen), step=step, spans=spans,
        quiet=list(quiet_sources(db, ways, names.sources, desk.zone, now)),
    )  # fmt: skip


def _topics(db: sqlite3.Connection, filters: Filters) -> list[str] | None:
    """Those asked for, in the order in which they are named."""
    if not filters.topics:
        return None
    return in_order(filters.topics, sorted(topic_numbers(db)))


def _asked(query: str, chosen: dict[str, Any]) -> list[str]:
    """What the brief is narrowed to, a line each."""
    named = {"search": [query] if query else [], "topics": chosen["topics"], "sources": chosen["sources"],
             "languages": chosen["languages"]}  # fmt: skip
    return [f"{what}: {', '.join(values)}" for what, values in named.items() if values]
