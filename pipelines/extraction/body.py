"""The body: trafilatura says where the story is, the page's own blocks say how it is written.

trafilatura finds the story on nearly every page, but its text joins what breaks separate, drops subheads that stand
in plain elements, and stops where a page cuts its story in pieces. So its text is only used to mark the blocks of the
page; the story is then read off the page: the marked blocks, those between them that look like them, and not the
furniture.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from pipelines.extraction.blocks import Block
from pipelines.extraction.frame import story_frame
from pipelines.extraction.furniture import is_furniture, is_pointer, without_end_mark
from pipelines.extraction.instants import beside_dates
from pipelines.extraction.labels import Labels
from pipelines.extraction.names import names_in
from pipelines.extraction.plain import clean_line, fold
from pipelines.extraction.stamp_lines import is_stamp

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it warns of becomes a fate of ours

_SURE = 20  # letters: a shorter line must be equal to one of trafilatura's to be marked
_LONG = 80  # letters: of a longer one it is enough that its beginning or end is there
_POOR = 0.5  # of the page's prose: where the fast way found less, the thorough one is taken; on 1 of 20 pages
_COVERED = 0.85  # of trafilatura's text must be found in blocks, else its text is taken as it is
_LINKED = 0.85  # of a line in links: a teaser
_FIRST = 5  # blocks among which the title may stand behind whatever there is
_TITLE_WITHIN = 60  # blocks of a story that begins with a menu
_LINKED_ITEM = 0.6  # the same within a list, or behind a line that announces teasers
_LONGEST_CAPTION = 400  # characters; what is longer is the story, whatever it is called
_LINKED_LITTLE = 0.3  # of a line in links: prose may hold some
_LONGEST_LEAD = 300  # characters of a teaser besides its headline
_NEARLY_ALL = 0.6  # of the story told: from here on, a heading that announces other stories ends it
_USUAL = 0.3  # of the story stands in a kind of place that is usual for it
_HEAD = 25  # blocks between headline and story in which a standfirst is looked for
_LONGEST_STANDFIRST = 700
_NEAR_HEADING = 4  # blocks before the story: a heading so near is its headline where no other is found
_TWO_SENTENCES = 800  # characters of story and teasers together
_MISLEADING = 0.3  # of the story is called something beside it: then the names are wrong
_ENDS = (".", "!", "?", "؟", "۔", "…", '."', ".”", ".»")
_PROSE = 60  # characters: a block between two marked ones that is as long is part of the story


def find_body(
    tree: HtmlElement, blocks: Sequence[Block], labels: Labels, *, heading: HtmlElement | None, summary: str = ""
) -> list[Block]:
    """The blocks of the story, in order. Empty where there is none.

    *summary* is what the page's metadata tells of the story: where it stands above the story, it is its standfirst.
    """
    frame = story_frame(tree, blocks)
    text = _trafilatura(frame, fast=True)
    marks, covered = _marked(blocks, text)
    if len(text) < _POOR * _prose(blocks, labels):
        text = _trafilatura(tree, fast=False)
        marks, covered = _marked(blocks, text)
    if covered < _COVERED:
        return [_as_block(line, tree) for line in text.split("\n") if line.strip()]
    if True in marks:
        labels.trust(max((block for block, mark in zip(blocks, marks, strict=True) if mark), key=_length).element)
        _unmark_beside(blocks, marks, labels)
        _unmark_teasers(blocks, marks, labels, heading)
    marks = _continued(blocks, _filled(blocks, marks, labels), labels)
    if True in marks:
        _mark_standfirst(blocks, marks, labels, heading=heading, summary=fold(summary))
    return [block for block, mark in zip(blocks, marks, strict=True) if mark]


def _trafilatura(tree: HtmlElement, *, fast: bool) -> str:
    """trafilatura's text; *fast* without comparing what two other extractors find, which doubles its time."""
    document: Any = bare_extraction(tree, fast=fast, with_metadata=False, include_comments=False)
    return str(document.text or "") if document else ""


