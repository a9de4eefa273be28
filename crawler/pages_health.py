"""What is told of the kept pages as a whole, by `khabar status` and on the front page."""

from contextlib import closing
from datetime import timedelta
from typing import Any

from archive.database import archive_bytes, explained
from archive.errors import ArchiveError
from archive.pages import has_pages, open_pages, page_count, pages_beside
from crawler.desk import Desk

LATELY = timedelta(hours=24)
"""Pages that were lost for longer are no news."""


def pages_told(desk: Desk, lost: int) -> dict[str, Any]:
    """Their number and the bytes of their file; how many of them are without an article, and how many were *lost*. The
    numbers are None where the file cannot be read.
    """
    path = pages_beside(desk.archive)
    if not path.exists():
        return {"number": 0, "refused": 0, "bytes": 0, "lost": lost}
    number, refused = _counts(desk)
    return {"number": number, "refused": refused, "bytes": archive_bytes(path), "lost": lost}


def pages_attention(desk: Desk, lost: int) -> list[str]:
    """What of it needs a person, in words."""
    wrong = []
    if lost:
        wrong.append(
            f"{lost} {'page' if lost == 1 else 'pages'} could not be kept in the last 24 hours, the articles were; the "
            "log of the crawl says why"
        )
    path = pages_beside(desk.archive)
    try:
        if path.exists():
            with explained(path), closing(open_pages(path, read_only=True)) as pages:
                has_pages(pages)
    except ArchiveError as error:
        wrong.append(f"the kept pages cannot be read: {error}")
    return wrong


def _counts(desk: Desk) -> tuple[int | None, int | None]:
    try:
        return _read(desk)
    except ArchiveError:
        return None, None


def _read(desk: Desk) -> tuple[int, int]:
    path = pages_beside(desk.archive)
    if not path.exists():
        return 0, 0
    with explained(path), closing(open_pages(path, read_only=True)) as pages:
        return page_count(pages)
