"""`khabar crawl --backfill`: fetches a source's past, by itself or by the service that holds the desk."""

import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import click

from archive.backfill_figures import Figures, figures_of
from archive.backfills import (
    Backfill,
    BackfillBusy,
    BackfillEnding,
    Span,
    backfill,
    give_order,
    leave_orders,
    stop_order,
    unfinished_of,
)
from archive.database import open_archive, transaction
from archive.plain import plain_json
from crawler.cli.backfill_view import Shown, print_backfills
from crawler.cli.logs import log_to_terminal
from crawler.cli.stopping import Stopping
from crawler.cli.times import read_since, read_until
from crawler.desk import Desk
from crawler.desk_lock import DeskBusy, hold_desk, hold_if_free, service_of
from crawler.elsewhere import check_none_out
from seeds.sources import Source

_LOOK = 0.5  # seconds between two looks at how far a service is
_ENDING = 20.0  # seconds for which one that was just stopped is waited for: what is under way is finished
_UNHEARD = 30.0  # seconds after which a service that has not taken an order up is not waited for


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOptions:
    """What the command line says of a backfill."""

    since: str | None
    until: str | None
    oldest_first: bool
    stop: bool

    def check(self, *, is_backfill: bool, patterns: Sequence[str]) -> None:
        """Raises UsageError where they do not go together."""
        named = [
            option
            for option, given in (
                ("--since", self.since), ("--until", self.until), ("--oldest-first", self.oldest_first),
                ("--stop", self.stop),
            )
            if given
        ]  # fmt: skip
        if not is_backfill and named:
            raise click.UsageError(f"{named[0]} is for --backfill only")
        if not is_backfill:
            return
        if not patterns:
            raise click.UsageError("--backfill needs the sources whose past is to be fetched, by name")
        if self.stop and named != ["--stop"]:
            raise click.UsageError(f"--stop ends what was ordered; it goes with no {named[0]}")
        if not self.stop and self.since is None:
            raise click.UsageError("--backfill needs --since: how far back")

    def span(self, desk: Desk) -> Span:
        """Which part of the past. Raises BadParameter."""
        now = datetime.now(UTC)
        since, until = read_since(self.since, desk.zone), read_until(self.until, desk.zone)
        if since is None or since >= now:
            raise click.BadParameter("lies in days to come: the past ends now", param_hint="--since")
        if until is not None and until <= since:
            raise click.BadParameter("must be later than --since", param_hint="--until")
        return Span(since=since, until=min(until or now, now), oldest_first=self.oldest_first)

    @property
    def words(self) -> str:
        """By which the same order is known again: a span of days begins elsewhere each day."""
        until = f" --until {self.until}" if self.until else ""
        return f"--since {self.since}{until}{' --oldest-first' if self.oldest_first else ''}"


def run_backfill(
    desk: Desk, sources: Sequence[Source], options: PastOptions, *, as_json: bool, verbose: bool
) -> int:  # fmt: skip
    """Gives the orders, and stays until they are done; the exit code. Raises DeskBusy and what a crawl raises."""
    if options.stop:
        return _stop(desk, sources, as_json=as_json)
    from crawler.rendering.chromium import check_rendering  # noqa: PLC0415 -- only a backfill needs it

    check_rendering(desk, sources)
    span = options.span(desk)
    _check_kept(desk, sources, span)
    if service_of(desk.root) is not None:
        return _hand_over(desk, sources, span, options.words, as_json=as_json)
    desk.check()
    log_to_terminal(verbose)
    from crawler.backfill.by_hand import backfill_by_hand  # noqa: PLC0415 -- Scrapy takes a second to load
    from pipelines.workbench import open_workbench  # noqa: PLC0415

    _take_over(desk)
    with ExitStack() as held:
        try:
            held.enter_context(hold_desk(desk.root, alone=False))
        except DeskBusy:
            if service_of(desk.root) is None:
                raise
            return _hand_over(desk, sources, span, options.words, as_json=as_json)  # it was started in this second
        check_none_out(desk, sources)
        orders = [order.id for order in _order(desk, sources, span, options.words)]
        workbench = open_workbench(desk.archive, desk.packs, desk.watch, keep_pages=desk.config.keep_pages)
        held.callback(workbench.close)
        with Shown(desk.archive, orders, desk.zone, hidden=as_json or verbose) as shown:
            shown.by_itself()
            backfill_by_hand(desk, workbench, orders)
    return _report(desk, orders, as_json=as_json)


