"""What an owner selects on the pages of a source, where extraction errs: CSS, with `::attr(name)` and `::text`."""

from collections.abc import Iterator
from functools import cache

from seeds.definitions import BadValue, Definition


class Selectors(Definition, frozen=True, kw_only=True):
    """CSS selectors that override what extraction would find by itself; `remove` takes out what is in its way."""

    title: str = ""
    headline: str = ""
    authors: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""
    dateline: str = ""
    section: str = ""
    image: str = ""
    keywords: str = ""
    body: str = ""
    remove: str = ""

    def given(self) -> Iterator[tuple[str, str]]:
        """(key, selector) of those that are not empty."""
        for key in self.__struct_fields__:
            if selector := getattr(self, key):
                yield key, selector


_WHOLE = ("body", "remove")  # of these the element is meant, not a text


def check_selectors(selectors: Selectors) -> None:
    """Raises BadValue for the first that is no CSS, or that asks for a text where an element is meant."""
    for key, selector in selectors.given():
        if fault := _fault(selector):
            raise BadValue(f"selectors.{key}", selector, f"is not a CSS selector: {fault}")
        if key in _WHOLE and "::" in selector:
            raise BadValue(f"selectors.{key}", selector, "must select elements, without ::attr() or ::text")


@cache
def _fault(selector: str) -> str | None:
    """What is wrong with *selector*. Remembered, since a source is checked with every page that travels to a worker."""
    from cssselect import SelectorError  # noqa: PLC0415 -- few desks need it
    from parsel.csstranslator import HTMLTranslator  # noqa: PLC0415

    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        return str(error)
    return None
