"""Markdown: a document of many articles, or a directory with a file for each, as note-taking programs and pandoc read
them. Nothing of an article becomes markup, a mention, or a link but the one to its page.

What runs from right to left stands in a `div` that says so, which pandoc and most readers heed; a line whose first
strong letter would tell a reader without that the wrong direction has an invisible mark before it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from alerts.messages.contents import link_of
from alerts.messages.excerpt import excerpts, fitted
from alerts.messages.markdown import markdown, markdown_sentence
from archive.identity import IDS_PER_SECOND
from archive.plain import plain
from archive.reading import Record
from archive.times import to_text
from crawler.exporting.order import Order, Tally
from crawler.exporting.outputs import has_only
from topics.direction import Direction, directed, direction_by_letters, direction_of, isolated

INDEX = "index.md"
_FENCE = "---\n"
_GENERATOR = 'generator: "Khabar '
_NO_YAML = re.compile("[\ufffe\uffff]")
"""What neither `plain` takes out nor YAML lets stand: such a character anywhere would cost a reader all fields."""
_NAMES = re.compile(r"(?:\d+-\d\d/)?index\.md|\d+-\d\d/-?\d+\.md")
_UNTITLED = "(no title)"
_LOOKED_AT = 2_000  # characters of a text whose language tells no direction


def write_markdown(records: Iterable[Record], out: BinaryIO, tally: Tally, order: Order) -> None:
    """One document: a head, and a section for each article."""
    out.write(f"{_document_head(order)}\n{_title(order)}\n".encode())
    for record in records:
        out.write(f"\n{_article(record, order, heading='##')}".encode())
        tally.articles += 1


def write_markdown_directory(records: Iterable[Record], directory: Path, tally: Tally, order: Order) -> None:
    """A file for each article, its fields before its text, in a directory for each month; each has an index."""
    months: dict[str, int] = {}
    with _Months(directory) as index:
        for record in records:
            number = record.article["id"]
            month = f"{datetime.fromtimestamp(number // IDS_PER_SECOND, UTC):%Y-%m}"
            index.turn_to(month).write(_index_line(record, order))
            document = f"{front_matter(record)}\n{_article(record, order, heading='#')}"
            (directory / month / f"{number}.md").write_text(document, encoding="utf-8", newline="\n")
            months[month] = months.get(month, 0) + 1
            tally.articles += 1
    lines = (f"- [{month}]({month}/{INDEX}): {count:,}\n" for month, count in sorted(months.items(), reverse=True))
    head = f"{_document_head(order)}\n{_title(order)}\n{''.join(lines)}"
    (directory / INDEX).write_text(head, encoding="utf-8", newline="\n")


def is_markdown_export(directory: Path) -> bool:
    """Whether *directory* is what `write_markdown_directory` has made, and nothing else is in it."""
    try:
        with (directory / INDEX).open(encoding="utf-8") as file:
            begin = file.read(len(_FENCE + _GENERATOR))
    except (OSError, UnicodeDecodeError):
        return False
    return begin == _FENCE + _GENERATOR and has_only(directory, _NAMES)


@dataclass(slots=True)
class _Months:
    """The index of each month, of which one is open: articles come newest first."""

    directory: Path
    _month: str = field(default="", init=False)
    _file: TextIO | None = field(default=None, init=False)

    def __enter__(self) -> "_Months":
        return self

    def __exit__(self, *error: object) -> None:
        if self._file:
            self._file.close()

    def turn_to(self, month: str) -> TextIO:
        if self._file is None or month != self._month:
            self.__exit__()
            place = self.directory / month
            place.mkdir(exist_ok=True)
            self._file = (place / INDEX).open("a", encoding="utf-8", newline="\n")
            if self._file.tell() == 0:
                self._file.write(f"# {month}\n\n")
            self._month = month
        return self._file


def _document_head(order: Order) -> str:
    fields: dict[str, Any] = {
        "generator": order.maker, "title": f"{order.desk}: articles", "date": _Instant(to_text(order.made)),
        "packs": order.packs, "asked": list(order.asked),
    }  # fmt: skip
    return _yaml(fields)


def _title(order: Order) -> str:
    number = f"{order.articles:,} {'article' if order.articles == 1 else 'articles'}"
    asked = "".join(f"- {markdown(plain(line))}\n" for line in order.asked)
    return f"# {markdown(plain(order.desk))}: {number}\n" + (f"\n{asked}" if asked else "")


class _Instant(str):
    """A time, which YAML knows by its form."""

    __slots__ = ()


def front_matter(record: Record) -> str:
    """The fields of an article, as YAML between two lines."""
    article = record.article
    title = article["title"] or _UNTITLED
    fields: dict[str, Any] = {
        "id": article["id"],
        "title": title,
        "aliases": [title],  # by which Obsidian finds a file whose name is a number
        "url": article["url"],
        "source": article["source"],
        "authors": article["authors"],
        "published": _instant(article["published"]),
        "published_raw": article["published_raw"],
        "published_precision": article["published_precision"],
        "modified": _instant(article["modified"]),
        "first_seen": _instant(article["first_seen"]),
        "language": article["language"],
        "direction": "rtl" if _direction(record) == "rtl" else None,
        "dateline": article["dateline"],
        "section": article["section"],
        "tags": [tag["topic"] for tag in record.tags],
        "story": record.story["id"],
        "copies": record.story["count"] - 1 or None,
        "versions": len(record.revisions) + 1,
        "reserved": article["reserved"],
        "page_sha256": article["page_sha256"],
        "page_fetched": _instant(article["page_fetched"]),
    }
    return _yaml({name: value for name, value in fields.items() if value not in (None, [])})


def _instant(text: str | None) -> "_Instant | None":
    return _Instant(text) if text else None


def _yaml(fields: dict[str, Any]) -> str:
    """The block before a document. A string in quotes of JSON is one of YAML as well, whatever stands in it."""
    return f"{_FENCE}{''.join(f'{name}: {_yaml_value(value)}{chr(10)}' for name, value in fields.items())}{_FENCE}"


def _yaml_value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml_value, value))}]"
    if isinstance(value, _Instant):
        return plain(value) if value[:4].isdigit() and len(value) == len("2026-03-14T12:00:00Z") else json.dumps(value)
    if isinstance(value, str):
        return _NO_YAML.sub(lambda one: f"\\u{ord(one[0]):04x}", json.dumps(plain(value), ensure_ascii=False))
    return json.dumps(value)


def _direction(record: Record) -> Direction:
    article = record.article
    return direction_of(article["language"]) or direction_by_letters(
        f"{article['title'] or ''}\n{article['text'][:2_000]}"
    )


def _article(record: Record, order: Order, *, heading: str) -> str:
    """Heading, facts, text, and why it has its topics."""
    direction = _direction(record)
    language = plain(record.article["language"] or "")
    blocks = (
        *_directed_blocks([f"{heading} {_headline(record, direction)}"], direction, language),
        *_facts(record, order),
        *_directed_blocks(_paragraphs(record, direction), direction, language),
        *_topics(record, direction),
    )
    return "\n\n".join(blocks) + "\n"


def _directed_blocks(blocks: Iterable[str], direction: Direction, language: str) -> Iterator[str]:
    """*blocks* within an element that tells their direction, where that is not the document's own."""
    if direction == "ltr":
        yield from blocks
        return
    yield f'<div dir="rtl" lang="{escape(language)}">'
    yield from blocks
    yield "</div>"


