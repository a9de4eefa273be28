"""Takes an article out of the archive for good: out of every table and index, and of the pages of the file itself.

What other articles have in common with it stays theirs: its story, whose id may have been its own, and the message
that told of that story. What was sent of it alone stays on record as sent, without saying of what. What waits is not
sent any more.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive.article import Article
from archive.database import storable, transaction
from archive.forgotten import is_forgotten, is_forgotten_text, let_come_back, remain_forgotten
from archive.identity import own_urls
from archive.index import fold_article, index_authors, take_from_index
from archive.ledger import key_of
from archive.lines import hashes_of, pack, unpack
from archive.regrouping import split
from archive.stories import forget_signature

_MERGED_AT_ONCE = 500
"""Pages of an index that are written in one transaction: a tenth of a second, for which other writers wait."""
_INDEXES = ("article_index", "author_index")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was taken out of the archive."""

    article: int | None  # None: there was none, only an address
    addresses: int
    revisions: int = 0
    unsent: int = 0  # messages of it that waited, were held back or dead


def forget_article(db: sqlite3.Connection, article: int, at: datetime) -> Forgotten:
    """Takes *article*, which exists, out of all tables and indexes, in the caller's transaction."""
    _overwrite(db)
    row = db.execute(
        "SELECT source, title, authors, text, left_out FROM article_head JOIN article_text USING (id) WHERE id = ?",
        (article,),
    ).fetchone()
    _leave_story(db, article, at)
    unsent = _forget_messages(db, article)
    take_from_index(db, article, *fold_article(row["title"], row["text"]))
    index_authors(db, article, "[]", row["authors"])
    forget_signature(db, article)
    lines = pack(hashes_of(row["text"].split("\n")) | unpack(row["left_out"]))
    db.execute("DELETE FROM lines WHERE source = ? AND hashes = ?", (row["source"], lines))
    addresses = db.execute("SELECT id, key FROM addresses WHERE article = ?", (article,)).fetchall()
    texts = {(row["source"], row["text"])}
    versions = db.execute("SELECT text FROM revisions WHERE article = ?", (article,)).fetchall()
    remain_forgotten(db, [key for _, key in addresses], at, texts=texts | {(row["source"], one) for (one,) in versions})
    for address, _ in addresses:
        _forget_address(db, address)
    db.execute("DELETE FROM article_head WHERE id = ?", (article,))
    db.execute("DELETE FROM stories WHERE id = ?", (article,))
    return Forgotten(article=article, addresses=len(addresses), revisions=len(versions), unsent=unsent)


def forget_address(db: sqlite3.Connection, key: str, at: datetime) -> Forgotten:
    """Takes the address with this `url_key`, of which no article is archived, out of the archive; also where it was
    never seen, it will not be asked for. In the caller's transaction."""
    _overwrite(db)
    return Forgotten(article=None, addresses=_forget_key(db, key, at))


def stays_forgotten(db: sqlite3.Connection, article: Article, at: datetime) -> bool:
    """Whether *article*, which arrives, is to stay forgotten. By whatever other address it was found, that is
    forgotten from now on as well. In the caller's transaction."""
    urls = [*own_urls(article), *([article.canonical] if article.canonical else [])]
    keys = [key_of(url) for url in urls]
    if not any(is_forgotten(db, key) for key in keys) and not is_forgotten_text(
        db, article.source, storable(article.text)
    ):
        return False
    for url in own_urls(article):
        _forget_key(db, key_of(url), at)
    return True


def lift(db: sqlite3.Connection, key: str) -> bool:
    """Lets the address with this `url_key` be archived again; whether it was forgotten. Nothing comes back by it, but
    the feeds are read in full once more, since one that has not changed would not show it.
    """
    was = let_come_back(db, key)
    if was:
        db.execute("UPDATE feeds SET etag = NULL, last_modified = NULL")
    return was


def scrub(db: sqlite3.Connection) -> bool:
    """Overwrites what deleted rows have left in the file and its write-ahead log, outside any transaction; whether all
    of it could be: a reader that goes on keeps the log as it is.

    The full-text index forgets an entry only when the segments that hold it are merged. That is done step by step, so
    that nobody waits long.
    """
    db.execute("PRAGMA secure_delete = ON")
    _overwrite(db)
    for index in _INDEXES:
        pages = -_MERGED_AT_ONCE  # below zero: begin a merge of everything; then go on with it
        while True:
            before = db.total_changes
            with transaction(db):
                db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608 -- own names
            pages = _MERGED_AT_ONCE
            if db.total_changes - before < 2:  # FTS5: less than two rows changed means that there was nothing to do
                break
    busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _leave_story(db: sqlite3.Connection, article: int, at: datetime) -> None:
    """Takes *article* out of its story. What told of the story stands for the copy that was seen next."""
    (story,) = db.execute("SELECT story FROM article_head WHERE id = ?", (article,)).fetchone()
    heir = db.execute(
        "SELECT id FROM article_head WHERE story = ? AND id <> ? ORDER BY first_seen, id LIMIT 1", (story, article)
    ).fetchone()
    if heir is None:
        return
    for table in ("alerts", "window_articles"):
        db.execute(
            f"UPDATE {table} SET article = ? WHERE article = ? AND subject LIKE 'story:%'",  # noqa: S608 -- own names
            (heir[0], article),
        )
    split(db, [article], at)
    (now,) = db.execute("SELECT story FROM article_head WHERE id = ?", heir).fetchone()
    for column in ("story_before", "story"):
        db.execute(f"UPDATE story_decisions SET {column} = ? WHERE {column} = ?", (now, article))  # noqa: S608 -- own names
    db.execute(
        "UPDATE OR IGNORE suppressed SET subject = ? WHERE subject = ?", (f"story:{now}", f"story:{article}")
    )  # fmt: skip
    db.execute("DELETE FROM suppressed WHERE subject = ?", (f"story:{article}",))


def _forget_messages(db: sqlite3.Connection, article: int) -> int:
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
    db.execute(
        "UPDATE alerts SET article = NULL, story = NULL, subject = 'forgotten:' || ref WHERE article = ?", (article,)
    )
    return len(gone)


def _delete_messages(db: sqlite3.Connection, refs: list[str]) -> None:
    for table in ("deliveries", "alerts"):
        db.executemany(f"DELETE FROM {table} WHERE ref = ?", [(ref,) for ref in refs])  # noqa: S608 -- own names


def _overwrite(db: sqlite3.Connection) -> None:
    """Lets SQLite write zeros over what is deleted, from now on."""
    db.execute("PRAGMA secure_delete = ON")


def _forget_key(db: sqlite3.Connection, key: str, at: datetime) -> int:
    """Lets the address with this key stay forgotten; how many addresses it took out."""
    remain_forgotten(db, [key], at)
    row = db.execute("SELECT id FROM addresses WHERE key = ?", (key,)).fetchone()
    if row:
        _forget_address(db, row[0])
    return 1 if row else 0


def _forget_address(db: sqlite3.Connection, address: int) -> None:
    db.execute("DELETE FROM marks WHERE address = ?", (address,))
    db.execute("DELETE FROM visits WHERE id = ?", (address,))
    db.execute("DELETE FROM addresses WHERE id = ?", (address,))
