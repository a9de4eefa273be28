"""The standfirst: the sentences between the headline and the story, which trafilatura often leaves out."""

from collections.abc import Sequence

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.furniture import is_furniture
from pipelines.extraction.labels import Labels
from pipelines.extraction.names import signs
from pipelines.extraction.prose import LONG, SENTENCE, SURE, is_sentence

_HEAD = 25  # blocks between headline and story in which a standfirst is looked for
_LONGEST_STANDFIRST = 700
_NEAR_HEADING = 8  # blocks before the story: a heading so near is its headline where no other is found


def mark_standfirst(
    blocks: Sequence[Block], marks: list[bool], labels: Labels, *, heading: HtmlElement | None, summary: str
) -> None:
    """Marks the sentences between the headline and the story that are called a standfirst, or repeat the summary.

    What repeats the summary is one whatever it is called ("teaser"), and so is a sentence right behind the headline.
    """
    start, first = _headline_and_lead(blocks, marks, heading)
    for place in range(max(start + 1, first - _HEAD), first):
        block, key = blocks[place], blocks[place].key
        least = 0 if block.in_list and marks[place - 1] else SENTENCE // 2  # one of several points
        if not least < len(block.text) < _LONGEST_STANDFIRST or block.link_share > 0.3 or is_furniture(block.text):
            continue
        if len(key) > SURE and (key[:LONG] in summary or (len(summary) > SURE and summary[:LONG] in key)):
            marks[place] = True
        elif labels.is_called(block.element, "standfirst") or (place == start + 1 and _reads_as_one(block, heading)):
            marks[place] = not labels.is_beside(block.element) and not labels.is_called(block.element, "caption")


def _reads_as_one(block: Block, headline: HtmlElement | None) -> bool:
    """Whether what stands right behind the headline is a sentence, or in an h2 below it as some write a standfirst."""
    if is_sentence(block):
        return True
    if headline is None or headline.tag != "h1" or block.element.tag != "h2" or signs(block.text):
        return False
    return block.element.getparent() is headline.getparent()


def _headline_and_lead(blocks: Sequence[Block], marks: Sequence[bool], heading: HtmlElement | None) -> tuple[int, int]:
    """The places of the headline and of the first marked block behind it; the same twice where there is no headline."""
    first = marks.index(True) if True in marks else 0
    start = next((place for place in range(first, -1, -1) if blocks and blocks[place].element is heading), None)
    if start is None:
        near = range(first - 1, max(-1, first - _NEAR_HEADING), -1)
        start = next((place for place in near if blocks[place].heading), first)
    return start, next((place for place in range(start + 1, len(blocks)) if marks[place]), start)
