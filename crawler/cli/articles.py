"""Articles as they look on a terminal. Whatever came from the network goes through `plain` before it gets there."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from rich.text import Text

from archive.plain import plain, plain_piece
from archive.reading import Record
from archive.search import Hit
from archive.triggers import triggers
from crawler.cli.edits_view import revision_lines
from crawler.cli.stories_view import copy_lines, told_number
from crawler.cli.times import shown

_MARK = "bold black on yellow"
_FIELDS = (
    "url", "source", "language", "authors", "published", "published_raw", "published_zone", "modified", "dateline",
    "section", "reserved", "first_seen", "last_seen",
)  # fmt: skip
_MOST_SENTENCES = 5  # of one tag; --json has all


def hit_lines(hit: Hit, zone: tzinfo) -> Iterable[Text]:
    """A hit in three lines: what it is, its title, its passage. Title and passage have lines of their own, because
    one that is written from right to left would reorder what stands beside it.
    """
    when = shown(hit.published or hit.first_seen, zone) + ("" if hit.published else " (first seen)")
    facts = [str(hit.id), when, plain(hit.source), plain(hit.language or "?"), *map(plain, hit.topics)]
    if hit.articles > 1:
        facts.append(f"story of {hit.articles}")
    yield Text("  ".join(facts), style="dim")
    yield marked(hit.title or "(no title)", hit.title_marks, style="bold")
    yield marked(hit.snippet, hit.marks)


def record_lines(record: Record, zone: tzinfo) -> Iterable[Text]:
    """An article whole: its fields, text, tags with the sentence that made them, earlier versions and copies."""
    article = record.article
    yield Text(plain(article["title"] or "(no title)"), style="bold")
    yield Text.assemble((f"{'id':15}", "dim"), str(article["id"]))
    for name in _FIELDS:
        if article[name]:
            yield Text.assemble((f"{name:15}", "dim"), _field(name, article[name], zone))
    yield Text("")
    yield from (Text(plain(line)) for line in article["text"].split("\n"))
    for tag in record.tags:
        yield Text.assemble("\n", (plain(tag["topic"]), "bold cyan"), (f"  score {tag['score']:g}", "dim"))
        yield from evidence_lines(article, tag["evidence"])
    if record.revisions:
        yield Text("\nEarlier versions", style="bold")
        yield from revision_lines(record, zone)
    story = record.story
    if story["count"] > 1:
        number = told_number(story["count"], len(story["sources"]))
        yield Text.assemble(("\nThe same story", "bold"), (f"  {number}", "dim"))
        yield from copy_lines(story["articles"], zone, total=story["count"], this=article["id"], titles=True)


def marked(text: str, marks: Iterable[tuple[int, int]], style: str = "") -> Text:
    """*text* on one line with its *marks* shown. Marks are places in the text as it is, before it is made harmless."""
    line, last = Text(style=style), 0
    for start, end in marks:
        line.append(plain_piece(text[last:start])).append(plain_piece(text[start:end]), style=_MARK)
        last = end
    return line.append(plain_piece(text[last:]))


def _field(name: str, value: object, zone: tzinfo) -> str:
    if name in ("published", "modified", "first_seen", "last_seen"):
        return shown(str(value), zone)
    return plain(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def evidence_lines(article: dict[str, Any], evidence: Iterable[dict[str, Any]]) -> Iterable[Text]:
    """The sentences that made a tag, each beneath its rules and terms, on a line of its own: right-to-left text would
    reorder what stands beside it.
    """
    sentences = triggers(article, evidence)
    for one in sentences[:_MOST_SENTENCES]:
        facts = f"{', '.join(map(plain, one.rules))}: {' + '.join(map(plain, one.terms))}"
        yield Text(f"  in the {one.field}, {facts}", style="dim")
        yield marked(one.sentence, one.marks)
    if (rest := len(sentences) - _MOST_SENTENCES) > 0:
        yield Text(f"  and in {rest} more {'sentence' if rest == 1 else 'sentences'}", style="dim")
