"""Whether articles were tagged with other packs than those in force, and what is to be done about it, in words."""

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.overview import article_count
from archive.retagging import outdated_count
from crawler.desk import Desk

if TYPE_CHECKING:
    from topics.packs import Packs


def offer(outdated: int, articles: int) -> str | None:
    """What is told where *outdated* of all *articles* were tagged with other packs; None where none was."""
    if not outdated:
        return None
    which = "was" if articles == 1 else "were"
    return (
        f'{outdated:,} of {articles:,} articles {which} tagged with other packs; "khabar topics retag" tags them anew'
    )


def offer_of(db: sqlite3.Connection, packs: "Packs") -> str | None:
    """The same for an open archive."""
    return offer(outdated_count(db, packs.version), article_count(db))


def offer_for(desk: Desk) -> str | None:
    """The same for a desk; where its archive cannot be asked, the reason."""
    if not desk.archive.exists():
        return None
    try:
        with closing(open_archive(desk.archive, read_only=True)) as db:
            return offer_of(db, desk.packs)
    except ArchiveError as error:
        return str(error)
