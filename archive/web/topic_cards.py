"""Topics at a glance: thirty days of each, with today's figure beside the usual one."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from archive.names import topic_numbers
from archive.trends import Trend, trends
from archive.volume import Span
from archive.web.figures import labels_of_days, movement, part_of_day, told_of_days
from archive.web.topic_view import NO_TOPIC, USUAL_RANGE, day_edges
from archive.web.view import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCard:
    """A topic's last days."""

    id: str
    trend: Trend
    movement: str | None  # "rising" or "falling"
    labels: Sequence[str]
    told: str


def topic_cards(db: sqlite3.Connection, asked: Asked) -> list[TopicCard]:
    """A card for each topic of the packs, those with the most articles today first."""
    numbers = topic_numbers(db)
    topics = {name: numbers.get(name, NO_TOPIC) for name in asked.face.packs.topics}
    cards = _cards(db, asked, topics, None)
    return sorted(cards, key=lambda card: (-card.trend.today, -card.trend.total, card.id))


def card_of(db: sqlite3.Connection, asked: Asked, topic: str, number: int, source: str | None) -> TopicCard:
    """That of one topic, and of one source only where one is given."""
    return _cards(db, asked, {topic: number}, source)[0]


def all_articles(db: sqlite3.Connection, asked: Asked) -> Trend:
    """The same of every article, whatever its topics."""
    return _trends(db, asked, {}, None)[0]


def card_spans(asked: Asked) -> tuple[Span, ...]:
    """The days that a card shows."""
    return tuple(pairwise(_edges(asked)[1:]))


def _edges(asked: Asked) -> list[datetime]:
    """A day more than is shown: what is usual is that of thirty days before today, as `khabar trends` has it."""
    return day_edges(asked, USUAL_RANGE + 1)


def _trends(db: sqlite3.Connection, asked: Asked, topics: dict[str, int], source: str | None) -> list[Trend]:
    sources = None if source is None else [source]
    found = trends(db, _edges(asked), topics=topics, sources=sources, now=asked.now, zone=asked.face.zone)
    return [replace(trend, counts=trend.counts[1:]) for trend in found]


def _cards(db: sqlite3.Connection, asked: Asked, topics: dict[str, int], source: str | None) -> list[TopicCard]:
    spans = card_spans(asked)
    passed = part_of_day(asked.now, *spans[-1])
    labels = labels_of_days(spans, asked.words)
    return [
        TopicCard(
            id=trend.topic, trend=trend, movement=movement(trend, passed), labels=labels,
            told=told_of_days(_name(asked, trend.topic), trend.counts, spans, asked.words),
        )
        for trend in _trends(db, asked, topics, source)
        if trend.topic is not None
    ]  # fmt: skip


def _name(asked: Asked, topic: str) -> str:
    known = asked.face.packs.topics.get(topic)
    return known.name if known else topic
