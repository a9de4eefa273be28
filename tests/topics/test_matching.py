"""Matching: term forms, rules over positions, scopes, languages, and evidence that leads back to the text."""

import string
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.bounds import MAX_EVIDENCE
from topics.compiling import compile_packs
from topics.evidence import Evidence, Tag
from topics.fold import fold
from topics.matching import match
from topics.packs import Packs


def packs(text: str) -> Packs:
    return compile_packs([("desk/pack.toml", tomllib.loads(text))])


def topic(rules: str, **lists: dict[str, list[str]]) -> Packs:
    """A pack of one topic, t."""
    written = "".join(
        f"[lists.{name}]\n" + "".join(f"{language} = {terms!r}\n" for language, terms in table.items())
        for name, table in lists.items()
    )
    return packs(f'{written}[topic.t]\nname = "T"\n{rules}')


def one_term(term: str, language: str = "en") -> Packs:
    return packs(f"[lists.a]\n{language} = ['''{term}''']\n[topic.t]\nname = \"T\"\n[[topic.t.rule]]\nany = [\"a\"]")


def slices(tag: Tag, *, title: str | None = None, text: str = "") -> list[str]:
    fields = {"title": title or "", "text": text}
    return [fields[piece.field][piece.start : piece.end] for piece in tag.evidence]


def found(term: str, text: str, language: str = "en") -> list[str]:
    tags = match(one_term(term, language), title=None, text=text, language=language)
    return slices(tags[0], text=text) if tags else []


@pytest.mark.parametrize(
    ("term", "text", "language", "places"),
    [
        # a phrase: whole words, whatever stands between them
        ("armed factions", "The armed-factions’ leaders", "en", ["armed-factions"]),
        ("armed factions", "armed men, factions", "en", []),
        ("iran", "Iranian", "en", []),
        ("Kata'ib Hezbollah", "Kataib Hezbollah’s Kata’ib-Hezbollah", "en", ["Kataib Hezbollah", "Kata’ib-Hezbollah"]),
        # prefix*, on any word
        ("withdraw*", "Withdrawals", "en", ["Withdrawals"]),
        ("pull* out", "pulling out, pulled out; pull it out", "en", ["pulling out", "pulled out"]),
        ("armed faction*", "armed factions", "en", ["armed factions"]),
        ("pull* troop* out", "pulled troops out", "en", ["pulled troops out"]),
        ("Şengal*", "Li ŞENGALÊ", "kmr", ["ŞENGALÊ"]),
        ("DAIŞ*", "endamên DAIŞ’ê û DAÎŞ'iyên", "kmr", ["DAIŞ’ê", "DAÎŞ'iyên"]),
        ("کشانەوە*", "کشانەوەی هێزەکان", "ckb", ["کشانەوەی"]),
        ("هەسەدە*", "هه‌سه‌ده‌ و هەسەدەکان", "ckb", ["هه‌سه‌ده", "هەسەدەکان"]),
        # proclitics, on any word, alone and combined
        ("فصائل مسلحة", "والفصائل المسلحة", "ar", ["والفصائل المسلحة"]),
        ("الحشد الشعبي", "للحشد الشعبي وبالحشد الشعبي", "ar", ["للحشد الشعبي", "وبالحشد الشعبي"]),
        ("داعش", "وداعش لداعش كداعش الدواعش", "ar", ["وداعش", "لداعش", "كداعش"]),
        ("ايران", "إيران وإيرانَ لإيران", "ar", ["إيران", "وإيرانَ", "لإيران"]),
        ("عراق*", "بالعراقيين", "ar", ["بالعراقيين"]),
        ("يد", "ليد اليد يد", "ar", ["يد"]),  # too short a stem
        ("سوريا", "سورية", "ar", []),  # two spellings: both have to be listed
        ("میلیشیا*", "وميليشيا", "ckb", []),  # no proclitics in Sorani
        # !exact
        ("!الشرع", "أحمد الشرع", "ar", ["الشرع"]),
        ("!الشرع", "والشرع شرع", "ar", []),
        ("أحمد !الشرع", "وأحمد الشرع", "ar", ["وأحمد الشرع"]),
        ("أحمد !الشرع", "أحمد شرع أحمد والشرع", "ar", []),
        ("!قوات الحشد", "والقوات الحشد قوات الحشد", "ar", ["قوات الحشد"]),
        # =CASE
        ("=US", "Give us the US, the U.S. and US-led forces", "en", ["US", "U.S", "US"]),
        ("=US", "Tell us", "en", []),
        ("=US", "GIVE US MORE\nsaid one of us", "en", []),  # capitals of a line that shouts tell nothing
        ("=US", "US\nsaid", "en", ["US"]),
        ("=ISIS", "ISIS CLAIMS ATTACK\nsaid", "en", ["ISIS"]),  # no word is spelt so
        ("=HSD", "HSD JI BAJÊR VEKIŞIYA", "kmr", ["HSD"]),
        ("=IS", "THIS IS IT, IS CLAIMS", "en", []),
        ("=PMF", "هجوم على PMF في بغداد", "en", ["PMF"]),
        ("=IS", "This is it: Is IS here?", "en", ["IS"]),
        ("=IS militants", "IS militants, is militants", "en", ["IS militants"]),
        ("=HTŞ", "HTŞ û htş û HTS\u0327", "kmr", ["HTŞ", "HTS\u0327"]),
        ("=DAIŞ", "êrîşa DAÎŞ û daiş, DAIŞ’ê", "kmr", ["DAÎŞ"]),
        ("=ISIS", "ＩＳＩＳ said", "en", ["ＩＳＩＳ"]),
    ],
)  # fmt: skip
def test_a_term_finds(term: str, text: str, language: str, places: list[str]) -> None:
    assert found(term, text, language) == places


