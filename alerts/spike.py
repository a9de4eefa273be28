"""A spike: an hour in which a topic had far more articles than that hour of the week usually has. Pure."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from alerts.baseline import Baseline
from archive.times import from_text, to_text

FEWEST = 5
"""Articles. Below it a spike is one story and its copies, which an alert on each article tells better."""
Z = 4.2
"""By chance alone one hour in eight years lies beyond such a bound. News is more uneven than the bounds allow for: at
3.69, one hour in a year, `make bench-unusual` finds more false alarms than spikes."""
REST = 3
"""Complete hours in a row that are none end a spike: a story has its lulls, and is told once."""
TIMES = 2.0
"""So many times the expected number at least: of a topic with a hundred an hour, a third more is unlikely and dull."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """What an hour had, and what it should have had."""

    topic: str | None  # None: all articles
    hour: datetime  # when it began
    until: datetime  # its end, or when it was looked at
    count: int
    expected: float  # in the whole hour
    bound: float
    weeks: int  # that were compared

    @classmethod
    def of(cls, *, topic: str | None, hour: datetime, until: datetime, count: int, usual: Baseline) -> Self:
        """The spike of *count* articles where so many were *usual*."""
        return cls(
            topic=topic, hour=hour, until=until.replace(microsecond=0), count=count,
            expected=round(usual.expected, 2), bound=round(usual.upper(Z), 2), weeks=usual.weeks,
        )  # fmt: skip

    @property
    def subject(self) -> str:
        """As a window names it."""
        return f"topic:{self.topic}" if self.topic else ""

    @property
    def ratio(self) -> float | None:
        """How many times the expected number it is; None where none was expected."""
        return round(self.count / self.expected, 1) if self.expected else None

    @property
    def figures(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self) | {"hour": to_text(self.hour), "until": to_text(self.until), "ratio": self.ratio}

    @classmethod
    def of_figures(cls, figures: dict[str, Any]) -> Self:
        """The way back."""
        values = {name: value for name, value in figures.items() if name != "ratio"}
        return cls(**values | {name: from_text(figures[name]) for name in ("hour", "until")})


def is_spike(count: int, usual: Baseline) -> bool:
    """Whether so many articles in an hour are one."""
    return count >= FEWEST and count >= TIMES * usual.expected and count > usual.upper(Z)
