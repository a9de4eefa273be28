"""Keeps articles for as long as a desk says, and then only what stops them from coming back: a number and hashes.

What an article is counted by (source, hour, topics) stays with its number, so that trends tell the truth about years
whose texts are gone. All else goes as if a person had it forgotten, by the same steps.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from archive.database import transaction
from archive.forgetting import take_out
from archive.forgotten import Gone
from archive.identity import IDS_PER_SECOND
from archive.overview import source_ids
from archive.times import to_text

GRACE = timedelta(days=14)
"""After its first sight an article stays at least so long, however old it is: what a feed shows late is still told, in
a digest of the week too, and a copy finds it."""
DELAY = timedelta(hours=24)
"""Between the word that articles are about to go and their going: a slip in desk.toml must not cost years."""
LEAP = timedelta(days=3)
"""Between two looks at most: behind a longer time the clock may be wrong, by which whole archives would be over."""
AT_ONCE = 20
"""Articles in a transaction: a tenth of a second, for which other writers wait."""
SCRUBBED_AFTER = timedelta(days=7)
"""Between two times that the full-text index is written anew to be rid of the words of what has expired: of a million
articles that is a gigabyte, which is too much for the few of each day."""
_UNSCRUBBED = "expired_since"  # the key in meta: when the first expired whose words may stand in the file still
_LOOKED = "expiry_looked"  # the key in meta: by what clock it was last asked what is due
_NOTED = "keep_days"  # the key in meta: what was announced, and when


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many days articles are kept; 0: for ever. `sources` has those that differ."""

    days: int = 0
    sources: Mapping[str, int] = field(default_factory=dict)

    def of(self, source: str) -> int:
        """The days of *source*, which the desk may not have any more."""
        return self.sources.get(source, self.days)

    @property
    def is_for_ever(self) -> bool:
        """Whether nothing expires."""
        return not self.days and not any(self.sources.values())

    @property
    def words(self) -> str:
        """By which another retention is told from it."""
        return json.dumps([self.days, sorted(self.sources.items())])


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a retention means for an archive that was there before it."""

    articles: int  # that are due; 0: none was when it was announced
    begins: datetime  # nothing is taken out before


# What was edited lately is as good as new; what is still to be told must be there to be told.
_DUE = """
    FROM article_head AS head {which} AND source = :source
    AND coalesce(published, first_seen) < :before AND first_seen < :grace
    AND NOT EXISTS (SELECT 1 FROM revisions WHERE article = head.id AND seen >= :before)
    AND NOT EXISTS (SELECT 1 FROM alerts WHERE article = head.id AND state IN ('held', 'waiting'))
    AND NOT EXISTS (SELECT 1 FROM window_articles WHERE article = head.id AND window IS NULL)
    AND EXISTS (SELECT 1 FROM article_text WHERE article_text.id = head.id)  -- else "khabar doctor" tells of it
