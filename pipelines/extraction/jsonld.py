"""What a page says of itself in JSON-LD: the node of its article among all that stand there.

Real scripts are broken in many ways, describe several articles, and refer from one node to another.
"""

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from pipelines.extraction.likeness import is_like
from pipelines.extraction.plain import clean_field, word_set
from seeds.bounds import DEEPEST_SCRIPT, LONGEST_SCRIPT, MAX_SCRIPT_NODES

Node = dict[str, Any]

_MOST_PIECES = 100  # fields that are read of a broken script

_DECODER = json.JSONDecoder(strict=False)
_COMMENT = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]")
_BROKEN_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|inLanguage|articleSection|@type|author|creator|publisher|keywords|image)"'
    r"\s{0,9}:\s{0,9}(?=[\[{\"])"
)

ARTICLE = word_set(
    "article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle"
    " reviewnewsarticle askpublicnewsarticle satiricalarticle scholarlyarticle techarticle advertisercontentarticle"
    " medicalscholarlyarticle blogposting liveblogposting socialmediaposting report review recipe"
)
PAGE = word_set("webpage itempage mediagallery imagegallery videoobject podcastepisode")
_ASIDE = word_set(
    "itemlistelement haspart liveblogupdate mentions citation isbasedon isrelatedto relatedlink blogpost comment"
    " significantlink associatedmedia subjectof"
)
"""Under these stand other articles than the page's own."""


class JsonLd:
    """The nodes of all JSON-LD scripts of a page, and the one that describes its article."""

    def __init__(self, scripts: list[str], url: str, names: Sequence[frozenset[str]] = ()) -> None:
        """*names* are the words of each title that the page has elsewhere."""
        self._by_id: dict[str, Node] = {}
        self.trail: list[str] = []
        """The names of the page's breadcrumbs, the front page first."""
        found: list[tuple[Node, bool]] = []
        pages: list[Node] = []
        for node, aside in _nodes(scripts):
            if isinstance(identity := node.get("@id"), str) and len(node) > 1:
                self._by_id.setdefault(identity, node)
            kinds = types(node)
            if "breadcrumblist" in kinds and not self.trail:
                self.trail = list(_trail(node))
            if kinds & ARTICLE:
                found.append((node, aside))
            elif kinds & PAGE and not aside:
                pages.append(node)
        fits = [(_fit(node, url, names, doubtful=aside or len(found) > 1), node) for node, aside in found]
        own = max(fits, key=lambda item: item[0], default=None)
        self.articles: list[Node] = [own[1], *pages] if own and own[0] >= 0 else pages
        """The page's own article first, then what may tell what it does not: other articles never."""

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
        while waiting and count < MAX_SCRIPT_NODES:
            value, aside, depth = waiting.pop()
            if depth > DEEPEST_SCRIPT:
                continue
            if isinstance(value, list):
                waiting.extend((item, aside, depth + 1) for item in reversed(value[:MAX_SCRIPT_NODES]))
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
    text = _COMMENT.sub("", script[:LONGEST_SCRIPT]).strip().rstrip(";")
    for mend in (str, lambda broken: _TRAILING_COMMA.sub("", _CONTROL.sub(" ", broken)), unescape):
        try:
            return json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return _pieces(text)


def _pieces(text: str) -> Node:
    """The fields of an article in a script that is no JSON, each as far as it can be read."""
    node: Node = {}
    for match in list(islice(_BROKEN_FIELD.finditer(text), _MOST_PIECES)):
        try:
            value, _ = _DECODER.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        if match[1] != "@type" or not types(node) & ARTICLE:
            node[match[1]] = value if match[1] == "@type" else node.get(match[1], value)
    return node


def _fit(node: Node, url: str, names: Sequence[frozenset[str]], *, doubtful: bool) -> int:
    """How well an article describes the page at *url*. Negative: it is another one.

    *doubtful* where several are described, or it stands in a list. One that stands alone is believed, unless both its
    address and its headline are another's.
    """
    told = bool(node.get("headline")) + bool(node.get("datePublished"))
    paths = [_path(address) for address in _addresses(node)]
    if _path(url) in paths:
        return 4 + told
    headline = node.get("headline") or node.get("name")
    if not (isinstance(headline, str) and any(names)):
        return -1 if doubtful and paths else told
    if is_like(clean_field(headline), names):
        return 2 + told
    elsewhere = any(not _path(url).startswith(path) for path in paths)
    return -1 if doubtful or elsewhere else told


def _addresses(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and "/" in value:
            yield value


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rstrip("/").lower() or "/"
    except ValueError:
        return url
