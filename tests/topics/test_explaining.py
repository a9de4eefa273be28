"""Explaining: for each rule its places, or what is missing, in words that an analyst can act upon."""

import tomllib

import pytest

from topics.explaining import ExplainedRule, explain
from topics.matching import match
from topics.packs import compile_packs

PACK = """
[lists.move]
en = ["withdraw*"]
[lists.troops]
en = ["troops"]
[lists.place]
en = ["iraq"]
kmr = ["Iraq"]
[lists.other]
en = ["afghanistan"]
[lists.masked]
en = ["israeli withdrawal"]
[lists.elsewhere]
en = ["gas"]
[topic.leaving]
name = "Leaving"
RULES
[topic.leaving.exclude]
none = ["other"]
mask = ["masked"]
[topic.gas]
name = "Gas"
[[topic.gas.rule]]
any = ["elsewhere"]
"""
RULES = {
    "near": '[[topic.leaving.rule]]\nnear = ["move", "troops"]\nwithin = 3',
    "order": '[[topic.leaving.rule]]\nnear = ["move", "troops"]\nwithin = 3\nordered = true',
    "count": '[[topic.leaving.rule]]\nany = ["move", "place"]\nat_least = 3',
    "title": '[[topic.leaving.rule]]\nany = ["move"]\nin = "title"',
    "lead": '[[topic.leaving.rule]]\nall = ["move", "troops"]\nin = "lead:4"',
    "language": '[[topic.leaving.rule]]\nany = ["troops"]\nlanguages = ["kmr"]',
    "none": '[[topic.leaving.rule]]\nany = ["move"]\nnone = ["place"]',
}


def rule_of(rule: str, text: str, title: str = "") -> ExplainedRule:
    pack = compile_packs([("pack.toml", tomllib.loads(PACK.replace("RULES", RULES[rule])))])
    explanation = explain(pack, title=title, text=text, language="en")
    (topic,) = (topic for topic in explanation.topics if topic.id == "leaving")
    assert topic.held == ("leaving" in {tag.topic for tag in match(pack, title=title, text=text, language="en")})
    return topic.rules[0]


@pytest.mark.parametrize(
    ("rule", "title", "text", "missing"),
    [
        ("near", "", "They withdraw", "nothing of troops"),
        ("near", "Troops", "Then they withdraw", "the narrowest stretch is 4 tokens long, more than 3"),
        ("near", "", "Troops of ours then withdraw", "the narrowest stretch is 5 tokens long, more than 3"),
        ("order", "", "Troops withdraw", "never in this order"),
        ("count", "", "withdraw from Iraq", "2 of 3 places"),
        ("title", "Troops", "They withdraw", "nothing of move in the title"),
        ("lead", "", "Our brave young men, the troops, withdraw",
         "nothing of move in the first 4 tokens of the text; nothing of troops in the first 4 tokens of the text"),
        ("language", "", "Troops", "it is for kmr only"),
        ("none", "", "They withdraw from Iraq", "something of place is there"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(rule: str, title: str, text: str, missing: str) -> None:
    explained = rule_of(rule, text, title)
    assert not explained.held and explained.found == ()
    assert explained.missing == missing


def test_a_rule_that_holds_shows_its_places() -> None:
    text = "The troops will withdraw"
    explained = rule_of("near", text)
    assert explained.held and explained.missing is None
    assert [text[found.start : found.end] for found in explained.found] == ["withdraw", "troops"]
    assert explained.says == "move, troops within 3 tokens"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("order", "move, troops in this order within 3 tokens"),
        ("count", "3 times any of move, place"),
        ("lead", "all of move, troops in the first 4 tokens of the text"),
        ("none", "any of move and none of place"),
    ],
)
def test_a_rule_is_put_into_words(rule: str, says: str) -> None:
    assert rule_of(rule, "withdraw").says == says


def test_vetoes_masks_and_topics_without_a_trace_are_named() -> None:
    pack = compile_packs([("pack.toml", tomllib.loads(PACK.replace("RULES", RULES["near"])))])
    text = "Troops withdraw from Afghanistan after an Israeli withdrawal"
    explanation = explain(pack, title=None, text=text, language="en")
    (topic,) = explanation.topics
    assert not topic.held and topic.score == 1.0
    assert [found.term for found in topic.vetoed] == ["afghanistan"]
    assert [text[found.start : found.end] for found in topic.masked] == ["Israeli withdrawal"]
    assert explanation.untouched == ("gas",)
    assert [text[found.start : found.end] for found in explanation.found] == [
        "Troops", "withdraw", "Afghanistan", "Israeli withdrawal", "withdrawal",
    ]  # fmt: skip


def test_the_languages_that_were_read_are_named() -> None:
    pack = compile_packs([("pack.toml", tomllib.loads(PACK.replace("RULES", RULES["near"])))])
    assert explain(pack, title=None, text="troops", language="en-GB").languages == ("en",)
    guessed = explain(pack, title=None, text="troops", language=None)
    assert guessed.note == "language unknown: matched with all lists of the Latin script"
    assert explain(pack, title=None, text="قوات", language=None).languages == ()
