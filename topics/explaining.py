"""Why each topic holds for a text, or what it lacks: every term found, every rule, every condition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from topics.evidence import Field
from topics.matching import reaches
from topics.packs import Packs, Rule, Topic
from topics.reading import FieldReading, Reading, read
from topics.rules import Place, count_apart, found, narrowest_width, places


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A term in the untouched field."""

    term: str
    list: str
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRule:
    """A rule that holds, with its places, or one that does not, with what is missing."""

    label: str
    says: str  # in words: "near move, troops within 16 tokens"
    weight: float
    held: bool
    nearly: bool  # something that it looks for is there
    found: tuple[Found, ...]
    missing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedTopic:
    """A topic of which something was found."""

    id: str
    name: str
    held: bool
    score: float
    threshold: float
    vetoed: tuple[Found, ...]  # what excludes the topic
    masked: tuple[Found, ...]  # what was taken out of the text first
    rules: tuple[ExplainedRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that the packs find in a text. Topics of which nothing was found are only named."""

    languages: tuple[str, ...]  # whose lists were read
    note: str | None
    found: tuple[Found, ...]
    topics: tuple[ExplainedTopic, ...]
    untouched: tuple[str, ...]


def explain(packs: Packs, *, title: str | None, text: str, language: str | None) -> Explanation:
    """What `match` does for the same arguments, step by step."""
    reading = read(packs, title=title, text=text, language=language)
    fields = (reading.title, reading.text)
    all_found = [piece for name in packs.lists for piece in _found(found(fields, (name,)), name)]
    touched = [topic for topic in packs.topics.values() if any(field.hits.keys() & topic.uses for field in fields)]
    explained = tuple(_topic(topic, reading) for topic in touched)
    return Explanation(
        languages=tuple(sorted(reading.languages)),
        note=reading.note,
        found=tuple(sorted(all_found, key=lambda piece: (piece.field != "title", piece.start, piece.end))),
        topics=explained,
        untouched=tuple(topic for topic in packs.topics if topic not in {one.id for one in explained}),
    )


def _topic(topic: Topic, reading: Reading) -> ExplainedTopic:
    fields = (reading.title, reading.text)
    rest = reading.without_masked(topic)
    rules = tuple(_rule(rule, rest) for rule in topic.rules)
    vetoed = tuple(piece for name in topic.none for piece in _found(found(fields, (name,)), name))
    score = round(sum(rule.weight for rule in rules if rule.held), 6)
    return ExplainedTopic(
        id=topic.id,
        name=topic.name,
        held=not vetoed and reaches(topic, score),
        score=score,
        threshold=topic.threshold,
        vetoed=vetoed,
        masked=tuple(piece for name in topic.mask for piece in _found(found(fields, (name,)), name)),
        rules=rules,
    )


def _rule(rule: Rule, reading: Reading) -> ExplainedRule:
    holding = places(rule, reading)
    return ExplainedRule(
        label=rule.label,
        says=describe(rule),
        weight=rule.weight,
        held=bool(holding),
        nearly=any(found(reading.scope(rule), (name,)) for name in (*rule.any, *rule.all, *rule.near)),
        found=tuple(_found(holding, "")),
        missing=None if holding else "; ".join(_missing(rule, reading)),
    )


def describe(rule: Rule) -> str:
    """A rule in words."""
    parts = []
    if rule.any:
        times = f"{rule.at_least} times " if rule.at_least > 1 else ""
        parts.append(f"{times}any of {_names(rule.any)}")
    if rule.all:
        parts.append(f"all of {_names(rule.all)}")
    if rule.near:
        order = "in this order " if rule.ordered else ""
        parts.append(f"{_names(rule.near)} {order}within {rule.within} tokens")
    if rule.none:
        parts.append(f"none of {_names(rule.none)}")
    only = f", for {_names(rule.languages)} only" if rule.languages else ""
    return " and ".join(parts) + _scope(rule) + only


def _missing(rule: Rule, reading: Reading) -> Iterator[str]:
    """What keeps a rule from holding, condition by condition."""
    if rule.languages and reading.languages.isdisjoint(rule.languages):
        yield f"it is for {_names(rule.languages)} only"
        return
    fields = reading.scope(rule)
    if rule.any:
        count = count_apart(found(fields, rule.any))
        if not count:
            yield f"nothing of {_names(rule.any)}{_scope(rule)}"
        elif count < rule.at_least:
            yield f"{count} of {rule.at_least} places{_scope(rule)}"
    for name in rule.all:
        if not found(fields, (name,)):
            yield f"nothing of {name}{_scope(rule)}"
    if rule.near:
        yield from _missing_near(rule, fields)
    for name in rule.none:
        if found(fields, (name,)):
            yield f"something of {name} is there"


def _missing_near(rule: Rule, fields: Sequence[FieldReading]) -> Iterator[str]:
    absent = [name for name in rule.near if not any(field.of(name) for field in fields)]
    if absent:
        yield f"nothing of {_names(absent)}{_scope(rule)}"
        return
    narrowest = narrowest_width(rule, fields)
    if narrowest is None:
        yield "never in this order" if rule.ordered else "one word would have to serve twice"
    elif narrowest > rule.within:
        yield f"the narrowest stretch is {narrowest} tokens long, more than {rule.within}"


def _found(places_found: Sequence[Place], name: str) -> Iterator[Found]:
    for field, hit in places_found:
        start, end = field.folded.span(hit.first, hit.last)
        yield Found(term=hit.term.written, list=name, field=field.field, start=start, end=end)


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)


def _scope(rule: Rule) -> str:
    if rule.lead is not None:
        return f" in the first {rule.lead} tokens of the text"
    return {"title": " in the title", "body": " in the text", "any": ""}[rule.scope]
