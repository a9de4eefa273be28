"""Topic packs: from the tables of TOML files to checked topics, ready to match. `docs/topics.md` shows the format.

A later folder's files lie on top of an earlier one's: a topic or a list of the same name stands instead of the
earlier, or adds to it where it says `extend = true`.
"""

import hashlib
import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from seeds.definitions import DefinitionError, convert, nearest
from topics.finding import Finder
from topics.fold import FOLD_VERSION
from topics.languages import language_mistake, languages_read
from topics.tables import Names, PackFile, RuleTable, TopicTable
from topics.terms import Term, TermError, parse_term

MATCH_VERSION = 1
"""Grows with every change of the tags or the evidence that the same packs give the same text: of finding, rules,
scores, proclitics or the choice of lists. What was tagged under another number is offered to be tagged anew."""

_NO_LIST = "no list has this name"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `label` is "rule[0]", its place in the topic."""

    label: str
    any: tuple[str, ...]
    all: tuple[str, ...]
    none: tuple[str, ...]
    near: tuple[str, ...]
    within: int
    ordered: bool
    at_least: int
    scope: str  # "any", "title" or "body"
    lead: int | None  # tokens of the body
    languages: tuple[str, ...]  # whose lists it looks at; empty: all
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What is looked for. The weights of the rules that hold must reach the threshold."""

    id: str
    name: str
    threshold: float
    rules: tuple[Rule, ...]
    none: tuple[str, ...]  # lists that veto it
    mask: tuple[str, ...]  # lists whose hits are taken out of the text first

    @property
    def uses(self) -> frozenset[str]:
        """The names of all lists that have a say in it."""
        in_rules = (name for rule in self.rules for name in (*rule.any, *rule.all, *rule.none, *rule.near))
        return frozenset((*in_rules, *self.none, *self.mask))


