"""How many articles a span of the week should have, and between which bounds: its own past weeks tell. Pure.

The method is that of C. P. Farrington, N. J. Andrews, A. D. Beale and M. A. Catchpole, "A statistical algorithm for the
early detection of outbreaks of infectious disease", J. R. Statist. Soc. A 159 (1996) 547-563, as mended by A. Noufaily
and others, "An improved algorithm for outbreak detection in multiple surveillance systems", Statistics in Medicine 32
(2013) 1206-1222. News breaks out as illness does: counts of the same span of the week in earlier weeks, more spread
than chance alone makes them, with outbreaks among them that must not count as usual.

With the n counts y of those spans, weights w that add up to n, and their weighted mean m:

    dispersion     f = max(1, sum(w (y - m)^2 / m) / (n - 1))
    residual       s = 3/2 (y^(2/3) - m^(2/3)) / (m^(1/6) sqrt(f (1 - 1/n)))         (Anscombe's)
    weight         w ~ 1, or 1 / s^2 where s > 2.58; m and f are then reckoned anew
    bounds         m (1 +- 2/3 z sqrt((f + v) / m))^(3/2),   v = f sum(w^2) / n^2    (the variance of m, over m)

The power 2/3 makes a Poisson count nearly normal. v is for the mean being a guess itself. In place of the trend, which
eight weeks are too short for, a spike is measured by the level of the last week where that is above the weeks before:
a war that goes on is news once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from math import sqrt
from typing import Self

WEEKS = 8
"""So many weeks back: two months are recent enough to be the same news, and enough to tell usual from unusual."""
FEWEST_WEEKS = 3
"""With fewer, nothing is said: of two weeks nobody can tell which was the odd one."""
_OUTBREAK = 2.58
"""A residual beyond it makes a span an outbreak, which weighs less: one in 200 is so by chance (Noufaily 2013)."""
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
    weights = [1.0] * len(counts)
    mean, dispersion = _fitted(counts, weights)
    weights = _weights(counts, mean, dispersion)
    mean, dispersion = _fitted(counts, weights)
    variance = dispersion * sum(weight * weight for weight in weights) / len(counts) ** 2
    return Baseline(expected=mean, dispersion=dispersion, variance=variance, weeks=weeks)


def _fitted(counts: Sequence[int], weights: Sequence[float]) -> tuple[float, float]:
    """The weighted mean and the dispersion about it."""
    number = len(counts)
    mean = max(sum(w * y for w, y in zip(weights, counts, strict=True)), _NOTHING) / number
    pearson = sum(w * (y - mean) ** 2 for w, y in zip(weights, counts, strict=True)) / mean
    return mean, max(1.0, pearson / (number - 1))


def _weights(counts: Sequence[int], mean: float, dispersion: float) -> list[float]:
    number = len(counts)
    scale = 1.5 / (mean ** (1 / 6) * sqrt(dispersion * (1 - 1 / number)))
    residuals = [scale * (count ** (2 / 3) - mean ** (2 / 3)) for count in counts]
    weights = [1.0 if residual <= _OUTBREAK else residual**-2 for residual in residuals]
    return [weight * number / sum(weights) for weight in weights]


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
