"""An article's text in paragraphs, cut where evidence begins and ends, so that topics may overlap. Pure.

What is taken out of a text as unsafe moves no place: it is cut first, and made harmless piece by piece.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from archive.browsing import Piece
from archive.plain import plain, plain_piece

LONGEST_SHOWN = 200_000
"""Code points of a text that a page shows: sixty times an article's length. The JSON has all."""
MOST_PARAGRAPHS = 2_000
MOST_PIECES = 600
"""Pieces of evidence that are marked; an article of usual length has fifty."""
_LONGEST_SUBHEAD = 70
_MOST_LINES = 6  # told of one place


@dataclass(frozen=True, slots=True)
class Run:
    """Some words; `topics` are the numbers of those for which they speak, none for most. `pieces` tell by which rule
    and term, each told once."""

    text: str
    topics: tuple[int, ...] = ()
    pieces: tuple[Piece, ...] = ()
    number: int = 0  # among the marked ones of an article
    signs: tuple[int, ...] = ()  # the topics of which a place ends with it: behind it stand their numbers


def marked_runs(
    text: str, pieces: Iterable[Piece], numbers: Mapping[str, int], *, first: int = 1, longest: int = LONGEST_SHOWN
) -> list[list[Run]]:
    """The paragraphs of *text* that say anything. *numbers*: of the topics; marked runs are counted from *first*."""
    ordered = sorted(pieces, key=lambda piece: (piece.start, piece.end))
    counter = count(first)
    found: list[list[Run]] = []
    begin = place = 0
    running: list[Piece] = []
    for line in text[:longest].split("\n"):
        end = begin + len(line)
        running = [piece for piece in running if piece.end > begin]
        while place < len(ordered) and ordered[place].start < end:
            running.append(ordered[place])
            place += 1
        if plain(line):
            found.append(list(_runs(text, (begin, end), running, numbers, counter)))
        if len(found) == MOST_PARAGRAPHS:
            break
        begin = end + 1
    return found


def is_subhead(runs: Sequence[Run]) -> bool:
    """Whether a paragraph that others follow is one line without an end of a sentence, as a headline within a text."""
    words = "".join(run.text for run in runs).strip()
    return len(words) <= _LONGEST_SUBHEAD and words[-1:].isalnum()


def is_cut(text: str, shown: Sequence[Sequence[Run]]) -> bool:
    """Whether *text* has more than is *shown*."""
    return len(text) > LONGEST_SHOWN or len(shown) == MOST_PARAGRAPHS


def _runs(
    text: str, bounds: tuple[int, int], pieces: Sequence[Piece], numbers: Mapping[str, int], counter: Iterator[int]
) -> Iterator[Run]:
    """The runs of the paragraph within *bounds*."""
    begin, end = bounds
    inside = [piece for piece in pieces if piece.end > begin and piece.start < piece.end and piece.topic in numbers]
    edges = {place for piece in inside for place in (piece.start, piece.end) if begin < place < end}
    cuts = [begin, *sorted(edges), end]
    for start, stop in pairwise(cuts):
        there = [piece for piece in inside if piece.start < stop and piece.end > start]
        words = plain_piece(text[start:stop])
        if not there or not words.strip():
            yield Run(words)
            continue
        topics = tuple(sorted({numbers[piece.topic] for piece in there}))
        going_on = {piece.topic for piece in there if min(piece.end, end) > stop}
        told = {(piece.topic, piece.rule, piece.term): piece for piece in there}
        lines = tuple(told.values())[:_MOST_LINES]
        signs = tuple(sorted({numbers[piece.topic] for piece in there if piece.topic not in going_on}))
        yield Run(words, topics, lines, next(counter), signs)
