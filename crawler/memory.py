"""What the archive remembers of a source, and so what of it is worth asking for again.

Every entry that a way shows is written down before it is fetched. A run that is killed therefore loses nothing: the
next one finds the entry waiting, whether or not the feed still shows it, and a feed's validators may be kept at once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from archive.article import Entry, Fate, Visit
from archive.ledger import key_of, unfinished
from archive.looks import Look, looks_due
from archive.notes import StillSame, WayTold
from archive.ways import Way, ways
from crawler.fates import Loss
from crawler.remembering import Answer, lost, not_modified
from crawler.shown import Shown
from crawler.validators import conditions
from pipelines.errand import Errand
from seeds.bounds import LONGEST_URL, MAX_NEW_ADDRESSES


class Memory:
    """The memory of one errand's source."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._source = errand.source.id
        self._underway: dict[str, Entry] = {}  # by key, with the hints of every way that showed them in this run
        self._ways: dict[str, Way] = {}
        self._new: set[str] = set()  # the keys of what this run saw first
        self._most_new = MAX_NEW_ADDRESSES

    async def begin(self) -> list[Entry]:
        """Reads what is known, and gives the entries that earlier runs left unfinished."""
        at = self._errand.workbench.clock()
        archive = self._errand.workbench.archive
        self._ways = await archive(lambda db: ways(db, self._source))
        left = await archive(lambda db: unfinished(db, self._source, at))
        self._most_new = max(MAX_NEW_ADDRESSES - len(left), self._errand.source.budget.pages)
        return self._take(left)

    def conditions(self, url: str) -> dict[str, str]:
        """The headers that let a server answer "not modified", where that may be believed."""
        return conditions(self._ways.get(url), self._errand.workbench.clock())

    def last_success(self, url: str) -> datetime | None:
        """When an earlier run last read the way at *url*."""
        way = self._ways.get(url)
        return way.last_success if way else None

    def fails(self, url: str) -> bool:
        """Whether the way at *url* could not be read when it was last asked: others have the first turn."""
        way = self._ways.get(url)
        return way is not None and way.failures > 0

    async def see(
        self, url: str, answer: Answer, *, before: Sequence[str] | None = None, more: bool = False
    ) -> tuple[list[Entry], bool]:
        """Writes down what the way at *url* shows, and gives what of it is to be fetched now, newest first.

        Of a page of a listing, *before* are the pages before it, and *more* says that another one follows. The
        second part of what is given is whether that one is to be read: because this one shows something that no run
        before has seen, or because an earlier run was cut off before it had read it.
        """
        fitting = [entry for entry in answer.entries if len(entry.url) < LONGEST_URL]
        for entry in answer.entries:
            if len(entry.url) >= LONGEST_URL:  # what is kept of it is as long, and so never asked for
                await self._errand.record(entry.url[:LONGEST_URL], Fate.REFUSED, "address too long")
        written = await self._errand.workbench.put(
            Shown(
                way=self._way(url), answer=replace(answer, entries=tuple(fitting)), run=self._errand.run,
                at=self._errand.workbench.clock(), most=self._most_new - len(self._new),
                new=frozenset(self._new & {key_of(entry.url) for entry in fitting}),
                before=None if before is None else tuple(before), more=more,
            )
        )  # fmt: skip
        seen = written.seen
        self._new |= seen.new
        if answer.cause:
            await self._errand.record(url, Fate.FAILED, answer.cause)
        self._errand.tally.count(Fate.UNCHANGED, number=seen.unchanged)
        for gone_for, number in seen.gone.items():
            self._errand.tally.count(Fate.REFUSED, gone_for, number)
        if written.beyond:
            self._errand.tally.count(Fate.REFUSED, "too many new addresses", number=written.beyond)
        for fate, reason in seen.postponed:  # not asked for in this run, and yet not to be had
            self._errand.tally.count(fate, reason)
        return self._take(seen.wanted), written.goes_on

    async def not_modified(self, url: str, seconds: float | None, before: Sequence[str] = ()) -> None:
        """Writes down that the way at *url* shows what it showed before, as do the pages *before* it in a listing."""
        way = not_modified(self._way(url), self._errand.workbench.clock(), seconds)

        await self._errand.workbench.put(WayTold(way=way, ended=tuple(before), answers=True))

    async def lost(self, url: str, loss: Loss, before: Sequence[str] = (), *, seconds: float | None = None) -> None:
        """Writes down that the way at *url* could not be read, and counts it.

        The next run asks again for a page of a listing that was lost, unless the server says that there is none.
        """
        self._errand.tally.lost_ways += 1
        way = lost(self._way(url), loss, self._errand.workbench.clock(), seconds)
        gone = loss.status is not None and 400 <= loss.status < 500 and loss.status != 429
        final = loss.fate is Fate.REFUSED or gone

        await self._errand.workbench.put(WayTold(way=way, ended=tuple(before) if final else (), answers=False))
        await self._errand.record(url, loss.fate, loss.reason, loss.status)

    async def looks(self) -> list[Look]:
        """The archived articles that are due to be looked at again, and not under way in this run.

        They are not under way by that: where a way says meanwhile that one changed, it is fetched whatever its server
        says of it.
        """
        at, steps = self._errand.workbench.clock(), self._errand.source.ages
        due = await self._errand.workbench.archive(lambda db: looks_due(db, self._source, at, steps=steps))
        fresh = [look for look in due if key_of(look.url) not in self._underway]
        self._errand.tally.found += len(fresh)
        return fresh

    async def still_same(self, url: str) -> None:
        """Writes down that the article at *url* is what it was when it was last looked at."""
        errand, at = self._errand, self._errand.workbench.clock()
        visit = Visit(url=url, source=self._source, run=errand.run, at=at, fate=Fate.UNCHANGED, status=304)

        await errand.workbench.put(StillSame(visit=visit, ages=errand.source.ages))
        errand.tally.count(Fate.UNCHANGED)

    def _way(self, url: str) -> Way:
        return self._ways.get(url) or Way(url=url, source=self._source)

    def hinted(self, entry: Entry) -> Entry:
        """*entry* with what other ways said of it in this run where the first one said nothing."""
        return self._underway.get(key_of(entry.url), entry)

    def _take(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of *entries* that are not under way in this run, the newest first."""
        taken: dict[str, Entry] = {}
        for entry in sorted(entries, key=lambda entry: entry.age):
            key = key_of(entry.url)
            if known := self._underway.get(key):
                self._underway[key] = known.filled_from(entry)
            elif len(entry.url) < LONGEST_URL:
                taken.setdefault(key, entry)
        self._underway.update(taken)
        self._errand.tally.found += len(taken)
        return list(taken.values())
