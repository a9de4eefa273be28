"""`khabar forget`: takes an article out for good."""

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import click

from archive.addresses import url_key
from archive.database import explained, open_archive, transaction
from archive.forgetting import Forgotten, forget_address, forget_article, is_read_at, lift, scrub
from archive.plain import plain, plain_json
from archive.reading import find_by_url, has_article
from archive.ways import source_by_way
from crawler.cli import pass_desk
from crawler.cli.forgotten_pages import forget_pages
from crawler.cli.named_article import is_number, number_of
from crawler.desk import Desk

_UNCLEAN = (
    'A program that reads keeps the log from being overwritten: run "khabar forget" without a name when it is done.'
)
_COPIES = ("schema-", "before-repair", "unfinished-copy")
"""How the name of a copy of the archive beside it goes on."""


@click.command()
@click.argument("named", nargs=-1, metavar="[URL|ID]...")
@click.option("--lift", "lifted", is_flag=True, help="Let the URL come back with a later crawl.")
@click.option("--yes", is_flag=True, help="Do not ask, also on a terminal.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output.")
@pass_desk
def forget(desk: Desk, named: tuple[str, ...], *, lifted: bool, yes: bool, as_json: bool) -> int:
    """Take articles out of the archive for good: text, versions, tags, evidence, index, addresses, messages, pages.

    Only hashes of the addresses and of the text are left, so that no crawl brings the article back. It is overwritten
    in the file as well. Backups, exports and messages that were sent are out of reach; copies of the archive beside it
    are named. Other articles of the same story stay.

    ID is the number that `khabar search` prints. A URL that no article has is not asked for from now on.

    Exit code 1 where a program that reads the archive keeps its log from being cleaned: "khabar forget" without a name
    overwrites what is left when it is done, or where it was cut off.

    \b
    Example: khabar forget 1795475407000003
    """
    with explained(desk.archive), closing(open_archive(desk.archive, make=False)) as db:
        if not named:
            return _overwrite(desk, db, as_json)
        if lifted:
            return _lift(db, named, as_json)
        found = [(name, _article(db, name)) for name in named]
        if not yes and sys.stdin.isatty():
            _ask(db, found)
        done = []
        pages, pages_clean = forget_pages(desk, db, found)  # first: an article without its page can be named once more
        with transaction(db):
            for name, article in found:
                done.append((name, _forget(db, name, article, datetime.now(UTC))))
        clean = scrub(db) and pages_clean
    beside = [file.name for file in desk.archive.parent.iterdir()]
    copies = sorted(name for name in beside if name.startswith(tuple(f"{desk.archive.name}.{end}" for end in _COPIES)))
    _tell([(name, replace(one, pages=pages.get(name, 0))) for name, one in done], copies, clean=clean, as_json=as_json)
    return 0 if clean else 1


def _article(db: sqlite3.Connection, name: str) -> int | None:
    """The id of the article that is meant; None: the URL has none. Raises BadParameter for a number that none has."""
    if is_number(name):
        return number_of(db, name, "ID")
    if "." not in name and "/" not in name:
        raise click.BadParameter(f"{name!r} is neither the number of an article nor an address", param_hint="URL|ID")
    key = url_key(name)
    article = find_by_url(db, key)
    if article is None or not has_article(db, article):
        if source := source_by_way(db, key):
            raise click.BadParameter(f"{name}: is a way of the source {source}, and no article", param_hint="URL|ID")
        return None
    if not is_read_at(db, key):
        raise click.BadParameter(
            f"{name}: no article was read there, but {article} names it as its own; if that is meant, give its number",
            param_hint="URL|ID",
        )
    return article


def _forget(db: sqlite3.Connection, name: str, article: int | None, at: datetime) -> Forgotten:
    if article is not None and has_article(db, article):  # else it was named twice
        return forget_article(db, article, at)
    return Forgotten(article=article, addresses=0) if is_number(name) else forget_address(db, url_key(name), at)


def _overwrite(desk: Desk, db: sqlite3.Connection, as_json: bool) -> int:
    """Finishes what an earlier command could not."""
    clean = scrub(db) and forget_pages(desk, db, [])[1]
    if as_json:
        click.echo(plain_json({"overwritten": clean}))
    elif clean:
        click.echo("nothing of what was forgotten is left in the file")
    else:
        click.echo(_UNCLEAN, err=True)
    return 0 if clean else 1


def _ask(db: sqlite3.Connection, found: Sequence[tuple[str, int | None]]) -> None:
    """Shows what is meant, and asks. Raises click.Abort."""
    for name, article in found:
        row = db.execute("SELECT source, title, url FROM article_head WHERE id = ?", (article,)).fetchone()
        about = f"{row['source']}: {row['title'] or '(no title)'} · {row['url']}" if row else "no article is archived"
        click.echo(plain(f"{name}: {about}"), err=True)
    click.confirm("Take this out for good?", abort=True, err=True)


def _lift(db: sqlite3.Connection, named: Sequence[str], as_json: bool) -> int:
    with transaction(db):
        done = [(name, lift(db, url_key(name))) for name in named]
    for name, was in done:
        if as_json:
            click.echo(plain_json({"named": name, "lifted": was}))
        else:
            click.echo(plain(f"{name}: {'may come back' if was else 'was not forgotten'}"))
    return 0


def _tell(done: Sequence[tuple[str, Forgotten]], copies: Sequence[str], *, clean: bool, as_json: bool) -> None:
    for name, one in done:
        if as_json:
            told: dict[str, Any] = {"named": name, **asdict(one), "copies": list(copies), "overwritten": clean}
            click.echo(plain_json(told))
        else:
            click.echo(plain(f"{name}: {_said(one)}"))
    if copies and not as_json:
        click.echo(f"Copies of the archive from before still hold it: {', '.join(copies)}", err=True)
    if not clean:
        click.echo(f"It is out of the archive. {_UNCLEAN}", err=True)


def _said(one: Forgotten) -> str:
    if one.already:
        return "was forgotten already"
    if one.article is None:
        return (
            "forgotten; no article of it was archived" if one.addresses else "will not be asked for; it was never seen"
        )
    more = f", {one.unsent} messages that were not sent" if one.unsent else ""
    more += f", {one.pages} kept pages" if one.pages else ""
    return f"forgotten: article {one.article}, {one.revisions} earlier versions, {one.addresses} addresses{more}"
