"""The sentences of an article that made an alert speak, short enough for a message. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive.highlight import Span
from archive.plain import plain_piece
from archive.reading import Record
from archive.triggers import Trigger, triggers

LONGEST = 400
"""Characters of one sentence. A lead of an agency has 150 to 300; two screens of a phone hold three of this length."""
MOST = 3
"""Sentences of one message: what is to be judged at a glance."""
_BEGINNING = 2_000  # characters of a text whose beginning is shown, before it is cleaned and cut
_ELLIPSIS = "…"
_LEAST_CONTEXT = 24  # characters on each side of a mark, three or four words; with fewer, later marks are left out
_LONGEST_WORD = 40  # what is longer is no word, but a text without spaces, and may be cut anywhere
_WORD = re.compile(rf"\S{{1,{_LONGEST_WORD}}}")
_BRACKETS = 2  # characters that a mark needs more than its words


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence on one line, harmless. `marks` are places in it, in code points, apart, end exclusive."""

    text: str
    marks: tuple[Span, ...] = ()


def excerpts(record: Record, topics: Sequence[str] = (), found: Sequence[dict[str, Any]] = ()) -> tuple[Excerpt, ...]:
    """The sentences that made the tags of *topics*, best topic first, whole; up to MOST, none twice.

    For each topic it is the sentence with most of its evidence; one of the text goes before the title. A sentence
    carries the marks of all *topics*. What an alert's query *found* comes first, pieces like those of evidence. Where
    there is neither, it is the sentence of the article's best tag, and where it has no tag, the beginning of its text
    without marks.
    """
    tags = [tag for tag in record.tags if tag["topic"] in topics]
    tags = [*([{"evidence": found}] if found else []), *tags] or record.tags[:1]
    pieces = [piece for tag in tags for piece in tag["evidence"]]
    marks = {(one.field, one.sentence): one.marks for one in triggers(record.article, pieces)}
    best = (_best(triggers(record.article, tag["evidence"])) for tag in tags)
    chosen = dict.fromkeys((one.field, one.sentence) for one in best if one)
    sentences = [_clean(sentence, marks[field, sentence]) for field, sentence in chosen][:MOST]
    beginning = _clean((record.article["text"] or "")[:_BEGINNING], ())
    return tuple(sentence for sentence in sentences or [beginning] if sentence.text)


def shortened(text: str, longest: int) -> str:
    """*text*, or as many of its words as fit into *longest* characters with an ellipsis."""
    if len(text) <= longest:
        return text
    room = longest - len(_ELLIPSIS)
    space = text.rfind(" ", max(0, room - _LONGEST_WORD), room + 1)
    return text[: space if space > 0 else room].rstrip() + _ELLIPSIS


def fitted(excerpt: Excerpt, longest: int = LONGEST) -> Excerpt:
    """*excerpt* cut to *longest* characters, each mark counted with its brackets: the marks and the words around
    them, as many on each side as fit, with an ellipsis for each gap.

    Where not all marks fit, the first ones stay. No mark is cut but one that is longer than *longest* by itself.
    """
    if len(excerpt.text) + _BRACKETS * len(excerpt.marks) <= longest:
        return excerpt
    atoms = _atoms(excerpt)
    starts = [start for start, _ in atoms]
    marked = sorted({bisect_right(starts, start) - 1 for start, _ in excerpt.marks})
    shown: set[int] = set()
    for number in marked or [0]:
        if _cost(excerpt, atoms, {*shown, number}) + 2 * _LEAST_CONTEXT * (len(shown) + 1) > longest:
            break
        shown.add(number)
    if not shown:
        start, end = excerpt.marks[0] if excerpt.marks else (0, len(excerpt.text))
        text = shortened(excerpt.text[start:end], max(longest - _BRACKETS, len(_ELLIPSIS)))
        return Excerpt(text, ((0, len(text)),) if excerpt.marks else ())
    return _joined(excerpt, atoms, _grown(excerpt, atoms, shown, longest))


def _best(sentences: Iterable[Trigger]) -> Trigger | None:
    return max(sentences, key=lambda one: (one.field == "text", one.pieces), default=None)


def _clean(sentence: str, marks: Iterable[Span]) -> Excerpt:
    """On one line and harmless; a mark of which nothing is left is none."""
    text, places, last = "", [], 0
    for start, end in marks:
        text += _next_piece(text, sentence[last:start])
        words = _next_piece(text, sentence[start:end])
        if words.strip():
            places.append((len(text), len(text) + len(words)))
        text, last = text + words, end
    text += _next_piece(text, sentence[last:])
    end = len(text.rstrip())
    return Excerpt(text[:end], tuple(_apart((start, min(stop, end)) for start, stop in places)))


def _next_piece(text: str, piece: str) -> str:
    """*piece* made harmless, to be put behind *text*; no two spaces follow each other."""
    piece = plain_piece(piece)
    return piece if text and not text.endswith(" ") else piece.lstrip()


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans that touch as one, so that no bracket stands against another."""
    before: Span | None = None
    for start, end in spans:
        if before and start <= before[1]:
            before = (before[0], end)
            continue
        if before:
            yield before
        before = (start, end)
    if before:
        yield before


def _atoms(excerpt: Excerpt) -> list[Span]:
    """What is shown whole or not at all: words, and marks with the words that they touch."""
    atoms: list[Span] = []
    marks = list(reversed(excerpt.marks))
    reached = 0  # the end of the last mark that an atom has begun to hold
    for match in _WORD.finditer(excerpt.text):
        start, end = match.span()
        if atoms and start < reached:
            atoms[-1] = (atoms[-1][0], end)
        else:
            atoms.append((start, end))
        while marks and marks[-1][0] < end:
            reached = marks.pop()[1]
    return atoms


def _grown(excerpt: Excerpt, atoms: Sequence[Span], shown: set[int], longest: int) -> set[int]:
    """*shown* with the neighbours of each, nearest first, until the next one would be too much."""
    seeds = sorted(shown)
    for distance in range(1, longest):
        for number in (place + step for place in seeds for step in (distance, -distance)):
            if not 0 <= number < len(atoms) or number in shown:
                continue
            if _cost(excerpt, atoms, {*shown, number}) > longest:
                return shown
            shown = {*shown, number}
    return shown


def _marks_in(excerpt: Excerpt, start: int, end: int) -> tuple[Span, ...]:
    return tuple(mark for mark in excerpt.marks if start <= mark[0] and mark[1] <= end)


def _cost(excerpt: Excerpt, atoms: Sequence[Span], shown: set[int]) -> int:
    joined = _joined(excerpt, atoms, shown)
    return len(joined.text) + _BRACKETS * len(joined.marks)


def _joined(excerpt: Excerpt, atoms: Sequence[Span], shown: set[int]) -> Excerpt:
    """The atoms in *shown*, an ellipsis for what is left out before, between and after them."""
    text, marks, before = "", [], -1
    for number in sorted(shown):
        start, end = atoms[number]
        if number != before + 1:
            text += f" {_ELLIPSIS} " if text else f"{_ELLIPSIS} "
        elif text:
            text += excerpt.text[atoms[before][1] : start]
        shift = len(text) - start
        marks += [(first + shift, last + shift) for first, last in _marks_in(excerpt, start, end)]
        text, before = text + excerpt.text[start:end], number
    return Excerpt(text if before == len(atoms) - 1 else f"{text} {_ELLIPSIS}", tuple(marks))
