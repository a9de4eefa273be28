"""All checks of an archive, in their order, and the repair of what they find."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from archive.checks import full_text, rollup, schema, single_articles, stories, whole_file, work
from archive.checks.asking import Tell, ask
from archive.checks.finding import Check, Finding
from archive.checks.kept_pages import kept_pages
from archive.checks.surroundings import surroundings

AROUND = ("kept pages", "permissions", "write-ahead log", "leftovers", "copies", "free room", "disk space")
"""What is asked beside the tables."""


def checks_of(now: datetime, *, quick: bool = False) -> tuple[Check, ...]:
    """What is asked of the tables. The order is that of mending: what refers to nothing is out before it is counted."""
    found = (
        *schema.CHECKS, *whole_file.CHECKS, *single_articles.CHECKS, *stories.CHECKS, *rollup.CHECKS, *full_text.CHECKS,
        *work.checks(now),
    )  # fmt: skip
    if not quick:
        return found
    return (whole_file.QUICK_INTEGRITY, *(one for one in found if one is not whole_file.INTEGRITY and not one.thorough))


def names(checks: Sequence[Check]) -> tuple[str, ...]:
    """What is asked, in the order in which it is told."""
    return (*(one.name for one in checks), *AROUND)


def examine(
    db: sqlite3.Connection, path: Path, now: datetime, *, quick: bool = False, tell: Tell = lambda name, share: None
) -> Iterator[Finding]:
    """What is wrong with the archive at *path*, which *db* reads, at the instant *now*.

    *quick*: without what reads every text, or every page of every index.
    """
    yield from surroundings(db, path, now)  # first: what is asked below may make the write-ahead log grow
    yield from kept_pages(db, path, quick=quick)
    yield from ask(db, checks_of(now, quick=quick), tell)
