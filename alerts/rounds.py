"""What comes due by the clock: what was held back and may go, digests, spikes and silences.

A round is one transaction of whoever calls it: a window, what it consumes and its messages are written together. It
may be late or early, come twice or be missed for hours: what it finds is in the archive, and each is told once.
"""

import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import TypedDict

from alerts.definitions import Alert
from alerts.raising import held_now, raise_alert
from alerts.silence import Silence
from alerts.spike import Spike
from alerts.unusual import silence_end, silences, spike_end, spikes, too_young
from alerts.watching import Watch
from archive.owing import SAME_TIME, Held, Telling, alerts_with_held, hold_on, release, suppress
from archive.windows import (
    LAST,
    Window,
    close_window,
    consume,
    digests_that_go_on,
    last_end,
    last_window,
    open_window,
    open_windows,
)
from seeds.crontab import last_time
from seeds.sources import Source

logger = logging.getLogger(__name__)


class _Desk(TypedDict):
    sources: Mapping[str, Source]
    topics: Collection[str]
    zone: tzinfo
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """Looks after the alerts of *watch*, on a desk with these *sources*, by id, and the ids of these *topics*."""

    watch: Watch
    sources: Mapping[str, Source] = field(default_factory=dict)
    topics: Collection[str] = ()

    def is_due(self, db: sqlite3.Connection, now: datetime) -> bool:
        """Whether `go` would change anything. It only reads, and takes a fraction of a millisecond."""
        return any(held is None for _, held in self._held(db, now)) or any(
            is_new(last, now) or _fire(alert, self.watch, last, now) for alert, last in self._digests(db)
        )

    def go(self, db: sqlite3.Connection, now: datetime) -> None:
        """Writes what is due at *now*."""
        for alert, last in self._digests(db):
            if last is None or is_new(last, now):
                open_window(db, alert=alert.id, kind="digest", begin=now, end=now, born=now, figures={})
            elif fire := _fire(alert, self.watch, last, now):
                self._digest(db, last, fire, now, alert)
        for alert_id, held in self._held(db, now):
            if held:
                hold_on(db, alert_id, held)
            else:
                number = release(db, alert_id, now)
                logger.info("alert %s: what was held back goes as %d messages", alert_id, number)

    def end_digests(self, db: sqlite3.Connection, now: datetime) -> None:
        """Ends the digests of alerts that are none any more; to be called where the alerts may have changed.

        What waited for one is told at once where its alert tells of other things by now. Where the alert is gone, it
        waits for it to come back.
        """
        for last in digests_that_go_on(db):
            alert = self.watch.alerts.get(last.alert)
            if alert is None or alert.when != "digest":
                self._digest(db, last, now, now, alert, {LAST: True})

    @property
    def looks_for_the_unusual(self) -> bool:
        """Whether `look` has anything to look for."""
        return any(alert.when in ("spike", "silence") for alert in self.watch.alerts.values())

    def unready(self, db: sqlite3.Connection, alert: Alert, now: datetime) -> str | None:
        """Why *alert* can tell of no spike and no silence yet; None: it can, or is of another kind."""
        if alert.when not in ("spike", "silence"):
            return None
        return too_young(db, alert, sources=self.sources, topics=self.topics, zone=self.watch.zone, now=now)

    def look(self, db: sqlite3.Connection, now: datetime) -> None:
        """Looks for spikes and silences, and writes those that began or ended. Worth it once a minute."""
        desk: _Desk = {"sources": self.sources, "topics": self.topics, "zone": self.watch.zone, "now": now}
        for alert in self.watch.alerts.values():
            if alert.when == "spike":
                self._look_for_spikes(db, alert, desk)
            elif alert.when == "silence":
                self._look_for_silences(db, alert, desk)

    def _look_for_spikes(self, db: sqlite3.Connection, alert: Alert, desk: "_Desk") -> None:
        going_on = _going_on(db, alert, lambda window: spike_end(db, alert, Spike.of_figures(window.figures), **desk))
        for spike in spikes(db, alert, **desk):
            if spike.subject not in going_on:
                self._tell(db, alert, spike, spike.hour, desk["now"])

    def _look_for_silences(self, db: sqlite3.Connection, alert: Alert, desk: "_Desk") -> None:
        going_on = _going_on(
            db, alert, lambda window: silence_end(db, alert, Silence.of_figures(window.figures), **desk)
        )
        for silence in silences(db, alert, **desk, told=going_on):
            ended = last_end(db, alert.id, silence.subject)
            if silence.rule == "trickle" and ended and silence.since < ended:
                continue  # the day that was looked at has that silence in it which was told
            self._tell(db, alert, silence, silence.since, desk["now"])

    def _tell(
        self, db: sqlite3.Connection, alert: Alert, found: Spike | Silence, begin: datetime, now: datetime
    ) -> None:
        """Tells of what began, once: its window stays open while it goes on."""
        window = open_window(
            db, alert=alert.id, kind=alert.when, subject=found.subject, begin=begin, born=now, figures=found.figures
        )  # fmt: skip
        telling = Telling(alert=alert.id, kind=alert.when, subject=f"window:{window}", window=window)
        raise_alert(db, alert, telling, at=now, zone=self.watch.zone)

    def _digests(self, db: sqlite3.Connection) -> Iterator[tuple[Alert, Window | None]]:
        for alert in self.watch.alerts.values():
            if alert.when == "digest":
                yield alert, last_window(db, alert.id, "digest")

    def _digest(  # noqa: PLR0917 -- all of them say what the window is
        self, db: sqlite3.Connection, last: Window, fire: datetime, now: datetime, alert: Alert | None,
        figures: Mapping[str, bool] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Tells of everything since the digest before, also where its times were missed meanwhile."""
        begin = min(last.end or last.begin, fire)
        window = open_window(
            db, alert=last.alert, kind="digest", begin=begin, end=fire, born=now, figures=figures
        )  # fmt: skip
        if alert is None:
            return
        number = consume(db, window, alert.id, fire, now)
        telling = Telling(alert=alert.id, kind="digest", subject=f"window:{window}", window=window)
        if number or alert.empty:
            raise_alert(db, alert, telling, at=now, zone=self.watch.zone)
        else:
            suppress(db, telling, "empty", at=now)

    def _held(self, db: sqlite3.Connection, now: datetime) -> Iterator[tuple[str, Held | None]]:
        """The alerts of which messages are held back, and until when and why; None: they may go by now. An alert that
        is gone is `archive.outbox.readdress`'s care.
        """
        for alert_id in alerts_with_held(db):
            if alert := self.watch.alerts.get(alert_id):
                yield alert_id, held_now(db, alert, at=now, zone=self.watch.zone)


def _going_on(db: sqlite3.Connection, alert: Alert, end_of: Callable[[Window], datetime | None]) -> set[str]:
    """The subjects of the open windows of *alert* that go on; those that have an end are closed."""
    going_on = set()
    for window in open_windows(db, alert.id, alert.when):
        if end := end_of(window):
            close_window(db, window.id, end)
        else:
            going_on.add(window.subject)
    return going_on


def is_new(last: Window | None, now: datetime) -> bool:
    """Whether a digest begins at *now*: there was none, its alert was none for a while, or the last one was written
    under a clock that went wrong.
    """
    return last is None or last.is_last or (last.end or last.begin) > now + SAME_TIME


def _fire(alert: Alert, watch: Watch, last: Window | None, now: datetime) -> datetime | None:
    """The last time of a digest that has come since its window before."""
    if last is None or alert.cron is None:
        return None
    return last_time(alert.cron, watch.zone, after=last.end or last.begin, until=now)
