"""`khabar sources`: the definitions of what is watched. What needs more than them stands in files of its own."""

import click

from archive.plain import plain, plain_json
from crawler.cli import pass_desk
from crawler.cli.sources_add import add
from crawler.cli.sources_check import check
from crawler.cli.sources_discover import discover
from crawler.cli.sources_switch import disable, enable
from crawler.cli.terminal import out
from crawler.desk import Desk
from seeds.sources import Source


@click.group()
def sources() -> None:
    """The sites that this desk watches: list, try, find, add, and switch them on and off.

    \b
    Example: khabar sources list
    """


@sources.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output.")
@pass_desk
def list_sources(desk: Desk, as_json: bool) -> None:
    """List the sources, disabled ones too, with their feeds, sitemaps and listings.

    \b
    Example: khabar sources list --json
    """
    if as_json:
        for source in desk.sources.values():
            click.echo(plain_json(_as_dict(source)))
        return
    from rich.table import Table  # noqa: PLC0415 -- --json does without

    number = len(desk.sources)
    title = f"{number} {'source' if number == 1 else 'sources'} of {plain(desk.config.name)}"
    table = Table(title=title, title_justify="left")
    for heading in ("id", "name", "language", "enabled", "ways"):
        table.add_column(heading, overflow="fold")
    for source in desk.sources.values():
        ways = "\n".join(f"{kind} {plain(url)}" for kind, url in source.ways)
        table.add_row(source.id, plain(source.name), source.language, "yes" if source.enabled else "no", ways)
    out().print(table)


def _as_dict(source: Source) -> dict[str, object]:
    return {
        "id": source.id,
        "name": source.name,
        "enabled": source.enabled,
        "language": source.language,
        "country": source.country,
        "ways": [{"kind": kind, "url": url} for kind, url in source.ways],
    }


for command in (check, discover, add, disable, enable):
    sources.add_command(command)
