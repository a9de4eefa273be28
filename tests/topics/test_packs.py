"""Packs: what a file may say, what every mistake is answered with, and how a desk's file lies on a packaged one."""

import tomllib
from pathlib import Path

import pytest

from seeds.definitions import DefinitionError
from seeds.packs import PACKAGED, read_packs
from topics.matching import match
from topics.packs import Packs, compile_packs

PACK = """
[lists.move]
en = ["withdraw*", "pull* out"]
ar = ["انسحاب"]
[lists.troops]
en = ["troop*"]
[topic.leaving]
name = "Leaving"
threshold = 1.0
[[topic.leaving.rule]]
near = ["move", "troops"]
within = 8
"""


def packs(*files: str, folders: tuple[str, ...] = ("packaged", "desk", "desk")) -> Packs:
    placed = enumerate(zip(folders, files, strict=False))
    return compile_packs([(f"{folder}/{number}.toml", tomllib.loads(text)) for number, (folder, text) in placed])


def topics_of(compiled: Packs, text: str, language: str = "en") -> set[str]:
    return {tag.topic for tag in match(compiled, title=None, text=text, language=language)}


TERMS = '[topic.t]\nname = "T"\n[[topic.t.rule]]\nany = ["a"]\n[lists.a]\n'
RULE = '[lists.a]\nen = ["one"]\n[lists.b]\nen = ["two"]\n[topic.t]\nname = "T"\n[[topic.t.rule]]\n'
MISTAKES = {
    "unknown list": (RULE + 'any = ["aa"]', "topic.t.rule[0].any[0]", 'no list has this name; did you mean "a"?'),
    "unknown list in near": (
        RULE + 'near = ["a", "c"]\nwithin = 3',
        "topic.t.rule[0].near[1]",
        "no list has this name",
    ),
    "unknown list in exclude": (
        RULE + 'any = ["a"]\n[topic.t.exclude]\nmask = ["x"]',
        "topic.t.exclude.mask[0]",
        "no list has this name",
    ),
    "list named twice": (RULE + 'any = ["a", "a"]', "topic.t.rule[0].any[1]", "is named twice"),
    "term empty after folding": (TERMS + 'en = ["one", "…–"]', "lists.a.en[1]", "nothing of it is left after folding"),
    "only a mark": (TERMS + 'ar = ["!"]', "lists.a.ar[0]", "nothing of it is left after folding"),
    "Persian letters are Arabic script, Latin ones are not": (
        TERMS + 'ar = ["میلیشیا", "militia"]',
        "lists.a.ar[1]",
        '"ar" is written in the Arabic script',
    ),
    "wrong script in Kurmanji": (TERMS + 'kmr = ["داعش"]', "lists.a.kmr[0]", '"kmr" is written in the Latin script'),
    "wrong script in Sorani": (TERMS + 'ckb = ["Daîş"]', "lists.a.ckb[0]", '"ckb" is written in the Arabic script'),
    "duplicate after folding": (
        TERMS + 'en = ["Kata\'ib", "Kataib"]',
        "lists.a.en[1]",
        'is "Kata\'ib" again: after folding they are the same',
    ),
    "duplicate in Arabic": (TERMS + 'ar = ["أحمد", "احمد"]', "lists.a.ar[1]", "after folding they are the same"),
    "a term without a language": (
        TERMS.rstrip("\n").replace("[lists.a]", '[lists]\na = ["one"]'),
        "lists.a",
        "terms stand under their language",
    ),
    "unknown language": (TERMS + 'kmrr = ["one"]', "lists.a.kmrr", 'did you mean "kmr"?'),
    "terms that are no list": (TERMS + 'en = "one"', "lists.a.en", "must be a list of terms"),
    "a term that is no text": (TERMS + "en = [1]", "lists.a.en[0]", "must be text"),
    "an empty list": (TERMS + "en = []", "lists.a", "has no terms"),
    "a star inside": (TERMS + 'en = ["wi*aw"]', "lists.a.en[0]", '"*" may only end a word'),
    "a bare star": (TERMS + 'en = ["pull *"]', "lists.a.en[0]", "would fit too many words"),
    "capitals inside": (TERMS + 'en = ["bring =US home"]', "lists.a.en[0]", '"!" or "=" only begin one'),
    "capitals after exact": (TERMS + 'en = ["!=IS"]', "lists.a.en[0]", '"!" or "=" only begin one'),
    "capitals in Arabic": (TERMS + 'ar = ["=داعش"]', "lists.a.ar[0]", '"=" asks for capitals'),
    "capitals and star": (TERMS + 'en = ["=PMF*"]', "lists.a.en[0]", '"=" asks for capitals'),
    "a sentence": (TERMS + f'en = ["{"word " * 13}"]', "lists.a.en[0]", "has 13 words"),
    "unreachable threshold": (
        RULE.replace('name = "T"', 'name = "T"\nthreshold = 2.0') + 'any = ["a"]\nweight = 1.5',
        "topic.t.threshold",
        "cannot be reached: the weights of all rules together are 1.5",
    ),
    "weights against do not help to reach": (
        RULE + 'any = ["a"]\nweight = 0.5\n[[topic.t.rule]]\nany = ["b"]\nweight = -0.5',
        "topic.t.threshold",
        "cannot be reached",
    ),
    "unknown key of a rule": (
        RULE + 'any = ["a"]\nwithn = 3',
        "topic.t.rule[0].withn",
        'unknown key; did you mean "within"?',
    ),
    "unknown key of a topic": (
        TERMS.replace("name", "treshold = 1\nname") + 'en = ["a"]',
        "topic.t.treshold",
        'did you mean "threshold"?',
    ),
    "unknown key of exclude": (
        RULE + 'any = ["a"]\n[topic.t.exclude]\nnon = ["a"]',
        "topic.t.exclude.non",
        'did you mean "none"?',
    ),
    "unknown table": ('[topics.t]\nname = "T"', "topics", 'unknown key; did you mean "topic"?'),
    "no condition": (RULE + 'none = ["a"]', "topic.t.rule[0]", 'a rule needs "any", "all" or "near"'),
    "near with one list": (RULE + 'near = ["a"]\nwithin = 3', "topic.t.rule[0].near", "needs two lists or more"),
    "near without within": (RULE + 'near = ["a", "b"]', "topic.t.rule[0].within", '"near" needs it'),
    "within without near": (RULE + 'any = ["a"]\nwithin = 3', "topic.t.rule[0].within", 'belongs to "near"'),
    "ordered without near": (RULE + 'any = ["a"]\nordered = true', "topic.t.rule[0].ordered", 'belongs to "near"'),
    "at_least without any": (RULE + 'all = ["a"]\nat_least = 2', "topic.t.rule[0].at_least", 'counts what "any" finds'),
    "at_least zero": (RULE + 'any = ["a"]\nat_least = 0', "topic.t.rule[0].at_least", "1"),
    "unknown scope": (RULE + 'any = ["a"]\nin = "titel"', "topic.t.rule[0].in", 'did you mean "title"?'),
    "lead without number": (RULE + 'any = ["a"]\nin = "lead"', "topic.t.rule[0].in", '"lead:25", a number of tokens'),
    "a rule for an unknown language": (
        RULE + 'any = ["a"]\nlanguages = ["enn"]',
        "topic.t.rule[0].languages[0]",
        'no list has terms in this language; did you mean "en"?',
    ),
    "weight of no number": (
        RULE + 'any = ["a"]\nweight = nan',
        "topic.t.rule[0].weight",
        "must be a number other than 0",
    ),
    "weight as text": (RULE + 'any = ["a"]\nweight = "heavy"', "topic.t.rule[0].weight", "must be a number"),
    "name missing": (
        '[lists.a]\nen = ["one"]\n[topic.t]\n[[topic.t.rule]]\nany = ["a"]',
        "topic.t.name",
        'the key "name" is missing',
    ),
    "rules missing": ('[topic.t]\nname = "T"', "topic.t.rule", "a topic needs at least one rule"),
    "a bad id": ('[topic."T 1"]\nname = "T"', "topic.T 1", "is no name"),
    "nothing to extend": (
        RULE.replace('name = "T"', "extend = true") + 'any = ["a"]',
        "topic.t.extend",
        "nothing of this name to extend",
    ),
}


