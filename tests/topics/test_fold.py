"""Folding: what becomes one spelling, and that offsets always lead back to the untouched text."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from topics.fold import APOSTROPHES, fold
from topics.proclitics import PROCLITICS, with_proclitics

SAME = {
    "hamza and alef forms": ["أحمد", "احمد", "إحمد", "آحمد", "ٱحمد"],
    "harakat and tatweel": ["الشَّرْع", "الشـــرع", "الشرع"],
    "ta marbuta and heh": ["الإدارة", "الاداره"],
    "ya forms": ["علي", "على", "علی"],
    "Kurdish and Arabic kaf": ["کوردستان", "كوردستان"],
    "Sorani letters": ["کۆبانێ", "كوباني"],
    "Sorani ra and lam": ["ڕۆژئاڤا", "رۆژئاڤا"],
    "Sorani heh with ZWNJ": ["هه‌سه‌ده", "هەسەدە"],
    "presentation forms": ["ﺩﺍﻋﺶ", "داعش"],
    "Kurmanji hats": ["Îran", "Iran", "IRAN", "I\u0302ran"],
    "Kurmanji cedilla": ["Şengal", "Sengal", "S\u0327engal"],
    "dotted and dotless i": ["DAİŞ", "DAIŞ", "daış", "daiş"],
    "apostrophes": ["Kata'ib", "Kata’ib", "Kata‘ib", "Kata`ib", "Kataʾib", "Kataib"],
    "rarer apostrophes": ["Kataꞌib", "Kata᾿ib", "Kata᾽ib", "Kata‵ib", "Kataˊib", "Kataˋib", "Kataib"],
    "escaped apostrophes": ["Kata&#39;ib", "Kata&#x27;ib", "Kata&rsquo;ib", "Kata&#8217;ib", "Kata&apos;ib", "Kataib"],
    "escaped apostrophe after a decomposed letter": ["Îran&#39;ê", "I\u0302ran&#39;e\u0302", "îranê"],
    "escaped possessive": ["Iran&#39;s troops", "Iran #39;s troops", "Iran&rsquo;s troops", "Iran troops"],
    "escaped quotation marks": [
        "&#39;Islamic State&#39; cells",
        "&lsquo;Islamic State&rsquo; cells",
        "islamic state cells",
    ],
    "apostrophe after a decomposed letter": ["DAIŞ’ê", "DAIS\u0327’e\u0302", "daişê"],
    "possessive": ["Iran's", "Iran’s", "IRAN'S", "Iran"],
    "abbreviation": ["U.S.", "U.S", "US", "u.s."],
    "abbreviation before a hyphen": ["U.S.-led", "US-led", "us led"],
    "digits": ["٢٠٢٥", "۲۰۲۵", "2025", "２０２５"],
    "width": ["ＩＳＩＳ", "ISIS"],
    "white space and marks of direction": ["al\u00a0Hol", "\u200eal-Hol\u202c", "al hol", "  al–Hol… "],
}


@pytest.mark.parametrize("spellings", SAME.values(), ids=SAME.keys())
def test_spellings_of_one_word_fold_to_one(spellings: list[str]) -> None:
    assert {fold(spelling).string for spelling in spellings} == {fold(spellings[0]).string}


@pytest.mark.parametrize(
    ("one", "other"),
    [("سورية", "سوريا"), ("al-Sadr", "alSadr"), ("pull out", "pullout"), ("العراق", "عراق"), ("1.5", "15")],
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert fold(one).string != fold(other).string


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("the militias' arms, it's said", "the militias arms it said"),
        ("at 5 p.m.The U.S.A. left", "at 5 pm the usa left"),
        ("one.Two a.b.cd", "one two ab cd"),
        ("‘Islamic State’ cells", "islamic state cells"),
        ("snake_case", "snake case"),
        ("number #39; and &#40;", "number and 40"),
        ("7&#39;x é &#39;s", "7 x e s"),
        ("ﷲ ½", "الله 1 2"),
        ("", ""),
        ("…\n\t", ""),
        ("\ud800broken\udfff", "broken"),
    ],
)
def test_fold_of(text: str, folded: str) -> None:
    assert fold(text).string == folded


def test_spans_lead_to_the_untouched_words() -> None:
    text = "“Kata’ib” of the U.S.-led\nfront; الشَّرْعُ in Îran's  هه‌سه‌ده"
    escaped = fold("Kata&#39;ib Iran #39;s é &#39;x&#39;")
    assert [escaped.original[start:end] for start, end in escaped.spans] == ["Kata&#39;ib", "Iran", "é", "x"]
    folded = fold(text)
    assert [text[start:end] for start, end in folded.spans] == [
        "Kata’ib", "of", "the", "U.S", "led", "front", "الشَّرْعُ", "in", "Îran", "هه‌سه‌ده",
    ]  # fmt: skip
    assert text[slice(*folded.span(2, 5))] == "the U.S.-led\nfront"


def test_places_are_right_far_into_a_long_text() -> None:
    words = ["الفصائل", "المسلّحة", "U.S", "½", "Kata’ib", "هه‌سه‌ده", "plain"]
    text = " – ".join(words * 200)
    folded = fold(text)
    assert [text[start:end] for start, end in folded.spans] == [
        place for word in words * 200 for place in [word] * len(fold(word).tokens)
    ]
    assert folded.spans == [folded.span(number, number) for number in range(len(folded.tokens))]


def test_more_words_than_are_remembered_fold_as_before() -> None:
    for number in range(30):
        many = " ".join(f"é{number}x{word}" for word in range(1000))
        assert fold(many).string == many.replace("é", "e")
    assert fold(f"Îran’ê {'é' * 100}").string == f"irane {'e' * 100}"


def test_a_character_that_stands_for_two_words_is_the_place_of_both() -> None:
    folded = fold("x½y z")
    assert (folded.tokens, folded.spans) == (["x1", "2y", "z"], [(0, 2), (1, 3), (4, 5)])


def test_a_mark_belongs_to_its_letter_also_beside_such_a_character() -> None:
    assert fold("½ e\u0301 \u0301").spans == [(0, 1), (0, 1), (2, 4)]


LETTERS = [
    ("أإآٱٲٳ", "ا"), ("ىیېێ", "ي"), ("ۆ", "و"), ("ک", "ك"), ("ةەھ", "ه"), ("ڕ", "ر"), ("ڵ", "ل"),
    ("\u0660\u06f0", "0"), ("٩۹", "9"), ("İIıi", "i"), ("ÎîÍ", "i"), ("ŞşȘ", "s"), ("ÊêË", "e"), ("ﻱﻲ", "ي"),
]  # fmt: skip


@pytest.mark.parametrize(("letters", "letter"), LETTERS)
def test_letters_that_readers_take_for_one_fold_to_one(letters: str, letter: str) -> None:
    assert [fold(one).string for one in letters] == [letter] * len(letters)


UNSEEN = ["ـ", "َ", "ّ", "ٰ", "̂", "\u200c", "\u200d", "\u200f", "\u202b", "\u2067", "\u2069", "\ufeff", "\xad", "️"]


@pytest.mark.parametrize("mark", UNSEEN)
def test_marks_and_what_cannot_be_seen_are_nothing(mark: str) -> None:
    text = f"{mark}ab{mark}c{mark} {mark} x"
    folded = fold(text)
    assert folded.tokens == ["abc", "x"]
    assert folded.spans[0][0] == 1 and text[slice(*folded.spans[0])].rstrip(mark) == f"ab{mark}c"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße STRASSE", "strasse strasse"),
        ("ΟΔΟΣ οδος οδός", "οδοσ οδοσ οδοσ"),  # a final sigma is a sigma
        ("ﬁnal ﬃ", "final ffi"),
        ("ﻻ ﻷ", "لا لا"),
        ("𝐈𝐒𝐈𝐒 𝒾", "isis i"),  # letters beyond the basic plane
        ("Ⅷ", "viii"),
        ("🇮🇶 Iraq 👍🏽", "iraq"),
        ("ab\x00cd", "ab cd"),
        ("\ud83d", ""),
        ("Kata'ib O'Neil d'Iraq", "kataib oneil diraq"),
        ("rock 'n' roll", "rock n roll"),
        ("James' his'", "james his"),
        ("S's s's", "s s"),
        ("حزب‌الله", "حزبالله"),
    ],
)
def test_fold_of_other_letters(text: str, folded: str) -> None:
    assert fold(text).string == folded


def test_hangul_folds_alike_composed_and_apart() -> None:
    assert fold("한국").string == fold(unicodedata.normalize("NFD", "한국")).string != ""


def test_a_letter_under_a_thousand_marks_is_one_token() -> None:
    text = "x" + "\u0301" * 1000 + "y, a" + "\u064b" * 1000 + "'s"
    folded = fold(text)
    assert folded.tokens == ["xy", "a"] and text[slice(*folded.spans[0])] == text[:1002]


# Letters of all our scripts, what stands between them, and what breaks naive code.
_NASTY = st.sampled_from([*APOSTROPHES, *"sS.-_½ﷲﷺ\u0301\u064b\u200c\u202e\ud800\x00\x1aßİıŉᾳǰ㎏①²ꯍ한UKأێŞş5٥ \n"])
_TEXTS = st.text(alphabet=st.one_of(st.characters(), _NASTY), max_size=60)


@given(_TEXTS)
@example("U.S.'s½\u0301x")
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).string
    assert fold(once).string == once


@given(_TEXTS)
def test_every_token_has_a_place_and_they_follow_each_other(text: str) -> None:
    folded = fold(text)
    assert folded.string == " ".join(folded.tokens) and len(folded.spans) == len(folded.tokens)
    for (start, end), token in zip(folded.spans, folded.tokens, strict=True):
        assert 0 <= start < end <= len(text)
        assert token.replace(" ", "") in fold(text[start:end]).string.replace(" ", "")
    assert folded.spans == sorted(folded.spans)


@given(_TEXTS)
@example("x\u0301's U.S. Îran’ê")
def test_the_place_of_a_token_folds_to_that_token(text: str) -> None:
    folded = fold(text)
    for number, (start, end) in enumerate(folded.spans):
        assert folded.tokens[number] in fold(text[start:end]).tokens


@given(_TEXTS, _TEXTS)
def test_words_do_not_change_those_of_another_line(one: str, other: str) -> None:
    assert fold(f"{one}\n{other}").tokens == fold(one).tokens + fold(other).tokens


@given(st.text(alphabet=st.one_of(st.characters(max_codepoint=0x6FF), _NASTY), max_size=60))
@example("Ù.A")
@example("Áe.A Ǖ.Ǖ.x")
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)).string == fold(unicodedata.normalize("NFC", text)).string


def test_every_letter_folds_to_what_folds_to_itself() -> None:
    for first in range(0, 0x20000, 1024):
        characters = map(chr, range(first, first + 1024))
        known = " ".join(
            one for one in characters if unicodedata.category(one) not in ("Cn", "Co") and not _is_han(one)
        )
        once = fold(known).string
        assert fold(once).string == once


def _is_han(character: str) -> bool:
    """Tens of thousands that are alike for this purpose, and would take most of the time."""
    return unicodedata.name(character, "").startswith(("CJK UNIFIED", "HANGUL SYLLABLE", "TANGUT", "EGYPTIAN"))


@pytest.mark.parametrize(
    ("word", "form"),
    [("فصايل", "والفصايل"), ("فصايل", "وبفصايل"), ("الحشد", "للحشد"), ("الحشد", "وللحشد"), ("المانيا", "لالمانيا"),
     ("الماني", "الالماني"), ("ايران", "لايران"), ("داعش", "داعش"), ("داعش", "فلداعش")],
)  # fmt: skip
def test_an_arabic_word_is_found_behind_its_proclitics(word: str, form: str) -> None:
    assert form in with_proclitics(word)


def test_a_word_of_two_letters_has_no_proclitics() -> None:
    assert with_proclitics("يد") == ("يد",)
    assert set("".join(PROCLITICS)) == set("وفبكلا")
