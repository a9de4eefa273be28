"""`khabar topics explain`: why each topic holds for a text or an archived article, or what it lacks."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.plain import plain_json
from archive.reading import Record
from crawler.cli import pass_desk
from crawler.cli.named_article import is_number, named_article
from crawler.cli.topics.drafts import DRAFTS
from crawler.cli.topics.lines import LONGEST_LINE
from crawler.desk import Desk
from seeds.definitions import did_you_mean
from topics.evidence import Tag
from topics.explaining import explain as explain_text
from topics.matching import match
from topics.packs import Packs

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


@click.command()
@click.argument("text", metavar="TEXT|ID")
@click.option("--title", help="A title to go with a text.")
@click.option(
    "--language", help='Its language, such as "ar". Left out: the article\'s own; else all lists of its script.'
)
@click.option("--topic", "topics", multiple=True, metavar="ID", help="Tell of this topic only, with all of its rules.")
@DRAFTS
@click.option("--whole", is_flag=True, help="Show all of a long text, not only the sentences that matter.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def explain(
    desk: Desk,
    *,
    text: str,
    title: str | None,
    language: str | None,
    topics: tuple[str, ...],
    drafts: tuple[Path, ...],
    whole: bool,
    as_json: bool,
) -> None:
    """Show what the packs see in a text or an archived article: terms, rules, and what is missing.

    What is a number, or an address with http:// or https://, means an article of the archive, and nothing else; then
    the tags that stand are held against what the packs would give it today. Anything else is the text itself, and "-"
    reads one from standard input, a number too.

    \b
    Example: khabar topics explain --language ar "انسحاب القوات الأمريكية من العراق"
    """
    packs = desk.packs_with(drafts)
    for topic in topics:
        if topic not in packs.topics:
            hint = did_you_mean(topic, packs.topics)
            raise click.BadParameter(f"no topic {topic!r} in the packs{hint}", param_hint="--topic")
    record = named_article(desk, text, "TEXT|ID") if _means_article(text) else None
    if record is not None:
        if title is not None:
            raise click.UsageError("--title goes with a text; an article has its own")
        title, text, language = record.article["title"], record.article["text"], language or record.article["language"]
    elif text == "-":
        with click.open_file("-", encoding="utf-8", errors="replace") as stream:
            text = stream.read(LONGEST_LINE)
    title = title or ""
    explanation = explain_text(packs, title=title, text=text, language=language, topics=topics)
    if as_json:
        article = {"article": _as_dict(packs, record)} if record else {}
        click.echo(plain_json({**asdict(explanation), **article}))
        return
    from crawler.cli.terminal import out  # noqa: PLC0415
    from crawler.cli.topics.explained import explanation_lines  # noqa: PLC0415 -- rich, which --json does without
    from crawler.cli.topics.explained_tags import article_line, tag_lines  # noqa: PLC0415

    lines = [*explanation_lines(explanation, title=title, text=text, whole=whole, every_rule=bool(topics))]
    if record:
        asked = [tag for tag in record.tags if not topics or tag["topic"] in topics]
        today = [tag for tag in _tags_today(packs, record.article) if not topics or tag.topic in topics]
        tags = tag_lines(asked, today, explanation, packs.version, drafted=bool(drafts))
        lines = [article_line(record.article, desk.zone), *lines, *tags]
    for line in lines:
        out().print(line, soft_wrap=not out().is_terminal)


def _means_article(text: str) -> bool:
    return is_number(text) or _ADDRESS.fullmatch(text) is not None


def _tags_today(packs: Packs, article: dict[str, Any]) -> tuple[Tag, ...]:
    return match(packs, title=article["title"], text=article["text"], language=article["language"])


def _as_dict(packs: Packs, record: Record) -> dict[str, Any]:
    """The article with the tags that stand, and those that the packs would give it today."""
    today = [{"topic": tag.topic, "score": tag.score} for tag in _tags_today(packs, record.article)]
    columns = {name: record.article[name] for name in ("id", "url", "title", "source", "language", "published")}
    tags = [{name: tag[name] for name in ("topic", "score", "pack_version")} for tag in record.tags]
    return {**columns, "tags": tags, "today": today, "pack_version": packs.version}
