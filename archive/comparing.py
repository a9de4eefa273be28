"""Two versions of a text as one, for reading: what was taken out and put in, by words and paragraphs. Pure.

Signs are compared apart from the words that they are written onto, so that a comma that moved changes no word. Where a
single word stands unchanged between two changes, they are one: an edit is written in phrases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal, TypeAlias

from archive.changes import MOST_ALIGNED, equal_ends, seen_words

Kind: TypeAlias = Literal["same", "removed", "added"]
_SIGNS = ".,;:!?()[]{}\"'«»“”„‘’…،؛؟٪%-–—/\\"
_BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that two versions share, or that one of them has alone. It begins with a space where the word
    before it is another piece's and stands apart from it.
    """

    kind: Kind
    text: str


Paragraph: TypeAlias = list[Piece]


def compare(before: str, after: str) -> list[Paragraph]:
    """The two versions as one text; a paragraph that is a single piece of the kind "same" did not change.

    What is too long to be aligned differs from its first difference to its last.
    """
    paragraphs: list[Paragraph] = []
    for ours, theirs, is_same in _runs(_lines(before), _lines(after)):
        if is_same:
            paragraphs += [[Piece("same", line)] for line in ours]
        else:
            paragraphs += _compared(_BREAK.join(ours), _BREAK.join(theirs))
    return paragraphs


def _lines(text: str) -> list[str]:
    lines = (" ".join(seen_words(line)) for line in text.split(_BREAK))
    return [line for line in lines if line]


def _runs(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str], bool]]:
    """Runs of both sequences, in their order, and whether they are the same. Spaces make no difference."""
    one, other = [item.strip(" ") for item in ours], [item.strip(" ") for item in theirs]
    first, last = equal_ends(one, other)
    if first:
        yield ours[:first], theirs[:first], True
    yield from _aligned(*(items[first : len(items) - last] for items in (ours, theirs, one, other)))
    if last:
        yield ours[len(ours) - last :], theirs[len(theirs) - last :], True


def _aligned(
    ours: Sequence[str], theirs: Sequence[str], one: Sequence[str], other: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str], bool]]:
    """The runs of two sequences that begin and end with a difference, by how *one* and the *other* of them compare."""
    if len(one) * len(other) > MOST_ALIGNED:
        yield ours, theirs, False
        return
    for tag, begin, end, other_begin, other_end in SequenceMatcher(None, one, other).get_opcodes():
        yield ours[begin:end], theirs[other_begin:other_end], tag == "equal"


def _compared(before: str, after: str) -> list[Paragraph]:
    changes: list[tuple[Kind, list[str]]] = []
    for ours, theirs, is_same in _joined(list(_runs(_tokens(before), _tokens(after)))):
        changes += [("same", theirs)] if is_same else [("removed", ours), ("added", theirs)]
    paragraphs: list[Paragraph] = [[]]
    for kind, tokens in changes:
        for number, part in enumerate(_split(tokens)):
            if number and paragraphs[-1]:
                paragraphs.append([])
            if text := "".join(part):
                paragraphs[-1].append(Piece(kind, text if paragraphs[-1] else text.lstrip()))
    return [paragraph for paragraph in paragraphs if paragraph]


def _joined(runs: list[tuple[Sequence[str], Sequence[str], bool]]) -> Iterator[tuple[list[str], list[str], bool]]:
    """*runs* with those joined between which a single word stands."""
    ours: list[str] = []
    theirs: list[str] = []
    for place, (mine, other, is_same) in enumerate(runs):
        if is_same and not (0 < place < len(runs) - 1 and _is_word(mine)):
            if ours or theirs:
                yield ours, theirs, False
            yield list(mine), list(other), True
            ours, theirs = [], []
        else:
            ours, theirs = [*ours, *mine], [*theirs, *other]
    if ours or theirs:
        yield ours, theirs, False


def _is_word(tokens: Sequence[str]) -> bool:
    return len(tokens) == 1 and tokens[0] != _BREAK


def _split(tokens: list[str]) -> Iterator[list[str]]:
    """*tokens* by paragraphs."""
    breaks = [place for place, token in enumerate(tokens) if token == _BREAK]
    for begin, end in pairwise([-1, *breaks, len(tokens)]):
        yield tokens[begin + 1 : end]


def _tokens(text: str) -> list[str]:
    """Words, each with the space before it, the signs around them, and breaks between paragraphs."""
    tokens: list[str] = []
    for number, line in enumerate(text.split(_BREAK)):
        tokens += [_BREAK] if number else []
        for word in line.split():
            core = word.strip(_SIGNS)
            begin = word.find(core) if core else len(word)
            parts = [part for part in (word[:begin], core, word[begin + len(core) :]) if part]
            tokens += [f" {parts[0]}", *parts[1:]]
    return tokens
