"""The dates that readers see on a page: marked ones, ones beneath the headline, and those that stand anywhere.

The present day in a masthead and the dates of teasers are the traps. So what stands nearest the headline is read
first, and what is called a clock, or stands beside another linked headline, is not read at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.declared import Declared
from pipelines.extraction.instants import Clock, Instant, read_instant, read_instants
from pipelines.extraction.labels import Labels
from pipelines.extraction.stamp_lines import is_stamp
from pipelines.extraction.title import fold
from pipelines.extraction.witnesses import Witness

Testimony = Iterator[tuple[Witness, Instant | None]]

_SHORT = 120  # characters of an element that is a stamp and not a paragraph
_LINKED = 30  # characters of a linked text that says more than a section or a name: a teaser
_FEWEST_WORDS = 3  # of a headline
_BARE = 90  # characters of a text that nothing marks as a date: a caption or a share bar may hold one
_MORE_THAN_DATE = 30  # characters that a link says besides a date: a link to the archive of a day has fewer
_PARAGRAPH = 250  # a text as long as this is the story; what follows is no longer its head
_PROSE = 100  # a text as long as this may be a standfirst or a caption
_STANDFIRSTS = 2  # such texts before the story
_HEAD = 25  # blocks behind the headline in which a date may stand that nothing marks as one
_ABOVE = 12  # the same above it
_MOST_SEEN = 40
_CARD = 300  # characters of a teaser besides its date
_NEAR = 3  # generations of a page's tree
_MASTHEAD = timedelta(minutes=15)  # a clock above the page, and how old a page is when it comes from a cache
_PAGE = frozenset(["body", "html", "main"])
_SUBHEADS = ("h2", "h3", "h4", "h5", "h6")
_CLOCK_NAME = re.compile(r"today|current|clock|topbar|top-bar|weather|header-date|masthead|local-?time", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|[٠-٩۰-۹]{4}")
_FOR_MACHINES = ("datetime", "content", "data-datetime", "data-time", "data-date", "data-timestamp")


@dataclass(frozen=True, slots=True, kw_only=True)
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


def near_dates(scene: Scene, stamps: Stamps) -> Testimony:
    """The stamps that belong to the headline: behind it down to the first paragraph, then above it in one frame.

    Marked as dates or not: a short line that is hardly more than a date needs no mark where a reader looks for it.
    """
    for element in stamps.behind:
        yield from _said(element, stamps, scene.clock)
    for element in reversed(stamps.above):
        if _frames_heading(element, scene.heading):
            yield from _said(element, stamps, scene.clock)


def far_dates(scene: Scene, stamps: Stamps) -> Testimony:
    """What is marked as a date elsewhere: beneath the story, then above the headline, where a masthead tells now."""
    for element in stamps.far:
        yield from _stamp(element, scene.clock)
    for element in stamps.above:
        for witness, instant in _said(element, stamps, scene.clock):
            if instant is None or not _is_now(instant, scene.clock):
                yield witness, instant


def dates_anywhere(scene: Scene) -> Testimony:
    """Stamps of the page that nothing marks, behind the headline first, for want of anything better."""
    start = scene.heading_place + 1
    for block in (*scene.blocks[start:], *scene.blocks[:start]):
        if _YEAR.search(block.text) and _is_line(block, scene) and not _is_clock(block.element):
            for instant in read_instants(block.text, scene.clock):
                if not _is_now(instant, scene.clock):
                    yield Witness("text", block.text), instant


def find_stamps(scene: Scene) -> Stamps:
    """The stamps of the page, without those of teasers and clocks."""
    labels = scene.labels
    times = [element for element in scene.declared.times if not labels.is_beside(element)]
    called = [
        element
        for element in labels.called("date")
        if element.tag != "time" and element.find(".//time[@datetime]") is None  # that one says it for machines
    ]
    marked = frozenset(
        element
        for element in (*times[:_MOST_SEEN], *called[:_MOST_SEEN])
        if not _is_clock(element) and not _is_others(element, scene.heading)
    )
    lines, end = _lines(scene, marked)
    around = set(scene.heading.iterancestors()) if scene.heading is not None else set()
    behind = [element for element in lines if element in around]
    far: list[HtmlElement] = []
    above: list[HtmlElement] = []
    found = far if scene.heading is None else above
    for element in scene.tree.iter("*"):
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
    above = scene.blocks[max(0, start - _ABOVE) : start - 1]
    near = [block for block in above if _frames_heading(block.element, scene.heading)]
    for block in (*head, *near):
        if any(map(str.isdecimal, block.text)) and _is_line(block, scene) and marked.isdisjoint(block.element.iter()):
            lines.setdefault(block.element, []).append(block.text)
    first = start + len(head)
    return lines, scene.blocks[first].element if len(head) < _HEAD and first < len(scene.blocks) else None


def _head(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks before the story begins: with a long paragraph, or with the third that reads like prose."""
    prose = 0
    for block in blocks:
        prose += len(block.text) > _PROSE
        if len(block.text) > _PARAGRAPH or prose > _STANDFIRSTS:
            return
        yield block


