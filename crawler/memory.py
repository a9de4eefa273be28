"""What the archive remembers of a source, and so what of it is worth asking for again.

Every entry that a way shows is written down before it is fetched. A run that is killed therefore loses nothing: the
next one finds the entry waiting, whether or not the feed still shows it, and a feed's validators may be kept at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from archive.addresses import url_key
from archive.article import Entry, Fate
from archive.ledger import Way, forget_visit, record_way, see_entries, unfinished, ways
from crawler.settings import MAX_URL_LENGTH
from pipelines.errand import Errand

FULL_FETCH_EVERY = timedelta(hours=6)
"""Some servers keep one ETag while their feed changes; so often a feed is asked for without conditions."""


class Memory:
    """The memory of one errand's source."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._source = errand.source.id
        self._underway: set[str] = set()
        self._ways: dict[str, Way] = {}

    async def begin(self) -> list[Entry]:
        """Reads what is known, and gives the entries that earlier runs left unfinished."""
        at = self._errand.workbench.clock()
        archive = self._errand.workbench.archive
        self._ways = await archive(lambda db: ways(db, self._source))
        return self._take(await archive(lambda db: unfinished(db, self._source, at)))

    def conditions(self, url: str) -> dict[str, str]:
        """The headers that let a server answer "not modified", where that may be believed."""
        way = self._ways.get(url)
        at = self._errand.workbench.clock()
        if way is None or way.last_full is None or at - way.last_full > FULL_FETCH_EVERY:
            return {}
        headers = {"If-None-Match": way.etag, "If-Modified-Since": way.last_modified}
        return {name: value for name, value in headers.items() if value}

    async def see(self, way: Way, entries: Sequence[Entry]) -> list[Entry]:
        """Writes down what *way* shows, and gives what of it is to be fetched now, newest first."""
        fitting = [entry for entry in entries if len(entry.url) <= MAX_URL_LENGTH]
        for entry in entries:
            if len(entry.url) > MAX_URL_LENGTH:
                await self._errand.record(entry.url[:MAX_URL_LENGTH], Fate.REFUSED, "address too long")
        run, at = self._errand.run, self._errand.workbench.clock()

        def write(db: object) -> list[Entry]:
            record_way(db, way)
            forget_visit(db, way.url)
            return see_entries(db, source=self._source, run=run, way=way.url, entries=fitting, at=at)

        wanted = await self._errand.workbench.archive(write)
        self._errand.tally.count(Fate.UNCHANGED, number=len(fitting) - len(wanted))
        return self._take(wanted)

    async def lost(self, way: Way, fate: Fate, reason: str, status: int | None) -> None:
        """Writes down that *way* could not be read."""
        await self._errand.workbench.archive(lambda db: record_way(db, way))
        await self._errand.record(way.url, fate, reason, status)

    def _take(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of *entries* that are not under way in this run, as far as its budget of pages goes.

        What is left over stays waiting in the archive, and the next run begins with it.
        """
        room = self._errand.source.budget.pages - len(self._underway)
        taken: dict[str, Entry] = {}
        for entry in sorted(entries, key=_age):
            key = url_key(entry.url)
            if key not in self._underway and len(taken) < room:
                taken.setdefault(key, entry)
        self._underway.update(taken)
        self._errand.tally.found += len(taken)
        return list(taken.values())


def _age(entry: Entry) -> float:
    """Sorts the newest first. An entry without a date keeps its place, before the dated ones: it may be new."""
    shown: datetime | None = entry.published or entry.updated
    return -shown.timestamp() if shown else float("-inf")
