"""What `khabar status` found, as a person sees it: tables for what is short, lines for what is not."""

from collections.abc import Mapping
from datetime import tzinfo
from itertools import islice
from typing import Any

from rich.table import Table
from rich.text import Text

from archive.health import NEEDS_A_PERSON
from archive.plain import plain
from crawler.cli.backfill_view import lines_of
from crawler.cli.cluster_view import cluster_lines
from crawler.cli.source_told import COLOURS, brought_lines, fates_table, way_lines, ways_table
from crawler.cli.terminal import out
from crawler.cli.times import shown
from crawler.outdated import offer

_FATES = ("archived", "revised", "refused", "failed")
_MOST_REASONS = 15  # a server may answer with hundreds of codes; --json has all
_MOST_NAMED = 3  # sources with one reason; --json has all

Report = Mapping[str, Any]
"""The object that `--json` prints."""


def print_report(report: Report, zone: tzinfo) -> None:
    """Prints *report*, its times in *zone*, what needs a person last."""
    _print_sources(report["sources"], zone)
    if report["jobs"]:
        out().print(_jobs_table(report["jobs"], zone))
    out().print(_runs_table(report["runs"], zone))
    _print_sums(report, zone)
    if reasons := report["reasons"]:
        out().print(_reasons_table(reasons))
    for one in report["backfills"]:
        for line in lines_of(one, zone):
            out().print(line, soft_wrap=True)
    if report["cluster"]:
        for part in cluster_lines(report["cluster"]):
            out().print(part, soft_wrap=True)
    for host, hold in report["held"].items():
        _line(f"Left alone until {shown(hold['until'], zone)}, as it asks: {host} ({hold['reason']})")
    for line in report["attention"]:
        _line(f"Needs attention: {line}", style="red")


def _line(text: str, style: str = "") -> None:
    out().print(Text(plain(text), style=style), soft_wrap=True)


def _print_sources(sources: Report, zone: tzinfo) -> None:
    columns = ("source", "health", "since", "last success", "last article", "next run")
    table = Table(*columns, title="Sources", title_justify="left")
    for name, state in sources.items():
        health = Text(state["health"], style=COLOURS[state["health"]])
        instants = (shown(state[key], zone) for key in ("since", "last_success", "last_article", "next_run"))
        table.add_row(name, health, *instants)
    out().print(table)
    for name, state in sources.items():
        if state["cause"] and state["health"] not in NEEDS_A_PERSON:  # the causes of those that do come last
            _line(f"{name}: {state['cause']}", style=COLOURS[state["health"]])
        if "fates" in state:
            out().print(ways_table(state, zone))
            for line in (*way_lines(state), *brought_lines(state)):
                _line(line)
            out().print(fates_table(state))


def _jobs_table(jobs: Report, zone: tzinfo) -> Table:
    table = Table("job", "last run", "outcome", "next run", title="Jobs", title_justify="left")
    for name, job in jobs.items():
        outcome = job["last_outcome"] or ("running" if job["last_run"] else "–")
        table.add_row(name, shown(job["last_run"], zone), outcome, shown(job["next_run"], zone))
    return table


def _runs_table(runs: list[Report], zone: tzinfo) -> Table:
    table = Table("run", "job", "started", "finished", "outcome", *_FATES, title="Last runs", title_justify="left")
    for run in runs:
        times = (shown(run["started"], zone), shown(run["finished"], zone))
        sums = (
            f"{sum(counts.get(fate, 0) for counts in run['counts'].values()):,}" if run["finished"] else "–"
            for fate in _FATES
        )
        table.add_row(str(run["id"]), plain(run["job"] or "by hand"), *times, run["outcome"] or "running", *sums)
    return table


def _reasons_table(reasons: Report) -> Table:
    table = Table("reason", "times", "sources", title="Refused or failed in the last 24 hours", title_justify="left")
    for reason, found in islice(reasons.items(), _MOST_REASONS):
        named = ", ".join(found["sources"][:_MOST_NAMED])
        more = len(found["sources"]) - _MOST_NAMED
        table.add_row(plain(reason), f"{found['times']:,}", plain(named) + (f" and {more} more" if more > 0 else ""))
    if len(reasons) > _MOST_REASONS:
        table.add_row(f"and {len(reasons) - _MOST_REASONS} other reasons", "", "")
    return table


def _print_sums(report: Report, zone: tzinfo) -> None:
    outbox, archive, service = report["outbox"], report["archive"], report["service"]
    running = f"khabar run, process {service['process']}" if service["running"] else "not running"
    _line(f"Service: {running}.")
    held = f"{outbox['held']} held back, " if outbox["held"] else ""
    _line(f"Alerts: {held}{outbox['waiting']} waiting, {outbox['sent']} sent, {outbox['dead']} could not be delivered.")
    _line(f"Archive: {archive['articles']:,} articles, {archive['bytes'] / 1e6:,.1f} MB.")
    if soon := report["expiring"]:
        _line(
            f"keep_days: {soon['articles']:,} articles are older than they are kept, and are taken out from "
            f"{shown(soon['begins'], zone)} on.",
            style="yellow",
        )
    if (pages := report["pages"])["number"]:
        refused = f", {pages['refused']:,} of them without an article" if pages["refused"] else ""
        _line(f"Kept pages: {pages['number']:,}{refused}, {pages['bytes'] / 1e6:,.1f} MB.")
    if told := offer(archive["outdated"] or 0, archive["articles"]):
        _line(f"{told}.")
