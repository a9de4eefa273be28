"""`match` against the plain reading of docs/topics.md, for packs and texts that nobody would write."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.bounds import MAX_EVIDENCE
from seeds.definitions import DefinitionError
from tests.topics.oracle import Oracle
from topics.compiling import compile_packs
from topics.evidence import Tag
from topics.fold import fold
from topics.matching import match

# Few words, so that terms meet, overlap and stand within each other.
TERMS = {
    "en": ["xa", "xb", "xc", "xa xb", "xb xc", "xa xb xc", "xa*", "xb* xc", "xb x*", "=XA", "=Xa xb", "xa-xc", "U.S."],
    "ar": ["حشد", "الحشد", "!الحشد", "حشد شعب", "شعب*", "شعب !حشد", "!حشد شعب", "حشد* شعب", "لبن", "في", "سلاح حشد"],
    "ckb": ["هێز", "هێز*", "داعش", "هێز داعش", "داعش هێز*", "هێزی", "ڕۆژ", "ڕۆژ هێز داعش"],
    "kmr": ["hêz", "hêz*", "DAIŞ", "hêz DAIŞ", "=DAIŞ", "DAIŞ* hêz", "roj", "roj hêz"],
}
WORDS = {
    "en": ["xa", "xb", "xc", "XA", "Xa", "xab", "xbb", "x", "…", "xa’s", "U.S.", "us", "xa-xb", "\n"],
    "ar": ["حشد", "الحشد", "والحشد", "للحشد", "وللحشد", "بالحشد", "لحشد", "شعب", "الشعبي", "وشعب", "لبن", "للبن",
           "اللبن", "في", "وفي", "سلاح", "حَشْد", "حشـد", "،", "فلل"],
    "ckb": ["هێز", "هێزەکان", "هێزی", "داعش", "داعشی", "ڕۆژ", "روژ", "هيز", "،", "ه\u200cێز"],
    "kmr": ["hêz", "hêzên", "hez", "DAIŞ", "Daiş", "DAIŞ’ê", "roj", "ROJ", "î", "\u0302"],
}  # fmt: skip
CROWDED = ["xa", "xb", "xc", "xa xb", "xb xc", "xa xb xc", "xc xa"]
LATIN = {"en", "kmr"}
LISTS = ["a", "b", "c", "d", "e"]


def make_article(chance: random.Random) -> Oracle:
    language = chance.choice(list(TERMS))
    known = chance.random() < 0.8
    # A text of unknown language is read with all lists of its script; the oracle knows but one of each script.
    spoken = [
        name for name in TERMS
        if name == language or (chance.random() < 0.5 and (known or (name in LATIN) != (language in LATIN)))
    ]  # fmt: skip
    lists = {name: {one: some(chance, TERMS[one], 3) for one in spoken} for name in LISTS}
    topics = {name: make_topic(chance, name) for name in ("t", "u")}
    words = chance.sample(WORDS[language], 5)
    title, text = (" ".join(chance.choices(words, k=chance.randint(0, most))) for most in (5, 12))
    return Oracle({"lists": lists, "topic": topics}, title, text, language, known=known)


def make_crowded(chance: random.Random) -> Oracle:
    """Lists that share most of their terms, in a text of three words: where no word may serve two lists of a rule."""
    lists = {name: {"en": some(chance, CROWDED, 2)} for name in LISTS}
    near = {"near": some(chance, LISTS, 4, least=3), "within": chance.randint(3, 9), "ordered": chance.random() < 0.5}
    rules = [near, {"any": some(chance, LISTS, 2), "at_least": chance.choice([2, 3, 4])}]
    topics = {f"t{number}": {"name": "T", "rule": [rule], "exclude": {}} for number, rule in enumerate(rules)}
    title, text = (" ".join(chance.choices(["xa", "xb", "xc"], k=chance.randint(0, most))) for most in (3, 8))
    return Oracle({"lists": lists, "topic": topics}, title, text, "en")


def make_topic(chance: random.Random, name: str) -> dict[str, Any]:
    exclude = {key: some(chance, LISTS, 2) for key in ("none", "mask") if chance.random() < 0.2}
    rules = [make_rule(chance) for _ in range(chance.randint(1, 3))]
    return {"name": name, "rule": rules, "exclude": exclude, "threshold": chance.choice([1.0, 0.5, 0.3, 0.8])}


def make_rule(chance: random.Random) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    for key in some(chance, ["any", "all", "near"], 2):
        rule[key] = some(chance, LISTS, 4, least=1 + (key == "near"))
    if "near" in rule:
        rule |= {"within": chance.randint(2, 9), "ordered": chance.random() < 0.5}
    if "any" in rule:
        rule["at_least"] = chance.choice([1, 1, 2, 3])
    if chance.random() < 0.2:
        rule["none"] = some(chance, LISTS, 2)
    if chance.random() < 0.2:
        rule["languages"] = some(chance, list(TERMS), 3)
    weight = chance.choice([1.0, 1.0, 0.5, 0.3, 0.1, 2.0, -0.5, -1.0])
    return rule | {"in": chance.choice(["any", "any", "title", "body", "lead:3"]), "weight": weight}


def some(chance: random.Random, choices: list[str], most: int, least: int = 1) -> list[str]:
    return chance.sample(choices, chance.randint(least, most))


@pytest.mark.parametrize("make", [make_article, make_crowded])
@given(seed=st.integers(min_value=0))
def test_match_agrees_with_the_page(make: Callable[[random.Random], Oracle], seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        check_article(make(chance))


def check_article(article: Oracle) -> None:
    try:
        packs = compile_packs([("pack.toml", article.pack)])
    except DefinitionError:  # its terms are one after folding, or its threshold cannot be reached
        return
    language = article.language if article.known else None
    tags = match(packs, title=article.title, text=article.text, language=language)
    found = {tag.topic: (tag.score, frozenset(piece.rule for piece in tag.evidence)) for tag in tags}
    assert found == article.tags(), article
    for tag in tags:
        assert_evidence_stands(article, tag)


def assert_evidence_stands(article: Oracle, tag: Tag) -> None:
    """Each piece lies where its term does by the plain reading, touches no mask, and there are not too many."""
    topic = article.pack["topic"][tag.topic]
    masked = [spot for name in topic["exclude"].get("mask", []) for spot in article.spots(name)]
    before = {"title": 0, "text": len(fold(article.title).tokens)}
    for piece in tag.evidence:
        rule = topic["rule"][int(piece.rule.removeprefix("rule[").removesuffix("]"))]
        field = {"title": article.title, "text": article.text}[piece.field]
        names = (*rule.get("any", ()), *rule.get("all", ()), *rule.get("near", ()))
        spots = [spot for name in names for spot in article.spots(name) if spot.field == piece.field]
        places = {
            fold(field).span(spot.first - before[piece.field], spot.last - before[piece.field])
            for spot in spots if spot.written == piece.term and not any(spot.touches(hole) for hole in masked)
        }  # fmt: skip
        assert (piece.start, piece.end) in places
        assert piece.score == rule.get("weight", 1.0)
        assert sum(other.rule == piece.rule for other in tag.evidence) <= max(MAX_EVIDENCE, rule.get("at_least", 1))
