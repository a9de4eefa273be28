"""What an edit changed, and whether it is worth telling: the title, a number, or much of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.difference import difference_of, is_worth_telling, key_of, numbers_in
from alerts.messages.difference_text import LONGEST_CHANGE, change_html, change_lines, fitted_change, summary_of
from archive.changes import change_share
from archive.comparing import compare
from archive.revisions import Edit

LONG = "\n".join(f"Paragraph {word} has nothing to do with any of it and stays as it is." for word in "abcdefghijkl")


def edit(before: str, after: str, titles: tuple[str, str] = ("A title", "A title")) -> Edit:
    changed = (*(["title"] if titles[0] != titles[1] else []), *(["text"] if before != after else []))
    share = change_share(f"{titles[0]}\n{before}", f"{titles[1]}\n{after}")
    return Edit(
        id=1, article=1, seen="2026-03-14T12:00:00Z", change=share, changed=changed, titles=titles,
        texts=(before, after),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12 dead, 1,200 displaced, 1.5 million", ["12", "1200", "1.5"]),
        ("١٢ قتيلاً و١٬٢٠٠ نازح", ["12", "1200"]),
        ("۱۲ کەس و ۳٫۵ ملیۆن", ["12", "3.5"]),
        ("1.200.000 kes", ["1200000"]),
        ("three soldiers and twelve others", ["3", "12"]),
        ("قتل ثلاثة جنود وسبعة مدنيين", ["3"]),  # a word that "and" is written onto is not known
        ("سێ کەس کوژران و پێنج بریندار بوون", ["3", "5"]),
        ("sê kes hatin kuştin û pênc birîndar in", ["3", "5"]),
        ("Threesome tend often", []),
    ],
)
def test_numbers_are_read_in_digits_of_any_script_and_in_small_words(text: str, numbers: list[str]) -> None:
    assert sorted(numbers_in([text]), key=numbers.index) == numbers


@pytest.mark.parametrize(
    ("before", "after", "worth"),
    [
        (LONG + " Three died.", LONG + " Five died.", True),
        (LONG + " Three died.", LONG + " 3 died.", False),  # the same number
        (LONG + " 12 died.", LONG + " ١٢ died.", False),
        (LONG + " قتل ثلاثة جنود.", LONG + " قتل خمسة جنود.", True),
        (LONG + " سێ سەرباز کوژران.", LONG + " چوار سەرباز کوژران.", True),
        (LONG + " At least 12 people died.", LONG + " People died.", True),  # taken out of a paragraph that stays
        (LONG, LONG + "\nThe toll rose to 14.", True),  # a new paragraph with a new number
        (LONG + "\nThe bridge was built in 1931.", LONG, False),  # a paragraph that went
        (LONG + " A man spoke.", LONG + " A woman spoke.", False),
        ("A short text.", "Another thing altogether.", True),
    ],
)
def test_an_edit_is_worth_telling_for_a_number_or_for_much_of_its_text(before: str, after: str, worth: bool) -> None:
    assert is_worth_telling(edit(before, after), 0.1) is worth


def test_a_title_that_changed_is_worth_telling_and_a_date_alone_is_not() -> None:
    assert is_worth_telling(edit(LONG, LONG, ("Minister resigns", "Minister denies resigning")), 1.0)
    assert not is_worth_telling(edit(LONG, LONG), 0.0)


def test_the_least_change_is_the_share_of_the_words_of_the_text() -> None:
    before, after = "a b c d e f g h i j", "a b c d e f g h i x"
    assert is_worth_telling(edit(before, after), 0.1)
    assert not is_worth_telling(edit(before, after), 0.11)


def test_the_same_edit_of_two_copies_has_one_key_and_another_edit_another() -> None:
    mine = edit("Wire: three died in the north.\n" + LONG, "Wire: five died in the north.\n" + LONG)
    yours = edit(
        "Radio.\n" + LONG + "\nWire: three died in the north.", "Radio.\n" + LONG + "\nWire: five died in the north."
    )
    assert key_of(mine) == key_of(yours)
    assert key_of(mine) != key_of(edit(mine.texts[1], mine.texts[0]))


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("Bombs killed %s people in the town. " + LONG + " Another %s were wounded.", "two", "three"),
        ("قتل %s جنود في المدينة. وأصيب %s آخرون بجروح.", "ثلاثة", "خمسة"),
        ("%s سەرباز کوژران و %s کەس بریندار بوون.", "سێ", "پێنج"),
        ("Di êrîşê de %s kes hatin kuştin û %s birîndar bûn.", "sê", "pênc"),
        ("%s were killed and %s were wounded.", "12", "15"),
    ],
)
def test_the_same_number_changed_of_the_dead_and_later_of_the_wounded_is_two_edits(
    text: str, one: str, other: str
) -> None:
    first, then, last = (text % numbers for numbers in ((one, one), (other, one), (other, other)))
    assert key_of(edit(first, then)) != key_of(edit(then, last))
    assert key_of(edit(first, then)) == key_of(edit(first, then))


def lines(one: Edit, direction: str | None = "ltr") -> list[str]:
    return list(change_lines(difference_of(one), direction))  # type: ignore[arg-type]


def test_the_changes_are_shown_with_the_words_around_them() -> None:
    before = "The night was long and " * 3 + "three died at the gate of the old town by the river."
    difference = difference_of(edit(before, before.replace("three", "five"), ("Three die", "Five die")))
    assert list(change_lines(difference, "ltr")) == [
        "[-Three-] {+Five+} die",
        "… The night was long and [-three-] {+five+} died at the gate of …",
    ]
    assert summary_of(difference).startswith("title and text edited, ")
    assert summary_of(difference).endswith("numbers: 3 → 5")


def test_a_right_to_left_change_is_held_together_at_both_ends() -> None:
    [line] = lines(edit("قتل ثلاثة جنود في الشمال", "قتل خمسة جنود في الشمال"), "rtl")
    assert line == "\u200fقتل [-ثلاثة-] {+خمسة+} جنود في الشمال\u200f"


def test_what_an_article_has_of_brackets_is_no_change() -> None:
    [line] = lines(edit("He said [-no-] {+yes+} to three.", "He said [-no-] {+yes+} to five."))
    assert line == "He said (-no-) (+yes+) to [-three-] {+five+}."
    html = change_html(compare("a <b>x</b>", "a <i>x</i>")[0], "ltr", "display:none")
    assert "<b>" not in html
    assert "&lt;" in html


@given(st.text(max_size=3_000), st.text(max_size=3_000))
def test_no_change_is_longer_than_it_may_be_and_no_mark_is_cut(before: str, after: str) -> None:
    for paragraph in compare(before, after):
        line = "".join(piece.text for piece in fitted_change(paragraph))
        assert len(line) <= LONGEST_CHANGE + 2
    for line in lines(edit(before, after)):
        assert len(line) <= LONGEST_CHANGE + 4
        assert line.count("[-") == line.count("-]")
        assert line.count("{+") == line.count("+}")
