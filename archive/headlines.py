"""Many articles by no more than their headlines and addresses: what is shown in public."""

import json
import sqlite3
from collections.abc import Iterator, Sequence

COLUMNS = ("id", "title", "url", "source", "language", "published", "first_seen")
LONGEST_TITLE = 300
"""Code points of a headline; the longest of newspapers have 150, a hostile one a million."""
_AT_ONCE = 500
_ROWS = f"""
    SELECT article_head.id, substr(title, 1, {LONGEST_TITLE}), url, source, language, published, first_seen
    FROM json_each(?) AS asked CROSS JOIN article_head ON article_head.id = asked.value ORDER BY asked.key
"""  # noqa: S608 -- a number


def read_headlines(db: sqlite3.Connection, ids: Sequence[int]) -> Iterator[tuple[object, ...]]:
    """The COLUMNS of the articles *ids* in their order; those that are gone are left out."""
    for place in range(0, len(ids), _AT_ONCE):
        for row in db.execute(_ROWS, (json.dumps(list(ids[place : place + _AT_ONCE])),)).fetchall():
            yield tuple(row)
