"""Takes an article out of the archive for good: out of every table and index, and of the pages of the file itself.

A person asks for it (`khabar forget`), or its days are over (`archive.retention`).

What other articles have in common with it stays theirs: its story, whose id may have been its own, and the message
that told of that story. What was sent of it alone stays on record as sent, without saying of what. What waits is not
sent any more.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archive.article import FORGOTTEN, Article
from archive.database import empty_log, storable, transaction
from archive.forgotten import (
    Gone,
    Published,
    free_moment,
    gone,
    gone_before,
    gone_text,
    is_forgotten,
    let_come_back,
    remain_forgotten,
)
from archive.identity import IDS_PER_SECOND, own_urls
from archive.index import fold_article, index_authors, take_from_index
from archive.ledger import key_of
from archive.lines import hashes_of, unpack
from archive.pacing import paced
from archive.page_remains import overwrite_remains
from archive.reading import find_by_url
from archive.recurring import past_of
from archive.regrouping import split
from archive.stories import forget_signature

_MERGED_AT_ONCE = 500
"""Pages of an index that are written in one transaction: a tenth of a second, for which other writers wait."""
_SAME_LINES = 0.9
"""Share of the lines of a version that a row of remembered lines has where it is of that article."""
_LOOKS = 4
"""For what SQLite has left in the pages. The first finds nearly all of it, the second what came about by the first."""
_ANEW = 10 * 24 * 3600
"""Seconds after which the same words of a source are published anew: a statement of each year is no old news."""
_INDEXES = ("article_index", "author_index")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was taken out of the archive."""

    article: int | None  # None: there was none, only an address
    addresses: int
    revisions: int = 0
    unsent: int = 0  # messages of it that waited, were held back or dead
    already: bool = False  # forgotten before
    pages: int = 0  # kept ones, of whatever version; they are in a file of their own


def forget_article(db: sqlite3.Connection, article: int, at: datetime) -> Forgotten:
    """Takes *article*, which exists, out of all tables and indexes, in the caller's transaction."""
    source, *_ = db.execute("SELECT source FROM article_head WHERE id = ?", (article,)).fetchone()
    texts = [text for (text,) in db.execute(_VERSIONS, {"article": article})]
    _forget_lines(db, source, set(texts))
    return take_out(db, article, Gone(free_moment(db, at)))


_VERSIONS = (
    "SELECT text FROM article_text WHERE id = :article UNION ALL SELECT text FROM revisions WHERE article = :article"
)


def take_out(db: sqlite3.Connection, article: int, how: Gone) -> Forgotten:
    """Takes *article*, which exists, out of all tables and indexes but what its source's articles have in common, and
    leaves the hashes by which it does not come back; in the caller's transaction."""
    row = db.execute(
        "SELECT source, title, authors, text FROM article_head JOIN article_text USING (id) WHERE id = ?", (article,)
    ).fetchone()
    _leave_story(db, article, how.at)
    unsent = forget_messages(db, article)
    take_from_index(db, article, *fold_article(row["title"], row["text"]))
    index_authors(db, article, "[]", row["authors"])
    forget_signature(db, article)
    addresses = db.execute("SELECT id, key, kind FROM addresses WHERE article = ?", (article,)).fetchall()
    earlier = db.execute("SELECT title, text FROM revisions WHERE article = ?", (article,)).fetchall()
    remain_forgotten(
        db, [key for _, key, _ in addresses], how, read=[key for _, key, kind in addresses if kind != "claim"],
        published={Published(row["source"], *one) for one in [(row["title"], row["text"]), *map(tuple, earlier)]},
    )  # fmt: skip
    for address, *_ in addresses:
        forget_address_number(db, address)
    db.execute("DELETE FROM article_head WHERE id = ?", (article,))
    db.execute("DELETE FROM stories WHERE id = ?", (article,))
    return Forgotten(article=article, addresses=len(addresses), revisions=len(earlier), unsent=unsent)


def forget_address(db: sqlite3.Connection, key: str, at: datetime) -> Forgotten:
    """Takes the address with this `url_key`, of which no article is archived, out of the archive; also where it was
    never seen, it will not be asked for. In the caller's transaction."""
    before = gone(db, key)
    already = before is not None and before.expired is None
    return Forgotten(article=None, addresses=_forget_key(db, key, Gone(free_moment(db, at))), already=already)


