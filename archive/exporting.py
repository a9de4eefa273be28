"""Reading very many articles whole, for whoever takes them out of the archive: in batches, each of one moment.

Which articles there are is settled at the beginning, eight bytes each. No view of the archive is held for longer than a
batch is read, and none while what was read is written down: one that is held for the hour of a slow disk, or of a
reader who looks at the first lines, would keep the write-ahead log from being emptied of all that crawls write
meanwhile.
"""

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from archive.copies import lone_copies, read_story, with_copy
from archive.database import one_moment
from archive.reading import Record, columns_of, evidence_of, extractions_of, revision_of
from archive.search import Filters, matching_ids
from seeds.bounds import EXPORT_BYTES_AT_ONCE

AT_ONCE = 200
"""Articles of a batch: of usual length they are two megabytes, and ten times as many are read no sooner."""


def chosen_ids(db: sqlite3.Connection, query: str, *, filters: Filters, zone: tzinfo, now: datetime) -> Sequence[int]:
    """The ids of all articles that match, as they are at this moment, newest first. Raises QueryError."""
    return array("q", matching_ids(db, query, filters=filters, zone=zone, now=now))


def read_many(db: sqlite3.Connection, ids: Sequence[int]) -> Iterator[Record]:
    """The articles with these *ids*, in their order, each as it is when its batch is read, without what only a reader
    of edits asks for (`passing`). Those that are gone meanwhile are left out.
    """
    at = 0
    while at < len(ids):
        with one_moment(db):
            batch, taken = _read_batch(db, ids[at : at + AT_ONCE])
        yield from batch
        at += taken


def _read_batch(db: sqlite3.Connection, ids: Sequence[int]) -> tuple[list[Record], int]:
    """As many of *ids* as may be in memory at once, one at least; and how many were looked at."""
    earlier = _weights(db, ids)
    rows: list[sqlite3.Row] = []
    taken = size = 0
    for taken, article in enumerate(ids, start=1):  # noqa: B007 -- how far it came
        row = db.execute("SELECT * FROM articles WHERE id = ?", (article,)).fetchone()
        if row is None:
            continue
        rows.append(row)
        size += len(row["text"]) + earlier.get(article, 0)
        if size >= EXPORT_BYTES_AT_ONCE:
            break
    return _records(db, rows), taken


def _weights(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, int]:
    """Characters of the earlier versions, by article that has any."""
    sql = f"SELECT article, sum(length(text)) FROM revisions WHERE article IN {_THESE} GROUP BY article"  # noqa: S608
    return dict(db.execute(sql, (_listed(ids),)).fetchall())


_THESE = "(SELECT value FROM json_each(?))"


def _listed(ids: Iterable[int]) -> str:
    return json.dumps(list(ids))


def _records(db: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[Record]:
    ids = _listed(row["id"] for row in rows)
    evidence = _by_article(
        db.execute(
            'SELECT article, topic, rule, term, field, start, "end" FROM evidence '  # noqa: S608 -- own pieces
            f"WHERE article IN {_THESE} ORDER BY article, number",
            (ids,),
        )
    )
    tags = _by_article(
        db.execute(
            "SELECT article, topic, score, pack_version FROM tags "  # noqa: S608
            f"WHERE article IN {_THESE} ORDER BY article, score DESC, topic",
            (ids,),
        )
    )
    revisions = _by_article(
        db.execute(f"SELECT * FROM revisions WHERE article IN {_THESE} ORDER BY article, seen, id", (ids,))  # noqa: S608
    )
    told: dict[int, dict[str, Any]] = {}
    alone = {copy["id"]: copy for copy in lone_copies(db, ids)}
    return [
        Record(
            article=columns_of(row),
            tags=evidence_of(row, tags[row["id"]], evidence[row["id"]]),
            revisions=[revision_of(one) for one in revisions[row["id"]]],
            extractions=extractions_of(db, row["id"]),
            story=_story(db, row, alone.get(row["id"]), told),
        )
        for row in rows
    ]


def _story(
    db: sqlite3.Connection, row: sqlite3.Row, alone: dict[str, Any] | None, told: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    """As `read_story`; most articles are alone in theirs, and were asked for together. The others of a batch that are
    of one story share what was *told* of it: two hundred copies of a thousand took 400 MB.
    """
    if alone is not None:
        return {"id": row["story"], "count": 1, "sources": [row["source"]], "articles": [alone]}
    if row["story"] not in told:
        told[row["story"]] = read_story(db, row["story"])
    return with_copy(db, told[row["story"]], row["id"])


def _by_article(rows: Iterable[sqlite3.Row]) -> defaultdict[int, list[sqlite3.Row]]:
    found: defaultdict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        found[row["article"]].append(row)
    return found
