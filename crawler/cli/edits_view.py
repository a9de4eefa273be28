"""The edits of an article as they look on a terminal, and in a pipe, where no colour tells what was taken out."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Any

from rich.text import Text

from alerts.difference import in_short
from alerts.messages.difference_text import edge_of
from archive.comparing import Paragraph, Piece, compare
from archive.lines import without
from archive.reading import Record
from crawler.cli.times import shown
from topics.direction import direction_of

_WORDS = {"title": "the title", "text": "the text", "published": "the date"}


def revision_lines(record: Record, zone: tzinfo) -> Iterable[Text]:
    """Each edit: when it was seen, what it changed and how much, and beneath it the words that were taken out, in red
    and struck, and put in, in green and underlined, within `[-…-]` and `{+…+}` for who sees no colour.
    """
    after = map(_as_then, record.revisions, [*record.revisions[1:], record.article])
    for number, (revision, later) in enumerate(zip(record.revisions, after, strict=True), 2):
        yield Text(f"  version {number}: {_facts(revision, record, zone)}", style="dim")
        if "published" in revision["changed"]:
            yield Text(f"  {shown(revision['published'], zone)} → {shown(later['published'], zone)}")
        if "title" in revision["changed"]:
            yield from compared(revision["title"] or "", later["title"] or "", record.article["language"])
        if "text" in revision["changed"]:
            before, now = (without(version["text"], record.passing) for version in (revision, later))
            yield from compared(before, now, record.article["language"])


def _as_then(revision: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    """The version behind an edit, as the same code had read it as the one before it."""
    if revision["text_then"] is None:
        return later
    return later | {"title": revision["title_then"], "text": revision["text_then"]}


def _facts(revision: dict[str, Any], record: Record, zone: tzinfo) -> str:
    facts = ", ".join(filter(None, (f"seen {shown(revision['seen'], zone)}", _listed(revision["changed"]))))
    if not revision["changed"]:
        facts += ", no edit: read with today's code they are one"
    if revision["change"]:
        facts += f", {revision['change']:.1%} of the words"
    if revision["back_to"] is not None:
        facts += f", back to the version of {shown(_begin_of(revision['back_to'], record), zone)}"
    return facts


def _listed(changed: list[str]) -> str:
    names = [_WORDS[name] for name in changed]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _begin_of(number: int, record: Record) -> str:
    """When the version that a revision keeps was first seen."""
    begin: str = record.article["first_seen"]
    for revision in record.revisions:
        if revision["id"] == number:
            break
        begin = revision["seen"]
    return begin


def compared(before: str, after: str, language: str | None) -> Iterator[Text]:
    """The paragraphs that changed, a line each. Nothing stands before them on their line, since right-to-left text
    would reorder it.
    """
    unchanged = 0
    for paragraph in compare(before, after):
        if all(piece.kind == "same" for piece in paragraph):
            unchanged += 1
            continue
        if unchanged:
            yield _unchanged(unchanged)
        unchanged = 0
        yield _line(paragraph, language)


def _unchanged(number: int) -> Text:
    return Text(f"  … {number} {'paragraph' if number == 1 else 'paragraphs'} unchanged", style="dim")


def _line(paragraph: Paragraph, language: str | None) -> Text:
    """The changes of *paragraph* with some words around each. A mark of direction at both its ends holds the brackets
    of right-to-left text at their words, whatever direction the reader gives the line.
    """
    edge = edge_of(paragraph, direction_of(language))
    return Text.assemble(edge, *map(_piece, in_short(paragraph)), edge)


def _piece(piece: Piece) -> Text:
    space, words = piece.text[: len(piece.text) - len(piece.text.lstrip())], piece.text.strip()
    if piece.kind == "removed":
        return Text.assemble(space, (f"[-{words}-]", "red strike"))
    if piece.kind == "added":
        return Text.assemble(space, (f"{{+{words}+}}", "green underline"))
    return Text(piece.text, style="dim")
