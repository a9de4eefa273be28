"""`khabar show`: one article whole."""

import json

import click

from crawler.cli import pass_desk
from crawler.cli.named_article import named_article
from crawler.desk import Desk


@click.command()
@click.argument("article", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def show(desk: Desk, article: str, as_json: bool) -> None:
    """Show one article whole: its text, its topics with their evidence, earlier versions, and copies.

    ID is the number that `khabar search` prints; any address of the article does as well.

    \b
    Example: khabar show 1795475407000003
    """
    record = named_article(desk, article, "ID")
    if as_json:
        click.echo(json.dumps(record.as_dict(), ensure_ascii=False))
        return
    from crawler.cli.articles import record_lines  # noqa: PLC0415 -- rich, which --json does without
    from crawler.cli.terminal import out  # noqa: PLC0415

    for line in record_lines(record, desk.zone):
        out().print(line, soft_wrap=not out().is_terminal)
