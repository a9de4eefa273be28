"""`khabar topics test`: the packs, scored on texts that a person has labelled."""

from collections.abc import Iterable
from typing import IO, Any

import click

from crawler.cli import pass_desk
from crawler.cli.topic_lines import LINES, as_json_line, matched, read_lines
from crawler.desk import Desk
from topics.packs import Packs
from topics.scoring import Judgement, judge, score


@click.command()
@click.argument("file", type=LINES)
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
    for document in read_lines(file):
        judged, mistakes = _judged(packs, document)
        judgements += judged
        wrong += mistakes
    scores = _scores(judgements)
    if as_json:
        click.echo(as_json_line({**scores, "wrong": wrong}))
        return
    from crawler.cli.explained import score_lines  # noqa: PLC0415
    from crawler.cli.terminal import out  # noqa: PLC0415

    for line in score_lines(scores, wrong):
        out().print(line, soft_wrap=True)


def _judged(packs: Packs, document: dict[str, Any]) -> tuple[list[Judgement], list[dict[str, Any]]]:
    """The judgements of a document, and its mistakes with the evidence that led to them."""
    labels = document.get("labels")
    if not isinstance(labels, dict) or not all(isinstance(label, bool) for label in labels.values()):
        raise click.ClickException(f'document {document["id"]!r}: "labels" must be {{topic: true or false}}')
    unknown = [topic for topic in labels if topic not in packs.topics]
    if unknown:
        raise click.ClickException(f"document {document['id']!r}: no topic {unknown[0]!r} in the packs")
    given = {topic["topic"]: topic["evidence"] for topic in matched(packs, document)["topics"]}
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