@pytest.mark.parametrize(("text", "key", "reason"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_answered_with_its_place_and_reason(text: str, key: str, reason: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        compile_packs([("desk/mine.toml", tomllib.loads(text))])
    assert caught.value.file == "desk/mine.toml"
    assert caught.value.key == key
    assert reason in str(caught.value)


def test_a_mistake_in_the_second_file_names_the_second_file() -> None:
    with pytest.raises(DefinitionError) as caught:
        packs(PACK, RULE + 'any = ["nowhere"]')
    assert caught.value.file == "desk/1.toml"


def test_two_files_of_one_folder_may_not_define_one_topic() -> None:
    with pytest.raises(DefinitionError, match=r"is defined in desk/1.toml already"):
        packs(PACK, RULE + 'any = ["a"]', '[lists.a]\nen = ["other"]')


def test_a_desks_topic_stands_instead_of_a_packaged_one() -> None:
    own = '[lists.mine]\nen = ["goodbye"]\n[topic.leaving]\nname = "Mine"\n[[topic.leaving.rule]]\nany = ["mine"]'
    compiled = packs(PACK, own)
    assert compiled.topics["leaving"].name == "Mine"
    assert topics_of(compiled, "Goodbye") == {"leaving"}
    assert topics_of(compiled, "Troops withdraw") == set()


def test_a_desks_topic_adds_to_a_packaged_one_where_it_says_so() -> None:
    own = """
        [lists.mine]\nen = ["goodbye"]
        [topic.leaving]\nextend = true
        [[topic.leaving.rule]]\nany = ["mine"]
        [topic.leaving.exclude]\nnone = ["mask"]
        [lists.mask]\nen = ["afghanistan"]"""
    compiled = packs(PACK, own)
    assert [rule.label for rule in compiled.topics["leaving"].rules] == ["rule[0]", "rule[1]"]
    assert compiled.topics["leaving"].name == "Leaving"
    for text in ("Goodbye", "Troops withdraw"):
        assert topics_of(compiled, text) == {"leaving"}
    assert topics_of(compiled, "Troops withdraw from Afghanistan") == set()


def test_a_desks_list_replaces_a_packaged_one_or_adds_to_it() -> None:
    replaced = packs(PACK, '[lists.move]\nen = ["march*"]')
    assert topics_of(replaced, "Troops marched") == {"leaving"}
    assert topics_of(replaced, "Troops withdraw") == set()
    extended = packs(PACK, '[lists.move]\nextend = true\nen = ["march*"]')
    assert topics_of(extended, "Troops marched") == topics_of(extended, "Troops withdraw") == {"leaving"}
    assert "ar" in extended.lists["move"]


def test_a_term_that_the_packaged_list_has_learnt_since_is_no_error() -> None:
    compiled = packs(PACK, '[lists.move]\nextend = true\nen = ["Withdraw*"]')
    assert [term.written for term in compiled.lists["move"]["en"]] == ["pull* out", "Withdraw*"]


def test_capitals_make_terms_differ() -> None:
    compiled = packs('[lists.a]\nen = ["=Isis", "=ISIS"]\n[topic.t]\nname = "T"\n[[topic.t.rule]]\nany = ["a"]')
    assert [topics_of(compiled, text) for text in ("Isis", "ISIS", "isis")] == [{"t"}, {"t"}, set()]


def test_the_version_changes_with_what_matters_only() -> None:
    version = packs(PACK).version
    assert packs(f"# a comment\n{PACK}").version == version
    for old, new in (("within = 8", "within = 9"), ('"انسحاب"', '"سحب"'), ("threshold = 1.0", "threshold = 0.9")):
        assert packs(PACK.replace(old, new)).version != version


def test_warnings_name_what_does_nothing() -> None:
    warnings = list(packs(PACK + '[lists.idle]\nen = ["idle"]').warnings())
    assert warnings == [
        'no topic uses the list "idle"',
        'topic "leaving" can never hold in "ar": too few of its rules have terms there',
    ]


def test_the_packaged_packs_are_without_error_or_warning() -> None:
    compiled = compile_packs(read_packs(PACKAGED))
    assert list(compiled.warnings()) == []
    assert {"factions", "us_withdrawal", "syria", "isis", "iran", "israel", "gas_imports"} <= compiled.topics.keys()
    assert {"en", "ar", "ckb", "kmr"} <= compiled.languages


def test_a_desks_files_lie_on_the_packaged_ones(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[lists.mine]\nen = ["x1"]', encoding="utf-8")
    files = [path for path, _ in read_packs(tmp_path)]
    assert files[-1].endswith("mine.toml") and len(files) == len(read_packs(PACKAGED)) + 1
