"""Why each topic holds for a text, or what it lacks: every term found, every rule, every condition."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from topics.evidence import Field
from topics.matching import reaches
from topics.packs import Packs, Rule, Topic
from topics.reading import FieldReading, Reading, read
from topics.rules import Place, count_apart, found, narrowest_width, places

_MOST_WORDS = 4  # named of what was found


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
    nearly: bool  # something that it looks for is there, and it is for the language
    found: tuple[Found, ...]
    missing: str | None
    lacking: int  # how many conditions keep it from holding


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedTopic:
    """A topic of which something was found, or that was asked for."""

    id: str
    name: str
    held: bool
    score: float
    threshold: float
    lists: tuple[str, ...]  # that its rules look for
    vetoed: tuple[Found, ...]  # what excludes the topic
    masked: tuple[Found, ...]  # what was taken out of the text first
    hidden: tuple[Found, ...]  # what its rules would have found there
    rules: tuple[ExplainedRule, ...]

    @property
    def lacks(self) -> str | None:
        """Why it does not hold, in words; None where it does."""
        if self.held:
            return None
        if self.vetoed:
            names = dict.fromkeys(piece.list for piece in self.vetoed)
            return f"excluded, since something of {_names(tuple(names))} is there"
        if not any(rule.held for rule in self.rules):
            return "none of its rules is met"
        return f"the rules that are met add up to {self.score:g}, and {self.threshold:g} is needed"

    @property
    def in_question(self) -> bool:
        """Whether it holds or might have, since a rule that speaks for it is met; else only words of its lists stand
        about.
        """
        return bool(self.vetoed or self.hidden) or any(rule.held and rule.weight > 0 for rule in self.rules)

    @property
    def nearest(self) -> list[ExplainedRule]:
        """The rules that would speak for it and do not, though something of theirs is found: those that lack least
        first, of several that lack as much the heaviest.
        """
        near = (rule for rule in self.rules if rule.nearly and not rule.held and rule.weight > 0)
        return sorted(near, key=lambda rule: (rule.lacking, -rule.weight))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that the packs find in a text. Topics of which nothing was found are only named."""

    languages: tuple[str, ...]  # whose lists were read
    note: str | None
    found: tuple[Found, ...]
    topics: tuple[ExplainedTopic, ...]
    untouched: tuple[str, ...]

    def of(self, topic: str) -> ExplainedTopic | None:
        """What is told of one topic; None where nothing of it was found."""
        return next((one for one in self.topics if one.id == topic), None)


def explain(
    packs: Packs, *, title: str | None, text: str, language: str | None, topics: Collection[str] = ()
) -> Explanation:
    """What `match` does for the same arguments, step by step. With *topics*, all of these and no others."""
    reading = read(packs, title=title, text=text, language=language)
    fields = (reading.title, reading.text)
    chosen = [topic for topic in packs.topics.values() if not topics or topic.id in topics]
    touched = [topic for topic in chosen if topics or any(field.hits.keys() & topic.uses for field in fields)]
    names = {name for topic in chosen for name in topic.uses} if topics else packs.lists.keys()
    all_found = [piece for name in packs.lists if name in names for piece in _found(found(fields, (name,)), name)]
    explained = tuple(_topic(topic, reading) for topic in touched)
    return Explanation(
        languages=tuple(sorted(reading.languages)),
        note=reading.note,
        found=tuple(sorted(all_found, key=_position)),
        topics=explained,
        untouched=tuple(topic.id for topic in chosen if topic not in touched),
    )


def _topic(topic: Topic, reading: Reading) -> ExplainedTopic:
    fields = (reading.title, reading.text)
    rest = reading.without_masked(topic)
    rules = tuple(_rule(rule, rest, reading) for rule in topic.rules)
    vetoed = _of_lists(fields, topic.none)
    score = round(sum(rule.weight for rule in rules if rule.held), 6)
    lists = tuple(dict.fromkeys(name for rule in topic.rules for name in (*rule.looks_for, *rule.none)))
    left = set(_of_lists((rest.title, rest.text), lists))
    return ExplainedTopic(
        id=topic.id,
        name=topic.name,
        held=not vetoed and reaches(topic, score),
        score=score,
        threshold=topic.threshold,
        lists=lists,
        vetoed=vetoed,
        masked=_of_lists(fields, topic.mask),
        hidden=tuple(piece for piece in _of_lists(fields, lists) if piece not in left),
        rules=rules,
    )


