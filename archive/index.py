"""The full-text index: folded titles and texts by article id, and nothing that could be read back.

It keeps no copy of what it was given, so whoever takes an entry out must hand in the very text that went in. Every
change is therefore made here, beside the change of the article, and never by a trigger.
"""

import sqlite3

from topics.fold import FOLD_VERSION, Folded, fold

_AT_ONCE = 500  # articles a step when the index is made anew: some megabytes of text


def fold_article(title: str | None, text: str) -> tuple[Folded, Folded]:
    """Title and text as they are indexed."""
    return fold(title or ""), fold(text)


def add_to_index(db: sqlite3.Connection, article: int, title: Folded, text: Folded) -> None:
    """Makes *article* findable by this title and text."""
    db.execute("INSERT INTO article_index (rowid, title, text) VALUES (?, ?, ?)", (article, title.string, text.string))


def take_from_index(db: sqlite3.Connection, article: int, title: Folded, text: Folded) -> None:
    """Makes *article* unfindable. Title and text are those that it was added with."""
    db.execute(
        "INSERT INTO article_index (article_index, rowid, title, text) VALUES ('delete', ?, ?, ?)",
        (article, title.string, text.string),
    )


def index_is_current(db: sqlite3.Connection) -> bool:
    """Whether the index was made with today's folding."""
    row = db.execute("SELECT value FROM meta WHERE key = 'fold_version'").fetchone()
    return row is not None and row[0] == str(FOLD_VERSION)


def rebuild_index(db: sqlite3.Connection) -> None:
    """Makes the index anew from the articles, with today's folding. To be called within a transaction."""
    db.execute("INSERT INTO article_index (article_index) VALUES ('delete-all')")
    last = -1
    while rows := db.execute(
        "SELECT id, title, text FROM article_head JOIN article_text USING (id) WHERE id > ? ORDER BY id LIMIT ?",
        (last, _AT_ONCE),
    ).fetchall():
        for article, title, text in rows:
            add_to_index(db, article, *fold_article(title, text))
        last = rows[-1][0]
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('fold_version', ?)", (str(FOLD_VERSION),))
