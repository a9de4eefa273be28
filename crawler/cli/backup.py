"""`khabar backup`: the archive as it is now, in another file."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from archive.backup import copy_archive
from archive.database import APPLICATION_ID, explained, open_archive
from archive.overview import article_count
from archive.pages import APPLICATION_ID as PAGES_ID
from archive.pages import open_pages, pages_beside
from archive.plain import plain, plain_json
from crawler.cli import pass_desk
from crawler.desk import Desk

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file that is written to, and takes for that file's own whatever it is."""
_NAMES = {APPLICATION_ID: "the archive", PAGES_ID: "the file of kept pages"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--pages", type=click.Path(path_type=Path, dir_okay=False), help="Copy the kept pages to this file too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def backup(desk: Desk, file: Path, pages: Path | None, as_json: bool) -> None:
    """Copy the archive to FILE, as it is at one moment, while crawls go on.

    FILE is whole or not there: a copy that is cut off leaves nothing, or what was there before. An earlier backup is
    replaced, once SQLite has found the new one whole; any other file is left alone. To restore, end the service and put
    FILE in the archive's place, after removing the files beside it whose names end with -wal and -shm.

    \b
    Example: khabar backup /mnt/backups/iraq-desk.db
    """
    open_archive(desk.archive, read_only=True).close()  # what is no archive is told as such
    _check(file, desk.archive, "FILE", APPLICATION_ID)
    if pages is not None:
        _check_pages(desk, file, pages)
    with explained(file):
        copy_archive(desk.archive, file.resolve())  # a link stays one
    if pages is not None:  # behind the archive: a page is kept before the archive names it
        with explained(pages):
            copy_archive(pages_beside(desk.archive), pages.resolve())
    with closing(open_archive(file, read_only=True)) as copy:
        articles = article_count(copy)
    size = file.stat().st_size
    if as_json:
        told: dict[str, Any] = {"file": str(file), "articles": articles, "bytes": size}
        if pages is not None:
            told |= {"pages": str(pages), "pages_bytes": pages.stat().st_size}
        click.echo(plain_json(told))
        return
    click.echo(f"{plain(str(file))}: {articles:,} articles, {size / 1e6:,.1f} MB")
    if pages is not None:
        click.echo(f"{plain(str(pages))}: the kept pages, {pages.stat().st_size / 1e6:,.1f} MB")


def _check_pages(desk: Desk, file: Path, pages: Path) -> None:
    """Raises BadParameter where the kept pages cannot be copied to *pages*, ArchiveError where there are none."""
    open_pages(pages_beside(desk.archive), read_only=True).close()
    _check(pages, pages_beside(desk.archive), "--pages", PAGES_ID)
    if pages.resolve() in (file.resolve(), desk.archive.resolve()):
        raise click.BadParameter(
            f"{pages}: is for the archive; pages go into a file of their own", param_hint="--pages"
        )


def _check(file: Path, source: Path, hint: str, application: int) -> None:
    """Raises BadParameter where *file* must not be written with a copy of *source*, a file of this application id."""
    file = file.resolve()
    if not file.parent.is_dir():
        raise click.BadParameter(f"{file.parent}: there is no such directory", param_hint=hint)
    if file.name.endswith(_BESIDE):
        reason = "a name that ends so belongs to the log of another file, which would read this as its own"
        raise click.BadParameter(f"{file}: {reason}", param_hint=hint)
    if file.exists() and file.samefile(source):
        raise click.BadParameter(f"{file}: is {_NAMES[application]} itself", param_hint=hint)
    if beside := next((one for end in _BESIDE if (one := file.with_name(file.name + end)).exists()), None):
        reason = f"is in use, or was, as an archive itself, since there is {beside.name}; choose another name"
        raise click.BadParameter(f"{file}: {reason}", param_hint=hint)
    if not file.exists():
        return
    if not file.is_file():
        raise click.BadParameter(f"{file}: is no file", param_hint=hint)
    if not _is_of(file, application):
        raise click.BadParameter(f"{file}: is there already and no backup of {_NAMES[application]}", param_hint=hint)


def _is_of(file: Path, application: int) -> bool:
    """Whether *file* is of that application id, whatever its version, or empty."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            found: int = db.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.DatabaseError:
        return False
    return found == application or file.stat().st_size == 0
