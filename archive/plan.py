"""Turns the tree of a query into SQL. Pure.

The full-text index answers in the order of ids, newest first, and stops when enough is found. So all that it can
answer is put into one MATCH, and the rest are conditions on each row that it gives.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fnmatch import fnmatchcase
from typing import TypeAlias

from archive.addresses import site_of
from archive.errors import QueryError
from archive.names import Names
from archive.query_tree import All, Any, Filter, Node, Not, Words
from archive.times import begin_of, end_of, to_text
from seeds.definitions import matches_one
from topics.proclitics import with_proclitics

Parameter: TypeAlias = str | int | None
KURDISH = ("ku", "ckb", "kmr", "sdh", "lki")
"""What `lang:ku` means: the macrolanguage, and the languages that it is written in."""
TIME = "coalesce(head.published, head.first_seen)"
_IN_INDEX = "head.id IN (SELECT rowid FROM article_index WHERE article_index MATCH ?)"
_IN_AUTHORS = "head.id IN (SELECT rowid FROM author_index WHERE author_index MATCH ?)"


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL over `article_head AS head`, and its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


NEVER = Condition("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A query to the archive. Bounds are of the article's time, as stored text: from *since* to before *until*."""

    match: str | None  # for the full-text index; None: it has nothing to say
    conditions: tuple[Condition, ...]
    since: str | None = None
    until: str | None = None
    before: int | None = None  # only articles with a smaller id: what comes behind it


ReadTime: TypeAlias = Callable[[Filter], str]
"""Turns `since:` or `until:` into stored text, or raises QueryError."""


def time_reader(query: str, *, now: datetime, zone: tzinfo) -> ReadTime:
    """Reads the times of *query*: days begin in *zone*, spans such as `24h` end *now*."""

    def read_time(part: Filter) -> str:
        read = begin_of if part.name == "since" else end_of
        try:
            return to_text(read(part.value, now=now, zone=zone))
        except ValueError as error:
            raise QueryError(f'"{part.name}:" {error}', query, part.position) from error

    return read_time


def plan_of(node: Node, names: Names, read_time: ReadTime) -> Plan:
    """The plan for *node* in an archive with these *names*."""
    wanted: list[str] = []
    unwanted: list[str] = []
    others: list[Node] = []
    times: dict[str, list[str]] = {"since": [], "until": []}
    for part in node.parts if isinstance(node, All) else (node,):
        absent = _absent(part)
        if isinstance(part, Filter) and part.name in times:
            times[part.name].append(read_time(part))
        elif (match := _match(absent or part)) is not None:
            (unwanted if absent else wanted).append(match)
        else:
            others.append(part)
    conditions = [_condition(part, names, read_time, leads=not wanted) for part in others]
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


def forms(words: Words) -> tuple[str, ...]:
    """How the first of *words* may stand in a text: in Arabic script also behind what is written onto it."""
    first = words.tokens[0]
    return with_proclitics(first) if "\u0600" <= first[0] <= "\u06ff" else (first,)


def _absent(node: Node) -> Node | None:
    """What *node* asks to be without, and nothing else: `-a`, and the `-(a b)` that was simplified to `-a OR -b`."""
    if isinstance(node, Not):
        return node.part
    parts = [part.part for part in node.parts if isinstance(part, Not)] if isinstance(node, Any) else []
    return All(tuple(parts)) if isinstance(node, Any) and len(parts) == len(node.parts) else None


def _match(node: Node) -> str | None:
    """*node* as the full-text index understands it, in brackets; None where it does not: authors have their own."""
    if isinstance(node, Words):
        return None if node.field == "author" else _match_words(node)
    if isinstance(node, Any):
        parts = [_match(part) for part in node.parts]
        return None if None in parts else _either([part for part in parts if part is not None])
    if isinstance(node, All):
        wanted = [_match(part) for part in node.parts if not _absent(part)]
        unwanted = [_match(part) for part in map(_absent, node.parts) if part]
        if not wanted or None in wanted or None in unwanted:
            return None
        both = f"({' AND '.join(part for part in wanted if part)})"
        return f"({both} NOT {_either([part for part in unwanted if part])})" if unwanted else both
    return None


def _match_words(words: Words) -> str:
    rest = "".join(f" {token}" for token in words.tokens[1:])
    star = " *" if words.prefix else ""
    either = _either([f'"{form}{rest}"{star}' for form in forms(words)])
    return f"({{title}} : {either})" if words.field == "title" else either


def _either(matches: list[str]) -> str:
    return f"({' OR '.join(matches)})"


