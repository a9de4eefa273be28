"""`khabar sources disable` and `enable`: whether a source is crawled."""

import click

from crawler.cli import pass_desk
from crawler.desk import Desk
from crawler.desk_lock import service_of
from seeds.changing import switch_sources
from seeds.definitions import DefinitionError


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@pass_desk
def disable(desk: Desk, sources: tuple[str, ...]) -> None:
    """Stop crawling sources (shell patterns are allowed); what is archived stays, and so does their definition.

    Only `enabled` is changed in their files: comments and everything else stay as they are.

    \b
    Example: khabar sources disable 'rudaw-*'
    """
    _switch(desk, sources, enabled=False)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@pass_desk
def enable(desk: Desk, sources: tuple[str, ...]) -> None:
    """Crawl sources again (shell patterns are allowed).

    Only `enabled` is changed in their files: comments and everything else stay as they are.

    \b
    Example: khabar sources enable rudaw-en
    """
    _switch(desk, sources, enabled=True)


def _switch(desk: Desk, patterns: tuple[str, ...], *, enabled: bool) -> None:
    word = "enabled" if enabled else "disabled"
    switched = switch_sources(desk.root / "seeds" / "sources", desk.sources, patterns, enabled)
    for source, file in switched.changed.items():
        click.echo(f"{source}: {word} in {file}")
    for source in switched.already:
        click.echo(f"{source}: was {word} already")
    if not switched.changed:
        return
    for job in _idle_jobs(Desk(desk.root)):
        click.echo(f'job "{job}": none of its sources is enabled now, and "khabar run" refuses to begin so', err=True)
    if process := service_of(desk.root):
        click.echo(f"khabar run goes on as before until it reads the desk anew: kill -HUP {process}", err=True)


def _idle_jobs(desk: Desk) -> list[str]:
    """The jobs that have nothing left to crawl."""
    from crawler.orders import sources_of  # noqa: PLC0415 -- it loads the channels

    try:
        return [name for name, job in desk.jobs.items() if not sources_of(desk, job)]
    except DefinitionError:  # that of a job is wrong: whoever runs it is told so
        return []
