"""What a page says of itself in JSON-LD: the node of its article among all that stand there.

Real scripts are broken in many ways, describe several articles, and refer from one node to another.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from pipelines.extraction.plain import word_set

Node = dict[str, Any]

_MOST_NODES = 5_000
_LONGEST_SCRIPT = 2_000_000
_DEEPEST = 40

_COMMENT = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]")
_BROKEN_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|inLanguage|articleSection|@type)"\s*:\s*"((?:[^"\\]|\\.){1,1000})"'
)

_ARTICLE = word_set(
    "article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle"
    " reviewnewsarticle askpublicnewsarticle satiricalarticle scholarlyarticle techarticle advertisercontentarticle"
    " medicalscholarlyarticle blogposting liveblogposting socialmediaposting report review recipe"
)
_PAGE = word_set("webpage itempage mediagallery imagegallery videoobject podcastepisode")
_ASIDE = word_set(
    "itemlistelement haspart liveblogupdate mentions citation isbasedon isrelatedto relatedlink blogpost comment"
    " significantlink associatedmedia subjectof"
)
"""Under these stand other articles than the page's own."""


class JsonLd:
    """The nodes of all JSON-LD scripts of a page, and the one that describes its article."""

    def __init__(self, scripts: list[str], url: str) -> None:
        self._by_id: dict[str, Node] = {}
        found: list[tuple[int, int, Node]] = []
        self.trail: list[str] = []
        """The names of the page's breadcrumbs, the front page first."""
        for order, (node, aside) in enumerate(_nodes(scripts)):
            if isinstance(identity := node.get("@id"), str) and len(node) > 1:
                self._by_id.setdefault(identity, node)
            kinds = types(node)
            if "breadcrumblist" in kinds and not self.trail:
                self.trail = list(_trail(node))
            if kinds & _ARTICLE:
                found.append((_fit(node, url, aside=aside), -order, node))
            elif kinds & _PAGE and not aside:
                found.append((-10, -order, node))
        found.sort(key=lambda item: item[:2], reverse=True)
        self.articles: list[Node] = [node for _, _, node in found]
        """The page's own article first, then what may tell what it does not: other articles never."""
        if found and found[0][0] >= 0:
            self.articles = [found[0][2], *(node for fit, _, node in found[1:] if fit == -10)]

    def resolve(self, value: Any) -> Any:
        """*value*, or the node that it refers to by `@id`."""
        if isinstance(value, dict) and set(value) <= {"@id", "@type"} and isinstance(value.get("@id"), str):
            return self._by_id.get(value["@id"], value)
        return value

    def values(self, *keys: str) -> Iterator[Any]:
        """Every value of *keys* in the nodes of the article, the best first, lists taken apart, references resolved."""
        for node in self.articles:
            for key in keys:
                value = node.get(key)
                for item in value[:50] if isinstance(value, list) else [value]:
                    if item not in (None, "", [], {}):
                        yield self.resolve(item)

    def texts(self, *keys: str) -> Iterator[str]:
        """As `values`, those that are text; of a node its name or address."""
        for value in self.values(*keys):
            text = value
            if isinstance(value, dict):
                text = value.get("name") or value.get("@value") or value.get("url")
            if isinstance(text, str) and text.strip():
                yield text


def types(node: Node) -> set[str]:
    """The types of a node, in lower case, without their vocabulary."""
    value = node.get("@type") or node.get("type")
    names = value if isinstance(value, list) else [value]
    return {re.split(r"[/#:]", name)[-1].lower() for name in names[:20] if isinstance(name, str)}


def _trail(node: Node) -> Iterator[str]:
    """The names of a list of breadcrumbs, which stand in its items or in what these refer to."""
    items = node.get("itemListElement")
    for crumb in items[:20] if isinstance(items, list) else []:
        if isinstance(crumb, dict):
            inner = crumb.get("item")
            name = crumb.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
            yield name if isinstance(name, str) else ""


def _nodes(scripts: list[str]) -> Iterator[tuple[Node, bool]]:
    """Every object of every script, outer before inner, and whether it belongs to something beside the article."""
    count = 0
    for script in scripts:
        waiting: list[tuple[Any, bool, int]] = [(_load(script), False, 0)]
        while waiting and count < _MOST_NODES:
            value, aside, depth = waiting.pop()
            if depth > _DEEPEST:
                continue
            if isinstance(value, list):
                waiting.extend((item, aside, depth + 1) for item in reversed(value[:_MOST_NODES]))
            elif isinstance(value, dict):
                count += 1
                yield value, aside
                waiting.extend(
                    (inner, aside or key.lower() in _ASIDE, depth + 1)
                    for key, inner in reversed(list(value.items()))
                    if isinstance(inner, list | dict)
                )


def _load(script: str) -> Any:
    """The JSON of a script element, mended where it can be; what can be read of it where it cannot."""
    text = _COMMENT.sub("", script[:_LONGEST_SCRIPT]).strip().rstrip(";")
    for mend in (str, lambda broken: _TRAILING_COMMA.sub("", _CONTROL.sub(" ", broken)), unescape):
        try:
            return json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
    node: Node = {}
    for key, value in _BROKEN_FIELD.findall(text):
        try:
            node.setdefault(key, json.loads(f'"{value}"', strict=False))
        except ValueError:
            continue
    return node


def _fit(node: Node, url: str, *, aside: bool) -> int:
    """How well a node of an article describes the page at *url*. Negative: it is another article."""
    fit = 0
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and "/" in value and _path(value) == _path(url):
            fit = 4
    fit += bool(node.get("headline")) + bool(node.get("datePublished"))
    return fit - 20 if aside and fit < 4 else fit


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rstrip("/").lower() or "/"
    except ValueError:
        return url
