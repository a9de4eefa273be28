"""Turns the tree of a query into SQL. Pure but for the numbers of topics.

The full-text index answers in the order of ids, newest first, and stops when enough is found. So all that it can
answer is put into one MATCH, and the rest are conditions on each row that it gives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from archive.query import All, Any, Filter, Node, Not, Words
from topics.proclitics import with_proclitics

Parameter: TypeAlias = str | int | None
KURDISH = ("ku", "ckb", "kmr", "sdh", "lki")
"""What `lang:ku` means: the macrolanguage, and the languages that it is written in."""
TIME = "coalesce(head.published, head.first_seen)"
_IN_INDEX = "head.id IN (SELECT rowid FROM article_index WHERE article_index MATCH ?)"


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL over `article_head AS head`, and its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A query to the archive. Bounds are of the article's time, as stored text: from *since* to before *until*."""

    match: str | None  # for the full-text index; None: it has nothing to say
    conditions: tuple[Condition, ...]
    since: str | None = None
    until: str | None = None

    def narrowed(
        self,
        *,
        topics: tuple[str, ...],
        sources: tuple[str, ...],
        languages: tuple[str, ...],
        since: str | None,
        until: str | None,
    ) -> "Plan":
        """The plan with these conditions as well; of each kind one is enough, and none means any."""
        more = [
            *([topic_condition(topics, leads=self.match is None)] if topics else []),
            *([source_condition(sources)] if sources else []),
            *([language_condition(languages)] if languages else []),
        ]
        return Plan(
            match=self.match,
            conditions=(*self.conditions, *more),
            since=max(filter(None, (self.since, since)), default=None),
            until=min(filter(None, (self.until, until)), default=None),
        )


ReadTime: TypeAlias = Callable[[Filter], str]
"""Turns `since:` or `until:` into stored text, or raises QueryError."""


def plan_of(node: Node, read_time: ReadTime) -> Plan:
    """The plan for *node*."""
    wanted: list[str] = []
    unwanted: list[str] = []
    others: list[Node] = []
    times: dict[str, list[str]] = {"since": [], "until": []}
    for part in node.parts if isinstance(node, All) else (node,):
        inner = part.part if isinstance(part, Not) else part
        if isinstance(part, Filter) and part.name in times:
            times[part.name].append(read_time(part))
        elif (match := _match(inner)) is not None:
            (unwanted if isinstance(part, Not) else wanted).append(match)
        else:
            others.append(part)
    conditions = [
        topic_condition((part.value,), leads=not wanted)
        if isinstance(part, Filter) and part.name == "topic"
        else _condition(part, read_time)
        for part in others
    ]
    if unwanted and not wanted:
        conditions.append(Condition(f"NOT {_IN_INDEX}", (_either(unwanted),)))
    match = " AND ".join(wanted) if wanted else None
    if match and unwanted:
        match = f"({match}) NOT {_either(unwanted)}"
    return Plan(
        match=match,
        conditions=tuple(conditions),
        since=max(times["since"], default=None),
        until=min(times["until"], default=None),
    )


def topic_condition(topics: tuple[str, ...], *, leads: bool = False) -> Condition:
    """The article has one of *topics*. Where nothing else finds the articles it *leads*, and they are listed once."""
    tagged = f"article_tags JOIN topic_names ON topic_names.id = topic WHERE {_any('name = ?', len(topics))}"
    if leads:
        return Condition(f"head.id IN (SELECT article FROM {tagged})", topics)  # noqa: S608 -- own pieces
    return Condition(f"EXISTS (SELECT 1 FROM {tagged} AND article = head.id)", topics)  # noqa: S608


def source_condition(sources: tuple[str, ...]) -> Condition:
    """The article is of one of *sources*; `*` and `?` stand for any characters and any one."""
    return _one_of("head.source GLOB ?", tuple(source.replace("[", "[[]") for source in sources))


def language_condition(languages: tuple[str, ...]) -> Condition:
    """The article is in one of *languages*: `ar` is also `ar-IQ`, and `ku` every Kurdish."""
    tags = [tag for language in languages for tag in (KURDISH if language.lower() == "ku" else (language.lower(),))]
    return _one_of("lower(head.language) || '-' GLOB ?", tuple(tag.replace("[", "[[]") + "-*" for tag in tags))


def forms(words: Words) -> tuple[str, ...]:
    """How the first of *words* may stand in a text: in Arabic script also behind what is written onto it."""
    first = words.tokens[0]
    return with_proclitics(first) if "\u0600" <= first[0] <= "\u06ff" else (first,)


def _match(node: Node) -> str | None:
    """*node* as the full-text index understands it, in brackets; None where it does not."""
    if isinstance(node, Words):
        return _match_words(node)
    if isinstance(node, Any):
        parts = [_match(part) for part in node.parts]
        return None if None in parts else _either([part for part in parts if part is not None])
    if isinstance(node, All):
        wanted = [_match(part) for part in node.parts if not isinstance(part, Not)]
        unwanted = [_match(part.part) for part in node.parts if isinstance(part, Not)]
        if not wanted or None in wanted or None in unwanted:
            return None
        both = f"({' AND '.join(part for part in wanted if part)})"
        return f"({both} NOT {_either([part for part in unwanted if part])})" if unwanted else both
    return None


def _match_words(words: Words) -> str:
    rest = "".join(f" {token}" for token in words.tokens[1:])
    star = " *" if words.prefix else ""
    either = _either([f'"{form}{rest}"{star}' for form in forms(words)])
    return f"({{title}} : {either})" if words.in_title else either


def _either(matches: list[str]) -> str:
    return f"({' OR '.join(matches)})"


def _condition(node: Node, read_time: ReadTime) -> Condition:
    if (match := _match(node)) is not None:
        return Condition(_IN_INDEX, (match,))
    if isinstance(node, Filter):
        return _filter(node, read_time)
    if isinstance(node, Not):
        inner = _condition(node.part, read_time)
        return Condition(f"NOT ({inner.sql})", inner.parameters)
    if isinstance(node, (All, Any)):
        inners = [_condition(part, read_time) for part in node.parts]
        joined = (" AND " if isinstance(node, All) else " OR ").join(inner.sql for inner in inners)
        return Condition(f"({joined})", tuple(value for inner in inners for value in inner.parameters))
    raise AssertionError(f"{node!r} matches the index")


def _filter(part: Filter, read_time: ReadTime) -> Condition:
    if part.name == "topic":
        return topic_condition((part.value,))
    if part.name == "source":
        return source_condition((part.value,))
    if part.name == "lang":
        return language_condition((part.value,))
    return Condition(f"{TIME} {'>=' if part.name == 'since' else '<'} ?", (read_time(part),))


def _one_of(comparison: str, values: tuple[str, ...]) -> Condition:
    """*comparison* with one of *values*; false, not NULL, where there is nothing to compare, so that NOT works."""
    return Condition(f"coalesce({_any(comparison, len(values))}, 0)", values)


def _any(comparison: str, number: int) -> str:
    return f"({' OR '.join([comparison] * number)})"
