"""Makes a report of archived articles: which story stands under which topic, and what is said of it.

Articles are sorted by their heads; only those that are told are read whole.
"""

import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal

from alerts.messages.contents import (
    LONGEST_HEADLINE,
    LONGEST_NAME,
    LONGEST_THEN,
    headline_of,
    language_name,
    language_of,
    link_of,
    source_name,
)
from alerts.messages.excerpt import Excerpt, excerpts, shortened
from alerts.messages.moments import appeared_in
from alerts.messages.report import MOST_STORIES, Copy, Entry, Mention, Report, Section
from archive.copies import spell_delay_of
from archive.heads import Head, read_heads
from archive.plain import plain
from archive.reading import Record, read_record
from archive.times import to_text
from topics.direction import direction_of

MOST_MENTIONS = 10
"""Of one topic, stories that stand under another."""
MOST_COPIES = 4
"""Sources of one story that are named besides the first."""

Found = Callable[[Record], list[dict[str, Any]]]
"""What a query found in an article, as evidence has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What sources and topics are called, by id."""

    sources: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)

    def topic(self, topic: str) -> str:
        """For people, on one line."""
        return shortened(plain(self.topics.get(topic, topic)), LONGEST_NAME)


@dataclass(frozen=True, slots=True)
class _Story:
    """The articles of a story that a report is asked for."""

    number: int
    heads: tuple[Head, ...]  # the first to appear first
    scores: Mapping[str, float]  # of the topics asked for, in their order, the best of all the heads

    @property
    def home(self) -> str | None:
        """The topic under which it is told."""
        return max(self.scores, key=self.scores.__getitem__, default=None)

    @property
    def teller(self) -> Head:
        """The article that tells it: the first that has its topic."""
        home = self.home
        return next((head for head in self.heads if home in dict(head.tags)), self.heads[0])


def report_of(
    db: sqlite3.Connection, articles: Sequence[int], *, names: Names, zone: tzinfo, begin: datetime, end: datetime,
    topics: Collection[str] | None = None, min_score: float = 0.0, found: Found = lambda _: [],
    untagged: Literal["told", "counted"] = "told", spans: Sequence[datetime] = (), most: int = MOST_STORIES,
) -> Report:  # fmt: skip
    """The report of *articles*, as they are archived now; those that are gone are left out.

    *topics* are the ids of those asked for, in the order of their sections; None: all, those that tell most stories
    first. A topic below *min_score* is none. What has none of them stands in a last section, or is only counted.
    *spans* are the bounds of those in which articles are counted.
    """
    heads = read_heads(db, articles)
    stories = _stories(heads, topics, min_score)
    by_home: dict[str | None, list[_Story]] = {}
    for story in stories:
        by_home.setdefault(story.home, []).append(story)
    order: list[str | None] = [*_order(stories, topics)]
    alone = by_home.pop(None, []) if untagged == "counted" else []
    if None in by_home:
        order.append(None)
    writing = _Writing(
        db=db, names=names, zone=zone, begin=to_text(begin), end=to_text(end), found=found, spans=spans,
        told=_told(by_home, order, most), name_of_rest=_name_of_rest(order, topics),
    )  # fmt: skip
    return Report(
        begin=begin, end=end, zone=zone, stories=len(stories), articles=len(heads), untagged=len(alone),
        sections=tuple(writing.section(topic, by_home.get(topic, []), stories) for topic in order),
        sources=len({head.source for head in heads}), counts=_counts(heads, spans),
    )  # fmt: skip


def _stories(heads: Iterable[Head], topics: Collection[str] | None, min_score: float) -> list[_Story]:
    """The newest first, by the first of their articles that is asked for."""
    grouped: dict[int, list[Head]] = {}
    for head in sorted(heads, key=lambda head: (head.appeared, head.id)):
        grouped.setdefault(head.story, []).append(head)
    stories = []
    for copies in grouped.values():
        scores: dict[str, float] = {}
        for topic, score in (tag for head in copies for tag in head.tags):
            if score >= min_score and (topics is None or topic in topics):
                scores[topic] = max(score, scores.get(topic, score))
        order = sorted(scores) if topics is None else [topic for topic in dict.fromkeys(topics) if topic in scores]
        ordered = {topic: scores[topic] for topic in order}
        stories.append(_Story(copies[0].story, tuple(copies), ordered))
    return sorted(stories, key=lambda story: (story.teller.appeared, story.teller.id), reverse=True)


def _order(stories: Sequence[_Story], topics: Collection[str] | None) -> list[str]:
    """The topics that some story has."""
    numbers = Counter(topic for story in stories for topic in story.scores)
    if topics is not None:
        return [topic for topic in dict.fromkeys(topics) if topic in numbers]
    homes = Counter(story.home for story in stories)
    return sorted(numbers, key=lambda topic: (-homes[topic], -numbers[topic], topic))


