"""Edits that were seen lately and are worth a look: of articles that somebody tracks."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive.times import to_text

_LOOKED_AT = 500
"""The latest edits; a page that changes with every look makes hundreds a day, of which one is told."""
_LEAST_CHANGE = 0.02
"""The share of words below which an edit of the text is a comma or a name's spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEdit:
    """The last edit of an article."""

    id: int  # the article's
    title: str | None
    language: str | None
    source: str
    seen: str
    change: float  # the share of words that differ
    retitled: bool


def lately_edited(db: sqlite3.Connection, since: datetime, number: int) -> list[LateEdit]:
    """The articles with a topic that were edited since then, the last edit first, each by its last worth telling."""
    rows = db.execute(
        "SELECT article, substr(head.title, 1, 2000) AS title, language, source, seen, change, changed "
        "FROM (SELECT article, seen, change, changed FROM revisions WHERE seen >= ? ORDER BY seen DESC LIMIT ?) "
        "CROSS JOIN article_head AS head ON head.id = article "
        "WHERE EXISTS (SELECT 1 FROM article_tags WHERE article_tags.article = head.id) ORDER BY seen DESC",
        (to_text(since), _LOOKED_AT),
    )
    found: dict[int, LateEdit] = {}
    for row in rows:
        retitled = "title" in json.loads(row["changed"])
        if row["article"] not in found and (retitled or row["change"] >= _LEAST_CHANGE):
            named = {name: row[name] for name in ("title", "language", "source", "seen", "change")}
            found[row["article"]] = LateEdit(id=row["article"], retitled=retitled, **named)
            if len(found) == number:
                break
    return list(found.values())
