"""The page on topics: each of its packs, beside the texts that stand beneath it, does what the page says."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from archive.database import open_archive
from seeds.packs import PACKAGED, read_packs
from topics.compiling import compile_packs
from topics.matching import match
from topics.packs import Packs

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "topics.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml ?(\w*)\n(.*?)```\n(?:```text\n(.*?)```)?", PAGE, re.DOTALL)
[LISTS] = (tomllib.loads(toml)["lists"] for kind, toml, _ in BLOCKS if kind == "lists")


class Example(NamedTuple):
    """One text beneath a pack: whether the topic holds for it."""

    pack: str
    kind: str
    holds: bool
    language: str | None
    topic: str | None
    title: str
    text: str


def examples() -> list[Example]:
    return [example(kind, toml, line) for kind, toml, texts in BLOCKS for line in texts.splitlines()]


def example(kind: str, toml: str, line: str) -> Example:
    parts = re.fullmatch(r"([+-]) ([^| ]+)(?: (\w+))? \|(?: ([^|]*) \|)? ([^|]+)", line)
    assert parts, line
    sign, language, topic, title, text = parts.groups()
    return Example(toml, kind, sign == "+", None if language == "unknown" else language, topic, title or "", text)


def compiled(kind: str, toml: str) -> Packs:
    """A pack of the page: complete, of a desk, or a rule that takes the lists and the name of its topic for granted."""
    tables: dict[str, Any] = tomllib.loads(toml)
    if kind == "desk":
        return compile_packs([*read_packs(PACKAGED), ("desk/page.toml", tables)])
    if "lists" not in tables:
        tables["lists"] = LISTS
        tables["topic"]["t"].setdefault("name", "T")
    return compile_packs([("page.toml", tables)])


@pytest.mark.parametrize("one", examples(), ids=lambda one: f"{one.language}: {one.title} {one.text}")
def test_a_text_beneath_a_pack_is_tagged_or_not(one: Example) -> None:
    tags = match(compiled(one.kind, one.pack), title=one.title, text=one.text, language=one.language)
    assert bool([tag for tag in tags if one.topic in (None, tag.topic)]) is one.holds


def test_every_pack_has_texts_of_both_kinds_and_shows_every_key() -> None:
    for kind, toml, texts in BLOCKS:
        if texts:
            assert {line[0] for line in texts.splitlines()} == {"+", "-"}
        else:
            compile_packs([("page.toml", tomllib.loads(toml))])
            assert kind or "unread" in toml, "a pack without texts"
    shown = {key for _, toml, texts in BLOCKS if texts for key in re.findall(r"^(\w+) =", toml, re.MULTILINE)}
    assert shown >= {
        "any", "all", "none", "near", "within", "ordered", "at_least", "in", "languages", "weight", "name",
        "threshold", "mask", "extend",
    }  # fmt: skip
    assert {one.language for one in examples()} >= {"en", "ar", "ckb", "kmr", None}


def terms() -> list[tuple[str, str, str, bool]]:
    table = PAGE.split("## Terms", 1)[1].split("|---", 1)[1].split("\n\n", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[1:]]
    return [
        (written.strip("`"), language, text, holds)
        for written, language, _, found, not_found in rows
        for holds, cell in ((True, found), (False, not_found))
        for text in re.findall(r"(?<!\S)\*(.+?)\*(?=,|$)", cell)
    ]


@pytest.mark.parametrize(("term", "language", "text", "holds"), terms())
def test_a_term_of_the_page_finds_what_it_says(term: str, language: str, text: str, holds: bool) -> None:
    lists = {"a": {language: [term]}}
    pack = compile_packs([("page.toml", {"lists": lists, "topic": {"t": {"name": "T", "rule": [{"any": ["a"]}]}}})])
    assert bool(match(pack, title=None, text=text, language=language)) is holds


def test_each_term_form_of_the_page_has_both() -> None:
    forms = {(term, holds) for term, _, _, holds in terms()}
    assert len(forms) == 2 * len({term for term, _ in forms}) >= 20


def test_the_way_from_a_draft_to_alerts_can_be_gone_as_it_stands(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    (desk / "seeds" / "topics").mkdir(parents=True)
    (desk / "desk.toml").write_text('name = "Test"', encoding="utf-8")
    open_archive(desk / "archive.db").close()
    smallest = next(toml for _, toml, _ in BLOCKS)
    (tmp_path / "floods.toml").write_text(smallest, encoding="utf-8")
    labelled = {"text": "Flooding closes the road", "language": "en", "labels": {"floods": True}}
    (tmp_path / "labelled.jsonl").write_text(json.dumps(labelled), encoding="utf-8")
    way = PAGE[PAGE.index("## From a draft to alerts") :]
    commands = [line.removeprefix("$ ") for line in way[: way.index("\n## ")].splitlines() if line.startswith("$ ")]
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(commands)], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "HOME": str(tmp_path), "KHABAR_DESK": str(desk), "PATH": path},
        encoding="utf-8", check=False, timeout=100,
    )  # fmt: skip
    assert len(commands) == 7 and done.returncode == 0, done.stderr
    assert "no error" in done.stdout and "tagged: floods" in done.stdout and "1.000" in done.stdout
