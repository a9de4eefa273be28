"""Whether each story is what its articles say: how many they are, and which of them appeared first."""

import sqlite3
from collections.abc import Sequence

from archive.checks.finding import Check, Span
from archive.regrouping import restore_stories

_WRONG = """
    SELECT id FROM stories WHERE id BETWEEN :first AND :last AND (
        articles <> (SELECT count(*) FROM article_head WHERE story = stories.id)
        OR first_article IS NOT (
            SELECT id FROM article_head WHERE story = stories.id ORDER BY appeared, first_seen, id LIMIT 1)
        OR NOT EXISTS (SELECT 1 FROM article_head WHERE id = stories.id AND story = stories.id)
    )
    UNION SELECT story FROM article_head
    WHERE id BETWEEN :first AND :last AND NOT EXISTS (SELECT 1 FROM stories WHERE stories.id = story)
"""


def _wrong(db: sqlite3.Connection, span: Span) -> list[int]:
    return [number for (number,) in db.execute(_WRONG, dict(zip(("first", "last"), span, strict=True)))]


def _find(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    return [str(number) for number in _wrong(db, span)]


def _mend(db: sqlite3.Connection, span: Span) -> int:
    stories = _wrong(db, span)
    restore_stories(db, stories)
    return len(stories)


STORIES = Check(
    name="stories", wrong="stories are not what their articles say",
    remedy="--repair counts them anew", find=_find, mend=_mend,
)  # fmt: skip
CHECKS = (STORIES,)
