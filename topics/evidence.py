"""What a tag is made of: a topic that holds for a text, and the places in the text that made it hold. Data only."""

from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One term found by one rule. Offsets are code points of the untouched field, end exclusive."""

    rule: str  # "rule[0]", its place in the topic's definition
    term: str  # as the pack writes it
    field: Field
    start: int
    end: int
    score: float  # the weight of its rule
    note: str | None = None  # "language unknown: matched with all lists of the script"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A topic that holds for an article. `score` is the sum of the weights of the rules that hold."""

    topic: str
    score: float
    pack_version: str
    evidence: tuple[Evidence, ...]
