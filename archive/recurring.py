"""The memory of which lines stood on a source's latest articles: `archive.lines.LATEST` rows a source, no more."""

import sqlite3

from archive.lines import LATEST, Lines, pack, unpack


def remember_lines(db: sqlite3.Connection, source: str, lines: Lines, *, only_where_few: bool = False) -> None:
    """Counts an article of *source* with all its *lines*, also those that were left out, and forgets the oldest; or, of
    a template of long ago, *only where few* are known: it is not to take the place of today's.
    """
    if not lines:
        return
    last, number = db.execute("SELECT max(number), count(*) FROM lines WHERE source = ?", (source,)).fetchone()
    if only_where_few and number >= LATEST:
        return
    last = last or 0
    db.execute("INSERT INTO lines (source, number, hashes) VALUES (?, ?, ?)", (source, last + 1, pack(lines)))
    db.execute("DELETE FROM lines WHERE source = ? AND number <= ?", (source, last + 1 - LATEST))


def latest_lines(db: sqlite3.Connection, source: str) -> list[Lines]:
    """The lines of the latest articles of *source*, oldest first."""
    rows = db.execute("SELECT hashes FROM lines WHERE source = ? ORDER BY number", (source,))
    return [unpack(hashes) for (hashes,) in rows]
