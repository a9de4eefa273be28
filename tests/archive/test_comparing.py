"""Two versions are told as one text, from which either can be read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.comparing import compare

WORDS = st.sampled_from(["a", "b,", "«c»", "الفصائل،", "هێز", "(د)", "Îran.", "—", "15", "\n", "\n"])
TEXTS = st.lists(WORDS, max_size=24).map(" ".join)


def pieces(before, after):
    return [[(piece.kind, piece.text) for piece in paragraph] for paragraph in compare(before, after)]


def letters(text):
    return "".join(text.split())


@given(TEXTS, TEXTS)
def test_either_version_can_be_read_from_a_comparison(before, after) -> None:
    for version, other in ((before, "added"), (after, "removed")):
        told = "".join(text for paragraph in pieces(before, after) for kind, text in paragraph if kind != other)
        assert letters(told) == letters(version)


@given(TEXTS)
def test_what_did_not_change_is_told_as_the_same(text) -> None:
    assert all(kind == "same" for paragraph in pieces(text, text) for kind, _ in paragraph)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "four dead in blast",
            "seven dead in the blast",
            [("removed", "four"), ("added", " seven"), ("same", " dead in"), ("added", " the"), ("same", " blast")],
        ),
        (
            "قتل أربعة، بحسب الشرطة.",
            "قتل سبعة بحسب الشرطة.",
            [("same", "قتل"), ("removed", " أربعة،"), ("added", " سبعة"), ("same", " بحسب الشرطة.")],
        ),
        (
            "هێزەکان گەیشتن",
            "هێزەکان، گەیشتن",
            [("same", "هێزەکان"), ("added", "،"), ("same", " گەیشتن")],
        ),
        (
            "du kes hatin kuştin duh",
            "sê kes hatine kuştin duh",  # one word between two changes goes with them
            [("removed", "du kes hatin"), ("added", " sê kes hatine"), ("same", " kuştin duh")],
        ),
    ],
)
def test_a_comparison_reads_as_phrases(before, after, told) -> None:
    assert pieces(before, after) == [told]


def test_a_comparison_goes_by_paragraphs() -> None:
    before = "One.\nTwo is here.\nThree."
    after = "One.\nTwo was here.\nThree.\nFour."

    assert pieces(before, after) == [
        [("same", "One.")],
        [("same", "Two"), ("removed", " is"), ("added", " was"), ("same", " here.")],
        [("same", "Three.")],
        [("added", "Four.")],
    ]


def test_of_a_long_text_without_paragraphs_only_what_lies_between_two_changes_differs() -> None:
    words = [f"word{number}" for number in range(5_000)]
    before = " ".join([*words[:2_500], "four", *words[2_500:]])

    [told] = pieces(before, before.replace("four", "seven"))

    assert [piece for piece in told if piece[0] != "same"] == [("removed", " four"), ("added", " seven")]


@pytest.mark.parametrize("word", ["same ", "w{} ", "same\n"])
def test_long_versions_are_compared_in_bounded_time(word) -> None:
    before = "".join(word.format(number) for number in range(100_000))
    after = "begin " + "".join(word.format(number * 3) for number in range(100_000)) + "end"
    begun = time.process_time()

    compare(before, after)

    assert time.process_time() - begun < 5.0
