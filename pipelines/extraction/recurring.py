"""Leaves out of a story what stands on many articles of its source: the boilerplate that one page alone cannot show.

How often a line must stand on a source's articles for that is told in `archive.lines`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from archive.lines import NO_LINES, Lines, Recurring, hashes_of, is_boilerplate, leaves_number_out, line_hash
from pipelines.extraction.blocks import Block
from seeds.bounds import LONGEST_WALL

_LABEL = 60  # characters: what is as short and ends like no sentence is a label
_ENDS = (".", "!", "?", "؟", "۔", "…", '"', "”", "»")
_USUAL = 0.3  # of the story stands in a kind of place that is usual for it
_LINKED = 0.5  # of a line in links
_ENOUGH, _LEAST_LEFT = 120, 0.25
"""A story may lose more than half of its characters where so many are left, and so large a share: a sentence of news.
Of less it is not clear which part is the report."""

_FIGURES = 0.25
"""Of the characters of a text, in short lines with a number, from which on it is a bulletin, of exchange rates or of
oil: there the numbers are the news, and hashes of short lines leave them out."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that was left out, and on how many of the source's latest articles it stood."""

    line: str
    articles: int


def leave_out(
    lines: Sequence[str], recurring: Recurring, blocks: Sequence[Block] = ()
) -> tuple[list[str], list[LeftOut]]:
    """The *lines* of a story that are its own, and those that are boilerplate; all are its own where too few would be.

    *blocks* are where they stand on the page, for those of which it is known.
    """
    if not recurring.lines:
        return list(lines), []
    kept: list[str] = []
    out: list[LeftOut] = []
    apart = _apart_from(blocks)
    for line in lines:
        known = line_hash(line)
        number = recurring.lines.get(known, 0)
        if is_boilerplate(number, recurring.articles, other=_is_label(line) or known in apart):
            out.append(LeftOut(line, number))
        else:
            kept.append(line)
    return (kept, out) if _is_enough(kept, lines) else (list(lines), [])


def is_wall(lines: Sequence[str], recurring: Recurring) -> bool:
    """Whether every line of a story stands on nearly all of its source's latest articles: what is shown whatever is
    asked for, a notice or one article in place of all."""
    whole = sum(map(len, lines))
    if whole < LONGEST_WALL or sum(len(line) for line in lines if leaves_number_out(line)) > _FIGURES * whole:
        return False
    numbers = (recurring.lines.get(line, 0) for line in hashes_of(lines))
    return all(is_boilerplate(number, recurring.articles, other=False) for number in numbers)


def _apart_from(story: Sequence[Block]) -> Lines:
    """The lines of *story* that stand in another kind of place than most of it, or in links."""
    told = Counter[tuple[str, ...]]()
    for block in story:
        told[_kind_of_place(block)] += len(block.text)
    usual = {place for place, length in told.items() if length > _USUAL * told.total()}
    others = (block for block in story if _kind_of_place(block) not in usual or block.link_share > _LINKED)
    return hashes_of([block.text for block in others]) if usual else NO_LINES


def _kind_of_place(block: Block) -> tuple[str, ...]:
    return (*block.place, block.element.get("class") or "")


def _is_label(line: str) -> bool:
    return len(line) <= _LABEL and not line.endswith(_ENDS)


def _is_enough(kept: Sequence[str], lines: Sequence[str]) -> bool:
    left, whole = sum(map(len, kept)), sum(map(len, lines))
    return left * 2 >= whole > 0 or (left >= _ENOUGH and left >= _LEAST_LEFT * whole)