@pytest.mark.parametrize("letter", string.ascii_letters + string.digits)
def test_capitals_are_found_whatever_their_letters_and_other_letters_are_not(letter: str) -> None:
    neighbours = [other for other in map(chr, (ord(letter) - 1, ord(letter) + 1)) if other.isalnum()]
    others = " ".join(f"Q{other}" for other in [letter.swapcase(), *neighbours] if other != letter)
    assert found(f"=Q{letter}", f"{others} Q{letter}") == [f"Q{letter}"]


def test_overlapping_terms_are_all_found() -> None:
    pack = topic('[[topic.t.rule]]\nany = ["a"]', a={"en": ["islamic state", "state", "state group", "islamic"]})
    (tag,) = match(pack, title=None, text="Islamic State group", language="en")
    assert sorted(piece.term for piece in tag.evidence) == ["islamic", "islamic state", "state", "state group"]


LISTS = {"a": {"en": ["alpha", "alpha one"]}, "b": {"en": ["beta"]}, "c": {"en": ["gamma"]},
         "chain": {"en": ["one two", "two three", "three four"]}}  # fmt: skip
HOLDS = [
    ('any = ["a", "b"]', "", "x beta", True),
    ('any = ["a", "b"]', "", "x", False),
    ('all = ["a", "b"]', "alpha", "beta", True),
    ('all = ["a", "b"]', "", "alpha", False),
    ('any = ["a"]\nnone = ["b"]', "", "alpha", True),
    ('any = ["a"]\nnone = ["b"]', "beta", "alpha", False),
    ('any = ["a"]\nnone = ["b"]\nin = "body"', "beta", "alpha", True),
    ('near = ["a", "b"]\nwithin = 4', "", "alpha x x beta", True),
    ('near = ["a", "b"]\nwithin = 4', "", "beta x x alpha", True),
    ('near = ["a", "b"]\nwithin = 4', "", "alpha x x x beta", False),
    ('near = ["a", "b"]\nwithin = 4', "x alpha x", "x beta x", True),  # from the title into the text
    ('near = ["a", "b"]\nwithin = 4', "beta", "x x alpha", True),
    ('near = ["a", "b"]\nwithin = 4', "alpha x", "x x beta", False),
    ('near = ["a", "b"]\nwithin = 4\nordered = true', "beta", "alpha", False),
    ('near = ["a", "b"]\nwithin = 4\nordered = true', "alpha", "beta", True),
    ('near = ["a", "b"]\nwithin = 4\nin = "body"', "alpha", "beta", False),
    ('near = ["a", "b"]\nwithin = 4\nin = "title"', "alpha", "beta", False),
    ('near = ["a", "b"]\nwithin = 4\nin = "lead:9"', "alpha", "beta", False),
    ('near = ["a", "b"]\nwithin = 4\nordered = true', "", "beta x alpha", False),
    ('near = ["a", "b"]\nwithin = 4\nordered = true', "", "beta x alpha beta", True),
    ('near = ["a", "b", "c"]\nwithin = 5', "", "alpha alpha x gamma beta", True),
    ('near = ["a", "b", "c"]\nwithin = 5', "", "alpha x x gamma x beta", False),
    ('near = ["a", "b", "c"]\nwithin = 5\nordered = true', "", "gamma alpha beta x gamma", True),
    ('near = ["a", "b", "c"]\nwithin = 5\nordered = true', "", "alpha gamma beta", False),
    ('near = ["a", "b"]\nwithin = 4\nnone = ["c"]', "", "alpha beta x x x gamma", False),
    ('any = ["a"]\nat_least = 2', "", "alpha x alpha", True),
    ('any = ["a"]\nat_least = 2', "alpha", "alpha", True),
    ('any = ["a"]\nat_least = 2', "", "alpha one", False),  # one place, though two terms find it
    ('any = ["chain"]\nat_least = 2', "", "one two three four", False),  # terms that overlap are one place
    ('any = ["chain"]\nat_least = 2', "", "one two x three four", True),
    ('any = ["a"]\nin = "title"', "alpha", "", True),
    ('any = ["a"]\nin = "title"', "", "alpha", False),
    ('any = ["a"]\nin = "body"', "alpha", "", False),
    ('any = ["a"]\nin = "body"', "", "alpha", True),
    ('any = ["a"]\nin = "lead:3"', "", "x x alpha", True),
    ('any = ["a"]\nin = "lead:3"', "", "x x x alpha", False),
    ('any = ["a"]\nin = "lead:3"', "alpha", "x", False),
]


