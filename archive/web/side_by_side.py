"""Two versions of a text beside each other: in the first what was taken out, in the second what was put in. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from archive.comparing import Paragraph, Piece, compare
from archive.plain import plain_piece

LONGEST_COMPARED = 60_000
"""Code points of a version that are compared: twenty times an article's length, a tenth of a second at worst."""
MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Pair:
    """One paragraph as it was and as it is; empty where it was not there, or is no more."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """Paragraphs that did not change."""

    lines: tuple[str, ...]


Row: TypeAlias = Pair | Fold


def side_by_side(before: str, after: str) -> list[Row]:
    """The paragraphs of both versions, unchanged ones together; at most MOST_ROWS of them, of LONGEST_COMPARED each."""
    rows: list[Row] = []
    for row in _rows(compare(before[:LONGEST_COMPARED], after[:LONGEST_COMPARED])):
        if len(rows) == MOST_ROWS:
            break
        rows.append(row)
    return rows


def in_one_line(before: str | None, after: str | None) -> list[Piece]:
    """A headline before and after an edit, as one."""
    short = ((text or "")[:LONGEST_COMPARED].replace("\n", " ") for text in (before, after))
    return [_harmless(piece) for paragraph in compare(*short) for piece in paragraph]


def _rows(paragraphs: list[Paragraph]) -> Iterator[Row]:
    same: list[str] = []
    for paragraph in paragraphs:
        if all(piece.kind == "same" for piece in paragraph):
            same.append("".join(_harmless(piece).text for piece in paragraph))
            continue
        if same:
            yield Fold(tuple(same))
        same = []
        yield Pair(_side(paragraph, "added"), _side(paragraph, "removed"))
    if same:
        yield Fold(tuple(same))


def _side(paragraph: Paragraph, other: str) -> tuple[Piece, ...]:
    """What a version has of *paragraph*: all but what is the *other*'s alone."""
    pieces = tuple(_harmless(piece) for piece in paragraph if piece.kind != other)
    return pieces if any(piece.text.strip() for piece in pieces) else ()


def _harmless(piece: Piece) -> Piece:
    return Piece(piece.kind, plain_piece(piece.text))
