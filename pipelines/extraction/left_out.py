"""What is left out of a story: its repeated title and byline, share bars, teasers, captions, lists of other stories."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.boxes import Boxes, is_within
from pipelines.extraction.dateline_names import AGENCIES
from pipelines.extraction.furniture import is_furniture, is_pointer, without_end_mark
from pipelines.extraction.instants import beside_dates
from pipelines.extraction.labels import Labels
from pipelines.extraction.names import is_byline_label, names_in
from pipelines.extraction.plain import fold
from pipelines.extraction.prose import (
    ENDS,
    LEADS_ELSEWHERE,
    LONG,
    LONGEST_NAME,
    SURE,
    Place,
    is_long_prose,
    is_unlinked_prose,
    usual_places,
)
from pipelines.extraction.stamp_lines import is_date_label, is_stamp

_FIRST = 5  # blocks among which the title may stand behind whatever there is
_TITLE_WITHIN = 60  # blocks of a story that begins with a menu
_LINKED_ITEM = 0.6  # of a line in links within a list, or behind a line that announces teasers
_LONGEST_QUOTE = 300  # letters of a sentence that is set apart once more
_QUOTE_WITHIN = 4  # elements, from a line of it upwards
_LONGEST_CAPTION = 400  # characters; what is longer is the story, whatever it is called
_PARTICULARS = 25  # items of a list in which a date is looked for
_NEARLY_ALL = 0.6  # of the story told: from here on, a heading that announces other stories ends it


def without_furniture(
    story: Sequence[Block],
    labels: Labels,
    *,
    titles: frozenset[str],
    authors: frozenset[str] = frozenset(),
    sites: frozenset[str] = frozenset(),
) -> list[Block]:
    """*story* without its repeated title and byline, share bars, teasers, captions and the like.

    *titles*, *authors* and *sites*, what the site calls itself, are folded.
    """
    kept: list[Block] = []
    start = _start(story, titles)
    length = sum(len(block.text) for block in story)
    usual = usual_places(story)
    linked = Counter(block.place for block in story if block.heading and block.link_share > LEADS_ELSEWHERE)
    lists = {place for place, number in linked.items() if number > 2 and not any("elated" in name for name in place)}
    quoted = _quoted_again(story, usual)
    told = 0
    begun = False  # a paragraph was kept
    boxes = Boxes(story, usual)
    signed: HtmlElement | None = None  # the box of the byline: what else it holds tells of the author
    card: HtmlElement | None = None  # the box of another story's headline: what else it holds tells of that
    pointed = False  # the line before announced other stories
    for place, block in enumerate(story[start:]):
        told += len(block.text)
        prose = block.place in usual and is_unlinked_prose(block)
        if is_pointer(block.text, prose=prose):
            if block.heading and told > _NEARLY_ALL * length and not _goes_on(story[start + place + 1 :], usual):
                break
            pointed = True
            card = boxes.card(block) if begun else None
        elif (place < 4 or told > _NEARLY_ALL * length) and _is_byline(block, authors):
            signed = _box_of(block, story, usual)
        elif (
            (not begun and _is_particular(block))
            or _is_off(block, labels, pointed=pointed, titles=titles, lists=lists, prose=prose)
            or is_byline_label(block.text)
            or (place < 4 and is_date_label(block.text))
            or (told > _NEARLY_ALL * length and labels.is_called(block.element, "bio"))
            or block.element in quoted
            or (block.place not in usual and signed in block.element.iterancestors())
            or is_within(block, card)
        ):
            if begun and _is_headline_of_other(block, lists):
                card = boxes.card(block)
        else:
            pointed = False
            begun = begun or len(block.text) > LONG
            kept.append(block)
    kept = boxes.without_note(kept)
    while (
        kept
        and len(kept[-1].text) < LONG
        and (
            kept[-1].standalone
            or kept[-1].link_share > LEADS_ELSEWHERE
            or kept[-1].key in sites | AGENCIES
            or _is_astray(kept[-1], kept, usual)
        )
    ):
        kept.pop()  # a subhead of something that was taken away, a line of a form, or who sent the story
    if kept and (rest := without_end_mark(kept[-1].text)) != kept[-1].text:
        kept[-1:] = [replace(kept[-1], text=rest)] if rest else []
    return kept


def _start(story: Sequence[Block], titles: frozenset[str]) -> int:
    """The place behind the title, above which there are menus and tickers, unless prose stands there."""
    prose = False
    for place, block in enumerate(story[:_TITLE_WITHIN]):
        prose = prose or (len(block.text) > LONG and block.link_share < LEADS_ELSEWHERE)
        if prose and place > _FIRST:
            break
        if block.key in titles:
            return place + 1
    return 0


def _quoted_again(story: Sequence[Block], usual: set[Place]) -> set[HtmlElement]:
    """What holds a pull quote: words of the story that stand once more in a quote of their own, and who says them."""
    whole = ""
    quoted: set[HtmlElement] = set()
    for block in story:
        if block.place in usual or not SURE <= len(block.key) <= _LONGEST_QUOTE:
            continue
        above = zip(range(_QUOTE_WITHIN), (block.element, *block.element.iterancestors()), strict=False)
        holders = [holder for _, holder in above if _is_quote(holder) and _holds_little(holder)]
        if holders:
            whole = whole or "\n".join(other.key for other in story if other.place in usual)
            if block.key in whole:
                quoted.update(holders[-1].iter())
    return quoted


def _is_quote(element: HtmlElement) -> bool:
    return element.tag == "blockquote" or "quote" in (element.get("class") or "").lower()


def _holds_little(element: HtmlElement) -> bool:
    return sum(map(len, element.itertext())) < 2 * _LONGEST_QUOTE


def _is_astray(block: Block, story: Sequence[Block], usual: set[Place]) -> bool:
    """Whether a line stands where no paragraph of *story* does: in a form, a list of titles, a note on the author.

    A sentence may be marked up by itself within the story; one outside of all that holds paragraphs is none of it.
    """
    apart = block.place not in usual or _stands_apart(block, story, usual)
    if not apart or block.in_list or "blockquote" in block.place:
        return False
    holders = {
        holder for other in story if other.place in usual for holder in (other.element, other.element.getparent())
    }
    return not block.text.endswith(ENDS) or holders.isdisjoint((block.element, *block.element.iterancestors()))


def _stands_apart(block: Block, story: Sequence[Block], usual: set[Place]) -> bool:
    """Whether it is outside of the one element that holds all paragraphs, which line breaks part."""
    prose = [other.element for other in story if other.place in usual and len(other.text) > LONG]
    return len(prose) > 1 and len(set(prose)) == 1 and block.element is not prose[0]


def _goes_on(rest: Sequence[Block], usual: set[Place]) -> bool:
    """Whether prose of the story still follows."""
    return any(block.place in usual and is_long_prose(block) for block in rest)


def _is_off(
    block: Block,
    labels: Labels,
    *,
    pointed: bool,
    titles: frozenset[str],
    lists: set[Place],
    prose: bool,
) -> bool:
    if is_furniture(block.text, prose=prose) or block.key in titles:
        return True
    if len(block.text) < _LONGEST_CAPTION and labels.is_called(block.element, "caption"):
        return True
    if block.heading and not pointed and block.place in lists:  # the headings of a list, each linked to its thing
        return False
    linked = _LINKED_ITEM if block.in_list or pointed else LEADS_ELSEWHERE
    return block.link_share > linked and (len(block.text) > SURE or pointed)


def _is_headline_of_other(block: Block, lists: set[Place]) -> bool:
    """Whether it is a linked headline, and not the name of one of several things that the story lists."""
    return (
        block.heading
        and block.link_share > LEADS_ELSEWHERE
        and len(block.text) > LONGEST_NAME
        and block.place not in lists
    )


def _is_particular(block: Block) -> bool:
    """Whether it stands in a list of terms, which above a story tells its format, its source and its date; or in one
    that holds a date."""
    if len(block.text) > LONG or not block.in_list:
        return False
    if next(block.element.iterancestors("dl"), None) is not None:
        return True
    items = islice(block.element.itersiblings("li", preceding=True), _PARTICULARS)
    texts = [text for item in items if len(text := item.text_content()) < LONG]
    return any(beside_dates(text) and is_stamp(text) for text in texts)


def _box_of(byline: Block, story: Sequence[Block], usual: set[Place]) -> HtmlElement | None:
    """What holds a *byline* and no paragraph of the story."""
    element = byline.element
    box = element if any(child.tag in ("p", "div") for child in element) else element.getparent()
    holds_story = any(box in block.element.iterancestors() for block in story if block.place in usual)
    return None if holds_story else box


def _is_byline(block: Block, authors: frozenset[str]) -> bool:
    if not authors or len(block.text) >= LONG:
        return False
    names = [*names_in(block.text), block.text.partition("/")[0]]  # "CÎHAN DENÎZ/DÊRSIM"
    return any(fold(name) in authors for name in names)
