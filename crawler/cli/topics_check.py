"""`khabar topics check`: whether the packs are right, and what of them is idle."""

from pathlib import Path

import click

from crawler.cli import pass_desk
from crawler.desk import Desk


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_desk
def check(desk: Desk, files: tuple[Path, ...]) -> None:
    """Check the packs in force, or what they would be with FILES on top; nothing changes.

    An error names file and key, and ends with exit code 2. A warning tells what is allowed but does nothing.

    \b
    Example: khabar topics check seeds/topics/elections.toml
    """
    packs = desk.packs_with(files)
    for warning in packs.warnings():
        click.echo(f"warning: {warning}", err=True)
    terms = sum(len(terms) for by_language in packs.lists.values() for terms in by_language.values())
    languages = ", ".join(sorted(packs.languages))
    click.echo(f"{len(packs.topics)} topics, {len(packs.lists)} lists, {terms} terms ({languages}): no error")