def days_of_others(scene: Scene) -> set[date]:
    """The days that stamps of teasers, comments and mastheads tell: of something else than the article."""
    stamps = (*scene.declared.times, *scene.labels.called_anywhere("date"))
    others = [
        element
        for element in stamps[: 4 * _MOST_SEEN]
        if scene.labels.is_beside(element) or _is_clock(element) or _is_others(element, scene.heading)
    ]
    return {
        instant.value.date()
        for element in others[:_MOST_SEEN]
        for _, instant in _stamp(element, scene.clock)
        if instant
    }


def updates(labels: Labels, clock: Clock) -> Testimony:
    """Stamps that call themselves the date of an edit."""
    for element in labels.called("date")[:_MOST_SEEN]:
        text = _text(element)
        for instant in read_instants(text, clock) if len(text) <= _SHORT else ():
            if instant.updated:
                yield Witness("seen", text), instant


def _stamp(element: HtmlElement, clock: Clock) -> Testimony:
    """What a marked element says: for machines in an attribute, else in its text."""
    for name in _FOR_MACHINES:
        if text := element.get(name):
            yield read(f"<{element.tag} {name}>", text, clock)
    if len(text := _text(element)) <= _SHORT:
        yield from _published_in(text, "seen", clock)


def _said(element: HtmlElement, stamps: Stamps, clock: Clock) -> Testimony:
    """What an element says that is a stamp, marked as one or not."""
    if element not in stamps.lines:
        yield from _stamp(element, clock)
    for text in stamps.lines.get(element, ()):
        yield from _published_in(text, "beside the headline", clock)


def _published_in(text: str, where: str, clock: Clock) -> Testimony:
    for instant in read_instants(text, clock):
        if not instant.updated:
            yield Witness(where, text), instant


def _is_line(block: Block, scene: Scene) -> bool:
    """Whether a block that nothing marks as a date is the stamp of the article all the same."""
    return (
        len(block.text) <= _BARE
        and (block.link_share < 0.5 or ":" in block.text)  # a linked day leads to what else is of that day
        and is_stamp(block.text)
        and not scene.labels.is_beside(block.element)
        and not _is_others(block.element, scene.heading)
    )


def _is_now(instant: Instant, clock: Clock) -> bool:
    """Whether it is the present day, or the moment of fetching, as mastheads tell them."""
    if instant.precision == "day":
        return instant.value.date() == clock.fetched.astimezone(instant.value.tzinfo).date()
    return abs(instant.value - clock.fetched) < _MASTHEAD


def _frames_heading(element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether *element* shares a frame with the headline that is smaller than the page."""
    if heading is None:
        return False
    frames = {frame for _, frame in zip(range(_NEAR), heading.iterancestors(), strict=False)}
    return any(frame in frames and frame.tag not in _PAGE for frame in element.iterancestors())


def _is_others(element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether a stamp is that of another story: part of a link that says more, or beside a linked headline."""
    own = len(element.text_content())
    if any(len(link.text_content()) > own + _MORE_THAN_DATE for link in element.iterancestors("a")):
        return True
    title = fold(heading.text_content()) if heading is not None else ""
    for _, holder in zip(range(_NEAR), element.iterancestors(), strict=False):
        if holder.tag in _PAGE or len(holder.text_content()) > own + _CARD or heading in holder.iterdescendants("h1"):
            return False
        if any(_is_teaser(link, title) for link in holder.iter("a") if element not in link.iterdescendants()):
            return True
    return False


def _is_teaser(link: HtmlElement, title: str) -> bool:
    """Whether a link tells of another story: in a heading, or as long as one, and no sentence or name of an author."""
    text = " ".join(link.text_content().split())
    if len(text.split()) < _FEWEST_WORDS or fold(text) == title:
        return False
    if link.get("aria-current") or "author" in f"{link.get('rel')} {link.get('href')}":
        return False
    headings = [holder for _, holder in zip(range(2), link.iterancestors(), strict=False) if holder.tag in _SUBHEADS]
    whole = any(len(heading.text_content()) < len(text) + _MORE_THAN_DATE for heading in headings)
    long = len(text) > _LINKED and not text.endswith(".") and not is_stamp(text)
    return whole or long or next(link.iter(*_SUBHEADS), None) is not None


def _is_clock(element: HtmlElement) -> bool:
    """Whether the element shows the present day, as mastheads do."""
    holders = [element, *element.iterancestors()][:4]
    return any(_CLOCK_NAME.search(f"{holder.get('class') or ''} {holder.get('id') or ''}") for holder in holders)


def _text(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split()) if len(element) < _MOST_SEEN else ""