def _condition(node: Node, names: Names, read_time: ReadTime, *, leads: bool = False) -> Condition:
    """*node* as a condition on a row. Where it *leads*, no index has found the row yet."""
    if (match := _match(node)) is not None:
        return Condition(_IN_INDEX, (match,))
    if isinstance(node, Words):
        return Condition(_IN_AUTHORS, (_match_words(node),))
    if isinstance(node, Not):
        inner = _condition(node.part, names, read_time)
        return Condition(f"NOT coalesce({inner.sql}, 0)", inner.parameters)
    filters = [part for part in (node.parts if isinstance(node, Any) else (node,)) if isinstance(part, Filter)]
    if len(filters) == (len(node.parts) if isinstance(node, Any) else 1) and len({part.name for part in filters}) == 1:
        return _filter(filters, names, read_time, leads=leads)
    if isinstance(node, (All, Any)):
        inners = [_condition(part, names, read_time) for part in _grouped(node)]
        joined = (" AND " if isinstance(node, All) else " OR ").join(inner.sql for inner in inners)
        return Condition(f"({joined})", tuple(value for inner in inners for value in inner.parameters))
    raise AssertionError(f"{node!r} is none of the kinds there are")


def _grouped(node: All | Any) -> list[Node]:
    """The parts of *node*, with all that the index can answer as one, and all that it is to leave out as another: each
    question to it gathers whatever has the word, and forty of them took a second.
    """
    others = [part for part in node.parts if _match(part.part if isinstance(part, Not) else part) is None]
    found = tuple(part for part in node.parts if _match(part) is not None)
    absent = tuple(part.part for part in node.parts if isinstance(part, Not) and _match(part.part) is not None)
    if found:
        others.append(type(node)(found))
    if absent:
        others.append(Not(All(absent) if isinstance(node, Any) else Any(absent)))
    return others  # the others first: they may spare the question to the index


def _filter(filters: Sequence[Filter], names: Names, read_time: ReadTime, *, leads: bool) -> Condition:
    """One of *filters*, which are of one kind, holds."""
    kind, values = filters[0].name, [part.value for part in filters]
    if kind == "topic":
        numbers = [number for name, number in names.topics.items() if matches_one(name, values)]
        return _topic_condition(numbers, leads=leads)
    if kind == "source":
        return _is_in(
            "source", [name for name in names.sources if matches_one(name, values)], of=len(names.sources), leads=leads
        )
    if kind == "lang":
        return _is_in(
            "language",
            [name for name in names.languages if is_language(name, values)],
            of=len(names.languages),
            leads=leads,
        )
    if kind == "site":
        return _is_in("site", [name for name in names.sites if is_site(name, values)], of=len(names.sites), leads=leads)
    if kind == "saved":
        raise QueryError(f'"saved:{values[0]}" is a search of a desk, and there is none to look it up in')
    times = [read_time(part) for part in filters]
    return Condition(f"{TIME} >= ?", (min(times),)) if kind == "since" else Condition(f"{TIME} < ?", (max(times),))


def _topic_condition(topics: list[int], *, leads: bool) -> Condition:
    if not topics:
        return NEVER
    tagged = f"SELECT article FROM article_tags WHERE topic IN ({', '.join(map(str, topics))})"  # noqa: S608 -- numbers
    if leads:  # nothing else finds the articles: list them once, instead of asking for every row
        return Condition(f"head.id IN ({tagged})")
    return Condition(f"EXISTS ({tagged} AND article = head.id)")


def is_language(language: str, asked: Iterable[str]) -> bool:
    """Whether *language*, a BCP 47 tag, is one of those *asked* for: `ar` is also what `ar-IQ` is, `ku` all Kurdish."""
    wanted = {tag for value in asked for tag in (KURDISH if value.lower() == "ku" else (value.lower(),))}
    return any(language.lower() == tag or language.lower().startswith(tag + "-") for tag in wanted)


def is_site(site: str, asked: Iterable[str]) -> bool:
    """Whether *site*, a host as an archive has it, is one of those *asked* for, or beneath it: `shafaq.com` is also
    what `ar.shafaq.com` is. `*` stands for anything, and an address is asked for its host.
    """
    return any(fnmatchcase(site, host) or site.endswith(f".{host}") for host in map(_host_asked, asked) if host)


def _host_asked(value: str) -> str:
    if "*" in value:
        return value.lower()
    return site_of(value if "://" in value else f"https://{value}")


def _is_in(column: str, values: list[str], *, of: int, leads: bool) -> Condition:
    """One of *values* stands in *column*, which has so many (*of*). Its index is of use only where it *leads*: beside
    another condition SQLite would gather all rows that it names and sort them, where the newest are at hand; so it
    would of most of the values, a third of a second for a million rows.
    """
    where = f"head.{column}" if leads and (len(values) == 1 or 2 * len(values) < of) else f"+head.{column}"
    return Condition(f"{where} IN ({', '.join('?' * len(values))})", tuple(values)) if values else NEVER
