"""One group of records on its way into the archive: what the transaction does, and how far it gets."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from archive.article import Fate, Visit
from archive.identity import find_known, own_urls
from archive.ledger import record_visit
from archive.notes import Recorded, StillSame
from archive.taken import Out, Place, note_out
from crawler.cluster.out import CrawlOut
from crawler.cluster.records import Record
from crawler.shown import Shown
from pipelines.ended import Ended
from pipelines.saved import RefusedPage, Saved
from pipelines.store import Outcome, Saving

FAULT = "fault in Khabar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A batch with what is in it."""

    crawl: CrawlOut
    attempt: int
    sequence: int
    records: Sequence[Record | None]  # None: what is not to be taken, whatever it is

    @property
    def begin(self) -> Place:
        """The place of its first record."""
        return Place(self.attempt, self.sequence, 0)

    @property
    def end(self) -> Place:
        """The place behind its last."""
        return Place(self.attempt, self.sequence + 1, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """Those records of a batch from *begin* on, up to *end*."""

    batch: Opened
    begin: int
    end: int

    @property
    def behind(self) -> Place:
        """The place behind them."""
        batch = self.batch
        return batch.end if self.end >= len(batch.records) else Place(batch.attempt, batch.sequence, self.end)


@dataclass(slots=True)
class Step:
    """One transaction's worth: of each batch the records that are not in yet."""

    queue: str  # its id
    parts: Sequence[Part]
    outcomes: list[tuple[Saved, CrawlOut, Outcome]] = field(default_factory=list)
    ended: list[tuple[CrawlOut, Ended]] = field(default_factory=list)

    def __call__(self, db: sqlite3.Connection) -> None:
        """Takes it. It may run twice, the first time in vain."""
        self.outcomes.clear()
        self.ended.clear()
        ends: dict[int, tuple[CrawlOut, Place]] = {}
        for part in self.parts:
            crawl = part.batch.crawl
            for record in part.batch.records[part.begin : part.end]:
                self._take(db, crawl, record)
            ends[crawl.id] = crawl, part.behind
        over = {crawl.id for crawl, ended in self.ended if not ended.handed_back}
        for number, (crawl, place) in ends.items():
            leave_at(db, self.queue, crawl, place, ended=number in over)

    def _take(self, db: sqlite3.Connection, crawl: CrawlOut, record: Record | None) -> None:
        if isinstance(record, Ended):
            self.ended.append((crawl, record))
        elif isinstance(record, Saved):
            if not (crawl.late and find_known(db, record.arrival.article, record.arrival.left_out)):
                self.outcomes.append((record, crawl, Saving(crawl.errand, record.arrival)(db)))
        elif not isinstance(record, RefusedPage | None) and (not crawl.late or isinstance(record, Shown)):
            record(db)


def leave_at(db: sqlite3.Connection, queue: str, crawl: CrawlOut, place: Place, *, ended: bool = False) -> None:
    """Keeps that all of *crawl* before *place* is in."""
    errand = crawl.errand
    note_out(db, queue, crawl.id, Out(source=errand.source.id, run=errand.run, place=place, ended=ended))


def left_of(batch: Opened) -> tuple[int, int] | None:
    """Which records of *batch* are not in yet; None: all are."""
    if batch.crawl.place >= batch.end:
        return None
    return (batch.crawl.place.note if batch.crawl.place > batch.begin else 0), len(batch.records)


def visit_of(record: Record | None, errand_run: int) -> Visit | None:
    """The fate of the address that *record* is about, where it is about one, as something of ours failed at it."""
    if isinstance(record, Saved):
        arrival = record.arrival
        return Visit(
            url=own_urls(arrival.article)[-1], source=arrival.article.source, run=errand_run, at=arrival.seen,
            fate=Fate.FAILED, reason=FAULT, status=arrival.status,
        )  # fmt: skip
    if isinstance(record, Recorded | StillSame):
        return replace(record.visit, fate=Fate.FAILED, reason=FAULT)
    return None


def note_fault(db: sqlite3.Connection, visit: Visit | None, error: Exception) -> None:
    """Writes that *error* kept the address of *visit* out."""
    if visit is not None:
        record_visit(db, replace(visit, reason=f"{FAULT}: {type(error).__name__}"))
