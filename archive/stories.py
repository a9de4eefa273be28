"""Stories: articles that tell one thing in almost the same words, such as the copies of a wire report.

Parts of the articles' signatures, the bands, are kept in a table, so that the few articles worth a comparison are found
by looking up numbers (locality-sensitive hashing: Leskovec et al., Mining of Massive Datasets, chapter 3). Which of
them are copies is decided in `archive.likeness`. On 200 real texts this found every small edit and 98 % of the
shortened copies, where SimHash found none.

The table of bands is a temporary one, in memory, that each connection fills from the signatures of the archive: its
numbers are spread at random, and on disk every article would touch some sixty pages of it.
"""

import sqlite3
from collections import Counter
from datetime import datetime, timedelta

from archive.likeness import Met, bands_of, copied
from archive.times import from_text, to_text

WINDOW = timedelta(days=10)
"""How far back a copy looks for its original. Copies come within hours; a window keeps the table small."""
_MOST_COMPARED = 30
_MOST_IN_BAND = 50  # the newest: a text that ten thousand articles have must not make each of them read all others
_PRUNED_AT_ONCE = 4  # old ones forgotten for each new one: the table shrinks, and no article pays for a purge
_TABLES = (
    "CREATE TEMP TABLE IF NOT EXISTS bands (band INTEGER, article INTEGER, PRIMARY KEY (band, article)) WITHOUT ROWID",
    "CREATE TEMP TABLE IF NOT EXISTS banded (number INTEGER)",
)
_IN_BAND = f"SELECT * FROM (SELECT article FROM temp.bands WHERE band = ? ORDER BY article DESC LIMIT {_MOST_IN_BAND})"  # noqa: S608 -- a number
_COMPARED = """
    SELECT signature, source, appeared, story
    FROM signatures JOIN article_head ON article_head.id = article WHERE article = ? AND seen BETWEEN ? AND ?
"""
_FIRST = "SELECT id FROM article_head WHERE story = :story ORDER BY appeared, first_seen, id LIMIT 1"


def find_story(db: sqlite3.Connection, arriving: Met, seen: datetime) -> int | None:
    """The story of the article that *arriving*, *seen* now, is most like, if it is a copy of any; of two that it is
    like to the same degree, the one that appeared first. No story in which an article is another day's issue of its
    series.
    """
    if not arriving.signature:
        return None
    _fill_bands(db)
    bands = bands_of(arriving.signature)
    in_bands = " UNION ALL ".join([_IN_BAND] * len(bands))  # one statement, which takes half as long as one for each
    hits = Counter(article for (article,) in (db.execute(in_bands, bands) if bands else ()))
    found: list[tuple[float, str, int]] = []
    barred: set[int] = set()
    for article, _ in hits.most_common(_MOST_COMPARED):
        row = db.execute(_COMPARED, (article, to_text(seen - WINDOW), to_text(seen + WINDOW))).fetchone()
        if row is None:  # another process has forgotten it, or nobody has yet
            continue
        signature, source, appeared, story = row
        likeness = copied(arriving, Met(signature, source, from_text(appeared)))
        if likeness is None:
            barred.add(story)
        elif likeness:
            found.append((-likeness, appeared, story))
    return min((one for one in found if one[2] not in barred), default=(0.0, "", None))[2]


def join_story(db: sqlite3.Connection, story: int, article: int) -> None:
    """Counts a new *article* into *story*, which begins with it where it does not exist.

    A story's id is the id of one of its articles, at first of the one that arrived first.
    """
    db.execute(
        "INSERT INTO stories (id, first_article, articles) VALUES (?, ?, 1) "
        "ON CONFLICT (id) DO UPDATE SET articles = articles + 1",
        (story, article),
    )
    if story != article:
        settle_first(db, story)


def settle_first(db: sqlite3.Connection, story: int) -> None:
    """Writes down which article of *story* appeared first; of two at the same moment, the one that was seen first."""
    first = db.execute(_FIRST, {"story": story}).fetchone()[0]
    db.execute("UPDATE stories SET first_article = ? WHERE id = ? AND first_article <> ?", (first, story, first))


def remember_signature(db: sqlite3.Connection, article: int, signature: bytes, seen: datetime) -> None:
    """Lets later arrivals find *article*, in place of what was remembered of it; forgets some that are too old."""
    forget_signature(db, article)
    if signature:
        db.execute(
            "INSERT INTO signatures (article, seen, signature) VALUES (?, ?, ?)", (article, to_text(seen), signature)
        )
    old = db.execute(
        "SELECT article FROM signatures WHERE seen < ? ORDER BY seen LIMIT ?",
        (to_text(seen - WINDOW), _PRUNED_AT_ONCE),
    )
    for (number,) in old.fetchall():
        forget_signature(db, number)


def forget_signature(db: sqlite3.Connection, article: int) -> None:
    """Lets nobody find *article* any more."""
    row = db.execute("SELECT signature FROM signatures WHERE article = ?", (article,)).fetchone()
    if row:
        _fill_bands(db)
        bands = [(band, article) for band in bands_of(row[0])]
        db.executemany("DELETE FROM temp.bands WHERE band = ? AND article = ?", bands)
        db.execute("DELETE FROM signatures WHERE article = ?", (article,))


def _fill_bands(db: sqlite3.Connection) -> None:
    """Puts the signatures that this connection has not seen yet into its table of bands.

    The table belongs to the transaction: what is rolled back is out of it too. What another process has taken out of
    the archive may still be in it, and is passed over because it has no signature any more.
    """
    try:
        last = db.execute("SELECT max(number) FROM temp.banded").fetchone()[0] or 0
    except sqlite3.OperationalError:  # the first time
        for table in _TABLES:
            db.execute(table)
        last = 0
    rows = db.execute(
        "SELECT number, article, signature FROM signatures WHERE number > ? ORDER BY number", (last,)
    ).fetchall()
    if rows:
        db.executemany(
            "INSERT OR IGNORE INTO temp.bands (band, article) VALUES (?, ?)",
            # In order: a process begins with some ten thousand, and what is appended costs half of what is spread.
            sorted((band, article) for _, article, signature in rows for band in bands_of(signature)),
        )
        db.execute("DELETE FROM temp.banded")
        db.execute("INSERT INTO temp.banded (number) VALUES (?)", (rows[-1][0],))