def _headline(record: Record, direction: Direction) -> str:
    words = markdown(directed(plain(record.article["title"] or _UNTITLED), direction))
    link, _ = link_of(record.article["url"])
    return f"[{words}](<{link}>)" if link else words


def _paragraphs(record: Record, direction: Direction) -> Iterator[str]:
    for line in record.article["text"].split("\n"):
        if words := plain(line):
            yield markdown(directed(words, direction))


def _facts(record: Record, order: Order) -> Iterator[str]:
    article = record.article
    name = isolated(plain(order.names.get(article["source"], article["source"])))
    raw = f" (“{isolated(plain(article['published_raw']))}”)" if article["published_raw"] else ""
    undated = f"undated{raw}, first seen {article['first_seen']}"
    when = f"published {article['published']}{raw}" if article["published"] else undated
    facts = [name, *(isolated(plain(author)) for author in article["authors"]), when]
    if record.revisions:
        facts.append(f"edited {len(record.revisions)} times" if len(record.revisions) > 1 else "edited once")
    if record.story["count"] > 1:
        facts.append(f"one of {record.story['count']} copies")
    if article["reserved"]:
        facts.append(f"its publisher reserves: {plain(', '.join(article['reserved']))}")
    yield " · ".join(markdown(plain_fact) for plain_fact in facts)
    link, instead = link_of(article["url"])
    if link is None:
        yield markdown(instead or "")


def _topics(record: Record, direction: Direction) -> Iterator[str]:
    if record.tags:
        yield "\n".join(_topic(record, tag, direction) for tag in record.tags)


def _topic(record: Record, tag: dict[str, Any], direction: Direction) -> str:
    head = f"- **{markdown(plain(tag['topic']))}** ({tag['score']:g})"
    found = excerpts(record, (tag["topic"],)) if tag["evidence"] else ()
    if not found:
        return head
    return f"{head}: {directed(markdown_sentence(fitted(found[0])), direction)}"


def _index_line(record: Record, order: Order) -> str:
    title = plain(record.article["title"] or _UNTITLED)
    name = isolated(plain(order.names.get(record.article["source"], record.article["source"])))
    when = record.article["published"] or record.article["first_seen"]
    return f"- [{markdown(isolated(title))}]({record.article['id']}.md) {markdown(name)}, {when}\n"
