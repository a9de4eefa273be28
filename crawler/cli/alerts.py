"""`khabar alerts`: what was told, what waits, what could not be delivered."""

import asyncio
import os
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.outbox import STATES, State, deliveries, message_counts, messages, readdress, revive
from archive.outbox import dismiss as dismiss_dead
from archive.owing import suppressed
from archive.plain import plain, plain_json
from archive.writer import Writer
from crawler.cli import pass_desk
from crawler.cli.times import TIME_HELP, read_since
from crawler.desk import Desk
from crawler.desk_lock import service_of
from seeds.definitions import did_you_mean

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from alerts.channels import Channel
    from alerts.definitions import Alert
    from alerts.messages.message import Message

_EVERYTHING = -1  # SQLite's way to set no limit
_MOST_COMPARED = 1_000  # refs among which the one that was meant is looked for: a tenth of a second


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
        _check_refs(db, refs, STATES)
        _check_alert(db, desk, alert)
        rows = messages(db, states=states or STATES, alert=alert, limit=max(limit, len(refs)), refs=refs)
        sums = message_counts(db, states=states or STATES, alert=alert) if not refs else {}
        for row in rows:
            if refs or as_json:
                row["deliveries"] = deliveries(db, row["ref"])
    if as_json:
        for row in rows:
            click.echo(plain_json(row))
    else:
        _print_messages(desk, rows, sums)
    return 0


@alerts.command()
@click.argument("names", nargs=-1, metavar="[ALERT]...")
@click.option("--since", metavar="WHEN", help=f"Send nothing; tell what they would have sent since then: {TIME_HELP}.")
@click.option("--json", "as_json", is_flag=True, help="With --since, one JSON object for each alert.")
@pass_desk
def test(desk: Desk, names: tuple[str, ...], since: str | None, as_json: bool) -> int:
    """Send a test message to every channel of the alerts named, or of all.

    It tells of the newest article that answers the alert, of a digest the newest ten stories, marked as a test; nothing
    of it enters the outbox. Exit code 1 where a channel did not take it.

    With --since nothing is sent: the alerts are held against what was archived since then, and every message that they
    would have sent is listed with its time, and how many were suppressed and why.

    \b
    Example: khabar alerts test desk --since 30d
    """
    if as_json and since is None:
        raise click.UsageError("--json tells what would have been sent; give --since as well")
    from alerts.channels import open_channels  # noqa: PLC0415 -- Apprise takes a third of a second

    desk.check()
    for name in names:
        if name not in desk.alerts:
            said = f"{name!r} is not an alert of this desk{did_you_mean(name, desk.alerts)}"
            raise click.BadParameter(said, param_hint="ALERT")
    chosen = [desk.alerts[name] for name in names] or list(desk.alerts.values())
    if not chosen:
        example = "; take the signs off the one in example.toml" if (desk.root / "alerts/example.toml").exists() else ""
        raise click.UsageError(f"there is no alert in {desk.root / 'alerts'}{example or '; docs/alerts.md shows one'}")
    if since is not None:
        from crawler.cli.rehearsed import rehearse_all  # noqa: PLC0415

        rehearse_all(desk, chosen, read_since(since, desk.zone), as_json=as_json)
        return 0
    channels = open_channels(desk.root / "alerts", os.environ)
    tries = [(alert, channels[label]) for alert in chosen for label in alert.to]
    errors = asyncio.run(_send_all((channel, _sample(desk, alert, channel.longest)) for alert, channel in tries))
    for (alert, channel), error in zip(tries, errors, strict=True):
        click.echo(f"{alert.id} to {plain(channel.label)}: {plain(error) if error else 'delivered'}")
    return 1 if any(errors) else 0