def remembered(db: sqlite3.Connection, article: Article) -> Article | None:
    """*article*, which arrives, without an address that is to stay forgotten; None where all of it is.

    By whatever other address it was found, that is forgotten as well from now on. What is archived already at the very
    address stays, whatever it says of itself: a copy that names the forgotten one as its original was left on purpose,
    and there are templates that say of each page that it is the same one. In the caller's transaction.
    """
    keys = [key_of(url) for url in own_urls(article)]
    claim = key_of(article.canonical) if article.canonical else None
    published = Published(article.source, storable(article.title), storable(article.text))
    how = gone_before(db, keys, claim=claim) or _gone_by_text(db, published, article.published)
    if how is None or (is_read_at(db, keys[0]) and not is_forgotten(db, keys[0])):
        return _without_forgotten(db, article)
    for key in keys:
        if is_read_at(db, key):  # another article was here, and now leads there: it is not asked for any more
            _close(db, key)
        else:
            _forget_key(db, key, how)
    return None


def why_gone(db: sqlite3.Connection, url: str) -> str:
    """Why nothing arrives from *url* any more, of which `remembered` gave None: `forgotten` or `expired`."""
    how = gone(db, key_of(url))
    return how.reason if how else FORGOTTEN  # it leads to what is gone, and an article is kept that was there before


def _gone_by_text(db: sqlite3.Connection, published: Published, dated: datetime | None) -> Gone | None:
    """How the same words left the archive, unless they had expired and are *dated* as published anew."""
    how = gone_text(db, published)
    if how and how.expired is not None and dated and dated.timestamp() > how.expired // IDS_PER_SECOND + _ANEW:
        return None
    return how


def is_read_at(db: sqlite3.Connection, key: str) -> bool:
    """Whether an article was read at the address with this key."""
    query = "SELECT 1 FROM addresses WHERE key = ? AND article IS NOT NULL AND kind IS NOT 'claim'"
    return db.execute(query, (key,)).fetchone() is not None


def lift(db: sqlite3.Connection, key: str) -> bool:
    """Lets the address with this `url_key` be archived again, with all that was forgotten with it; whether it was.
    Nothing comes back by it, but the feeds are read in full once more: one that has not changed would not show it.
    """
    was = let_come_back(db, key)
    if was:
        db.execute("UPDATE feeds SET etag = NULL, last_modified = NULL")
    return was


def scrub(db: sqlite3.Connection, *, is_ended: Callable[[], bool] = lambda: False) -> bool:
    """Overwrites what deleted rows have left in the file and its write-ahead log, outside any transaction; whether all
    of it could be: a reader that goes on keeps the log as it is, and *is_ended* may say that it is enough.

    The full-text index forgets an entry only when the segments that hold it are merged. That is done step by step, so
    that nobody waits long.
    """
    for _step in paced(_merge_indexes(db)):
        if is_ended():
            return False
    path = Path(db.execute("PRAGMA database_list").fetchone()["file"])
    for _look in range(_LOOKS):  # a page that is filled may have SQLite spread its rows anew
        if not empty_log(db):
            return False
        steps = 0
        for steps, _step in enumerate(paced(overwrite_remains(db, path)), 1):  # noqa: B007 -- whether there was any
            if is_ended():
                return False
        if not steps:
            return True
    return empty_log(db)


def _merge_indexes(db: sqlite3.Connection) -> Iterator[None]:
    """Until each index is one segment, a transaction a step."""
    for index in _INDEXES:
        pages = -_MERGED_AT_ONCE  # below zero: begin a merge of everything; then go on with it
        while True:
            before = db.total_changes
            with transaction(db):
                db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608 -- own names
            pages = _MERGED_AT_ONCE
            if db.total_changes - before < 2:  # FTS5: less than two rows changed means that there was nothing to do
                break
            yield


def _leave_story(db: sqlite3.Connection, article: int, at: datetime) -> None:
    """Takes *article* out of its story. What told of the story stands for the copy that was seen next."""
    (story,) = db.execute("SELECT story FROM article_head WHERE id = ?", (article,)).fetchone()
    heir = db.execute(
        "SELECT id FROM article_head WHERE story = ? AND id <> ? ORDER BY first_seen, id LIMIT 1", (story, article)
    ).fetchone()
    if heir is None:
        _rename_story(db, article, None)
        return
    for table in ("alerts", "window_articles"):
        db.execute(
            f"UPDATE {table} SET article = ? WHERE article = ? AND subject LIKE 'story:%'",  # noqa: S608 -- own names
            (heir[0], article),
        )
    split(db, [article], at)
    (now,) = db.execute("SELECT story FROM article_head WHERE id = ?", heir).fetchone()
    _rename_story(db, article, now)
    for mate, canonical in db.execute(
        "SELECT id, canonical FROM article_head WHERE story = ? AND canonical IS NOT NULL", (now,)
    ).fetchall():
        if find_by_url(db, key_of(canonical)) == article:
            db.execute("UPDATE article_head SET canonical = NULL WHERE id = ?", (mate,))