def _prose(blocks: Sequence[Block], labels: Labels) -> int:
    """Characters of what reads like prose, without what is called something beside the story, unless that is most."""
    prose = [block for block in blocks if len(block.text) > _LONG and block.link_share < 0.3]
    everything = sum(map(_length, prose))
    own = sum(len(block.text) for block in prose if not labels.is_beside(block.element))
    return own if own > everything / 2 else everything


def _length(block: Block) -> int:
    return len(block.text)


def _marked(blocks: Sequence[Block], text: str) -> tuple[list[bool], float]:
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
    if len(key) < _SURE:
        return key in lines
    return key in whole or (len(key) > _LONG and (key[: _LONG // 2] in whole or key[-_LONG // 2 :] in whole))


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


def _unmark_beside(blocks: Sequence[Block], marks: list[bool], labels: Labels) -> None:
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


def _unmark_teasers(blocks: Sequence[Block], marks: list[bool], labels: Labels, heading: HtmlElement | None) -> None:
    """Unmarks the leads of other stories: each stands right below a linked headline, and in no place of this story's.

    As with `_unmark_beside`, trafilatura takes them for the end of a story of one or two sentences. Where it takes
    them for all of it, the story is what stands between its own headline and theirs.
    """
    start = next((place + 1 for place, block in enumerate(blocks) if block.element is heading), None)
    if start is None:
        return
    kinds: dict[tuple[str, str, str], list[int]] = {}
    for place in range(start, len(blocks)):
        if marks[place] and _reads_as_prose(blocks[place]):
            kinds.setdefault(blocks[place].place, []).append(place)
    leads = {kind for kind, places in kinds.items() if len(places) > 1 and all(_is_lead(blocks, p) for p in places)}
    if leads and len(leads) == len(kinds):
        first = min(place for places in kinds.values() for place in places)
        flash = [place for place in range(start, first) if _could_be_flash(blocks[place], labels)]
        if not flash:
            return
        for place in flash:
            marks[place] = True
    last = max((place for kind, places in kinds.items() if kind not in leads for place in places), default=start)
    theirs = {place for kind in leads if kinds[kind][0] > last for place in kinds[kind]}
    for place in range(min(theirs, default=len(blocks)) - 1, len(blocks)):
        if place in theirs or blocks[place].link_share > _LINKED:
            marks[place] = False


def _is_lead(blocks: Sequence[Block], place: int) -> bool:
    """Whether a linked headline stands right above, or above a short line such as a date."""
    above = blocks[place - 1]
    if len(above.text) < _PROSE // 2 and above.link_share < _LINKED:
        above = blocks[place - 2]
    return len(blocks[place].text) < _LONGEST_LEAD and above.link_share > _LINKED and len(above.text) > _SURE


def _could_be_flash(block: Block, labels: Labels) -> bool:
    """Whether a block between the headline and other stories can be the one sentence of a flash."""
    return (
        _reads_as_prose(block)
        and not is_furniture(block.text)
        and not is_stamp(block.text)
        and not labels.is_beside(block.element)
        and not labels.is_called(block.element, "caption")
    )


def _reads_as_prose(block: Block) -> bool:
    return len(block.text) > _PROSE // 2 and block.link_share < _LINKED_LITTLE and not block.standalone


def _filled(blocks: Sequence[Block], marks: list[bool], labels: Labels) -> list[bool]:
    """*marks* with the blocks between marked ones that trafilatura lost: subheads, lists, pieces of the story."""
    marked = [place for place, mark in enumerate(marks) if mark]
    if not marked:
        return marks
    places = _places(blocks, marks)
    filled = list(marks)
    for place in range(marked[0], marked[-1]):
        block = blocks[place]
        if marks[place] or block.link_share > 0.5 or labels.is_beside(block.element):
            continue
        if block.place in places:
            filled[place] = len(block.text) > _PROSE or block.standalone
        elif block.heading or block.in_list:
            filled[place] = marks[place + 1] or filled[place - 1]
    return filled


def _continued(blocks: Sequence[Block], marks: list[bool], labels: Labels) -> list[bool]:
    """*marks* with the prose before and after them that stands in the same kind of place: a story cut in pieces."""
    marked = [place for place, mark in enumerate(marks) if mark]
    if not marked:
        return marks
    places = _places(blocks, marks)
    usual = {place for place, length in places.items() if length > _USUAL * places.total()}
    for place in (*range(marked[0]), *range(marked[-1] + 1, len(blocks))):
        block = blocks[place]
        if block.place in usual and len(block.text) > _LONG and block.link_share < 0.3:
            marks[place] = not labels.is_beside(block.element)
    return marks


def _mark_standfirst(
    blocks: Sequence[Block], marks: list[bool], labels: Labels, *, heading: HtmlElement | None, summary: str
) -> None:
    """Marks the sentences between the headline and the story that are called a standfirst, or repeat the summary.

    What repeats the summary is one whatever it is called ("teaser"), and so is a sentence right behind the headline.
    """
    start, first = _headline_and_lead(blocks, marks, heading)
    for place in range(max(start + 1, first - _HEAD), first):
        block, key = blocks[place], blocks[place].key
        if (
            not _PROSE // 2 < len(block.text) < _LONGEST_STANDFIRST
            or block.link_share > 0.3
            or is_furniture(block.text)
        ):
            continue
        if len(key) > _SURE and (key[:_LONG] in summary or (len(summary) > _SURE and summary[:_LONG] in key)):
            marks[place] = True
        elif labels.is_called(block.element, "standfirst") or (place == start + 1 and _is_sentence(block)):
            marks[place] = not labels.is_beside(block.element) and not labels.is_called(block.element, "caption")


def _headline_and_lead(blocks: Sequence[Block], marks: Sequence[bool], heading: HtmlElement | None) -> tuple[int, int]:
    """The places of the headline and of the first marked block behind it; the same twice where there is no headline."""
    first = marks.index(True) if True in marks else 0
    start = next((place for place in range(first, -1, -1) if blocks and blocks[place].element is heading), None)
    if start is None:
        near = range(first - 1, max(-1, first - _NEAR_HEADING), -1)
        start = next((place for place in near if blocks[place].heading), first)
    return start, next((place for place in range(start + 1, len(blocks)) if marks[place]), start)


def _is_sentence(block: Block) -> bool:
    return (
        len(block.text) > _LONG
        and block.text.endswith(_ENDS)
        and block.link_share < 0.1
        and (not block.heading or block.element.tag == "h2")
    )


def _places(blocks: Sequence[Block], marks: Sequence[bool]) -> Counter[tuple[str, str, str]]:
    """How much marked text stands in each kind of place."""
    places = Counter[tuple[str, str, str]]()
    for block, mark in zip(blocks, marks, strict=True):
        if mark:
            places[block.place] += len(block.text)
    return places


def _as_block(line: str, tree: HtmlElement) -> Block:
    text = clean_line(line.removeprefix("- "))
    return Block(text=text, element=tree, heading=False, linked=0, bold=0, in_list=line.startswith("- "))


def without_furniture(
    story: Sequence[Block], labels: Labels, *, titles: frozenset[str], authors: frozenset[str] = frozenset()
) -> list[Block]:
    """*story* without its repeated title and byline (both folded), share bars, teasers, captions and the like."""
    kept: list[Block] = []
    start = _start(story, titles)
    length = sum(len(block.text) for block in story)
    places = _places(story, [True] * len(story))
    usual = {place for place, told in places.items() if told > _USUAL * length}
    linked = Counter(block.place for block in story if block.heading and block.link_share > _LINKED)
    lists = {place for place, number in linked.items() if number > 2 and not any("elated" in name for name in place)}
    told = 0
    begun = False  # a paragraph was kept
    pointed = False  # the line before announced other stories
    box: HtmlElement | None = None  # which holds them
    for place, block in enumerate(story[start:]):
        told += len(block.text)
        prose = block.place in usual and _is_prose(block)
        if is_pointer(block.text, prose=prose):
            if block.heading and told > _NEARLY_ALL * length and not _goes_on(story[start + place + 1 :], usual):
                break
            pointed = True
            box = _box(block, kept, length // 2) if block.heading else box
        elif (
            (box is not None and box in block.element.iterancestors())
            or (not begun and _is_particular(block))
            or _is_off(block, labels, pointed=pointed, titles=titles, lists=lists, prose=prose)
            or ((place < 4 or told > _NEARLY_ALL * length) and _is_byline(block, authors))
        ):
            continue
        else:
            pointed = False
            begun = begun or len(block.text) > _LONG
            kept.append(block)
    while kept and len(kept[-1].text) < _LONG and (kept[-1].standalone or _is_astray(kept[-1], kept, usual)):
        kept.pop()  # a subhead of something that was taken away, or a line of a form
    if kept and (rest := without_end_mark(kept[-1].text)) != kept[-1].text:
        kept[-1:] = [replace(kept[-1], text=rest)] if rest else []
    return kept


def _start(story: Sequence[Block], titles: frozenset[str]) -> int:
    """The place behind the title, above which there are menus and tickers, unless prose stands there."""
    prose = False
    for place, block in enumerate(story[:_TITLE_WITHIN]):
        prose = prose or (len(block.text) > _LONG and block.link_share < _LINKED)
        if prose and place > _FIRST:
            break
        if block.key in titles:
            return place + 1
    return 0


def _is_astray(block: Block, story: Sequence[Block], usual: set[tuple[str, str, str]]) -> bool:
    """Whether a line stands where no paragraph of *story* does: in a form, a list of titles, a note on the author.

    A sentence may be marked up by itself within the story; one outside of all that holds paragraphs is none of it.
    """
    if block.place in usual or block.in_list or "blockquote" in block.place:
        return False
    holders = {
        holder for other in story if other.place in usual for holder in (other.element, other.element.getparent())
    }
    return not block.text.endswith(_ENDS) or holders.isdisjoint((block.element, *block.element.iterancestors()))


def _goes_on(rest: Sequence[Block], usual: set[tuple[str, str, str]]) -> bool:
    """Whether prose of the story still follows."""
    return any(block.place in usual and len(block.text) > _LONG and block.link_share < 0.3 for block in rest)


def _is_prose(block: Block) -> bool:
    """Whether it reads like a sentence that leads nowhere; those of Arabic sites often end without a mark."""
    ended = block.text.endswith(_ENDS) or len(block.text) > _LONG
    return ended and not block.heading and block.link_share < 0.1


def _is_off(
    block: Block,
    labels: Labels,
    *,
    pointed: bool,
    titles: frozenset[str],
    lists: set[tuple[str, str, str]],
    prose: bool,
) -> bool:
    if is_furniture(block.text, prose=prose) or block.key in titles:
        return True
    if len(block.text) < _LONGEST_CAPTION and labels.is_called(block.element, "caption"):
        return True
    if block.heading and not pointed and block.place in lists:  # the headings of a list, each linked to its thing
        return False
    linked = _LINKED_ITEM if block.in_list or pointed else _LINKED
    return block.link_share > linked and (len(block.text) > _SURE or pointed)


def _box(heading: Block, story: Sequence[Block], most: int) -> HtmlElement | None:
    """The element that holds a heading and the stories that it announces, no paragraph of *story*, and little text."""
    box = heading.element.getparent()
    if box is None or not story or any(box in block.element.iterancestors() for block in story):
        return None
    return box if len(box.text_content()) < most else None


def _is_particular(block: Block) -> bool:
    """Whether it stands in a list of terms, which above a story tells its format, its source and its date; or in one
    that holds a date."""
    if len(block.text) > _LONG or not block.in_list:
        return False
    if next(block.element.iterancestors("dl"), None) is not None:
        return True
    items = islice(block.element.itersiblings("li", preceding=True), _HEAD)
    texts = [text for item in items if len(text := item.text_content()) < _LONG]
    return any(beside_dates(text) and is_stamp(text) for text in texts)


def _is_byline(block: Block, authors: frozenset[str]) -> bool:
    return bool(authors) and len(block.text) < _LONG and any(fold(name) in authors for name in names_in(block.text))
