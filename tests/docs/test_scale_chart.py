"""The chart of docs/performance.md is drawn from the figures that are beside it."""

import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))

from scale import LIMITS, drawn  # noqa: E402

from benchmarks.scale import QUESTIONS  # noqa: E402


def test_the_chart_is_that_of_the_figures() -> None:
    assert (DOCS / "scale.svg").read_text(encoding="utf-8") == drawn()


def test_it_shows_the_limits_that_the_measurement_has() -> None:
    assert {name: LIMITS.get(name, (15, 50)) for name in QUESTIONS} == {
        name: tuple(limits) for name, (_, *limits) in QUESTIONS.items()
    }
