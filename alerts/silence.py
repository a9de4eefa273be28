"""A silence: a topic or a source that is quieter than it ever was at this time of the week. Pure."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from alerts.baseline import Baseline
from archive.health import FEWEST_HOURS, LEAST_SILENCE, PATIENCE
from archive.times import from_text, to_text

Rule = Literal["pause", "longest", "trickle"]

QUIET = timedelta(hours=2)
"""No shorter pause is told, however busy the source: two hours are a long meeting of its desk."""
PAUSE_Z = 4.2
"""For a pause: every article begins one, so that chance has thousands of tries a year."""
LONGEST_Z = 2.5
"""For one that is the longest by far: of who publishes twice a week, that alone comes about three times a year."""
TRICKLE, TRICKLE_Z = timedelta(hours=24), 3.69
"""For so few articles in a day. By chance alone one hour in a year lies beyond it."""


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
        z = TRICKLE_Z if rule == "trickle" else PAUSE_Z
        return cls(
            subject=subject, rule=rule, since=since, asked=asked, count=count, expected=round(usual.expected, 1),
            bound=round(usual.lower(z), 1), weeks=usual.weeks, longest=longest, cause=cause,
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
    return usual.lower(PAUSE_Z) > 0


def is_longest(pause: timedelta, hours: int, longest: timedelta, usual: Baseline) -> bool:
    """Whether *pause* is far longer than the *longest* of four weeks in which articles came in so many *hours*."""
    return hours >= FEWEST_HOURS and pause > max(PATIENCE * longest, LEAST_SILENCE) and usual.lower(LONGEST_Z) > 0


def is_trickle(count: int, usual: Baseline) -> bool:
    """Whether so few articles in a day are one."""
    return count < usual.lower(TRICKLE_Z)


def is_back(count: int, usual: Baseline) -> bool:
    """Whether so many articles in a day are enough to end a silence: halfway between a trickle and what is usual."""
    return count >= (usual.lower(TRICKLE_Z) + usual.expected) / 2
