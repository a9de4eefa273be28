"""`khabar topics`: the packs, tried on texts that need not be in the archive."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import click

from archive.plain import plain
from crawler.cli import pass_desk
from crawler.desk import Desk
from seeds.definitions import read_toml
from seeds.packs import read_packs
from topics.evidence import Evidence
from topics.matching import match
from topics.packs import Packs, compile_packs
from topics.scoring import Judgement, judge, score

_LONGEST_LINE = 50_000_000  # characters of a line of input: more is no article, and would be held in memory whole

_HALF = re.compile("[\ud800-\udfff]")
_LINES = click.File(encoding="utf-8", errors="replace")


@click.group()
def topics() -> None:
    """The topics that articles are tagged with, and why.

    \b
    Example: khabar topics explain "US troops will withdraw from Iraq by September"
    """


@topics.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output.")
@pass_desk
def list_topics(desk: Desk, as_json: bool) -> None:
    """List the topics, with their rules and how many terms they have in each language.

    \b
    Example: khabar topics list
    """
    packs = desk.packs
    rows = [{**_size(packs, topic), "pack_version": packs.version} for topic in packs.topics]
    if as_json:
        _print_lines(rows)
        return
    from rich.table import Table  # noqa: PLC0415 -- --json does without

    from crawler.cli.terminal import out  # noqa: PLC0415

    languages = sorted(packs.languages)
    table = Table(title=f"{len(rows)} topics, pack version {packs.version}; terms by language", title_justify="left")
    for heading in ("id", "name", "rules", *languages):
        table.add_column(heading, justify="left" if heading in ("id", "name") else "right")
    for row in rows:
        counts = (str(row["terms"].get(language, 0)) for language in languages)
        table.add_row(row["id"], plain(row["name"]), str(row["rules"]), *counts)
    out().print(table)


@topics.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_desk
def check(desk: Desk, files: tuple[Path, ...]) -> None:
    """Check the packs in force, or what they would be with FILES on top; nothing changes.

    An error names file and key, and ends with exit code 2. A warning tells what is allowed but does nothing.

    \b
    Example: khabar topics check seeds/topics/elections.toml
    """
    given = {str(path.resolve()) for path in files}
    folder = desk.root / "seeds" / "topics"
    tables = [(path, table) for path, table in read_packs(folder) if str(Path(path).resolve()) not in given]
    packs = compile_packs([*tables, *((str(path), read_toml(path)) for path in files)])
    for warning in packs.warnings():
        click.echo(f"warning: {warning}", err=True)
    terms = sum(len(terms) for by_language in packs.lists.values() for terms in by_language.values())
    languages = ", ".join(sorted(packs.languages))
    click.echo(f"{len(packs.topics)} topics, {len(packs.lists)} lists, {terms} terms ({languages}): no error")


@topics.command("match")
@click.argument("file", type=_LINES, default="-")
@pass_desk
def match_lines(desk: Desk, file: IO[str]) -> None:
    """Tag texts: JSON Lines in FILE or on standard input, each with id, title, text and language; JSON Lines out.

    \b
    Example: khabar topics match articles.jsonl
    """
    packs = desk.packs
    _print_lines(_matched(packs, document) for document in _read_lines(file))


@topics.command()
@click.argument("text")
@click.option("--title", default="", help="A title to go with it.")
@click.option("--language", help='Its language, such as "ar". Left out: all lists of its script are tried.')
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def explain(desk: Desk, text: str, title: str, language: str | None, as_json: bool) -> None:
    """Show what the packs see in TEXT ("-" reads it from standard input): terms, rules, and what is missing.

    \b
    Example: khabar topics explain --language ar "انسحاب القوات الأمريكية من العراق"
    """
    from dataclasses import asdict  # noqa: PLC0415

    from topics.explaining import explain as explain_text  # noqa: PLC0415

    if text == "-":
        with click.open_file("-", encoding="utf-8", errors="replace") as stream:
            text = stream.read(_LONGEST_LINE)
    explanation = explain_text(desk.packs, title=title, text=text, language=language)
    if as_json:
        click.echo(_as_json(asdict(explanation)))
        return
    from crawler.cli.explained import explanation_lines  # noqa: PLC0415 -- rich, which --json does without
    from crawler.cli.terminal import out  # noqa: PLC0415

    for line in explanation_lines(explanation, title=title, text=text):
        out().print(line, soft_wrap=not out().is_terminal)


@topics.command()
@click.argument("file", type=_LINES)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def test(desk: Desk, file: IO[str], as_json: bool) -> None:
    """Score the packs on labelled texts: lines as for match, with labels {topic: true or false} and maybe unsure.

    Topics that the labeller was unsure of are not counted. After the table comes every miss and false alarm.

    \b
    Example: khabar topics test labelled.jsonl
    """
    packs = desk.packs
    judgements, wrong = [], []
    for document in _read_lines(file):
        judged, mistakes = _judged(packs, document)
        judgements += judged
        wrong += mistakes
    scores = _scores(judgements)
    if as_json:
        click.echo(_as_json({**scores, "wrong": wrong}))
        return
    from crawler.cli.explained import score_lines  # noqa: PLC0415
    from crawler.cli.terminal import out  # noqa: PLC0415

    for line in score_lines(scores, wrong):
        out().print(line, soft_wrap=True)


def _size(packs: Packs, topic_id: str) -> dict[str, Any]:
    topic = packs.topics[topic_id]
    names = {name for rule in topic.rules for name in (*rule.any, *rule.all, *rule.near)}
    terms = {
        language: sum(len(packs.lists[name].get(language, ())) for name in names)
        for language in sorted(packs.languages)
    }
    return {"id": topic.id, "name": topic.name, "threshold": topic.threshold, "rules": len(topic.rules), "terms": terms}


def _matched(packs: Packs, document: dict[str, Any]) -> dict[str, Any]:
    found = match(packs, title=document["title"], text=document["text"], language=document["language"])
    return {
        "id": document["id"],
        "topics": [
            {"topic": tag.topic, "score": tag.score, "evidence": [_evidence(document, piece) for piece in tag.evidence]}
            for tag in found
        ],
    }


def _evidence(document: dict[str, Any], piece: Evidence) -> dict[str, Any]:
    line: dict[str, Any] = {"rule": piece.rule, "term": piece.term, "field": piece.field}
    line |= {"start": piece.start, "end": piece.end, "score": piece.score}
    line["text"] = document[piece.field][piece.start : piece.end]
    return line | ({"note": piece.note} if piece.note else {})


def _judged(packs: Packs, document: dict[str, Any]) -> tuple[list[Judgement], list[dict[str, Any]]]:
    """The judgements of a document, and its mistakes with the evidence that led to them."""
    labels = document.get("labels")
    if not isinstance(labels, dict) or not all(isinstance(label, bool) for label in labels.values()):
        raise click.ClickException(f'document {document["id"]!r}: "labels" must be {{topic: true or false}}')
    unknown = [topic for topic in labels if topic not in packs.topics]
    if unknown:
        raise click.ClickException(f"document {document['id']!r}: no topic {unknown[0]!r} in the packs")
    given = {topic["topic"]: topic["evidence"] for topic in _matched(packs, document)["topics"]}
    judgements = judge(str(document["id"]), document["language"] or "und", labels, document.get("unsure") or (), given)
    mistakes = [
        {
            "id": document["id"],
            "language": one.language,
            "topic": one.topic,
            "mistake": "false alarm" if one.outcome == "fp" else "miss",
            "evidence": given.get(one.topic, []),
        }
        for one in judgements
        if one.outcome in ("fp", "fn")
    ]
    return judgements, mistakes


def _scores(judgements: list[Judgement]) -> dict[str, Any]:
    """The figures of all, of each language, of each topic, and of each topic in each language."""
    languages = sorted({one.language for one in judgements})
    scores: dict[str, Any] = {"pooled": _figures(judgements), "languages": {}, "topics": {}}
    for language in languages:
        scores["languages"][language] = _figures(one for one in judgements if one.language == language)
    for topic in dict.fromkeys(one.topic for one in judgements):
        of_topic = [one for one in judgements if one.topic == topic]
        by_language = {name: _figures(one for one in of_topic if one.language == name) for name in languages}
        scores["topics"][topic] = {**_figures(of_topic), "languages": by_language}
    return scores


def _figures(judgements: Iterable[Judgement]) -> dict[str, float | int | None]:
    scored = score(judgements)

    def short(figure: float | None) -> float | None:
        return None if figure is None else round(figure, 4)

    return {
        "precision": short(scored.precision),
        "recall": short(scored.recall),
        "f1": short(scored.f1),
        "tp": scored.tp,
        "fp": scored.fp,
        "fn": scored.fn,
    }


def _read_lines(file: IO[str]) -> Iterator[dict[str, Any]]:
    """The documents of a JSON Lines file, with id, title, text and language filled in. A bad line is an error."""
    name = getattr(file, "name", "<stdin>")
    number = 0
    while line := file.readline(_LONGEST_LINE):
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


def _print_lines(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        click.echo(_as_json(row))


def _as_json(value: object) -> str:
    """One line of JSON, readable in any script. Half a character, which UTF-8 cannot hold, is escaped."""
    line = json.dumps(value, ensure_ascii=False)
    return line if line.isascii() or not _HALF.search(line) else json.dumps(value)
