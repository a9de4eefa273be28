"""How long an answer asks to be left alone: 429 and 503 with Retry-After (RFC 9110, 10.2.3; RFC 6585, 4). Pure."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=7)
"""What is asked for beyond that is not believed: a slip of the other side must not silence a source for years."""
SHORTEST = timedelta(seconds=1)
UNSAID = timedelta(seconds=60)
"""After a 429 that does not say how long; it doubles with each in a row."""
LONGEST_UNSAID = timedelta(hours=4)
_BELIEVED = 2  # times in a row that a Retry-After is taken at its word; a host that goes on refusing needs longer
_MOST_DIGITS = 9


def pause_asked(status: int, retry_after: str | None, holds: int, at: datetime) -> timedelta | None:
    """How long to leave the host alone after this answer, which came *at*; None where it does not ask for it.

    *holds* is how often in a row it has asked before. A 503 without Retry-After is an error like others.
    """
    asked = _asked(retry_after, at)
    if status == 429:
        unsaid = min(UNSAID * 2.0 ** min(holds, 20), LONGEST_UNSAID)
        if asked is None:
            return unsaid
    elif status != 503 or asked is None:
        return None
    if holds >= _BELIEVED:
        asked = max(asked, min(UNSAID * 2.0 ** min(holds - _BELIEVED, 20), LONGEST_UNSAID))
    return min(max(asked, SHORTEST), LONGEST)


def _asked(retry_after: str | None, at: datetime) -> timedelta | None:
    """What the header says: seconds, or a date; None where it says nothing that can be read."""
    words = (retry_after or "").strip()
    if words.isascii() and words.isdigit():
        return timedelta(seconds=int(words)) if len(words) <= _MOST_DIGITS else LONGEST
    try:
        date: datetime = parsedate_to_datetime(words)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) - at
