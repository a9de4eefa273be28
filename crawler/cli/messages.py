"""Messages of the outbox as they look on a terminal. Whatever came from the network goes through `plain` first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.text import Text

from archive.outbox import STATES, State
from archive.plain import plain
from crawler.cli.times import shown

_COLOURS = {"sent": "green", "waiting": "yellow", "dead": "red", "dismissed": "dim"}


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
    yield Text(plain(row["title"] or row["url"] or "") or "(its article is gone)", style="bold")
    if row["error"]:
        yield Text(plain(row["error"]), style="red")
    for number, one in enumerate(row.get("deliveries", ()), start=1):
        yield _try_line(number, one, zone)


def sums_of(rows: Sequence[Mapping[str, Any]], sums: Mapping[State, int]) -> str:
    """How many there are in each state, of which *rows* are shown: "20 of 50 shown: 45 waiting, 5 sent, 0 dead."."""
    counted: Mapping[State, int] = sums or Counter(row["state"] for row in rows)
    told = ", ".join(f"{counted.get(state, 0)} {state}" for state in STATES if state in counted or state != "dismissed")
    every = sum(counted.values())
    return f"{len(rows)} of {every} shown: {told}." if every > len(rows) else f"{told}."


def _state(row: Mapping[str, Any], zone: tzinfo) -> str:
    if row["state"] == "waiting" and row["attempts"]:
        return f"waiting, next try {shown(row['due'], zone)}"
    if row["state"] == "sent" and shown(row["sent"], zone) != shown(row["born"], zone):
        return f"sent {shown(row['sent'], zone)}"
    return str(row["state"])


def _try_line(number: int, one: Mapping[str, Any], zone: tzinfo) -> Text:
    ended = f"{one['outcome']} {shown(one['ended'], zone)}" if one["ended"] else "never ended"
    error = f": {plain(one['error'])}" if one["error"] else ""
    return Text(f"  try {number}: {shown(one['begun'], zone)}, {ended}{error}", style="dim")