@alerts.command("suppressed")
@click.option("--alert", metavar="ID", help="Only of this alert.")
@click.option("--since", metavar="WHEN", help=f"From then on: {TIME_HELP}.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_desk
def list_suppressed(desk: Desk, alert: str | None, since: str | None, limit: int, as_json: bool) -> None:
    """List what answered an alert and made no message of its own, newest first, each with its reason.

    What was held back was told later, in a message with others.

    \b
    Example: khabar alerts suppressed --alert desk --since 7d
    """
    with closing(open_archive(desk.archive, read_only=True)) as db:
        _check_alert(db, desk, alert)
        rows = suppressed(db, alert=alert, since=read_since(since, desk.zone), limit=limit)
    if as_json:
        for row in rows:
            click.echo(plain_json(row))
    else:
        _print_suppressed(desk, rows)


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
    _need_archive(desk)
    log_to_terminal(verbose=False)
    counts = asyncio.run(deliver_once(desk, open_channels(desk.root / "alerts", os.environ)))
    if as_json:
        told = {"dead": counts["dead"] + counts["unwanted"], "waiting": counts["waiting"], "held": counts["held"]}
        click.echo(plain_json({"sent": counts["sent"], "failed": counts["failed"], **told}))
    else:
        waiting = f", {counts['waiting']} wait for their next try" if counts["waiting"] else ""
        held = f", {counts['held']} held back" if counts["held"] else ""
        click.echo(f"{counts['sent']} sent, {counts['failed']} failed, {counts['dead']} dead{waiting}{held}.")
        if counts["unwanted"]:
            click.echo(f"Dead besides: {counts['unwanted']}, whose channel no alert of this desk names any more.")
    return 1 if counts["failed"] or counts["dead"] or counts["unwanted"] else 0


@alerts.command()
@click.argument("refs", nargs=-1, metavar="[REF]...")
@click.option("--all", "everything", is_flag=True, help="Every message that is dead.")
@pass_desk
def retry(desk: Desk, refs: tuple[str, ...], everything: bool) -> int:
    """Let messages that could not be delivered, or were dismissed, wait for delivery again.

    \b
    Example: khabar alerts retry --all
    """
    from crawler.telling import wanted_channels  # noqa: PLC0415

    wanted, now = wanted_channels(desk), datetime.now(UTC)

    def revive_some(db: "sqlite3.Connection", refs: "Sequence[str]") -> list[str]:
        revived = revive(db, now, refs)
        readdress(db, wanted, now)
        return [row["ref"] for row in messages(db, refs=revived, limit=len(revived)) if row["state"] == "waiting"]

    revived, dead = _change(desk, refs, revive_some, ("dead", "dismissed"), everything=everything)
    if not revived and not dead:
        click.echo("No message is dead.")
    if revived:
        wait, them = ("waits", "it") if len(revived) == 1 else ("wait", "them")
        who = "the service delivers" if service_of(desk.root) is not None else '"khabar alerts deliver" sends'
        click.echo(f"{_number(revived)} {wait} again; {who} {them}.")
    if dead:
        stay = "stays" if len(dead) == 1 else "stay"
        click.echo(f"{_number(dead)} {stay} dead: no alert of this desk names its channel any more, or another had it.")
    return 1 if dead else 0


@alerts.command()
@click.argument("refs", nargs=-1, metavar="[REF]...")
@click.option("--all", "everything", is_flag=True, help="Every message that is dead.")
@pass_desk
def dismiss(desk: Desk, refs: tuple[str, ...], everything: bool) -> int:
    """Take messages that could not be delivered for seen, so that `khabar status` no longer asks for a person.

    They are kept: `khabar alerts list --state dismissed` shows them.

    \b
    Example: khabar alerts dismiss --all
    """
    dismissed, _ = _change(desk, refs, dismiss_dead, ("dead",), everything=everything)
    click.echo(f"{_number(dismissed)} dismissed." if dismissed else "No message is dead.")
    return 0


def _change(
    desk: Desk, refs: tuple[str, ...], change: "Callable[[sqlite3.Connection, Sequence[str]], list[str]]",
    states: "Sequence[State]", *, everything: bool,
) -> tuple[list[str], list[str]]:  # fmt: skip
    """Makes *change* to the messages *refs*, which are in one of *states*, or to all that are dead; the refs of those
    that it changed, and of those not."""
    if bool(refs) == everything:
        raise click.UsageError("name the messages by their refs, or give --all")
    _need_archive(desk)

    def work(db: "sqlite3.Connection") -> tuple[list[str], list[str]]:
        _check_refs(db, refs, states)  # where one is none, none is changed
        dead = list(refs) or [row["ref"] for row in messages(db, states=["dead"], limit=_EVERYTHING)]
        changed = change(db, refs) if dead else []
        return changed, [ref for ref in dead if ref not in changed]

    with closing(Writer(desk.archive)) as writer:
        return writer.submit(work).result()


def _number(refs: "Sequence[str]") -> str:
    return "1 message" if len(refs) == 1 else f"{len(refs)} messages"


def _need_archive(desk: Desk) -> None:
    """Raises ArchiveError where there is none: opening it for writing would make one."""
    if not desk.archive.exists():
        raise ArchiveError(f'{desk.archive}: there is no archive yet; "khabar crawl" makes one')


def _check_refs(db: "sqlite3.Connection", refs: "Sequence[str]", states: "Sequence[State]") -> None:
    """Raises click.BadParameter unless each of *refs* is a message in one of *states*."""
    found = {row["ref"] for row in messages(db, states=states, refs=refs, limit=len(refs))} if refs else set()
    for ref in refs:
        if ref not in found:
            known = [row["ref"] for row in messages(db, states=states, limit=_MOST_COMPARED)]
            what = "of this archive" if states == STATES else f"that is {' or '.join(states)}"
            raise click.BadParameter(f"{ref!r} is no message {what}{did_you_mean(ref, known)}", param_hint="REF")


def _check_alert(db: "sqlite3.Connection", desk: Desk, alert: str | None) -> None:
    """Raises click.BadParameter where neither the desk nor the outbox knows *alert*: one that is gone has messages."""
    if alert is not None and alert not in desk.alerts and not messages(db, alert=alert, limit=1):
        said = f"{alert!r} is not an alert of this desk{did_you_mean(alert, desk.alerts)}"
        raise click.BadParameter(said, param_hint="--alert")


def _sample(desk: Desk, alert: "Alert", longest: int) -> "Message":
    from alerts.sampling import made_up, newest_for, newest_stories_for  # noqa: PLC0415
    from crawler.telling import composer_of  # noqa: PLC0415

    now, record, topics = datetime.now(UTC), None, desk.packs.topics
    if desk.archive.exists():
        with closing(open_archive(desk.archive, read_only=True)) as db:
            if alert.when == "digest":
                found, begin = newest_stories_for(db, alert, topics, zone=desk.zone, now=now)
                return composer_of(desk).digest(
                    db, alert, found, "test", begin=begin, end=now, test=True, longest=longest
                )  # fmt: skip
            record = newest_for(db, alert, topics, zone=desk.zone, now=now)
    record = record or made_up(alert, desk.sources, now)
    return composer_of(desk).message(alert, record, "test", test=True, longest=longest)


async def _send_all(tries: "Iterable[tuple[Channel, Message]]") -> list[str]:
    """The error of each try; empty where it was delivered."""
    from alerts.channels import SendError  # noqa: PLC0415
    from alerts.sending import send_in_time  # noqa: PLC0415

    async def send(channel: "Channel", message: "Message") -> str:
        try:
            await send_in_time(channel, message)
        except SendError as error:
            return str(error)
        return ""

    return list(await asyncio.gather(*(send(channel, message) for channel, message in tries)))


def _print_messages(desk: Desk, rows: "Sequence[Mapping[str, Any]]", sums: "Mapping[State, int]") -> None:
    from crawler.cli.messages import message_lines, sums_of  # noqa: PLC0415 -- rich, which --json does without
    from crawler.cli.terminal import err, out  # noqa: PLC0415

    for row in rows:
        out().print(*message_lines(row, desk.zone), "", sep="\n", soft_wrap=not out().is_terminal)
    if rows:
        out().print(sums_of(rows, sums))
    else:
        err().print("No messages.")


def _print_suppressed(desk: Desk, rows: "Sequence[Mapping[str, Any]]") -> None:
    from crawler.cli.messages import suppressed_lines  # noqa: PLC0415
    from crawler.cli.terminal import err, out  # noqa: PLC0415

    for row in rows:
        out().print(*suppressed_lines(row, desk.zone), "", sep="\n", soft_wrap=not out().is_terminal)
    if not rows:
        err().print("Nothing was suppressed.")
