"""Messages of the outbox as they look on a terminal. Whatever came from the network goes through `plain` first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.text import Text

from archive.outbox import STATES, State
from archive.owing import HELD
from archive.plain import plain
from crawler.cli.times import shown

_COLOURS = {
    "held": "cyan", "waiting": "yellow", "sent": "green", "dead": "red", "dismissed": "dim", "gathered": "dim"
}  # fmt: skip
_ALWAYS = ("waiting", "sent", "dead")  # are told of also where there is none


def message_lines(row: Mapping[str, Any], zone: tzinfo) -> Iterable[Text]:
    """A message in two lines or three: what it is, its headline, its last error. The headline has a line of its own,
    because one that is written from right to left would reorder what stands beside it. Where *row* has its
    `deliveries`, a line for each follows.
    """
    route = f"{plain(row['alert'])} → {plain(row['channel'])}"
    tries = f"{row['attempts']} {'try' if row['attempts'] == 1 else 'tries'}"
    yield Text.assemble(
        (f"{shown(row['born'], zone)}  ", "dim"), (_state(row, zone), _COLOURS[row["state"]]),
        (f"  {route}  ref {row['ref']}  {tries}", "dim"),
    )  # fmt: skip
    yield Text(heading_of(row, zone), style="bold")
    if row["error"]:
        yield Text(plain(row["error"]), style="red")
    for number, one in enumerate(row.get("deliveries", ()), start=1):
        yield _try_line(number, one, zone)


def suppressed_lines(row: Mapping[str, Any], zone: tzinfo) -> Iterable[Text]:
    """What made no message of its own, in two lines: when, of which alert and why; its headline."""
    told = f", told {shown(row['told'], zone)}" if row["told"] else ""
    held = " (held back)" if row["reason"] in HELD and not told else ""
    yield Text.assemble(
        (f"{shown(row['at'], zone)}  ", "dim"), (row["reason"], "yellow"), f"{held}{told}",
        (f"  {plain(row['alert'])} ({row['kind']})", "dim"),
    )  # fmt: skip
    yield Text(plain(row["title"] or row["url"] or "") or f"(a {row['kind']})", style="bold")


def sums_of(rows: Sequence[Mapping[str, Any]], sums: Mapping[State, int]) -> str:
    """How many there are in each state, of which *rows* are shown: "20 of 50 shown: 45 waiting, 5 sent, 0 dead."."""
    counted: Mapping[State, int] = sums or Counter(row["state"] for row in rows)
    told = ", ".join(f"{counted.get(state, 0)} {state}" for state in STATES if state in counted or state in _ALWAYS)
    every = sum(counted.values())
    return f"{len(rows)} of {every} shown: {told}." if every > len(rows) else f"{told}."


def heading_of(row: Mapping[str, Any], zone: tzinfo) -> str:
    """What it tells of."""
    if row["kind"] == "summary":
        return f"{row['tells']} messages that were held back"
    if row["begin"] is None:
        return plain(row["title"] or row["url"] or "") or "(its article is gone)"
    if row["kind"] == "digest":
        stories = f"{row['tells']} {'story' if row['tells'] == 1 else 'stories'}"
        return f"{stories} from {shown(row['begin'], zone)} to {shown(row['end'], zone)}"
    return f"{row['kind']} of {plain(row['subject']) or 'all articles'} since {shown(row['begin'], zone)}"


def _state(row: Mapping[str, Any], zone: tzinfo) -> str:
    if row["state"] == "waiting" and row["attempts"]:
        return f"waiting, next try {shown(row['due'], zone)}"
    if row["state"] == "held":
        return f"held back until {shown(row['due'], zone)} ({row['reason']})"
    if row["state"] == "gathered":
        return f"told with others ({row['reason']}), ref {row['within']}"
    if row["state"] == "sent" and shown(row["sent"], zone) != shown(row["born"], zone):
        return f"sent {shown(row['sent'], zone)}"
    return str(row["state"])


def _try_line(number: int, one: Mapping[str, Any], zone: tzinfo) -> Text:
    ended = f"{one['outcome']} {shown(one['ended'], zone)}" if one["ended"] else "never ended"
    error = f": {plain(one['error'])}" if one["error"] else ""
    return Text(f"  try {number}: {shown(one['begun'], zone)}, {ended}{error}", style="dim")
