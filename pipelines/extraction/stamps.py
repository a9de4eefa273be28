"""The dates that readers see on a page: marked ones, ones beneath the headline, and those that stand anywhere.

The present day in a masthead and the dates of teasers are the traps. So what stands nearest the headline is read
first, and what is called a clock, or stands beside another linked headline, is not read at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import islice

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.calendars import UPDATED, fold_date
from pipelines.extraction.declared import Declared
from pipelines.extraction.instants import Clock, Instant, is_time, read_instant, read_instants
from pipelines.extraction.labels import Labels
from pipelines.extraction.stamp_lines import is_stamp, says_when
from pipelines.extraction.whose_stamp import frames_heading, is_beside, is_clock, is_others
from pipelines.extraction.witnesses import Witness

Testimony = Iterator[tuple[Witness, Instant | None]]
SEEN = frozenset(["seen", "beside the headline", "text"])
"""Where a witness stands that is meant for readers; all others are for machines."""

_SHORT = 120  # characters of an element that is a stamp and not a paragraph
_BARE = 90  # characters of a text that nothing marks as a date: a caption or a share bar may hold one
_PARAGRAPH = 250  # a text as long as this is the story; what follows is no longer its head
_PROSE = 100  # a text as long as this may be a standfirst or a caption
_SENTENCE = 60  # characters of one that ends as a sentence
_STANDFIRSTS = 2  # such texts before the story
_HEAD = 25  # blocks behind the headline in which a date may stand that nothing marks as one
_ABOVE = 12  # the same above it
_MOST_SEEN = 40
_BEHIND = 2  # elements behind a stamp that may tell of an edit
_NEAR = 3  # generations of a page's tree
_MASTHEAD = timedelta(minutes=15)  # a clock above the page, and how old a page is when it comes from a cache
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|[٠-٩۰-۹]{4}")
_FOR_MACHINES = frozenset(["datetime", "content", "title"])
_DATA = re.compile(r"data-[\w-]*(?:date|time|stamp|epoch|publish)")
_EDIT_NAME = re.compile(r"updat|modif|edited")
_PUBLICATION_NAME = re.compile(r"publi|post(?![-_]?(?:modif|updat))|creat")
_SENTENCE_END = re.compile(r"[.!?؟۔…][\"'”’»)]?$")
_DASH = re.compile(r"\s[-–—]{1,2}\s|(?<=\d):\s")
_LABEL = 40  # characters before a stamp that announce it


@dataclass(frozen=True, kw_only=True)
class Scene:
    """All that is known of a page when its dates are looked for."""

    tree: HtmlElement
    declared: Declared
    labels: Labels
    blocks: Sequence[Block]
    clock: Clock
    heading: HtmlElement | None  # of the article
    url: str
    hint: Instant | None = None  # what the feed said

    @property
    def heading_place(self) -> int:
        """Where the headline stands among the blocks; -1 where there is none."""
        return next((place for place, block in enumerate(self.blocks) if block.element is self.heading), -1)

    @cached_property
    def stamps(self) -> "Stamps":
        """The stamps that readers see, without those of teasers and clocks."""
        return _find_stamps(self)


@dataclass(frozen=True, slots=True)
class Stamps:
    """Where the stamps of a page stand, each list in the order of the page."""

    lines: dict[HtmlElement, list[str]]  # those that nothing marks as dates, around the headline, by their element
    behind: list[HtmlElement]
    far: list[HtmlElement]
    above: list[HtmlElement]


def read(where: str, text: str, clock: Clock) -> tuple[Witness, Instant | None]:
    """What a witness says, and the moment that it means."""
    return Witness(where, text[:_SHORT]), read_instant(text, clock)


def near_dates(scene: Scene) -> Testimony:
    """The stamps that belong to the headline: behind it down to the first paragraph, then above it in one frame.

    Marked as dates or not: a short line that is hardly more than a date needs no mark where a reader looks for it.
    One that is only named after an edit counts where no other can be read: many a theme calls its one date "updated".
    """
    silent, edits = True, []
    for element in _near(scene):
        if _is_named_edit(element):
            edits.append(element)
            continue
        for witness, instant in _said(element, scene.stamps, scene.clock):
            if instant is None or not instant.updated:
                silent = silent and instant is None
                yield witness, instant
    for element in edits if silent else ():
        yield from _unless_updated(_said(element, scene.stamps, scene.clock))


def far_dates(scene: Scene) -> Testimony:
    """What is marked as a date elsewhere: beneath the story, then above the headline, where a masthead tells now."""
    masthead = scene.stamps.above if scene.heading is not None else scene.stamps.far
    if scene.heading is not None:
        for element in scene.stamps.far:
            yield from _unless_updated(_stamp(element, scene.clock))
    for element in masthead:
        for witness, instant in _unless_updated(_said(element, scene.stamps, scene.clock)):
            if instant is None or not _is_now(instant, scene.clock):
                yield witness, instant


def labelled_dates(scene: Scene) -> Testimony:
    """What calls itself the date of publication where other things stand: in a sidebar, beneath the story."""
    beside = [element for element in scene.declared.times if scene.labels.is_beside(element)]
    for element in beside[:_MOST_SEEN]:
        before = _before(element)
        if says_when(before) and len(before) <= _LABEL and not is_others(element, scene.heading):
            yield from _unless_updated(_stamp(element, scene.clock))


def edits(scene: Scene) -> Testimony:
    """Stamps that call themselves the date of an edit, in words; or, by the headline, in their names."""
    near = list(_near(scene))
    named = [element for element in near if _is_named_edit(element)]
    frames = {holder for element in named for holder in element.iterancestors()}
    others = [element for element in near if element not in frames.union(named)]
    if named and not any(instant for other in others for _, instant in _said(other, scene.stamps, scene.clock)):
        named = []  # it is the only date
    for element in dict.fromkeys((*near, *scene.stamps.far, *scene.stamps.above)):
        if element not in named and not _speaks_of_edit(element, scene.stamps):
            continue
        for witness, instant in _said(element, scene.stamps, scene.clock):
            if instant and (instant.updated or element in named):
                yield witness, instant
    for element in near:
        yield from _edit_beside(element, scene.clock)


def _edit_beside(element: HtmlElement, clock: Clock) -> Testimony:
    """What stands right behind a stamp, unmarked, and calls itself the date of an edit."""
    for beside in islice(element.itersiblings("span", "div", "p", "small", "em"), _BEHIND):
        text = _text(beside)
        if len(text) <= _BARE and any(map(str.isdecimal, text)) and UPDATED.search(fold_date(text[:_LABEL])):
            yield from ((Witness("seen", text), instant) for instant in read_instants(text, clock) if instant.updated)


def _near(scene: Scene) -> Iterator[HtmlElement]:
    yield from scene.stamps.behind
    yield from (element for element in reversed(scene.stamps.above) if frames_heading(element, scene.heading))


def dateline_dates(scene: Scene) -> Testimony:
    """The day that a dateline tells: "Baghdad, 6 February 2025 - The pier …"."""
    start = scene.heading_place + 1
    for block in [block for block in scene.blocks[start : start + _HEAD] if len(block.text) > _BARE][:_STANDFIRSTS]:
        for dash in islice(_DASH.finditer(block.text, 0, _SHORT), _NEAR):
            before = block.text[: dash.start()]
            if found := list(read_instants(before, scene.clock)) if any(map(str.isdecimal, before)) else []:
                yield from ((Witness("dateline", before), instant) for instant in found if is_stamp(before))
                break


def dates_anywhere(scene: Scene) -> Testimony:
    """Stamps of the page that nothing marks, behind the headline first, for want of anything better."""
    start = scene.heading_place + 1
    for block in (*scene.blocks[start:], *scene.blocks[:start]):
        if _YEAR.search(block.text) and _is_line(block, scene) and not is_clock(block.element):
            for instant in read_instants(block.text, scene.clock):
                if not _is_now(instant, scene.clock):
                    yield Witness("text", block.text), instant


def _find_stamps(scene: Scene) -> Stamps:
    times = [element for element in scene.declared.times if not is_beside(element, scene.labels, scene.heading)]
    called = [
        element
        for element in scene.labels.called_anywhere("date")
        if element.tag != "time"
        and element.find(".//time[@datetime]") is None  # that one says it for machines
        and not is_beside(element, scene.labels, scene.heading)
    ]
    marked = frozenset(
        element
        for element in (*times[:_MOST_SEEN], *called[:_MOST_SEEN])
        if not is_clock(element) and not is_others(element, scene.heading)
    )
    lines, end = _lines(scene, marked)
    around = set(scene.heading.iterancestors()) if scene.heading is not None else set()
    behind = [element for element in lines if element in around]
    far: list[HtmlElement] = []
    above: list[HtmlElement] = []
    found = far if scene.heading is None else above
    wanted = (*marked, *lines, scene.heading, end)
    for element in scene.tree.iter(*{str(element.tag) for element in wanted if element is not None}):
        if element in marked or (element in lines and element not in around):
            found.append(element)
        if element is scene.heading:
            found = behind
        elif element is end and found is behind:
            found = far
    return Stamps(lines=lines, behind=behind, far=far, above=above)


def _lines(scene: Scene, marked: frozenset[HtmlElement]) -> tuple[dict[HtmlElement, list[str]], HtmlElement | None]:
    """The unmarked stamps around the headline by their element, and the element of the first paragraph behind it."""
    lines: dict[HtmlElement, list[str]] = {}
    start = scene.heading_place + 1
    if not start:
        return lines, None
    head = list(_head(scene.blocks[start : start + _HEAD]))
    before = range(max(0, start - _ABOVE), start - 1)
    near = [place for place in before if frames_heading(scene.blocks[place].element, scene.heading)]
    for place in (*range(start, start + len(head)), *near):
        block = scene.blocks[place]
        if not any(map(str.isdecimal, block.text)):
            continue
        if not marked.isdisjoint(block.element.iter()):
            edited = [piece for piece in _dated(block) if UPDATED.search(fold_date(piece)) and is_stamp(piece)]
            if edited and block.element not in marked:
                lines.setdefault(block.element, []).extend(edited)
        elif _is_line(block, scene):
            label = _edit_label(scene.blocks[place - 1].text) if place and not says_when(block.text) else ""
            text = f"{label} {block.text} {_time_beside(scene.blocks, place)}"
            lines.setdefault(block.element, []).append(text.strip())
        elif pieces := [piece for piece in _dated(block) if is_stamp(piece) and _is_its_own(block, scene)]:
            lines.setdefault(block.element, []).extend(pieces)
    first = start + len(head)
    return lines, scene.blocks[first].element if len(head) < _HEAD and first < len(scene.blocks) else None


def _dated(block: Block) -> list[str]:
    """The dates that stand in one line with other things: an author, her job, a date, that of an edit."""
    found = block.pieces
    return [
        f"{piece} {time}" if is_time(time) else piece
        for piece, time in zip(found, [*found[1:], ""], strict=False)
        if _YEAR.search(piece) and any(map(str.isdecimal, piece))
    ]


def _time_beside(blocks: Sequence[Block], place: int) -> str:
    """The time of day in the element behind a day, or before it."""
    holder = blocks[place].element.getparent()
    for near in (place + 1, place - 1):
        beside = 0 <= near < len(blocks) and holder is not None and blocks[near].element.getparent() is holder
        if beside and is_time(blocks[near].text):
            return blocks[near].text
    return ""


def _head(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks before the story begins: with a long paragraph, or with the third that reads like prose."""
    prose = 0
    for block in blocks:
        prose += len(block.text) > _PROSE or (len(block.text) > _SENTENCE and bool(_SENTENCE_END.search(block.text)))
        if len(block.text) > _PARAGRAPH or prose > _STANDFIRSTS:
            return
        yield block


