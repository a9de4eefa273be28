"""From a row of the outbox to the message that is sent for it."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from alerts.definitions import BUILT_IN, Alert
from alerts.difference import Difference, difference_of
from alerts.messages.found import found_by
from alerts.messages.message import Message, Write, compose
from alerts.messages.message_text import LONGEST_TEXT
from alerts.messages.report_message import digest_message
from alerts.messages.reporting import Names
from alerts.messages.summing import summary_message
from alerts.messages.templated import templated
from alerts.messages.templating import Templates
from alerts.messages.unusual_message import unusual_message
from alerts.watching import asked_topics
from archive.outbox import Owed, gathered_in, reasons_of
from archive.reading import Record, read_record
from archive.revisions import read_edit
from archive.windows import articles_of, read_window
from seeds.sources import Source


class Gone(Exception):
    """There is nothing to be told any more: the article or its alert is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """What a message needs of the desk: its alerts and sources by id, what its topics are called, and its zone."""

    alerts: Mapping[str, Alert]
    sources: Mapping[str, Source]
    topics: Mapping[str, str]
    zone: tzinfo = UTC  # of the desk
    templates: Templates | None = None

    def message_for(self, db: sqlite3.Connection, owed: Owed, longest: int = LONGEST_TEXT) -> Message:
        """The message of *owed*, of the article as it is now, in *longest* UTF-16 code units. Raises Gone."""
        alert = self.alerts.get(owed.alert)
        if alert is None:
            raise Gone("this desk has no such alert any more")
        if owed.channel not in alert.to:
            raise Gone("the alert names this channel no more")
        return self._message(db, alert, owed, longest)

    def _message(self, db: sqlite3.Connection, alert: Alert, owed: Owed, longest: int = LONGEST_TEXT) -> Message:
        if owed.kind == "summary":
            return self._summary(db, alert, owed, longest)
        if owed.window is not None:
            return self._of_window(db, alert, owed, longest)
        return self._of_article(db, alert, owed, longest)

    def _summary(self, db: sqlite3.Connection, alert: Alert, owed: Owed, longest: int) -> Message:
        parts = gathered_in(db, owed.ref)
        message = summary_message(
            db, parts, reasons_of(db, owed.ref), alert=alert, ref=owed.ref, names=self._names, zone=self.zone,
            tell=lambda part: self._part(db, alert, part), longest=longest,
        ) if parts else None  # fmt: skip
        if message is None:
            raise Gone("what it told of is gone")
        return message

    def _part(self, db: sqlite3.Connection, alert: Alert, part: Owed) -> Message | None:
        """What *part* of a summary would have been by itself; None where there is nothing to be told any more. Where
        the summary goes is not asked of its parts: its channel may have been corrected since.
        """
        try:
            return self._message(db, alert, part)
        except Gone:
            return None

    def _of_window(self, db: sqlite3.Connection, alert: Alert, owed: Owed, longest: int) -> Message:
        """A digest, a spike or a silence."""
        window = read_window(db, owed.window or 0)
        if window is None:
            raise Gone("its window is no longer in the archive")
        if window.kind != "digest":
            return unusual_message(
                db, window, alert, ref=owed.ref, names=self._names.sources, topics=self.topics, zone=self.zone,
                longest=longest,
            )  # fmt: skip
        articles = articles_of(db, window.id)
        if not (articles or alert.empty):
            raise Gone("what it told of is gone")
        return self.digest(
            db, alert, articles, owed.ref, begin=window.begin, end=window.end or window.born,
            longest=longest,
        )  # fmt: skip

    def digest(
        self, db: sqlite3.Connection, alert: Alert, articles: Sequence[int], ref: str, *, begin: datetime,
        end: datetime, test: bool = False, longest: int = LONGEST_TEXT,
    ) -> Message:  # fmt: skip
        """The digest of *articles* that answered *alert* from *begin* until *end*."""
        return digest_message(
            db, articles, alert=alert, ref=ref, names=self._names, zone=self.zone, begin=begin, end=end, test=test,
            longest=longest, write=self._write(alert, ref, longest),
        )  # fmt: skip

    @property
    def _names(self) -> Names:
        return Names(sources={number: one.name for number, one in self.sources.items()}, topics=self.topics)

    def _of_article(self, db: sqlite3.Connection, alert: Alert, owed: Owed, longest: int) -> Message:
        """Of an article, or of one of its edits."""
        record = read_record(db, owed.article or 0)
        edit = read_edit(db, owed.revision) if owed.revision is not None else None
        if record is None:
            raise Gone("the article is no longer in the archive")
        difference = difference_of(edit) if edit else None
        return self.message(alert, record, owed.ref, born=owed.born, difference=difference, longest=longest)

    def message(
        self, alert: Alert, record: Record, ref: str, *, test: bool = False, born: str | None = None,
        difference: Difference | None = None, longest: int = LONGEST_TEXT,
    ) -> Message:  # fmt: skip
        """What *alert*, raised at *born*, says of the article of *record*, or of the edit that made a *difference*."""
        asked = asked_topics(alert, ((tag["topic"], tag["score"]) for tag in record.tags))
        source = self.sources.get(record.article["source"])
        return compose(
            ref=ref,
            alert=alert.id,
            record=record,
            topics=[(topic, self.topics.get(topic, topic)) for topic in asked],
            found=found_by(alert.query, record),
            names=self._names.sources,
            source_zone=ZoneInfo(source.timezone if source else "UTC"),
            test=test,
            born=born,
            untagged=not asked and bool(alert.topics) and not test,
            difference=difference,
            longest=longest,
            write=self._write(alert, ref, longest),
        )

    def _write(self, alert: Alert, ref: str, longest: int) -> Write:
        """By the alert's own template, where it has one."""
        if alert.template == BUILT_IN or self.templates is None:
            return lambda message, _: message
        return partial(templated, templates=self.templates, alert=alert, ref=ref, longest=longest)
