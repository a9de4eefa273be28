"""A silence: a topic or a source that is quieter than it ever was at this time of the week. Pure."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from alerts.baseline import Baseline, Z
from archive.health import FEWEST_HOURS, LEAST_SILENCE, PATIENCE
from archive.times import from_text, to_text

Rule = Literal["pause", "longest", "trickle"]

QUIET = timedelta(hours=2)
"""No shorter pause is told, however busy the source: two hours are a long meeting of its desk."""
TRICKLE = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Since when who is quiet, and what should have come."""

    subject: str  # topic:ID or source:ID
    rule: Rule
    since: datetime  # the last article; of a trickle, the begin of the day that was looked at
    asked: datetime  # up to when it is known
    count: int
    expected: float
    bound: float
    weeks: int
    longest: timedelta | None  # the longest pause of the last 28 days
    cause: str

    @classmethod
    def of(
        cls, *, subject: str, rule: Rule, since: datetime, asked: datetime, count: int, usual: Baseline,
        longest: timedelta | None, cause: str,
    ) -> Self:  # fmt: skip
        """The silence with *count* articles where so many were *usual*."""
        return cls(
            subject=subject, rule=rule, since=since, asked=asked, count=count, expected=round(usual.expected, 1),
            bound=round(usual.lower(), 1), weeks=usual.weeks, longest=longest, cause=cause,
        )  # fmt: skip

    @property
    def figures(self) -> dict[str, Any]:
        """As JSON keeps it."""
        longest = None if self.longest is None else int(self.longest.total_seconds())
        return asdict(self) | {"since": to_text(self.since), "asked": to_text(self.asked), "longest": longest}

    @classmethod
    def of_figures(cls, figures: dict[str, Any]) -> Self:
        """The way back."""
        longest = None if figures["longest"] is None else timedelta(seconds=figures["longest"])
        return cls(
            **figures | {"since": from_text(figures["since"]), "asked": from_text(figures["asked"]), "longest": longest}
        )


def is_long(usual: Baseline) -> bool:
    """Whether a pause is one in which so many articles are usual that none at all is not."""
    return usual.lower(Z) > 0


def is_longest(pause: timedelta, hours: int, longest: timedelta, usual: Baseline) -> bool:
    """Whether *pause* is far longer than the *longest* of four weeks in which articles came in so many *hours*."""
    return hours >= FEWEST_HOURS and pause > max(PATIENCE * longest, LEAST_SILENCE)


def is_trickle(count: int, usual: Baseline) -> bool:
    """Whether so few articles in a day are one."""
    return count < usual.lower(Z)
