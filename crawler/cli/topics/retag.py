"""`khabar topics retag`: the archive as the packs in force see it, without a crawl."""

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import takewhile
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from archive.database import explained, open_archive
from archive.plain import plain_json
from archive.retagging import Retagged, Tell, outdated_count, retag, service_packs, service_sends
from archive.search import matching_ids
from crawler.cli import pass_desk
from crawler.cli.filters import read_filters, scope_options
from crawler.cli.stopping import Stopping
from crawler.desk import Desk
from crawler.desk_lock import DeskBusy, service_of

if TYPE_CHECKING:
    from alerts.watching import Watch


@click.command("retag")
@scope_options
@click.option("--alert", "alerting", is_flag=True, help="Send the alerts that articles answer by a topic they gain.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def retag_archive(desk: Desk, chosen: dict[str, Any], *, alerting: bool, as_json: bool) -> int:
    """Tag the archive anew, where articles were tagged with other packs than those in force.

    Newest first, and beside whatever else goes on: search and the service need not wait. Tags and evidence of an
    article change together. It may be interrupted at any point; the same command goes on with what is left. Nobody is
    alerted without --alert.

    \b
    Example: khabar topics retag --since 90d
    """
    packs, watch = desk.packs, desk.watch if alerting else None
    tally = Tally()
    with explained(desk.archive), closing(open_archive(desk.archive, make=False)) as db, Stopping() as stopping:
        _tell_of_service(desk, db, packs.version)
        if alerting:
            _check_sent_by_service(desk, db)
        ids = _outdated_ids(desk, db, chosen)
        wanted = takewhile(lambda _: stopping.sign is None, ids)
        try:
            for one in _shown(retag(db, packs, wanted, tally.teller(watch)), len(ids), hidden=as_json):
                tally.count(one)
        except sqlite3.Error:  # the disk is full, or somebody keeps it locked: the reason is told behind this
            _tell_stopped(tally, len(ids))
            raise
        tally.left = outdated_count(db, packs.version)
    if as_json:
        click.echo(plain_json({"pack_version": packs.version, **tally.as_dict()}))
    else:
        _print(tally, packs.version)
    if stopping.sign is not None:
        _tell_stopped(tally, len(ids))
    elif tally.left and not as_json:
        click.echo(f"Articles that are still tagged with other packs: {tally.left:,}.")
    return stopping.code


@dataclass(kw_only=True)
class Tally:
    """What has come of it so far."""

    read: int = 0
    changed: int = 0
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    messages: int | None = None  # owed; None: nobody asked for them
    has_digests: bool = False  # which tell of theirs with their next message
    left: int = 0
    begun: float = field(default_factory=monotonic)

    def count(self, one: Retagged) -> None:
        """Takes *one* in."""
        self.read += 1
        self.changed += bool(one.gained or one.lost)
        self.gained.update(one.gained)
        self.lost.update(one.lost)

    def teller(self, watch: "Watch | None") -> Tell:
        """What owes the alerts of *watch* for articles that gain a topic."""
        if watch is None:
            return lambda db, one: None
        self.messages, at = 0, datetime.now(UTC)
        self.has_digests = any(alert.when == "digest" for alert in watch.alerts.values())

        def tell(db: sqlite3.Connection, one: Retagged) -> None:
            if one.gained:
                told = watch.tell_of(db, one.id, story=one.story, scores=one.after, before=one.before, at=at)
                self.messages = (self.messages or 0) + told

        return tell

    def as_dict(self) -> dict[str, Any]:
        """As the contract prints it."""
        counts = {"read": self.read, "changed": self.changed, "gained": dict(self.gained), "lost": dict(self.lost)}
        return {**counts, "alerts": self.messages or 0, "left": self.left}


def _outdated_ids(desk: Desk, db: sqlite3.Connection, chosen: dict[str, Any]) -> "array[int]":
    """The articles that are to be tagged anew, newest first; listed at once, so that no read stays open meanwhile."""
    filters = replace(read_filters(desk, db, chosen), not_read_with=desk.packs.version)
    return array("q", matching_ids(db, "", filters=filters))


def _shown(work: Iterator[Retagged], total: int, *, hidden: bool) -> Iterator[Retagged]:
    if hidden or not total:
        return work
    from crawler.cli.counted import counted  # noqa: PLC0415 -- rich, which --json does without

    return counted(work, "Tagging anew", total)


def _tell_of_service(desk: Desk, db: sqlite3.Connection, version: str) -> None:
    """Beside a service with other packs, what arrives would be outdated at once."""
    process = service_of(desk.root)
    if process and service_packs(db) != version:
        click.echo(
            f"khabar run tags what arrives with other packs until it reads the desk anew: kill -HUP {process}", err=True
        )


def _check_sent_by_service(desk: Desk, db: sqlite3.Connection) -> None:
    """A service gives up a message of an alert that it does not know. Raises DeskBusy."""
    process = service_of(desk.root)
    if process and not service_sends(db, {alert.id: alert.to for alert in desk.alerts.values()}):
        raise DeskBusy(
            f"{desk.root}: khabar run (process {process}) has other alerts than the files, and would give up messages "
            f"of new ones; let it read them first: kill -HUP {process}"
        )


def _tell_stopped(tally: Tally, wanted: int) -> None:
    done, left = f"{tally.read:,}", f"{wanted - tally.read:,}"
    click.echo(f"stopped: {done} articles are tagged anew, {left} are left; the same command goes on", err=True)


def _print(tally: Tally, version: str) -> None:
    from rich.table import Table  # noqa: PLC0415

    from crawler.cli.terminal import out  # noqa: PLC0415

    if topics := sorted({*tally.gained, *tally.lost}):
        table = Table("topic", title="Topics of articles", title_justify="left")
        for heading in ("gained", "lost"):
            table.add_column(heading, justify="right")
        for topic in topics:
            table.add_row(topic, f"{tally.gained[topic]:,}", f"{tally.lost[topic]:,}")
        out().print(table)
    if not tally.read and not tally.left:
        click.echo("Every article is tagged with the packs in force.")
        return
    took = f"in {monotonic() - tally.begun:.1f} s, with packs {version}"
    click.echo(f"Articles tagged anew: {tally.read:,} {took}; other topics than before: {tally.changed:,}.")
    if tally.messages is not None:
        click.echo(f'Messages owed: {tally.messages:,}; "khabar run" sends them, or "khabar alerts deliver".')
    if tally.has_digests:
        click.echo("Digests tell of what answers them from now on with their next message.")
