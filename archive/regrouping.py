"""Splitting and merging stories by hand.

Khabar puts an article into a story once, when it arrives; afterwards only a person moves it, so that the hand's word
lasts. What was decided is kept in `story_decisions`. Each function works in the caller's transaction.

A story's id is the id of one of its articles. Where that one leaves, the rest is named after the one of them that was
seen first.

Messages go where their article goes. Of a story that was told, one message for each alert and channel stands for all
its copies (its subject is `story:ID`) and keeps the others silent. Where a merge brings two together, the second is set
aside (`story:ID/REF`) until its article leaves again. So nobody is told again of a story that was told by an article
in it, and a story that no message was about is told with its next copy.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.stories import settle_first
from archive.times import to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """An article that was moved by hand. The two are equal where it kept the story's id, and the others got another."""

    article: int
    before: int
    story: int


def split(db: sqlite3.Connection, articles: Iterable[int], at: datetime, *, together: bool = False) -> list[Regrouped]:
    """Takes *articles* out of their stories: each becomes one of its own, or with *together* all of them one new story.

    The result lacks those of which nothing was to be changed.
    """
    chosen = _by_arrival(db, articles)
    before = {article: _story_of(db, article) for article in chosen}
    groups = [chosen] if together else [[article] for article in chosen]
    moved = [
        Regrouped(article=article, before=before[article], story=group[0])
        for group in groups
        if not _is_story(db, group, before)
        for article in group
    ]
    _move_out(db, moved, at)
    return moved


def merge(db: sqlite3.Connection, articles: Iterable[int], at: datetime) -> list[Regrouped]:
    """Makes the stories of *articles* one, under the id of the one that is named after the earliest arrival. The
    result: all articles that came to it.
    """
    into, *others = _by_arrival(db, {_story_of(db, article) for article in articles})
    moved = [
        Regrouped(article=article, before=story, story=into)
        for story in others
        for (article,) in db.execute("SELECT id FROM article_head WHERE story = ? ORDER BY id", (story,)).fetchall()
    ]
    _decide(db, "merge", moved, at)
    _settle(db, [into, *others])
    return moved


def restore_stories(db: sqlite3.Connection, stories: Collection[int]) -> None:
    """Makes the rows of *stories* and their messages what the rows of their articles say. One that has the id of an
    article that is not in it gets another."""
    named = "SELECT 1 FROM article_head WHERE id = ? AND story = id"
    astray = [story for story in stories if not db.execute(named, (story,)).fetchone()]
    renamed = [_rename_rest(db, story, ()) for story in astray]
    _settle(db, {*stories, *(story for story in renamed if story is not None)})


def _is_story(db: sqlite3.Connection, group: Sequence[int], story_of: Mapping[int, int]) -> bool:
    """Whether the articles of *group* are exactly one story."""
    stories = {story_of[article] for article in group}
    return len(stories) == 1 and _size(db, *stories) == len(group)


def _move_out(db: sqlite3.Connection, moved: Sequence[Regrouped], at: datetime) -> None:
    """Writes it down; a story whose namesake leaves it gets another name first."""
    leaving, stories = {one.article for one in moved}, {one.before for one in moved}
    renamed = [_rename_rest(db, story, leaving) for story in stories & leaving]
    _decide(db, "split", moved, at)
    _settle(db, {*stories, *(one.story for one in moved), *(story for story in renamed if story is not None)})


def _rename_rest(db: sqlite3.Connection, story: int, leaving: Collection[int]) -> int | None:
    """Names what is left of *story* after the one of it that was seen first; its new id, None where nothing is."""
    rows = db.execute("SELECT id FROM article_head WHERE story = ? ORDER BY first_seen, id", (story,)).fetchall()
    rest = [article for (article,) in rows if article not in leaving]
    db.executemany("UPDATE article_head SET story = ? WHERE id = ?", [(rest[0], article) for article in rest])
    return rest[0] if rest else None


