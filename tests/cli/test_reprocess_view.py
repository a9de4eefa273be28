"""How another reading looks to a person, in scripts of both directions; nothing of a page steers a terminal."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from archive.rereading import Changed
from crawler.cli import terminal
from crawler.cli.reprocess import Summary
from crawler.cli.reprocess_view import Shown, print_summary
from pipelines.reclaiming import Found
from pipelines.reprocessing import Told

EDITS = {
    "en": ("Four people died in Kirkuk.", "Seven people died in Kirkuk.", "[-Four-] {+Seven+} people"),
    "ar": ("قتل أربعة في كركوك.", "قتل سبعة في كركوك.", "[-أربعة-] {+سبعة+}"),
    "ckb": ("چوار کەس لە کەرکووک مردن.", "حەوت کەس لە کەرکووک مردن.", "[-چوار-] {+حەوت+}"),
    "kmr": ("Çar kes li Kerkûkê mirin.", "Heft kes li Kerkûkê mirin.", "[-Çar-] {+Heft+}"),
}


@pytest.fixture(autouse=True)
def own_consoles() -> Iterator[None]:
    """They write where standard output is when they are first called."""
    terminal.out.cache_clear()
    yield
    terminal.out.cache_clear()


def told(language: str) -> Told:
    before, after, _ = EDITS[language]
    stood, comes = {"title": "\x1b[2J", "text": before}, {"title": "A title", "text": after}
    latest = Changed(revision=None, change=0.2, before=stood, after=comes)
    earlier = Changed(revision=7, change=0.0, before={"published": None}, after={"published": "2026-03-14T12:00:00Z"})
    changes = (earlier, latest)
    return Told(article=5, url="https://n.example/1", source="s", language=language, changes=changes, edits_gone=1)


@pytest.mark.parametrize("language", EDITS)
def test_a_dry_run_shows_what_goes_and_what_comes(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    Shown(dry=True, as_json=False).article(told(language))
    shown = capsys.readouterr().out
    assert EDITS[language][2] in shown
    assert "5 s https://n.example/1" in shown and "an earlier version" in shown
    assert "\x1b[2J" not in shown
    edges = {mark for line in shown.splitlines() if "{+" in line for mark in (line[0], line[-1])}
    assert any(mark in edges for mark in "\u200e\u200f") == (language in ("ar", "ckb"))


def test_what_is_written_is_told_in_short_and_the_texts_only_of_a_dry_run(capsys: pytest.CaptureFixture[str]) -> None:
    for dry in (False, True):
        Shown(dry=dry, as_json=True).article(told("ckb"))
    short, whole = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert [one["changed"] for one in short["versions"]] == [["published"], ["title", "text"]]
    assert (short["edits_gone"], "before" in short["versions"][1]) == (1, False)
    assert whole["versions"][1]["after"]["text"] == EDITS["ckb"][1]
    Shown(dry=False, as_json=False).article(told("ckb"))
    assert not capsys.readouterr().out


def test_the_summary_says_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    Shown(dry=True, as_json=False).found(Found(url="https://n.example/2", source="s", title="سەردێڕ", refused="gate"))
    counts = Counter(changed=2, nothing=1)
    summary = Summary(outcome="stopped", code="khabar 1", articles=counts, versions=3, edits_gone=1)
    summary.fields.update(text=2)
    summary.refused, summary.found = 4, 1
    print_summary(summary, dry=False)
    shown = capsys.readouterr().out
    for said in (
        "an article where there was none (gate)", "سەردێڕ", "2 articles: are read otherwise", "1 article: have a page",
        "Fields that changed: text (2)", "Earlier versions likewise: 3", "4 read, 1 have one", "Stopped early",
    ):  # fmt: skip
        assert said in shown