@pytest.mark.parametrize(("rule", "title", "text", "holds"), HOLDS)
def test_a_rule_holds(rule: str, title: str, text: str, holds: bool) -> None:
    tags = match(topic(f"[[topic.t.rule]]\n{rule}", **LISTS), title=title, text=text, language="en")
    assert bool(tags) is holds


def test_one_word_does_not_serve_two_lists_of_a_near() -> None:
    pack = topic('[[topic.t.rule]]\nnear = ["a", "b"]\nwithin = 9', a={"en": ["us forces"]}, b={"en": ["forces"]})
    assert not match(pack, title=None, text="US forces", language="en")
    assert match(pack, title=None, text="forces of US forces", language="en")


@pytest.mark.parametrize(
    ("rule", "text", "holds"),
    [
        # Each list's latest would take the word that another list has nothing but.
        ('near = ["a", "ab", "b"]\nwithin = 4', "alpha x beta", False),
        ('near = ["x", "ab", "b"]\nwithin = 4', "alpha beta gamma", True),
        ('near = ["x", "ab", "b"]\nwithin = 2', "alpha beta gamma", False),
        ('near = ["x", "ab", "b", "y"]\nwithin = 4', "alpha delta beta gamma", True),
        ('near = ["x", "ab", "ab"]\nwithin = 4'.replace('"ab"]', '"b"]'), "beta beta gamma", True),
        # The term that begins first ends too late.
        ('near = ["a", "long", "y"]\nwithin = 4\nordered = true', "alpha beta gamma delta", True),
        ('near = ["a", "long", "y"]\nwithin = 3\nordered = true', "alpha beta gamma delta", False),
    ],
)
def test_a_stretch_is_found_whichever_terms_overlap(rule: str, text: str, holds: bool) -> None:
    pack = topic(
        f"[[topic.t.rule]]\n{rule}",
        a={"en": ["alpha"]}, b={"en": ["beta"]}, ab={"en": ["alpha", "beta"]}, x={"en": ["gamma"]},
        y={"en": ["delta"]}, long={"en": ["beta gamma delta", "beta"]},
    )  # fmt: skip
    assert bool(match(pack, title=None, text=text, language="en")) is holds


