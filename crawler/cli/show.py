"""`khabar show`: one article whole."""

from typing import Any

import click

from archive.plain import plain_json, plain_lines
from archive.reading import Record
from crawler.cli import pass_desk
from crawler.cli.named_article import named_article
from crawler.desk import Desk


@click.command()
@click.argument("article", metavar="ID")
@click.option(
    "--version",
    "version",
    type=click.IntRange(1),
    metavar="N",
    help="Only the title and text of its version N; 1 is the first that was seen.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def show(desk: Desk, article: str, version: int | None, as_json: bool) -> None:
    """Show one article whole: its text, its topics with their evidence, earlier versions, and copies.

    ID is the number that `khabar search` prints; any address of the article does as well.

    \b
    Example: khabar show 1795475407000003
    """
    record = named_article(desk, article, "ID")
    whole = record.as_dict() if version is None else _version(record, version)
    if as_json:
        click.echo(plain_json(whole))
        return
    if version is not None:
        click.echo(plain_lines(f"{whole['title'] or '(no title)'}\n\n{whole['text']}"))
        return
    from crawler.cli.articles import record_lines  # noqa: PLC0415 -- rich, which --json does without
    from crawler.cli.terminal import out  # noqa: PLC0415

    for line in record_lines(record, desk.zone):
        out().print(line, soft_wrap=not out().is_terminal)


def _version(record: Record, number: int) -> dict[str, Any]:
    """Version *number* of an article, the first being 1. Raises click.BadParameter."""
    versions = [*record.revisions, record.article]
    if number > len(versions):
        raise click.BadParameter(f"there are {len(versions)} versions of this article", param_hint="--version")
    return {name: versions[number - 1][name] for name in ("title", "text", "published")}
