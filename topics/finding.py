"""Finding every term of many lists in one pass over a folded text."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from topics.fold import Folded
from topics.terms import Term, Word, letters

_LINE = 300  # characters to either side that show whether a line is all in capitals


class Hit(NamedTuple):
    """A term at its place: numbers of its first and last token."""

    first: int
    last: int
    term: Term


Hits = dict[str, list[Hit]]
"""By name of the list. In the order of the text, but for hits that begin at one token."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A term of which the automaton has seen the beginning."""

    term: Term
    lists: tuple[str, ...]
    tail: tuple[Word, ...]  # the words that the automaton did not see
    seen: re.Pattern[str] | None  # what the original must hold somewhere, where capitals count


class Finder:
    """The terms of some lists, compiled. Finds all that overlap, too."""

    def __init__(self, lists: Iterable[tuple[str, Iterable[Term]]]) -> None:
        same: dict[tuple[str, str], tuple[Term, list[str]]] = {}
        for name, terms in lists:
            for term in terms:
                same.setdefault((term.language, term.written), (term, []))[1].append(name)
        keys: dict[str, list[_Candidate]] = defaultdict(list)
        for term, names in same.values():
            heads, tail = _heads(term)
            candidate = _Candidate(term, tuple(names), tail, _in_original(term))
            for head in heads:
                keys[head].append(candidate)
        self._automaton = ahocorasick.Automaton()
        for key, candidates in keys.items():
            self._automaton.add_word(key, (len(key), tuple(candidates)))
        self._automaton.make_automaton()
        self._empty = not keys

    def find(self, folded: Folded) -> Hits:
        """Every hit in *folded*, by list."""
        hits: Hits = {}
        if self._empty or not folded.string:
            return hits
        absent: set[Term] = set()
        for end, (length, candidates) in self._automaton.iter(f" {folded.string} "):
            first = folded.token_at(end - length + 1)
            for candidate in candidates:
                term = candidate.term
                if candidate.tail and not _fits(candidate.tail, folded.tokens, first + len(term.words)):
                    continue
                last = first + len(term.words) - 1
                if term.capitals is not None and (
                    term in absent or not _capitals_stand(candidate, folded, first, last, absent)
                ):
                    continue
                hit = Hit(first, last, term)
                for name in candidate.lists:
                    hits.setdefault(name, []).append(hit)
        return hits


def _heads(term: Term) -> tuple[list[str], tuple[Word, ...]]:
    """What the automaton looks for, each beginning at a word's start, and the words that are left to compare.

    Words are joined to the head as long as they have one form only: past a `*` or a proclitic the text may differ.
    """
    first, *rest = term.words
    heads = [f" {form}" for form in dict.fromkeys(first.forms)]
    open_end = first.prefix
    joined = 0
    if len(heads) == 1:
        for word in rest:
            if open_end or len(word.forms) > 1:
                break
            heads = [f"{heads[0]} {word.text}"]
            open_end = word.prefix
            joined += 1
    return [head if open_end else f"{head} " for head in heads], tuple(rest[joined:])


def _fits(tail: tuple[Word, ...], tokens: list[str], end: int) -> bool:
    if end > len(tokens):
        return False
    return all(
        token.startswith(word.forms) if word.prefix else token in word.forms
        for word, token in zip(tail, tokens[end - len(tail) : end], strict=True)
    )


def _in_original(term: Term) -> re.Pattern[str] | None:
    """A quick look that spares most texts the slow one: "is" stands in every English text, IS in few."""
    if term.capitals is None or not term.capitals.isascii():
        return None
    return re.compile(r"[\W_]*".join(term.capitals))


def _capitals_stand(candidate: _Candidate, folded: Folded, first: int, last: int, absent: set[Term]) -> bool:
    if candidate.seen is not None and not candidate.seen.search(folded.original):
        absent.add(candidate.term)
        return False
    start, end = folded.span(first, last)
    return letters(folded.original[start:end]) == candidate.term.capitals and not _shouted(folded.original, start, end)


def _shouted(text: str, start: int, end: int) -> bool:
    """Whether the line around start:end is all in capitals, so that they tell nothing: GIVE US MORE."""
    before = text[max(0, start - _LINE) : start].rpartition("\n")[2]
    after = text[end : end + _LINE].partition("\n")[0]
    around = f"{before} {after}"
    return not any(map(str.islower, around)) and sum(word.isupper() for word in around.split()) >= 2
