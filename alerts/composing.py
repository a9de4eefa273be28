"""From a row of the outbox to the message that is sent for it."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from alerts.definitions import Alert
from alerts.message import Message, compose
from alerts.message_text import LONGEST_TEXT
from alerts.watching import asked_topics
from archive.highlight import Finder
from archive.outbox import Owed
from archive.query import parse
from archive.reading import Record, read_record
from seeds.sources import Source

MOST_FOUND = 12
"""Places of a query's words: a common word stands everywhere, and a message shows three sentences."""
_LOOKED_AT = 200_000  # characters: 60 times an article's length


class Gone(Exception):
    """There is nothing to be told any more: the article or its alert is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """What a message needs of the desk: its alerts and sources by id, and what its topics are called."""

    alerts: Mapping[str, Alert]
    sources: Mapping[str, Source]
    topics: Mapping[str, str]

    def message_for(self, db: sqlite3.Connection, owed: Owed, longest: int = LONGEST_TEXT) -> Message:
        """The message of *owed*, of the article as it is now, in *longest* UTF-16 code units. Raises Gone."""
        alert = self.alerts.get(owed.alert)
        if alert is None:
            raise Gone("this desk has no such alert any more")
        if owed.channel not in alert.to:
            raise Gone("the alert names this channel no more")
        record = read_record(db, owed.article)
        if record is None:
            raise Gone("the article is no longer in the archive")
        return self.message(alert, record, owed.ref, born=owed.born, longest=longest)

    def message(
        self, alert: Alert, record: Record, ref: str, *, test: bool = False, born: str | None = None,
        longest: int = LONGEST_TEXT,
    ) -> Message:  # fmt: skip
        """What *alert*, raised at *born*, says of the article of *record*."""
        asked = asked_topics(alert, ((tag["topic"], tag["score"]) for tag in record.tags))
        source = self.sources.get(record.article["source"])
        return compose(
            ref=ref,
            alert=alert.id,
            record=record,
            topics=[(topic, self.topics.get(topic, topic)) for topic in asked],
            found=found_by(alert.query, record),
            names={number: one.name for number, one in self.sources.items()},
            source_zone=ZoneInfo(source.timezone if source else "UTC"),
            test=test,
            born=born,
            untagged=not asked and bool(alert.topics) and not test,
            longest=longest,
        )


def found_by(query: str, record: Record) -> list[dict[str, Any]]:
    """Where the words of *query* stand in the article, as evidence has them: at most MOST_FOUND places of a field."""
    finder = Finder(parse(query))
    return [
        {"rule": "query", "term": query, "field": field, "start": start, "end": end}
        for field in ("title", "text")
        for start, end in finder.find((record.article[field] or "")[:_LOOKED_AT], is_title=field == "title")[
            :MOST_FOUND
        ]
    ]
