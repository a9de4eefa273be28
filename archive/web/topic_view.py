"""Which view of a topic is asked for, by its address, and what of the archive it shows."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from urllib.parse import quote

from archive.database import storable
from archive.names import topic_numbers
from archive.topic_articles import MOST_WALKED, TopicArticles, counts_in_language, end_of_news
from archive.trends import bounds
from archive.volume import Span, id_at, last_hour, topic_counts
from archive.web.drawing import clean, with_arguments
from archive.web.view import Asked, BadRequest, NotThere
from seeds.definitions import did_you_mean
from topics.packs import Topic

RANGES = (7, 30, 90, 365)
"""Days of which the volume can be asked for."""
USUAL_RANGE = 30
NO_TOPIC = -1
"""In place of the number of a topic that no article ever had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicView:
    """One view. Its address tells all of it."""

    id: str
    pack: Topic | None  # None: the packs no longer define it
    articles: TopicArticles
    days: int
    day: date | None  # zoomed to its hours
    spans: tuple[Span, ...]  # days, or hours of the day
    before: int | None  # of the stories, those older than this id

    @property
    def name(self) -> str:
        """What it is called."""
        return clean(self.pack.name if self.pack else self.id, 60)

    @property
    def span(self) -> Span:
        """From the first to the last."""
        return self.spans[0][0], self.spans[-1][1]

    @property
    def is_known(self) -> bool:
        """Whether any article ever had it."""
        return self.articles.topic != NO_TOPIC

    def path(self, suffix: str = "") -> str:
        """The address of its page, or with *suffix* of its feed or table, without arguments."""
        return f"/topics/{quote(self.id, safe='')}{suffix}"

    def address(self, suffix: str = "", **changed: object) -> str:
        """The address of this view, but for what is *changed* in it; None takes an argument away."""
        given = {
            "days": self.days if self.days != USUAL_RANGE else None,
            "day": self.day.isoformat() if self.day else None,
            "source": self.articles.source,
            "language": self.articles.language,
        }
        return with_arguments(self.path(suffix), {**given, **changed})


def read_view(db: sqlite3.Connection, asked: Asked) -> TopicView:
    """The view of *asked*. Raises NotThere where neither the packs nor the archive know the topic."""
    name = asked.path["topic"]
    packs, numbers = asked.face.packs.topics, topic_numbers(db)
    if name not in packs and name not in numbers:
        meant = did_you_mean(name, [*packs, *numbers])
        raise NotThere(asked.words.gettext("no topic is called %(name)s", name=f'"{clean(name, 60)}"') + meant)
    day = _day(asked)
    days = next((days for days in RANGES if str(days) == asked.first("days")), USUAL_RANGE)
    return TopicView(
        id=name, pack=packs.get(name), days=days, day=day,
        spans=_days(asked, days) if day is None else _hours(db, asked, day, numbers.get(name, NO_TOPIC)),
        before=asked.number("before", 0, most=2**53) or None,
        articles=TopicArticles(
            topic=numbers.get(name, NO_TOPIC), source=storable(asked.first("source")) or None,
            language=storable(asked.first("language")) or None,
        ),
    )  # fmt: skip


def _day(asked: Asked) -> date | None:
    told = asked.first("day")
    if not told:
        return None
    try:
        day = date.fromisoformat(told)
        for rim in (day, day + timedelta(days=1)):
            datetime.combine(rim, time(), asked.face.zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest(asked.words.gettext("a day is written as 2026-01-31")) from error
    return day


def day_edges(asked: Asked, days: int) -> list[datetime]:
    """Where the last *days* begin, and the end of today. Counted on the calendar: one may have 23 or 25 hours."""
    zone = asked.face.zone
    first = asked.now.astimezone(zone).date() - timedelta(days=days - 1)
    return bounds(datetime.combine(first, time(12), zone), asked.now, "day", zone)


def _days(asked: Asked, days: int) -> tuple[Span, ...]:
    return tuple(pairwise(day_edges(asked, days)))


def _hours(db: sqlite3.Connection, asked: Asked, day: date, topic: int) -> tuple[Span, ...]:
    """The hours of *day*, whatever the clock does on it, up to now, or to the last article that says to be of later."""
    zone = asked.face.zone
    begin, end = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + timedelta(days=1)))
    begin += timedelta(minutes=-begin.minute % 60)  # an hour counts for the day in which it begins
    last = end - timedelta(seconds=1)
    known = max(asked.now, begin, last_hour(db, topic, (begin, end)) or begin)
    return tuple(pairwise(bounds(begin, min(last, known), "hour", zone)))


def counts(db: sqlite3.Connection, view: TopicView) -> list[int] | None:
    """How many articles the view has in each of its spans; None where that is too many to be counted by language."""
    wanted = view.articles
    sources = None if wanted.source is None else [wanted.source]
    found = topic_counts(db, [wanted.topic], view.spans, sources)[0]
    if wanted.language is None:
        return found
    return counts_in_language(db, wanted, view.spans) if sum(found) <= MOST_WALKED else None


def stories_before(view: TopicView, now: datetime) -> tuple[int, int, int]:
    """The ids between which the view's stories are, from before the first, back to the second; and the third, before
    which those of its first page are."""
    until, since = end_of_news(now), 0
    if view.day is not None:
        begin, end = view.span
        until, since = id_at(end), id_at(begin)
    return min(view.before or until, until), since, until
