"""What a worker may say of the crawl that it was given, and what is not believed of it whatever it is. Pure.

What a crawl finds out about its own source is for its worker to tell. That reaches further only by an address that
others follow, by an instant that lies ahead, and by what is remembered of a server, which other sources may share.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import isfinite

from archive.identity import own_urls
from archive.notes import HabitKept, HostHeld, Recorded, RobotsKept, StillSame, WayTold
from crawler.cluster.records import Record
from crawler.manners.retry_after import LONGEST
from crawler.shown import Shown
from pipelines.ended import Ended
from pipelines.saved import RefusedPage, Saved
from seeds.bounds import MAX_BODY_BYTES

_AHEAD = timedelta(days=1)
"""That a worker's clock may be ahead of the desk's: it is set right by its first beat, unless either was set since."""
_NO_MORE = timedelta()
_MOST = 2**53  # of anything that is counted
_SCHEMES = ("http://", "https://")


def is_credible(record: Record, source: str, at: datetime) -> bool:
    """Whether a crawl of *source* may ship *record*, which is taken *at*."""
    if isinstance(record, Ended):
        counted = (record.requests, record.fetched, record.found, record.lost_ways)
        counts = (*counted, record.megabytes, *record.fates.values(), *record.reasons.values())
        return all(isfinite(count) and 0 <= count < _MOST for count in counts)
    return (
        all(one == source for one in _sources(record))
        and all(url[:8].lower().startswith(_SCHEMES) for url in _addresses(record))
        and all(instant.tzinfo is not None and instant <= at + _AHEAD + more for instant, more in _instants(record))
        and _is_small(record)
    )


def _sources(record: Record) -> Iterator[str]:
    if isinstance(record, Saved):
        yield record.arrival.article.source
        if record.arrival.page is not None:
            yield record.arrival.page.source
    elif isinstance(record, Recorded | StillSame):
        yield record.visit.source
    elif isinstance(record, Shown | WayTold):
        yield record.way.source
    elif isinstance(record, HabitKept):
        yield record.source
    elif isinstance(record, RefusedPage):
        yield record.page.source


def _addresses(record: Record) -> Iterator[str]:
    """Those that may be asked for some day."""
    if isinstance(record, Saved):
        yield from own_urls(record.arrival.article)
    elif isinstance(record, Recorded | StillSame):
        yield record.visit.url
    elif isinstance(record, Shown):
        yield from (entry.url for entry in record.answer.entries)


def _instants(record: Record) -> Iterator[tuple[datetime, timedelta]]:
    """Those of the worker's own doing, by its clock, and how much further ahead each may be. What a page says of itself
    may be anything."""
    if isinstance(record, Saved):
        yield record.arrival.seen, _NO_MORE
    elif isinstance(record, Recorded | StillSame):
        yield record.visit.at, _NO_MORE
    elif isinstance(record, Shown):
        yield record.at, _NO_MORE
    elif isinstance(record, RobotsKept):
        yield record.copy.read, _NO_MORE
    elif isinstance(record, RefusedPage):
        yield record.page.fetched, _NO_MORE
    elif isinstance(record, HostHeld) and record.hold.until is not None:
        yield record.hold.until, LONGEST


def _is_small(record: Record) -> bool:
    """Whether the page that comes along, if any, says that it is no larger than one that a crawl may fetch."""
    if isinstance(record, Saved):
        return record.arrival.page is None or 0 <= record.arrival.page.size <= MAX_BODY_BYTES
    return not isinstance(record, RefusedPage) or 0 <= record.page.size <= MAX_BODY_BYTES
