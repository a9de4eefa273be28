"""The page on topics: its examples are packs that compile and do what the page says."""

import re
import tomllib
from pathlib import Path

import pytest

from seeds.packs import PACKAGED, read_packs
from topics.matching import match
from topics.packs import Packs, compile_packs

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "topics.md").read_text(encoding="utf-8")
PACK, OWN, *_ = (tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
LEAVING = compile_packs([("page.toml", PACK)])


def leaving(text: str, language: str = "en") -> bool:
    return bool(match(LEAVING, title=None, text=text, language=language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Coalition forces are pulling out of Iraq."),
        ("ar", "بدأ سحب القوات الأمريكية من العراق."),
        ("ckb", "کشانەوەی هێزەکانی ئەمریکا لە عێراق"),
    ],
)
def test_the_pack_of_the_page_holds(language: str, text: str) -> None:
    assert leaving(text, language)


@pytest.mark.parametrize(
    "text",
    [
        "US troops withdraw from Iraq as they withdrew from Afghanistan.",
        "An Israeli withdrawal, said US troops in Iraq.",
        "Withdrawals, pullout, withdrawing.",  # half of the threshold
    ],
)
def test_the_pack_of_the_page_does_not_hold(text: str) -> None:
    assert not leaving(text)


def test_the_desks_own_file_of_the_page_extends_the_packs() -> None:
    packs = compile_packs([*read_packs(PACKAGED), ("desk/own.toml", OWN)])

    def topics(text: str) -> set[str]:
        return {tag.topic for tag in match(packs, title=None, text=text, language="en")}

    assert topics("A prison break in the north") == topics("ISIS attacked") == {"isis"}
    assert topics("The Example Brigades met") == topics("The Popular Mobilization Forces met") == {"factions"}


def rows(heading: str) -> list[list[str]]:
    table = PAGE.split(heading, 1)[1].split("|---", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[1:]]


def term_pack(term: str, language: str) -> Packs:
    lists = {"a": {language: [term]}}
    return compile_packs([("page.toml", {"lists": lists, "topic": {"t": {"name": "T", "rule": [{"any": ["a"]}]}}})])


@pytest.mark.parametrize(
    ("row", "language", "found", "not_found"),
    [
        (0, "en", ["armed factions", "armed-factions"], ["armed faction"]),
        (1, "en", ["withdrawals"], ["draw"]),
        (2, "ar", ["والفصائل", "للفصائل"], ["فصيلة"]),
        (3, "ar", ["الشرع"], ["شرع", "والشرع"]),
        (4, "en", ["US", "U.S."], ["us"]),
    ],
)
def test_the_terms_of_the_page_find_what_it_says(
    row: int, language: str, found: list[str], not_found: list[str]
) -> None:
    written, _, instances = rows("## Terms")[row]
    pack = term_pack(written.strip("`"), language)
    for text in (*found, *not_found):
        assert bool(match(pack, title=None, text=text, language=language)) is (text in found), text
    assert all(text in instances for text in found if row != 3)
