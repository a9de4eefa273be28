"""`khabar show`: one article whole."""

import json
from contextlib import closing

import click

from archive.addresses import url_key
from archive.database import open_archive
from archive.reading import find_by_url, read_record
from crawler.cli import pass_desk
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
    with closing(open_archive(desk.archive, read_only=True)) as db:
        number = int(article) if article.isascii() and article.isdigit() else find_by_url(db, url_key(article))
        record = read_record(db, number) if number is not None and number < 2**63 else None
    if record is None:
        raise click.BadParameter(f"the archive holds no article {article!r}", param_hint="ID")
    if as_json:
        click.echo(json.dumps(record.as_dict(), ensure_ascii=False))
        return
    from crawler.cli.articles import record_lines  # noqa: PLC0415 -- rich, which --json does without
    from crawler.cli.terminal import out  # noqa: PLC0415

    for line in record_lines(record, desk.zone):
        out().print(line, soft_wrap=not out().is_terminal)
