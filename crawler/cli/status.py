"""`khabar status`: how the sources do, and what the archive holds."""

import json
from contextlib import closing
from typing import Any

import click

from archive.database import archive_bytes, open_archive
from archive.overview import SourceState, article_count, last_runs, outbox_counts, source_state
from archive.plain import plain
from crawler.cli import pass_desk
from crawler.cli.times import shown
from crawler.desk import Desk
from seeds.definitions import nearest
from seeds.sources import Source

_RUNS = 10
_FATES = ("archived", "revised", "failed")
_COLOURS = {"ok": "green", "partly": "yellow", "failing": "red", "new": "cyan", "disabled": "dim"}


@click.command()
@click.option("--source", metavar="ID", help="Only this source.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def status(desk: Desk, source: str | None, as_json: bool) -> int:
    """Tell how each source does and why, the last runs, what waits to be sent, and sizes.

    Exit code 1 where a source fails or an alert could not be delivered.

    \b
    Example: khabar status --source shafaq-en
    """
    if source is not None and source not in desk.sources:
        hint = nearest(source, desk.sources)
        also = f'; did you mean "{hint}"?' if hint else ""
        raise click.BadParameter(f"{source!r} is not a source of this desk{also}", param_hint="--source")
    sources = [desk.sources[source]] if source is not None else list(desk.sources.values())
    report = _report(desk, sources)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(desk, report)
    failing = any(state["health"] == "failing" for state in report["sources"].values())
    return 1 if failing or report["outbox"]["dead"] else 0


def _report(desk: Desk, sources: list[Source]) -> dict[str, Any]:
    """What `--json` prints. Where nothing was crawled yet there is no archive, and nothing is wrong."""
    if not desk.archive.exists():
        states = {source.id: _state(source, SourceState(health="new")) for source in sources}
        empty = {"articles": 0, "bytes": 0}
        return {"sources": states, "runs": [], "outbox": {"waiting": 0, "sent": 0, "dead": 0}, "archive": empty}
    with closing(open_archive(desk.archive, read_only=True)) as db:
        states = {
            source.id: _state(source, source_state(db, source.id, {url for _, url in source.ways}))
            for source in sources
        }
        return {
            "sources": states,
            "runs": last_runs(db, _RUNS),
            "outbox": outbox_counts(db),
            "archive": {"articles": article_count(db), "bytes": archive_bytes(desk.archive)},
        }


def _state(source: Source, state: SourceState) -> dict[str, Any]:
    return {
        "health": state.health if source.enabled else "disabled",
        "cause": state.cause,
        "last_success": state.last_success,
        "last_article": state.last_article,
        "next_run": None,  # nothing runs by itself unless `khabar run` does
    }


def _print(desk: Desk, report: dict[str, Any]) -> None:
    from rich.table import Table  # noqa: PLC0415 -- --json does without
    from rich.text import Text  # noqa: PLC0415

    from crawler.cli.terminal import out  # noqa: PLC0415

    zone = desk.zone
    table = Table("source", "health", "last success", "last article", "cause", title="Sources", title_justify="left")
    for name, state in report["sources"].items():
        health = Text(state["health"], style=_COLOURS[state["health"]])
        times = (shown(state["last_success"], zone), shown(state["last_article"], zone))
        table.add_row(name, health, *times, plain(state["cause"] or ""))
    out().print(table)
    runs = Table("run", "job", "started", "finished", "outcome", *_FATES, title="Last runs", title_justify="left")
    for run in report["runs"]:
        times = (shown(run["started"], zone), shown(run["finished"], zone))
        sums = (f"{sum(counts.get(fate, 0) for counts in run['counts'].values()):,}" for fate in _FATES)
        runs.add_row(str(run["id"]), plain(run["job"] or "by hand"), *times, run["outcome"] or "running", *sums)
    out().print(runs)
    outbox, archive = report["outbox"], report["archive"]
    out().print(f"Alerts: {outbox['waiting']} waiting, {outbox['sent']} sent, {outbox['dead']} could not be delivered.")
    out().print(f"Archive: {archive['articles']:,} articles, {archive['bytes'] / 1e6:,.1f} MB.")
