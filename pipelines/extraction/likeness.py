"""How like two headlines are: the share of their words that both have."""

import re
from collections.abc import Iterable

_LIKE = 0.3
"""Likeness of an article's headline to what the page is called. On 265 real pages it is .75 or more where no address
tells that the article is this page's; stories of one site have a word or two in common."""
_WORD = re.compile(r"\w+")


def words(text: str) -> frozenset[str]:
    """The words of a title that say something, without case."""
    return frozenset(word for word in _WORD.findall(text.casefold()) if len(word) > 2)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 (no word in common) to 1 (the same words)."""
    return len(one & other) / (len(one | other) or 1)


def is_like(headline: str, names: Iterable[frozenset[str]]) -> bool:
    """Whether an article's *headline* is like one of the *names* of the page, of each its words: it is this page's."""
    wanted = words(headline)
    return any(likeness(wanted, name) >= _LIKE for name in names)
