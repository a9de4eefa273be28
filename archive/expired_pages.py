"""Takes kept pages out with the articles that were read from them, when their days are over."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from archive.database import explained
from archive.naming_pages import pages_of, take_out
from archive.pages import open_pages, pages_beside
from archive.retention import Before


@contextmanager
def with_their_pages(path: Path) -> Iterator[Before]:
    """For `expire_all`, of the archive at *path*: what takes the pages out, in a transaction of their own file.

    Where that is done and the archive's is not, the articles go a moment later. Raises ArchiveError.
    """
    file = pages_beside(path)
    if not file.exists():
        yield lambda db, articles: None
        return
    with explained(file), closing(open_pages(file)) as pages:

        def before(db: sqlite3.Connection, articles: Sequence[int]) -> None:
            take_out(pages, {hashed for article in articles for hashed in pages_of(db, pages, article)})

        yield before