def days_of_others(scene: Scene) -> set[date]:
    """The days that stamps of teasers, comments and mastheads tell: of something else than the article."""
    stamps = (*scene.declared.times, *scene.labels.called_anywhere("date"))
    others = [
        element
        for element in stamps[: 4 * _MOST_SEEN]
        if is_beside(element, scene.labels, scene.heading) or is_clock(element) or is_others(element, scene.heading)
    ]
    return {
        instant.value.date()
        for element in others[:_MOST_SEEN]
        for _, instant in _stamp(element, scene.clock)
        if instant
    }


def _stamp(element: HtmlElement, clock: Clock) -> Testimony:
    """What a marked element says: for machines in an attribute, else in its text."""
    label = _label(element)
    for name in element.attrib:
        if name in _FOR_MACHINES or _DATA.match(name):
            witness, instant = read(f"<{element.tag} {name}>", element.get(name, ""), clock)
            yield witness, replace(instant, updated=bool(label)) if instant else None
    if len(text := _text(element)) <= _SHORT:
        yield from ((Witness("seen", text), instant) for instant in read_instants(f"{label} {text}", clock))
        line = _text(element.getparent()) if element.getparent() is not None else ""
        if text != line and text in line and len(line) <= _BARE and not label and is_stamp(line):  # its time of day
            yield from ((Witness("seen", line), instant) for instant in read_instants(line, clock))


