"""Terms that no native speaker has read yet: found like all others, and counted until one has."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main
from seeds.definitions import DefinitionError
from seeds.packs import PACKAGED, read_packs
from topics.compiling import compile_packs
from topics.matching import match
from topics.packs import Packs

TOPIC = '[topic.t]\nname = "T"\n[[topic.t.rule]]\nany = ["a"]\n'
PACK = TOPIC + '[lists.a]\nckb = ["داعش*"]\n[lists.a.unread]\nckb = ["بەغدا*"]\nkmr = ["Bexda*"]\n'


def packs(*files: str) -> Packs:
    return compile_packs([(f"{folder}/a.toml", tomllib.loads(text)) for folder, text in zip("pd", files, strict=False)])


def unread(compiled: Packs, language: str) -> list[str]:
    return [term.written for term in compiled.lists["a"][language] if term.unread]


def test_an_unread_term_is_found_like_all_others() -> None:
    for text, language in (("لە بەغدا", "ckb"), ("چەتەکانی داعش", "ckb"), ("li Bexdayê", "kmr")):
        (tag,) = match(packs(PACK), title=None, text=text, language=language)
        assert tag.topic == "t"
    assert unread(packs(PACK), "ckb") == ["بەغدا*"] and unread(packs(PACK), "kmr") == ["Bexda*"]


def test_that_a_term_has_been_read_changes_no_tag_and_so_no_version() -> None:
    read = PACK.replace('["داعش*"]\n[lists.a.unread]\nckb = ["بەغدا*"]', '["داعش*", "بەغدا*"]\n[lists.a.unread]')
    assert packs(read).version == packs(PACK).version
    assert unread(packs(read), "ckb") == []


def test_a_desk_may_read_a_packaged_term() -> None:
    desk = '[lists.a]\nextend = true\nckb = ["بەغدا*"]'
    assert unread(packs(PACK, desk), "ckb") == []
    assert unread(packs(PACK, desk), "kmr") == ["Bexda*"]


def test_a_desk_may_add_what_nobody_has_read() -> None:
    assert unread(packs(PACK, '[lists.a]\nextend = true\n[lists.a.unread]\nckb = ["موسڵ*"]'), "ckb") == [
        "بەغدا*",
        "موسڵ*",
    ]


MISTAKES = {
    "the same term read and unread": (
        '[lists.a]\nckb = ["بەغدا*", "داعش"]\n[lists.a.unread]\nckb = ["مووسڵ*", "داعش"]',
        "lists.a.unread.ckb[1]",
        'is "داعش" again',
    ),
    "the same after folding": (
        '[lists.a]\nkmr = ["Şam"]\n[lists.a.unread]\nkmr = ["ŞAM"]',
        "lists.a.unread.kmr[0]",
        'is "Şam" again: after folding they are the same',
    ),
    "a language that is none": ('[lists.a.unread]\nckbb = ["داعش"]', "lists.a.unread.ckbb", 'did you mean "ckb"?'),
    "no table": ('[lists.a]\nunread = ["داعش"]', "lists.a.unread", "terms stand under their language"),
    "no list": ('[lists.a.unread]\nckb = "داعش"', "lists.a.unread.ckb", "must be a list of terms"),
    "no text": ("[lists.a.unread]\nckb = [1]", "lists.a.unread.ckb[0]", "must be text"),
    "another script": ('[lists.a.unread]\nkmr = ["داعش"]', "lists.a.unread.kmr[0]", "written in the Latin script"),
    "extend in the wrong table": ("[lists.a.unread]\nextend = true", "lists.a.unread.extend", "is no language"),
    "a slip in the table's name": ('[lists.a.unraed]\nckb = ["داعش"]', "lists.a.unraed", 'did you mean "unread"?'),
    "nothing at all": ("[lists.a.unread]\nckb = []", "lists.a", "has no terms"),
}


@pytest.mark.parametrize(("text", "key", "reason"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_answered_with_its_place_and_reason(text: str, key: str, reason: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        packs(TOPIC + text)
    assert (caught.value.file, caught.value.key) == ("p/a.toml", key)
    assert reason in str(caught.value)


def khabar(capsys: pytest.CaptureFixture[str], desk: Path, *args: str) -> str:
    (desk / "desk.toml").write_text('name = "Test"', encoding="utf-8")
    (desk / "seeds" / "topics").mkdir(parents=True, exist_ok=True)
    (desk / "seeds" / "topics" / "mine.toml").write_text(PACK, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["--desk", str(desk), "topics", *args])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_the_list_of_topics_counts_them_by_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = khabar(capsys, tmp_path, "list", "--json")
    rows: dict[str, dict[str, Any]] = {row["id"]: row for row in map(json.loads, printed.splitlines())}
    assert rows["t"]["terms"] == {"ar": 0, "ckb": 2, "en": 0, "kmr": 1}
    assert rows["t"]["unread"] == {"ar": 0, "ckb": 1, "en": 0, "kmr": 1}
    printed = khabar(capsys, tmp_path, "list")
    (row,) = [line for line in printed.splitlines() if line.startswith("│ t ")]
    assert [cell.strip() for cell in row.strip("│").split("│")][-5:] == ["0", "2", "0", "1", "2"]
    assert "us_withdrawal" in printed and "unread" in printed


def test_the_starter_packs_say_which_kurdish_terms_are_unread() -> None:
    compiled = compile_packs(read_packs(PACKAGED))
    by_language = {
        language: [term.unread for terms in compiled.lists.values() for term in terms.get(language, ())]
        for language in ("en", "ar", "ckb", "kmr")
    }
    assert not any(by_language["en"] + by_language["ar"])
    assert any(by_language["ckb"]) and not all(by_language["ckb"])
    assert any(by_language["kmr"]) and not all(by_language["kmr"])


def test_the_example_of_the_page_is_right() -> None:
    page = (Path(__file__).parents[2] / "docs" / "topics.md").read_text(encoding="utf-8")
    example = page.split("## The starter packs", 1)[1].split("```toml\n", 1)[1].split("```", 1)[0]
    compiled = packs('[topic.t]\nname = "T"\n[[topic.t.rule]]\nany = ["capital"]\n' + example)
    for language in ("ckb", "kmr"):
        terms = compiled.lists["capital"][language]
        assert [term.written for term in terms if term.unread] == [{"ckb": "بەغا*", "kmr": "Bexda*"}[language]]
