"""What a backtest found out, as it looks on a terminal."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import tzinfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from alerts.backtesting import Loudness
from archive.plain import plain
from archive.texts import standing_evidence
from archive.times import to_text
from crawler.cli.articles import evidence_lines, marked
from crawler.cli.times import shown
from crawler.cli.topics.past import Change, Past, Samples
from topics.explaining import ExplainedTopic, Found, explain
from topics.packs import Packs

_MOST_RULES = 3  # that do not hold any more; `topics explain` tells of all


def sum_lines(past: Past, zone: tzinfo) -> Iterable[RenderableType]:
    """Articles, then the topics and the alerts as tables."""
    yield _window(past, zone)
    compared = past.backtest.comparison
    if not compared.languages:
        return
    told = [topic for topic in _topics(past) if topic in past.drafted or topic in compared.changed]
    if told:
        yield _topic_table(past, told)
    if same := len(past.packs.topics) - len([topic for topic in told if topic in past.packs.topics]):
        yield Text(f"{same} {'more ' if told else ''}{'topic' if same == 1 else 'topics'}: no difference", style="dim")
    other = [topic for topic in told if topic not in past.drafted]
    if past.drafted and other:
        said = f"{', '.join(map(plain, other))}: the draft has no say in them; their tags are older than the packs"
        yield Text(said, style="yellow")
    if past.alerts or past.plain:
        yield _alert_table(past)


def sample_lines(db: sqlite3.Connection, past: Past, samples: Samples, zone: tzinfo) -> Iterator[Text]:
    """The newest articles that each topic gains or loses, with what made or makes the tag."""
    compared = past.backtest.comparison
    for topic in _topics(past):
        figures = compared.figures(topic)
        for kind, number in (("gained", figures.gained), ("lost", figures.lost)):
            if changes := samples.kept.get((topic, kind), []):
                newest = f", the newest {len(changes)}" if number > len(changes) else ""
                yield Text.assemble("\n", (plain(topic), "bold cyan"), f" {kind} by {number:,}{newest}")
            for change in changes:
                yield from _change_lines(db, past.packs, change, zone)


def _topics(past: Past) -> list[str]:
    """In the order of the packs; those that stand but are in no pack at the end."""
    return list(dict.fromkeys([*past.packs.topics, *sorted(past.backtest.comparison.topics)]))


def _window(past: Past, zone: tzinfo) -> Text:
    languages = past.backtest.comparison.languages
    bounds = (("since", past.filters.since), ("until", past.filters.until))
    times = " ".join(f"{word} {shown(to_text(time), zone)}" for word, time in bounds if time)
    number = languages.total()
    said = f"{number:,} {'article' if number == 1 else 'articles'} {times}"
    of_each = ", ".join(f"{plain(name)} {count:,}" for name, count in languages.most_common())
    return Text(f"{said} ({of_each})" if of_each else said, style="bold")


def _topic_table(past: Past, topics: Iterable[str]) -> Table:
    """For each topic its sum, and where it has several languages a line for each."""
    compared = past.backtest.comparison
    table = Table(title="\ntags", title_justify="left")
    for heading in ("topic", "language", "stands", "would", "gained", "lost"):
        table.add_column(heading, justify="left" if heading in ("topic", "language") else "right")
    for topic in topics:
        by_language = {name: compared.figures(topic, name) for name, _ in compared.languages.most_common()}
        there = {name: figures for name, figures in by_language.items() if figures.stands or figures.would}
        lines = {"all": compared.figures(topic), **there} if len(there) != 1 else there
        for number, (name, figures) in enumerate(lines.items()):
            counts = (f"{count:,}" if count else "–" for count in asdict(figures).values())
            table.add_row(plain(topic) if not number else "", plain(name), *counts)
    return table


def _alert_table(past: Past) -> Table:
    tested = past.backtest
    table = Table(
        title=f"\nmessages to each channel, on average of the {past.days} days that have articles"
        if past.days > 1 else "\nmessages to each channel",
        title_justify="left",
    )  # fmt: skip
    for heading in ("alert", "per", "stands", "would", "a day", "busiest day"):
        table.add_column(heading, justify="right" if heading in ("stands", "would", "a day") else "left")
    for alert in past.alerts:
        table.add_row(alert.id, alert.per, *_loudness(past, *tested.of_alert(alert.id)))
    for topic in past.plain:
        table.add_row(f'none yet: topics = ["{plain(topic)}"]', "story", *_loudness(past, *tested.of_topic(topic)))
    return table


def _loudness(past: Past, stands: Loudness, would: Loudness) -> tuple[str, ...]:
    busiest = f"{would.busiest}: {would.on_busiest:,}" if would.busiest else ""
    return f"{stands.messages:,}", f"{would.messages:,}", f"{would.messages / past.days:.1f}", busiest


def _change_lines(db: sqlite3.Connection, packs: Packs, change: Change, zone: tzinfo) -> Iterator[Text]:
    text = change.text
    sign = ("+ ", "green") if change.tag else ("- ", "red")
    facts = (shown(text.time, zone), plain(text.source), plain(text.language or "?"), str(text.id))
    yield Text.assemble(sign, ("  ".join(facts), "dim"))
    yield marked(text.title or "(no title)", (), style="bold")
    fields = {"title": text.title, "text": text.text}
    if change.tag:
        yield from evidence_lines(fields, [asdict(piece) for piece in change.tag.evidence])
        return
    yield from evidence_lines(fields, standing_evidence(db, text, change.topic))
    for reason in _why_not(packs, change):
        yield Text(f"  now {reason}", style="yellow")


def _why_not(packs: Packs, change: Change) -> Iterator[str]:
    """What keeps a topic from holding that stands."""
    text = change.text
    if change.topic not in packs.topics:
        yield "no pack defines this topic"
        return
    explanation = explain(packs, title=text.title, text=text.text, language=text.language)
    topic = explanation.of(change.topic)
    yield from _reasons(topic, {"title": text.title or "", "text": text.text}) if topic else ("nothing of it is found",)


def _reasons(topic: ExplainedTopic, fields: dict[str, str]) -> Iterator[str]:
    for why, places in (("excluded by", topic.vetoed), ("masked:", topic.masked)):
        if places:
            yield f"{why} {_words(places, fields)}"
    if not topic.vetoed:
        yield f"score {topic.score:g} of {topic.threshold:g}"
        silent = [rule for rule in topic.rules if not rule.held]
        for rule in ([rule for rule in silent if rule.nearly] or silent)[:_MOST_RULES]:
            yield f"{rule.label} {plain(rule.says)}: {plain(rule.missing or '')}"


def _words(places: Iterable[Found], fields: dict[str, str]) -> str:
    return ", ".join(dict.fromkeys(plain(fields[one.field][one.start : one.end]) for one in places))
