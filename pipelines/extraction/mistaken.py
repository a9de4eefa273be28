"""What trafilatura takes for the story by mistake: what is called something beside it, and the leads of other stories.

It does so where the story is a sentence or two: it finds too little, and goes on to the teasers beneath.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.boxes import Boxes, is_within
from pipelines.extraction.furniture import is_furniture, is_pointer
from pipelines.extraction.labels import Labels
from pipelines.extraction.prose import (
    LEADS_ELSEWHERE,
    LONGEST_NAME,
    SENTENCE,
    SURE,
    Place,
    is_linked_headline,
    reads_as_prose,
    usual_places,
)
from pipelines.extraction.stamp_lines import is_stamp

_LONGEST_LEAD = 300  # characters of a teaser besides its headline
_TWO_SENTENCES = 800  # characters of story and teasers together
_BESIDE_STORY = 0.5  # of what the story tells: cards between its paragraphs tell less
_FEW = 2  # linked headlines of one kind; more may be the things that a story lists
_MISLEADING = 0.3  # of the story is called something beside it: then the names are wrong


def unmark_beside(blocks: Sequence[Block], marks: list[bool], labels: Labels) -> None:
    """Unmarks what is called something beside the story, unless that is much of it: names of elements can mislead.

    Of a story of two sentences trafilatura finds too little, and then takes the teasers beneath it for its end.
    """
    beside = [place for place, mark in enumerate(marks) if mark and labels.is_beside(blocks[place].element)]
    length = sum(len(blocks[place].text) for place in beside)
    own = {
        block.place for block, mark in zip(blocks, marks, strict=True) if mark and not labels.is_beside(block.element)
    }
    whole = sum(len(block.text) for block, mark in zip(blocks, marks, strict=True) if mark)
    alike = any(blocks[place].place in own for place in beside)
    if whole < _TWO_SENTENCES or length < _MISLEADING * whole or (not alike and whole - length > _TWO_SENTENCES // 2):
        for place in beside:
            marks[place] = False


def unmark_teasers(blocks: Sequence[Block], marks: list[bool], labels: Labels, heading: HtmlElement | None) -> None:
    """Unmarks the leads of other stories: each stands right below a linked headline, and in no place of this story's.

    As with `unmark_beside`, trafilatura takes them for the end of a story of one or two sentences. Where it takes
    them for all of it, the story is what stands between its own headline and theirs.
    """
    start = next((place + 1 for place, block in enumerate(blocks) if block.element is heading), None)
    if start is None:
        return
    kinds = _kinds(blocks, [place for place in range(start, len(blocks)) if marks[place]])
    alike = _kinds(blocks, range(start, len(blocks)))  # with what is not marked: of three leads, it may take one
    leads = {kind for kind in kinds if _are_leads(blocks, kinds[kind]) or _are_leads(blocks, alike[kind])}
    if leads and len(leads) == len(kinds):
        first = min(place for places in kinds.values() for place in places)
        flash = [place for place in range(start, first) if _could_be_flash(blocks[place], labels)]
        if not flash:
            return
        for place in flash:
            marks[place] = True
    own = [place for kind, places in kinds.items() if kind not in leads for place in places]
    last = max(own, default=start)
    told = sum(len(blocks[place].text) for place in own)
    beneath = {place for kind in leads if kinds[kind][0] > last for place in kinds[kind]}
    for place in range(min(beneath, default=len(blocks)) - 1, len(blocks)):
        if place in beneath or blocks[place].link_share > LEADS_ELSEWHERE:
            marks[place] = False
    for places in (kinds[kind] for kind in leads if _are_cards(blocks, kinds[kind], told)):
        for place in places:
            marks[place] = False


def _are_leads(blocks: Sequence[Block], places: Sequence[int]) -> bool:
    return len(places) > 1 and all(_is_lead(blocks, place) for place in places)


def _are_cards(blocks: Sequence[Block], leads: Sequence[int], told: int) -> bool:
    """Whether *leads* that stand between paragraphs are other stories, not the things that this one lists by name."""
    teased = sum(len(blocks[place].text) for place in leads)
    return teased < _BESIDE_STORY * told and all(len(blocks[place - 1].text) > LONGEST_NAME for place in leads)


def unmark_boxes(blocks: Sequence[Block], marks: list[bool]) -> None:
    """Unmarks what stands in a box whose heading announces other stories, or is one's linked headline: their titles,
    and their leads with them."""
    story = [block for block, mark in zip(blocks, marks, strict=True) if mark]
    told = sum(len(block.text) for block in story)
    boxes: Boxes | None = None
    listed = Counter(block.place for block in blocks if block.heading and is_linked_headline(block))
    begun = False
    for place, block in enumerate(blocks):
        begun = begun or marks[place]
        if block.heading and is_pointer(block.text):
            box = _box(blocks[:place], marks, block, told // 2)
        elif begun and _tells_of_others(block) and listed[block.place] <= _FEW:
            boxes = boxes or Boxes(story, usual_places(story))
            box = boxes.card(block)
        else:
            continue
        for other in range(place + 1, len(blocks)):  # the heading itself may still end the story
            if not is_within(blocks[other], box):
                break
            marks[other] = False


def _tells_of_others(block: Block) -> bool:
    """Whether it is the linked headline of another story, or a line in bold that announces some."""
    return is_linked_headline(block) or (block.standalone and is_pointer(block.text))


def _box(above: Sequence[Block], marks: Sequence[bool], heading: Block, most: int) -> HtmlElement | None:
    """The element that holds a heading and the stories that it announces, nothing of the story above, little text."""
    box = heading.element.getparent()
    story = [block for block, mark in zip(above, marks, strict=False) if mark]
    if box is None or not story or any(box in block.element.iterancestors() for block in story):
        return None
    return box if len(box.text_content()) < most else None


def unmark_next(blocks: Sequence[Block], marks: list[bool], heading: HtmlElement | None) -> None:
    """Unmarks the article that a page appends when its reader comes to the end: beside this one, its title a link."""
    own = _article_of(heading) if heading is not None else None
    if own is None:
        own = next((_article_of(block.element) for block, mark in zip(blocks, marks, strict=True) if mark), None)
    if own is None:
        return
    titled: dict[HtmlElement, bool] = {}
    for place, block in enumerate(blocks):
        article = _article_of(block.element)
        if article is None:
            continue
        if article not in titled:  # its first line
            titled[article] = block.link_share > LEADS_ELSEWHERE and len(block.text) > SURE
        if titled[article] and not titled.get(own, True) and article.getparent() is own.getparent():
            marks[place] = False


def _article_of(element: HtmlElement) -> HtmlElement | None:
    return next((holder for holder in (element, *element.iterancestors()) if holder.tag == "article"), None)


def _kinds(blocks: Sequence[Block], places: Iterable[int]) -> dict[Place, list[int]]:
    """Those of *places* with prose, by the kind of place that they are."""
    kinds: dict[Place, list[int]] = {}
    for place in places:
        if reads_as_prose(blocks[place]):
            kinds.setdefault(blocks[place].place, []).append(place)
    return kinds


def _is_lead(blocks: Sequence[Block], place: int) -> bool:
    """Whether a linked headline stands right above, or above a short line such as a date."""
    above = blocks[place - 1]
    if len(above.text) < SENTENCE // 2 and above.link_share < LEADS_ELSEWHERE:
        above = blocks[place - 2]
    return len(blocks[place].text) < _LONGEST_LEAD and above.link_share > LEADS_ELSEWHERE and len(above.text) > SURE


def _could_be_flash(block: Block, labels: Labels) -> bool:
    """Whether a block between the headline and other stories can be the one sentence of a flash."""
    return (
        reads_as_prose(block)
        and not is_furniture(block.text)
        and not is_stamp(block.text)
        and not labels.is_beside(block.element)
        and not labels.is_called(block.element, "caption")
    )
