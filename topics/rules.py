"""Whether one rule holds for a reading, and the places that make it hold."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from topics.finding import Hit, Hits
from topics.packs import Rule
from topics.reading import FieldReading, Reading
from topics.stretches import Stretch, ordered, unordered

MOST_STRETCHES = 3
"""Stretches kept for one `near`: the narrowest show best why it holds."""

_MOST_COMPARED = 10_000  # stretches of one `near`: no article has more, and a page that repeats some words for ever may

_NOTHING: Hits = {}


class Place(NamedTuple):
    """A hit and the field that it stands in."""

    reading: FieldReading
    hit: Hit


def possible(rule: Rule, reading: Reading) -> bool:
    """Whether *rule* might hold, by a quick look at which lists found anything: most rules end here."""
    if rule.languages and reading.languages.isdisjoint(rule.languages):
        return False
    title = reading.title.hits if rule.scope != "body" else _NOTHING
    text = reading.text.hits if rule.scope != "title" else _NOTHING
    if rule.any:
        count = 0
        for name in rule.any:
            count += len(title.get(name, ())) + len(text.get(name, ()))
        if count < rule.at_least:
            return False
    for name in rule.all:
        if name not in title and name not in text:
            return False
    for name in rule.near:  # noqa: SIM110 -- a generator would take three times as long, and this runs for every rule
        if name not in title and name not in text:
            return False
    return True


def places(rule: Rule, reading: Reading) -> list[Place]:
    """The places that make *rule* hold, each condition's in the order of the text; empty where it does not hold."""
    if not possible(rule, reading):
        return []
    fields = reading.scope(rule)
    if rule.none and found(fields, rule.none):
        return []
    holding: list[Place] = []
    if rule.any:
        holding = found(fields, rule.any)
        if not holding or (rule.at_least > 1 and count_apart(holding) < rule.at_least):
            return []
    for name in rule.all:
        of_list = found(fields, (name,))
        if not of_list:
            return []
        holding += of_list
    if rule.near:
        narrowest = stretches(rule, fields)
        if not narrowest:
            return []
        holding += [_place(hit, fields) for stretch in narrowest for hit in stretch.hits]
    return holding


def found(fields: Iterable[FieldReading], names: Sequence[str]) -> list[Place]:
    """What these lists find in these fields, in the order of the text."""
    in_order: list[Place] = []
    for field in fields:
        hits = [hit for name in names if name in field.hits for hit in field.of(name)]
        in_order += [Place(field, hit) for hit in (sorted(hits, key=_position) if len(hits) > 1 else hits)]
    return in_order


def count_apart(in_order: Iterable[Place]) -> int:
    """How many these places are, given in order, where those that overlap are one: a word that two terms find."""
    count, end, field = 0, -1, None
    for reading, hit in in_order:
        if reading.field != field:
            field, end = reading.field, -1
        if hit.first > end:
            count += 1
        end = max(end, hit.last)
    return count


def stretches(rule: Rule, fields: Sequence[FieldReading]) -> list[Stretch]:
    """The narrowest stretches that hold what `near` asks for, none over another. One may begin in the title."""
    chosen: list[Stretch] = []
    for stretch in sorted(islice(_candidates(rule, fields, rule.within), _MOST_COMPARED), key=_width):
        if all(stretch.last < kept.first or stretch.first > kept.last for kept in chosen):
            chosen.append(stretch)
            if len(chosen) == MOST_STRETCHES:
                break
    return sorted(chosen)


def narrowest_width(rule: Rule, fields: Sequence[FieldReading]) -> int | None:
    """How narrow the narrowest stretch is that holds a hit of each list of `near`; None where there is none."""
    return min(map(_width, _candidates(rule, fields, None)), default=None)


def _candidates(rule: Rule, fields: Sequence[FieldReading], most: int | None) -> Iterable[Stretch]:
    """Stretches of at most so many tokens, the narrowest that there is among them."""
    hits = [_counted_on(name, fields) for name in rule.near]
    if not all(hits):
        return ()
    return (ordered if rule.ordered else unordered)(hits, most)


def _counted_on(name: str, fields: Sequence[FieldReading]) -> list[Hit]:
    """One list's hits in order, those of a later field numbered on from the end of the one before."""
    hits: list[Hit] = []
    before = 0
    for field in fields:
        of_field = sorted(field.of(name), key=_position)
        hits += [Hit(hit.first + before, hit.last + before, hit.term) for hit in of_field] if before else of_field
        before += len(field.folded.tokens)
    return hits


def _place(hit: Hit, fields: Sequence[FieldReading]) -> Place:
    """Where a hit of a stretch stands: what `_counted_on` did, undone."""
    before = 0
    for field in fields[:-1]:
        tokens = len(field.folded.tokens)
        if hit.first < before + tokens:
            return Place(field, Hit(hit.first - before, hit.last - before, hit.term))
        before += tokens
    return Place(fields[-1], Hit(hit.first - before, hit.last - before, hit.term))


def _position(hit: Hit) -> tuple[int, int]:
    return hit.first, hit.last


def _width(stretch: Stretch) -> int:
    return stretch.width
