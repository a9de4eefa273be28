"""What the owner of a desk selects by CSS: it overrides what extraction would find by itself.

The selectors are asked of the whole page, before anything is taken out of it: a `<meta>` may be what is meant.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar, cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.extraction.plain import clean_field
from pipelines.extraction.unusable import Unusable
from pipelines.extraction.witnesses import Finding, Witness
from seeds.selectors import Selectors

T = TypeVar("T")

_MOST = 50  # matches of one selector
_VALUE_FROM = {"meta": "content", "time": "datetime", "img": "src", "data": "value", "html": "lang"}
"""Where the elements that show nothing, or something else, hold what is meant."""


class Selected:
    """What the selectors of a source match on one page. Raises Unusable for what is no CSS: fates tell the reason."""

    def __init__(self, tree: HtmlElement, selectors: Selectors) -> None:
        given = dict(selectors.given())
        for element in _select(tree, given.pop("remove", "")):
            if not isinstance(element, str) and element.getparent() is not None:
                element.drop_tree()
        self._selectors = given
        self._found = {key: _select(tree, selector) for key, selector in given.items()}

    def elements(self, key: str) -> list[HtmlElement]:
        """The elements that are selected as *key*."""
        return [match for match in self._found.get(key, ()) if not isinstance(match, str)]

    def override(self, key: str, read: Callable[[list[str]], T], found: Finding[T]) -> Finding[T]:
        """What is selected as *key*, where *read* makes something of its texts; else *found*, with what went wrong."""
        if key not in self._selectors:
            return found
        said = [text for match in self._found[key][:_MOST] if (text := _text(match))]
        if value := read(said):
            return Finding(value, "selector", (*(Witness("selector", text) for text in said), *found.said))
        return Finding(found.value, found.won, (*self.in_vain(key, said), *found.said))

    def in_vain(self, key: str, said: Sequence[str] = ()) -> tuple[Witness, ...]:
        """What is told of a selector that gave nothing, or only what it *said*; nothing where there is none."""
        if key not in self._selectors:
            return ()
        fault = f"of no use: {' | '.join(said)}" if said else "matches nothing"
        return (Witness("selector", f"{self._selectors[key]} {fault}"),)


def first_text(texts: list[str]) -> str | None:
    """The first of what was selected: for fields that hold one text."""
    return next(iter(texts), None)


def _text(match: HtmlElement | str) -> str:
    """What a match says: itself where an attribute or a text is selected, the value of a `<meta>` or `<time>`."""
    if isinstance(match, str):
        return clean_field(match)
    value = match.get("content") or match.get(_VALUE_FROM.get(str(match.tag), "content"))
    return clean_field(value or match.text_content())


def _select(tree: HtmlElement, selector: str) -> list[HtmlElement | str]:
    """What *selector* matches, without elements within another; nothing for an empty one."""
    if not selector:
        return []
    found = _compiled(selector)(tree)
    outer = {match for match in found if not isinstance(match, str)}
    return [
        match for match in found
        if isinstance(match, str) or not any(holder in outer for holder in match.iterancestors())
    ]  # fmt: skip


@cache
def _compiled(selector: str) -> Callable[[HtmlElement], list[HtmlElement | str]]:
    from cssselect import SelectorError  # noqa: PLC0415 -- few sources have selectors
    from parsel.csstranslator import HTMLTranslator  # noqa: PLC0415

    try:
        path = XPath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, ValueError) as error:
        raise Unusable("selector is not CSS", f"{selector}: {error}") from error
    return lambda tree: cast(list[HtmlElement | str], path(tree))
