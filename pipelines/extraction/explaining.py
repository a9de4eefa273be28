"""Why a field is as it is: what every witness says of it, also those who were not asked, and how sure that makes us.

The confidence is one sentence with its reason: "high: JSON-LD and h1 agree", "low: address, nobody else". It is
made for whoever asks; a crawl does without.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

from pipelines.extraction.dates import modified_told, published_told
from pipelines.extraction.instants import Instant
from pipelines.extraction.names import names_in
from pipelines.extraction.particulars import keywords_in
from pipelines.extraction.plain import fold
from pipelines.extraction.stamps import Scene, Testimony
from pipelines.extraction.witnesses import Finding, Witness

_MOST = 25  # witnesses of one field
_SHORTEST_TITLE = 10  # letters that do not stand within another title by chance
_WORD = re.compile(r"\w+")
_SAME_STORY = 0.8  # of the words of the shorter text
_SAME_TIME = timedelta(minutes=1)
_WEAK = frozenset(["address", "text", "htmldate", "feed", "description", "title", "script"])
"""Who is hardly believed alone: they guess, are rewritten for others, or speak of more than the article."""
_GUESS = "htmldate"  # it read what the others say, and confirms nobody
_KURDISH = frozenset(["ku", "ckb", "kmr", "sdh", "kur"])  # pages call all of them "ku"


def explained(findings: dict[str, Finding[Any]], signed: list[Witness], scene: Scene) -> dict[str, Finding[Any]]:
    """*findings* with all witnesses and the confidence. *signed* is what everyone says of the authors."""
    told: dict[str, Testimony] = {"published": published_told(scene), "modified": modified_told(scene)}
    explanations = {}
    for field, finding in findings.items():
        if field in told:
            heard, agrees = _instants(finding, told[field])
        else:
            heard = _merged(finding.said, signed if field == "authors" else ())
            agrees = [bool(finding.value) and _SAME.get(field, _same_text)(finding.value, said) for _, said in heard]
        if field == "headline" and not finding.value and heard:
            confidence = "none: the title says the same"
        else:
            confidence = _confidence(finding, heard, agrees)
        explanations[field] = replace(finding, said=tuple(heard), confidence=confidence)
    return explanations


def _merged(heard: Sequence[Witness], others: Sequence[Witness]) -> list[Witness]:
    return list(dict.fromkeys((*heard, *others)))[:_MOST]


def _instants(finding: Finding[Instant | None], told: Testimony) -> tuple[list[Witness], list[bool]]:
    """All witnesses of an instant, and which of them mean the one that was chosen."""
    meant = dict(islice(told, _MOST))
    heard = _merged(finding.said, list(meant))
    return heard, [
        witness.where == finding.won or _same_instant(finding.value, meant.get(witness)) for witness in heard
    ]


def _confidence(finding: Finding[Any], heard: Sequence[Witness], agrees: Sequence[bool]) -> str:
    """How far the value of *finding* is to be believed, and why."""
    usable = [(witness.where, same) for witness, same in zip(heard, agrees, strict=True) if witness.where != "selector"]
    if finding.won == "selector":
        return "high: the source selects it"
    if not finding.value:
        return "none: what is said is not believed" if usable else "none: nothing says it"
    agreeing = list(dict.fromkeys((finding.won, *(where for where, same in usable if same and where != _GUESS))))
    others = list(dict.fromkeys(where for where, same in usable if not same and where not in (*agreeing, _GUESS)))
    if len(agreeing) > 1:
        firm = len(agreeing) > len(others) and not _WEAK.issuperset(agreeing)
        level, reason = ("high" if firm else "medium"), f"{_listed(agreeing)} agree"
    else:
        level = "low" if others or finding.won in _WEAK else "medium"
        reason = finding.won if others else f"{finding.won}, nobody else"
    return f"{level}: {reason}" + (f", against {_listed(others)}" if others else "")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _same_text(value: str, said: str) -> bool:
    return fold(value) == fold(said)


def _same_title(value: str, said: str) -> bool:
    """Whether it is the same, perhaps with a section or a site's name glued on."""
    one, other = fold(value), fold(said)
    return one == other or (len(one) > _SHORTEST_TITLE and one in other)


def _same_authors(value: tuple[str, ...], said: str) -> bool:
    names = {fold(name) for name in names_in(said)}
    return not names.isdisjoint(map(fold, value))


def _same_keywords(value: tuple[str, ...], said: str) -> bool:
    return not {word.casefold() for word in value}.isdisjoint(word.casefold() for word in keywords_in([said]))


def _same_language(value: str, said: str) -> bool:
    one, other = (re.split(r"[-_]", tag.lower())[0] for tag in (value, said))
    return one == other or {one, other} <= _KURDISH


def _same_story(value: str, said: str) -> bool:
    one, other = (set(_WORD.findall(text)) for text in (value, said))
    return len(one & other) >= _SAME_STORY * max(min(len(one), len(other)), 1)


def _same_start(value: str, said: str) -> bool:
    return fold(said).startswith(fold(value))


def _same_instant(value: Instant | None, other: Instant | None) -> bool:
    if value is None or other is None:
        return False
    if "day" in (value.precision, other.precision):
        return value.value.date() == other.value.date()
    return abs(value.value - other.value) < _SAME_TIME


_SAME: dict[str, Callable[[Any, str], bool]] = {
    "title": _same_title,
    "headline": _same_title,
    "authors": _same_authors,
    "keywords": _same_keywords,
    "language": _same_language,
    "dateline": _same_start,
    "text": _same_story,
}
