"""Packs: what a file may say, what every mistake is answered with, and how a desk's file lies on a packaged one."""

import re
import tomllib
from pathlib import Path

import pytest

from seeds.definitions import DefinitionError
from seeds.packs import PACKAGED, read_packs
from topics.compiling import compile_packs
from topics.matching import match
from topics.packs import Packs

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


RULE = '[lists.a]\nen = ["one"]\n[lists.b]\nen = ["two"]\n[topic.t]\nname = "T"\n[[topic.t.rule]]\n'


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
    assert packs(re.sub('name = "[^"]+"', 'name = "For people"', PACK)).version == version
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
