"""Which topics hold for an article, and the places in it that make them hold."""

from collections.abc import Iterable, Iterator

from seeds.bounds import MAX_EVIDENCE
from topics.evidence import Evidence, Tag
from topics.packs import Packs, Rule, Topic
from topics.reading import Reading, read
from topics.rules import Place, places, possible

_EPSILON = 1e-9  # 0.1 + 0.2 must reach a threshold of 0.3


def match(packs: Packs, *, title: str | None, text: str, language: str | None) -> tuple[Tag, ...]:
    """The topics that hold, in the packs' order. Offsets count code points of each field as it was given."""
    reading = read(packs, title=title, text=text, language=language)
    touched = {
        topic
        for field in (reading.title, reading.text)
        for name in field.hits
        for topic in packs.topics_by_list.get(name, ())
    }
    tags = (_tag(packs, topic, reading) for name, topic in packs.topics.items() if name in touched)
    return tuple(tag for tag in tags if tag)


def reaches(topic: Topic, score: float) -> bool:
    """Whether the weights of the rules that hold are enough."""
    return score >= topic.threshold - _EPSILON


def _tag(packs: Packs, topic: Topic, reading: Reading) -> Tag | None:
    rules = [rule for rule in topic.rules if possible(rule, reading)]
    if not reaches(topic, sum(rule.weight for rule in rules if rule.weight > 0)) or reading.vetoed(topic):
        return None
    rest = reading.without_masked(topic)
    held = [(rule, found) for rule in rules if (found := places(rule, rest))]
    score = sum(rule.weight for rule, _ in held)
    if not reaches(topic, score):
        return None
    evidence = (piece for rule, found in held if rule.weight > 0 for piece in _evidence(rule, found, reading.note))
    return Tag(topic=topic.id, score=round(score, 6), pack_version=packs.version, evidence=tuple(evidence))


def _evidence(rule: Rule, found: Iterable[Place], note: str | None) -> Iterator[Evidence]:
    seen: set[tuple[str, int, int, str]] = set()
    for field, hit in found:
        start, end = field.folded.span(hit.first, hit.last)
        term = hit.term.written
        if (key := (field.field, start, end, term)) in seen:
            continue
        seen.add(key)
        yield Evidence(
            rule=rule.label, term=term, field=field.field, start=start, end=end, score=rule.weight, note=note
        )
        if len(seen) >= max(MAX_EVIDENCE, rule.at_least):
            return
