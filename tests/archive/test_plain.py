"""What text from the network may still hold when a person gets to see it."""

import pytest

from archive.plain import plain, plain_lines, plain_piece


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", "[2Jgone"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("\u2067one\u2069 \ufefftwo\u200b", "one two"),
        ("one\r\n\ttwo", "one two"),
        ("half a pair \ud83d", "half a pair"),
        ("بغداد\u061b\u200fالأربعاء", "بغداد\u061b\u200fالأربعاء"),
        ("دەگەڕێنه\u200cوە", "دەگەڕێنه\u200cوە"),
    ],
)
def test_what_steers_or_reorders_is_taken_out_and_what_writing_needs_stays(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_lines_stay_lines_and_a_piece_keeps_the_space_at_its_ends() -> None:
    assert plain_lines("one\x07 \n  two") == "one\ntwo"
    assert plain_piece(" of  \x9btroops ") == " of troops "
