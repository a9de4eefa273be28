"""From the tables of TOML files to topic packs that are checked, ready to match. `docs/topics.md` shows the format.

A later folder's files lie on top of an earlier one's: a topic or a list of the same name stands instead of the
earlier, or adds to it where it says `extend = true`.
"""

import math
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from seeds.definitions import convert, nearest
from topics.lists import Place, joined, read_list
from topics.packs import Packs, Rule, Topic, languages_of, version_of
from topics.tables import Names, PackFile, RuleTable, TopicTable
from topics.terms import Term

_NO_LIST = "no list has this name"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def compile_packs(files: Sequence[tuple[str, dict[str, Any]]]) -> Packs:
    """The packs in *files*, each its path and its tables, the lowest first. Raises DefinitionError."""
    lists: dict[str, dict[str, tuple[Term, ...]]] = {}
    topics: dict[str, Topic] = {}
    defined: dict[tuple[str, str], Place] = {}
    references: list[tuple[Place, Names]] = []
    for path, tables in files:
        pack = convert(Path(path), tables, PackFile)
        for name, table in pack.lists.items():
            place = _claim(defined, path, "lists", name, extend=isinstance(table, dict) and table.get("extend") is True)
            terms = read_list(place, table)
            below = lists.get(name, {}) if isinstance(table, dict) and table.get("extend") else {}
            lists[name] = joined(below, terms)
        for topic_id, topic_table in pack.topic.items():
            topic = convert(Path(path), topic_table, TopicTable, f"topic.{topic_id}")
            place = _claim(defined, path, "topic", topic_id, extend=topic.extend)
            topics[topic_id] = _topic(place, topic_id, topic, topics.get(topic_id) if topic.extend else None)
            references += _references(place, topic)
    for place, names in references:
        _check_references(place, names, languages_of(lists) if place.key.endswith(".languages") else lists)
    for topic_id, complete in topics.items():
        _check_reach(defined["topic", topic_id], complete)
    return Packs(topics=topics, lists=lists, version=version_of(topics, lists))


def _claim(defined: dict[tuple[str, str], Place], path: str, kind: str, name: str, *, extend: bool) -> Place:
    """The place of a list or topic; an error where its name is taken in the same folder, or there is none to extend."""
    before, place = defined.get((kind, name)), Place(path, f"{kind}.{name}")
    if not _NAME.fullmatch(name):
        reason = "is no id: up to 64 lower-case letters, digits, - and _ make one"
        raise place.error("", reason, hint=_as_id(name))
    if extend and before is None:
        hint = nearest(name, [known for kind_of_known, known in defined if kind_of_known == kind])
        raise place.error("extend", "there is nothing of this name to extend", value=True, hint=hint)
    if before is not None and not extend and Path(before.file).parent == Path(path).parent:
        raise place.error("", f"is defined in {before.file} already")
    defined[kind, name] = place
    return place


def _as_id(name: str) -> str | None:
    """The id that *name* was probably meant to be."""
    meant = re.sub(r"[^a-z0-9_-]+", "_", name.lower()).strip("_")
    return meant if meant.isascii() and _NAME.fullmatch(meant) else None


def _topic(place: Place, topic_id: str, table: TopicTable, below: Topic | None) -> Topic:
    if below is None and not table.name:
        raise place.error("name", 'the key "name" is missing')
    if below is None and not table.rule:
        raise place.error("rule", "a topic needs at least one rule")
    rules_below = below.rules if below else ()
    return Topic(
        id=topic_id,
        name=table.name or (below.name if below else topic_id),
        threshold=table.threshold or (below.threshold if below else 1.0),
        rules=(*rules_below, *(_rule(rule, number) for number, rule in enumerate(table.rule, len(rules_below)))),
        none=(*(below.none if below else ()), *table.exclude.none),
        mask=(*(below.mask if below else ()), *table.exclude.mask),
    )


def _rule(table: RuleTable, number: int) -> Rule:
    scope, _, lead = table.scope.partition(":")
    return Rule(
        label=f"rule[{number}]",
        any=table.any,
        all=table.all,
        none=table.none,
        near=table.near,
        within=table.within or 0,
        ordered=table.ordered,
        at_least=table.at_least or 1,
        scope="body" if lead else scope,
        lead=int(lead) if lead else None,
        languages=table.languages,
        weight=table.weight,
    )


def _references(place: Place, topic: TopicTable) -> Iterable[tuple[Place, Names]]:
    for number, rule in enumerate(topic.rule):
        for key in ("any", "all", "none", "near", "languages"):
            yield Place(place.file, f"{place.key}.rule[{number}].{key}"), getattr(rule, key)
    for key in ("none", "mask"):
        yield Place(place.file, f"{place.key}.exclude.{key}"), getattr(topic.exclude, key)


def _check_references(place: Place, names: Names, known: Collection[str]) -> None:
    what = "no list has terms in this language" if place.key.endswith(".languages") else _NO_LIST
    for number, name in enumerate(names):
        if name not in known:
            hint = nearest(name, known)
            way_out = "" if hint or what != _NO_LIST else _no_list_way_out(name)
            raise place.error(f"[{number}]", what + way_out, value=name, hint=hint)
        if name in names[:number]:
            raise place.error(f"[{number}]", "is named twice", value=name)


def _no_list_way_out(name: str) -> str:
    if _NAME.fullmatch(name):
        return f"; [lists.{name}] would be its heading"
    return "; here stand names of lists, and terms stand in a list, under [lists.NAME]"


def _check_reach(place: Place, topic: Topic) -> None:
    reach = math.fsum(rule.weight for rule in topic.rules if rule.weight > 0)
    if reach < topic.threshold:
        reason = f"cannot be reached: the weights of all rules together are {reach:g}"
        raise place.error("threshold", reason, value=topic.threshold)
