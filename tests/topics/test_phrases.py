"""Phrases, the words that they are made of, and the forms that count as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.forms import Forms
from topics.listable import as_term
from topics.phrases import LONGEST, Phrases
from topics.terms import parse_term
from topics.words import placed, without, words

TEXTS = st.text(st.sampled_from("ab U.S‘’'&#39; \n.,()؟،كتابەی"), max_size=80)


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("Troops leave Iraq. They said", ["troops leave iraq", "they said"]),
        ("the U.S. army, at 10,000", ["the us army", "at 10 000"]),
        ("“Popular Mobilization” (Hashd)\nnews", ["popular mobilization", "hashd", "news"]),
        ("Iraq&#39;s army; Kata’ib", ["iraq army", "kataib"]),
        ("غادرت القوات، وقالت", ["غادرت القوات", "وقالت"]),
        ("Iran-backed", ["iran backed"]),
    ],
)
def test_no_stretch_goes_on_over_the_end_of_a_sentence_or_a_comma(text: str, stretches: list[str]) -> None:
    found = "|".join(word or "" for word in words(text))
    assert [stretch.replace("|", " ").strip() for stretch in found.split("||") if stretch.strip("|")] == stretches


@given(TEXTS)
def test_words_have_their_places_in_the_original(text: str) -> None:
    found = list(placed(text))
    assert [word and word.text for word in found] == list(words(text))
    assert all(0 <= word.start < word.end <= len(text) for word in found if word)


def test_covered_words_are_left_out_even_where_they_are_only_touched() -> None:
    text = "the popular mobilization forces came"
    left = [word and word.text for word in without(text, [(4, 6), (12, 31)])]
    assert left == ["the", None, None, None, "came", None]


def test_phrases_of_enough_texts_are_counted_once_a_text() -> None:
    texts = [["new", "front", None, "new", "front"], ["the", "new", "front", "line"], ["front", "new"]]
    phrases = Phrases(texts, 2)
    counts = {phrases.words(number): phrases.counts[number] for number in range(len(phrases))}
    assert counts == {("new",): 3, ("front",): 3, ("new", "front"): 2}
    assert {phrases.words(number) for number in phrases.within(["a", "new", "front"])} == counts.keys()
    assert {phrases.words(number) for number in phrases.within(["new", None, "front"])} == {("new",), ("front",)}


WORDS = st.lists(st.sampled_from(["a", "b", "c", None]), max_size=12)


@given(st.lists(WORDS, max_size=6), st.integers(1, 3))
def test_counting_by_level_finds_what_plain_counting_finds(texts: list[list[str | None]], least: int) -> None:
    plain: dict[tuple[str, ...], int] = {}
    for text in texts:
        stretches = {
            tuple(text[start : start + length])
            for length in range(1, LONGEST + 1)
            for start in range(len(text) - length + 1)
        }
        for stretch in stretches:
            if None not in stretch:
                plain[stretch] = plain.get(stretch, 0) + 1  # type: ignore[index,arg-type]
    phrases = Phrases(texts, least)
    counted = {phrases.words(number): phrases.counts[number] for number in range(len(phrases))}
    assert counted == {phrase: count for phrase, count in plain.items() if count >= least}


@pytest.mark.parametrize(
    ("language", "counts", "same", "other"),
    [
        ("ar", {"فصايل": 5, "الفصايل": 9, "والفصايل": 2, "للفصايل": 1}, ["الفصايل", "والفصايل", "للفصايل"], "فصيل"),
        ("ar", {"كتايب": 9, "تايب": 1}, ["كتايب"], "تايب"),
        ("ar", {"وزير": 9, "بغداد": 4}, ["وزير"], "بغداد"),
        ("ckb", {"كهمپ": 4, "كهمپهكان": 3, "كهمپهكاني": 2}, ["كهمپهكان", "كهمپهكاني"], "كهم"),
        ("kmr", {"tabur": 4, "tabura": 3, "taburen": 2}, ["tabura", "taburen"], "tab"),
        ("en", {"withdrawal": 3, "withdrawals": 2}, ["withdrawals"], "withdraw"),
        ("fr", {"retrait": 3, "retraits": 2}, ["retraits"], "retrait"),
    ],
)
def test_forms_of_one_word_count_as_one(language: str, counts: dict[str, int], same: list[str], other: str) -> None:
    forms = Forms(language, counts)
    assert len({forms.key(word) for word in same}) == 1
    assert forms.key(other) != forms.key(same[0])


@pytest.mark.parametrize(
    ("language", "keys", "written", "term"),
    [
        ("en", ["withdrawal"], ["withdrawal", "withdrawals", "withdrawals"], "withdrawal*"),
        ("en", ["pmf"], ["PMF", "PMF", "PMF", "PMF", "pmf"], "=PMF"),
        ("en", ["kataib", "brigade"], ["Kata’ib Brigade", "Kataib brigades", "Kata’ib Brigades"], "Kata’ib Brigade*"),
        ("ar", ["فصايل"], ["والفصائل", "الفصائل", "الفصائل"], "الفصائل"),
        ("ar", ["فصايل"], ["والفصائل", "فصائل", "الفصائل"], "فصائل"),
        ("ar", ["حشد", "شعبي"], ["للحشد الشعبي", "بالحشد الشعبي"], "الحشد الشعبي"),
        ("ckb", ["كهمپ"], ["کەمپەکان", "کەمپی"], "کەمپ*"),
        ("ckb", ["هيز"], ["هێزی", "هێزی"], "هێزی"),
        ("kmr", ["tabur"], ["tabûra", "Tabûra", "Tabûra", "tabûr"], "tabûr*"),
        ("ar", ["covid"], ["covid"], None),
    ],
)
def test_a_phrase_becomes_the_term_that_a_list_would_have(
    language: str, keys: list[str], written: list[str], term: str | None
) -> None:
    places = [
        [(word.text, one[word.start : word.end]) for word in placed(one) if word] for one in written
    ]  # fmt: skip
    assert as_term(places, keys, language) == term
    if term:
        parse_term(term, language)
