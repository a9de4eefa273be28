"""What the owner of a desk selects by CSS: it overrides what extraction would find by itself."""

from typing import cast

from lxml.cssselect import CSSSelector, ExpressionError, SelectorError
from lxml.html import HtmlElement

from pipelines.extraction.unusable import Unusable


def select(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements that *selector* matches, without those within another; none for an empty one.

    Raises Unusable for what is no CSS: the reason then shows in the fates of the source, where its owner looks.
    """
    if not selector:
        return []
    try:
        found = cast(list[HtmlElement], CSSSelector(selector, translator="html")(tree))
    except (SelectorError, ExpressionError, ValueError) as error:
        raise Unusable("selector is not CSS", f"{selector}: {error}") from error
    outer = set(found)
    return [element for element in found if not any(holder in outer for holder in element.iterancestors())]


def remove(tree: HtmlElement, selector: str) -> None:
    """Takes what *selector* matches out of the page; the text behind it stays."""
    for element in select(tree, selector):
        if element.getparent() is not None:
            element.drop_tree()
