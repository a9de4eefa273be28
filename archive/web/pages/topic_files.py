"""What the pages of topics give to programs: feeds of the same stories, and the numbers of their charts."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

from markupsafe import Markup

from archive.arrivals import arrived_since
from archive.entries import Entry, newest_of_topics, one_of_each_story, read_entries
from archive.times import from_text
from archive.topic_articles import TopicArticles, company, counts_of_sources, end_of_news
from archive.web.as_csv import csv_document
from archive.web.drawing import attributes, clean, marked
from archive.web.feeds import Feed, Form, Item, feed_document
from archive.web.pages.topics import read_stories, sources_of
from archive.web.topic_cards import card_spans, topic_cards
from archive.web.topic_view import TopicView, counts, read_view
from archive.web.view import Asked, BadRequest, Document, Route, document

FEED_STORIES = 50
"""In a feed, of the newest; and of those that came late as many at most."""
LATE = timedelta(days=1)
"""For so long a story is in a feed that came when newer ones were there, as one does of which only the day is known: it
stands at midnight. A reader comes back by then."""
_SENTENCES = 3


def read_front_feed(db: sqlite3.Connection, asked: Asked) -> Document:
    """The newest stories with a topic, as the front page has them."""
    found = one_of_each_story(db, newest_of_topics(db, end_of_news(asked.now)), FEED_STORIES)
    entries = read_entries(db, [*found, *_late(db, asked, found)], sentences=_sentences(asked))
    title = asked.words.gettext("%(desk)s: newest stories", desk=asked.face.name)
    return _feed(asked, title, "/", f"/feed.{asked.path['form']}", entries)


def read_topic_feed(db: sqlite3.Connection, asked: Asked) -> Document:
    """The newest stories of a view of a topic."""
    view = read_view(db, asked)
    entries, _ = read_stories(db, view, asked, _sentences(asked), FEED_STORIES)
    if view.day is None and view.before is None:
        late = _late(db, asked, [entry.id for entry in entries], view.articles)
        entries += read_entries(db, late, topic=view.id, sentences=_sentences(asked))
    itself = view.address(f".{asked.path['form']}", before=view.before)
    return _feed(asked, _title(view, asked), view.address(before=view.before), itself, entries)


def _late(db: sqlite3.Connection, asked: Asked, found: Sequence[int], wanted: TopicArticles | None = None) -> list[int]:
    """Stories that came late, and of which none is *found*."""
    if len(found) < FEED_STORIES:
        return []  # there are no others
    late = arrived_since(db, asked.now - LATE, found[-1], wanted)
    return one_of_each_story(db, chain(found, late), 2 * FEED_STORIES)[len(found) :]


def _title(view: TopicView, asked: Asked) -> str:
    known = asked.face.sources.get(view.articles.source or "")
    parts = [
        known.name if known else view.articles.source,
        asked.words.language_name(view.articles.language) if view.articles.language else None,
    ]
    return " · ".join([view.name, *(part for part in parts if part), asked.face.name])


def _sentences(asked: Asked) -> int:
    return _SENTENCES if asked.sees_texts else 1


def _feed(asked: Asked, title: str, page: str, itself: str, entries: Sequence[Entry]) -> Document:
    form: Form = "atom" if asked.path["form"] == "atom" else "json"
    items = [_item(asked, entry) for entry in entries]
    feed = Feed(
        title=title, address=asked.origin + page, self_address=asked.origin + itself, language=asked.words.language,
        updated=max((item.updated for item in items), default=datetime.fromtimestamp(0, UTC)), items=items,
    )  # fmt: skip
    return feed_document(feed, form)


def _item(asked: Asked, entry: Entry) -> Item:
    """A story goes by its own name, so that each further copy is no new entry."""
    known, topics = asked.face.sources, asked.face.packs.topics
    texts = [sentence.text for sentence in entry.sentences] or [entry.beginning]
    return Item(
        id=f"stories/{entry.story}", url=f"{asked.origin}/articles/{entry.id}", original=entry.url,
        title=entry.title or asked.words.gettext("without a title"), summary=" ".join(texts), html=_html(entry),
        language=entry.language, published=from_text(entry.published) if entry.published else None,
        updated=from_text(max(entry.first_seen, entry.edited or "")), authors=entry.authors,
        topics=tuple(topics[name].name if name in topics else name for name, _ in entry.topics),
        source=known[entry.source].name if entry.source in known else entry.source,
    )  # fmt: skip


def _html(entry: Entry) -> str:
    shown = [marked(one.text, one.marks) for one in entry.sentences] or [Markup("{}").format(clean(entry.beginning))]
    way = attributes(entry.beginning, entry.language)
    paragraphs = Markup("").join(Markup("<p {}>{}</p>").format(way, one) for one in shown)
    return str(paragraphs).replace("<mark>", "<strong>").replace("</mark>", "</strong>")


def read_topic_csv(db: sqlite3.Connection, asked: Asked) -> Document:
    """The numbers of one chart of a view: `chart` is volume, sources, languages or topics."""
    view = read_view(db, asked)
    chart = asked.first("chart") or "volume"
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]
    if chart == "volume":
        found = counts(db, view)
        if found is None:
            raise BadRequest(asked.words.gettext("so many articles are not counted by language; take fewer days"))
        step = "day" if view.day is None else "hour"
        columns, rows = (step, "begins", "articles"), _volume(view, found, asked)
    else:
        parts = company(db, view.articles, view.span)
        of_topic = counts_of_sources(db, view.articles.topic, view.span)
        charts: dict[str, Sequence[tuple[str | None, int]]] = {
            "sources": sources_of(view, of_topic, parts), "languages": parts.languages, "topics": parts.topics,
        }  # fmt: skip
        if chart not in charts:
            raise BadRequest(asked.words.gettext("there is no such chart"))
        columns, rows = (chart.removesuffix("s"), "articles"), charts[chart]
    return csv_document(f"{_file_name(view.id)}-{chart}.csv", columns, rows)


def _volume(view: TopicView, found: Sequence[int], asked: Asked) -> Iterator[Sequence[object]]:
    for (begin, _), number in zip(view.spans, found, strict=True):
        there = begin.astimezone(asked.face.zone)
        yield there.date().isoformat() if view.day is None else f"{there:%Y-%m-%dT%H:%M%z}", begin, number


def read_topics_csv(db: sqlite3.Connection, asked: Asked) -> Document:
    """The numbers of all small charts: a row for each topic and day."""
    days = [begin.astimezone(asked.face.zone).date().isoformat() for begin, _ in card_spans(asked)]
    rows = (
        (card.id, day, number)
        for card in topic_cards(db, asked)
        for day, number in zip(days, card.trend.counts, strict=True)
    )
    return csv_document("topics.csv", ("topic", "day", "articles"), rows)


def _file_name(topic: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", topic)[:64]


ROUTES: list[Route] = [
    (r"^/feed\.(?P<form>atom|json)$", document(read_front_feed)),
    (r"^/topics\.csv$", document(read_topics_csv)),
    (r"^/topics/(?P<topic>[^/]+)\.(?P<form>atom|json)$", document(read_topic_feed)),
    (r"^/topics/(?P<topic>[^/]+)\.csv$", document(read_topic_csv)),
]
