"""Which stories of a report are told whole, which by their headline, where there is not room for all. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["whole", "headline", "out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one story costs, in whatever room is counted, told whole and told by its headline."""

    section: int
    rank: int  # within its section
    whole: int
    headline: int
    minor: bool = False  # it is told elsewhere, and here where room is left


def fit(pieces: Sequence[Piece], headings: Sequence[int], room: int) -> list[Level]:
    """The level of each of *pieces*; *headings* is what the heading of each section costs, once anything of it is told.

    Every story has its headline before any is told whole, then those that rank first in their sections. Where not even
    the headlines fit, half of the room is for whole stories and the rest for headlines.
    """
    fitting = _Fitting(pieces, headings)
    order = sorted(range(len(pieces)), key=lambda at: (pieces[at].rank, pieces[at].section))
    stories = [at for at in order if not pieces[at].minor]
    if not fitting.raise_all(stories, "headline", room):
        fitting = _Fitting(pieces, headings)
        fitting.raise_all(stories, "whole", room // 2)
        fitting.raise_all(stories, "headline", room)
    fitting.raise_all(stories, "whole", room)
    fitting.raise_all([at for at in order if pieces[at].minor], "whole", room)
    return fitting.levels


class _Fitting:
    """The levels so far, and what they cost together."""

    def __init__(self, pieces: Sequence[Piece], headings: Sequence[int]) -> None:
        self._pieces, self._headings = pieces, headings
        self._begun: set[int] = set()
        self.levels: list[Level] = ["out"] * len(pieces)
        self._cost = 0

    def raise_all(self, order: Sequence[int], level: Level, room: int) -> bool:
        """Raises each in *order* to *level* where that fits into *room*; whether all did."""
        done = [self._raised(at, level, room) for at in order]
        return all(done)

    def _raised(self, at: int, level: Level, room: int) -> bool:
        piece, now = self._pieces[at], self.levels[at]
        cost = {"whole": piece.whole, "headline": piece.headline, "out": 0}
        if now in ("whole", level):
            return True
        heading = 0 if piece.section in self._begun else self._headings[piece.section]
        after = self._cost - cost[now] + cost[level] + heading
        if after > room:
            return False
        self._begun.add(piece.section)
        self.levels[at], self._cost = level, after
        return True