def _decide(
    db: sqlite3.Connection, decision: Literal["split", "merge"], moved: Sequence[Regrouped], at: datetime
) -> None:
    db.executemany("UPDATE article_head SET story = ? WHERE id = ?", [(one.story, one.article) for one in moved])
    db.executemany(
        "INSERT INTO story_decisions (at, decision, article, story_before, story) VALUES (?, ?, ?, ?, ?)",
        [(to_text(at), decision, one.article, one.before, one.story) for one in moved],
    )


def _settle(db: sqlite3.Connection, stories: Collection[int]) -> None:
    """Makes the rows of *stories* and their messages what the articles' rows say."""
    for story in set(stories):
        db.execute("DELETE FROM stories WHERE id = ?", (story,))
        found = db.execute(
            "INSERT INTO stories (id, first_article, articles) "
            "SELECT story, story, count(*) FROM article_head WHERE story = ? GROUP BY story",
            (story,),
        )
        if found.rowcount:
            settle_first(db, story)
    _settle_messages(db, stories)
    _settle_digests(db, stories)


_TOLD = """
    SELECT ref, alert, channel, article_head.story
    FROM alerts JOIN article_head ON article_head.id = alerts.article
    WHERE subject LIKE 'story:%' AND article_head.story IN (SELECT value FROM json_each(?))
    ORDER BY CASE state WHEN 'sent' THEN 0 WHEN 'gathered' THEN 0 WHEN 'waiting' THEN 1 WHEN 'held' THEN 1 ELSE 2 END,
             born, ref
"""


def _settle_messages(db: sqlite3.Connection, stories: Collection[int]) -> None:
    """Of what the articles of a story told, what was sent stands for it; else what waits, else what is dead."""
    told = db.execute(_TOLD, (json.dumps([*stories]),)).fetchall()
    standing: set[tuple[str, str, int]] = set()
    subjects = []
    for ref, alert, channel, story in told:
        stands = (alert, channel, story) not in standing
        subjects.append((f"story:{story}" if stands else f"story:{story}/{ref}", story, ref))
        standing.add((alert, channel, story))
    # No two messages of an alert may have one subject, not even until all of them have their new one.
    db.executemany("UPDATE alerts SET subject = 'story:/' || ref WHERE ref = ?", [(ref,) for ref, *_ in told])
    db.executemany("UPDATE alerts SET subject = ?, story = ? WHERE ref = ?", subjects)


_TOLD_BY_DIGESTS = """
    SELECT alert, article, window_articles.subject, article_head.story
    FROM window_articles JOIN article_head ON article_head.id = article
    WHERE subject LIKE 'story:%' AND article_head.story IN (SELECT value FROM json_each(?))
    ORDER BY window IS NULL, at, article
"""


def _settle_digests(db: sqlite3.Connection, stories: Collection[int]) -> None:
    """The same of digests: what one told of stands for its story, else what the next one will."""
    told = db.execute(_TOLD_BY_DIGESTS, (json.dumps([*stories]),)).fetchall()
    standing: set[tuple[str, int]] = set()
    subjects = []
    for alert, article, _, story in told:
        stands = (alert, story) not in standing
        subjects.append((f"story:{story}" if stands else f"story:{story}/{article}", alert, f"story:/{article}"))
        standing.add((alert, story))
    db.executemany(
        "UPDATE window_articles SET subject = 'story:/' || article WHERE alert = ? AND subject = ?",
        [(alert, subject) for alert, _, subject, _ in told],
    )
    db.executemany("UPDATE window_articles SET subject = ? WHERE alert = ? AND subject = ?", subjects)


def _by_arrival(db: sqlite3.Connection, articles: Iterable[int]) -> list[int]:
    """*articles*, each once, in the order in which they were first seen."""
    seen = [
        (*db.execute("SELECT first_seen FROM article_head WHERE id = ?", (article,)).fetchone(), article)
        for article in set(articles)
    ]
    return [article for _, article in sorted(seen)]


def _story_of(db: sqlite3.Connection, article: int) -> int:
    story: int = db.execute("SELECT story FROM article_head WHERE id = ?", (article,)).fetchone()[0]
    return story


def _size(db: sqlite3.Connection, story: int) -> int:
    """How many articles *story* has."""
    number: int = db.execute("SELECT articles FROM stories WHERE id = ?", (story,)).fetchone()[0]
    return number
