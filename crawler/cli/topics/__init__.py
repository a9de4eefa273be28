"""`khabar topics`: the packs. What is asked of them stands in files of its own."""

from typing import Any

import click

from archive.plain import plain
from crawler.cli import pass_desk
from crawler.cli.topics.backtest import backtest
from crawler.cli.topics.check import check
from crawler.cli.topics.explain import explain
from crawler.cli.topics.lines import print_lines
from crawler.cli.topics.match import match_lines
from crawler.cli.topics.retag import retag_archive
from crawler.cli.topics.score import test
from crawler.cli.topics.suggest import suggest
from crawler.desk import Desk
from crawler.outdated import offer_for
from topics.packs import Packs


@click.group()
def topics() -> None:
    """The topics that articles are tagged with, and why.

    \b
    Example: khabar topics explain "US troops will withdraw from Iraq by September"
    """


@topics.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output.")
@pass_desk
def list_topics(desk: Desk, as_json: bool) -> None:
    """List the topics, with their rules and how many terms they have in each language.

    Behind a count stands how many of them no native speaker has read yet.

    \b
    Example: khabar topics list
    """
    packs = desk.packs
    if told := offer_for(desk):
        click.echo(told, err=True)
    rows = [{**_size(packs, topic), "pack_version": packs.version} for topic in packs.topics]
    if as_json:
        print_lines(rows)
        return
    from rich.table import Table  # noqa: PLC0415 -- --json does without

    from crawler.cli.terminal import out  # noqa: PLC0415

    languages = sorted(packs.languages)
    told = f"{len(rows)} topics, pack version {packs.version}\nterms by language; unread: by no native speaker yet"
    table = Table(title=told, title_justify="left")
    for heading in ("id", "name", "rules", *languages, "unread"):
        left = heading in ("id", "name")
        table.add_column(heading, justify="left" if left else "right", no_wrap=heading != "name")
    for row in rows:
        counts = (row["rules"], *(row["terms"][language] for language in languages), sum(row["unread"].values()))
        table.add_row(row["id"], plain(row["name"]), *map(str, counts))
    out().print(table)


def _size(packs: Packs, topic_id: str) -> dict[str, Any]:
    topic = packs.topics[topic_id]
    names = {name for rule in topic.rules for name in rule.looks_for}
    terms, unread = {}, {}
    for language in sorted(packs.languages):
        of_language = [term for name in names for term in packs.lists[name].get(language, ())]
        terms[language] = len(of_language)
        unread[language] = sum(term.unread for term in of_language)
    rules = len(topic.rules)
    return {
        "id": topic.id, "name": topic.name, "threshold": topic.threshold, "rules": rules, "terms": terms,
        "unread": unread,
    }  # fmt: skip


for command in (check, explain, match_lines, test, backtest, retag_archive, suggest):
    topics.add_command(command)
