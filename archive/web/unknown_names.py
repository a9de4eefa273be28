"""Names in a search that nobody knows: that nothing goes by them would be taken for an answer. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from archive.plan import is_language, is_site
from archive.query import parse
from archive.query_tree import filters_in
from archive.web.questions import Question
from seeds.definitions import matches_one, nearest

_MOST = 3


@dataclass(frozen=True, slots=True)
class Unknown:
    """A topic, source, language or site ("kind") of a search that there is none of, and what was probably meant."""

    kind: str
    name: str
    meant: str | None


def unknown_names(question: Question, query: str, known: Mapping[str, Collection[str]]) -> list[Unknown]:
    """Those of the fields and of the *query*. *known*: the names that there are, of each kind."""
    found = [
        Unknown(kind, name, nearest(name, known[kind]))
        for kind, name in dict.fromkeys(_asked_for(question, query))
        if not _is_known(kind, name, known[kind])
    ]
    return found[:_MOST]


def _asked_for(question: Question, query: str) -> Iterator[tuple[str, str]]:
    for kind in ("topic", "source", "language"):
        yield from ((kind, name) for name in getattr(question, kind))
    kinds = {"topic": "topic", "source": "source", "lang": "language", "site": "site"}
    yield from ((kinds[part.name], part.value) for part in filters_in(parse(query)) if part.name in kinds)


def _is_known(kind: str, name: str, known: Collection[str]) -> bool:
    fits = {"language": is_language, "site": is_site}.get(kind, matches_one)
    return any(fits(one, [name]) for one in known)