def test_the_narrowest_stretch_is_the_evidence() -> None:
    pack = topic('[[topic.t.rule]]\nnear = ["a", "b"]\nwithin = 9', **LISTS)
    text = "Beta stands far from Alpha Beta"
    (tag,) = match(pack, title=None, text=text, language="en")
    assert [(piece.start, piece.end) for piece in tag.evidence] == [(21, 26), (27, 31)]


def test_a_stretch_from_the_title_into_the_text_leads_back_to_both() -> None:
    pack = topic('[[topic.t.rule]]\nnear = ["a", "b"]\nwithin = 4', **LISTS)
    (tag,) = match(pack, title="It is alpha one", text="“Beta”, he said. Alpha", language="en")
    assert [(piece.field, piece.term) for piece in tag.evidence] == [
        ("title", "alpha one"),
        ("text", "beta"),
    ]
    assert slices(tag, title="It is alpha one", text="“Beta”, he said. Alpha") == ["alpha one", "Beta"]
    (tag,) = match(pack, title=None, text="alpha beta", language="en")
    assert [piece.field for piece in tag.evidence] == ["text", "text"]


def test_weights_add_up_and_may_speak_against() -> None:
    rules = """
        threshold = 1.0
        [[topic.t.rule]]\nany = ["a"]\nweight = 0.3
        [[topic.t.rule]]\nany = ["b"]\nweight = 0.7
        [[topic.t.rule]]\nany = ["c"]\nweight = -0.1"""
    pack = topic(rules, **LISTS)
    (tag,) = match(pack, title=None, text="alpha beta", language="en")
    assert tag.score == 1.0 and [piece.score for piece in tag.evidence] == [0.3, 0.7]
    assert not match(pack, title=None, text="alpha", language="en")
    assert not match(pack, title=None, text="alpha beta gamma", language="en")


def test_weights_that_binary_numbers_miss_reach_the_threshold() -> None:
    rules = """
        threshold = 0.3
        [[topic.t.rule]]\nany = ["a"]\nweight = 0.1
        [[topic.t.rule]]\nany = ["a"]\nweight = 0.1
        [[topic.t.rule]]\nany = ["a"]\nweight = 0.1"""
    (tag,) = match(topic(rules, **LISTS), title=None, text="alpha", language="en")
    assert tag.score == 0.3


def test_exclude_none_vetoes_from_anywhere() -> None:
    pack = topic('[[topic.t.rule]]\nany = ["a"]\nin = "title"\n[topic.t.exclude]\nnone = ["b"]', **LISTS)
    assert match(pack, title="alpha", text="x", language="en")
    assert not match(pack, title="alpha", text="far away: beta", language="en")


