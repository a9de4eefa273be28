"""`khabar doctor`: whether the archive and the desk's files are sound, and repair of all that can be derived."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import click

from archive.backup import keep_before
from archive.checks.asking import Tell, is_unreadable, mend
from archive.checks.examining import checks_of, examine, names
from archive.checks.finding import Finding
from archive.database import explained, open_archive
from archive.errors import ArchiveError
from archive.plain import plain, plain_json
from archive.vacuuming import compact
from crawler.cli import pass_desk
from crawler.cli.shares import shares
from crawler.desk import Desk
from crawler.desk_checks import NAMES, desk_findings
from crawler.desk_lock import DeskBusy, hold_desk

_MARKS = {"fault": "FAULT", "warning": "warning", "note": "note"}


@click.command()
@click.option("--repair", is_flag=True, help="Put right all that can be derived, while a service may go on.")
@click.option("--quick", is_flag=True, help="Leave out what reads every text and every index.")
@click.option("--compact", "compacts", is_flag=True, help="Write the archive anew, smaller; nothing else may run.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def doctor(desk: Desk, *, repair: bool, quick: bool, compacts: bool, as_json: bool) -> int:
    """Look whether the archive and the desk's files are sound: one line for each thing, and what to do.

    It only reads, a moment at a time, so crawls go on. Of a million articles it takes some ten minutes, with --quick
    two. --repair derives anew what can be: indexes, counts, stories, sites, what refers to nothing. Where it takes
    something out that cannot be derived, it first keeps a copy of the archive beside it. Of what is lost it says so.

    Exit code 0 where all is well, 1 where something is not.

    \b
    Example: khabar doctor --quick
    """
    if compacts and (repair or quick):
        raise click.UsageError("--compact goes with no other option")
    if compacts:
        return _compact(desk, as_json=as_json)
    if not desk.archive.exists():
        raise ArchiveError(f'{desk.archive}: there is no archive yet; "khabar crawl" makes one')
    with shares("Looking", hidden=as_json) as tell:
        report = _repaired(desk, tell, quick=quick) if repair else _Report(_look(desk, tell, quick=quick))
    asked = (*names(checks_of(datetime.now(UTC), quick=quick)), *NAMES)
    if as_json:
        click.echo(plain_json({"healthy": report.is_well, "asked": asked, **report.told}))
    else:
        _tell(report, asked)
    return 0 if report.is_well else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What was done about something that was found."""

    name: str
    number: int
    left: str = ""  # why it was left as it was


@dataclass(frozen=True, slots=True)
class _Report:
    findings: Sequence[Finding]
    done: Sequence[_Done] = ()
    copy: str | None = field(default=None, kw_only=True)

    @property
    def is_well(self) -> bool:
        return not any(one.is_wrong for one in self.findings)

    @property
    def told(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "findings": [
                {
                    "name": one.name, "severity": one.severity, "count": one.count, "wrong": one.wrong,
                    "examples": list(one.examples), "remedy": one.remedy, "repairable": one.can_be_mended,
                }
                for one in self.findings
            ],
            "repaired": [{"name": one.name, "number": one.number, "left": one.left or None} for one in self.done],
            "copy": self.copy,
        }  # fmt: skip


def _look(desk: Desk, tell: Tell, *, quick: bool) -> list[Finding]:
    found: list[Finding] = []
    try:
        with closing(open_archive(desk.archive, read_only=True)) as db, explained(desk.archive):
            found.extend(examine(db, desk.archive, datetime.now(UTC), quick=quick, tell=tell))
            found.extend(desk_findings(desk, db, os.environ))
    except ArchiveError as error:
        if getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        found.append(Finding(name="integrity", severity="fault", wrong=f"{error}", remedy="restore a backup"))
    return found


def _repaired(desk: Desk, tell: Tell, *, quick: bool) -> _Report:
    """Looks, repairs, and looks again."""
    found = [one for one in _look(desk, tell, quick=quick) if one.can_be_mended]
    copy = None
    if any(one.check is not None and one.check.loses for one in found):
        copy = keep_before(desk.archive, "before-repair").name
    with closing(open_archive(desk.archive, make=False)) as db, explained(desk.archive):
        done = _mend(desk, db, found, tell)
    return _Report(_look(desk, tell, quick=quick), done, copy=copy)


def _mend(desk: Desk, db: sqlite3.Connection, found: Sequence[Finding], tell: Tell) -> list[_Done]:
    done: list[_Done] = []
    anew: set[object] = set()  # what was made anew as a whole
    for one in found:
        alone = one.check.mend if one.check is not None and one.check.alone else None
        if alone in anew:
            continue
        with ExitStack() as held:
            try:
                if alone:
                    held.enter_context(hold_desk(desk.root, alone=True))
                done.append(_Done(name=one.name, number=mend(db, one, tell)))
            except DeskBusy as busy:
                done.append(_Done(name=one.name, number=0, left=str(busy)))
                continue
            except (
                sqlite3.IntegrityError
            ) as error:  # a lost unique index, and rows by now that it would not have let in
                done.append(_Done(name=one.name, number=0, left=f"what stands there contradicts it ({error})"))
                continue
            except sqlite3.DatabaseError as error:
                if not is_unreadable(error):
                    raise
                done.append(_Done(name=one.name, number=0, left=f"the file is damaged there ({error})"))
                continue
            except ValueError as error:
                done.append(_Done(name=one.name, number=0, left=f"a value there cannot be read ({error})"))
                continue
        if alone:
            anew.add(alone)
    return done


def _tell(report: _Report, asked: Sequence[str]) -> None:
    for done in report.done:
        said = f"left as it is: {done.left}" if done.left else f"repaired, {done.number:,}"
        click.echo(plain(f"{done.name}: {said}"))
    if report.copy:
        click.echo(plain(f"The archive as it was is kept in {report.copy}."))
    by_name = {name: [one for one in report.findings if one.name == name] for name in asked}
    for name, found in by_name.items():
        if not found:
            click.echo(f"{'ok':9}{name}")
        for one in found:
            click.echo(f"{_MARKS[one.severity]:9}{plain(f'{name}: {_said(one)}')}")


def _said(one: Finding) -> str:
    number = "" if one.count is None else f"{one.count:,} "
    more = ", …" if one.count is not None and one.count > len(one.examples) else ""
    examples = f" ({'; '.join(one.examples)}{more})" if one.examples else ""
    return f"{number}{one.wrong}{examples}. To do: {one.remedy}."


def _compact(desk: Desk, *, as_json: bool) -> int:
    with (
        hold_desk(desk.root, alone=True),
        closing(open_archive(desk.archive, make=False)) as db,
        explained(desk.archive),
    ):
        saved = compact(db, desk.archive)
    if as_json:
        click.echo(plain_json({"saved": saved}))
    else:
        click.echo(f"The archive takes {saved / 1e6:,.1f} MB less, and gives room back by itself from now on.")
    return 0
