"""Stories: articles that tell one thing in almost the same words, such as the copies of a wire report.

An article's signature (MinHash: Broder 1997) tells how much of its three-word runs it shares with another one, at
the cost of comparing 128 numbers. Parts of it, the bands, are kept in a table, so that the few articles worth a
comparison are found by looking up numbers (locality-sensitive hashing: Leskovec et al., Mining of Massive Datasets,
chapter 3). On 200 real texts this found every small edit and 98 % of the shortened copies, where SimHash found none.

The table of bands is a temporary one, in memory, that each connection fills from the signatures of the archive: its
numbers are spread at random, and on disk every article would touch some sixty pages of it.
"""

import sqlite3
import struct
from datetime import datetime, timedelta
from operator import eq

from rensa import RMinHash  # type: ignore[attr-defined]

from archive.times import to_text
from topics.fold import Folded

WINDOW = timedelta(days=10)
"""How far back a copy looks for its original. Copies come within hours; a window keeps the table small."""
LEAST_ALIKE = 0.3
"""Share of three-word runs in common, estimated. A copy cut to its first half has 0.5; of 19,900 pairs of unrelated
real texts one had more than 0.3."""
SHORTEST = 25
"""Tokens. A shorter text is a headline, a caption or a formula, and alike by nature."""
LONGEST = 5_000
"""Tokens that count. No news report is longer; a page of a megabyte must not hold up the others."""

_PERMUTATIONS = 128
_SEED = 1  # with another one, no stored signature would be comparable
_RUN = 3  # words: two make unrelated texts alike by their phrases, four lose copies with single words changed
_BANDS = 24
_ROWS = 2
"""Two texts that share 0.3 (0.4, 0.5) of their runs have an equal band with probability 0.90 (0.985, 0.999). Of
45,000 pairs of unrelated real texts three had one. 64 bands found one copy in 700 more, at 2.7 times the cost."""
_MOST_COMPARED = 30
_PRUNED_AT_ONCE = 4  # old ones forgotten for each new one: the table shrinks, and no article pays for a purge
_PACKED = struct.Struct(f"<{_PERMUTATIONS}H")
_TABLES = (
    "CREATE TEMP TABLE IF NOT EXISTS bands (band INTEGER, article INTEGER, PRIMARY KEY (band, article)) WITHOUT ROWID",
    "CREATE TEMP TABLE IF NOT EXISTS banded (number INTEGER)",
)
_FIND = f"""
    SELECT signature, story
    FROM (
        SELECT article, count(*) AS hits FROM temp.bands WHERE band IN ({", ".join("?" * _BANDS)})
        GROUP BY article ORDER BY hits DESC, article LIMIT {_MOST_COMPARED}
    )
    JOIN signatures USING (article)
    JOIN article_head ON article_head.id = article
"""  # noqa: S608 -- numbers of this file


def signature(folded: Folded) -> bytes:
    """The signature of a folded text; empty where it is too short to be compared."""
    tokens = folded.tokens[:LONGEST]
    if len(tokens) < SHORTEST:
        return b""
    minhash = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    minhash.update(list(map(" ".join, zip(*(tokens[start:] for start in range(_RUN)), strict=False))))
    # Sixteen bits of each number are enough: two texts agree in one by chance in 1 of 65,536 cases.
    return _PACKED.pack(*(number & 0xFFFF for number in minhash.digest()))


def alike(one: bytes, other: bytes) -> float:
    """The share of three-word runs that two texts have in common, estimated from their signatures to about 0.04."""
    if not one or not other:
        return 0.0
    equal: int = sum(map(eq, _PACKED.unpack(one), _PACKED.unpack(other)))
    return equal / _PERMUTATIONS


def find_story(db: sqlite3.Connection, signature: bytes) -> int | None:
    """The story of the article that is most like the one with this signature, if any is alike."""
    if not signature:
        return None
    _fill_bands(db)
    best, story = LEAST_ALIKE, None
    for other, its_story in db.execute(_FIND, _bands(signature)):
        if (likeness := alike(signature, other)) >= best:
            best, story = likeness, its_story
    return story


def join_story(db: sqlite3.Connection, story: int, article: int) -> None:
    """Counts a new *article* into *story*, which begins with it where it does not exist. A story's id is its first."""
    db.execute(
        "INSERT INTO stories (id, first_article, articles) VALUES (?, ?, 1) "
        "ON CONFLICT (id) DO UPDATE SET articles = articles + 1",
        (story, article),
    )


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
        bands = [(band, article) for band in _bands(row[0])]
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
            [(band, article) for _, article, signature in rows for band in _bands(signature)],
        )
        db.execute("DELETE FROM temp.banded")
        db.execute("INSERT INTO temp.banded (number) VALUES (?)", (rows[-1][0],))


def _bands(signature: bytes) -> list[int]:
    """The numbers under which a signature is looked up: the place of the band, then its rows."""
    numbers = _PACKED.unpack(signature)
    return [place << 32 | numbers[_ROWS * place] << 16 | numbers[_ROWS * place + 1] for place in range(_BANDS)]
