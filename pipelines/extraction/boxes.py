"""Boxes between the paragraphs of a story and beneath them: elements that hold lines, but none of its paragraphs."""

from collections.abc import Sequence, Set
from functools import cached_property

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.prose import Place

_LONGEST_NOTE = 300  # characters of a box with its own heading beneath a story
_LONGEST_CARD = 600
_LITTLE = 0.2  # of the story


class Boxes:
    """The boxes of a story whose paragraphs stand in the *usual* places."""

    def __init__(self, story: Sequence[Block], usual: set[Place]) -> None:
        self._story, self._usual = story, usual

    @cached_property
    def _holders(self) -> set[HtmlElement]:
        """What holds a paragraph: found when it is first asked for, as most stories have no boxes."""
        paragraphs = {block.element for block in self._story if block.place in self._usual}
        return {holder for element in paragraphs for holder in (element, *element.iterancestors())}

    def around(self, block: Block) -> HtmlElement | None:
        """The largest element around *block* that holds no paragraph of the story; None around a paragraph."""
        box = None
        for holder in (block.element, *block.element.iterancestors()):
            if holder in self._holders:
                break
            box = holder
        return box

    def card(self, block: Block) -> HtmlElement | None:
        """The box around *block*, where it is as little as one that tells of other stories."""
        box = self.around(block)
        return box if box is not None and len(" ".join(box.text_content().split())) < _LONGEST_CARD else None

    def without_note(self, kept: list[Block]) -> list[Block]:
        """*kept* without the little box at its end that has a heading of its own: "Any questions? Write to us …"."""
        if not kept or kept[-1].place in self._usual:
            return kept
        box = self.around(kept[-1])
        first = next((place for place, block in enumerate(kept) if is_within(block, box)), 0)
        note = sum(len(block.text) for block in kept[first:])
        little = note < min(_LONGEST_NOTE, _LITTLE * sum(len(block.text) for block in kept))
        return kept[:first] if first and kept[first].heading and little else kept


def is_within(block: Block, box: HtmlElement | None) -> bool:
    """Whether *block* stands in *box*."""
    return box is not None and (block.element is box or box in block.element.iterancestors())


def is_outside(block: Block, holders: Set[HtmlElement]) -> bool:
    """Whether *block* is none of *holders*, nor stands in one."""
    return holders.isdisjoint((block.element, *block.element.iterancestors()))
