"""`khabar expire`: takes out now what is older than the desk keeps it."""

import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta

import click

from archive.database import explained, open_archive, transaction
from archive.expired_pages import with_their_pages
from archive.forgetting import scrub
from archive.pacing import paced
from archive.plain import plain, plain_json
from archive.retention import announce, due_counts, expire_all, note_scrubbed
from archive.vacuuming import give_back
from crawler.cli import pass_desk
from crawler.cli.forgotten_pages import forget_pages
from crawler.cli.shares import shares
from crawler.cli.stopping import Stopping
from crawler.desk import Desk


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell how many articles of which sources it would take out.")
@click.option("--yes", is_flag=True, help="Do not ask, also on a terminal.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def expire(desk: Desk, *, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Take articles out whose days are over, as keep_days in desk.toml and of the sources says.

    A service does it by itself, a day after keep_days was set or changed; this does it now, beside a service too. Only
    a number and hashes are left of them, by which no crawl, backfill or import brings them back, and what they count in
    trends. Room that becomes free is given back to the disk.

    Exit code 1 where a program that reads keeps the log from being cleaned; the same command does it later.

    \b
    Example: khabar expire --dry-run
    """
    if desk.retention.is_for_ever:
        raise click.UsageError(f"{desk.root / 'desk.toml'}: no keep_days is set, so articles are kept for ever")
    now = datetime.now(UTC)
    with explained(desk.archive), closing(open_archive(desk.archive, make=False)) as db:
        counts = due_counts(db, desk.retention, now)
        if dry_run:
            _tell(counts, done=None, as_json=as_json, clean=True)
            return 0
        if counts and not yes and sys.stdin.isatty():
            _tell(counts, done=None, as_json=False, clean=True)
            click.confirm("Take them out for good?", abort=True, err=True)
        done, total = 0, sum(counts.values())
        with (
            Stopping() as stopping,
            shares("Taking out", hidden=as_json) as tell,
            with_their_pages(desk.archive) as before,
        ):
            for number in paced(expire_all(db, desk.retention, now, before)):
                done += number
                tell("articles", done / max(total, 1))
                if stopping.sign is not None:
                    break
        is_done = stopping.sign is None
        clean = is_done and scrub(db) and forget_pages(desk, db, [])[1]
        if clean:
            note_scrubbed(db)
        if is_done:
            for _bytes in paced(give_back(db)):
                pass
        with transaction(db):  # a person knows of it: the service need not wait
            announce(db, desk.retention, now, delay=timedelta())
    _tell(counts, done=done, as_json=as_json, clean=clean)
    return stopping.code or (0 if clean else 1)


def _tell(counts: Mapping[str, int], *, done: int | None, as_json: bool, clean: bool) -> None:
    if as_json:
        click.echo(
            plain_json({"due": dict(counts), "expired": done, "overwritten": clean if done is not None else None})
        )
        return
    for source, number in counts.items():
        click.echo(plain(f"{source}: {number:,}"))
    if done is None:
        click.echo(f"{sum(counts.values()):,} articles are older than they are kept.")
    else:
        click.echo(f"{done:,} articles were taken out.")
    if not clean:
        click.echo('What is left of them in the file is not all overwritten: "khabar expire" does the rest.', err=True)
