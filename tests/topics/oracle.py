"""The rules of docs/topics.md once more, as slowly and plainly as they are written there: what `match` must agree with.

It takes a pack's tables as TOML gives them, tries every place for every term, and every choice of places for a `near`.
Folding it takes over; that has tests of its own.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from topics.fold import fold

BEFORE = [
    conjunction + rest for conjunction in ("", "و", "ف") for rest in ("", "ب", "ك", "ل", "ال", "بال", "كال")
]  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """A term at its place: of a field's tokens the first and the last, counted on from the title into the text."""

    field: str
    first: int
    last: int
    written: str

    def touches(self, other: "Spot") -> bool:
        return not (self.last < other.first or other.last < self.first)


@dataclass(frozen=True)
class Oracle:
    """An article, and what is to be asked of it."""

    pack: dict[str, Any]
    title: str
    text: str
    language: str
    known: bool = True  # whether `match` is told the language
    _spots: dict[str, list[Spot]] = field(default_factory=dict, compare=False, repr=False)

    def tags(self) -> dict[str, tuple[float, frozenset[str]]]:
        """The score of each topic that holds, and the rules that speak for it."""
        return {topic: tag for topic, table in self.pack["topic"].items() if (tag := self._tag(table))}

    def _tag(self, topic: dict[str, Any]) -> tuple[float, frozenset[str]] | None:
        exclude = topic.get("exclude", {})
        if any(self.spots(name) for name in exclude.get("none", [])):
            return None
        masked = [spot for name in exclude.get("mask", []) for spot in self.spots(name)]
        held = [(number, rule) for number, rule in enumerate(topic["rule"]) if self._holds(rule, masked)]
        score = sum(rule.get("weight", 1.0) for _, rule in held)
        if score < topic.get("threshold", 1.0) - 1e-9 or not held:
            return None
        return round(score, 6), frozenset(f"rule[{number}]" for number, rule in held if rule.get("weight", 1.0) > 0)

    def _holds(self, rule: dict[str, Any], masked: list[Spot]) -> bool:
        if "languages" in rule and self.language not in rule["languages"]:
            return False

        def of(name: str) -> list[Spot]:
            return [
                spot for spot in self.spots(name) if self._in(rule.get("in", "any"), spot)
                and not any(spot.touches(hole) for hole in masked)
            ]  # fmt: skip

        if any(of(name) for name in rule.get("none", [])) or not all(of(name) for name in rule.get("all", [])):
            return False
        if "any" in rule and _places([spot for name in rule["any"] for spot in of(name)]) < rule.get("at_least", 1):
            return False
        if "near" not in rule:
            return True
        return _near([of(name) for name in rule["near"]], rule)

    def _in(self, scope: str, spot: Spot) -> bool:
        name, _, lead = scope.partition(":")
        if lead:
            return spot.field == "text" and spot.last - len(fold(self.title).tokens) < int(lead)
        return name == "any" or spot.field == {"title": "title", "body": "text"}[name]

    def spots(self, name: str) -> list[Spot]:
        """Where something of a list stands."""
        if name not in self._spots:
            terms = self.pack["lists"][name].get(self.language, [])
            self._spots[name] = [spot for written in terms for spot in self.of_term(written)]
        return self._spots[name]

    def of_term(self, written: str) -> Iterator[Spot]:
        """Where a term stands."""
        before = 0
        for name, text in (("title", self.title), ("text", self.text)):
            folded = fold(text)
            for first in range(len(folded.tokens)):
                last = _stands(written, folded.tokens, first, arabic=self.language == "ar")
                if last is None:
                    continue
                if written.startswith("="):
                    start, end = folded.span(first, last)
                    if _capitals(text[start:end]) != _capitals(written):
                        continue
                yield Spot(name, first + before, last + before, written)
            before += len(folded.tokens)


def _stands(written: str, tokens: list[str], first: int, *, arabic: bool) -> int | None:
    """The last token of a term that begins with the token *first*; None where it does not stand there."""
    exact, at = written.startswith("!"), first
    for part in written.lstrip("!=").split():
        words = fold(part.strip("!*")).tokens
        for number, word in enumerate(words):
            star = part.endswith("*") and number == len(words) - 1
            strip = arabic and not exact and not part.startswith("!") and len(word) >= 3
            if at >= len(tokens) or not _is_form(tokens[at], word, star=star, strip=strip):
                return None
            at += 1
    return at - 1


def _is_form(token: str, word: str, *, star: bool, strip: bool) -> bool:
    forms = [before + word for before in BEFORE] if strip else [word]
    if strip and word.startswith("ال") and len(word) >= 5:
        forms += [conjunction + "لل" + word[2:] for conjunction in ("", "و", "ف")]  # the alef falls: للحشد
    if strip:
        forms += [conjunction + "لل" + word for conjunction in ("", "و", "ف")]
    return any(token.startswith(form) if star else token == form for form in forms)


def _capitals(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if one.isalnum())


def _places(spots: list[Spot]) -> int:
    """How many places there are, of which those that overlap are one."""
    places: list[list[Spot]] = []
    for spot in spots:
        joined = [place for place in places if any(spot.touches(other) for other in place)]
        places = [place for place in places if place not in joined]
        places.append([spot, *(other for place in joined for other in place)])
    return len(places)


def _near(lists: list[list[Spot]], rule: dict[str, Any], chosen: tuple[Spot, ...] = ()) -> bool:
    """Whether there is one spot of each list so that none touches another, the stretch is short, the order right."""
    if not lists:
        return True
    return any(_near(lists[1:], rule, (*chosen, spot)) for spot in lists[0] if _fits(spot, chosen, rule))


def _fits(spot: Spot, chosen: tuple[Spot, ...], rule: dict[str, Any]) -> bool:
    if any(spot.touches(other) or (rule.get("ordered") and spot.first < other.first) for other in chosen):
        return False
    together = (*chosen, spot)
    return max(one.last for one in together) - min(one.first for one in together) < rule["within"]