def _rename_story(db: sqlite3.Connection, article: int, story: int | None) -> None:
    """Lets nothing name a story by the number of *article*: what did says *story*, or its own article's number."""
    for column in ("story_before", "story"):
        db.execute(
            f"UPDATE story_decisions SET {column} = coalesce(?, article) WHERE {column} = ?",  # noqa: S608 -- own names
            (story, article),
        )
    db.execute("UPDATE alerts SET story = coalesce(?, article) WHERE story = ?", (story, article))
    if story is not None:
        db.execute(
            "UPDATE OR IGNORE suppressed SET subject = ? WHERE subject = ?", (f"story:{story}", f"story:{article}")
        )
    db.execute("DELETE FROM suppressed WHERE subject = ?", (f"story:{article}",))


def _forget_lines(db: sqlite3.Connection, source: str, texts: Collection[str]) -> None:
    """Takes out which lines stood on it, in whatever version it came."""
    versions = [hashes_of(text.split("\n")) for text in texts]
    query = "SELECT source, number, hashes FROM lines WHERE source IN (?, ?)"
    for memory, number, hashes in db.execute(query, (source, past_of(source))).fetchall():
        lines = unpack(hashes)
        if any(version and len(version & lines) >= _SAME_LINES * len(version) for version in versions):
            db.execute("DELETE FROM lines WHERE source = ? AND number = ?", (memory, number))


def forget_messages(db: sqlite3.Connection, article: int) -> int:
    """Takes out what was not sent of *article*; what was says no longer of what. How many it took out."""
    summaries = db.execute(
        "SELECT DISTINCT whole.ref FROM alerts AS part JOIN alerts AS whole ON whole.ref = part.within "
        "WHERE part.article = ? AND whole.state <> 'sent'",
        (article,),
    ).fetchall()
    gone = db.execute(
        "SELECT ref FROM alerts WHERE article = ?1 AND (state IN ('held', 'waiting', 'dead', 'dismissed') OR within IN "
        "(SELECT ref FROM alerts AS whole WHERE whole.state <> 'sent'))",
        (article,),
    ).fetchall()
    _delete_messages(db, [ref for (ref,) in gone])
    empty = [ref for (ref,) in summaries if not db.execute("SELECT 1 FROM alerts WHERE within = ?", (ref,)).fetchone()]
    _delete_messages(db, empty)
    db.execute("UPDATE deliveries SET error = NULL WHERE ref IN (SELECT ref FROM alerts WHERE article = ?)", (article,))
    db.execute(
        "UPDATE alerts SET article = NULL, story = NULL, error = NULL, subject = 'forgotten:' || ref WHERE article = ?",
        (article,),
    )
    return len(gone)


def _delete_messages(db: sqlite3.Connection, refs: list[str]) -> None:
    for table in ("deliveries", "alerts"):
        db.executemany(f"DELETE FROM {table} WHERE ref = ?", [(ref,) for ref in refs])  # noqa: S608 -- own names


def _forget_key(db: sqlite3.Connection, key: str, how: Gone) -> int:
    """Lets the address with this key stay forgotten; how many addresses it took out."""
    remain_forgotten(db, [key], how, read=[key])
    row = db.execute("SELECT id FROM addresses WHERE key = ?", (key,)).fetchone()
    if row:
        forget_address_number(db, row[0])
    return 1 if row else 0


def _close(db: sqlite3.Connection, key: str) -> None:
    """Lets nothing ask again for what is at the address with this key."""
    db.execute(
        "UPDATE visits SET open_since = NULL, due = NULL, hints = NULL, look = NULL, backfill = NULL "
        "WHERE id = (SELECT id FROM addresses WHERE key = ?)",
        (key,),
    )


def _without_forgotten(db: sqlite3.Connection, article: Article) -> Article:
    """*article* without the addresses beside its own that are to stay forgotten."""
    requested, canonical = (
        None if url and is_forgotten(db, key_of(url)) else url for url in (article.requested, article.canonical)
    )
    return replace(article, requested=requested, canonical=canonical)


def forget_address_number(db: sqlite3.Connection, address: int) -> None:
    """Takes out the address with this number, and what became of it."""
    db.execute("DELETE FROM marks WHERE address = ?", (address,))
    db.execute("DELETE FROM visits WHERE id = ?", (address,))
    db.execute("DELETE FROM addresses WHERE id = ?", (address,))
