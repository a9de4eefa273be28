"""Marks in a text."""

from archive.highlight import merged


def test_overlapping_marks_become_one() -> None:
    assert merged([(5, 9), (0, 3), (7, 12), (12, 14)]) == [(0, 3), (5, 12), (12, 14)]
