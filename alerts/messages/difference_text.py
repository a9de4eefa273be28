"""The changes of an edit as a message shows them: what was taken out within [-…-], what was put in within {+…+}. Pure.

In HTML they are struck and underlined, and the brackets are hidden; brackets that an article has itself become
(parentheses), so what is in brackets is a change.
"""

from collections.abc import Iterable
from html import escape

from alerts.difference import Difference
from alerts.messages.excerpt import shortened
from archive.comparing import Kind, Paragraph, Piece
from topics.direction import MARKS, Direction, has_right_to_left

LONGEST_CHANGE = 600
"""Characters of one paragraph: the words around a change and some sentences that were rewritten."""
_WIDTHS = (300, 160, 80, 40)  # characters of one piece, until the paragraph fits
_SIGNS: dict[Kind, tuple[str, str]] = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}
_OWN = str.maketrans("[]{}", "()()")
_STYLES = {
    "removed": "background:#fecaca;color:#1c1917;text-decoration:line-through",
    "added": "background:#bbf7d0;color:#1c1917;text-decoration:underline",
}
_TAGS = {"removed": "del", "added": "ins"}


def summary_of(difference: Difference) -> str:
    """ "title and text edited, 4.2 % of the words; numbers: 12 → 15"."""
    parts = ["title"] * (difference.title is not None) + ["text"] * bool(difference.paragraphs)
    words = f"{' and '.join(parts) or 'text'} edited, {difference.share:.1%} of the words"
    if not (difference.gone or difference.come):
        return words
    gone, come = (", ".join(numbers) or "–" for numbers in (difference.gone, difference.come))
    return f"{words}; numbers: {gone} → {come}"


def change_lines(difference: Difference, direction: Direction | None) -> Iterable[str]:
    """A line for the title, where it changed, and for each paragraph, at most LONGEST_CHANGE characters each."""
    for paragraph in paragraphs_of(difference):
        line = "".join(_marked(piece) for piece in fitted_change(paragraph))
        edge = edge_of(paragraph, direction)
        yield f"{edge}{line}{edge}"


def change_html(paragraph: Paragraph, direction: Direction | None, hidden: str) -> str:
    """*paragraph* in HTML; *hidden* is the style of what only the text shows that is made of it."""
    edge = edge_of(paragraph, direction)
    return f"{edge}{''.join(_html(piece, hidden) for piece in fitted_change(paragraph))}{edge}"


def paragraphs_of(difference: Difference) -> list[Paragraph]:
    """The title, where it changed, and the paragraphs."""
    return [*([difference.title] if difference.title else []), *difference.paragraphs]


def fitted_change(paragraph: Paragraph, longest: int = LONGEST_CHANGE) -> Paragraph:
    """*paragraph* in *longest* characters: its pieces are shortened, and where that does not do, the last left out."""
    for width in _WIDTHS:
        pieces = [Piece(piece.kind, _shortened(piece.text, width)) for piece in paragraph]
        if _length(pieces) <= longest:
            return pieces
    while _length(pieces) > longest - 2 and len(pieces) > 1:
        pieces.pop()
    return [*pieces, Piece("same", " …")]


def _shortened(text: str, width: int) -> str:
    """*text* without its own brackets; the space before it stays."""
    space = " " if text.startswith(" ") else ""
    return space + shortened(text.strip().translate(_OWN), width)


def _marked(piece: Piece) -> str:
    begin, end = _SIGNS[piece.kind]
    space = " " if piece.text.startswith(" ") else ""
    return f"{space}{begin}{piece.text.strip()}{end}" if begin else piece.text


def _html(piece: Piece, hidden: str) -> str:
    if piece.kind == "same":
        return escape(piece.text)
    space = " " if piece.text.startswith(" ") else ""
    begin, end = (f'<span style="{hidden}">{sign}</span>' for sign in _SIGNS[piece.kind])
    tag = _TAGS[piece.kind]
    return f'{space}{begin}<{tag} style="{_STYLES[piece.kind]}">{escape(piece.text.strip())}</{tag}>{end}'


def _length(pieces: Paragraph) -> int:
    return sum(len(_marked(piece)) for piece in pieces)


def edge_of(paragraph: Paragraph, direction: Direction | None) -> str:
    """A mark of direction for both ends of a right-to-left line: it holds the brackets at their words, whatever
    direction the reader gives the line."""
    is_foreign = direction != "ltr" and any(has_right_to_left(piece.text) for piece in paragraph)
    return MARKS["rtl"] if is_foreign else ""
