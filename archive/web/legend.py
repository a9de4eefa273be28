"""The topics of an article as its page explains them: a number, and the rules and terms that spoke for it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.browsing import NO_PLACES, Piece, Places
from topics.explaining import describe
from topics.packs import Packs

MOST_TOPICS = 24
"""Topics that are numbered and marked; an article has one to four."""
_MOST_TERMS = 12  # named of one rule
_MOST_RULES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTold:
    """A rule that spoke for a topic: in words where the packs still have it, with what it found, and how often."""

    label: str
    says: str | None
    terms: tuple[str, ...]
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTold:
    """A topic of an article. `is_older`: it was told by other packs than those of today."""

    number: int
    id: str
    score: float
    places: int
    rules: tuple[RuleTold, ...]
    is_older: bool


def legend(
    scores: Sequence[tuple[str, float, str]], pieces: Sequence[Piece], places: Mapping[str, Places], packs: Packs
) -> list[TopicTold]:  # fmt: skip
    """The topics with these *scores*, numbered from 1. *pieces* are those that are marked, *places* how many there are
    of all."""
    marked: dict[str, list[Piece]] = {topic: [] for topic, _, _ in scores}
    for piece in pieces:
        marked.setdefault(piece.topic, []).append(piece)
    return [
        _topic(number, scored, marked[scored[0]], places.get(scored[0], NO_PLACES), packs)
        for number, scored in enumerate(scores[:MOST_TOPICS], 1)
    ]


def says(packs: Packs, topic: str, label: str) -> str | None:
    """The rule of *topic* with this *label* in words, in English; None where the packs have none."""
    known = packs.topics.get(topic)
    return next((describe(rule) for rule in known.rules if rule.label == label), None) if known else None


def spoken(pieces: Sequence[Piece], packs: Packs) -> Mapping[tuple[str, str], str | None]:
    """Each rule of these *pieces* in words, by topic and label."""
    named = dict.fromkeys((piece.topic, piece.rule) for piece in pieces)
    return {(topic, label): says(packs, topic, label) for topic, label in named}


def _topic(
    number: int, scored: tuple[str, float, str], pieces: list[Piece], places: Places, packs: Packs
) -> TopicTold:  # fmt: skip
    topic, score, version = scored
    rules = tuple(
        _rule(topic, label, [one for one in pieces if one.rule == label], count, packs)
        for label, count in list(places.by_rule.items())[:_MOST_RULES]
    )
    return TopicTold(
        number=number, id=topic, score=score, places=places.total, rules=rules, is_older=version != packs.version
    )  # fmt: skip


def _rule(topic: str, label: str, pieces: list[Piece], places: int, packs: Packs) -> RuleTold:
    terms = tuple(dict.fromkeys(piece.term for piece in pieces))[:_MOST_TERMS]
    return RuleTold(label=label, says=says(packs, topic, label), terms=terms, places=places)
