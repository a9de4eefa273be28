"""`khabar stories`: who copied whom, and what belongs together by a person's word."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import click

from archive.copies import read_stories
from archive.database import explained, open_archive, transaction
from archive.plain import plain_json
from archive.regrouping import Regrouped
from archive.regrouping import merge as merge_stories
from archive.regrouping import split as split_stories
from crawler.cli import pass_desk
from crawler.cli.filters import filter_options, read_filters
from crawler.cli.named_article import number_of
from crawler.desk import Desk


@click.group()
def stories() -> None:
    """Articles that tell one thing in almost the same words: list them, split and merge by hand.

    \b
    Example: khabar stories list --since 24h
    """


@stories.command("list")
@filter_options
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output.")
@pass_desk
def list_stories(desk: Desk, *, chosen: dict[str, Any], limit: int, as_json: bool) -> None:
    """List stories of several articles, newest first: the first to appear, and how long after it each copy did.

    A story is shown whole where one of its articles passes the options.

    \b
    Example: khabar stories list --language ar --since 7d
    """
    with closing(open_archive(desk.archive, read_only=True)) as db:
        found = read_stories(db, read_filters(desk, db, chosen), limit)
    if as_json:
        for story in found:
            click.echo(plain_json(story))
        return
    from rich.text import Text  # noqa: PLC0415 -- rich, which --json does without

    from crawler.cli.stories_view import story_lines  # noqa: PLC0415
    from crawler.cli.terminal import err, out  # noqa: PLC0415

    for story in found:
        for line in (*story_lines(story, desk.zone), Text("")):
            out().print(line, soft_wrap=not out().is_terminal)
    if not found:
        err().print("No story of several articles.")


@stories.command()
@click.argument("named", nargs=-1, required=True, metavar="ARTICLE...")
@click.option("--together", is_flag=True, help="They become one new story; without it, each one of its own.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def split(desk: Desk, named: tuple[str, ...], *, together: bool, as_json: bool) -> None:
    """Take articles out of their stories, for good: no later copy and no edit brings them back.

    ARTICLE is a number that `khabar search` prints, or any address of the article.

    \b
    Example: khabar stories split 1795475407000003
    """
    articles = _numbers(desk, named)
    with explained(desk.archive), closing(open_archive(desk.archive, make=False)) as db, transaction(db):
        moved = split_stories(db, articles, datetime.now(UTC), together=together)
    alone = "They are a story of their own already." if together else "Each is a story of its own already."
    _tell(moved, as_json, nothing=alone)


@stories.command()
@click.argument("named", nargs=-1, required=True, metavar="ARTICLE ARTICLE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def merge(desk: Desk, named: tuple[str, ...], *, as_json: bool) -> None:
    """Make the stories of two or more articles one, with all their copies.

    ARTICLE is a number that `khabar search` prints, or any address of the article.

    \b
    Example: khabar stories merge 1795475407000003 https://news.example/en/1
    """
    articles = _numbers(desk, named)
    if len(articles) < 2:
        raise click.BadParameter("it takes two articles to make their stories one", param_hint="ARTICLE")
    with explained(desk.archive), closing(open_archive(desk.archive, make=False)) as db, transaction(db):
        moved = merge_stories(db, articles, datetime.now(UTC))
    _tell(moved, as_json, nothing="They are one story already.")


def _numbers(desk: Desk, named: Sequence[str]) -> list[int]:
    """The articles, each once. Raises BadParameter where the archive lacks one of them."""
    with closing(open_archive(desk.archive, read_only=True)) as db:
        return list(dict.fromkeys(number_of(db, name, "ARTICLE") for name in named))


def _tell(moved: Sequence[Regrouped], as_json: bool, *, nothing: str) -> None:
    if as_json:
        rows = [{"article": one.article, "story_before": one.before, "story": one.story} for one in moved]
        click.echo(plain_json({"moved": rows}))
        return
    for one in moved:
        click.echo(f"{one.article}: story {one.story}" + (f", was {one.before}" if one.before != one.story else ""))
    if not moved:
        click.echo(nothing)
