"""A report as a message: what a digest tells, and what was held back."""

import shlex
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial

from alerts.definitions import Alert
from alerts.messages.found import found_by
from alerts.messages.message import LONGEST_TITLE, Message, Write
from alerts.messages.message_text import LONGEST_TEXT, TEST, TEST_SIGN
from alerts.messages.moments import zone_name
from alerts.messages.report import Report
from alerts.messages.report_html import report_html
from alerts.messages.report_text import cut, report_text, stories
from alerts.messages.reporting import Names, report_of
from archive.times import to_text
from seeds.definitions import in_order
from topics.direction import isolated

_LONGEST_COMMAND = 400  # characters; a longer one is no help on a phone


def report_message(
    report: Report, *, alert: str, ref: str, title: str, intro: Sequence[str] = (), more: str = "",
    longest: int = LONGEST_TEXT, write: Write = lambda message, _: message,
) -> Message:  # fmt: skip
    """The message of *report*. *title* is its first line and its subject, *intro* the lines beneath, *more* the command
    that shows what had no room; each of them is harmless and on one line.

    The text has at most *longest* UTF-16 code units where a title of 40 characters and the ref have room in them.
    """
    title, end = cut(title, LONGEST_TITLE), (f"alert: {alert}", f"ref: {ref}")
    more = more if len(more) <= _LONGEST_COMMAND else ""
    text, links = report_text(report, title=title, intro=intro, more=more, end=end, longest=min(longest, LONGEST_TEXT))
    html = report_html(report, title=title, intro=intro, more=more, end=end)
    message = Message(title=title, text=text, html=html, links=links)
    return write(message, {"kind": "digest", "title": title, "intro": tuple(intro), "more": more, "report": report})


def digest_message(
    db: sqlite3.Connection, articles: Sequence[int], *, alert: Alert, ref: str, names: Names, zone: tzinfo,
    begin: datetime, end: datetime, test: bool = False, longest: int = LONGEST_TEXT,
    write: Write = lambda message, _: message,
) -> Message:  # fmt: skip
    """The digest that *alert* tells of *articles*, which answered it from *begin* until *end*. There may be none. A
    *test* says that it is one.
    """
    report = report_of(
        db, articles, names=names, zone=zone, begin=begin, end=end, topics=topics_of(alert, names.topics),
        min_score=alert.min_score, found=partial(found_by, alert.query),
    )  # fmt: skip
    return report_message(
        report, alert=alert.id, ref=ref, title=(TEST_SIGN if test else "") + digest_title(report), longest=longest,
        intro=(*([TEST] if test else []), f"digest of {span_of(report)}", *numbers_of(report)),
        more=command_for(alert, begin, end), write=write,
    )  # fmt: skip


def topics_of(alert: Alert, topics: Mapping[str, str]) -> list[str] | None:
    """Those of *topics* that *alert* asks for, in the order in which it names them; None: any."""
    if not alert.topics:
        return None
    return in_order(alert.topics, topics)


def digest_title(report: Report) -> str:
    """How many stories, and of what."""
    if not report.stories:
        return "No stories"
    title, joint = stories(report.stories), ": "
    for section in report.sections:
        longer = f"{title}{joint}{isolated(section.name)} {section.stories:,}"
        if not section.name:
            continue
        if len(longer) > LONGEST_TITLE - 3:
            return f"{title}, …"
        title, joint = longer, ", "
    return title


def span_of(report: Report) -> str:
    """From when until when, in the zone in which the report tells times."""
    begin, end = (one.astimezone(report.zone) for one in (report.begin, report.end))
    return f"{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} {zone_name(end)}"


def numbers_of(report: Report) -> list[str]:
    """How much it is, in a line; none where nothing happened."""
    if not report.stories:
        return []
    articles = f"{report.articles:,} {'article' if report.articles == 1 else 'articles'}"
    sources = f"{report.sources:,} {'source' if report.sources == 1 else 'sources'}"
    return [f"{stories(report.stories)} in {articles} of {sources}"]


def command_for(alert: Alert, begin: datetime, end: datetime) -> str:
    """What shows all that *alert* asks for in a span of time."""
    words = ["khabar", "brief", "--since", to_text(begin), "--until", to_text(end)]
    for option, values in (("--topic", alert.topics), ("--source", alert.sources), ("--language", alert.languages)):
        for value in values:
            words += [option, value]
    return shlex.join([*words, *(["--", alert.query] if alert.query else [])])
