"""What of the packs never fires in the archive, in words."""

from collections.abc import Collection, Iterable, Iterator

from topics.explaining import describe
from topics.idle import Idleness, IdleRule, IdleTerms

_MOST_TERMS = 8  # of a list, as examples
_MOST_LISTS = 12


def idle_warnings(
    idleness: Idleness, own: tuple[Collection[str], Collection[str]], *, others: bool, with_terms: bool
) -> Iterator[str]:
    """A line for each rule and list of the topics and lists named in *own*; of *others*, where they are asked for, a
    line for each topic and one for all lists. Single terms only *with_terms*.
    """
    topics, lists = own
    rules, terms = idleness.rules(), idleness.terms()
    yield from (_rule(rule) for rule in rules if rule.topic in topics)
    if others:
        yield from _rules_by_topic(idleness, [rule for rule in rules if rule.topic not in topics])
    for one in terms:
        if with_terms and (others or one.list in lists):
            yield _terms(one)
        elif one.is_all and one.list in lists:
            yield f'list "{one.list}": none of its {one.of} terms in {one.language} is in {one.texts:,} articles'
    if others and not with_terms:
        yield from _lists([one for one in terms if one.is_all and one.list not in lists])


def _rule(idle: IdleRule) -> str:
    number = sum(idle.texts.values())
    of_each = ", ".join(f"{count:,} {language}" for language, count in idle.texts.items())
    label, says = idle.rule.label, describe(idle.rule)
    return f'topic "{idle.topic}", {label} ({says}): held for none of the newest {number:,} articles ({of_each})'


def _rules_by_topic(idleness: Idleness, rules: Iterable[IdleRule]) -> Iterator[str]:
    by_topic: dict[str, list[str]] = {}
    for idle in rules:
        by_topic.setdefault(idle.topic, []).append(idle.rule.label)
    newest = sum(idleness.languages.values())
    for topic, labels in by_topic.items():
        number = f"{len(labels)} {'rule' if len(labels) == 1 else 'rules'}"
        yield f'topic "{topic}": {number} held for none of the newest {newest:,} articles: {", ".join(labels)}'


def _terms(idle: IdleTerms) -> str:
    few = "" if len(idle.terms) <= _MOST_TERMS else f"the first {_MOST_TERMS} are "
    quoted = ", ".join(f'"{term}"' for term in idle.terms[:_MOST_TERMS])
    number = f"{len(idle.terms)} of {idle.of} terms in {idle.language}"
    return f'list "{idle.list}": {number} are in none of {idle.texts:,} articles: {few}{quoted}'


def _lists(idle: list[IdleTerms]) -> Iterator[str]:
    by_list: dict[str, list[str]] = {}
    for one in idle:
        by_list.setdefault(one.list, []).append(one.language)
    if not by_list:
        return
    named = [f"{name} ({', '.join(languages)})" for name, languages in by_list.items()]
    rest = f" and {len(named) - _MOST_LISTS} more" if len(named) > _MOST_LISTS else ""
    yield f"lists of which nothing was found in a language: {', '.join(named[:_MOST_LISTS])}{rest}; --terms tells more"
