"""Puts what an alert has to tell into the outbox, in the caller's transaction: to be sent, or held back for now."""

import sqlite3
from datetime import datetime, tzinfo

from alerts.definitions import Alert
from alerts.hygiene import held_back
from archive.owing import Held, Telling, has_room_at, last_release, owe, reason_held
from seeds.definitions import seconds


def raise_alert(db: sqlite3.Connection, alert: Alert, telling: Telling, *, at: datetime, zone: tzinfo) -> int:
    """Owes *telling* to each channel of *alert* that was not told of its subject; to how many. *zone* is the desk's."""
    return owe(db, telling, alert.to, at=at, held=held_now(db, alert, at=at, zone=zone, joins=True))


def held_now(
    db: sqlite3.Connection, alert: Alert, *, at: datetime, zone: tzinfo, joins: bool = False
) -> Held | None:  # fmt: skip
    """Why *alert* holds back what it has to tell at *at*; None: it speaks. What *joins* waits with what is held back
    already, so that it cannot go before it.
    """
    if not (alert.quiet or seconds(alert.cooldown) or alert.max_per_hour):
        return None
    held = held_back(
        alert, now=at, zone=zone,
        last=last_release(db, alert.id, at) if seconds(alert.cooldown) else None,
        room=has_room_at(db, alert.id, alert.max_per_hour, at) if alert.max_per_hour else None,
    )  # fmt: skip
    if held is None and joins and (reason := reason_held(db, alert.id)):
        return Held(until=at, reason=reason)
    return held