def test_a_mask_takes_its_place_out_and_no_other() -> None:
    pack = topic(
        '[[topic.t.rule]]\nany = ["a"]\n[topic.t.exclude]\nmask = ["b"]',
        a={"en": ["iran*"]},
        b={"en": ["iran-backed"]},
    )
    assert not match(pack, title="Iran-backed", text="an Iran-backed militia", language="en")
    text = "Iran-backed men left Iran"
    (tag,) = match(pack, title=None, text=text, language="en")
    assert [(piece.start, piece.end) for piece in tag.evidence] == [(21, 25)]


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("en", "alpha", True),
        ("en-GB", "alpha", True),
        ("EN_us", "alpha", True),
        ("kmr", "alpha", False),
        ("ar-IQ", "ألف", True),
        ("acm", "ألف", True),  # what some sources call Iraqi Arabic
        ("ckb", "ألف", False),
        ("ckb-Arab-IQ", "ئەلفا", True),
        ("ku", "ئەلفا", True),
        ("ku", "elfa", True),
        ("ku-Latn", "elfa", True),
        ("ku", "alpha", False),
        ("tr", "alpha", False),
        ("Arab", "ألف", False),  # a script is no language
        ("Latn-GB", "alpha", False),
    ],
)
def test_a_text_is_read_with_the_lists_of_its_language(language: str, text: str, read: bool) -> None:
    pack = topic('[[topic.t.rule]]\nany = ["a"]', a={"en": ["alpha"], "ar": ["ألف"], "ckb": ["ئەلفا"], "kmr": ["elfa"]})
    tags = match(pack, title=None, text=text, language=language)
    assert bool(tags) is read
    assert all(piece.note is None for tag in tags for piece in tag.evidence)


def test_a_rule_may_be_for_some_languages_only() -> None:
    pack = topic('[[topic.t.rule]]\nany = ["a"]\nlanguages = ["kmr"]', a={"en": ["alpha"], "kmr": ["alpha"]})
    holds = [bool(match(pack, title=None, text="alpha", language=language)) for language in ("kmr-TR", "en", None)]
    assert holds == [True, False, True]


@pytest.mark.parametrize("language", [None, "", "und"])
@pytest.mark.parametrize(("text", "script"), [("x elfa", "Latin"), ("x alpha", "Latin"), ("و ئەلفا", "Arabic")])
def test_a_text_of_unknown_language_is_read_with_all_lists_of_its_script(
    language: str | None, text: str, script: str
) -> None:
    pack = topic('[[topic.t.rule]]\nany = ["a"]', a={"en": ["alpha"], "ckb": ["ئەلفا"], "kmr": ["elfa"]})
    (tag,) = match(pack, title=None, text=text, language=language)
    assert {piece.note for piece in tag.evidence} == {
        f"language unknown: matched with all lists of the {script} script"
    }


@pytest.mark.parametrize("text", ["", "…", "2025"])
def test_where_a_text_of_unknown_language_has_no_letters_its_title_tells_the_script(text: str) -> None:
    (tag,) = match(one_term("داعش", "ar"), title="هجوم لداعش", text=text, language=None)
    assert slices(tag, title="هجوم لداعش") == ["لداعش"]


@pytest.mark.parametrize("language", ["sdh", "sdh-IQ", "lki"])
def test_feyli_and_laki_are_read_with_soranis_lists_too_and_the_evidence_says_so(language: str) -> None:
    rule = '[[topic.t.rule]]\nany = ["a"]\nlanguages = ["ckb"]'
    pack = topic(rule, a={"ckb": ["داعش"], "ar": ["عراق"], "kmr": ["DAIŞ"]})
    (tag,) = match(pack, title=None, text="داعش لە عێراق", language=language)
    (piece,) = tag.evidence
    assert piece.term == "داعش"
    assert piece.note == f"matched with the lists of ckb, the language nearest to {language[:3]}"
    assert not match(pack, title=None, text="العراق", language=language)


def test_feyli_has_its_own_lists_beside_soranis() -> None:
    pack = topic('[[topic.t.rule]]\nany = ["a"]', a={"ckb": ["داعش"], "sdh": ["دائش"]})
    assert [bool(match(pack, title=None, text=word, language="sdh")) for word in ("داعش", "دائش")] == [True, True]
    assert not match(pack, title=None, text="دائش", language="ckb")


