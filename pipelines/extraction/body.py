"""The body: trafilatura says where the story is, the page's own blocks say how it is written.

trafilatura finds the story on nearly every page, but its text joins what breaks separate, drops subheads that stand
in plain elements, and stops where a page cuts its story in pieces. So its text is only used to mark the blocks of the
page; the story is then read off the page: the marked blocks (`marking`), without what was marked by mistake
(`mistaken`), with its standfirst (`standfirst`), and not the furniture (`left_out`).
"""

import logging
from collections.abc import Sequence
from typing import Any

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from pipelines.extraction.blocks import Block
from pipelines.extraction.frame import story_frame
from pipelines.extraction.labels import Labels
from pipelines.extraction.marking import carry_on, fill, marks_of
from pipelines.extraction.mistaken import unmark_beside, unmark_boxes, unmark_next, unmark_teasers
from pipelines.extraction.plain import clean_line, fold
from pipelines.extraction.prose import LONG, is_long_prose
from pipelines.extraction.standfirst import mark_standfirst
from seeds.bounds import MAX_THOROUGH

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it warns of becomes a fate of ours

_POOR = 0.5  # of the page's prose: where the fast way found less, the thorough one is taken; on 1 of 20 pages
_MENUS = 0.25  # of what the fast way found is links: it took the whole page, menus and teasers
_COVERED = 0.85  # of trafilatura's text must be found in blocks, else its text is taken as it is


def find_body(
    tree: HtmlElement, blocks: Sequence[Block], labels: Labels, *, heading: HtmlElement | None, summary: str = ""
) -> list[Block]:
    """The blocks of the story, in order. Empty where there is none.

    *summary* is what the page's metadata tells of the story: where it stands above the story, it is its standfirst.
    """
    frame = story_frame(tree, blocks)
    text = _trafilatura(frame, fast=True)
    marks, covered = marks_of(blocks, text)
    poor = len(text) < _POOR * _prose(blocks, labels)
    if (poor or _linked_share(blocks, marks) > _MENUS) and sum(1 for _ in tree.iter()) <= MAX_THOROUGH:
        thorough = _trafilatura(tree, fast=False)
        others, covers = marks_of(blocks, thorough)
        if poor or not _lose_prose(blocks, marks, others):
            text, marks, covered = thorough, others, covers
    if covered < _COVERED:
        return [_as_block(line, tree) for line in text.split("\n") if line.strip()]
    if True in marks:
        labels.trust(max((block for block, mark in zip(blocks, marks, strict=True) if mark), key=_length).element)
        unmark_beside(blocks, marks, labels)
        unmark_teasers(blocks, marks, labels, heading)
    marks = carry_on(blocks, fill(blocks, marks, labels), labels)
    if True in marks:
        unmark_boxes(blocks, marks)
        unmark_next(blocks, marks, heading)
        mark_standfirst(blocks, marks, labels, heading=heading, summary=fold(summary))
    return _without_copies([block for block, mark in zip(blocks, marks, strict=True) if mark])


def _without_copies(story: list[Block]) -> list[Block]:
    """*story* without a copy of it, for print or for another screen: paragraphs in a row that stand in it before."""
    first: dict[str, int] = {}
    again = [len(block.text) > LONG and first.setdefault(block.key, place) < place for place, block in enumerate(story)]
    runs = [a and (b or c) for a, b, c in zip(again, [*again[1:], False], [False, *again], strict=False)]
    return [block for block, repeated in zip(story, runs, strict=True) if not repeated]


def _trafilatura(tree: HtmlElement, *, fast: bool) -> str:
    """trafilatura's text; *fast* without comparing what two other extractors find, which doubles its time."""
    document: Any = bare_extraction(tree, fast=fast, with_metadata=False, include_comments=False)
    return str(document.text or "") if document else ""


def _prose(blocks: Sequence[Block], labels: Labels) -> int:
    """Characters of what reads like prose, without what is called something beside the story, unless that is most."""
    prose = [block for block in blocks if is_long_prose(block)]
    everything = sum(map(_length, prose))
    own = sum(len(block.text) for block in prose if not labels.is_beside(block.element))
    return own if own > everything / 2 else everything


def _lose_prose(blocks: Sequence[Block], marks: Sequence[bool], others: Sequence[bool]) -> bool:
    """Whether the *others* do not mark all prose that *marks* do."""
    triples = zip(blocks, marks, others, strict=True)
    return any(mark and not other and is_long_prose(block) for block, mark, other in triples)


def _linked_share(blocks: Sequence[Block], marks: Sequence[bool]) -> float:
    """The share of links in what is marked."""
    marked = [block for block, mark in zip(blocks, marks, strict=True) if mark]
    return sum(block.linked for block in marked) / (sum(map(_length, marked)) or 1)


def _length(block: Block) -> int:
    return len(block.text)


def _as_block(line: str, tree: HtmlElement) -> Block:
    text = clean_line(line.removeprefix("- "))
    return Block(text=text, element=tree, heading=False, linked=0, bold=0, in_list=line.startswith("- "))
