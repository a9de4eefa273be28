"""Stories as a page lists them: each by one article, with its copies counted and the sentences that made its tags."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from archive.browsing import read_scores
from archive.highlight import SNIPPET, Passage, Span, merged, passage
from archive.triggers import Trigger, triggers

MOST_LOOKED_AT = 2_000
"""Articles among which the stories of a page are found: one with a thousand copies shall not hide the next."""
_LONGEST_TITLE, _LONGEST_TEXT, _LONGEST_LIST = 2_000, 200_000, 20_000  # characters that are read of each
_MOST_PIECES = 60  # of evidence of one article
_MOST_COPIES = 200  # of a story, of which the sources are named
_HEAD = f"""
    SELECT head.id, substr(url, 1, 5000) AS url, substr(title, 1, {_LONGEST_TITLE}) AS title, source, language,
           published, published_precision AS precision, published_zone AS zone, head.first_seen, story,
           coalesce(stories.articles, 1) AS articles,
           substr(authors, 1, {_LONGEST_LIST}) AS authors, substr(text, 1, {_LONGEST_TEXT}) AS text,
           (SELECT seen FROM revisions WHERE article = head.id ORDER BY id DESC LIMIT 1) AS edited
    FROM article_head AS head JOIN article_text USING (id) LEFT JOIN stories ON stories.id = story WHERE head.id = ?
"""  # noqa: S608 -- own numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence that made a tag, cut to a passage of SNIPPET characters. `marks` are places in `text`."""

    topics: tuple[str, ...]
    text: str
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A story by one of its articles. Times are as stored."""

    id: int
    url: str
    title: str | None
    source: str
    language: str | None
    published: str | None
    precision: str | None
    zone: str | None  # in which the day stands, where only that is told
    first_seen: str
    edited: str | None  # when its last edit was seen
    authors: tuple[str, ...]
    story: int
    articles: int  # that the story has
    others: tuple[str, ...]  # sources that have it too
    topics: tuple[tuple[str, float], ...]  # with their scores, best first
    title_marks: tuple[Span, ...]
    sentences: tuple[Sentence, ...]
    beginning: str  # of the text: what is shown where no sentence of it made a tag

    @property
    def time(self) -> str:
        """When it was published, or else first seen."""
        return self.published or self.first_seen


def newest_of_topics(db: sqlite3.Connection, before: int) -> Iterator[int]:
    """The ids below *before* of all articles that have a topic, newest first. Walks along the topics' keys beside each
    other: where few articles have one, the others are not looked at."""
    numbers = [number for (number,) in db.execute("SELECT id FROM topic_names")]
    walk = "SELECT article FROM article_tags WHERE topic = ? AND article < ? ORDER BY article DESC"
    last = None
    for (article,) in merge(*(db.execute(walk, (number, before)) for number in numbers), key=_newest_first):
        if article != last:
            yield article
        last = article


def _newest_first(row: tuple[int]) -> int:
    return -row[0]


def one_of_each_story(db: sqlite3.Connection, articles: Iterable[int], number: int) -> list[int]:
    """The first *number* of *articles* that are of different stories, among the MOST_LOOKED_AT first."""
    seen: set[int] = set()
    found: list[int] = []
    for article in islice(articles, MOST_LOOKED_AT):
        row = db.execute("SELECT story FROM article_head WHERE id = ?", (article,)).fetchone()
        if row is not None and row[0] not in seen:
            seen.add(row[0])
            found.append(article)
            if len(found) == number:
                break
    return found


def read_entries(
    db: sqlite3.Connection, articles: Iterable[int], *, topic: str | None = None, sentences: int = 1
) -> list[Entry]:
    """The entries of *articles*, with at most so many *sentences* of each: those of *topic*, else of its best ones."""
    return [entry for article in articles if (entry := _entry(db, article, topic, sentences)) is not None]


def _entry(db: sqlite3.Connection, article: int, topic: str | None, most: int) -> Entry | None:
    row = db.execute(_HEAD, (article,)).fetchone()
    if row is None:
        return None
    topics = tuple((name, score) for name, score, _ in read_scores(db, article))
    asked = [topic] if topic is not None else [name for name, _ in topics]
    found = [(name, one) for name in asked for one in _triggers(db, row, name)]
    return Entry(
        **{name: row[name] for name in ("id", "url", "title", "source", "language", "published", "precision", "zone")},
        first_seen=row["first_seen"], edited=row["edited"], authors=_authors(row["authors"]), story=row["story"],
        articles=row["articles"], others=_others(db, row) if row["articles"] > 1 else (), topics=topics,
        title_marks=tuple(merged(mark for _, one in found if one.field == "title" for mark in one.marks)),
        sentences=tuple(islice(_sentences(found), most)), beginning=passage(row["text"], []).text,
    )  # fmt: skip


def _triggers(db: sqlite3.Connection, row: sqlite3.Row, topic: str) -> list[Trigger]:
    pieces: list[dict[str, Any]] = [
        dict(piece)
        for piece in db.execute(
            'SELECT rule, term, field, start, "end" FROM evidence WHERE article = ? AND topic = ? '
            "ORDER BY number LIMIT ?",
            (row["id"], topic, _MOST_PIECES),
        )
    ]
    article = {"title": row["title"], "text": row["text"]}
    return triggers(article, [piece for piece in pieces if piece["end"] <= len(article[piece["field"]] or "")])


def _sentences(found: Iterable[tuple[str, Trigger]]) -> Iterator[Sentence]:
    """Those of the text, each once: the title is shown anyway."""
    together: dict[str, list[tuple[str, Trigger]]] = {}
    for topic, one in found:
        if one.field == "text":
            together.setdefault(one.sentence, []).append((topic, one))
    for sentence, ones in together.items():
        marks = merged(mark for _, one in ones for mark in one.marks)
        shown = _bounded(passage(sentence, marks)) if len(sentence) > SNIPPET else Passage(sentence, tuple(marks))
        yield Sentence(topics=tuple(dict.fromkeys(name for name, _ in ones)), text=shown.text, marks=shown.marks)


def _bounded(shown: Passage) -> Passage:
    """A passage goes on to the end of its last mark; what everybody may see does not."""
    if len(shown.text) <= SNIPPET:
        return shown
    end = SNIPPET - 1
    marks = tuple((start, min(stop, end)) for start, stop in shown.marks if start < end)
    return Passage(f"{shown.text[:end]}…", marks)


def _others(db: sqlite3.Connection, row: sqlite3.Row) -> tuple[str, ...]:
    rows = db.execute(
        "SELECT DISTINCT source FROM (SELECT source FROM article_head WHERE story = ? LIMIT ?) ORDER BY source",
        (row["story"], _MOST_COPIES),
    )
    return tuple(source for (source,) in rows if source != row["source"])


def _authors(told: str) -> tuple[str, ...]:
    try:
        names = json.loads(told)
    except ValueError:  # cut off, as too long
        return ()
    return tuple(name for name in names if isinstance(name, str))
