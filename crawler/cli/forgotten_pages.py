"""Takes the kept pages of what is to be forgotten out of their file."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from archive.database import explained
from archive.naming_pages import pages_at, pages_of, scrub_pages, take_out
from archive.pages import open_pages, pages_beside
from crawler.desk import Desk


def forget_pages(
    desk: Desk, db: sqlite3.Connection, found: Sequence[tuple[str, int | None]]
) -> tuple[dict[str, int], bool]:
    """Takes out the pages of the articles *found*, or of an address that has none, by the name that was given; how many
    of each, and whether nothing of what was ever taken out is left in the file's bytes. Raises ArchiveError.
    """
    path = pages_beside(desk.archive)
    if not path.exists():
        return {}, True
    with explained(path), closing(open_pages(path)) as pages:
        gone = {
            name: take_out(pages, pages_at(db, pages, name) if article is None else pages_of(db, pages, article))
            for name, article in found
        }
        return gone, scrub_pages(pages)
