"""Which way a text runs, and how it may stand beside text that runs the other way. Pure.

A reader of plain text gives each line the direction of its first strong letter (Unicode Bidirectional Algorithm,
UAX #9, rules P2 and P3), and no line says otherwise. An Arabic headline that begins with "ISIS" would be laid out as
if it were English.
"""

import unicodedata
from typing import Literal

from topics.languages import language_script, main_script

Direction = Literal["ltr", "rtl"]

_RIGHT_TO_LEFT = {"Arab", "Hebr", "Syrc"}
_STRONG: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}
MARKS: dict[Direction, str] = {"ltr": "\u200e", "rtl": "\u200f"}
"""Invisible letters of each direction."""
_ISOLATE, _END = "\u2068", "\u2069"  # first strong isolate, and its end


def direction_of(language: str | None) -> Direction | None:
    """The direction of a BCP 47 tag; None where it does not tell, such as "ku", which has two scripts."""
    script = language_script(language or "")
    if script is None:
        return None
    return "rtl" if script in _RIGHT_TO_LEFT else "ltr"


def direction_by_letters(text: str) -> Direction:
    """That of most of its letters; from left to right where it has none."""
    return "rtl" if main_script(text) in _RIGHT_TO_LEFT else "ltr"


def directed(line: str, direction: Direction | None = None) -> str:
    """*line* so that its first strong letter tells its direction: the one given, or that of most of its letters where
    none is given or none of them runs so.

    An invisible mark (U+200E, U+200F) is put before it only where it would be read the wrong way.
    """
    first = _first_strong(line)
    if first in (direction, None):
        return line
    if direction is None or not _has_letter_of(line, direction):
        direction = direction_by_letters(line)
    return line if first == direction else MARKS[direction] + line


def isolated(text: str) -> str:
    """*text* for the middle of a Latin line: between isolates where anything in it runs from right to left."""
    return f"{_ISOLATE}{text}{_END}" if has_right_to_left(text) else text


def has_right_to_left(text: str) -> bool:
    """Whether any letter of *text* runs from right to left, and would reorder what stands beside it."""
    return _has_letter_of(text, "rtl")


def _has_letter_of(line: str, direction: Direction) -> bool:
    return any(_STRONG.get(unicodedata.bidirectional(letter)) == direction for letter in line)


def _first_strong(line: str) -> Direction | None:
    directions = (_STRONG.get(unicodedata.bidirectional(letter)) for letter in line)
    return next((direction for direction in directions if direction), None)