def _of_lists(fields: Sequence[FieldReading], names: Sequence[str]) -> tuple[Found, ...]:
    return tuple(piece for name in names for piece in _found(found(fields, (name,)), name))


def _rule(rule: Rule, rest: Reading, whole: Reading) -> ExplainedRule:
    holding = places(rule, rest)
    missing = () if holding else tuple(_missing(rule, rest, whole))
    return ExplainedRule(
        label=rule.label,
        says=describe(rule),
        weight=rule.weight,
        held=bool(holding),
        nearly=_is_for(rule, whole) and any(found(whole.scope(rule), (name,)) for name in rule.looks_for),
        found=tuple(_with_lists(rule, holding)),
        missing=None if holding else "; ".join(missing),
        lacking=len(missing),
    )


def _is_for(rule: Rule, reading: Reading) -> bool:
    return not rule.languages or not reading.languages.isdisjoint(rule.languages)


def _with_lists(rule: Rule, holding: Sequence[Place]) -> Iterator[Found]:
    """The places that make a rule hold, each with the first of its lists that finds it."""
    readings = {place.reading.field: place.reading for place in holding}
    by_hit = {
        (field, hit): name
        for name in reversed(rule.looks_for)
        for field, reading in readings.items()
        for hit in reading.of(name)
    }
    for place in holding:
        yield from _found([place], by_hit[place.reading.field, place.hit])


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


def _missing(rule: Rule, rest: Reading, whole: Reading) -> Iterator[str]:
    """What keeps a rule from holding, condition by condition. *rest* is *whole* without what is masked."""
    if not _is_for(rule, rest):
        read_as = f"; this was read as {_names(tuple(sorted(rest.languages)))}" if rest.languages else ""
        yield f"it is for {_names(rule.languages)} only{read_as}"
        return
    fields = rest.scope(rule)
    if rule.any:
        of_any = found(fields, rule.any)
        count = count_apart(of_any)
        if not count:
            yield _absence(rule.any, rule, rest, whole)
        elif count < rule.at_least:
            yield f"{count} of {rule.at_least} places{_scope(rule)}: {_words(of_any)}"
    for name in rule.all:
        if not found(fields, (name,)):
            yield _absence((name,), rule, rest, whole)
    if rule.near:
        yield from _missing_near(rule, rest, whole)
    for name in rule.none:
        if there := found(fields, (name,)):
            yield f"something of {name} is there: {_words(there)}"


def _missing_near(rule: Rule, rest: Reading, whole: Reading) -> Iterator[str]:
    fields = rest.scope(rule)
    absent = [name for name in rule.near if not found(fields, (name,))]
    if absent:
        yield from (_absence((name,), rule, rest, whole) for name in absent)
        return
    narrowest = narrowest_width(rule, fields)
    if narrowest is None:
        yield "never in this order" if rule.ordered else "one word would have to serve twice"
    elif narrowest > rule.within:
        yield f"the narrowest stretch is {narrowest} tokens long, more than {rule.within}"


def _absence(names: Sequence[str], rule: Rule, rest: Reading, whole: Reading) -> str:
    """That nothing of these lists is found where the rule looks; and where it is, if it is anywhere."""
    nothing = f"nothing of {_names(names)}{_scope(rule)}"
    if masked := found(whole.scope(rule), names):
        return f"{nothing}, since it is masked: {_words(masked)}"
    elsewhere = found((rest.title, rest.text), names)
    if not elsewhere:
        return nothing
    in_text = [hit for field, hit in elsewhere if field.field == "text"]
    if rule.lead is not None and in_text:
        return f"{nothing}, the first ends with token {in_text[0].last + 1}"
    return f"{nothing}, only in the {elsewhere[0].reading.field}"


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


def _position(piece: Found) -> tuple[bool, int, int]:
    return piece.field != "title", piece.start, piece.end


def _words(there: Sequence[Place]) -> str:
    """The words at these places, each once, as the text writes them."""
    words = dict.fromkeys(
        field.folded.original[start:end]
        for field, hit in there
        for start, end in (field.folded.span(hit.first, hit.last),)
    )
    shown = ", ".join(islice(words, _MOST_WORDS))
    return f"{shown} …" if len(words) > _MOST_WORDS else shown