def _said(element: HtmlElement, stamps: Stamps, clock: Clock) -> Testimony:
    """What an element says that is a stamp, marked as one or not."""
    if element not in stamps.lines:
        yield from _stamp(element, clock)
    for text in stamps.lines.get(element, ()):
        yield from ((Witness("beside the headline", text), instant) for instant in read_instants(text, clock))


def _unless_updated(testimony: Testimony) -> Testimony:
    return ((witness, instant) for witness, instant in testimony if instant is None or not instant.updated)


def _label(element: HtmlElement) -> str:
    """What stands right before a stamp, where it says that the stamp is that of an edit: "Updated:". Else nothing."""
    return "" if says_when(_text(element)) else _edit_label(_before(element))


def _before(element: HtmlElement) -> str:
    """The text that a reader meets right before *element*."""
    if element.getparent() is None:
        return ""
    for place in (element, element.getparent()):
        for before in islice(place.itersiblings(preceding=True), _NEAR):
            if text := (before.tail or "").strip() or (_text(before) if isinstance(before.tag, str) else ""):
                return text
        if (parent := place.getparent()) is not None and (text := (parent.text or "").strip()):
            return text
    return ""


def _edit_label(text: str) -> str:
    """*text* where it announces the date of an edit, and tells none itself."""
    fits = len(text) <= _LABEL and UPDATED.search(fold_date(text)) and not any(map(str.isdecimal, text))
    return text if fits else ""


