"""From text to a tree: one parse of the page, which every part of extraction shares."""

import re

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from pipelines.extraction.unusable import Unusable

_CONTROLS = bytes(range(9)) + b"\x0b\x0c" + bytes(range(14, 32)) + b"\x7f"
_NOT_CHARACTERS = ("\ufffe", "\uffff")
_BAD_REFERENCE = re.compile(
    r"&#(?:0{0,9}(?:[0-8]|1[124-9]|2\d|3[01]|127|5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|6553[45])"
    r"|[xX]0{0,9}(?:[0-8bcef]|1[0-9a-f]|7f|d[89a-f][0-9a-f]{2}|fff[ef]))(?:;|(?![0-9a-f]))",
    re.IGNORECASE,
)
"""References to what no XML may hold: lxml makes them, and then nobody can copy the text that they stand in."""
_UNSEEN = ("script", "style", "noscript", "svg", "template", "iframe", "select", "textarea", "link", "meta")
_CLOSED_LATE = ("button", "label", "select", "noscript", "dialog", "option")
_BESIDE = ("nav", "aside", "footer", "menu")
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
"""lxml.html asks Python for the class of each element that is touched; nothing here needs its classes for forms."""
_STORY = 1_000  # characters: no button has as many


def parse(text: str) -> HtmlElement:
    """The tree of a page. Raises Unusable where there is nothing in it."""
    if "&#" in text:
        text = _BAD_REFERENCE.sub("", text)
    for character in _NOT_CHARACTERS:
        text = text.replace(character, "")
    data = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    # A parser is made for each page: a shared one is slower here, and keeps the errors of all pages.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unusable("empty page", str(error)) from error
    for element in list(tree.iter(*_CLOSED_LATE)):  # never closed: the parser put the story into it
        if element.find(".//p") is not None and sum(map(len, element.itertext())) > _STORY:
            element.tag = "div"
    for element in list(tree.iter("footer")):
        if _is_above_story(element):
            element.tag = "div"
    return tree


def _is_above_story(footer: HtmlElement) -> bool:
    """Whether a footer is none: it stands above the paragraphs of an article, and holds its byline."""
    holder = footer.getparent()
    return (
        holder is not None
        and holder.tag == "article"
        and any(other.find(".//p") is not None for other in footer.itersiblings())
        and not any(other.tag == "p" or other.find(".//p") is not None for other in footer.itersiblings(preceding=True))
    )


def drop_unseen(tree: HtmlElement) -> None:
    """Takes out of *tree* what no reader sees: what has to be searched for the story is half as large then."""
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    beside = list(tree.iter(*_BESIDE))
    whole = len(tree.text_content()) if beside else 0
    for element in beside:
        if 2 * len(element.text_content()) > whole and element.find(".//p") is not None:
            element.tag = "div"  # a menu that was never closed
