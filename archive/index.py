"""The full-text indexes: folded titles and texts by article id, folded authors, and nothing that could be read back.

They keep no copy of what it was given, so whoever takes an entry out must hand in the very text that went in. Every
change is therefore made here, beside the change of the article, and never by a trigger; the indexes have it when the
transaction ends.
"""

import json
import sqlite3
from collections.abc import Iterable

from archive.connection import put_off, settle
from topics.fold import FOLD_VERSION, Folded, fold

NEXT_AUTHOR = " \ue000 "
"""Between two names: a private letter, which no folded query has, so that no phrase goes from one to the next."""
TOKENIZE = "unicode61 remove_diacritics 0 categories 'L* N* Co Mc'"
"""As the migrations have it that made the indexes."""
_AT_ONCE = 500  # articles a step when the index is made anew: some megabytes of text


def fold_article(title: str | None, text: str) -> tuple[Folded, Folded]:
    """Title and text as they are indexed."""
    return fold(title or ""), fold(text)


def add_to_index(db: sqlite3.Connection, article: int, title: Folded, text: Folded) -> None:
    """Makes *article* findable by this title and text."""
    put_off(db, "INSERT INTO article_index (rowid, title, text) VALUES (?, ?, ?)", (article, title.string, text.string))


def take_from_index(db: sqlite3.Connection, article: int, title: Folded, text: Folded) -> None:
    """Makes *article* unfindable. Title and text are those that it was added with."""
    put_off(
        db,
        "INSERT INTO article_index (article_index, rowid, title, text) VALUES ('delete', ?, ?, ?)",
        (article, title.string, text.string),
    )


def fold_authors(authors: Iterable[str]) -> str:
    """Names as they are indexed."""
    return NEXT_AUTHOR.join(fold(name).string for name in authors)


def index_authors(db: sqlite3.Connection, article: int, authors: str, before: str = "[]") -> None:
    """Makes *article* findable by *authors*, in place of those *before*: JSON lists, as it has them."""
    if authors == before:
        return
    if old := fold_authors(json.loads(before)):
        put_off(db, "INSERT INTO author_index (author_index, rowid, authors) VALUES ('delete', ?, ?)", (article, old))
    if new := fold_authors(json.loads(authors)):
        put_off(db, "INSERT INTO author_index (rowid, authors) VALUES (?, ?)", (article, new))


def index_is_current(db: sqlite3.Connection) -> bool:
    """Whether the index was made with today's folding."""
    row = db.execute("SELECT value FROM meta WHERE key = 'fold_version'").fetchone()
    return row is not None and row[0] == str(FOLD_VERSION)


def rebuild_index(db: sqlite3.Connection) -> None:
    """Makes the indexes anew from the articles, with today's folding. To be called within a transaction."""
    settle(db)
    db.execute("INSERT INTO article_index (article_index) VALUES ('delete-all')")
    db.execute("INSERT INTO author_index (author_index) VALUES ('delete-all')")
    last = -1
    while rows := db.execute(
        "SELECT id, title, authors, text FROM article_head JOIN article_text USING (id) "
        "WHERE id > ? ORDER BY id LIMIT ?",
        (last, _AT_ONCE),
    ).fetchall():
        for article, title, authors, text in rows:
            add_to_index(db, article, *fold_article(title, text))
            index_authors(db, article, authors)
        last = rows[-1][0]
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('fold_version', ?)", (str(FOLD_VERSION),))
