"""How what is remembered of a way changes with its answer, or with none. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from archive.article import Entry, newest_date
from archive.validators import Validators
from archive.ways import Way, WayHealth
from crawler.fates import Loss, kind_of_loss
from crawler.validators import is_same

_WEIGHT_OF_LAST = 0.3
"""Of the last answer in the mean of how long answers take: after five of them nine tenths are new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A way that answered with its content."""

    entries: Sequence[Entry]  # of articles
    validators: Validators
    seconds: float | None  # that it took to answer; None: not known
    cause: str | None = None  # what is wrong with it although it answered


def answered(way: Way, answer: Answer, at: datetime, *, has_news: bool) -> Way:
    """*way* after it answered in full. Validators of an answer that shows nothing are not kept: it is read anew until
    it does."""
    etag, last_modified = answer.validators
    shown = _hash_of(answer.entries)
    changed, same = way.shown not in (None, shown), is_same(way, etag, last_modified)
    now = _ill(way, at, "empty", answer.cause) if answer.cause else _well(way)
    return replace(
        now,
        etag=None if answer.cause else etag,
        last_modified=None if answer.cause else last_modified,
        last_success=at,
        last_full=at,
        last_change=at if has_news else way.last_change,
        seconds=_mean(way.seconds, answer.seconds),
        shown=shown,
        told=way.told + (changed and not same and any(answer.validators)),
        untold=way.untold + (changed and same),
        entries=len(answer.entries),
        newest=newest_date(answer.entries),
    )


def not_modified(way: Way, at: datetime, seconds: float | None) -> Way:
    """*way* after it said that it shows what it showed before."""
    return replace(_well(way), last_success=at, seconds=_mean(way.seconds, seconds))


def lost(way: Way, loss: Loss, at: datetime, seconds: float | None) -> Way:
    """*way* after it could not be read."""
    return replace(_ill(way, at, kind_of_loss(loss), loss.reason), seconds=_mean(way.seconds, seconds))


def _well(way: Way) -> Way:
    return replace(way, health="ok", cause=None, failures=0, failing_since=None)


def _ill(way: Way, at: datetime, health: WayHealth, cause: str) -> Way:
    since = way.failing_since or at
    return replace(way, health=health, cause=cause, failures=way.failures + 1, failing_since=since)


def _mean(before: float | None, last: float | None) -> float | None:
    if before is None or last is None:
        return before if last is None else last
    return round(before + _WEIGHT_OF_LAST * (last - before), 3)


def _hash_of(entries: Sequence[Entry]) -> str:
    """Differs where the entries, or what is said of them, do."""
    lines = (f"{entry.url}\x1f{entry.mark or ''}\n" for entry in entries)
    return blake2b("".join(lines).encode("utf-8", "replace"), digest_size=10).hexdigest()
