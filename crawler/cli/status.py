"""`khabar status`: how the sources do, what runs when, what was told, and what the archive holds."""

import os
import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from archive.backfill_figures import figures_of
from archive.backfills import told_orders
from archive.database import archive_bytes, open_archive
from archive.health import Evidence, Health, decide
from archive.health_evidence import SourceHealth, fates_of, source_health
from archive.hosts import held_hosts
from archive.overview import article_count, last_runs, outbox_counts, pages_lost, reasons_since
from archive.plain import plain_json
from archive.planning import last_runs_of_jobs, next_run_of, planned_runs
from archive.retagging import outdated_count
from archive.retention import announced
from archive.taken import known_token, noted_queue, sources_out
from archive.times import to_text
from archive.ways import Way, brought
from crawler.attention import attention
from crawler.cli import pass_desk
from crawler.cli.source_told import source_told
from crawler.cluster.faults import QueueError, check_extra
from crawler.desk import Desk
from crawler.desk_lock import service_of
from crawler.pages_health import LATELY, pages_attention, pages_told
from seeds.definitions import DefinitionError, did_you_mean
from seeds.sources import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schedules.jobs import Job

_RUNS = 10
_MOST_WAYS = 20  # an index has a sitemap a day


@click.command()
@click.option("--source", metavar="ID", help="Only this source.")
@click.option("--queue", metavar="URL", help="Ask the queue of khabar run --queue as well: its workers, what waits.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def status(desk: Desk, source: str | None, queue: str | None, as_json: bool) -> int:
    """Tell how each source does and why, the last and next runs, what waits to be sent, and sizes.

    A source is ok, slow, silent, empty, blocked, layout changed, dead, new or disabled. With --source also each of its
    feeds, sitemaps and listings is told, and what became of its URLs, reason by reason. Why URLs were refused or failed
    in the last 24 hours is told of all sources together, and so is how far each backfill is. With --queue also what the
    workers of a khabar run --queue do, and how far the archive is behind them.

    Exit code 1 where something needs a person: a source brings nothing, a channel fails, an alert could not be
    delivered, a run was cut off, or the service that should run does not. "attention" says what.

    \b
    Example: khabar status --source shafaq-en
    """
    if source is not None and source not in desk.sources:
        said = f"{source!r} is not a source of this desk{did_you_mean(source, desk.sources)}"
        raise click.BadParameter(said, param_hint="--source")
    sources = [desk.sources[source]] if source is not None else list(desk.sources.values())
    report = _report(desk, sources, with_fates=source is not None)
    if queue is not None:
        _add_queue(report, desk, queue)
    if as_json:
        click.echo(plain_json(report))
    else:
        from crawler.cli.status_view import print_report  # noqa: PLC0415 -- --json does without

        print_report(report, desk.zone)
    return 1 if report["attention"] else 0


def _report(desk: Desk, sources: list[Source], *, with_fates: bool) -> dict[str, Any]:
    """What `--json` prints; *with_fates* also what became of the sources' URLs.

    Where nothing was crawled yet there is no archive, and nothing is wrong.
    """
    process, now = service_of(desk.root), datetime.now(UTC)
    wrong, jobs = _definitions(desk)
    if not desk.archive.exists():
        return {
            "sources": {source.id: _told(source, _never_asked(source, now), None) for source in sources},
            "runs": [], "outbox": {"held": 0, "waiting": 0, "sent": 0, "dead": 0},
            "archive": {"articles": 0, "bytes": 0, "outdated": 0}, "pages": pages_told(desk, 0),
            "service": {"running": process is not None, "process": process}, "jobs": {}, "held": {}, "reasons": {},
            "expiring": None, "backfills": [], "cluster": None, "attention": wrong,
        }  # fmt: skip
    with closing(open_archive(desk.archive, read_only=True)) as db:
        planned = planned_runs(db) if process is not None else {}
        found = {source.id: source_health(db, source.id, [url for _, url in source.ways], now) for source in sources}
        enabled = {source.id: found[source.id].health for source in sources if source.enabled}
        last = last_runs_of_jobs(db, process)
        return {
            "sources": {
                source.id: {
                    **_told(source, found[source.id], _next_run(jobs, source, planned)),
                    **({"brought": _brought(db, source), "fates": _fates(db, source)} if with_fates else {}),
                }
                for source in sources
            },
            "runs": last_runs(db, _RUNS, process),
            "outbox": outbox_counts(db),
            "expiring": _expiring(desk, db, now),
            "archive": {
                "articles": article_count(db), "bytes": archive_bytes(desk.archive), "outdated": _outdated(desk, db),
            },
            "pages": pages_told(desk, lost := pages_lost(db, now - LATELY)),
            "service": {"running": process is not None, "process": process},
            "jobs": {
                job: {
                    "last_run": to_text(last[job][0]) if job in last else None,
                    "last_outcome": last[job][1] if job in last else None,
                    "next_run": to_text(planned[job]) if job in planned else None,
                }
                for job in jobs
            },
            "held": _held(db, now),
            "backfills": _backfills(db, desk, sources, now),
            "reasons": reasons_since(db, now - LATELY),
            "cluster": _noted_queue(db),
            "attention": [
                *wrong, *attention(db, jobs, enabled, service=process, now=now), *pages_attention(desk, lost),
            ],
        }  # fmt: skip


def _add_queue(report: dict[str, Any], desk: Desk, given: str) -> None:
    """Adds what the queue tells of itself. One that cannot be asked needs a person. Raises QueueError where *given*
    cannot be one."""
    check_extra()
    from crawler.cluster.address import read_address  # noqa: PLC0415 -- the extra may not be installed
    from crawler.cluster.told import cluster_told, needs  # noqa: PLC0415

    address, token = read_address(given, os.environ), None
    if desk.archive.exists():
        with closing(open_archive(desk.archive, read_only=True)) as db:
            token = known_token(db)
    try:
        told = cluster_told(address, token)
    except QueueError as error:
        report["attention"].append(f"queue {error}")
    else:
        report["cluster"] = told
        report["attention"].extend(needs(told))


def _noted_queue(db: sqlite3.Connection) -> dict[str, Any] | None:
    """What the archive knows of its queue; None where it never had one."""
    shown = noted_queue(db)
    return None if shown is None else {"queue": shown, "out": sources_out(db)}


def _definitions(desk: Desk) -> "tuple[list[str], Mapping[str, Job]]":
    """What is wrong with the desk's files, in words, and its jobs, as far as they can be read."""
    try:
        desk.check()
    except DefinitionError as error:
        wrong = [f"the definitions are wrong, and no service begins or reloads with them: {error}"]
    else:
        return [], desk.jobs
    try:
        return wrong, desk.jobs
    except DefinitionError:
        return wrong, {}


def _outdated(desk: Desk, db: sqlite3.Connection) -> int | None:
    """How many articles were tagged with other packs than the desk's; None where these are wrong."""
    try:
        return outdated_count(db, desk.packs.version)
    except DefinitionError:
        return None


def _next_run(jobs: "Mapping[str, Job]", source: Source, planned: dict[str, datetime]) -> str | None:
    """The next run of any job that crawls *source*."""
    found = next_run_of(source.id, planned, {name: job.sources for name, job in jobs.items()})
    return to_text(found) if found and source.enabled else None


def _told(source: Source, found: SourceHealth, next_run: str | None) -> dict[str, Any]:
    health = found.health if source.enabled else Health(state="disabled")
    return source_told(health, found.evidence, next_run)


def _never_asked(source: Source, now: datetime) -> SourceHealth:
    evidence = Evidence(now=now, ways=tuple(Way(url=url, source=source.id) for _, url in source.ways))
    return SourceHealth(health=decide(evidence), evidence=evidence)


def _fates(db: sqlite3.Connection, source: Source) -> list[dict[str, Any]]:
    return [{"fate": fate, "reason": reason, "urls": urls} for fate, reason, urls in fates_of(db, source.id)]


def _held(db: sqlite3.Connection, now: datetime) -> dict[str, dict[str, Any]]:
    """Which hosts asked to be left alone, until when, and by what answer."""
    held = held_hosts(db, now)
    return {host: {"until": to_text(hold.until or now), "reason": hold.reason} for host, hold in held.items()}


def _backfills(db: sqlite3.Connection, desk: Desk, sources: list[Source], now: datetime) -> list[dict[str, Any]]:
    """Those of *sources* that are open, stopped, or done lately; with all sources, also those of sources that left."""
    asked = {source.id for source in sources}
    are_all = asked >= desk.sources.keys()
    told = [order for order in told_orders(db, now) if are_all or order.source in asked]
    return [figures_of(db, order, now).as_dict() for order in told]


def _expiring(desk: Desk, db: sqlite3.Connection, now: datetime) -> dict[str, Any] | None:
    """How many articles are about to be taken out, and from when on; None where that is not so, or has begun."""
    told = announced(db, desk.retention)
    if told is None or not told.articles or told.begins <= now:
        return None
    return {"articles": told.articles, "begins": to_text(told.begins)}


def _brought(db: sqlite3.Connection, source: Source) -> list[dict[str, Any]]:
    return [asdict(one) for one in brought(db, source.id)[:_MOST_WAYS] if one.first or one.untold]
