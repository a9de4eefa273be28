"""Explaining: for each rule its places, or what is missing, in words that an analyst can act upon."""

import tomllib

import pytest

from topics.compiling import compile_packs
from topics.explaining import ExplainedRule, ExplainedTopic, explain
from topics.matching import match

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
    "all": '[[topic.leaving.rule]]\nall = ["move", "troops", "place"]',
    "body": '[[topic.leaving.rule]]\nany = ["move", "troops"]\nin = "body"',
    "near the lead": '[[topic.leaving.rule]]\nnear = ["move", "troops"]\nwithin = 3\nin = "lead:4"',
    "several": '[[topic.leaving.rule]]\nany = ["move"]\nall = ["troops"]\nnone = ["place"]',
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
        ("count", "", "withdraw from Iraq", "2 of 3 places: withdraw, Iraq"),
        ("title", "Troops", "They withdraw", "nothing of move in the title, only in the text"),
        ("lead", "", "Our brave young men, the troops, withdraw",
         "nothing of move in the first 4 tokens of the text, the first ends with token 7; "
         "nothing of troops in the first 4 tokens of the text, the first ends with token 6"),
        ("language", "", "Troops", "it is for kmr only; this was read as en"),
        ("none", "", "They withdraw from Iraq", "something of place is there: Iraq"),
        ("all", "", "They withdraw", "nothing of troops; nothing of place"),
        ("body", "Troops", "They say", "nothing of move, troops in the text, only in the title"),
        ("near the lead", "", "One two three four five troops withdraw",
         "nothing of move in the first 4 tokens of the text, the first ends with token 7; "
         "nothing of troops in the first 4 tokens of the text, the first ends with token 6"),
        ("order", "Withdraw", "Of all the many troops", "the narrowest stretch is 6 tokens long, more than 3"),
        ("near", "", "Troops after an Israeli withdrawal", "nothing of move, since it is masked: withdrawal"),
        ("several", "", "They are in Iraq and in Iraq",
         "nothing of move; nothing of troops; something of place is there: Iraq"),
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
    assert [(found.list, found.term) for found in explained.found] == [("move", "withdraw*"), ("troops", "troops")]
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


def weighed(rules: str, text: str) -> ExplainedTopic:
    pack = compile_packs([("pack.toml", tomllib.loads(PACK.replace("RULES", rules)))])
    explanation = explain(pack, title=None, text=text, language="en", topics=["leaving"])
    return explanation.topics[0]


HALVES = """
[[topic.leaving.rule]]
any = ["move"]
weight = 0.5
[[topic.leaving.rule]]
any = ["troops"]
weight = 0.5
[[topic.leaving.rule]]
any = ["place"]
weight = -0.5
"""


@pytest.mark.parametrize(
    ("text", "lacks", "score"),
    [
        ("They withdraw", "the rules that are met add up to 0.5, and 1 is needed", 0.5),
        ("Troops withdraw from Iraq", "the rules that are met add up to 0.5, and 1 is needed", 0.5),
        ("They say", "none of its rules is met", 0.0),
        ("Troops withdraw from Afghanistan", "excluded, since something of other is there", 1.0),
        ("Troops withdraw", None, 1.0),
    ],
)
def test_what_a_topic_lacks_is_said(text: str, lacks: str | None, score: float) -> None:
    topic = weighed(HALVES, text)
    assert (topic.lacks, topic.score, topic.held) == (lacks, score, lacks is None)


def test_one_word_that_would_have_to_serve_twice_is_told() -> None:
    rules = (
        '[lists.withdrawals]\nen = ["withdrawal"]\n[[topic.leaving.rule]]\nnear = ["move", "withdrawals"]\nwithin = 9'
    )
    topic = weighed(rules, "A withdrawal")
    assert topic.rules[0].missing == "one word would have to serve twice"


def test_what_a_mask_hides_is_told_apart_from_what_it_finds() -> None:
    text = "Troops, an Israeli withdrawal, and those who withdraw"
    topic = weighed(RULES["count"], text)
    assert [text[piece.start : piece.end] for piece in topic.masked] == ["Israeli withdrawal"]
    assert [text[piece.start : piece.end] for piece in topic.hidden] == ["withdrawal"]
    assert topic.rules[0].missing == "1 of 3 places: withdraw"


def test_a_topic_that_is_asked_for_is_told_with_all_rules_and_no_other_is() -> None:
    pack = compile_packs([("pack.toml", tomllib.loads(PACK.replace("RULES", RULES["near"])))])
    explanation = explain(pack, title=None, text="Troops withdraw", language="en", topics=["gas"])
    (topic,) = explanation.topics
    assert topic.id == "gas" and topic.rules[0].missing == "nothing of elsewhere"
    assert explanation.untouched == () and explanation.found == ()


NEARER = """
[[topic.leaving.rule]]
near = ["move", "troops", "place"]
within = 9
[[topic.leaving.rule]]
all = ["move", "place"]
weight = 0.5
[[topic.leaving.rule]]
any = ["move"]
at_least = 2
[[topic.leaving.rule]]
any = ["place"]
[[topic.leaving.rule]]
all = ["move", "place"]
weight = -1
"""


def test_a_rule_for_other_languages_is_not_near() -> None:
    rule = rule_of("language", "Troops")
    assert not rule.nearly and not rule.held


def test_what_only_speaks_against_a_topic_does_not_put_it_in_question() -> None:
    topic = weighed(
        '[[topic.leaving.rule]]\nany = ["move"]\n[[topic.leaving.rule]]\nany = ["place"]\nweight = -1', "Iraq"
    )
    assert not topic.in_question and topic.lacks == "the rules that are met add up to -1, and 1 is needed"


def test_rules_that_lack_least_are_nearest_and_of_these_the_heaviest() -> None:
    topic = weighed(NEARER, "They withdraw")
    assert [(rule.label, rule.lacking) for rule in topic.nearest] == [("rule[2]", 1), ("rule[1]", 1), ("rule[0]", 2)]
    assert not topic.in_question and not topic.held


@pytest.mark.parametrize("text", ["They withdraw, and withdraw again", "an Israeli withdrawal", "Afghanistan"])
def test_a_topic_is_in_question_where_a_rule_is_met_or_something_is_masked_or_excludes(text: str) -> None:
    assert weighed(NEARER, text).in_question
