"""Scores of topics on labelled texts as they look on a terminal."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from archive.highlight import merged
from archive.plain import plain
from crawler.cli.articles import marked


def score_lines(scores: dict[str, Any], wrong: Iterable[dict[str, Any]]) -> Iterable[RenderableType]:
    """The figures as a table, then every false alarm with its sentences, and every miss with what was missing."""
    table = Table(title="labelled texts; several together are micro averages", title_justify="left", box=box.SIMPLE)
    for heading in ("topic", "language", "precision", "recall", "f1", "tp", "fp", "fn"):
        table.add_column(heading, justify="left" if heading in ("topic", "language") else "right")
    for topic, language, row in _rows(scores):
        figures = ("" if row[name] is None else f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))
        counts = (str(row[name]) for name in ("tp", "fp", "fn"))
        table.add_row(plain(topic), plain(language), *figures, *counts)
    yield table
    for mistake in wrong:
        yield from _mistake_lines(mistake)


def _rows(scores: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Those of which there is something to tell: a topic that no text of a language is about, nor was given, is not."""
    yield "all", "all", scores["pooled"]
    for language, row in scores["languages"].items():
        yield "all", language, row
    for topic, of_topic in scores["topics"].items():
        yield topic, "all", of_topic
        for language, row in of_topic["languages"].items():
            if row["tp"] or row["fp"] or row["fn"]:
                yield topic, language, row


def _mistake_lines(mistake: dict[str, Any]) -> Iterator[Text]:
    colour = "red" if mistake["mistake"] == "false alarm" else "yellow"
    facts = f" {plain(str(mistake['id']))}  {plain(mistake['topic'])}  {plain(mistake['language'])}"
    yield Text.assemble("\n", (mistake["mistake"], f"bold {colour}"), facts)
    if not any(sentence["text"] == mistake["title"] for sentence in mistake["sentences"]):
        yield Text(plain(mistake["title"]), style="bold")
    rules = dict.fromkeys(f"{piece['rule']}: {plain(piece['term'])}" for piece in mistake["evidence"])
    if rules:
        yield Text(f"  {', '.join(rules)}", style="dim")
    for sentence in mistake["sentences"]:
        yield marked(sentence["text"], merged((start, end) for start, end in sentence["marks"]))
    for reason in mistake["missing"]:
        yield Text(f"  - {plain(reason)}")