"""
# Along the index of the sources, whose ids tell the date; those whose date is another by now along their own.
_BY_ID = _DUE.format(which="WHERE id < :end")
_MOVED = _DUE.format(which="INDEXED BY article_moved WHERE moved AND id >= :end")


def due(db: sqlite3.Connection, retention: Retention, now: datetime, limit: int = AT_ONCE) -> list[int]:
    """The ids of up to *limit* articles whose days are over, by source, the oldest first."""
    found: list[int] = []
    for values in _asked(db, retention, now):
        for which in (_BY_ID, _MOVED):
            rows = db.execute(f"SELECT id {which} ORDER BY id LIMIT :left", values | {"left": limit - len(found)})
            found += [number for (number,) in rows]
        if len(found) >= limit:
            break
    return found


def due_counts(db: sqlite3.Connection, retention: Retention, now: datetime) -> dict[str, int]:
    """How many articles of each source have had their days; sources without any are left out."""
    counted = {
        values["source"]: sum(
            db.execute(f"SELECT count(*) {which}", values).fetchone()[0] for which in (_BY_ID, _MOVED)
        )
        for values in _asked(db, retention, now)
    }
    return {source: number for source, number in counted.items() if number}


def _asked(db: sqlite3.Connection, retention: Retention, now: datetime) -> Iterator[dict[str, Any]]:
    if retention.is_for_ever:
        return
    for source in source_ids(db):
        if days := retention.of(source):
            before = now - timedelta(days=days)
            yield {
                "source": source, "before": to_text(before), "grace": to_text(now - GRACE),
                "end": int(before.timestamp()) * IDS_PER_SECOND,
            }  # fmt: skip


def expire(db: sqlite3.Connection, articles: Iterable[int], at: datetime) -> int:
    """Takes *articles* out, as far as they are there, in the caller's transaction; how many."""
    done = 0
    for article in articles:
        row = db.execute(
            "SELECT source, substr(coalesce(published, first_seen), 1, 13) || ':00:00Z' AS hour, "
            "(SELECT json_group_array(topic) FROM article_tags WHERE article = id) AS topics "
            "FROM article_head WHERE id = ?",
            (article,),
        ).fetchone()
        if row is None:  # another process has done it
            continue
        take_out(db, article, Gone(at, article))
        db.execute(
            "INSERT INTO expired (article, source, hour, topics, at) VALUES (?, ?, ?, ?, ?)",
            (article, row["source"], row["hour"], row["topics"], to_text(at)),
        )
        done += 1
    if done:
        db.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", (_UNSCRUBBED, to_text(at)))
    return done


Before: TypeAlias = Callable[[sqlite3.Connection, Sequence[int]], object]
"""Is told, in the transaction, which articles are about to go: for what of them is kept elsewhere."""


def expire_all(
    db: sqlite3.Connection, retention: Retention, now: datetime, before: Before = lambda db, articles: None
) -> Iterator[int]:
    """Takes out what is due, some at a time, each in a transaction of its own; how many, after each."""
    while due(db, retention, now, 1):
        with transaction(db):  # asked once more in it: a message may be owed by now, or an edit be seen
            articles = due(db, retention, now)
            before(db, articles)
            done = expire(db, articles, now)
        yield done


def is_to_be_scrubbed(db: sqlite3.Connection, now: datetime) -> bool:
    """Whether words of what has expired have stood in the file for long enough to be overwritten."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_UNSCRUBBED,)).fetchone()
    return row is not None and row[0] <= to_text(now - SCRUBBED_AFTER)


def note_scrubbed(db: sqlite3.Connection) -> None:
    """Notes that nothing of it stands in the file any more."""
    db.execute("DELETE FROM meta WHERE key = ?", (_UNSCRUBBED,))


def has_leapt(db: sqlite3.Connection, now: datetime) -> bool:
    """Whether the clock was far behind *now* at the last look; notes *now*, in the caller's transaction."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_LOOKED,)).fetchone()
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_LOOKED, to_text(now)))
    return row is not None and row[0] < to_text(now - LEAP)


def announced(db: sqlite3.Connection, retention: Retention) -> Announced | None:
    """What was said of *retention* when it came into force; None where nothing was yet."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_NOTED,)).fetchone()
    noted = json.loads(row[0]) if row else {}
    if noted.get("words") != retention.words:
        return None
    return Announced(articles=noted["articles"], begins=datetime.fromisoformat(noted["begins"]))


def announce(db: sqlite3.Connection, retention: Retention, now: datetime, *, delay: timedelta = DELAY) -> Announced:
    """Notes that *retention* is in force, in the caller's transaction. What is due by then goes after *delay*."""
    articles = sum(due_counts(db, retention, now).values())
    told = Announced(articles=articles, begins=now + delay if articles else now)
    noted = {"words": retention.words, "articles": articles, "begins": told.begins.isoformat()}
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_NOTED, json.dumps(noted)))
    return told
