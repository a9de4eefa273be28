"""What one message says of several that were held back: the stories of articles, and a note of everything else."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import partial

from alerts.definitions import Alert
from alerts.messages.found import found_by
from alerts.messages.message import Message
from alerts.messages.message_text import LONGEST_TEXT
from alerts.messages.report import MOST_STORIES, Note, Section
from alerts.messages.report_message import command_for, digest_title, report_message, topics_of
from alerts.messages.reporting import Names, report_of
from archive.outbox import Owed
from archive.owing import Reason
from archive.times import from_text
from seeds.definitions import seconds

_WHY: Mapping[Reason, Callable[[Alert], str]] = {
    "quiet": lambda alert: f"in the quiet hours {alert.quiet or 'of then'}",
    "cooldown": lambda alert: (
        f"in the {alert.cooldown if seconds(alert.cooldown) else 'pause'} after the message before"
    ),
    "max_per_hour": lambda alert: f"beyond {alert.max_per_hour or 'so many'} messages within an hour",
}
_LINES = 4  # of a note: what a spike or a silence is, not all that its own message would say

Tell = Callable[[Owed], Message | None]
"""Writes the message that a part would have been by itself; None: what it told of is gone."""


def summary_message(
    db: sqlite3.Connection, parts: Sequence[Owed], reasons: Sequence[Reason], *, alert: Alert, ref: str, names: Names,
    zone: tzinfo, tell: Tell, longest: int = LONGEST_TEXT,
) -> Message | None:  # fmt: skip
    """What *alert* held back for these *reasons*: *parts*, the oldest first, of which there is one at least. None: all
    that they told of is gone.
    """
    articles = [part.article for part in parts if part.kind == "each" and part.article is not None]
    others = [part for part in reversed(parts) if part.kind != "each"]
    notes = [_note(message) for part in others[:MOST_STORIES] if (message := tell(part))]  # each is read and compared
    begin, end = from_text(parts[0].born), from_text(parts[-1].born)
    report = report_of(
        db, articles, names=names, zone=zone, begin=begin, end=end, topics=topics_of(alert, names.topics),
        min_score=alert.min_score, found=partial(found_by, alert.query),
    )  # fmt: skip
    if not (report.articles or notes):
        return None
    if notes:
        section = Section(topic=None, name="", entries=tuple(notes), more=len(others[MOST_STORIES:]))
        report = replace(report, sections=(section, *report.sections))
    held = f"{len(parts)} messages, held back {' and '.join(_WHY[reason](alert) for reason in reasons)}"
    title = digest_title(report) if articles and not notes else f"{len(parts)} messages that were held back"
    return report_message(
        report, alert=alert.id, ref=ref, title=title, intro=(held,), longest=longest,
        more=command_for(alert, begin, end) if articles else "",
    )  # fmt: skip


def _note(message: Message) -> Note:
    lines = [line for line in message.text.split("\n")[1:] if line and line not in message.links]
    links = message.links[:1]
    return Note(headline=message.title, lines=tuple(lines[:_LINES]), link=links[0] if links else None)
