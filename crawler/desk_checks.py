"""What `khabar doctor` asks of a desk's files: whether they can be read, and whether they and the archive know the same
sources, topics and alerts."""

import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping

from archive.checks.finding import MOST_EXAMPLES, Finding, Severity
from archive.overview import alert_ids, source_ids, topic_ids
from archive.processes import is_alive
from crawler.desk import Desk
from crawler.desk_lock import NAME, service_of
from seeds.definitions import DefinitionError

NAMES = (
    "definitions",
    "environment",
    "sources of the archive",
    "topics of the archive",
    "alerts of the archive",
    "lock",
)
"""Of what is asked, in its order."""


def desk_findings(desk: Desk, db: sqlite3.Connection, environ: Mapping[str, str]) -> Iterator[Finding]:
    """What is wrong with the files of *desk*, whose archive *db* reads."""
    try:
        desk.check()
    except DefinitionError as error:
        yield _said("definitions", "fault", f"the definitions are wrong: {error}", "correct that file")
    else:
        yield from _of_environment(desk, environ)
        yield from _unnamed("sources of the archive", source_ids(db), desk.sources, "seeds/sources")
        yield from _unnamed("topics of the archive", topic_ids(db), desk.packs.topics, "seeds/topics")
        yield from _unnamed("alerts of the archive", alert_ids(db), desk.alerts, "alerts")
    process = service_of(desk.root)
    if process and not is_alive(process):
        yield _said(
            "lock", "warning", f"{NAME} is held in the name of a service that has died (process {process})",
            "a child of it lives on: end that, and the lock is free",
        )  # fmt: skip


def _said(name: str, severity: Severity, wrong: str, remedy: str) -> Finding:
    return Finding(name=name, severity=severity, wrong=wrong, remedy=remedy)


def _of_environment(desk: Desk, environ: Mapping[str, str]) -> Iterator[Finding]:
    named = {channel for alert in desk.alerts.values() for channel in alert.to} | {desk.config.heartbeat}
    variables = sorted(one.removeprefix("env:") for one in named if one.startswith("env:"))
    missing = [name for name in variables if not environ.get(name, "").strip()]
    if missing:
        yield Finding(
            name="environment", severity="warning", count=len(missing), examples=tuple(missing[:MOST_EXAMPLES]),
            wrong="variables that alerts or the heartbeat name are not set here",
            remedy="set them where the service runs, and here for this check: no message goes out without",
        )  # fmt: skip


def _unnamed(name: str, known: Collection[str], named: Collection[str], folder: str) -> Iterator[Finding]:
    lost = sorted(set(known) - set(named))
    if lost:
        what = name.partition(" ")[0]
        yield Finding(
            name=name, severity="note", count=len(lost), examples=tuple(lost[:MOST_EXAMPLES]),
            wrong=f"{what} are in the archive that no file in {folder}{os.sep} names",
            remedy="nothing is wrong where that is meant; what they brought stays, and can be searched",
        )  # fmt: skip
