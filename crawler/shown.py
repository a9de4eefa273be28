"""What a feed, sitemap or listing showed, as it is written down: its entries wait from then on, and its own state goes
with them, in one transaction."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime

from archive.ledger import Seen, forget_visit, key_of, see_entries, within
from archive.ways import Way, end_listing, record_way
from crawler.remembering import Answer, answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A way that answered with its content."""

    way: Way  # as it was known before
    answer: Answer
    run: int
    at: datetime
    new: frozenset[str] = frozenset()  # the keys of those entries that this run has seen first, by another way
    most: int  # addresses never seen before that it may add
    before: tuple[str, ...] | None = None  # of a page of a listing, the pages before it; None: it is none
    more: bool = False  # another page of the listing follows

    def __call__(self, db: sqlite3.Connection) -> "Written":
        """Writes it, and tells what there is to do about it."""
        kept = within(db, self.answer.entries, self.most)
        source, url = self.way.source, self.way.url
        seen = see_entries(db, source=source, run=self.run, way=url, entries=kept, at=self.at)
        news = any(key_of(entry.url) in self.new or key_of(entry.url) in seen.new for entry in kept)
        goes_on = self.more and (news or self.way.goes_on)
        told = self.answer if len(kept) == len(self.answer.entries) else replace(self.answer, validators=(None, None))
        way = answered(self.way, told, self.at, has_news=bool(seen.wanted))
        record_way(db, replace(way, goes_on=goes_on and self.before is not None))
        if self.before is not None and not goes_on:
            end_listing(db, source, self.before)
        forget_visit(db, url)
        return Written(seen=seen, goes_on=goes_on, beyond=len(self.answer.entries) - len(kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of it."""

    seen: Seen
    goes_on: bool  # the next page of the listing is to be read
    beyond: int  # entries that were more than may be added
