"""How often an adaptive job asks a source: the longer its feeds have shown nothing new, the less often. Pure."""

from datetime import timedelta

BAND = 4
"""A source is asked within every/BAND … every×BAND."""
SHARE = 0.25
"""Of the time since a source last changed is how long it is left alone. HTTP reckons in the same way how long an
answer without an expiry stays fresh, with a tenth (RFC 9111, 4.2.2); at a quarter, a story after a quiet hour is at
most 15 minutes old when it is seen."""


def pause(every: timedelta, quiet: timedelta | None) -> timedelta:
    """How long a source is left alone that showed nothing new for *quiet*; None: it never did."""
    if quiet is None:
        return every
    return min(max(quiet * SHARE, every / BAND), every * BAND)


def is_due(every: timedelta, *, asked: timedelta | None, quiet: timedelta | None) -> bool:
    """Whether a source that was *asked* so long ago is to be asked now, rather than at the job's next step."""
    step = every / BAND
    return asked is None or asked + step / 2 >= pause(every, quiet)
