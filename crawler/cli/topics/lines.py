"""Articles as JSON Lines: read for `khabar topics match` and `test`, and written with their topics."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO, Any

import click

from archive.plain import plain, plain_json
from seeds.definitions import DefinitionError, nearest
from topics.evidence import Evidence
from topics.matching import match
from topics.packs import Packs

LINES = click.File(encoding="utf-8-sig", errors="replace")
"""A file of them, or "-" for standard input."""
LONGEST_LINE = 50_000_000
"""Characters of a line of input: more is no article, and would be held in memory whole."""

_GZIP = "\x1f\ufffd\x08"  # how a compressed file begins, read as text


def read_lines(file: IO[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The documents of a JSON Lines file, with id, title, text and language filled in, and where each stands.

    Raises DefinitionError for a line that is none.
    """
    name = getattr(file, "name", "<stdin>")
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        place = f"{name}, line {number}"
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise DefinitionError(place, "", f"is longer than {LONGEST_LINE:,} characters: no article is")
        if line.strip():
            yield place, {"id": number, "title": None, "language": None} | _document(place, line)


def _document(place: str, line: str) -> dict[str, Any]:
    if line.startswith(_GZIP):
        reason = 'is compressed: "gunzip --stdout FILE" shows what is in it, and "-" reads that from standard input'
        raise DefinitionError(place, "", reason)
    try:
        document = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise DefinitionError(place, "", f"is not JSON ({error}): each line is one object, with a text") from error
    if not isinstance(document, dict):
        raise DefinitionError(place, "", 'must be an object, such as {"text": "…"}')
    if "text" not in document:
        raise DefinitionError(place, "text", missing("text", document))
    for key in ("text", "title", "language"):
        if not isinstance(document.get(key), str if key == "text" else str | None):
            raise DefinitionError(place, key, "must be text", value=document[key])
    number = document.get("id")
    if isinstance(number, float) and not math.isfinite(number):
        raise DefinitionError(place, "id", "must be text or a number that JSON can write", value=number)
    return document


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")


def missing(key: str, document: Iterable[str]) -> str:
    """That *key* is not there, and which of those of *document* was probably meant to be it."""
    meant = nearest(key, document)
    return "the key is missing" + (f', and there is "{meant}"' if meant else "")


def matched(packs: Packs, document: dict[str, Any]) -> dict[str, Any]:
    found = match(packs, title=document["title"], text=document["text"], language=document["language"])
    return {
        "id": document["id"],
        "topics": [
            {"topic": tag.topic, "score": tag.score, "evidence": [located(document, piece) for piece in tag.evidence]}
            for tag in found
        ],
    }


class Unread:
    """Counts the texts that no list was read for, since the packs have no terms in their language."""

    def __init__(self, packs: Packs) -> None:
        self._packs = packs
        self._languages: Counter[str] = Counter()

    def see(self, document: dict[str, Any]) -> None:
        language = document["language"]
        if language and not self._packs.languages_for(language, document["text"])[0]:
            self._languages[language] += 1

    def tell(self) -> None:
        """Says so on standard error, where there were any."""
        if told := ", ".join(f"{plain(language)} ({number:,})" for language, number in self._languages.most_common(10)):
            click.echo(f"texts in languages that the packs have no terms in: {told}", err=True)


def located(document: dict[str, Any], piece: Evidence) -> dict[str, Any]:
    """A piece of evidence as JSON shows it, with the text that it points at."""
    line: dict[str, Any] = {"rule": piece.rule, "term": piece.term, "field": piece.field}
    line |= {"start": piece.start, "end": piece.end, "score": piece.score}
    line["text"] = document[piece.field][piece.start : piece.end]
    return line | ({"note": piece.note} if piece.note else {})


def print_lines(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        click.echo(plain_json(row))
