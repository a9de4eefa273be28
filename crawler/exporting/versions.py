"""The versions of an exported article, and the raw page of each where it is kept."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.addresses import url_key
from archive.database import explained
from archive.errors import PageDamaged
from archive.packed_page import PackedPage
from archive.pages import read_kept
from archive.plain import plain
from archive.reading import Record, find_by_url
from crawler.exporting.order import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which page a version of an article was read from. Hash and instant are as stored; None: nobody noted it."""

    number: int  # 1 is the first that was seen
    page_sha256: str | None
    fetched: str | None


def versions_of(record: Record) -> list[Version]:
    """The versions, oldest first; the last one is the article as it is."""
    rows: list[dict[str, Any]] = [*record.revisions, record.article]
    return [
        Version(number=number, page_sha256=row["page_sha256"], fetched=row["page_fetched"])
        for number, row in enumerate(rows, start=1)
    ]


class KeptPages:
    """The pages that are kept, read one at a time; none where there is no file of them."""

    def __init__(self, db: sqlite3.Connection | None, archive: sqlite3.Connection, path: Path, tally: Tally) -> None:
        self._db, self._archive, self._path, self._tally = db, archive, path, tally

    def find(self, version: Version) -> tuple[PackedPage, bytes] | None:
        """The page of *version* and its body, which is what its hash says; None where it is not kept.

        One that is damaged is told, counted, and not given. Raises ArchiveError where the file of pages is.
        """
        if self._db is None or version.page_sha256 is None:
            return None
        try:
            page = self._read(self._db, bytes.fromhex(version.page_sha256))
            return (page, page.body) if page else None
        except PageDamaged as error:
            self._tally.damaged += 1
            self._tally.tell(plain(str(error)))
            return None

    def _read(self, db: sqlite3.Connection, hashed: bytes) -> PackedPage | None:
        with explained(self._path):
            return read_kept(db, hashed)

    def is_address(self, url: str, article: int) -> bool:
        """Whether *article* was read at *url*."""
        return find_by_url(self._archive, url_key(url)) == article
