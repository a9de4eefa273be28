"""The dates that readers see on a page: marked ones, ones beneath the headline, and those that stand anywhere.

The present day in a masthead and the dates of teasers are the traps. So what stands behind the headline is read
before what stands above it, and what is called a clock, or belongs to a link, is not read at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.declared import Declared
from pipelines.extraction.instants import Clock, Instant, read_instant, read_instants
from pipelines.extraction.labels import Labels
from pipelines.extraction.witnesses import Witness

Testimony = Iterator[tuple[Witness, Instant | None]]

_SHORT = 120  # characters of an element that is a stamp and not a paragraph
_LINKED = 40  # characters of a linked text that says more than a date and a name: a teaser
_BARE = 60  # characters of a text that nothing marks as a date: a caption may end in one
_MORE_THAN_DATE = 30  # characters that a link says besides a date: a link to the archive of a day has fewer
_PARAGRAPH = 250  # a text as long as this is the story; what follows is no longer its head
_HEAD = 25  # blocks behind the headline in which a date may stand that nothing marks as one
_MOST_SEEN = 40
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


def read(where: str, text: str, clock: Clock) -> tuple[Witness, Instant | None]:
    """What a witness says, and the moment that it means."""
    return Witness(where, text[:_SHORT]), read_instant(text, clock)


def marked_dates(scene: Scene) -> Testimony:
    """`<time>` and what is called a date: behind the headline first, then above it."""
    labels = scene.labels
    marked = [element for element in scene.declared.times if not labels.is_beside(element)]
    marked += [element for element in labels.called("date") if element.tag != "time"]
    marked = [element for element in marked if not _is_clock(element) and not _is_linked(element)]
    if not marked:
        return
    behind, above = _around(scene.tree, marked, scene.heading)
    for element in behind[:_MOST_SEEN]:
        yield from _stamp(element, scene.clock)
    for element in above[:_MOST_SEEN]:
        for witness, instant in _stamp(element, scene.clock):
            if instant is None or not _is_present_day(instant, scene.clock):
                yield witness, instant


def head_dates(scene: Scene) -> Testimony:
    """Short texts between the headline and the first paragraph, which nothing marks as dates."""
    start = scene.heading_place + 1
    if not start:
        return
    for block in scene.blocks[start : start + _HEAD]:
        if len(block.text) > _PARAGRAPH:
            return
        teaser = (block.link_share > 0.5 and len(block.text) > _LINKED) or scene.labels.is_beside(block.element)
        if len(block.text) <= _BARE and any(map(str.isdigit, block.text)) and not teaser:
            yield from _published_in(block.text, "beneath the headline", scene.clock)


def dates_anywhere(scene: Scene) -> Testimony:
    """Full dates in short texts of the page, behind the headline first, for want of anything better."""
    start = scene.heading_place + 1
    for block in (*scene.blocks[start:], *scene.blocks[:start]):
        short = len(block.text) <= _BARE and block.link_share < 0.5
        if (
            short
            and _YEAR.search(block.text)
            and not (scene.labels.is_beside(block.element) or _is_clock(block.element))
        ):
            for instant in read_instants(block.text, scene.clock):
                if not _is_present_day(instant, scene.clock):
                    yield Witness("text", block.text), instant


def days_of_others(scene: Scene) -> set[date]:
    """The days that stamps of teasers, comments and mastheads tell: of something else than the article."""
    stamps = (*scene.declared.times, *scene.labels.called_anywhere("date"))
    others = [
        element for element in stamps if scene.labels.is_beside(element) or _is_clock(element) or _is_linked(element)
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


def _around(
    tree: HtmlElement, marked: Sequence[HtmlElement], heading: HtmlElement | None
) -> tuple[list[HtmlElement], list[HtmlElement]]:
    """*marked* in the order of the page: those behind *heading*, and those above it."""
    wanted = set(marked)
    behind: list[HtmlElement] = []
    above: list[HtmlElement] = []
    found = above if heading is not None else behind
    for element in tree.iter("*"):
        if element is heading:
            found = behind
        if element in wanted:
            found.append(element)
    return behind, above


def _stamp(element: HtmlElement, clock: Clock) -> Testimony:
    """What a marked element says: for machines in an attribute, else in its text."""
    for name in _FOR_MACHINES:
        if text := element.get(name):
            yield read(f"<{element.tag} {name}>", text, clock)
    if len(text := _text(element)) <= _SHORT:
        yield from _published_in(text, "seen", clock)


def _published_in(text: str, where: str, clock: Clock) -> Testimony:
    for instant in read_instants(text, clock):
        if not instant.updated:
            yield Witness(where, text), instant


def _is_present_day(instant: Instant, clock: Clock) -> bool:
    """Whether it is no more than today's date, as it stands above every page of some sites."""
    return instant.precision == "day" and instant.value.date() == clock.fetched.astimezone(instant.value.tzinfo).date()


def _is_linked(element: HtmlElement) -> bool:
    """Whether the element is part of a link that says more, as the dates of teasers are."""
    own = len(element.text_content())
    return any(len(link.text_content()) > own + _MORE_THAN_DATE for link in element.iterancestors("a"))


def _is_clock(element: HtmlElement) -> bool:
    """Whether the element shows the present day, as mastheads do."""
    holders = [element, *element.iterancestors()][:4]
    return any(_CLOCK_NAME.search(f"{holder.get('class') or ''} {holder.get('id') or ''}") for holder in holders)


def _text(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split()) if len(element) < _MOST_SEEN else ""
