"""The sentences that made a tag: what a person reads to judge it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from archive.highlight import Span, merged
from topics.sentences import sentence_around


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One sentence, and which rules and terms found something in it. `marks` are places in `sentence`."""

    field: str  # "title" or "text"
    sentence: str
    rules: tuple[str, ...]
    terms: tuple[str, ...]
    marks: tuple[Span, ...]
    pieces: int  # of evidence that lie in it


def triggers(article: dict[str, Any], evidence: Iterable[dict[str, Any]]) -> list[Trigger]:
    """The sentences in which the *evidence* of a tag lies, as `Record` has both, in the order of the evidence."""
    sentences: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
    for piece in evidence:
        bounds = sentence_around(article[piece["field"]] or "", piece["start"], piece["end"])
        sentences.setdefault((piece["field"], *bounds), []).append(piece)
    return [
        Trigger(
            field=field,
            sentence=(article[field] or "")[first:last],
            rules=tuple(dict.fromkeys(piece["rule"] for piece in pieces)),
            terms=tuple(dict.fromkeys(piece["term"] for piece in pieces)),
            marks=tuple(merged((piece["start"] - first, piece["end"] - first) for piece in pieces)),
            pieces=len(pieces),
        )
        for (field, first, last), pieces in sentences.items()
    ]
