"""`khabar topics check`: whether the packs are right, and what of them is idle."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path

import click

from archive.database import explained, open_archive
from archive.errors import ArchiveError
from archive.plain import plain
from archive.search import Filters, matching_ids
from archive.texts import archived_texts
from crawler.cli import pass_desk
from crawler.cli.times import TIME_HELP, read_since
from crawler.cli.topics.idle import idle_warnings
from crawler.desk import Desk
from seeds.packs import names_in, own_files, unread_files
from topics.idle import Idleness


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--articles", type=click.IntRange(0, 10_000_000), default=5_000, show_default=True, metavar="N",
    help="Look in the newest N archived articles for what never fires; 0: in none.",
)  # fmt: skip
@click.option("--since", metavar="WHEN", help=f"Only in articles published (else first seen) since {TIME_HELP}.")
@click.option("--terms", "with_terms", is_flag=True, help="Warn also of single terms that were never found.")
@pass_desk
def check(desk: Desk, *, files: tuple[Path, ...], articles: int, since: str | None, with_terms: bool) -> None:
    """Check the packs in force, or what they would be with FILES on top; nothing changes.

    An error names file and key, and ends with exit code 2. A warning tells what is allowed but does nothing: by
    itself, or on the newest articles of the archive. With FILES, warnings are of what these define only.

    \b
    Example: khabar topics check seeds/topics/elections.toml
    """
    begin = read_since(since, desk.zone)
    packs = desk.packs_with(files)
    own = names_in(files or own_files(desk.root / "seeds" / "topics"))
    for warning in _file_warnings(desk, files):
        _warn(warning)
    for warning in packs.warnings(*own) if files else packs.warnings():
        _warn(warning)
    if articles:
        idleness = Idleness(packs)
        if _held_against_archive(desk, idleness, articles, begin):
            _warn_of_idle(idleness, own, others=not files, with_terms=with_terms)
    terms = sum(len(terms) for by_language in packs.lists.values() for terms in by_language.values())
    languages = ", ".join(sorted(packs.languages))
    click.echo(f"{len(packs.topics)} topics, {len(packs.lists)} lists, {terms} terms ({languages}): no error")


def _file_warnings(desk: Desk, files: Sequence[Path]) -> Iterator[str]:
    """Of files that a desk would not read, these or those in its folder; and of these files that define nothing."""
    unread = [path for path in files if path.suffix != ".toml"]
    for path in unread if files else unread_files(desk.root / "seeds" / "topics"):
        yield f"{path}: a desk does not read it, since its name does not end in .toml"
    for path in files:
        if names_in([path]) == ([], []):
            yield f"{path}: defines no topic and no list"


def _held_against_archive(desk: Desk, idleness: Idleness, articles: int, since: datetime | None) -> bool:
    """Whether there is an archive, and it can be read."""
    if not desk.archive.exists():
        return False
    try:
        _read(desk, idleness, articles, since)
    except ArchiveError as error:
        click.echo(f"not held against the archive: {plain(str(error))}", err=True)
        return False
    return True


def _warn_of_idle(idleness: Idleness, own: tuple[list[str], list[str]], *, others: bool, with_terms: bool) -> None:
    """Warns of what never fires in the archive."""
    for warning in idle_warnings(idleness, own, others=others, with_terms=with_terms):
        _warn(warning)
    if few := idleness.too_few:
        told = ", ".join(f"{plain(language)} {number}" for language, number in few.items())
        click.echo(f"too few articles to tell what never fires: {told}", err=True)


def _read(desk: Desk, idleness: Idleness, articles: int, since: datetime | None) -> None:
    from crawler.cli.counted import counted  # noqa: PLC0415 -- rich, which a mistake in a file need not wait for

    with explained(desk.archive), closing(open_archive(desk.archive, read_only=True)) as db:
        ids = list(islice(matching_ids(db, "", filters=Filters(since=since)), articles))
        for text in counted(archived_texts(db, ids), "articles", len(ids)):
            idleness.see(title=text.title, text=text.text, language=text.language)


def _warn(warning: str) -> None:
    click.echo(f"warning: {plain(warning)}", err=True)
