"""`khabar show`: one article whole."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.plain import plain_json, plain_lines
from archive.reading import Record
from crawler.cli import pass_desk
from crawler.cli.named_article import named_article
from crawler.desk import Desk

if TYPE_CHECKING:
    from rich.text import Text


@click.command()
@click.argument("article", metavar="ID")
@click.option(
    "--version",
    "version",
    type=click.IntRange(1),
    metavar="N",
    help="Only the title and text of its version N; 1 is the first that was seen.",
)
@click.option("--page", "as_page", is_flag=True, help="The kept page, as it was sent, and nothing else.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="With --page: into this file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def show(
    desk: Desk, article: str, *, version: int | None, as_page: bool, output: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Show one article whole: its text, its topics with their evidence, earlier versions, and copies.

    ID is the number that `khabar search` prints; any address of the article does as well. With --page the kept page of
    the version is written, byte by byte: what its server sent, with scripts that a browser would run.

    \b
    Example: khabar show 1795475407000003
    """
    record = named_article(desk, article, "ID")
    if output is not None and not as_page:
        raise click.UsageError("--output goes with --page")
    if as_page:
        from crawler.cli.kept_page import write_page  # noqa: PLC0415 -- what unpacks pages

        write_page(desk, _versions(record, version)[-1 if version is None else version - 1], output)
        return
    whole = record.as_dict() if version is None else _version(record, version)
    if as_json:
        click.echo(plain_json(whole))
        return
    if version is not None:
        click.echo(plain_lines(f"{whole['title'] or '(no title)'}\n\n{whole['text']}"))
        return
    from crawler.cli.articles import record_lines  # noqa: PLC0415 -- rich, which --json does without
    from crawler.cli.terminal import out  # noqa: PLC0415

    for line in (*record_lines(record, desk.zone), *_page_lines(desk, record)):
        out().print(line, soft_wrap=not out().is_terminal)


def _page_lines(desk: Desk, record: Record) -> "Iterable[Text]":
    """Nothing where no page of any version is known."""
    from crawler.cli.kept_page import page_lines  # noqa: PLC0415

    return page_lines(desk, [*record.revisions, record.article], record.extractions)


def _version(record: Record, number: int) -> dict[str, Any]:
    """Version *number* of an article, the first being 1. Raises click.BadParameter."""
    return {name: _versions(record, number)[number - 1][name] for name in ("title", "text", "published")}


def _versions(record: Record, number: int | None) -> list[dict[str, Any]]:
    """All versions, the latest last. Raises click.BadParameter where they are fewer than *number*."""
    versions = [*record.revisions, record.article]
    if number is not None and number > len(versions):
        raise click.BadParameter(f"there are {len(versions)} versions of this article", param_hint="--version")
    return versions
