"""Marks in a text, and the passage that is shown of it."""

from unicodedata import combining

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.highlight import SNIPPET, Finder, merged, passage
from archive.query import parse

WORDS = (
    *("drone", "attack", "Kata'ib", "U.S.", "F-16", "e\u0301te\u0301", "Pe\u0302s\u0327merge", "x" * 300),
    "longword" * 4,
    *("وَالْفَصَائِلِ", "محـــمد", "ﻟﻠﺤﺸﺪ", "ﷺ", "هێزه\u200cکانی", "👨‍👩‍👧", "日本", "½", "Iraq&#39;s", "…", "\u202e"),
)
BETWEEN = (" ", " ", "\n", "\r\n", "\t", "\u00a0", "\u2028", ".", "،", "-", "")
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BETWEEN)), max_size=120).map(
    lambda pairs: "".join(word + between for word, between in pairs)
)
QUERIES = st.sampled_from(
    [
        *("drone", '"drone attack"', "فصائل", "kataib", "us", '"f 16"', "pesmerge", "هێزەکانی"),
        *("longw*", "xxx*", "محمد"),
        *("الحشد", "日本", "drone OR فصائل OR ete OR attack*", '"iraqs drone"', '"attack long"*', "-drone"),
    ]
)


def test_overlapping_marks_become_one() -> None:
    assert merged([(5, 9), (0, 3), (7, 12), (12, 14)]) == [(0, 3), (5, 12), (12, 14)]


def one_line(text: str) -> str:
    return "".join(" " if character.isspace() else character for character in text)


@settings(max_examples=600, deadline=None)
@given(TEXTS, QUERIES)
def test_a_passage_is_a_piece_of_the_text_and_cuts_through_no_mark_and_no_letter(text, query) -> None:
    spans = Finder(parse(query)).find(text)
    shown = passage(text, spans)

    piece = shown.text.removeprefix("…" if one_line(text)[: len(shown.text)] != shown.text else "")
    start = one_line(text).find(piece.removesuffix("…"))
    assert start >= 0
    assert len(shown.text) <= 2 * SNIPPET + 2
    assert bool(spans) == bool(shown.marks)
    found = {one_line(text[begin:end])[:SNIPPET] for begin, end in spans}
    assert {shown.text[begin:end][:SNIPPET] for begin, end in shown.marks} <= found
    assert not piece or not combining(piece[0]) or one_line(text).startswith(piece[0])


def test_a_passage_does_not_end_within_a_phrase_that_it_marks() -> None:
    text = "drone attack " + "v " * 107 + "drone attack.)" + "z" * 40
    spans = Finder(parse('"drone attack"')).find(text)

    shown = passage(text, spans)

    assert [shown.text[start:end] for start, end in shown.marks] == ["drone attack"] * 2


def test_a_passage_does_not_begin_with_the_accent_of_a_letter_that_it_leaves_out() -> None:
    text = "e\u0301" * 200 + " drone"
    for left in range(3):
        shown = passage(text[left:], Finder(parse("drone")).find(text[left:]))

        assert shown.text.startswith("…e")
