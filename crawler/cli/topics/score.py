"""`khabar topics test`: the packs, scored on texts that a person has labelled."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import click

from archive.plain import plain_json
from crawler.cli import pass_desk
from crawler.cli.topics.drafts import DRAFTS
from crawler.cli.topics.lines import LINES, Unread, matched, missing, read_lines
from crawler.desk import Desk
from seeds.definitions import DefinitionError, nearest
from topics.explaining import explain
from topics.languages import UNDETERMINED
from topics.packs import Packs
from topics.scoring import Judgement, judge, score
from topics.sentences import sentence_around

_MOST_WRONG = 10_000  # misses and false alarms that are shown; all are counted
_MOST_RULES = 2  # of a missed topic: those that came nearest
_BEGINNING = 80  # characters of a text that has no title


@click.command()
@click.argument("file", type=LINES)
@DRAFTS
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def test(desk: Desk, *, file: IO[str], drafts: tuple[Path, ...], as_json: bool) -> None:
    """Score the packs on labelled texts: lines as for match, with labels {topic: true or false} and maybe unsure.

    Topics that the labeller was unsure of are not counted. The figures of several topics or languages together are
    micro averages: each label counts the same. After the table comes every false alarm with the sentences that made
    it, and every miss with the rules that came nearest.

    \b
    Example: khabar topics test labelled.jsonl
    """
    from crawler.cli.counted import counted  # noqa: PLC0415 -- rich, which takes its time to load

    packs = desk.packs_with(drafts)
    judgements: Counter[Judgement] = Counter()
    wrong: list[dict[str, Any]] = []
    unread = Unread(packs)
    for place, document in counted(read_lines(file), "labelled texts"):
        unread.see(document)
        labels, unsure = _labels(packs, place, document)
        given = {tag["topic"]: tag["evidence"] for tag in matched(packs, document)["topics"]}
        judged = judge(document["language"] or UNDETERMINED, labels, unsure, given)
        judgements.update(judged)
        if len(wrong) < _MOST_WRONG:
            wrong += _mistakes(packs, document, judged, given)
    if not judgements:
        raise DefinitionError(getattr(file, "name", "<stdin>"), "", "there is no labelled text in it")
    unread.tell()
    scores = _scores(judgements)
    if as_json:
        click.echo(plain_json({**scores, "wrong": wrong}))
        return
    from crawler.cli.terminal import out  # noqa: PLC0415
    from crawler.cli.topics.scored import score_lines  # noqa: PLC0415

    for line in score_lines(scores, wrong):
        out().print(line, soft_wrap=True)


def _labels(packs: Packs, place: str, document: Mapping[str, Any]) -> tuple[dict[str, bool], list[str]]:
    """What the labeller says of a document. Raises DefinitionError where the packs cannot be held against it."""
    labels, unsure = document.get("labels"), document.get("unsure") or []
    if labels is None:
        raise DefinitionError(place, "labels", missing("labels", document))
    if not isinstance(labels, dict):
        raise DefinitionError(place, "labels", 'must be an object, such as {"isis": true}', value=labels)
    if not isinstance(unsure, list):
        raise DefinitionError(place, "unsure", 'must be a list of topics, such as ["isis"]', value=unsure)
    for topic, label in labels.items():
        if not isinstance(label, bool):
            raise DefinitionError(place, f"labels.{topic}", "must be true or false", value=label)
    named = [(f"labels.{topic}", topic) for topic in labels]
    named += [(f"unsure[{number}]", str(topic)) for number, topic in enumerate(unsure)]
    for key, topic in named:
        if topic not in packs.topics:
            value = None if key == f"labels.{topic}" else topic
            raise DefinitionError(
                place, key, "the packs have no such topic", value=value, nearest=nearest(topic, packs.topics)
            )
    return labels, unsure


def _mistakes(
    packs: Packs, document: Mapping[str, Any], judged: Iterable[Judgement], given: Mapping[str, list[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """What went wrong with a document, with what led to it."""
    for one in judged:
        if one.outcome not in ("fp", "fn"):
            continue
        evidence = given.get(one.topic, [])
        yield {
            "id": document["id"],
            "title": document["title"] or document["text"][:_BEGINNING],
            "language": one.language,
            "topic": one.topic,
            "mistake": "false alarm" if one.outcome == "fp" else "miss",
            "evidence": evidence,
            "sentences": _sentences(document, evidence),
            "missing": _missing(packs, document, one.topic) if one.outcome == "fn" else [],
        }


def _sentences(document: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sentences in which the evidence stands, with its places in them."""
    marks: dict[tuple[str, int, int], set[tuple[int, int]]] = {}
    for piece in evidence:
        start, end = sentence_around(document[piece["field"]], piece["start"], piece["end"])
        place = (piece["start"] - start, piece["end"] - start)
        marks.setdefault((piece["field"], start, end), set()).add(place)
    return [
        {"text": document[field][start:end], "marks": sorted(map(list, places))}
        for (field, start, end), places in marks.items()
    ]


def _missing(packs: Packs, document: Mapping[str, Any], topic: str) -> list[str]:
    """What kept the topic from holding: its veto, or the rules that came nearest and what they lack."""
    seen = explain(packs, title=document["title"], text=document["text"], language=document["language"])
    explained = seen.of(topic)
    if explained is None:
        return ["nothing of its lists is there"]
    if explained.vetoed:
        return [f'excluded by "{term}"' for term in dict.fromkeys(found.term for found in explained.vetoed)]
    held = [rule for rule in explained.rules if rule.held]
    said = [f"score {explained.score:g}, {explained.threshold:g} is needed"] if held else []
    against = [rule for rule in held if rule.weight < 0]
    said += [f"{rule.label} speaks against it ({rule.weight:g}): {rule.says}" for rule in against]
    said += [f"{rule.label} ({rule.weight:g}) {rule.says}: {rule.missing}" for rule in explained.nearest[:_MOST_RULES]]
    return said or ["nothing that its rules look for is there"]


def _scores(judgements: Mapping[Judgement, int]) -> dict[str, Any]:
    """The figures of all, of each language, of each topic, and of each topic in each language."""
    languages = sorted({one.language for one in judgements})
    topics = dict.fromkeys(one.topic for one in judgements)

    def figures(language: str | None = None, topic: str | None = None) -> dict[str, float | int | None]:
        return _figures({
            one: times for one, times in judgements.items()
            if language in (None, one.language) and topic in (None, one.topic)
        })  # fmt: skip

    return {
        "pooled": figures(),
        "languages": {language: figures(language) for language in languages},
        "topics": {
            topic: {
                **figures(None, topic), "languages": {language: figures(language, topic) for language in languages},
            }
            for topic in topics
        },
    }  # fmt: skip


def _figures(judgements: Mapping[Judgement, int]) -> dict[str, float | int | None]:
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
