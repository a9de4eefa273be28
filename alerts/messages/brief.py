"""A brief: a report that an analyst would forward, with its volume and what was not heard. Written by templates."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal

from alerts.messages.contents import source_name
from alerts.messages.moments import zone_name
from alerts.messages.report import Report
from alerts.messages.report_message import numbers_of, span_of
from alerts.messages.templating import Templates
from archive.health import NEEDS_A_PERSON, Health
from archive.health_evidence import source_health
from archive.plain import plain
from archive.times import from_text, to_text
from archive.trends import Step, bounds

Format = Literal["md", "html", "text"]
_TEMPLATE: Mapping[Format, str] = {"md": "brief.md", "html": "brief.html", "text": "brief.txt"}
_BY_HOUR, _BY_DAY = timedelta(days=2, hours=1), timedelta(days=70)  # longer spans are drawn by the day, by the week
_LABELS: Mapping[Step, str] = {"hour": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "week": "week of %Y-%m-%d"}
_MOST_CAUSE = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A source of which nothing, or nothing good, is heard. Its texts are harmless and on one line."""

    name: str
    state: str
    cause: str
    last: str  # when its newest article was first seen, in the zone of the brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What the templates of a brief are given, each field by its name."""

    desk: str  # its name
    span: str  # from when until when, and in which zone
    made: str  # when
    asked: tuple[str, ...]  # what it is narrowed to: "topic: isis"
    numbers: tuple[str, ...]  # how much it is, a line each
    report: Report
    step: Step  # of the spans in which articles are counted
    labels: tuple[str, ...]  # of these
    quiet: tuple[Quiet, ...]


def spans_of(begin: datetime, end: datetime, zone: tzinfo) -> tuple[Step, list[datetime]]:
    """The spans of time by which a brief of that time draws its volume. Raises ValueError where they are too many."""
    length = end - begin
    step: Step = "hour" if length <= _BY_HOUR else "day" if length <= _BY_DAY else "week"
    return step, bounds(begin, max(end - timedelta(seconds=1), begin), step, zone)


def brief_of(
    report: Report, *, desk: str, made: datetime, asked: Sequence[str], step: Step, spans: Sequence[datetime],
    quiet: Sequence[Quiet],
) -> Brief:  # fmt: skip
    """The brief of *report*."""
    return Brief(
        desk=plain(desk), span=span_of(report), made=_local(made, report.zone), asked=tuple(map(plain, asked)),
        numbers=(*numbers_of(report), *_further(report)), report=report, step=step, quiet=tuple(quiet),
        labels=tuple(f"{begin.astimezone(report.zone):{_LABELS[step]}}" for begin in spans[:-1]),
    )  # fmt: skip


def write_brief(brief: Brief, form: Format, templates: Templates) -> str:
    """*brief* as a document. Raises TemplateFailed."""
    context: dict[str, Any] = {name: getattr(brief, name) for name in Brief.__slots__}
    return templates.render(_TEMPLATE[form], context)


def quiet_sources(
    db: sqlite3.Connection, ways: Mapping[str, Sequence[str]], names: Mapping[str, str], zone: tzinfo, now: datetime
) -> Iterable[Quiet]:
    """Of the sources, given with the addresses of their *ways*, those that need a person to look after them."""
    for source, urls in ways.items():
        found = source_health(db, source, urls, now)
        if found.health.state in NEEDS_A_PERSON:
            yield Quiet(
                name=source_name(source, names), state=found.health.state, cause=_cause(found.health),
                last=_local(found.evidence.last_article, zone) if found.evidence.last_article else "never",
            )  # fmt: skip


def _cause(health: Health) -> str:
    return plain(health.cause or "")[:_MOST_CAUSE]


def _further(report: Report) -> Iterable[str]:
    if report.untagged:
        are = "story has" if report.untagged == 1 else "stories have"
        yield f"{report.untagged:,} {are} no topic that this desk tracks"


def _local(instant: datetime, zone: tzinfo) -> str:
    local = from_text(to_text(instant)).astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {zone_name(local)}"
