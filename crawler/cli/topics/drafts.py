"""The option by which a command on topics reads drafts on top of the packs in force."""

from pathlib import Path

import click

DRAFTS = click.option(
    "--pack", "drafts", multiple=True, metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Lay this draft on top of the packs in force; repeatable.",
)  # fmt: skip
