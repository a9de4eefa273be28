"""What a message says of a spike or a silence, before it becomes plain text or HTML: chosen, harmless and bounded."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any

from alerts.definitions import Alert
from alerts.messages.charts import chart
from alerts.messages.contents import LONGEST_NAME, headline_of, language_of, link_of, source_name
from alerts.messages.excerpt import shortened
from alerts.messages.moments import instant_in, published_in_short
from alerts.silence import Silence
from alerts.spike import Spike
from archive.names import topic_numbers
from archive.plain import plain
from archive.reading import read_record
from archive.times import spell
from archive.volume import Scope, Span, counts, newest_in
from archive.windows import Window
from seeds.definitions import matches_one
from topics.direction import Direction, direction_of, isolated

METHOD = "quasi-Poisson bounds after Farrington and Noufaily"
_STORIES = 3
_LONGEST_CAUSE = 400  # characters; it may name three sources and what servers said
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One of the articles that made a spike, or the last one before a silence."""

    headline: str
    language: str | None
    direction: Direction | None
    about: str  # its source and when it was published
    link: str | None
    instead_of_link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusual:
    """Every text in it is on one line and steers nothing."""

    title: str
    facts: tuple[str, ...]  # the most telling first
    stories: tuple[Story, ...]
    stories_are: str
    alert: str
    ref: str


def contents_of(
    db: sqlite3.Connection, window: Window, alert: Alert, *, ref: str, names: Mapping[str, str],
    topics: Mapping[str, str], zone: tzinfo,
) -> Unusual:  # fmt: skip
    """The contents of a message of *window*; the arguments are those of `unusual_message`."""
    looked = _Looked(db, alert, names, topics, zone)
    if window.kind == "spike":
        title, facts, stories, stories_are = _spike(looked, Spike.of_figures(window.figures))
    else:
        title, facts, stories, stories_are = _silence(looked, Silence.of_figures(window.figures))
    return Unusual(
        title=title, facts=tuple(facts), stories=stories, stories_are=stories_are, alert=plain(alert.id), ref=ref
    )


_Parts = tuple[str, list[str], tuple[Story, ...], str]


@dataclass(frozen=True, slots=True)
class _Looked:
    """Where the alert looks, and what things are called there."""

    db: sqlite3.Connection
    alert: Alert
    names: Mapping[str, str]
    topics: Mapping[str, str]
    zone: tzinfo

    def scope(self, topic: str | None, source: str | None = None) -> Scope | None:
        """The articles that are meant; None where no article ever had the topic."""
        sources = (source,) if source else tuple(name for name in self.names if self._is_asked(name))
        number = topic_numbers(self.db).get(topic) if topic else 0
        return Scope(topic=number, sources=sources) if number is not None and sources else None

    def _is_asked(self, source: str) -> bool:
        return not self.alert.sources or matches_one(source, self.alert.sources)

    def stories(self, scope: Scope | None, span: Span, number: int) -> tuple[Story, ...]:
        """The newest in *span*, as they are now."""
        ids = newest_in(self.db, scope, span, number, span[1]) if scope else []
        records = (read_record(self.db, article) for article in ids)
        return tuple(self._story(record.article) for record in records if record)

    def _story(self, article: dict[str, Any]) -> Story:
        language = language_of(article)
        link, instead = link_of(article["url"])
        about = f"{isolated(source_name(article['source'], self.names))} · {published_in_short(article, self.zone)}"
        return Story(
            headline=headline_of(article), language=language, direction=direction_of(language), about=about,
            link=link, instead_of_link=instead,
        )  # fmt: skip

    def topic_name(self, topic: str | None) -> str:
        """For a Latin line."""
        return isolated(shortened(plain(self.topics.get(topic, topic)), LONGEST_NAME)) if topic else "All articles"


def _spike(looked: _Looked, spike: Spike) -> _Parts:
    begin, until = (one.astimezone(looked.zone) for one in (spike.hour, spike.until))
    scope = looked.scope(spike.topic)
    title = (
        f"{looked.topic_name(spike.topic)}: {spike.count} articles from {begin:%H:%M} to {until:%H:%M}, "
        f"{_number(spike.expected)} expected"
    )
    hours = [(spike.hour - n * _HOUR, spike.hour - (n - 1) * _HOUR) for n in range(23, -1, -1)]
    row = [*counts(looked.db, scope, hours[:-1]), spike.count] if scope else []
    facts = [
        f"from {instant_in(spike.hour, looked.zone)}",
        f"usual in this hour of the week: {_number(spike.expected)}, at most {spike.bound:.1f}",
        _method(spike.weeks),
        *([f"24 hours, up to {max(row)} articles each: {chart(row, len(row))}"] if row else []),
    ]
    stories = looked.stories(scope, (spike.hour, spike.until + timedelta(seconds=1)), _STORIES)
    return title, facts, stories, "the newest of them" if spike.count > len(stories) else "they are"


def _silence(looked: _Looked, silence: Silence) -> _Parts:
    kind, _, subject = silence.subject.partition(":")
    is_topic = kind == "topic"
    who = looked.topic_name(subject) if is_topic else isolated(source_name(subject, looked.names))
    scope = looked.scope(subject) if is_topic else looked.scope(None, subject)
    describe = _trickle if silence.rule == "trickle" else _pause
    title, usual = describe(looked, silence, who)
    facts = [
        *usual,
        f"cause: {isolated(shortened(plain(silence.cause), _LONGEST_CAUSE))}",
        f"last asked {instant_in(silence.asked, looked.zone)}",
    ]
    stories = looked.stories(scope, (silence.since - 28 * _DAY, silence.asked), 1)
    return title, facts, stories, "the last article"


def _pause(looked: _Looked, silence: Silence, who: str) -> tuple[str, list[str]]:
    since = silence.since.astimezone(looked.zone)
    facts = [
        f"no article since {instant_in(silence.since, looked.zone)}",
        f"usual in the {spell(silence.asked - silence.since)} until it was last asked: "
        f"{_number(silence.expected)} articles",
        _method(silence.weeks),
    ]
    if silence.longest is not None:
        facts.append(f"the longest pause of the 28 days before: {spell(silence.longest)}")
    return f"{who}: silent since {since:%Y-%m-%d %H:%M}, {_number(silence.expected)} articles expected", facts


def _trickle(looked: _Looked, silence: Silence, who: str) -> tuple[str, list[str]]:
    number = f"{silence.count} article" + ("" if silence.count == 1 else "s")
    return f"{who}: {number} in 24 hours, {_number(silence.expected)} expected", [
        f"from {instant_in(silence.since, looked.zone)}",
        f"usual in these 24 hours: {_number(silence.expected)}, at least {silence.bound:.1f}",
        _method(silence.weeks),
    ]


def _method(weeks: int) -> str:
    return f"by the {weeks} weeks before, with {METHOD}"


def _number(expected: float) -> str:
    return f"{expected:.1f}" if expected >= 0.05 else "hardly any"
