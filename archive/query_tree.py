"""A query as a tree: what it asks for, and how its parts hang together. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Literal

FilterName = Literal["topic", "source", "lang", "site", "since", "until", "saved"]
WordField = Literal["any", "title", "author"]


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words that must stand next to each other, in title or text, or in the *field* that is named. With *prefix*
    the last one may go on.
    """

    tokens: tuple[str, ...]
    prefix: bool = False
    field: WordField = "any"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the article's metadata; *position* and *end* are where its value stands in the query."""

    name: FilterName
    value: str
    position: int = attribute(compare=False)
    end: int = attribute(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds. Without parts: everything."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


Node = Words | Filter | All | Any | Not


def filters_in(node: Node) -> list[Filter]:
    """Every filter of a query, whether it is asked for or against."""
    if isinstance(node, Filter):
        return [node]
    if isinstance(node, Not):
        return filters_in(node.part)
    return [found for part in node.parts for found in filters_in(part)] if isinstance(node, (All, Any)) else []


def words_in(node: Node) -> list[Words]:
    """Every word and phrase that a query asks for, and none that it asks to be without."""
    if isinstance(node, Words):
        return [node]
    return [found for part in node.parts for found in words_in(part)] if isinstance(node, (All, Any)) else []


def simplified(node: Node) -> Node:
    """The same question in fewer parts: nothing is asked twice, and only a word or a filter is negated (De Morgan), so
    that the full-text index can answer more of it.
    """
    if isinstance(node, (All, Any)):
        return _joined(type(node), map(simplified, node.parts))
    if not isinstance(node, Not):
        return node
    inner = node.part
    if isinstance(inner, Not):
        return simplified(inner.part)
    if isinstance(inner, (All, Any)):
        return _joined(Any if isinstance(inner, All) else All, (simplified(Not(part)) for part in inner.parts))
    return node


def _joined(kind: type[All] | type[Any], parts: Iterable[Node]) -> Node:
    flat = (one for part in parts for one in (part.parts if isinstance(part, kind) else (part,)))
    apart = tuple(dict.fromkeys(flat))
    return apart[0] if len(apart) == 1 else kind(apart)
