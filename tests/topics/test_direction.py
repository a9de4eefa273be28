"""Which way a line runs, and how a foreign name stands in it."""

import pytest

from topics.direction import directed, direction_of, isolated

LRM, RLM, FSI, PDI = "\u200e\u200f\u2068\u2069"


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("ar", "rtl"), ("ar-IQ", "rtl"), ("ckb", "rtl"), ("sdh", "rtl"), ("he", "rtl"), ("syr", "rtl"),
        ("ku-Arab", "rtl"),
        ("en", "ltr"), ("kmr", "ltr"), ("ku-Latn", "ltr"), ("ru", "ltr"),
        ("ku", None), ("und", None), ("", None), (None, None), ("<b>", None),
    ],
)  # fmt: skip
def test_a_language_tells_its_direction_where_it_has_one(language, direction) -> None:
    assert direction_of(language) == direction


@pytest.mark.parametrize(
    ("line", "direction", "shown"),
    [
        ("داعش يهاجم", "rtl", "داعش يهاجم"),
        ("ISIS يهاجم", "rtl", f"{RLM}ISIS يهاجم"),
        ("ISIS يهاجم نقطة", None, f"{RLM}ISIS يهاجم نقطة"),
        ("«داعش» attacks a post", "ltr", f"{LRM}«داعش» attacks a post"),
        ("[القوات] 12", "rtl", "[القوات] 12"),
        ("12/3", "rtl", "12/3"),
        ("", "rtl", ""),
        ("A headline in English", "rtl", "A headline in English"),
        ("عنوان", "ltr", "عنوان"),
    ],
)
def test_a_line_gets_a_mark_only_where_its_first_letter_misleads(line, direction, shown) -> None:
    assert directed(line, direction) == shown


def test_only_what_runs_the_other_way_is_isolated() -> None:
    assert isolated("Example Wire") == "Example Wire"
    assert isolated("شفق نيوز 24") == f"{FSI}شفق نيوز 24{PDI}"
