"""Whether one rule holds for a reading, and the places that make it hold."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from topics.finding import Hit, Hits
from topics.packs import Rule
from topics.reading import FieldReading, Reading

MOST_WINDOWS = 3
"""Stretches kept for one `near`: the narrowest show best why it holds."""

_NOTHING: Hits = {}


class Place(NamedTuple):
    """A hit and the field that it stands in."""

    reading: FieldReading
    hit: Hit


class Window(NamedTuple):
    """One hit of each list of a `near`, and the tokens from the first to the last of them.

    Tokens are counted on from the title into the text, as a reader reads them.
    """

    first: int
    last: int
    hits: tuple[Hit, ...]

    @property
    def width(self) -> int:
        """Tokens from the first hit's beginning to the last one's end."""
        return self.last - self.first + 1


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
        stretches = windows(rule, fields)
        if not stretches:
            return []
        holding += [_place(hit, fields) for window in stretches for hit in window.hits]
    return holding


def found(fields: Iterable[FieldReading], names: Sequence[str]) -> list[Place]:
    """What these lists find in these fields, in the order of the text."""
    ordered: list[Place] = []
    for field in fields:
        hits = [hit for name in names if name in field.hits for hit in field.of(name)]
        ordered += [Place(field, hit) for hit in (sorted(hits, key=_position) if len(hits) > 1 else hits)]
    return ordered


def count_apart(ordered: Iterable[Place]) -> int:
    """How many of these places, given in order, do not overlap: a word that two terms find counts once."""
    count, end, field = 0, -1, None
    for reading, hit in ordered:
        if reading.field != field:
            field, end = reading.field, -1
        if hit.first > end:
            count, end = count + 1, hit.last
    return count


def windows(rule: Rule, fields: Sequence[FieldReading]) -> list[Window]:
    """The narrowest stretches that hold what `near` asks for, none over another. One may begin in the title."""
    chosen: list[Window] = []
    for window in sorted((window for window in _candidates(rule, fields) if window.width <= rule.within), key=_width):
        if all(window.last < kept.first or window.first > kept.last for kept in chosen):
            chosen.append(window)
            if len(chosen) == MOST_WINDOWS:
                break
    return sorted(chosen)


def narrowest_width(rule: Rule, fields: Sequence[FieldReading]) -> int | None:
    """How narrow the narrowest stretch is that holds a hit of each list of `near`; None where there is none."""
    return min(map(_width, _candidates(rule, fields)), default=None)


def _candidates(rule: Rule, fields: Sequence[FieldReading]) -> Iterable[Window]:
    hits = [_counted_on(name, fields) for name in rule.near]
    if not all(hits):
        return ()
    return (_ordered if rule.ordered else _unordered)(hits)


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
    """Where a hit of a window stands: what `_counted_on` did, undone."""
    before = 0
    for field in fields[:-1]:
        tokens = len(field.folded.tokens)
        if hit.first < before + tokens:
            return Place(field, Hit(hit.first - before, hit.last - before, hit.term))
        before += tokens
    return Place(fields[-1], Hit(hit.first - before, hit.last - before, hit.term))


def _position(hit: Hit) -> tuple[int, int]:
    return hit.first, hit.last


def _width(window: Window) -> int:
    return window.width


def _unordered(lists: list[list[Hit]]) -> Iterator[Window]:
    """At each hit, the latest hit of every other list: no narrower stretch ends there. No word serves two lists."""
    starts = [[hit.first for hit in hits] for hits in lists]
    for number, hits in enumerate(lists):
        for hit in hits:
            chosen = {number: hit}
            for other, (others, firsts) in enumerate(zip(lists, starts, strict=True)):
                if other != number and (before := _latest(others, bisect_right(firsts, hit.first), chosen.values())):
                    chosen[other] = before
            if len(chosen) == len(lists):
                yield _window([chosen[number] for number in range(len(lists))])


def _latest(hits: list[Hit], end: int, taken: Iterable[Hit]) -> Hit | None:
    """The last of hits[:end] that touches none of those taken."""
    for place in range(end - 1, -1, -1):
        if all(hits[place].last < other.first or hits[place].first > other.last for other in taken):
            return hits[place]
    return None


def _ordered(lists: list[list[Hit]]) -> Iterator[Window]:
    """From each hit of the first list, the next hit of each further one."""
    starts = [[hit.first for hit in hits] for hits in lists]
    for hit in lists[0]:
        chosen = [hit]
        for hits, firsts in zip(lists[1:], starts[1:], strict=True):
            following = bisect_right(firsts, chosen[-1].last)
            if following == len(hits):
                return
            chosen.append(hits[following])
        yield _window(chosen)


def _window(hits: Sequence[Hit]) -> Window:
    return Window(min(hit.first for hit in hits), max(hit.last for hit in hits), tuple(hits))
