"""The words of a text in which phrases are looked for; none goes on over a comma or the end of a sentence. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from topics.fold import Folded, fold

# A dot after a single letter ends nothing: the U.S. army.
_PIECE = re.compile(r"(?:[^\n()\[\]{}«»“”\"|•–—!?؟…;:؛،,.]|[!?؟…;:؛،,](?!\s)|\.(?!\s)|(?<=\b\w)\.)+")


class Word(NamedTuple):
    """A folded word and its place in the original."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[str | None]:
    """The folded words of *text*, and a None behind each stretch that a phrase may not leave."""
    for match in _PIECE.finditer(text):
        yield from fold(match[0]).tokens
        yield None


def placed(text: str) -> Iterator[Word | None]:
    """The same with their places."""
    for match in _PIECE.finditer(text):
        folded = fold(match[0])
        shift = match.start()
        yield from (Word(token, start + shift, end + shift) for token, (start, end) in _spans(folded))
        yield None


def without(text: str, covered: Sequence[tuple[int, int]]) -> Iterator[Word | None]:
    """As `placed`, with None in place of each word that one of the spans *covered*, in their order, touches."""
    waiting = iter(covered)
    span = next(waiting, None)
    for word in placed(text):
        while word and span and span[1] <= word.start:
            span = next(waiting, None)
        yield None if word and span and span[0] < word.end else word


def _spans(folded: Folded) -> Iterator[tuple[str, tuple[int, int]]]:
    return zip(folded.tokens, folded.spans, strict=True)