def test_evidence_tells_everything() -> None:
    pack = topic('[[topic.t.rule]]\nany = ["b"]\n[[topic.t.rule]]\nany = ["a"]\nweight = 2', **LISTS)
    (tag,) = match(pack, title="“ALPHA’s” end", text="x\nalpha", language="en")
    assert (tag.topic, tag.score, tag.pack_version) == ("t", 2, pack.version)
    assert tag.evidence == (
        Evidence(rule="rule[1]", term="alpha", field="title", start=1, end=6, score=2),
        Evidence(rule="rule[1]", term="alpha", field="text", start=2, end=7, score=2),
    )


def test_evidence_is_bounded_but_shows_as_many_places_as_a_rule_asks_for() -> None:
    text = "alpha x " * 1000
    for rule, most in (('any = ["a"]', MAX_EVIDENCE), ('any = ["a"]\nat_least = 9', 9)):
        (tag,) = match(topic(f"[[topic.t.rule]]\n{rule}", **LISTS), title=None, text=text, language="en")
        assert len(tag.evidence) == most


def test_a_hostile_text_of_one_word_repeated_takes_no_longer_for_each_word() -> None:
    pack = topic(
        '[[topic.t.rule]]\nnear = ["a", "b", "c"]\nwithin = 9\n[[topic.t.rule]]\nany = ["a"]\nat_least = 900', **LISTS
    )
    (tag,) = match(pack, title=None, text="alpha one beta " * 50_000, language="en")
    assert tag.score == 1


EVERYTHING = topic(
    """
    [[topic.t.rule]]\nany = ["a", "b"]
    [[topic.t.rule]]\nnear = ["a", "b"]\nwithin = 5
    [topic.t.exclude]\nmask = ["c"]""",
    a={"en": ["us", "=Us a", "kata*", "ira*"], "ar": ["داعش", "الحشد الشعبي"], "ckb": ["داعش*"], "kmr": ["DAIŞ*"]},
    b={"en": ["a b", "s"], "ar": ["!شرع", "في"]},
    c={"en": ["b s"]},
)  # fmt: skip
WORDS = st.sampled_from(
    ["us", "US", "U.S.", "Kata’ib", "a", "b", "s", "’s", ".", "\n", "½", "داعش", "ودَاعِش", "للحشد الشعبي", "شرع",
     "DAIŞ’ê", "\ud800", "\u200c", "\u0301", "…"]
)  # fmt: skip


@given(st.lists(st.one_of(WORDS, st.text(max_size=3))), st.sampled_from(["en", "ar", "ckb", "kmr", "ku", None, "x"]))
def test_evidence_always_slices_a_text_that_folds_to_its_term(words: list[str], language: str | None) -> None:
    text = " ".join(words)
    for tag in match(EVERYTHING, title=text[:9], text=text, language=language):
        assert tag.evidence
        for piece, place in zip(tag.evidence, slices(tag, title=text[:9], text=text), strict=True):
            term = fold(piece.term.strip("!=").rstrip("*")).tokens
            assert all(stem.removeprefix("ال") in token for stem, token in zip(term, fold(place).tokens, strict=False))


def test_of_a_text_that_repeats_a_word_for_ever_the_beginning_is_read() -> None:
    rules = '[[topic.t.rule]]\nany = ["a"]\nat_least = 1000\n[[topic.t.rule]]\nany = ["b"]\nweight = 2'
    (tag,) = match(topic(rules, **LISTS), title=None, text="alpha x " * 100_000 + "beta", language="en")
    assert tag.score == 1
    (tag,) = match(topic(rules, **LISTS), title="beta", text="x alpha " * 1000, language="en")
    assert tag.score == 3


def test_lists_that_share_a_word_repeated_for_ever_are_soon_done_with() -> None:
    shared = {name: {"en": ["alpha"]} for name in "abcde"}
    pack = topic('[[topic.t.rule]]\nnear = ["a", "b", "c", "d", "e"]\nwithin = 9', **shared)
    (tag,) = match(pack, title=None, text="alpha x " * 100_000, language="en")
    assert len(tag.evidence) == MAX_EVIDENCE
    assert not match(pack, title=None, text="alpha alpha x x x x " * 50_000, language="en")
