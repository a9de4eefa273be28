"""`khabar alerts test --since`: what alerts would have sent, as it looks on a terminal and as JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, tzinfo
from typing import Any

import click
from rich.text import Text

from alerts.definitions import Alert
from alerts.rehearsal import Rehearsed, rehearse
from archive.database import open_archive
from archive.owing import HELD
from archive.plain import plain_json
from archive.times import from_text, to_text
from crawler.cli.messages import heading_of
from crawler.cli.terminal import err, out
from crawler.cli.times import shown
from crawler.desk import Desk
from crawler.telling import rounds_of

_MOST = 200  # messages of an alert that are listed on a terminal, the newest; --json has all
_KEYS = ("released", "kind", "reason", "article", "title", "url", "subject", "begin", "end", "tells")


def rehearse_all(desk: Desk, alerts: Sequence[Alert], since: datetime | None, *, as_json: bool) -> None:
    """Prints what *alerts* would have sent from *since* to now."""
    now = datetime.now(UTC)
    begin = since or now
    if begin >= now:
        raise click.BadParameter("must lie in the past", param_hint="--since")
    for alert in alerts:
        if err().is_terminal:
            err().print(f"holding {alert.id} against the archive …")
        with closing(open_archive(desk.archive, read_only=True)) as db:
            found = rehearse(db, alert, rounds_of(desk), since=begin, now=now)
        if as_json:
            click.echo(plain_json(_as_dict(alert, found, begin, now)))
        else:
            out().print(*_lines(alert, found, begin, desk.zone), sep="\n", soft_wrap=not out().is_terminal)


def _as_dict(alert: Alert, found: Rehearsed, since: datetime, now: datetime) -> dict[str, Any]:
    return {
        "alert": alert.id, "when": alert.when, "since": to_text(since), "until": to_text(now),
        "messages": [{name: row[name] for name in _KEYS} for row in found.messages],
        "suppressed": dict(sorted(found.suppressed.items())), "waiting": found.waiting,
        "unready": found.unready,
    }  # fmt: skip


def _lines(alert: Alert, found: Rehearsed, since: datetime, zone: tzinfo) -> Iterable[Text]:
    """The sums, and each message in two lines: the headline has one of its own, whichever way it runs."""
    number = len(found.messages)
    yield Text.assemble(
        (alert.id, "bold"), f" ({alert.when}), since {since.astimezone(zone):%Y-%m-%d %H:%M}: ",
        f"{number} {'message' if number == 1 else 'messages'} to each channel{_busiest(found, zone)}",
    )  # fmt: skip
    if number > _MOST:
        yield Text(f"the last {_MOST} of them:", style="dim")
    for row in found.messages[-_MOST:]:
        held = f" ({row['reason']})" if row["reason"] else ""
        yield Text(f"{shown(str(row['released']), zone)}  {row['kind']}{held}", style="dim")
        yield Text(heading_of(row, zone), style="bold")
    yield from _suppressed_lines(found.suppressed)
    if found.unready:
        yield Text(f"it tells nothing yet: {found.unready}")
    if found.waiting:
        yield Text(f"held back, or waiting for the next digest, at the end: {found.waiting}")


def _busiest(found: Rehearsed, zone: tzinfo) -> str:
    days = Counter(from_text(str(row["released"])).astimezone(zone).date() for row in found.messages)
    if len(days) < 2:
        return ""
    day, most = max(days.items(), key=lambda item: (item[1], item[0]))
    return f", {most} on the busiest day, {day}"


def _suppressed_lines(suppressed: Counter[str]) -> Iterable[Text]:
    for said, reasons in (
        ("suppressed", sorted(set(suppressed) - set(HELD))),
        ("held back, and told together", [reason for reason in HELD if reason in suppressed]),
    ):
        if reasons:
            yield Text(f"{said}: {', '.join(f'{suppressed[reason]} {reason}' for reason in reasons)}")
