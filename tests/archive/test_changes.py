"""How much two versions differ."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.changes import change_share, same_words

WORDS = st.lists(st.sampled_from(["a", "b", "c", "الفصائل", "هێز"]), max_size=30).map(" ".join)


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ("a b c d", "a b c d", 0.0),
        ("a b c d", "a  b\nc d", 0.0),
        ("a b c d", "a b x d", 0.25),
        ("a b c d", "a b c d e f g h", 1 / 3),
        ("a b", "c d", 1.0),
        ("", "", 0.0),
        ("", "a", 1.0),
        ("x a b c", "a b c x", 0.25),
        ("قتل ثلاثة في بغداد", "قتل أربعة في بغداد", 0.25),
    ],
)
def test_the_share_of_changed_words(before, after, share) -> None:
    assert change_share(before, after) == pytest.approx(share)


@given(WORDS, WORDS)
def test_the_share_is_the_same_from_both_sides_of_nothing_and_within_bounds(before, after) -> None:
    share = change_share(before, after)

    assert 0.0 <= share <= 1.0
    assert (share == 0.0) == same_words(before, after)


@pytest.mark.parametrize("word", ["same ", "w{} "])
def test_long_versions_are_compared_in_bounded_time(word) -> None:
    before = "".join(word.format(number) for number in range(100_000))
    after = "begin " + "".join(word.format(number * 3) for number in range(100_000)) + "end"
    begun = time.process_time()

    share = change_share(before, after)

    assert 0.0 < share <= 1.0
    assert time.process_time() - begun < 5.0
