"""Where the words of a query stand in an untouched text, and the passage of it that shows them best. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import combining

from archive.plan import forms
from archive.query_tree import Node, Words, words_in
from topics.fold import fold

SNIPPET = 240
"""Code points of a passage: two or three lines on a terminal, a sentence or two."""
_PART = 1_000  # code points of a text that are looked through at a time
_MOST_MARKS = 6  # of one word, among which its passage is chosen: a common one stands in each sentence
_BEFORE = 60  # of them before the first mark, for the words that lead up to it
_ELLIPSIS = "…"
_SPACE = re.compile(r"\s")
_WORD = 24  # how far a cut may move to fall between two words

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text on one line; *marks* are places in it, in code points, end exclusive."""

    text: str
    marks: tuple[Span, ...]


class Finder:
    """Finds the wanted words of a query. What it asks to be without is nothing to show."""

    def __init__(self, node: Node) -> None:
        self._by_first: dict[str, list[Words]] = {}
        self._prefixes: list[tuple[str, Words]] = []
        for words in words_in(node):
            for form in forms(words) if words.field != "author" else ():
                if words.prefix and len(words.tokens) == 1:
                    self._prefixes.append((form, words))
                else:
                    self._by_first.setdefault(form, []).append(words)
        self._starts = tuple(start for start, _ in self._prefixes)
        self._wanted = {*(words for some in self._by_first.values() for words in some)}
        self._wanted |= {words for _, words in self._prefixes}

    def find_first(self, text: str) -> list[Span]:
        """The places in the first part of *text* by whose end each of the words has been found, or in all of it.

        An article's text need not be folded to its end to show what it is about.
        """
        start, found, times = 0, [], dict.fromkeys((words for words in self._wanted if words.field == "any"), 0)
        while start < len(text) and not all(times.values()):
            end = _end_of_part(text, start)
            folded = fold(text[start:end])
            for first, last, words in self._find(folded.tokens):
                if times[words] < _MOST_MARKS:
                    span = folded.span(first, last)
                    found.append((start + span[0], start + span[1]))
                times[words] += 1
            start = end
        return merged(found) if found or not times else self.find(text)  # a phrase may go on in the next part

    def find(self, text: str, *, is_title: bool = False) -> list[Span]:
        """The places in *text*, in their order and apart from each other."""
        if not self._wanted:
            return []
        folded = fold(text)
        return merged(folded.span(first, last) for first, last, _ in self._find(folded.tokens, is_title=is_title))

    def _find(self, tokens: list[str], *, is_title: bool = False) -> Iterator[tuple[int, int, Words]]:
        for place in self._candidates(tokens):
            token, last, which = tokens[place], -1, None
            for words in self._by_first.get(token, ()):
                if (is_title or words.field == "any") and _goes_on(words, tokens, place):
                    last, which = max(last, place + len(words.tokens) - 1), words
            for start, words in self._prefixes:
                if last < 0 and (is_title or words.field == "any") and token.startswith(start):
                    last, which = place, words
            if which:
                yield place, last, which

    def _candidates(self, tokens: list[str]) -> list[int]:
        """The places at which something may begin: a text has hundreds of words, and a few of them are asked for."""
        by_first, starts = self._by_first, self._starts
        if starts:
            return [place for place, token in enumerate(tokens) if token in by_first or token.startswith(starts)]
        return [place for place, token in enumerate(tokens) if token in by_first]


def _end_of_part(text: str, start: int) -> int:
    end = text.find(" ", start + _PART)
    return end if end >= 0 else len(text)


def passage(text: str, spans: list[Span]) -> Passage:
    """The passage of *text* with the most of *spans* in it, or its beginning where there are none."""
    start = max(0, _best_start(spans) - _BEFORE) if spans else 0
    start = _between_words(text, start)
    end = _end(text, start, spans)
    before, after = _ELLIPSIS if start else "", _ELLIPSIS if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((begin + shift, min(stop, end) + shift) for begin, stop in spans if start <= begin < end)
    # Each white space becomes one space, so that every character keeps its place.
    line = _SPACE.sub(" ", text[start:end])
    return Passage(before + line + after, marks)


def _end(text: str, start: int, spans: list[Span]) -> int:
    """Where a passage from *start* ends: between two words where there are any, and within no mark, unless that is
    longer than the passage.
    """
    end = start + SNIPPET
    if end >= len(text):
        return len(text)
    free = start  # from where it may be cut: behind the last mark
    for begin, stop in spans:
        if begin < end < stop:
            return _whole_letter(text, min(stop, begin + SNIPPET))
        if stop <= end:
            free = max(free, stop)
    least = max(free, end - _WORD)
    return next((place for place in range(end, least, -1) if text[place].isspace()), _whole_letter(text, least))


def _whole_letter(text: str, place: int) -> int:
    """The first place from *place* that is behind all marks which are written onto a letter."""
    return next((at for at in range(place, min(place + _WORD, len(text))) if not combining(text[at])), place)


def _goes_on(words: Words, tokens: list[str], place: int) -> bool:
    rest = words.tokens[1:]
    there = tokens[place + 1 : place + 1 + len(rest)]
    if words.prefix:
        return len(there) == len(rest) and there[:-1] == list(rest[:-1]) and there[-1].startswith(rest[-1])
    return there == list(rest)


def merged(spans: Iterable[Span]) -> list[Span]:
    """*spans* in their order, those that overlap as one."""
    apart: list[Span] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _best_start(spans: list[Span]) -> int:
    """The beginning of the first span from which the most spans fit into a passage."""
    best, most, last = 0, 0, 0
    for first, (start, _) in enumerate(spans):
        while last < len(spans) and spans[last][1] <= start + SNIPPET - _BEFORE:
            last += 1
        if last - first > most:
            best, most = first, last - first
    return spans[best][0]


def _between_words(text: str, start: int) -> int:
    """The next beginning of a word near *start*, so that no passage begins within one."""
    if start == 0:
        return 0
    for place in range(start, min(start + _WORD, len(text))):
        if text[place - 1].isspace():
            return place
    return _whole_letter(text, start)
