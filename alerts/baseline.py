"""How many articles a span of the week should have, and between which bounds: its own past weeks tell. Pure.

The method is that of C. P. Farrington, N. J. Andrews, A. D. Beale and M. A. Catchpole, "A statistical algorithm for the
early detection of outbreaks of infectious disease", J. R. Statist. Soc. A 159 (1996) 547-563, as mended by A. Noufaily
and others, "An improved algorithm for outbreak detection in multiple surveillance systems", Statistics in Medicine 32
(2013) 1206-1222. News breaks out as illness does: counts of the same span of the week in earlier weeks, more spread
than chance alone makes them, with outbreaks among them that must not count as usual.

With the n counts y of those spans, weights w that add up to n, and their weighted mean m:

    dispersion     f = max(1, sum(w (y - m)^2 / m) / (n - 1))
    residual       s = 3/2 (y^(2/3) - M^(2/3)) / (M^(1/6) sqrt(F))      (Anscombe's; M and F are explained below)
    weight         w ~ 1, or (2.58 / s)^2 where s lies beyond 2.58 or below -2.58
    bounds         m (1 +- 2/3 z sqrt((f + v) / m))^(3/2),   v = f sum(w^2) / n^2    (the variance of m, over m)

Those papers have years to learn from, and take mean and dispersion of all counts for M and F. Among eight, one outbreak
makes the dispersion so large that it hides behind it: of n residuals none can be above (n - 1) / sqrt(n), here 2.47.
So M is the median, and F the square of 1.4826 times the median distance from it: half of the weeks tell of themselves
what is usual. Silences weigh less as outbreaks do.

The power 2/3 makes a Poisson count nearly normal. v is for the mean being a guess itself. In place of the trend, which
eight weeks are too short for, a spike is measured by the level of the last week where that is above the weeks before:
a war that goes on is news once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from math import sqrt
from statistics import median
from typing import Self

WEEKS = 8
"""So many weeks back: two months are recent enough to be the same news, and enough to tell usual from unusual."""
FEWEST_WEEKS = 3
"""With fewer, nothing is said: of two weeks nobody can tell which was the odd one."""
_OUTBREAK = 2.58
"""A residual beyond it makes a span an outbreak, or a silence, which weighs less: one in 100 is so by chance."""
_NORMAL = 1.4826
"""Times the median distance from the median: the standard deviation, where counts are normal."""
_LEAST_MEDIAN = 0.3
"""Where most spans had nothing, a single article is none of an outbreak."""
_NOTHING = 0.5
"""Articles in all spans together where there was none: the mean is small then, but nobody knows that it is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is usual: the *expected* number, the *dispersion* (1: chance alone), the *variance* of the expected number
    over the number itself, and of how many *weeks* it was learned."""

    expected: float
    dispersion: float
    variance: float
    weeks: int

    def upper(self, z: float) -> float:
        """More than so many are unusual."""
        return self._bound(z)

    def lower(self, z: float) -> float:
        """Fewer than so many are unusual; 0 where none would be usual."""
        return self._bound(-z)

    def raised(self, level: float) -> Self:
        """What is usual where *level* times as many are."""
        return replace(self, expected=level * self.expected)

    def _bound(self, z: float) -> float:
        spread = sqrt((self.dispersion + self.variance) / self.expected)
        return self.expected * max(0.0, 1 + 2 / 3 * z * spread) ** 1.5  # type: ignore[no-any-return]


def baseline(counts: Sequence[int], weeks: int) -> Baseline:
    """What is usual where the spans of so many *weeks* had these *counts*: at least two, one or more a week."""
    weights = _weights(counts)
    mean, dispersion = _fitted(counts, weights)
    variance = dispersion * sum(weight * weight for weight in weights) / len(counts) ** 2
    return Baseline(expected=mean, dispersion=dispersion, variance=variance, weeks=weeks)


def _fitted(counts: Sequence[int], weights: Sequence[float]) -> tuple[float, float]:
    """The weighted mean and the dispersion about it."""
    number = len(counts)
    mean = max(sum(w * y for w, y in zip(weights, counts, strict=True)), _NOTHING) / number
    pearson = sum(w * (y - mean) ** 2 for w, y in zip(weights, counts, strict=True)) / mean
    return mean, max(1.0, pearson / (number - 1))


def _weights(counts: Sequence[int]) -> list[float]:
    """How much each of *counts* tells of what is usual; as many in all as there are counts."""
    middle = max(median(counts), _LEAST_MEDIAN)
    distances = [1.5 * (count ** (2 / 3) - middle ** (2 / 3)) / middle ** (1 / 6) for count in counts]
    spread = max(1.0, _NORMAL * median(map(abs, distances)))
    weights = [min(1.0, (_OUTBREAK * spread / abs(one)) ** 2) if one else 1.0 for one in distances]
    return [weight * len(counts) / sum(weights) for weight in weights]


def level(weeks: Sequence[int]) -> float:
    """How many times as many articles the last of *weeks*, given first, had as those before at the mean; at least 1."""
    last, before = weeks[0], weeks[1:]
    return max(1.0, last * len(before) / max(sum(before), 1))


def weeks_before(instant: datetime, zone: tzinfo, weeks: int = WEEKS) -> list[datetime]:
    """The same time of the week on the wall clock of *zone*, each week before; in UTC, on the hour, the last one first.

    So nine in the evening stays nine in the evening where the clocks changed in between.
    """
    wall = instant.astimezone(zone).replace(tzinfo=None)
    then = ((wall - timedelta(weeks=week)).replace(tzinfo=zone) for week in range(1, weeks + 1))
    return [one.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for one in then]
