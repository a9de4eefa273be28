"""`khabar init`: a new desk."""

from pathlib import Path
from shlex import quote

import click

from seeds.definitions import DefinitionError

TEMPLATE = Path(__file__).resolve().parent.parent / "desk_template"


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def init(directory: Path) -> None:
    """Make a new desk in DIR: desk.toml, and folders with examples of sources, topics, jobs and alerts.

    Nothing that stands there is overwritten. The topic packs that come with Khabar are in force without being
    copied, so an upgrade brings better ones.

    \b
    Example: khabar init ~/iraq-desk
    """
    if (directory / "desk.toml").exists():
        raise DefinitionError(directory / "desk.toml", "", "there is a desk here already; nothing was changed")
    for template in sorted(TEMPLATE.rglob("*.toml")):
        target = directory / template.relative_to(TEMPLATE)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                target.write_bytes(template.read_bytes())
        except OSError as error:
            raise DefinitionError(target, "", f"cannot be written ({error.strerror})") from error
    (directory / "templates").mkdir(exist_ok=True)
    khabar = f"khabar --desk {quote(str(directory))}"
    click.echo(f"A new desk: {directory}")
    click.echo(f"Name your sources in {directory / 'seeds' / 'sources' / 'example.toml'}, then:")
    click.echo(f"  {khabar} crawl   # once, now")
    click.echo(
        f"  {khabar} run     # on schedule; what it tells to whom is up to {directory / 'alerts' / 'example.toml'}"
    )