def _told(by_home: Mapping[str | None, Sequence[_Story]], order: Sequence[str | None], most: int) -> set[int]:
    """The numbers of the stories that are told where there are more than *most*: of each topic the newest, in turn."""
    ranked = sorted(
        (rank, place, story.number)
        for place, topic in enumerate(order)
        for rank, story in enumerate(by_home.get(topic, ()))
    )
    return {number for _, _, number in ranked[:most]}


def _name_of_rest(order: Sequence[str | None], topics: Collection[str] | None) -> str:
    """What the section is called of the stories that have none of the topics; nothing where it is the only one."""
    if order == [None]:
        return ""
    return "Without a topic" if topics is None else "Without the topics asked for"


def _counts(heads: Iterable[Head], spans: Sequence[datetime]) -> tuple[int, ...]:
    """How many of *heads* each span has."""
    if not spans:
        return ()
    bounds, counts = [to_text(bound) for bound in spans], [0] * (len(spans) - 1)
    for head in heads:
        place = bisect_right(bounds, head.time) - 1
        if 0 <= place < len(counts):
            counts[place] += 1
    return tuple(counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    """Reads the stories that are told, and says what is to be said of each."""

    db: sqlite3.Connection
    names: Names
    zone: tzinfo
    begin: str  # as stored
    end: str
    found: Found
    spans: Sequence[datetime]
    told: Collection[int]
    name_of_rest: str
    known: dict[int, Record] = field(default_factory=dict)

    def section(self, topic: str | None, here: Sequence[_Story], stories: Sequence[_Story]) -> Section:
        """The section of *topic*: its own stories, those *here*, whole; of other *stories* that have it a line."""
        elsewhere = [story for story in stories if topic in story.scores and story.home != topic]
        heads = [
            head for story in (*here, *elsewhere) for head in story.heads if topic is None or topic in dict(head.tags)
        ]
        entries = [entry for story in here if story.number in self.told and (entry := self._entry(story))]
        mentions = [line for story in elsewhere[:MOST_MENTIONS] if (line := self._mention(story))]
        return Section(
            topic=topic, name=self.name_of_rest if topic is None else self.names.topic(topic),
            entries=tuple(entries), mentions=tuple(mentions), stories=len(here) + len(elsewhere), articles=len(heads),
            more=len(here) - len(entries), more_mentions=len(elsewhere) - len(mentions),
            counts=_counts(heads, self.spans),
        )  # fmt: skip

    def _record(self, article: int) -> Record | None:
        if article not in self.known and (record := read_record(self.db, article)):
            self.known[article] = record
        return self.known.get(article)

    def _mention(self, story: _Story) -> Mention | None:
        record = self._record(story.teller.id)
        if record is None:
            return None
        language = language_of(record.article)
        return Mention(
            headline=headline_of(record.article), language=language, direction=direction_of(language),
            under=self.names.topic(story.home or ""),
        )  # fmt: skip

    def _entry(self, story: _Story) -> Entry | None:
        record = self._record(story.teller.id)
        if record is None:
            return None
        article, language = record.article, language_of(record.article)
        headline, (link, instead) = headline_of(article), link_of(article["url"])
        edits = [one for one in record.revisions if self.begin <= one["seen"] < self.end]
        then = shortened(plain(edits[0]["title"] or ""), LONGEST_HEADLINE) if edits else headline
        return Entry(
            article=article["id"], headline=headline, language=language, direction=direction_of(language),
            language_name=language_name(language), **self._appearances(record), articles=len(record.story["articles"]),
            sentence=self._sentence(record, story.home, headline), edited=bool(edits),
            headline_then=shortened(then, LONGEST_THEN) if then and then != headline else None,
            link=link, instead_of_link=instead,
        )  # fmt: skip

    def _sentence(self, record: Record, topic: str | None, headline: str) -> Excerpt | None:
        """The one that mattered; a headline is not told twice."""
        sentences = excerpts(record, [topic] if topic else [], self.found(record))
        return next((one for one in sentences if one.text != headline), None)

    def _appearances(self, record: Record) -> dict[str, Any]:
        """Where the story appeared first, and where else."""
        copies, own = record.story["articles"], record.article["id"]
        first = copies[0]
        later = {copy["source"]: copy for copy in reversed(copies) if copy["source"] != first["source"]}
        named = sorted(later.values(), key=copies.index)
        shown = next((copy for copy in copies if copy["id"] == own and copy is not first), None)
        return {
            "source": source_name(first["source"], self.names.sources), "time": appeared_in(first, self.zone),
            "shown": self._copy(shown) if shown else None,
            "copies": tuple(map(self._copy, named[:MOST_COPIES])), "more_sources": len(named[MOST_COPIES:]),
        }  # fmt: skip

    def _copy(self, copy: Mapping[str, Any]) -> Copy:
        return Copy(source=source_name(copy["source"], self.names.sources), delay=spell_delay_of(copy))
