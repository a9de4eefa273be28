"""What stands in a story's list of blocks but in no place of it: lines behind its end, captions that no name tells.

By place alone, whatever is written there: the story stands where most of its paragraphs do, and in the boxes that hold
them; what follows outside of all these is a form, a note on the author, an offer to subscribe.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.boxes import is_outside
from pipelines.extraction.marking import box_of
from pipelines.extraction.prose import ENDS, LEADS_ELSEWHERE, LONG, SURE, Place

_LONGEST_END = 400  # characters of a line behind the story; a longer one may be its last part, in a box of its own
_LONGEST_CAPTION = 150
_LONGEST_CALL = 500  # characters of a box that asks for something
_LONGEST_BUTTON = 30  # characters of the link with which it does
_LISTED = 3  # boxes of one kind: things that the story lists
_MOSTLY = 0.6  # of a box in links
_OWN_BOXES = frozenset(["ul", "ol", "dl", "table", "blockquote", "p", "h1", "h2", "h3", "h4", "h5", "h6"])
_ARABIC = re.compile("[\u0620-\u06ff]")
_PICTURES = frozenset(["img", "picture", "figure", "amp-img"])


def without_leavings(story: Sequence[Block], usual: Set[Place], *, senders: Set[str] = frozenset()) -> list[Block]:
    """*story* without what was left of boxes, and without the lines behind its end, or that name one of the *senders*
    there, who are folded."""
    holders = _holders(story, usual)
    return _without_loose_end(_without_idle_headings(story, holders), usual, holders, senders)


def _without_loose_end(
    story: list[Block], usual: Set[Place], holders: Set[HtmlElement], senders: Set[str]
) -> list[Block]:
    """*story* without the subheads at its end, of something that was taken away, and the lines behind it."""
    kept, alone = list(story), _sole_holder(story, usual)
    while kept and (
        _is_loose(kept[-1], usual, holders, alone)
        or (len(kept[-1].text) < LONG and (kept[-1].link_share > LEADS_ELSEWHERE or kept[-1].key in senders))
    ):
        kept.pop()
    return kept


def calls(story: Sequence[Block], usual: Set[Place]) -> set[HtmlElement]:
    """What stands between the paragraphs in boxes that call for something: with a form, or a link set apart.

    Three boxes of one kind are no calls, but things that the story lists.
    """
    holders = _holders(story, usual)
    begun = False
    boxes: dict[HtmlElement, None] = {}
    for block in story:
        begun = begun or block.place in usual
        if begun and block.place not in usual and (box := _box_within(block.element, holders)) is not None:
            boxes[box] = None
    calling = [box for box in boxes if box.tag not in _OWN_BOXES and holders.isdisjoint(box.iter()) and _calls(box)]
    kinds = Counter((box.tag, box.get("class")) for box in calling)
    return {element for box in calling if kinds[box.tag, box.get("class")] < _LISTED for element in box.iter()}


def _box_within(element: HtmlElement, holders: Set[HtmlElement]) -> HtmlElement | None:
    """The box with *element* in it that stands beside the paragraphs; None where the line stands there itself."""
    for holder in (element, *element.iterancestors()):
        if holder.getparent() in holders:
            return holder
    return None


def _calls(box: HtmlElement) -> bool:
    if len(box.text_content()) > _LONGEST_CALL or next(box.iter("blockquote"), None) is not None:  # an embedded post
        return False
    if next(box.iter("form", "button", "input"), None) is not None:
        return True
    return any(_is_set_apart(link, box) for link in box.iter("a"))


def _is_set_apart(link: HtmlElement, box: HtmlElement) -> bool:
    """Whether a link is a line for itself below another."""
    parent = link.getparent()
    alone = parent is not None and (parent is box or not (parent.text or "").strip()) and not (link.tail or "").strip()
    return alone and 1 < len(link.text_content().strip()) < _LONGEST_BUTTON and link.getprevious() is not None


def _without_idle_headings(story: Sequence[Block], holders: Set[HtmlElement]) -> list[Block]:
    """*story* without the headings of boxes of which nothing else is left, as all else were links."""
    following = (*(block.element for block in story[1:]), None)
    boxes: dict[HtmlElement, bool] = {}
    kept = []
    for block, below in zip(story, following, strict=False):
        box = _box_within(block.element, holders) if block.heading else None
        if box is None or box is block.element or (below is not None and box in below.iterancestors()):
            kept.append(block)
            continue
        if box not in boxes:
            boxes[box] = holders.isdisjoint(box.iter()) and _holds_links(box, block.element)
        if not boxes[box]:
            kept.append(block)
    return kept


def _holds_links(box: HtmlElement, heading: HtmlElement) -> bool:
    rest = len(box.text_content()) - len(heading.text_content())
    return rest > 0 and sum(len(link.text_content()) for link in box.iter("a")) > _MOSTLY * rest


def captions(story: Iterable[Block], usual: Set[Place]) -> set[HtmlElement]:
    """The lines below a picture in its paragraph, and right below one where no paragraph of the story stands; or both
    centred, where some do."""
    short = {
        block.element: block for block in story
        if len(block.text) <= _LONGEST_CAPTION and not block.heading and not block.in_list
    }  # fmt: skip
    return {element for element, block in short.items() if _is_below_picture(block, usual)}


def _is_below_picture(block: Block, usual: Set[Place]) -> bool:
    element, above = block.element, block.element.getprevious()
    if element.find(".//img") is not None and element.find(".//br") is not None:
        return not block.text.endswith(ENDS) and len(element.text_content().strip()) < 2 * len(block.text)
    if element.tag == "div" and len(element) and element[0].tag in _PICTURES and block.place not in usual:
        return True
    if above is None or not _is_picture(above):
        return False
    if block.place in usual or len(block.text) < SURE:
        return _is_centred(element) and _is_centred(above)
    return str(element.tag) != "td"


def translations(story: Sequence[Block]) -> set[HtmlElement]:
    """The lines of *story* that stand in a box of another language, in another script than the rest: a translation.

    A lang attribute alone tells little, since word processors put it on everything; and a line alone may be a quote.
    """
    if not _mixes_scripts(story):
        return set()
    boxes: dict[HtmlElement, list[Block]] = {}
    around: dict[HtmlElement | None, HtmlElement | None] = {}  # what holds a line, and the box of its language
    for block in story:
        parent = block.element.getparent()
        if parent not in around:
            around[parent] = _spoken(parent) if parent is not None else None
        box = block.element if _tells_language(block.element) else around[parent]
        if box is not None and box.tag not in ("html", "body"):
            boxes.setdefault(box, []).append(block)
    if not boxes:
        return set()
    whole = sum(len(block.text) for block in story)
    boxes = {box: blocks for box, blocks in boxes.items() if 2 * sum(len(block.text) for block in blocks) < whole}
    apart = {block.element for blocks in boxes.values() for block in blocks}
    rest = _is_arabic([block for block in story if block.element not in apart])
    return {
        block.element for blocks in boxes.values() for block in blocks
        if rest is not None and len(blocks) > 1 and _is_arabic(blocks) is (not rest)
    }  # fmt: skip


def _spoken(element: HtmlElement) -> HtmlElement | None:
    return next((holder for holder in (element, *element.iterancestors()) if _tells_language(holder)), None)


def _tells_language(element: HtmlElement) -> bool:
    return element.get("lang") is not None or element.get("dir") is not None


def _is_arabic(blocks: Sequence[Block]) -> bool | None:
    """Whether most of *blocks* is written in Arabic letters; None where there are none."""
    text = "".join(block.text for block in blocks)
    letters = sum(map(str.isalpha, text))
    return sum(map(bool, map(_ARABIC.match, text))) > letters / 2 if letters else None


def _mixes_scripts(blocks: Iterable[Block]) -> bool:
    """Whether some of *blocks* hold Arabic letters, and some none."""
    arabic = {not block.text.isascii() and _ARABIC.search(block.text) is not None for block in blocks}
    return len(arabic) > 1


def _is_picture(element: HtmlElement) -> bool:
    """Whether it is a picture, or holds one and no text."""
    shows = element.tag in _PICTURES or next(element.iter("img"), None) is not None
    return shows and not element.text_content().strip()


def _is_centred(element: HtmlElement) -> bool:
    return "center" in (element.get("style") or "") or element.get("align") == "center"


def _is_loose(block: Block, usual: Set[Place], holders: Set[HtmlElement], alone: HtmlElement | None) -> bool:
    if len(block.text) < LONG and (block.standalone or block.text.endswith(":")):
        return True
    return len(block.text) < _LONGEST_END and bool(holders) and _is_astray(block, usual, holders, alone)


def right_around(story: Iterable[Block], usual: Set[Place]) -> set[HtmlElement]:
    """The paragraphs that stand where it is usual, and what holds each."""
    own = [block.element for block in story if block.place in usual]
    return {holder for element in own for holder in (element, element.getparent()) if holder is not None}


def _holders(story: Sequence[Block], usual: Set[Place]) -> set[HtmlElement]:
    """What is right around the paragraphs, and what holds them together."""
    first = {block.element.getparent(): block.element for block in story if block.place in usual}  # one of each box
    return right_around(story, usual) | {box for element in first.values() if (box := box_of(element)) is not None}


def _is_astray(block: Block, usual: Set[Place], holders: Set[HtmlElement], alone: HtmlElement | None) -> bool:
    """Whether a line stands where no paragraph of the story does: in a form, a list of titles, a note on the author.

    A sentence may be marked up by itself within the story; one outside of all that holds paragraphs is none of it.
    *alone* holds them all, if one element does.
    """
    if block.place in usual and (alone is None or block.element is alone):
        return False
    if is_outside(block, holders):
        parent = block.element.getparent()  # what holds the story's boxes may hold its last part itself
        return len(block.text) < LONG or parent is None or holders.isdisjoint(parent.iter())
    return not (block.in_list or "blockquote" in block.place or block.text.endswith(ENDS))


def _sole_holder(story: Sequence[Block], usual: Set[Place]) -> HtmlElement | None:
    """The one element that holds all paragraphs, which line breaks part; None where each has its own."""
    prose = [block.element for block in story if block.place in usual and len(block.text) > LONG]
    return prose[0] if len(prose) > 1 and len(set(prose)) == 1 else None
