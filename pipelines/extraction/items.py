"""Microdata and RDFa: the properties of the page's own item, not those of the items within it or beside it.

An `itemprop` belongs to the nearest element with an `itemscope` that holds it, a `property` to that with a `typeof`. A
related story, a comment and the books of a review have headlines, authors and dates of their own.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.extraction.jsonld import ARTICLE, PAGE
from pipelines.extraction.likeness import is_like
from pipelines.extraction.plain import word_set

_MOST = 40  # values of one name
_MOST_SCOPES = 400
_WITH_PROPERTY = XPath("//*[@itemprop] | //body//*[@property]")
_NAME = XPath("(.//*[@itemprop='name' or @property='name' or @property='schema:name'])[1]")
_NOT_OWN = frozenset(["aside", "footer", "nav"])  # what stands in them is not about this article
_VALUE_FROM = {"meta": "content", "link": "href", "img": "src", "time": "datetime", "abbr": "title", "data": "value"}
_KEPT = word_set(
    "headline author creator datepublished datemodified datecreated published_time articlesection description keywords"
)
_PAGE_LIKE = PAGE | word_set("website creativework blog thing collectionpage")
_PARTS = word_set("mainentity mainentityofpage blogpost blogposts")  # what is the value of these is the page's own
_COMMENT = word_set("comment usercomments usercomment")

Properties = defaultdict[str, list[str]]


@dataclass(eq=False, slots=True)
class _Scope:
    """An item of the page: what it is, what it is a part of, and what it says."""

    element: HtmlElement | None = None
    kinds: frozenset[str] = frozenset()
    beside: bool = False  # the value of another item's property, or within another article
    properties: Properties = field(default_factory=lambda: defaultdict(list))


def find_items(
    tree: HtmlElement, headings: Sequence[HtmlElement], names: Sequence[frozenset[str]]
) -> tuple[Properties, set[HtmlElement]]:
    """What the page's article says of itself, by lower-case property: its own item's first, then the page's.

    With it the elements of other articles and of comments. *names* are the words of what the page calls itself.
    """
    scopes = _scopes(tree)
    shown = {holder for heading in headings for holder in heading.iterancestors()}
    shown.update(headings)
    articles = [scope for scope in scopes if scope.kinds & ARTICLE]
    own = max(articles, key=lambda scope: _fit(scope, shown, names), default=None)
    believed = [own] if own and _fit(own, shown, names) >= 0 else []
    believed += [scope for scope in scopes if not scope.kinds or (scope.kinds & _PAGE_LIKE and not scope.beside)]
    merged: Properties = defaultdict(list)
    for scope in believed:
        for name, values in scope.properties.items():
            merged[name] += values
    holders = set(own.element.iterancestors()) if believed and own and own.element is not None else set()
    others = {
        scope.element for scope in scopes
        if scope.element is not None and scope.element not in holders and scope is not own
        and (scope.kinds & _COMMENT or (scope.kinds & ARTICLE and _fit(scope, shown, names) < 0))
    }  # fmt: skip
    return merged, others


def _scopes(tree: HtmlElement) -> list[_Scope]:
    """Every item of the page with its properties; the first is what stands in none."""
    loose = _Scope()
    scopes: dict[HtmlElement, _Scope] = {}
    for element in cast(list[HtmlElement], _WITH_PROPERTY(tree)):
        names = {
            name.rpartition(":")[2].lower()
            for name in (element.get("itemprop") or element.get("property") or "").split()[:5]
        }
        if not (names := names & _KEPT):
            continue
        holders = list(element.iterancestors())
        if any(holder.tag in _NOT_OWN for holder in holders):
            continue
        holder = next((holder for holder in holders if _is_scope(holder)), None)
        if holder is not None and holder not in scopes and len(scopes) < _MOST_SCOPES:
            scopes[holder] = _scope(holder)
        scope = loose if holder is None else scopes.get(holder)
        if scope:
            _note(scope.properties, names, element)
    return [loose, *scopes.values()]


def _scope(element: HtmlElement) -> _Scope:
    above = (holder for holder in element.iterancestors() if _is_scope(holder))
    part = set((element.get("itemprop") or element.get("property") or "").lower().split())
    within = any(_kinds(holder) & ARTICLE for holder in above)
    return _Scope(element, _kinds(element), beside=within or bool(part - _PARTS))


def _is_scope(element: HtmlElement) -> bool:
    return element.get("itemscope") is not None or element.get("typeof") is not None


def _kinds(element: HtmlElement) -> frozenset[str]:
    """The types of an item, in lower case, without their vocabulary; "?" where it has none."""
    types = (element.get("itemtype") or element.get("typeof") or "").lower().split()[:5]
    return frozenset(re.split(r"[/#:]", name)[-1] for name in types) or frozenset(["thing"])


def _fit(scope: _Scope, shown: set[HtmlElement], names: Sequence[frozenset[str]]) -> int:
    """How well an item is the page's article. Negative: it is another one."""
    if scope.beside:
        return -1
    if scope.element in shown:
        return 3
    headline = next(iter(scope.properties.get("headline", ())), "")
    if headline and names:
        return 2 if is_like(headline, names) else -1
    return 0


def _note(properties: Properties, names: set[str], element: HtmlElement) -> None:
    value = element.get("content") or element.get(_VALUE_FROM.get(str(element.tag), "content"))
    if not value and _is_scope(element):
        named = next(iter(cast(list[HtmlElement], _NAME(element))), None)
        if named is not None:
            value = named.get("content") or named.text_content()
    value = (value or "\n".join(element.itertext())).strip()[:4_000]
    for name in names:
        if value and len(properties[name]) < _MOST:
            properties[name].append(value)
