"""Scoring against what a person says."""

from collections import Counter

import pytest

from topics.scoring import judge, score

LABELS = {"a": True, "b": True, "c": False, "d": False}


def test_every_label_is_judged_but_for_the_unsure_ones() -> None:
    outcomes = {one.topic: one.outcome for one in judge("en", LABELS, ["d"], ["a", "c", "e"])}
    assert outcomes == {"a": "tp", "b": "fn", "c": "fp"}


def test_figures() -> None:
    scored = score(Counter(judge("en", LABELS, [], ["a", "c"])))
    assert (scored.tp, scored.fp, scored.fn) == (1, 1, 1)
    assert (scored.precision, scored.recall, scored.f1) == pytest.approx((0.5, 0.5, 0.5))


def test_a_figure_that_would_divide_by_nothing_is_none() -> None:
    scored = score(Counter(judge("en", {"c": False}, [], [])))
    assert (scored.precision, scored.recall, scored.f1) == (None, None, None)
