"""What is left out of a story: its repeated title and byline, share bars, teasers, captions, lists of other stories."""

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice

from lxml.html import HtmlElement

from pipelines.extraction.astray import calls, captions, right_around, translations, without_leavings
from pipelines.extraction.blocks import Block
from pipelines.extraction.boxes import Boxes, is_outside, is_within
from pipelines.extraction.dateline_names import AGENCIES, DESKS, PLACES
from pipelines.extraction.furniture import is_furniture, is_pointer, without_end_mark
from pipelines.extraction.instants import beside_dates
from pipelines.extraction.labels import Labels
from pipelines.extraction.names import is_byline_label, names_in, run_in_name, tells_job
from pipelines.extraction.plain import fold
from pipelines.extraction.prose import (
    ENDS,
    LEADS_ELSEWHERE,
    LONG,
    LONGEST_NAME,
    SURE,
    Place,
    is_linked_headline,
    is_long_prose,
    is_unlinked_prose,
    usual_places,
)
from pipelines.extraction.stamp_lines import is_date_label, is_stamp

_LABEL = re.compile(r"[^\W\d_][^:：|]{1,24}[:：|]\s")
_FIRST = 5  # blocks among which the title may stand behind whatever there is
_TITLE_WITHIN = 60  # blocks of a story that begins with a menu
_LINKED_ITEM = 0.6  # of a line in links within a list, or behind a line that announces teasers
_SHORTEST_QUOTE = 12  # letters
_LONGEST_QUOTE = 300  # letters of a sentence that is set apart once more
_QUOTE_WITHIN = 4  # elements, from a line of it upwards
_LONGEST_CAPTION = 400  # characters; what is longer is the story, whatever it is called
_DATELINES = PLACES | AGENCIES | DESKS
_HEAD = 4  # lines of a story among which its byline may stand
_RUN_IN = 2  # paragraphs, the first of which may be a standfirst
_LABELS = 3  # such lines above a story; a recipe and a table have more
_MOSTLY_LINKED = 0.5
_PLACE_MARK = re.compile(r"[-–—ـ/(]")
_PARTICULARS = 25  # items of a list in which a date is looked for
_NEARLY_ALL = 0.6  # of the story told: from here on, a heading that announces other stories ends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the other fields of a page say, folded as titles are compared."""

    titles: frozenset[str]
    authors: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()  # what the site calls itself
    summary: str = ""  # what repeats it is no caption, wherever it stands


def without_furniture(story: Sequence[Block], labels: Labels, known: Known) -> list[Block]:
    """*story* without its repeated title and byline, share bars, teasers, captions and the like."""
    reader = _Reader(story[_start(story, known.titles) :], labels, known)
    kept = reader.boxes.without_note(reader.own_lines())
    kept = without_leavings(kept, reader.usual, senders=known.sites | AGENCIES)
    kept[:_RUN_IN] = [_without_run_in(block, kept, known.authors) for block in kept[:_RUN_IN]]
    if kept and (rest := without_end_mark(kept[-1].text)) != kept[-1].text:
        kept[-1:] = [replace(kept[-1], text=rest)] if rest else []
    return kept


class _Reader:
    """Goes through *story* as a reader does: what a line is depends on those above it."""

    def __init__(self, story: Sequence[Block], labels: Labels, known: Known) -> None:
        own = [block for block in story if block.link_share < _MOSTLY_LINKED]
        self._story, self._labels, self._known = story, labels, known
        self._length = sum(len(block.text) for block in own)
        self.usual = usual_places(block for block in own if len(block.text) > LONGEST_NAME)
        self.boxes = Boxes(story, self.usual)
        self._above = next((place for place, block in enumerate(story) if len(block.text) > LONG), len(story))
        self._lists = _lists(story)
        self._around = right_around(story, self.usual)
        self._captions = captions(story, self.usual)
        self._apart = _quoted_again(story, self.usual) | calls(story, self.usual) | translations(story)
        self._told = 0
        self._begun = False  # a paragraph was kept
        self._pointed = False  # the line before announced other stories
        self._named = False  # the line before was the byline
        self._signed: HtmlElement | None = None  # the box of the byline: what else it holds tells of the author
        self._card: HtmlElement | None = None  # the box of another story's headline: what else it holds tells of that

    def own_lines(self) -> list[Block]:
        """The lines that are the story's own."""
        kept: list[Block] = []
        for place, block in enumerate(self._story):
            self._told += len(block.text) if block.link_share < _MOSTLY_LINKED else 0
            prose = block.place in self.usual and is_unlinked_prose(block)
            if is_pointer(block.text, prose=prose):
                if self._is_end(place):
                    break
                self._pointed = True
            elif (place < _HEAD or self._is_late()) and _is_byline(block, self._known.authors):
                self._signed, self._named = _box_of_byline(block, self._story, self.usual), True
            elif self._is_off(block, prose=prose) or self._is_label(place) or self._is_apart(block):
                if self._begun and is_linked_headline(block) and block.place not in self._lists:
                    self._card = self.boxes.card(block)
            else:
                self._pointed = self._named = False
                self._begun = self._begun or len(block.text) > LONG
                kept.append(block)
        return kept

    def _is_late(self) -> bool:
        return self._told > _NEARLY_ALL * self._length

    def _is_end(self, place: int) -> bool:
        """Whether nothing of the story follows what is announced at *place*."""
        block = self._story[place]
        apart = block.heading or is_outside(block, self._around)
        rest = self._story[place + 1 :]
        return apart and self._is_late() and not _goes_on(rest, self.usual, short=not block.heading)

    def _is_off(self, block: Block, *, prose: bool) -> bool:
        """Whether its words or its links tell that a line is no part of any story."""
        if is_furniture(block.text, prose=prose) or block.key in self._known.titles:
            return True
        if len(block.text) < _LONGEST_CAPTION and self._labels.is_called(block.element, "caption"):
            return True
        if block.heading and not self._pointed and block.place in self._lists:
            return False  # the headings of a list, each linked to its thing
        linked = _LINKED_ITEM if block.in_list or self._pointed else LEADS_ELSEWHERE
        return (block.link_share > linked or _is_labelled_link(block)) and (len(block.text) > SURE or self._pointed)

    def _is_label(self, place: int) -> bool:
        """Whether a line tells of the article, as what stands above a story does: a date, a job, "Author"."""
        block = self._story[place]
        return (
            (not self._begun and _is_particular(block))
            or (place < self._above <= _LABELS and not block.in_list and _is_loose_label(block, self._around))
            or (self._named and tells_job(block.text))
            or is_byline_label(block.text)
            or (place < _HEAD and is_date_label(block.text))
        )

    def _is_apart(self, block: Block) -> bool:
        """Whether a line stands where nothing of the story does."""
        return (
            block.element in self._apart
            or (self._is_late() and self._labels.is_called(block.element, "bio"))
            or (block.element in self._captions and not self._is_standfirst(block))
            or (block.place not in self.usual and self._signed in block.element.iterancestors())
            or is_within(block, self._card)
        )

    def _is_standfirst(self, block: Block) -> bool:
        return self._labels.is_called(block.element, "standfirst") or block.key[:LONG] in self._known.summary


