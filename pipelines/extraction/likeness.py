"""How like two headlines are: the share of their words that both have."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


def words(text: str) -> frozenset[str]:
    """The words of a title that say something, without case."""
    return frozenset(word for word in _WORD.findall(text.casefold()) if len(word) > 2)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 (no word in common) to 1 (the same words)."""
    return len(one & other) / (len(one | other) or 1)


def best_likeness(title: str, others: Iterable[frozenset[str]]) -> float:
    """How like *title* is to the nearest of *others*."""
    wanted = words(title)
    return max((likeness(wanted, other) for other in others), default=0.0)