def _speaks_of_edit(element: HtmlElement, stamps: Stamps) -> bool:
    said = (_label(element), *stamps.lines.get(element, ()), _text(element))
    return any(len(text) <= 2 * _SHORT and UPDATED.search(fold_date(text)) for text in said)


def _is_named_edit(element: HtmlElement) -> bool:
    name = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}".lower()
    return bool(_EDIT_NAME.search(name)) and not _PUBLICATION_NAME.search(name)


def _is_line(block: Block, scene: Scene) -> bool:
    """Whether a block that nothing marks as a date is the stamp of the article all the same."""
    return (
        len(block.text) <= _BARE
        and (block.link_share < 0.5 or ":" in block.text)  # a linked day leads to what else is of that day
        and is_stamp(block.text)
        and _is_its_own(block, scene)
    )


def _is_its_own(block: Block, scene: Scene) -> bool:
    return not is_beside(block.element, scene.labels, scene.heading) and not is_others(block.element, scene.heading)


def _is_now(instant: Instant, clock: Clock) -> bool:
    """Whether it is the present day, or the moment of fetching, as mastheads tell them."""
    if instant.precision == "day":
        return instant.value.date() == clock.fetched.astimezone(instant.value.tzinfo).date()
    return abs(instant.value - clock.fetched) < _MASTHEAD


def _text(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split()) if len(element) < _MOST_SEEN else ""
