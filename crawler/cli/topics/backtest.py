"""`khabar topics backtest`: what packs, in force or in draft, would have made of the past. Nothing changes."""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from alerts.backtesting import Backtest, without_alert
from alerts.definitions import Alert, load_alerts
from alerts.watching import Watch
from archive.database import explained, open_archive
from archive.plain import plain_json
from archive.search import Filters, matching_ids
from archive.texts import archived_texts, standing_evidence
from crawler.cli import pass_desk
from crawler.cli.filters import read_filters, scope_options
from crawler.cli.topics.lines import located
from crawler.cli.topics.past import Change, Past, Samples, figures_of
from crawler.desk import Desk
from seeds.packs import names_in
from topics.matching import match
from topics.packs import Packs

_SINCE = "90d"


@click.command()
@click.argument("files", nargs=-1, metavar="[PACK]...", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@scope_options
@click.option(
    "--show", type=click.IntRange(0, 1000), default=5, show_default=True,
    help="Of each topic so many articles gained and lost, newest first.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output, with every change.")
@pass_desk
def backtest(desk: Desk, *, files: tuple[Path, ...], chosen: dict[str, Any], show: int, as_json: bool) -> None:
    """Try packs on the archive: what they would tag, and how many messages they would have sent. Nothing changes.

    PACK files lie on top of the packs in force, as they would in seeds/topics; without any, the packs in force are
    held against the tags that stand. The last 90 days are looked at unless --since says otherwise.

    \b
    Example: khabar topics backtest elections.toml --since 30d
    """
    packs = desk.packs_with(files)
    alerts = load_alerts(
        desk.root / "alerts", desk.sources, packs.topics, desk.config.searches
    )  # may be on topics of the draft already
    with explained(desk.archive), closing(open_archive(desk.archive, read_only=True)) as db:
        filters = read_filters(desk, db, {**chosen, "since": chosen["since"] or _SINCE})
        tested = Backtest(Watch(alerts=alerts, zone=desk.zone))
        changes = _changes(db, packs, tested, array("q", matching_ids(db, "", filters=filters)))
        if as_json:
            _print_changes(db, changes)
            click.echo(plain_json(figures_of(_past(packs, filters, tested, alerts, files)))[1:])
            return
        samples = Samples(most=show)
        for change in changes:
            samples.add(change)
        _print(desk, db, _past(packs, filters, tested, alerts, files), samples)


def _changes(db: sqlite3.Connection, packs: Packs, tested: Backtest, ids: "array[int]") -> Iterator[Change]:
    """Reads the articles with these ids, and gives what they gain and lose as it goes."""
    from crawler.cli.counted import counted  # noqa: PLC0415 -- rich, which a mistake in a file need not wait for

    for text in counted(archived_texts(db, ids), "articles", len(ids)):
        tags = match(packs, title=text.title, text=text.text, language=text.language)
        tested.see(text, tags)
        found = {tag.topic for tag in tags}
        yield from (Change(text=text, topic=tag.topic, tag=tag) for tag in tags if tag.topic not in text.topics)
        yield from (Change(text=text, topic=topic, tag=None) for topic in text.topics if topic not in found)


def _past(packs: Packs, filters: Filters, tested: Backtest, alerts: dict[str, Alert], files: Iterable[Path]) -> Past:
    topics, lists = names_in(files)
    drafted = [name for name, topic in packs.topics.items() if name in topics or not topic.uses.isdisjoint(lists)]
    told = dict.fromkeys([*drafted, *(name for name in packs.topics if name in tested.comparison.changed)])
    return Past(
        packs=packs, filters=filters, backtest=tested, drafted=drafted,
        alerts=[alert for alert in alerts.values() if alert.when == "each"],
        plain=without_alert(told, alerts.values()),
    )  # fmt: skip


def _print(desk: Desk, db: sqlite3.Connection, past: Past, samples: Samples) -> None:
    from crawler.cli.terminal import out  # noqa: PLC0415
    from crawler.cli.topics.backtested import sample_lines, sum_lines  # noqa: PLC0415 -- rich, which --json does without

    for line in sum_lines(past, desk.zone):
        out().print(line)
    for line in sample_lines(db, past, samples, desk.zone):
        out().print(line, soft_wrap=not out().is_terminal)


def _print_changes(db: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """The beginning of an object, one change after the other: a million of them would not fit into memory."""
    click.echo('{"changes": [', nl=False)
    for number, change in enumerate(changes):
        click.echo((",\n" if number else "\n") + plain_json(_change(db, change)), nl=False)
    click.echo("], ", nl=False)


def _change(db: sqlite3.Connection, change: Change) -> dict[str, Any]:
    text, tag = change.text, change.tag
    fields = {"title": text.title or "", "text": text.text}
    return {
        "id": text.id, "topic": change.topic, "change": change.kind, "language": text.language,
        "score": tag.score if tag else dict(text.tags)[change.topic],
        "evidence": [located(fields, piece) for piece in tag.evidence] if tag
        else standing_evidence(db, text, change.topic),
    }  # fmt: skip