def _lists(story: Sequence[Block]) -> set[Place]:
    """The kinds of place in which linked headings stand, each of a thing that the story lists."""
    linked = Counter(block.place for block in story if block.heading and block.link_share > LEADS_ELSEWHERE)
    return {place for place, number in linked.items() if number > 2 and not any("elated" in name for name in place)}


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
        if block.place in usual or not _SHORTEST_QUOTE <= len(block.key) <= _LONGEST_QUOTE:
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


def _without_run_in(block: Block, story: Sequence[Block], authors: frozenset[str]) -> Block:
    """*block* without its author's name and a colon or bar before its first words."""
    name = run_in_name(block.text, [other.text for other in story])
    return replace(block, text=block.text[len(name) :].lstrip(" :|")) if fold(name) in authors else block


def _is_loose_label(block: Block, around: Set[HtmlElement]) -> bool:
    """Whether a word or two above the story stand outside of all that holds its paragraphs: a name, a button, a job.

    A dateline may stand there too.
    """
    text = block.text
    known = _PLACE_MARK.search(text) or fold(text) in _DATELINES
    return len(text) < LONGEST_NAME and not text.endswith(ENDS) and not known and is_outside(block, around)


def _goes_on(rest: Sequence[Block], usual: set[Place], *, short: bool) -> bool:
    """Whether prose of the story still follows; *short*: a sentence is enough."""
    return any(
        block.place in usual and (is_long_prose(block) or (short and is_unlinked_prose(block))) for block in rest
    )


def _is_labelled_link(block: Block) -> bool:
    """Whether it is nothing but a label and a link behind it: "RELATED: The ferry pier opens"."""
    label = _LABEL.match(block.text) if block.linked > SURE else None
    return label is not None and block.linked >= len(block.text) - label.end() > SURE


def _is_particular(block: Block) -> bool:
    """Whether it is a label, or stands in a list of terms, which above a story tells its format, its source and its
    date; or in one that holds a date."""
    if len(block.text) < SURE and block.text.endswith(":"):
        return True
    if len(block.text) > LONG or not block.in_list:
        return False
    if next(block.element.iterancestors("dl"), None) is not None:
        return True
    items = islice(block.element.itersiblings("li", preceding=True), _PARTICULARS)
    texts = [text for item in items if len(text := item.text_content()) < LONG]
    return any(beside_dates(text) and is_stamp(text) for text in texts)


def _box_of_byline(byline: Block, story: Sequence[Block], usual: set[Place]) -> HtmlElement | None:
    """What holds a *byline* and no paragraph of the story."""
    element = byline.element
    box = element if any(child.tag in ("p", "div") for child in element) else element.getparent()
    holds_story = any(box in block.element.iterancestors() for block in story if block.place in usual)
    return None if holds_story else box


def _is_byline(block: Block, authors: frozenset[str]) -> bool:
    """Whether a short line names an author. An agency that signs stands in the dateline too: "أبوظبي - وام"."""
    authors = authors - AGENCIES if _PLACE_MARK.search(block.text) else authors
    if len(block.text) >= LONG or not any(author in block.key for author in authors):
        return False
    names = [*names_in(block.text), block.text.partition("/")[0]]  # "CÎHAN DENÎZ/DÊRSIM"
    if any(fold(name) in authors for name in names):
        return True
    # The job stands right behind: "Nora AdelReporter".
    return tells_job(block.text) and block.key.startswith(tuple(authors))
