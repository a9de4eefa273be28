"""What an h1 says: its text as a reader sees it, without the kicker that stands above the headline in it."""

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from pipelines.extraction.plain import clean_field, word_set

_KICKER = re.compile(
    r"(?:^|[ _-])(?:kicker|overline|over-?title|pre-?title|super-?title|top-?title|roofline|topline|eyebrow|dachzeile"
    r"|spitzmarke|vorspitze|sur-?titre|antetitulo|flag|badge|label|category|rubric|rubrik)s?(?:$|[ _-])",
    re.IGNORECASE,
)
_BLOCK = word_set("br div p small h1 h2 h3 h4 h5 h6 li")
_SHORTEST = 8  # letters of a headline


def heading_text(heading: HtmlElement, said: Sequence[str] = ()) -> str:
    """The headline that *heading* shows, on one line.

    *said* is what the page calls itself elsewhere: a kicker behind which that has a colon is a part of the title.
    """
    kicker = next((part for part in heading.iterdescendants() if _is_kicker(part)), None)
    whole = clean_field("".join(_pieces(heading, None)))
    if kicker is None:
        return whole
    above = clean_field(kicker.text_content()).rstrip(" :")
    rest = clean_field("".join(_pieces(heading, kicker))).lstrip(" :|–—·•-")
    belongs = any(other.startswith(f"{above}:") for other in said)
    if belongs or len(rest) < _SHORTEST or not whole.startswith(above):
        return f"{above}: {rest}" if belongs and rest else whole
    return rest


def _is_kicker(part: HtmlElement) -> bool:
    return part.tag == "small" or _KICKER.search(part.get("class") or "") is not None


def _pieces(element: HtmlElement, without: HtmlElement | None) -> list[str]:
    """The texts of *element*, with spaces where a line ends; what stands in *without* is left out."""
    pieces = [element.text or ""]
    for child in element:
        apart = " " if child.tag in _BLOCK or _is_kicker(child) else ""
        inside = [] if child is without else _pieces(child, without)
        pieces += [apart, *inside, apart, child.tail or ""]
    return pieces
