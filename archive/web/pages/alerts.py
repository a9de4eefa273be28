"""The outbox: what was sent, what waits, what was held back or not delivered, and why. Never shown in public."""

import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from archive.outbox import STATES, State
from archive.outbox_told import (
    channels_of,
    counts_by_alert,
    counts_of,
    gathered_by,
    message,
    messages_of,
    sent_by_hour,
    tries_of,
    without_secrets,
)
from archive.overview import alert_ids, late_channels, struggling_channels
from archive.owing import suppressed
from archive.web.as_csv import csv_document
from archive.web.calendar import by_day, day_spans
from archive.web.view import Asked, Document, NotAllowed, NotThere, Route, document, page

_DAYS = 30
_PAGE, _LAST_PAGE = 50, 2_000
_CHANNELS, _SUPPRESSED, _GATHERED, _TRIES = 100, 20, 100, 250
TONES = {"sent": "good", "waiting": "warn", "held": "warn", "dead": "bad"}
"""The colours of states."""


def read_alerts(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What the page shows."""
    _closed_in_public(asked)
    states: list[State] = [state for state in STATES if state in asked.all("state")]
    alert, channel = asked.first("alert"), asked.first("channel")
    number = asked.number("page", 1, least=1, most=_LAST_PAGE)
    rows = messages_of(
        db, states=states or STATES, alert=alert, channel=channel, number=_PAGE + 1, after=(number - 1) * _PAGE
    )
    counts = counts_of(db, alert=alert, channel=channel)
    since = asked.now - timedelta(days=_DAYS)
    of_alerts = counts_by_alert(db, since)
    days, spans = day_spans(asked.now.astimezone(asked.face.zone).date(), _DAYS, asked.face.zone)
    sent = by_day(sent_by_hour(db, spans[0][0]), days, asked.face.zone)
    return {
        "messages": rows[:_PAGE], "has_more": len(rows) > _PAGE, "page": number, "tones": TONES, "states": STATES,
        "chosen": {"state": states, "alert": alert, "channel": channel}, "counts": counts,
        "definitions": [(name, asked.face.alerts.get(name), of_alerts.get(name, {})) for name in _names(db, asked)],
        "alert_ids": _names(db, asked), "channels": channels_of(db, _CHANNELS), "days": days, "sent": sent,
        "wrong": _wrong(db, asked), "dead": counts_of(db).get("dead", 0),
        "suppressed": suppressed(db, alert=alert or None, since=since, limit=_SUPPRESSED) if number == 1 else [],
    }  # fmt: skip


def read_alert(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """One message."""
    _closed_in_public(asked)
    found = message(db, asked.path["ref"])
    if found is None:
        raise NotThere(asked.words.gettext("There is no such message."))
    return {
        "message": found, "tones": TONES, "tries": tries_of(db, found["ref"], _TRIES),
        "gathered": gathered_by(db, found["ref"], _GATHERED) if found["kind"] == "summary" else [],
    }  # fmt: skip


def read_sent_csv(db: sqlite3.Connection, asked: Asked) -> Document:
    """What was sent by day."""
    _closed_in_public(asked)
    days, spans = day_spans(asked.now.astimezone(asked.face.zone).date(), _DAYS, asked.face.zone)
    sent = by_day(sent_by_hour(db, spans[0][0]), days, asked.face.zone)
    rows = [(day.isoformat(), number) for day, number in zip(days, sent, strict=True)]
    return csv_document("alerts-sent.csv", ("day", "sent"), rows)


def _closed_in_public(asked: Asked) -> None:
    if not asked.sees_texts:
        raise NotAllowed(asked.words.gettext("Alerts are not shown in public."))


def _names(db: sqlite3.Connection, asked: Asked) -> list[str]:
    """The alerts of the desk, then those of which only messages are left."""
    return [*asked.face.alerts, *(name for name in alert_ids(db) if name not in asked.face.alerts)]


def _wrong(db: sqlite3.Connection, asked: Asked) -> list[dict[str, Any]]:
    """The channels that need a person."""
    failing = [
        {"channel": channel, "error": without_secrets(error), "number": None, "since": None}
        for channel, error in struggling_channels(db).items()
    ]
    late = [
        {"channel": channel, "error": None, "number": number, "since": since}
        for channel, (number, since) in late_channels(db, asked.now).items()
    ]
    return failing + late


ROUTES: list[Route] = [
    (r"^/alerts$", page("alerts.html", read_alerts)),
    (r"^/alerts/sent\.csv$", document(read_sent_csv)),
    (r"^/alerts/(?P<ref>[A-Za-z0-9_-]{1,64})$", page("alert.html", read_alert)),
]
