"""What the archive remembers of a source, and so what of it is worth asking for again.

Every entry that a way shows is written down before it is fetched. A run that is killed therefore loses nothing: the
next one finds the entry waiting, whether or not the feed still shows it, and a feed's validators may be kept at once.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scrapy.http import Response

from archive.addresses import url_key
from archive.article import Entry, Fate
from archive.ledger import Seen, Way, end_listing, forget_visit, key_of, record_way, see_entries, unfinished, ways
from crawler.fates import Loss
from crawler.settings import MAX_URL_LENGTH
from pipelines.errand import Errand

FULL_FETCH_EVERY = timedelta(hours=6)
"""Some servers keep one ETag while their feed changes; so often a feed is asked for without conditions."""
_LONGEST_VALIDATOR = 512  # characters: real ones have under 100


class Memory:
    """The memory of one errand's source."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._source = errand.source.id
        self._underway: set[str] = set()
        self._ways: dict[str, Way] = {}
        self._new: set[str] = set()  # the keys of what this run saw first

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
        if way is None or way.goes_on or way.last_full is None or at - way.last_full > FULL_FETCH_EVERY:
            return {}
        headers = {"If-None-Match": way.etag, "If-Modified-Since": way.last_modified}
        return {name: value for name, value in headers.items() if value}

    def last_success(self, url: str) -> datetime | None:
        """When an earlier run last read the way at *url*."""
        way = self._ways.get(url)
        return way.last_success if way else None

    async def see(
        self, url: str, entries: Sequence[Entry], *, validators: tuple[str | None, str | None], cause: str | None,
        before: Sequence[str] | None = None, more: bool = False,
    ) -> tuple[list[Entry], bool]:  # fmt: skip
        """Writes down what the way at *url* shows, and gives what of it is to be fetched now, newest first.

        *validators* are its ETag and Last-Modified; *cause* says what is wrong with it although it answered. Of a
        page of a listing, *before* are the pages before it, and *more* says that another one follows. The answer's
        second part is whether that one is to be read: because this one shows something that no run before has seen,
        or because an earlier run was cut off before it had read it.
        """
        fitting = [entry for entry in entries if len(entry.url) < MAX_URL_LENGTH]
        for entry in entries:
            if len(entry.url) >= MAX_URL_LENGTH:  # what is kept of it is as long, and so never asked for
                await self._errand.record(entry.url[:MAX_URL_LENGTH], Fate.REFUSED, "address too long")
        run, at = self._errand.run, self._errand.workbench.clock()
        etag, last_modified = validators
        way = replace(
            self._way(url), etag=etag, last_modified=last_modified, last_success=at, last_full=at,
            health="failing" if cause else "ok", cause=cause,
        )  # fmt: skip

        def write(db: sqlite3.Connection) -> tuple[Seen, bool]:
            seen = see_entries(db, source=self._source, run=run, way=url, entries=fitting, at=at)
            news = any(key_of(entry.url) in self._new or key_of(entry.url) in seen.new for entry in fitting)
            goes_on = more and (news or way.goes_on)
            changed = at if seen.wanted else way.last_change
            record_way(db, replace(way, last_change=changed, goes_on=goes_on and before is not None))
            if before is not None and not goes_on:
                end_listing(db, self._source, before)
            forget_visit(db, url)
            return seen, goes_on

        seen, goes_on = await self._errand.workbench.archive(write)
        self._new |= seen.new
        if cause:
            await self._errand.record(url, Fate.FAILED, cause)
        self._errand.tally.count(Fate.UNCHANGED, number=seen.unchanged)
        for fate, reason in seen.postponed:  # not asked for in this run, and yet not to be had
            self._errand.tally.count(fate, reason)
        return self._take(seen.wanted), goes_on

    async def not_modified(self, url: str, before: Sequence[str] = ()) -> None:
        """Writes down that the way at *url* shows what it showed before, as do the pages *before* it in a listing."""
        way = replace(self._way(url), last_success=self._errand.workbench.clock(), health="ok", cause=None)

        def write(db: sqlite3.Connection) -> None:
            record_way(db, way)
            end_listing(db, self._source, before)

        await self._errand.workbench.archive(write)

    async def lost(self, url: str, loss: Loss, before: Sequence[str] = ()) -> None:
        """Writes down that the way at *url* could not be read, and counts it.

        The next run asks again for a page of a listing that was lost, unless the server says that there is none.
        """
        self._errand.tally.lost_ways += 1
        way = replace(self._way(url), health="failing", cause=loss.reason)
        gone = loss.status is not None and 400 <= loss.status < 500 and loss.status != 429
        final = loss.fate is Fate.REFUSED or gone

        def write(db: sqlite3.Connection) -> None:
            record_way(db, way)
            if final:
                end_listing(db, self._source, before)

        await self._errand.workbench.archive(write)
        await self._errand.record(url, loss.fate, loss.reason, loss.status)

    def _way(self, url: str) -> Way:
        return self._ways.get(url) or Way(url=url, source=self._source)

    def _take(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of *entries* that are not under way in this run, the newest first."""
        taken: dict[str, Entry] = {}
        for entry in sorted(entries, key=_age):
            key = url_key(entry.url)
            if key not in self._underway and len(entry.url) < MAX_URL_LENGTH:
                taken.setdefault(key, entry)
        self._underway.update(taken)
        self._errand.tally.found += len(taken)
        return list(taken.values())


def _age(entry: Entry) -> float:
    """Sorts the newest first. An entry without a date keeps its place, before the dated ones: it may be new."""
    shown = entry.published or entry.updated
    return -shown.timestamp() if shown else float("-inf")


def validators(response: Response) -> tuple[str | None, str | None]:
    """The ETag and Last-Modified of an answer, to be sent back when it is asked for again."""
    values = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
    etag, modified = (value.decode("latin-1")[:_LONGEST_VALIDATOR] if value else None for value in values)
    return etag, modified