@dataclass(frozen=True, kw_only=True)
class Packs:
    """All topics, compiled. `lists` holds the terms of each list by language."""

    topics: dict[str, Topic]
    lists: dict[str, dict[str, tuple[Term, ...]]]
    version: str
    _finders: dict[frozenset[str], Finder] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that any list has terms in."""
        return _languages(self.lists)

    @cached_property
    def topics_by_list(self) -> dict[str, tuple[str, ...]]:
        """For each list, the topics that something found of it can speak for."""
        uses: dict[str, dict[str, None]] = {}
        for topic in self.topics.values():
            for rule in topic.rules:
                for name in (*rule.any, *rule.all, *rule.near):
                    uses.setdefault(name, {})[topic.id] = None
        return {name: tuple(topics) for name, topics in uses.items()}

    def languages_for(self, language: str | None, text: str) -> tuple[frozenset[str], str | None]:
        """The languages whose lists *text* is read with, and a note where its language is not known."""
        return languages_read(language, self.languages, text)

    def finder(self, languages: frozenset[str]) -> Finder:
        """What finds the terms of these languages' lists."""
        if languages not in self._finders:
            self._finders[languages] = Finder(
                (name, terms)
                for name, by_language in self.lists.items()
                for language_of_terms, terms in by_language.items()
                if language_of_terms in languages
            )
        return self._finders[languages]

    def warnings(self, topics: Collection[str] | None = None, lists: Collection[str] | None = None) -> Iterator[str]:
        """What is allowed but does nothing: a list that no topic uses, a topic that a language can never reach.

        With *topics* and *lists*, only of these.
        """
        used = {name for topic in self.topics.values() for name in topic.uses}
        for name in self.lists if lists is None else lists:
            if name not in used:
                yield f'no topic uses the list "{name}"'
        for topic in self.topics.values() if topics is None else [self.topics[name] for name in topics]:
            for language in sorted(self.languages):
                reach = sum(rule.weight for rule in topic.rules if rule.weight > 0 and self.speaks(rule, (language,)))
                if reach < topic.threshold:
                    yield f'topic "{topic.id}" can never hold in "{language}": too few of its rules have terms there'

    def speaks(self, rule: Rule, languages: Collection[str]) -> bool:
        """Whether *rule* can hold at all in a text that is read with the lists of these languages."""
        its_own = set(languages) & set(rule.languages or languages)
        asked = (*rule.any, *rule.all, *rule.near)
        has = {name for name in asked if any(self.lists[name].get(language) for language in its_own)}
        return has.issuperset((*rule.all, *rule.near)) and (not rule.any or not has.isdisjoint(rule.any))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something is defined."""

    file: str
    key: str

    def error(self, key: str, reason: str, value: object = None, hint: str | None = None) -> DefinitionError:
        joined = f"{self.key}.{key}" if key and not key.startswith("[") else self.key + key
        return DefinitionError(self.file, joined, reason, value=value, nearest=hint)


def compile_packs(files: Sequence[tuple[str, dict[str, Any]]]) -> Packs:
    """The packs in *files*, each its path and its tables, the lowest first. Raises DefinitionError."""
    lists: dict[str, dict[str, tuple[Term, ...]]] = {}
    topics: dict[str, Topic] = {}
    defined: dict[tuple[str, str], _Place] = {}
    references: list[tuple[_Place, Names]] = []
    for path, tables in files:
        pack = convert(Path(path), tables, PackFile)
        for name, table in pack.lists.items():
            place = _claim(defined, path, "lists", name, extend=isinstance(table, dict) and table.get("extend") is True)
            terms = _read_list(place, table)
            below = lists.get(name, {}) if isinstance(table, dict) and table.get("extend") else {}
            lists[name] = _joined(below, terms)
        for topic_id, topic_table in pack.topic.items():
            topic = convert(Path(path), topic_table, TopicTable, f"topic.{topic_id}")
            place = _claim(defined, path, "topic", topic_id, extend=topic.extend)
            topics[topic_id] = _topic(place, topic_id, topic, topics.get(topic_id) if topic.extend else None)
            references += _references(place, topic)
    for place, names in references:
        _check_references(place, names, _languages(lists) if place.key.endswith(".languages") else lists)
    for topic_id, complete in topics.items():
        _check_reach(defined["topic", topic_id], complete)
    return Packs(topics=topics, lists=lists, version=_version(topics, lists))


def _claim(defined: dict[tuple[str, str], _Place], path: str, kind: str, name: str, *, extend: bool) -> _Place:
    """The place of a list or topic; an error where its name is taken in the same folder, or there is none to extend."""
    before, place = defined.get((kind, name)), _Place(path, f"{kind}.{name}")
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


def _read_list(place: _Place, table: object) -> dict[str, tuple[Term, ...]]:
    if not isinstance(table, dict):
        raise place.error("", 'terms stand under their language, such as en = ["…"]', value=table)
    if not isinstance(extend := table.get("extend", False), bool):
        raise place.error("extend", "must be true or false", value=extend)
    unread = table.get("unread", {})
    if not isinstance(unread, dict):
        raise place.error("unread", 'terms stand under their language, such as ckb = ["…"]', value=unread)
    terms: dict[str, tuple[Term, ...]] = {}
    for prefix, by_language in (("", table), ("unread.", unread)):
        for lang, written in by_language.items():
            if prefix or lang not in ("extend", "unread"):
                key = f"{prefix}{lang}"
                terms[lang] = _read_terms(place, key, lang, written, terms.get(lang, ()), unread=bool(prefix))
    if not any(terms.values()):
        raise place.error("", "has no terms")
    return terms


def _read_terms(
    place: _Place, key: str, language: str, written: object, before: tuple[Term, ...], *, unread: bool
) -> tuple[Term, ...]:
    """The terms *before*, and those *written* at *key*. None may be there twice."""
    if wrong := language_mistake(language):
        raise place.error(key, wrong.reason, hint=wrong.meant)
    if not isinstance(written, list):
        raise place.error(key, "must be a list of terms", value=written)
    known: dict[str, list[Term]] = {}
    for term in before:
        known.setdefault(term.folded, []).append(term)
    terms = list(before)
    for number, text in enumerate(written):
        if not isinstance(text, str):
            raise place.error(f"{key}[{number}]", "must be text", value=text)
        try:
            term = parse_term(text, language, unread=unread)
        except TermError as error:
            raise place.error(f"{key}[{number}]", str(error), value=text) from error
        for earlier in known.setdefault(term.folded, []):
            if term.same_as(earlier):
                reason = f'is "{earlier.written}" again: after folding they are the same'
                raise place.error(f"{key}[{number}]", reason, value=text)
        known[term.folded].append(term)
        terms.append(term)
    return tuple(terms)


def _joined(
    below: Mapping[str, tuple[Term, ...]], above: Mapping[str, tuple[Term, ...]]
) -> dict[str, tuple[Term, ...]]:
    """The terms of both. What both have counts once: a pack may come to know what a desk added long ago."""
    joined = dict(below)
    for language, terms in above.items():
        kept = (term for term in joined.get(language, ()) if not any(map(term.same_as, terms)))
        joined[language] = (*kept, *terms)
    return joined


def _topic(place: _Place, topic_id: str, table: TopicTable, below: Topic | None) -> Topic:
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


def _references(place: _Place, topic: TopicTable) -> Iterable[tuple[_Place, Names]]:
    for number, rule in enumerate(topic.rule):
        for key in ("any", "all", "none", "near", "languages"):
            yield _Place(place.file, f"{place.key}.rule[{number}].{key}"), getattr(rule, key)
    for key in ("none", "mask"):
        yield _Place(place.file, f"{place.key}.exclude.{key}"), getattr(topic.exclude, key)


def _check_references(place: _Place, names: Names, known: Collection[str]) -> None:
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


def _languages(lists: Mapping[str, Mapping[str, object]]) -> frozenset[str]:
    return frozenset(language for terms in lists.values() for language in terms)


def _check_reach(place: _Place, topic: Topic) -> None:
    reach = math.fsum(rule.weight for rule in topic.rules if rule.weight > 0)
    if reach < topic.threshold:
        reason = f"cannot be reached: the weights of all rules together are {reach:g}"
        raise place.error("threshold", reason, value=topic.threshold)


def _version(topics: Mapping[str, Topic], lists: Mapping[str, Mapping[str, tuple[Term, ...]]]) -> str:
    """Changes with all that could change a tag, and not with comments, names for people, order of files and of keys."""
    content = {
        "fold": FOLD_VERSION,
        "match": MATCH_VERSION,
        "topics": {name: asdict(replace(topic, name="")) for name, topic in topics.items()},
        "lists": {
            name: {language: sorted(term.written for term in terms) for language, terms in by_language.items()}
            for name, by_language in lists.items()
        },
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
