"""The web face of a desk: what it is told of the desk's files, which are read anew when one of them changes."""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import IO, TypeAlias

from archive.health_evidence import source_health
from archive.overview import pages_lost
from archive.reading import Record
from archive.web.face import AlertTold, ExportForm, Face, Needs
from crawler.attention import attention
from crawler.desk import Desk
from crawler.desk_lock import service_of
from crawler.exporting.forms import FORMS
from crawler.exporting.order import Tally
from crawler.pages_health import LATELY, pages_attention
from seeds.definitions import DefinitionError

logger = logging.getLogger(__name__)

_Tell: TypeAlias = Callable[[sqlite3.Connection, datetime], Needs]
_REMEMBERED = timedelta(seconds=20)
"""What needs a person has waited for minutes, and may be told so much later."""

_EXPORTS = {
    "jsonl": ("jsonl", "application/x-ndjson; charset=utf-8"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "csv-excel": ("csv", "text/csv; charset=utf-16"),
}
"""Of the forms of `khabar export` those that are one file and say nothing of who asked for it."""


class DeskFace:
    """Gives the face of the desk at *root* as its files have it now. Where one of them is wrong the last face stays,
    and says so. Raises DefinitionError where the first cannot be read.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = Lock()
        self._files = _files(root)
        self._face = face_of(Desk(root))

    def __call__(self) -> Face:
        """The face."""
        with self._lock:
            if (files := _files(self._root)) != self._files:
                self._files = files
                self._face = self._read_anew()
            return self._face

    def _read_anew(self) -> Face:
        try:
            return face_of(Desk(self._root))
        except DefinitionError as error:
            logger.warning("%s", error)
            return replace(self._face, wrong=str(error).replace(f"{self._root}{os.sep}", ""))


def face_of(desk: Desk) -> Face:
    """What the web face is told of *desk*. Raises DefinitionError."""
    desk.check()

    def needs(db: sqlite3.Connection, now: datetime) -> Needs:
        health = {
            source.id: source_health(db, source.id, [url for _, url in source.ways], now).health
            for source in desk.sources.values()
            if source.enabled
        }
        lost = pages_lost(db, now - LATELY)
        return Needs(
            attention=[
                *attention(db, desk.jobs, health, service=service_of(desk.root), now=now),
                *pages_attention(desk, lost),
            ],
            states={source: found.state for source, found in health.items()},
        )

    return Face(
        name=desk.config.name,
        archive=desk.archive,
        zone=desk.zone,
        interface=desk.config.interface,
        sources=desk.sources,
        packs=desk.packs,
        searches=desk.config.searches,
        alerts={
            name: AlertTold(when=alert.when, topics=alert.topics, query=alert.query)
            for name, alert in desk.alerts.items()
        },
        exports={name: _form(name) for name in _EXPORTS},
        jobs={name: job.sources for name, job in desk.jobs.items()},
        needs=remembered(needs),
        service=lambda: service_of(desk.root),
    )


def remembered(tell: _Tell) -> _Tell:
    """*tell*, asked anew after _REMEMBERED: of a hundred sources it weighs the evidence of each, which takes a sixth of
    a second."""
    lock = Lock()
    last: tuple[datetime, Needs] | None = None

    def told(db: sqlite3.Connection, now: datetime) -> Needs:
        nonlocal last
        with lock:
            if last is None or not last[0] <= now < last[0] + _REMEMBERED:
                last = now, tell(db, now)
            return last[1]

    return told


def _form(name: str) -> ExportForm:
    suffix, media_type = _EXPORTS[name]

    def write(records: Iterator[Record], out: IO[bytes]) -> None:
        FORMS[name].write(records, out, Tally())

    return ExportForm(suffix=suffix, media_type=media_type, write=write)


def _files(root: Path) -> dict[Path, tuple[int, int]]:
    """The desk's definitions, and what tells that one changed."""
    folders = (root, root / "seeds" / "sources", root / "seeds" / "topics", root / "schedules", root / "alerts")
    found = {}
    for path in (path for folder in folders for path in folder.glob("*.toml")):
        try:
            there = path.stat()
        except OSError:
            continue
        found[path] = (there.st_mtime_ns, there.st_size)
    return found
