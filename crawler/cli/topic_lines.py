"""Articles as JSON Lines: read for `khabar topics match` and `test`, and written with their topics."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

import click

from topics.evidence import Evidence
from topics.matching import match
from topics.packs import Packs

LINES = click.File(encoding="utf-8", errors="replace")
"""A file of them, or "-" for standard input."""
LONGEST_LINE = 50_000_000
"""Characters of a line of input: more is no article, and would be held in memory whole."""

_HALF = re.compile("[\ud800-\udfff]")


def read_lines(file: IO[str]) -> Iterator[dict[str, Any]]:
    """The documents of a JSON Lines file, with id, title, text and language filled in. A bad line is an error."""
    name = getattr(file, "name", "<stdin>")
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise click.ClickException(f"{name}, line {number}: is not JSON ({error})") from error
        if not isinstance(document, dict) or not isinstance(document.get("text"), str):
            raise click.ClickException(f'{name}, line {number}: must be an object with a "text"')
        for key in ("title", "language"):
            if not isinstance(document.get(key), str | None):
                raise click.ClickException(f'{name}, line {number}: "{key}" must be text')
        yield {"id": number, "title": None, "language": None} | document


def matched(packs: Packs, document: dict[str, Any]) -> dict[str, Any]:
    found = match(packs, title=document["title"], text=document["text"], language=document["language"])
    return {
        "id": document["id"],
        "topics": [
            {"topic": tag.topic, "score": tag.score, "evidence": [located(document, piece) for piece in tag.evidence]}
            for tag in found
        ],
    }


def located(document: dict[str, Any], piece: Evidence) -> dict[str, Any]:
    """A piece of evidence as JSON shows it, with the text that it points at."""
    line: dict[str, Any] = {"rule": piece.rule, "term": piece.term, "field": piece.field}
    line |= {"start": piece.start, "end": piece.end, "score": piece.score}
    line["text"] = document[piece.field][piece.start : piece.end]
    return line | ({"note": piece.note} if piece.note else {})


def print_lines(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        click.echo(as_json_line(row))


def as_json_line(value: object) -> str:
    """One line of JSON, readable in any script. Half a character, which UTF-8 cannot hold, is escaped."""
    line = json.dumps(value, ensure_ascii=False)
    return line if line.isascii() or not _HALF.search(line) else json.dumps(value)
