"""Sentences cut to a message's length: around their marks, between words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.messages.excerpt import Excerpt, excerpts, fitted, shortened
from archive.reading import Record


def marked(words: str) -> Excerpt:
    """An excerpt whose marks are written in [brackets]."""
    text, marks = "", []
    for number, part in enumerate(words.replace("]", "[").split("[")):
        if number % 2:
            marks.append((len(text), len(text) + len(part)))
        text += part
    return Excerpt(text, tuple(marks))


def written(excerpt: Excerpt) -> str:
    text, last = "", 0
    for start, end in excerpt.marks:
        text, last = f"{text}{excerpt.text[last:start]}[{excerpt.text[start:end]}]", end
    return text + excerpt.text[last:]


def record(text: str, *spans: tuple[int, int], title: str = "") -> Record:
    evidence = [{"rule": "rule[0]", "term": "t", "field": "text", "start": start, "end": end} for start, end in spans]
    tags = [{"topic": "t", "score": 1.0, "pack_version": "p", "evidence": evidence}]
    return Record(article={"text": text, "title": title}, tags=tags, revisions=[], story={})


@pytest.mark.parametrize(
    ("sentence", "longest", "cut"),
    [
        ("The [convoy] left.", 40, "The [convoy] left."),
        ("one two three four five six seven eight [troops] one two three four five six seven eight nine", 60,
         "… five six seven eight [troops] one two three four five …"),
        ("[troops] one two three four five six seven eight nine ten eleven twelve thirteen", 64,
         "[troops] one two three four five six seven eight nine ten …"),
        ("one two three four five six seven eight nine ten eleven twelve [troops]", 60,
         "… four five six seven eight nine ten eleven twelve [troops]"),
        ("[a] " + "word " * 40 + "[b]", 120,
         "[a] " + "word " * 11 + "… " + "word " * 11 + "[b]"),
    ],
)  # fmt: skip
def test_the_words_around_the_marks_stay(sentence, longest, cut) -> None:
    shown = written(fitted(marked(sentence), longest))

    assert len(shown) <= longest
    assert all(mark in shown for mark in ("[troops]", "[convoy]", "[a]", "[b]") if mark in sentence)
    assert shown == cut


def test_a_mark_inside_a_word_keeps_the_word() -> None:
    shown = written(fitted(marked("كلمة " * 30 + "وال[فصائل]ية " + "كلمة " * 30), 100))

    assert " وال[فصائل]ية " in shown


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    shown = written(fitted(marked("x" * 5_000 + "[mark]" + "x" * 5_000), 100))

    assert "[mark]" in shown
    assert len(shown) <= 100


def test_only_a_mark_that_is_too_long_by_itself_is_cut() -> None:
    shown = written(fitted(marked(f"before [{'long ' * 40}mark] after"), 50))

    assert shown.startswith("[long ") and shown.endswith("…]")
    assert len(shown) <= 50


def test_marks_are_moved_with_what_is_taken_out_of_the_sentence() -> None:
    text = "\u202eOld  US\x1b \ttroops\u200b  left. "
    (excerpt,) = excerpts(record(text, (6, 18)))

    assert written(excerpt) == "Old [US troops] left."


def test_marks_that_touch_are_one_and_a_mark_of_nothing_is_none() -> None:
    (excerpt,) = excerpts(record("one two \u200b three", (0, 3), (3, 7), (8, 9)))

    assert written(excerpt) == "[one two] three"


@pytest.mark.parametrize("text", ["", "\u200b", " \n "])
def test_an_article_without_text_has_no_sentence(text) -> None:
    assert excerpts(record(text)) == ()


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("unbreakable", 5, "unbr…"),
        ("كلمة أخرى هنا", 11, "كلمة أخرى…"),
    ],
)
def test_a_line_is_cut_between_words(text, longest, short) -> None:
    assert shortened(text, longest) == short


words = st.text(st.characters(categories=["L", "N", "P", "Mn"]), min_size=1, max_size=60)


@given(st.lists(st.tuples(words, st.booleans()), min_size=1, max_size=150), st.integers(80, 400))
def test_whatever_is_cut_fits_and_keeps_whole_marks(pieces, longest) -> None:
    text, marks = "", []
    for word, is_mark in pieces:
        if is_mark:
            marks.append((len(text), len(text) + len(word)))
        text += word + " "
    whole = Excerpt(text.rstrip(), tuple(marks))
    shown = fitted(whole, longest)

    assert len(shown.text) + 2 * len(shown.marks) <= longest
    kept = {whole.text[start:end] for start, end in whole.marks}
    assert all(shown.text[start:end] in kept for start, end in shown.marks)
    assert bool(shown.marks) == bool(marks)
