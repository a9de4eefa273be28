"""Topic packs, checked and ready to match: topics with their rules, and the lists of terms that they look for."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property

from topics.finding import Finder
from topics.fold import FOLD_VERSION
from topics.languages import languages_read
from topics.terms import Term

MATCH_VERSION = 1
"""Grows with every change of the tags or the evidence that the same packs give the same text: of finding, rules,
scores, proclitics or the choice of lists. What was tagged under another number is offered to be tagged anew."""


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

    @property
    def looks_for(self) -> tuple[str, ...]:
        """The lists of which something found can make it hold."""
        return (*self.any, *self.all, *self.near)


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
        in_rules = (name for rule in self.rules for name in (*rule.looks_for, *rule.none))
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
        return languages_of(self.lists)

    @cached_property
    def topics_by_list(self) -> dict[str, tuple[str, ...]]:
        """For each list, the topics that something found of it can speak for."""
        uses: dict[str, dict[str, None]] = {}
        for topic in self.topics.values():
            for rule in topic.rules:
                for name in rule.looks_for:
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
        has = {name for name in rule.looks_for if any(self.lists[name].get(language) for language in its_own)}
        return has.issuperset((*rule.all, *rule.near)) and (not rule.any or not has.isdisjoint(rule.any))


def languages_of(lists: Mapping[str, Mapping[str, object]]) -> frozenset[str]:
    """The languages that any of *lists* has terms in."""
    return frozenset(language for terms in lists.values() for language in terms)


def version_of(topics: Mapping[str, Topic], lists: Mapping[str, Mapping[str, tuple[Term, ...]]]) -> str:
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
