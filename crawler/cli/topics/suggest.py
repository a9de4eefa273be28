"""`khabar topics suggest`: phrases that a topic's lists do not have yet, out of the archive."""

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from itertools import islice
from typing import Any

import click

from archive.database import open_archive
from archive.names import read_names
from archive.plain import plain_json
from archive.plan import is_language
from archive.search import Filters, matching_ids
from archive.texts import ArchivedText, archived_texts
from crawler.cli import pass_desk
from crawler.cli.filters import read_filters
from crawler.cli.times import TIME_HELP
from crawler.desk import Desk
from seeds.definitions import did_you_mean
from topics.languages import list_language
from topics.packs import Packs
from topics.suggesting.contrast import Told
from topics.suggesting.suggest import MOST_OTHERS, MOST_TAGGED, Suggestions
from topics.suggesting.suggest import suggest as suggest_terms

_COPIES = 4  # articles that are looked at for each story that may be read


@click.command()
@click.argument("topic")
@click.option(
    "--language", "languages", multiple=True, metavar="TAG", help="In this language only (ku: any Kurdish); repeatable."
)
@click.option("--since", metavar="WHEN", help=f"Out of articles published (else first seen) since {TIME_HELP}.")
@click.option("--until", metavar="WHEN", help="… and until then; a date is meant with the whole day.")
@click.option(
    "--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="At most so many a language."
)
@click.option("--toml", "as_toml", is_flag=True, help="As a list that a desk's own file may hold.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output, one for each language.")
@pass_desk
def suggest(
    desk: Desk,
    *,
    topic: str,
    languages: tuple[str, ...],
    since: str | None,
    until: str | None,
    limit: int,
    as_toml: bool,
    as_json: bool,
) -> None:
    """Suggest terms: phrases unusually frequent in the articles tagged with TOPIC, and not yet in its lists.

    Each language is looked at for itself: the newest stories with the topic against the newest without it. Nothing
    changes.

    \b
    Example: khabar topics suggest us_withdrawal --language ar --since 90d
    """
    packs = desk.packs
    if topic not in packs.topics:
        raise click.BadParameter(
            f"no topic {topic!r} in the packs{did_you_mean(topic, packs.topics)}", param_hint="TOPIC"
        )
    with closing(open_archive(desk.archive, read_only=True)) as db:
        chosen = {"topics": (), "sources": (), "languages": languages, "since": since, "until": until}
        filters = read_filters(desk, db, chosen)
        told = _suggested(db, packs, topic, filters, limit)
        if as_json:
            for suggestions in told:
                click.echo(plain_json(_as_dict(topic, suggestions)))
            return
        from crawler.cli.terminal import err, out  # noqa: PLC0415
        from crawler.cli.topics.suggested import suggestion_lines, toml_lines  # noqa: PLC0415 -- rich, which --json spares

        said = False
        if as_toml:
            for line in toml_lines(packs.topics[topic], list(told)):
                said = True
                click.echo(line)
        else:
            for suggestions in told:
                said = True
                for shown in suggestion_lines(topic, suggestions):
                    out().print(shown, soft_wrap=not out().is_terminal)
        if not said:
            err().print(f"No article of these is tagged with {topic}.")


def _suggested(db: sqlite3.Connection, packs: Packs, topic: str, filters: Filters, limit: int) -> Iterator[Suggestions]:
    """What is suggested in each language that any article of the topic is in."""
    for language, tags in _languages(db).items():
        if filters.languages and not is_language(language, filters.languages):
            tags = [tag for tag in tags if is_language(tag, filters.languages)]  # noqa: PLW2901 -- ar-IQ of ar
        if not tags:
            continue
        of_language = replace(filters, languages=tags)
        with (  # closed, so that no bar is left where the suggestions are printed
            closing(_told(db, replace(of_language, topics=(topic,)), "", language, MOST_TAGGED)) as tagged,
            closing(_told(db, of_language, f"-topic:{topic}", language, MOST_OTHERS)) as others,
        ):
            suggestions = suggest_terms(packs, topic, language, tagged, others, limit=limit)
        if suggestions.stories:
            yield suggestions


def _languages(db: sqlite3.Connection) -> dict[str, list[str]]:
    """The languages of the archive as lists name them, each with the tags of its articles."""
    by_list: dict[str, list[str]] = {}
    for tag in sorted(read_names(db).languages):
        meant = ("ckb", "kmr") if tag.lower() == "ku" else (list_language(tag, ""),)
        for name in meant:
            if name:
                by_list.setdefault(name, []).append(tag)
    return by_list


def _told(
    db: sqlite3.Connection, filters: Filters, query: str, language: str, most: int
) -> Generator[Told, None, None]:
    """The newest articles, as they are counted."""
    from crawler.cli.counted import counted  # noqa: PLC0415 -- rich, which only a terminal needs

    # Their numbers are read at once: while a query is open, the archive's log of changes can only grow.
    ids = list(islice(matching_ids(db, query, filters=filters), _COPIES * most))
    what = f"{language}, {'the others' if query else 'with the topic'}"
    for text in counted(archived_texts(db, ids), what, total=min(len(ids), most)):
        if list_language(text.language, text.text) == language:
            yield _as_told(text)


def _as_told(text: ArchivedText) -> Told:
    return Told(
        id=text.id, story=text.story, source=text.source, day=text.time[:10], title=text.title or "", text=text.text
    )


def _as_dict(topic: str, suggestions: Suggestions) -> dict[str, Any]:
    line = asdict(suggestions)
    return {"topic": topic, "language": line.pop("language"), "too_few": suggestions.too_few, **line}
