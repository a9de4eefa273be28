"""Stretches of a text that hold one hit of each of some lists, of which no two touch: no word serves two lists."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from topics.finding import Hit

_MOST_TRIED = 2_000  # ends where hits of several lists overlap, so that each choice is gone through: none has more


class Stretch(NamedTuple):
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


def unordered(lists: list[list[Hit]], most: int | None) -> Iterator[Stretch]:
    """At each hit, the narrowest stretch that ends with it and holds a hit of every other list.

    Stretches of more than *most* tokens, where it is a number, are left out.
    """
    ended = [_Ended(hits) for hits in lists]
    tried = 0
    for number, hits in enumerate(lists):
        others = ended[:number] + ended[number + 1 :]
        for hit in hits:
            earliest = 0 if most is None else hit.last - most + 1
            chosen = _each(others, hit.first, earliest)
            if len(chosen) > 1 and not _apart(chosen) and tried < _MOST_TRIED:
                tried += 1
                chosen = _each_apart(others, hit.first, earliest)
            if len(chosen) == len(others) and _apart(chosen):
                yield _stretch([*chosen[:number], hit, *chosen[number:]])


class _Ended:
    """A list's hits by their end. Of those that end before a token, which begins last?"""

    __slots__ = ("_ends", "_latest")

    def __init__(self, hits: list[Hit]) -> None:
        by_end = sorted(hits, key=_end)
        self._ends = [hit.last for hit in by_end]
        self._latest = list(accumulate(by_end, _later))

    def latest(self, token: int, earliest: int) -> Hit | None:
        """The hit that begins last of those that end before *token*; None where it begins before *earliest*."""
        place = bisect_left(self._ends, token)
        return self._latest[place - 1] if place and self._latest[place - 1].first >= earliest else None


def _each(lists: Sequence[_Ended], token: int, earliest: int) -> list[Hit]:
    """The latest hit of each list before *token*, as far as there are any. They may touch each other."""
    chosen: list[Hit] = []
    for hits in lists:
        if (hit := hits.latest(token, earliest)) is None:
            return []
        chosen.append(hit)
    return chosen


def _each_apart(lists: Sequence[_Ended], token: int, earliest: int) -> list[Hit]:
    """The same where none touches another, the first of them as late as can be; empty where that cannot be.

    They are taken from the right. Of all ways to serve the same lists, the one that leaves most room is gone on with.
    """
    ways: dict[frozenset[int], dict[int, Hit]] = {frozenset(): {}}
    for _ in lists:
        longer: dict[frozenset[int], dict[int, Hit]] = {}
        rooms: dict[frozenset[int], int] = {}
        for served, way in ways.items():
            room = min((hit.first for hit in way.values()), default=token)
            for number, hits in enumerate(lists):
                if number in served or (hit := hits.latest(room, earliest)) is None:
                    continue
                if hit.first > rooms.get(together := served | {number}, -1):
                    longer[together], rooms[together] = {**way, number: hit}, hit.first
        ways = longer
    return [way[number] for way in ways.values() for number in range(len(lists))]


def _apart(hits: Sequence[Hit]) -> bool:
    return all(one.last < other.first for one, other in pairwise(sorted(hits, key=_position)))


def ordered(lists: list[list[Hit]], most: int | None) -> Iterator[Stretch]:
    """From each hit of the first list, the hit of each further one that ends first. *most* as for `unordered`."""
    begun = [_Begun(hits) for hits in lists[1:]]
    for hit in lists[0]:
        chosen: list[Hit] = [hit]
        for hits in begun:
            following = hits.earliest(chosen[-1].last)
            if following is None or (most is not None and following.last - hit.first >= most):
                break
            chosen.append(following)
        else:
            yield _stretch(chosen)


class _Begun:
    """A list's hits by their beginning. Of those that begin after a token, which ends first?"""

    __slots__ = ("_earliest", "_starts")

    def __init__(self, hits: list[Hit]) -> None:
        self._starts = [hit.first for hit in hits]
        self._earliest = list(accumulate(reversed(hits), _sooner))[::-1]

    def earliest(self, token: int) -> Hit | None:
        """The hit that ends first of those that begin after *token*."""
        place = bisect_right(self._starts, token)
        return self._earliest[place] if place < len(self._earliest) else None


def _stretch(hits: Sequence[Hit]) -> Stretch:
    return Stretch(min(hit.first for hit in hits), max(hit.last for hit in hits), tuple(hits))


def _position(hit: Hit) -> tuple[int, int]:
    return hit.first, hit.last


def _end(hit: Hit) -> tuple[int, int]:
    return hit.last, hit.first


def _later(one: Hit, other: Hit) -> Hit:
    return one if one.first > other.first else other


def _sooner(one: Hit, other: Hit) -> Hit:
    return one if one.last < other.last else other
