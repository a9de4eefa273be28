"""Whose stamp it is: the article's own, that of another story beside it, or a clock's."""

import re

from lxml.html import HtmlElement

from pipelines.extraction.labels import Labels
from pipelines.extraction.plain import fold
from pipelines.extraction.stamp_lines import is_stamp

_LINKED = 30  # characters of a linked text that says more than a section or a name: a teaser
_FEWEST_WORDS = 3  # of a headline
_MORE_THAN_DATE = 30  # characters that a link says besides a date: a link to the archive of a day has fewer
_CARD = 300  # characters of a teaser besides its date
_NEAR = 3  # generations of a page's tree
_PAGE = frozenset(["body", "html", "main"])
_SUBHEADS = ("h2", "h3", "h4", "h5", "h6")
_CLOCK_NAME = re.compile(r"today|current|clock|topbar|top-bar|weather|header-date|masthead|local-?time", re.IGNORECASE)


def frames_heading(element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether *element* shares a frame with the headline that is smaller than the page."""
    if heading is None:
        return False
    frames = {frame for _, frame in zip(range(_NEAR), heading.iterancestors(), strict=False)}
    return any(frame in frames and frame.tag not in _PAGE for frame in element.iterancestors())


def is_beside(element: HtmlElement, labels: Labels, heading: HtmlElement | None) -> bool:
    """Whether a stamp stands beside the article. The footer of the very frame that holds the headline is its own."""
    if not labels.is_beside(element):
        return False
    footer = element if element.tag == "footer" else next(element.iterancestors("footer"), None)
    frame = footer.getparent() if footer is not None else None
    if frame is None or frame.tag in _PAGE or heading is None or frame not in heading.iterancestors():
        return True
    return labels.is_called(element, "beside") or labels.is_beside(frame)


def is_others(element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether a stamp is that of another story: part of a link that says more, or beside a linked headline."""
    own = len(element.text_content())
    if any(len(link.text_content()) > own + _MORE_THAN_DATE for link in element.iterancestors("a")):
        return True
    title = fold(heading.text_content()) if heading is not None else ""
    for _, holder in zip(range(_NEAR + 1), (element, *element.iterancestors()), strict=False):
        if (
            holder.tag in _PAGE
            or len(holder.text_content()) > own + _CARD
            or (heading is not None and holder in heading.iterancestors())
        ):
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


def is_clock(element: HtmlElement) -> bool:
    """Whether the element shows the present day, as mastheads do."""
    holders = [element, *element.iterancestors()][:4]
    return any(_CLOCK_NAME.search(f"{holder.get('class') or ''} {holder.get('id') or ''}") for holder in holders)
