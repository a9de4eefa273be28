"""`khabar alerts`: what was told, what waits, what could not be delivered."""

import asyncio
import json
import os
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.outbox import STATES, State, deliveries, messages, revive
from archive.plain import plain
from archive.writer import Writer
from crawler.cli import pass_desk
from crawler.cli.times import shown
from crawler.desk import Desk
from crawler.desk_lock import service_of
from seeds.definitions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alerts.channels import Channel
    from alerts.definitions import Alert
    from alerts.message import Message

_COLOURS = {"sent": "green", "waiting": "yellow", "dead": "red"}


@click.group()
def alerts() -> None:
    """The outbox: see what was told, try channels out, deliver and retry.

    \b
    Example: khabar alerts list --state waiting
    """


@alerts.command("list")
@click.argument("refs", nargs=-1, metavar="[REF]...")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only messages in this state.")
@click.option("--alert", metavar="ID", help="Only of this alert.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_desk
def list_messages(  # noqa: PLR0917 -- click names them
    desk: Desk, refs: tuple[str, ...], states: tuple[State, ...], alert: str | None, limit: int, as_json: bool
) -> int:
    """List messages, newest first; of those named by REF also every try to deliver them.

    \b
    Example: khabar alerts list --state dead
    """
    with closing(open_archive(desk.archive, read_only=True)) as db:
        rows = messages(db, states=states or STATES, alert=alert, limit=limit, refs=refs)
        _all_found(refs, rows)
        for row in rows:
            if refs or as_json:
                row["deliveries"] = deliveries(db, row["ref"])
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        _print_messages(desk, rows, tries=bool(refs))
    return 0


@alerts.command()
@click.argument("names", nargs=-1, metavar="[ALERT]...")
@pass_desk
def test(desk: Desk, names: tuple[str, ...]) -> int:
    """Send a test message to every channel of the alerts named, or of all.

    It tells of the newest article that answers the alert, marked as a test; nothing of it enters the outbox. Exit
    code 1 where a channel did not take it.

    \b
    Example: khabar alerts test desk
    """
    from alerts.channels import open_channels  # noqa: PLC0415 -- Apprise takes a third of a second

    desk.check()
    for name in names:
        if name not in desk.alerts:
            hint = nearest(name, desk.alerts)
            also = f'; did you mean "{hint}"?' if hint else ""
            raise click.BadParameter(f"{name!r} is not an alert of this desk{also}", param_hint="ALERT")
    chosen = [desk.alerts[name] for name in names] or list(desk.alerts.values())
    if not chosen:
        raise click.UsageError(f"there is no alert in {desk.root / 'alerts'}; docs/alerts.md shows how to write one")
    channels = open_channels(desk.root / "alerts", os.environ)
    tries = [(alert, channels[label]) for alert in chosen for label in alert.to]
    errors = asyncio.run(_send_all((channel, _sample(desk, alert)) for alert, channel in tries))
    for (alert, channel), error in zip(tries, errors, strict=True):
        click.echo(f"{alert.id} to {plain(channel.label)}: {plain(error) if error else 'delivered'}")
    return 1 if any(errors) else 0


@alerts.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def deliver(desk: Desk, as_json: bool) -> int:
    """Deliver what is due now, each message with one try, and end. `khabar run` does it all the time.

    Exit code 1 where something was not delivered; it is tried again by the next call, or by the service.

    \b
    Example: khabar alerts deliver
    """
    from alerts.channels import open_channels  # noqa: PLC0415
    from crawler.cli.logs import log_to_terminal  # noqa: PLC0415
    from crawler.telling import deliver_once  # noqa: PLC0415

    desk.check()
    log_to_terminal(verbose=False)
    counts = asyncio.run(deliver_once(desk, open_channels(desk.root / "alerts", os.environ)))
    if as_json:
        click.echo(json.dumps({name: counts[name] for name in ("sent", "failed", "dead")}))
    else:
        click.echo(f"{counts['sent']} sent, {counts['failed']} to be tried again, {counts['dead']} dead.")
    return 1 if counts["failed"] or counts["dead"] else 0


@alerts.command()
@click.argument("refs", nargs=-1, metavar="[REF]...")
@click.option("--all", "everything", is_flag=True, help="Every message that is dead.")
@pass_desk
def retry(desk: Desk, refs: tuple[str, ...], everything: bool) -> int:
    """Let messages that could not be delivered wait for delivery again.

    \b
    Example: khabar alerts retry --all
    """
    if bool(refs) == everything:
        raise click.UsageError("name the messages by their refs, or give --all")
    if not desk.archive.exists():
        raise ArchiveError(f'{desk.archive}: there is no archive yet; "khabar crawl" makes one')
    writer = Writer(desk.archive)
    try:
        revived = writer.submit(lambda db: revive(db, datetime.now(UTC), refs)).result()
    finally:
        writer.close()
    if missing := [ref for ref in refs if ref not in revived]:
        raise click.BadParameter(f"{missing[0]!r} is no message that is dead", param_hint="REF")
    who = "the service delivers them" if service_of(desk.root) is not None else '"khabar alerts deliver" sends them'
    click.echo(f"{len(revived)} messages wait again; {who}." if revived else "No message is dead.")
    return 0


def _all_found(refs: "Sequence[str]", rows: "Sequence[Mapping[str, Any]]") -> None:
    found = {row["ref"] for row in rows}
    for ref in refs:
        if ref not in found:
            raise click.BadParameter(f"{ref!r} is no message of this archive", param_hint="REF")


def _sample(desk: Desk, alert: "Alert") -> "Message":
    from alerts.sampling import made_up, newest_for  # noqa: PLC0415
    from crawler.telling import composer_of  # noqa: PLC0415

    now, record = datetime.now(UTC), None
    if desk.archive.exists():
        with closing(open_archive(desk.archive, read_only=True)) as db:
            record = newest_for(db, alert, desk.packs.topics, zone=desk.zone, now=now)
    return composer_of(desk).message(alert, record or made_up(alert, desk.sources, now), "test", test=True)


async def _send_all(tries: "Iterable[tuple[Channel, Message]]") -> list[str]:
    """The error of each try; empty where it was delivered."""
    from alerts.channels import SendError  # noqa: PLC0415
    from alerts.delivery import send_in_time  # noqa: PLC0415

    async def send(channel: "Channel", message: "Message") -> str:
        try:
            await send_in_time(channel, message)
        except SendError as error:
            return str(error)
        return ""

    return list(await asyncio.gather(*(send(channel, message) for channel, message in tries)))


def _print_messages(desk: Desk, rows: "Sequence[Mapping[str, Any]]", *, tries: bool) -> None:
    from rich.table import Table  # noqa: PLC0415 -- --json does without
    from rich.text import Text  # noqa: PLC0415

    from crawler.cli.terminal import out  # noqa: PLC0415

    table = Table("ref", "state", "tries", "born", "sent or due", "alert", "channel", "article", "error")
    for row in rows:
        times = (shown(row["born"], desk.zone), shown(row["sent"] or row["due"], desk.zone))
        table.add_row(
            row["ref"], Text(row["state"], style=_COLOURS[row["state"]]), str(row["attempts"]), *times,
            plain(row["alert"]), plain(row["channel"]), plain(row["title"] or row["url"] or "–"),
            plain(row["error"] or ""),
        )  # fmt: skip
    out().print(table)
    states = Counter(row["state"] for row in rows)
    out().print(", ".join(f"{states[state]} {state}" for state in STATES) + ".")
    for row in rows if tries else ():
        for number, one in enumerate(row["deliveries"], start=1):
            ended = f"{one['outcome']} {shown(one['ended'], desk.zone)}" if one["ended"] else "never ended"
            error = f": {plain(one['error'])}" if one["error"] else ""
            out().print(f"{row['ref']} try {number}: {shown(one['begun'], desk.zone)}, {ended}{error}")
