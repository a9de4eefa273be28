"""The seven packs on news as it opens: a headline, the first sentence, and all topics that an analyst would want it in.

The items stand in `news_leads/`, a file for each language. The wording is ours; the Kurdish ones are single sentences,
and have not been read by a native speaker yet.
"""

from pathlib import Path

import pytest

from seeds.packs import PACKAGED, read_packs
from topics.compiling import compile_packs
from topics.matching import match

PACKS = compile_packs(read_packs(PACKAGED))
TOPICS = {"factions", "us_withdrawal", "syria", "isis", "iran", "israel", "gas_imports"}


def read_items() -> list[tuple[str, str, str, set[str]]]:
    items = []
    for path in sorted(Path(__file__).with_name("news_leads").glob("*.txt")):
        for item in path.read_text(encoding="utf-8").split("\n\n"):
            topics, title, text = item.strip().split("\n")
            wanted = set(topics.removeprefix("= ").split()) - {"none"}
            assert wanted <= TOPICS, path
            items.append((path.stem, title if title != "-" else "", text, wanted))
    return items


@pytest.mark.parametrize(("language", "title", "text", "topics"), read_items())
def test_an_item_has_its_topics_and_no_other(language: str, title: str, text: str, topics: set[str]) -> None:
    assert {tag.topic for tag in match(PACKS, title=title, text=text, language=language)} & TOPICS == topics


def test_there_are_items_in_each_language() -> None:
    counts = [sum(item[0] == language for item in read_items()) for language in ("ar", "ckb", "en", "kmr")]
    assert min(counts) >= 15
