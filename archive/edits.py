"""What became of an article between two looks: which of title, text and date somebody edited. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from archive.changes import same_words
from archive.lines import letters_of

Edited: TypeAlias = Literal["title", "text", "published"]

SAME_MOMENT = timedelta(minutes=1)
"""Dates that are nearer are one date, told by two parts of a page, one of them without seconds."""
_ZONES = timedelta(hours=14)
"""How far a day's midnight may lie from that of the zone it was taken for."""
_CALENDAR_DAY = re.compile(r"\d{4}|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}")


@dataclass(frozen=True, slots=True)
class Dated:
    """When an article says that it was published, and in which words."""

    at: datetime | None  # aware
    raw: str | None
    precision: str | None
    surmised: bool = False  # by no part of the page that would be believed before a feed


def edited(
    title: tuple[str | None, str | None], texts: tuple[str, str], datelines: tuple[str | None, str | None],
    dates: tuple[Dated, Dated],
) -> tuple[Edited, ...]:  # fmt: skip
    """What of it was edited, from the first of each pair to the second."""
    told: list[Edited] = []
    if not same_words(title[0], title[1] or title[0]):
        told.append("title")  # one that is missing was not edited away: the page told it in a form not understood
    if _is_rewritten(texts, datelines):
        told.append("text")
    if is_redated(*dates):
        told.append("published")
    return tuple(told)


def _is_rewritten(texts: tuple[str, str], datelines: tuple[str | None, str | None]) -> bool:
    if same_words(*texts):
        return False
    before, after = (dateline or "" for dateline in datelines)
    if before == after:
        return True
    # Beneath a line that was left out, a dateline comes to light: it leaves the text and becomes a field.
    return letters_of(before + texts[0]) != letters_of(after + texts[1])


def is_redated(before: Dated, after: Dated) -> bool:
    """Whether a page names another date. One that comes where there was none, or that only becomes finer or coarser,
    is not another one; neither is one that we read otherwise than before in the same words, nor one that counts from
    the moment of looking, as "two hours ago" does; nor one that is surmised, such as that of the latest change: the one
    before may be a feed's, which not every look comes with.
    """
    if before.at is None or after.at is None or after.surmised or before.raw == after.raw:
        return False
    if not (tells_day(before.raw) and tells_day(after.raw)):
        return False
    if before.precision == after.precision or "day" not in (before.precision, after.precision):
        return abs(after.at - before.at) >= SAME_MOMENT
    day, moment = (before.at, after.at) if before.precision == "day" else (after.at, before.at)
    return after.precision != "day" and not -_ZONES <= moment - day < timedelta(days=1) + _ZONES


def tells_day(raw: str | None) -> bool:
    """Whether a date in its page's words names a day of the calendar, with its year."""
    return raw is not None and bool(_CALENDAR_DAY.search(raw))