def _check_kept(desk: Desk, sources: Sequence[Source], span: Span) -> None:
    """Says where a part of *span* is older than articles are kept. Raises BadParameter where all of it is."""
    for source in sources:
        days = desk.retention.of(source.id)
        kept = datetime.now(UTC) - timedelta(days=days)
        if not days or span.since >= kept:
            continue
        said = f"articles of {source.id} are kept for {days} days (keep_days)"
        if span.until <= kept:
            raise click.BadParameter(f"{said}: all of that time is gone", param_hint="--until")
        click.echo(f"{said}: what is older than {kept:%Y-%m-%d} is fetched, and taken out again", err=True)


def _hand_over(desk: Desk, sources: Sequence[Source], span: Span, words: str, *, as_json: bool) -> int:
    orders = _order(desk, sources, span, words)
    return _follow(desk, [order.id for order in orders], as_json=as_json)


def _take_over(desk: Desk) -> None:
    """Whoever is said to be at work is not, where nobody holds the desk: his number may be another process's since a
    power cut, and a container has another name each time."""
    with hold_if_free(desk.root) as is_free:
        if is_free:
            with closing(open_archive(desk.archive)) as db, transaction(db):
                leave_orders(db)


def _order(desk: Desk, sources: Sequence[Source], span: Span, words: str) -> list[Backfill]:
    """All of them, or none; those that are just being stopped are waited for. Raises DeskBusy where one cannot be
    given."""
    at, begun = datetime.now(UTC), time.monotonic()
    while True:
        try:
            with closing(open_archive(desk.archive)) as db, transaction(db):
                return [give_order(db, source.id, span, words, at) for source in sources]
        except BackfillBusy as error:
            if not isinstance(error, BackfillEnding) or time.monotonic() - begun > _ENDING:
                raise DeskBusy(str(error)) from error
            time.sleep(_LOOK)


def _stop(desk: Desk, sources: Sequence[Source], *, as_json: bool) -> int:
    """Ends the open orders of *sources*. Raises DeskBusy where there is none."""
    at = datetime.now(UTC)
    stopped: list[int] = []
    if desk.archive.exists():
        with closing(open_archive(desk.archive)) as db, transaction(db):
            for source in sources:
                order = unfinished_of(db, source.id)
                if order and order.state == "open":
                    stop_order(db, order.id, at)
                    stopped.append(order.id)
    if not stopped:
        raise DeskBusy(f"no backfill of {', '.join(source.id for source in sources)} is open")
    return _report(desk, stopped, as_json=as_json, stopping=True)


def _follow(desk: Desk, orders: Sequence[int], *, as_json: bool) -> int:
    """Shows how far the service is with *orders*, until they are ended or somebody has seen enough."""
    begun = time.monotonic()
    with Stopping() as stopping, Shown(desk.archive, orders, desk.zone, hidden=as_json) as shown:
        while stopping.sign is None:
            told = shown.look()
            if all(one.order.state != "open" for one in told):
                break
            service = service_of(desk.root)
            if service is None:
                raise DeskBusy("the service has ended; the same command, or a new service, goes on with the backfill")
            unheard = any(one.order.state == "open" and one.order.process is None for one in told)
            if unheard and time.monotonic() - begun > _UNHEARD:
                raise DeskBusy(
                    f"khabar run (process {service}) has not taken the backfill up; it does so as soon as it can"
                )
            time.sleep(_LOOK)
    if stopping.sign is not None:
        names = " ".join(one.order.source for one in told)
        click.echo(f'The service goes on with it; "khabar crawl {names} --backfill --stop" ends it.', err=True)
    code = _report(desk, orders, as_json=as_json)
    return stopping.code or code


def _report(desk: Desk, orders: Sequence[int], *, as_json: bool, stopping: bool = False) -> int:
    now = datetime.now(UTC)
    with closing(open_archive(desk.archive, read_only=True)) as db:
        told = [figures_of(db, backfill(db, order), now) for order in orders]
    if as_json:
        click.echo(plain_json({"backfills": [one.as_dict() for one in told]}))
    else:
        print_backfills(told, desk.zone)
    return 0 if stopping or all(_is_well(one) for one in told) else 1


def _is_well(one: Figures) -> bool:
    return one.order.state == "done" and not one.order.counts.get("failed") and not one.ways["lost"]
