"""Which blocks of the page are the story: those that stand in trafilatura's text, and what it lost between them."""

from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.labels import Labels
from pipelines.extraction.plain import fold
from pipelines.extraction.prose import ENDS, LONG, SENTENCE, SURE, is_long_prose, usual_places

_LISTS = frozenset(["ul", "ol", "li", "dl", "dd", "dt", "header", "hgroup"])


def marks_of(blocks: Sequence[Block], text: str) -> tuple[list[bool], float]:
    """Which blocks stand in *text*, and how much of it they cover. Of equal blocks one, the one nearest the others."""
    folded = [fold(line) for line in text.split("\n")]
    lines, whole = set(folded), "".join(folded)
    keys = [block.key for block in blocks]
    marks = [bool(key) and _stands_in(key, lines, whole) for key in keys]
    covered = 0
    for key, places in _equal(keys, marks).items():
        covered += len(key)
        if len(places) > 1:
            best = max(places, key=lambda place: _company(blocks, marks, place))
            for place in places:
                marks[place] = place == best
    return marks, covered / (len(whole) or 1)


def _stands_in(key: str, lines: set[str], whole: str) -> bool:
    if len(key) < SURE:
        return key in lines
    return key in whole or (len(key) > LONG and (key[: LONG // 2] in whole or key[-LONG // 2 :] in whole))


def _equal(keys: Sequence[str], marks: Sequence[bool]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, (key, mark) in enumerate(zip(keys, marks, strict=True)):
        if mark:
            places.setdefault(key, []).append(place)
    return places


def _company(blocks: Sequence[Block], marks: Sequence[bool], place: int) -> int:
    """How much marked text stands within a few blocks of *place*."""
    near = range(max(0, place - 4), min(len(blocks), place + 5))
    return sum(len(blocks[other].text) for other in near if marks[other] and other != place)


def fill(blocks: Sequence[Block], marks: list[bool], labels: Labels) -> list[bool]:
    """*marks* with the blocks between marked ones that trafilatura lost: subheads, lists, pieces of the story."""
    marked = [place for place, mark in enumerate(marks) if mark]
    if not marked:
        return marks
    places = {blocks[place].place for place in marked}
    holders = {box_of(blocks[place].element) for place in marked}
    kinds = {kind for kind, number in Counter(map(_kind, holders)).items() if kind and number > 1}
    filled = list(marks)
    for place in range(max(0, marked[0] - 2), marked[-1]):
        block = blocks[place]
        if place < marked[0] and not (block.heading and len(block.key) > SURE and block.element.tag != "h1"):
            continue  # the heading of a live blog's first entry may stand there
        if marks[place] or block.link_share > 0.5 or labels.is_beside(block.element):
            continue
        if block.place in places:
            filled[place] = len(block.text) > SENTENCE or block.standalone
        elif block.heading or block.in_list:
            box = box_of(block.element)
            own = filled[place - 1] and (block.in_list or box in holders)
            own = own or (_kind(box) in kinds and _goes_on(blocks, marks, place, box))
            filled[place] = marks[place + 1] or own
    return filled


def _kind(holder: HtmlElement | None) -> str:
    """What a box is called: the entries of a live blog are called the same."""
    return (holder.get("class") or "") if holder is not None else ""


def _goes_on(blocks: Sequence[Block], marks: Sequence[bool], place: int, box: HtmlElement | None) -> bool:
    """Whether the story follows in the same *box*, right behind a line or behind one more: a name, a time."""
    return any(
        box_of(blocks[other].element) is box and (marks[other] or blocks[other].text.endswith(ENDS))
        for other in range(place + 1, min(len(blocks), place + 3))
    )


def box_of(element: HtmlElement) -> HtmlElement | None:
    """What holds a line together with others: not its list, nor a box for it alone."""
    holder = element.getparent()
    while holder is not None and holder.tag != "td" and (holder.tag in _LISTS or len(holder) == 1):
        holder = holder.getparent()
    return holder


def carry_on(blocks: Sequence[Block], marks: list[bool], labels: Labels) -> list[bool]:
    """*marks* with the prose before and after them that stands in the same kind of place: a story cut in pieces."""
    marked = [place for place, mark in enumerate(marks) if mark]
    if not marked:
        return marks
    usual = usual_places(blocks[place] for place in marked)
    for place in (*range(marked[0]), *range(marked[-1] + 1, len(blocks))):
        block = blocks[place]
        if block.place in usual and is_long_prose(block):
            marks[place] = not labels.is_beside(block.element)
    return marks
