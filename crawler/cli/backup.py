"""`khabar backup`: the archive as it is now, in another file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click

from archive.backup import copy_archive
from archive.database import APPLICATION_ID, explained, open_archive
from archive.overview import article_count
from archive.plain import plain, plain_json
from crawler.cli import pass_desk
from crawler.desk import Desk

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file that is written to, and takes for that file's own whatever it is."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def backup(desk: Desk, file: Path, as_json: bool) -> None:
    """Copy the archive to FILE, as it is at one moment, while crawls go on.

    FILE is whole or not there: a copy that is cut off leaves nothing, or what was there before. An earlier backup is
    replaced; any other file is left alone. To restore, end the service and put FILE in the archive's place, after
    removing the files beside it whose names end with -wal and -shm.

    \b
    Example: khabar backup /mnt/backups/iraq-desk.db
    """
    open_archive(desk.archive, read_only=True).close()  # what is no archive is told as such
    _check(file, desk.archive)
    with explained(file):
        copy_archive(desk.archive, file.resolve())  # a link stays one
    with closing(open_archive(file, read_only=True)) as copy:
        articles = article_count(copy)
    size = file.stat().st_size
    if as_json:
        click.echo(plain_json({"file": str(file), "articles": articles, "bytes": size}))
    else:
        click.echo(f"{plain(str(file))}: {articles:,} articles, {size / 1e6:,.1f} MB")


def _check(file: Path, archive: Path) -> None:
    """Raises BadParameter where *file* must not be written."""
    file = file.resolve()
    if not file.parent.is_dir():
        raise click.BadParameter(f"{file.parent}: there is no such directory", param_hint="FILE")
    if file.name.endswith(_BESIDE):
        reason = "a name that ends so belongs to the log of another file, which would read this as its own"
        raise click.BadParameter(f"{file}: {reason}", param_hint="FILE")
    if file.exists() and file.samefile(archive):
        raise click.BadParameter(f"{file}: is the archive itself", param_hint="FILE")
    if beside := next((one for end in _BESIDE if (one := file.with_name(file.name + end)).exists()), None):
        reason = f"is in use, or was, as an archive itself, since there is {beside.name}; choose another name"
        raise click.BadParameter(f"{file}: {reason}", param_hint="FILE")
    if not file.exists():
        return
    if not file.is_file():
        raise click.BadParameter(f"{file}: is no file", param_hint="FILE")
    if not _is_archive(file):
        raise click.BadParameter(f"{file}: is there already and no backup of an archive", param_hint="FILE")


def _is_archive(file: Path) -> bool:
    """Whether *file* is an archive of whatever version, or empty."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            application: int = db.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.DatabaseError:
        return False
    return application == APPLICATION_ID or file.stat().st_size == 0
